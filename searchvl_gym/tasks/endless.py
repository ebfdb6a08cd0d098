"""Tasks without end: some of each endless world, sampled when its first one is played."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, overload

from searchvl_gym.tasks.sampler import sample_tasks
from searchvl_gym.tasks.splits import check_split
from searchvl_gym.tasks.task_set import TaskSet
from searchvl_gym.types import Task

if TYPE_CHECKING:
    from searchvl_gym.world.many.endless import EndlessWorlds

_KEPT = 64
"""Of how many worlds the tasks are kept."""


class EndlessTasks(Sequence[Task]):
    """Task `n` is number `n mod each` of the world of number `n // each`. Thread-safe.

    Args:
        worlds: The worlds.
        split: What the tasks are called; every picture of a world may be asked about.
        each: Tasks of each world.

    Raises:
        ValueError: When there is no such split, or `each` is below 1.
    """

    def __init__(self, worlds: EndlessWorlds, *, split: str, each: int) -> None:
        if each < 1:
            raise ValueError(f"episodes_per_world must be at least 1, got {each}")
        self._worlds, self._split, self.each = worlds, check_split(split), each
        self._sampled: OrderedDict[int, TaskSet] = OrderedDict()
        self._lock = threading.RLock()

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, (self._worlds, self._split, self.each)

    def __len__(self) -> int:
        """As good as endless."""
        return len(self._worlds) * self.each

    @property
    def fingerprint(self) -> str:
        """What a run notes of its tasks."""
        named = f"{self._worlds.fingerprint}\0{self._split}\0{self.each}"
        return hashlib.sha256(named.encode()).hexdigest()

    @overload
    def __getitem__(self, index: int) -> Task: ...

    @overload
    def __getitem__(self, index: slice) -> TaskSet: ...

    def __getitem__(self, index: int | slice) -> Task | TaskSet:
        """A task, or some as a set."""
        if isinstance(index, slice):
            chosen = [self[place] for place in range(*index.indices(len(self)))]
            return TaskSet(chosen, f"endless-{self._split}")
        if not 0 <= index < len(self):
            raise IndexError(f"there is no task {index}")
        number, place = divmod(index, self.each)
        with self._lock:
            if number not in self._sampled:
                self._sampled[number] = sample_tasks(
                    self._worlds.at(number), split=self._split, n=self.each, anchors="all"
                )
                if len(self._sampled) > _KEPT:
                    self._sampled.popitem(last=False)
            return self._sampled[number][place]

    def prepare_after(self, index: int, stride: int) -> None:
        """Have the worlds made that come after that of a task.

        Args:
            index: Of the task that is played.
            stride: By how much the next one is further on.
        """
        here, step = index // self.each, max(1, stride // self.each)
        ahead = range(here + step, here + step * (self._worlds.ahead + 1), step)
        self._worlds.prepare(ahead)


def _again(worlds: EndlessWorlds, split: str, each: int) -> EndlessTasks:
    return EndlessTasks(worlds, split=split, each=each)
