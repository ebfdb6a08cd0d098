"""Seeded fault injection: time-outs, malformed payloads and outages that last for a while.

Training on a perfect world gives agents that collapse at the first lost connection. `Faults`
describes how often and how the infrastructure fails; each episode draws its own stream from it,
so a replay with the same seed fails at the same calls.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from searchvl_gym.types import ErrorKind, ToolError

KINDS = ("timeout", "malformed", "outage")
"""What can go wrong. An outage fails every call until it is over."""

OUT_OF_SERVICE = "Out of service: "
"""Begins the line that announces an outage; the names of the tools follow."""


@dataclass(frozen=True)
class Faults:
    """How the infrastructure fails.

    Attributes:
        rate: Long-run share of calls that fail, 0 to 1.
        burst: Mean number of calls that an outage lasts (geometric), at least 1.
        kinds: Which of `KINDS` occur, each equally likely to start.
        seed: Mixed into every episode's stream.
        tools: The tools that fail, or none for all of them. Calls of others neither fail nor
            count for the length of an outage.
        announced: Whether the agent is told. An outage then lasts a whole episode, and `rate` is
            the share of episodes that have one; what comes back first names the tools.
            Only outages can be announced, and `burst` stays 1.

    >>> stream = Faults(rate=1.0, kinds=("outage",)).stream(np.random.default_rng(0))
    >>> stream.draw("crop").kind
    <ErrorKind.UNAVAILABLE: 'unavailable'>
    >>> told = Faults(1.0, kinds=("outage",), tools=("visit",), announced=True)
    >>> told.stream(np.random.default_rng(0)).notice
    'Out of service: visit.'
    """

    rate: float
    burst: float = 1.0
    kinds: tuple[str, ...] = KINDS
    seed: int = 0
    tools: tuple[str, ...] = ()
    announced: bool = False

    def __post_init__(self) -> None:
        """Check the fields.

        Raises:
            ValueError: Which field is wrong and what it must be.
        """
        if not (math.isfinite(self.rate) and 0 <= self.rate <= 1):
            raise ValueError(f"rate must be from 0 to 1, got {self.rate!r}")
        if not (math.isfinite(self.burst) and self.burst >= 1):
            raise ValueError(f"burst must be a mean length of at least 1 call, got {self.burst!r}")
        unknown = [kind for kind in self.kinds if kind not in KINDS]
        if unknown or not self.kinds or len(set(self.kinds)) != len(self.kinds):
            raise ValueError(f"kinds must be distinct names out of {KINDS}, got {self.kinds!r}")
        if isinstance(self.tools, str):
            raise ValueError(f"tools must be a tuple of names, got {self.tools!r}")
        if self.announced and (self.kinds != ("outage",) or self.burst != 1 or not self.tools):
            raise ValueError(
                'announced needs kinds=("outage",), the names of the tools and no burst, got '
                f"kinds={self.kinds!r}, tools={self.tools!r}, burst={self.burst!r}"
            )
        if isinstance(self.seed, bool) or not isinstance(self.seed, int) or self.seed < 0:
            raise ValueError(f"seed must be a whole number of at least 0, got {self.seed!r}")

    @property
    def start_probability(self) -> float:
        """Chance that a call outside a burst starts a fault.

        A fault spoils `m` calls on average, so failing calls have the share
        `m / (m + (1 - p) / p)`; solved for `p` this gives `rate`.
        """
        lengths = [self.burst if kind == "outage" else 1.0 for kind in self.kinds]
        mean = sum(lengths) / len(lengths)
        if self.rate == 0:
            return 0.0
        return self.rate / (self.rate + mean * (1 - self.rate))

    def describe_settings(self) -> dict[str, Any]:
        """What a run's record keeps; silent outages are written as before there were others."""
        found = vars(self).copy()
        if not self.announced:
            del found["announced"]
        return found

    def stream(self, rng: np.random.Generator) -> FaultStream:
        """The faults of one episode; takes one draw from the episode's generator."""
        entropy = [self.seed, int(rng.integers(2**63))]
        return FaultStream(self, np.random.default_rng(np.random.SeedSequence(entropy)))


class FaultStream:
    """The faults of one episode, call by call.

    Args:
        faults: How things fail.
        rng: Owned by the stream.
    """

    def __init__(self, faults: Faults, rng: np.random.Generator) -> None:
        self._faults = faults
        self._rng = rng
        self._outage_left = 0
        self._announced = faults.announced and bool(rng.random() < faults.rate)

    @property
    def notice(self) -> str:
        """What the agent is told with its first result; empty when it is told nothing."""
        return f"{OUT_OF_SERVICE}{', '.join(self._faults.tools)}." if self._announced else ""

    def draw(self, tool: str) -> ToolError | None:
        """What goes wrong with the next call, or None.

        Args:
            tool: Name of the tool that is called; for the message.
        """
        if self._faults.tools and tool not in self._faults.tools:
            return None
        if self._faults.announced:
            return _announced_outage(tool) if self._announced else None
        if self._outage_left:
            self._outage_left -= 1
            return _outage(tool)
        if self._rng.random() >= self._faults.start_probability:
            return None
        kind = self._faults.kinds[int(self._rng.integers(len(self._faults.kinds)))]
        if kind == "outage":
            self._outage_left = int(self._rng.geometric(1 / self._faults.burst)) - 1
            return _outage(tool)
        if kind == "timeout":
            return ToolError(
                ErrorKind.TIMEOUT, f"{tool}: the service did not answer in time; try again."
            )
        return ToolError(
            ErrorKind.TOOL_FAILURE,
            f"{tool}: the service sent a malformed payload; try again.",
            infrastructure=True,
        )


def _outage(tool: str) -> ToolError:
    return ToolError(
        ErrorKind.UNAVAILABLE,
        f"{tool}: the service is unavailable for the moment; try again later or use another tool.",
    )


def _announced_outage(tool: str) -> ToolError:
    return ToolError(
        ErrorKind.UNAVAILABLE, f"{tool}: out of service in this episode; use another tool."
    )
