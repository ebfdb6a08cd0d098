"""What a suite of the leaderboard is, and how suites and policies are named on the command line."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from searchvl_gym.rollout.record import is_secret
from searchvl_gym.tasks import TaskSet
from searchvl_gym.world import World

PUBLISHED = Path(__file__).with_name("published.json")
"""Results of the paper's tables, in percent."""


@dataclass(frozen=True)
class PublishedResult:
    """A line of the paper's main table: who, how, and percent right on one benchmark."""

    model: str
    workflow: str
    accuracy: float


class Suite(Protocol):
    """A set of tasks with the world to search for them.

    Attributes:
        name: What `--suite` says.
        environment: Gymnasium id that plays it.
        column: Its column in the published table, or None when nothing was published.
    """

    name: str
    environment: str
    column: str | None

    def load(self, arguments: Mapping[str, Any], *, episodes: int) -> tuple[World, TaskSet]:
        """The world and the tasks.

        Args:
            arguments: From the command line, e.g. `{"size": "mini"}`.
            episodes: How many tasks are wanted; a suite of fixed size may give fewer.

        Raises:
            ValueError: When an argument is unknown or wrong.
        """


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


def published_results(column: str | None) -> Sequence[PublishedResult]:
    """What the paper reports for a column of its main table; nothing for None.

    Raises:
        ValueError: When the table has no such column.
    """
    if column is None:
        return ()
    table = json.loads(PUBLISHED.read_text(encoding="utf-8"))
    if column not in table["benchmarks"]:
        raise ValueError(f"nothing was published for {column!r}; {table['benchmarks']}")
    place = table["benchmarks"].index(column)
    return [
        PublishedResult(row["model"], row["workflow"], row["scores"][place])
        for row in table["main"]
        if row["scores"][place] is not None
    ]
