"""Tasks of many worlds: drawn now as one set, or when they are first played."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal, overload

from searchvl_gym.tasks.sampler import sample_tasks
from searchvl_gym.tasks.splits import check_split, split_of_world
from searchvl_gym.tasks.task_set import TaskSet
from searchvl_gym.types import Task

if TYPE_CHECKING:
    from searchvl_gym.world import World
    from searchvl_gym.world.many import Worlds

SplitBy = Literal["anchor", "world"]
"""What is in one split only: pictures of the same world, or whole worlds."""


def sample_tasks_of_worlds(
    worlds: Worlds,
    *,
    split: str,
    n: int,
    seed: int = 0,
    by: SplitBy = "anchor",
    name: str = "",
    **draw: Any,
) -> TaskSet:
    """Draw tasks evenly from many worlds, which are built and opened for it one after another.

    Task `i` is of world `i mod w`, so the first tasks are of all worlds. Fewer tasks are the
    beginning of more.

    Args:
        worlds: The worlds.
        split: `train`, `validation` or `test`.
        n: How many, at least 0.
        seed: Of the draw.
        by: `anchor` takes the pictures of that split in every world, `world` all pictures of the
            worlds of that split (see `split_of_world`).
        name: Of the set; "" for one that tells the number of worlds and the split.
        **draw: Everything else that `sample_tasks` takes.

    Raises:
        ValueError: When an argument is out of range, no world is of that split, or a world has
            not enough different tasks.
        WorldError: When a world cannot be opened or built.
    """
    check_split(split)
    places = list(range(len(worlds)))
    if by == "world":
        places = [
            place for place in places if split_of_world(worlds.at(place).fingerprint) == split
        ]
        if not places:
            raise ValueError(f"none of the {len(worlds)} worlds is of the split {split}; give more")
        draw["anchors"] = "all"
    elif by != "anchor":
        raise ValueError(f"by must be 'anchor' or 'world', got {by!r}")
    places = places[: max(1, n)]  # no world is built for nothing
    sets = [
        sample_tasks(worlds.at(place), split=split, n=_share(n, number, len(places)), seed=seed,
                     **draw)
        for number, place in enumerate(places)
    ]  # fmt: skip
    if len(sets) == 1:
        return TaskSet(sets[0], name or sets[0].name, sets[0].drawn)
    tasks = [sets[number % len(sets)][number // len(sets)] for number in range(n)]
    return TaskSet(tasks, name or f"{len(places)}-worlds-{split}")


class TasksOfWorlds(Sequence[Task]):
    """As many tasks of each of many worlds, sampled when the first of a world is asked for.

    Task `i` is of world `i mod w`. Thread-safe; pickles without what was sampled.

    Args:
        worlds: The worlds.
        split: `train`, `validation` or `test`.
        each: Tasks of each world.
        seed: Of the draw.

    Raises:
        ValueError: When there is no such split, or `each` is below 1.
    """

    def __init__(self, worlds: Worlds, *, split: str, each: int, seed: int = 0) -> None:
        if each < 1:
            raise ValueError(f"each must be at least 1, got {each}")
        self._worlds, self._split, self._each, self._seed = worlds, check_split(split), each, seed
        self._sampled: dict[int, TaskSet] = {}
        self._lock = threading.RLock()

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, (self._worlds, self._split, self._each, self._seed)

    def __len__(self) -> int:
        """Number of tasks, sampled or not."""
        return len(self._worlds) * self._each

    @overload
    def __getitem__(self, index: int) -> Task: ...

    @overload
    def __getitem__(self, index: slice) -> TaskSet: ...

    def __getitem__(self, index: int | slice) -> Task | TaskSet:
        """A task, or some as a set."""
        if isinstance(index, slice):
            chosen = [self[place] for place in range(*index.indices(len(self)))]
            return TaskSet(chosen, f"{len(self._worlds)}-worlds-{self._split}")
        if not -len(self) <= index < len(self):
            raise IndexError(f"there is no task {index}; there are {len(self)}")
        number, place = divmod(index % len(self), len(self._worlds))
        return self._of_world(place)[number]

    def _of_world(self, place: int) -> TaskSet:
        with self._lock:
            if place not in self._sampled:
                world: World = self._worlds.at(place)
                self._sampled[place] = sample_tasks(
                    world, split=self._split, n=self._each, seed=self._seed
                )
            return self._sampled[place]


def _share(n: int, number: int, of: int) -> int:
    """How many of `n` tasks fall on one of some worlds, when they are dealt out in turn.

    >>> [_share(7, number, 3) for number in range(3)]
    [3, 2, 2]
    """
    return (n - number + of - 1) // of if n > number else 0


def _again(worlds: Worlds, split: str, each: int, seed: int) -> TasksOfWorlds:
    return TasksOfWorlds(worlds, split=split, each=each, seed=seed)
