"""Which instances teach by example and which by reward: never two with the same anchor."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from searchvl_gym.types import Task

RL_SHARE = 8_000 / (36_592 + 8_000)
"""The paper's sizes: 36,592 trajectories for SFT, 8,000 instances for RL."""


@dataclass(frozen=True)
class SetSettings:
    """How instances are shared out.

    Attributes:
        rl_share: Share of the instances that become the RL set.
        splits: Only anchors of these splits are trained on. The others are written apart, so
            that evaluating on a world's test anchors stays honest.

    Raises:
        ValueError: When a value is out of range.
    """

    rl_share: float = RL_SHARE
    splits: tuple[str, ...] = ("train",)

    def __post_init__(self) -> None:
        """Check the values."""
        if not 0 <= self.rl_share <= 1:
            raise ValueError(f"rl_share must be between 0 and 1, got {self.rl_share}")
        unknown = set(self.splits) - {"train", "validation", "test"}
        if unknown or not self.splits:
            raise ValueError(
                f"splits must be some of train, validation, test, got {list(self.splits)}"
            )


@dataclass(frozen=True)
class TaskSplit:
    """Instances by what they are for; no two sets share an anchor.

    Attributes:
        sft: For expert trajectories.
        rl: For reinforcement learning.
        held_out: For neither.
    """

    sft: tuple[Task, ...]
    rl: tuple[Task, ...]
    held_out: tuple[Task, ...]


def anchor_of(task: Task) -> str:
    """What the picture of a task shows, as a key: the page, else the picture.

    >>> from searchvl_gym.types import Hop, TaskImage
    >>> anchor_of(Task("a", "?", "x", hops=(Hop(7, "height", "3 m"),)))
    'page 7'
    """
    if task.hops:
        return f"page {task.hops[0].subject}"
    if task.images:
        image = task.images[0]
        return f"image {image.world_image if image.path is None else image.path}"
    return f"task {task.id}"


def split_by_anchor(
    tasks: Sequence[Task], settings: SetSettings | None = None, *, seed: int
) -> TaskSplit:
    """Share out instances, an anchor at a time; the order within each set stays.

    The order in which anchors are taken is a hash of seed, world and anchor. An anchor goes to
    the RL set when all its instances still fit into its share.

    Args:
        tasks: The instances.
        settings: Shares.
        seed: Of the order.
    """
    settings = settings or SetSettings()
    used = [task for task in tasks if task.split in settings.splits]
    sizes: dict[str, int] = {}
    worlds: dict[str, str] = {}
    for task in used:
        anchor = anchor_of(task)
        sizes[anchor] = sizes.get(anchor, 0) + 1
        worlds[anchor] = task.world
    wanted = round(settings.rl_share * len(used))
    chosen: set[str] = set()
    for anchor in sorted(sizes, key=lambda each: _place(seed, worlds[each], each)):
        if sizes[anchor] <= wanted:
            chosen.add(anchor)
            wanted -= sizes[anchor]
    return TaskSplit(
        sft=_those(used, lambda task: anchor_of(task) not in chosen),
        rl=_those(used, lambda task: anchor_of(task) in chosen),
        held_out=_those(tasks, lambda task: task.split not in settings.splits),
    )


def _those(tasks: Iterable[Task], wanted: Callable[[Task], bool]) -> tuple[Task, ...]:
    return tuple(task for task in tasks if wanted(task))


def _place(seed: int, world: str, anchor: str) -> bytes:
    return hashlib.blake2b(f"{seed}\0{world}\0{anchor}".encode(), digest_size=16).digest()
