"""Slips of copying: names that a model wrote almost as it had read them, but not quite.

A model that has learnt the names of its training worlds by heart writes one of those where it
should copy what stands before it. In a world with other names that shows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from searchvl_gym.types import Trajectory
from searchvl_gym.world.folding import words

_NAME = re.compile(r"[^\W\d_]*[A-ZÀ-ÞŁŚŻŌ][^\W\d_]+|[0-9]{2,}")


@dataclass(frozen=True)
class Copying:
    """How faithfully names were copied.

    Attributes:
        names: Words of names and numbers that were written in calls and answers.
        slips: Of those, how many stand nowhere in what had been read until then.
    """

    names: int
    slips: int

    @property
    def rate(self) -> float:
        """Share of the names that are slips; 0 where none was written."""
        return self.slips / self.names if self.names else 0.0


def count_copying(trajectories: Iterable[Trajectory]) -> Copying:
    """Count names and slips of episodes.

    What a question or a tool has said may be written; where a picture was not read yet, its text
    may not, so a name that was guessed counts as a slip as well.
    """
    names = slips = 0
    for trajectory in trajectories:
        read = set(words(trajectory.task.question))
        for step in trajectory.steps:
            if step.call is not None:
                for value in step.call.arguments.values():
                    if not isinstance(value, str) or value.startswith("img_"):
                        continue
                    for name in _NAME.findall(value):
                        parts = set(words(name))
                        names += 1
                        slips += not parts <= read
            read.update(words(step.observation))
    return Copying(names, slips)
