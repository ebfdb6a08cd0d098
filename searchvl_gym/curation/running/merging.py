"""From shards to a set: in order, without duplicates, as many as were asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

import msgspec

from searchvl_gym.curation.pictures.enhancement import KEPT
from searchvl_gym.curation.records import Stage
from searchvl_gym.curation.running.shards import Outcome
from searchvl_gym.types import Task

DUPLICATE = "duplicate"


class Merger:
    """Takes outcomes in the order of their records until there are enough tasks.

    Args:
        wanted: How many tasks.
    """

    def __init__(self, wanted: int) -> None:
        self._wanted = wanted
        self._seen: set[tuple[str, int | None]] = set()
        self.tasks: list[Task] = []
        self.rejections: list[Outcome] = []
        self.enhancement: list[Outcome] = []

    @property
    def finished(self) -> bool:
        """Whether there are enough tasks."""
        return len(self.tasks) >= self._wanted

    @property
    def records(self) -> int:
        """How many records were looked at."""
        return len(self.tasks) + len(self.rejections)

    def add(self, outcomes: Iterable[Outcome]) -> None:
        """Take the next outcomes; those after the last task that is wanted are left out."""
        for outcome in outcomes:
            if self.finished:
                return
            task = outcome.task
            if task is None:
                self.rejections.append(outcome)
                continue
            key = (task.question, task.images[0].world_image)
            if key in self._seen:
                stage = Stage.MERGE.name.lower()
                dropped = Outcome(outcome.index, None, stage, DUPLICATE, task.id)
                self.rejections.append(dropped)
                continue
            self._seen.add(key)
            self.tasks.append(task)
            if outcome.tried:
                self.enhancement.append(outcome)

    def rejected(self) -> dict[str, int]:
        """How many records each stage dropped for each reason, as `stage.reason`."""
        counts = Counter(f"{each.stage}.{each.reason}" for each in self.rejections)
        return dict(sorted(counts.items()))

    def funnel(self) -> dict[str, Any]:
        """All counts as JSON."""
        tried: dict[str, Counter[str]] = {}
        for outcome in self.enhancement:
            for kind, result in outcome.tried:
                tried.setdefault(kind, Counter())[result] += 1
        enhanced = sum(outcome.tried[-1][1] == KEPT for outcome in self.enhancement)
        return {
            "records": self.records,
            "accepted": len(self.tasks),
            "rejected": self.rejected(),
            "enhancement": {
                "chosen": len(self.enhancement),
                "enhanced": enhanced,
                "left_clean": len(self.enhancement) - enhanced,
                "tried": {kind: dict(sorted(tried[kind].items())) for kind in sorted(tried)},
            },
        }

    def rejection_lines(self) -> bytes:
        """The dropped records as JSON lines."""
        return b"".join(
            msgspec.json.encode(each, order="sorted") + b"\n" for each in self.rejections
        )
