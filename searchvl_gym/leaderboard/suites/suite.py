"""What a suite of the leaderboard is, and what was published for suites."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

from searchvl_gym.tasks import TaskSet
from searchvl_gym.world import World
from searchvl_gym.world.many import Worlds
from searchvl_gym.world.many.worlds import together

PUBLISHED = Path(__file__).with_name("published.json")
"""Results of the paper's tables, in percent."""


@dataclass(frozen=True)
class PublishedResult:
    """A line of the paper's main table: who, how, and percent right on one benchmark."""

    model: str
    workflow: str
    accuracy: float


@dataclass(frozen=True)
class SuiteInfo:
    """What there is to know of a suite before it is played.

    Attributes:
        name: What `--suite` says.
        tasks: How many tasks a full run plays; None when that is not known before.
        available: Whether it can be played now.
        how_to_get: What to do when it cannot, or what its first run does.
        licence: Of its data.
        published: What the paper reports for it.
        split: Which split is played.
        title: As its authors write it.
    """

    name: str
    tasks: int | None
    available: bool
    how_to_get: str
    licence: str
    published: Sequence[PublishedResult]
    split: str
    title: str

    def to_json(self) -> dict[str, Any]:
        """As `--list-suites --json` prints it."""
        return {**asdict(self), "published": [asdict(row) for row in self.published]}


class Suite(Protocol):
    """A set of tasks with the world to search for them.

    Attributes:
        name: What `--suite` says.
        environment: Gymnasium id that plays it.
        column: Its column in the published table, or None when nothing was published.
        note: What is to be said of a run once it is loaded: items that are left out, and why; ""
            for nothing.
    """

    name: str
    environment: str
    column: str | None
    note: str

    @property
    def settings(self) -> Mapping[str, Any]:
        """What the environment gets beside the world and the tasks, without arguments."""

    def settings_for(self, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        """The same with arguments from the command line."""

    def info(self) -> SuiteInfo:
        """What there is to know before it is played; nothing is built or fetched for it."""

    def load(
        self, arguments: Mapping[str, Any], *, episodes: int | None
    ) -> tuple[World | Worlds, TaskSet]:
        """The world, or the worlds that the tasks name, and the tasks.

        Args:
            arguments: From the command line, e.g. `{"size": "mini"}`.
            episodes: How many tasks are wanted; a suite of fixed size may give fewer. None for
                all, or as many as `info` says.

        Raises:
            ValueError: When an argument is unknown or wrong.
            LeaderboardError: When files are missing or damaged.
        """


def filed_under(world: World | Worlds, tasks: TaskSet) -> str:
    """What a row notes of where it was played: a world's fingerprint, of several a digest."""
    if isinstance(world, World):
        return world.fingerprint
    return together(task.world for task in tasks)


def refuse_unknown(suite: str, arguments: Mapping[str, Any], known: Sequence[str]) -> None:
    """Refuse arguments that a suite does not have.

    Raises:
        ValueError: Which they are, and those that it has.
    """
    unknown = sorted(arguments.keys() - set(known))
    if unknown:
        raise ValueError(
            f"suite {suite} has no argument {', '.join(unknown)}; it has {', '.join(known)}"
        )


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
