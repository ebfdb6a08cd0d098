"""Limits of an episode that are known by a name. This is the one place where they stand.

`SearchEnv(limits="paper")` keeps them; whoever plays counts the tokens.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class Limits:
    """Most that an episode may take.

    Attributes:
        max_steps: Most steps, the answer included.
        max_prompt_tokens: Most tokens that the model reads before a turn.
    """

    max_steps: int
    max_prompt_tokens: int


LIMITS: Mapping[str, Limits] = MappingProxyType(
    {
        "paper": Limits(max_steps=50, max_prompt_tokens=64_000),
        "long": Limits(max_steps=100, max_prompt_tokens=128_000),
    }
)
"""`paper`: 50 calls and 64,000 prompt tokens, as in the paper. `long` is ours: twice of both."""


class UnknownLimitsError(ValueError):
    """There are no limits of that name; the message lists those there are."""


def find_limits(name: str) -> Limits:
    """The limits called `name`.

    Raises:
        UnknownLimitsError: When there are none.

    >>> find_limits("paper")
    Limits(max_steps=50, max_prompt_tokens=64000)
    """
    if not isinstance(name, str) or name not in LIMITS:
        raise UnknownLimitsError(
            f"there are no limits {name!r}; known: {', '.join(LIMITS)} (or give max_steps and "
            "max_prompt_tokens themselves)"
        )
    return LIMITS[name]
