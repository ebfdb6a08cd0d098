"""How suites, policies and judges are named on the command line, and their runs on the disk."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from searchvl_gym.rollout.record import is_secret

_MAX_NAME = 100


@dataclass(frozen=True)
class Named:
    """A name with arguments.

    Attributes:
        name: Before the first colon.
        arguments: After it.
        text: As written, without the values of keys, tokens and passwords.
    """

    name: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    text: str = ""


def parse_named(text: str) -> Named:
    """Read `name` or `name:key=value,key=value`.

    A value is read as JSON where it is JSON (`3`, `true`), as text otherwise.

    Raises:
        ValueError: When a part is not `key=value` or a key comes twice.

    >>> parse_named("atlas:size=mini,seed=3").arguments
    {'size': 'mini', 'seed': 3}
    >>> parse_named("chat:model=m,api_key=abc").text
    'chat:model=m,api_key=…'
    """
    name, colon, rest = text.partition(":")
    arguments: dict[str, Any] = {}
    shown: list[str] = []
    for part in rest.split(",") if colon else ():
        key, equals, value = part.partition("=")
        if not key or not equals or key in arguments:
            raise ValueError(
                f"expected {name or 'name'}:key=value,key=value, stumbled over {part!r}"
            )
        shown.append(f"{key}=…" if is_secret(key) else part)
        try:
            arguments[key] = json.loads(value)
        except json.JSONDecodeError:
            arguments[key] = value
    if not name:
        raise ValueError(f"{text!r}: the name before the colon is missing")
    return Named(name, arguments, f"{name}:{','.join(shown)}" if shown else name)


RULES = Named("rule", {}, "rule")
"""The judge unless told otherwise."""


def folder_name(
    suite: Named,
    policy: Named,
    episodes: int,
    seed: int,
    tools_off: bool = False,
) -> str:
    """Name of a run's directory: plain letters, short, different for different arguments.

    The judge is not in it: a run is judged after it was played.
    """
    others = ["tools-off"] if tools_off else []
    text = f"{'--'.join([suite.text, policy.text, *others])}--{episodes}-seed{seed}"
    plain = re.sub(r"[^A-Za-z0-9._=-]+", "_", text)
    if plain == text and len(plain) <= _MAX_NAME:
        return plain
    exact = json.dumps([suite.text, policy.text, episodes, seed, *others]).encode()
    return f"{plain[:_MAX_NAME]}-{hashlib.sha256(exact).hexdigest()[:12]}"
