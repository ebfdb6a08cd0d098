"""What a task set remembers of its world's pictures, so that others can be told apart.

Fingerprints state what was decided, not what a processor made of it. Two machines may hold the
same world with other pixels; whoever plays tasks of the one on the other is told how many differ.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from searchvl_gym.types import Task

if TYPE_CHECKING:
    from searchvl_gym.world import World

MOST_PICTURES = 64
"""Of how many pictures a set keeps digests; spread evenly over those that its tasks show."""

_DIGITS = 12


class OtherPicturesWarning(UserWarning):
    """The pictures of a world differ from those of the machine where the tasks were made."""


class DrawnFiles(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The drawn pictures of a world as one machine made them.

    Attributes:
        files: `WorldInfo.drawn_files`.
        pictures: Id -> digest of the file, for some pictures that the tasks show.
    """

    files: str
    pictures: dict[int, str]


def drawn_files(world: World, tasks: Sequence[Task]) -> DrawnFiles | None:
    """What to remember of a world's pictures; None where it stores none that it drew.

    Args:
        world: The world that the tasks were made from.
        tasks: The tasks; pictures that are files of their own are passed over.
    """
    if not world.info.drawn_files:
        return None
    references = (each.world_image for task in tasks for each in task.images)
    shown = sorted({each for each in references if each is not None})
    chosen = shown[:: max(1, -(-len(shown) // MOST_PICTURES))]
    return DrawnFiles(world.info.drawn_files, {each: _digest(world, each) for each in chosen})


def warn_of_other_pictures(
    name: str, tasks: Sequence[Task], drawn: DrawnFiles | None, world: World
) -> None:
    """Warn where tasks are about to be played with other pictures than they were made with.

    Args:
        name: Of the task set.
        tasks: Its tasks.
        drawn: What it remembers, if anything.
        world: The world to play in.
    """
    here = world.info.drawn_files
    if drawn is None or not here or drawn.files == here or not tasks:
        return
    if tasks[0].world != world.fingerprint:
        return  # another world: its tasks are refused one by one
    known = [each for each in drawn.pictures if 0 <= each < world.info.counts["images"]]
    differ = sum(_digest(world, each) != drawn.pictures[each] for each in known)
    warnings.warn(
        f"the tasks {name!r} were made where the pictures of {world.info.name} came out otherwise "
        f"(drawn files {drawn.files[:_DIGITS]} there, {here[:_DIGITS]} here): {differ} of "
        f"{len(known)} compared that the tasks show differ. Questions and answers are the same; "
        "what tools make of the pictures may not be. See `searchvl world info --verify`",
        OtherPicturesWarning,
        stacklevel=2,
    )


def _digest(world: World, image_id: int) -> str:
    return world.file_digest(image_id)[:_DIGITS]
