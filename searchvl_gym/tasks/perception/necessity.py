"""Proof by trial that a task needs its tools: the strongest player plays it without each.

All plays of a task share one set of pictures and remember every call, so that a tool runs once
for all of them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from searchvl_gym.tasks.perception.goals import plan_of
from searchvl_gym.tasks.perception.player import Player
from searchvl_gym.tasks.pictures import load_picture
from searchvl_gym.tools.base import ToolContext
from searchvl_gym.tools.suite import ToolSuite
from searchvl_gym.types import ErrorKind, Image, Task, ToolCall, ToolError

if TYPE_CHECKING:
    from searchvl_gym.world import World

REMOVABLE = (
    "crop",
    "sharpen",
    "super_resolution",
    "perspective_correct",
    "layout_parsing",
    "text_search",
    "image_search",
    "visit",
    "python_interpreter",
    "open_image",
)
"""Tools whose need is tried; `web_search` equals `text_search` and is taken away throughout."""

READER_AND_SEARCH = ("layout_parsing", "text_search")


@dataclass(frozen=True)
class Played:
    """How a play ended.

    Attributes:
        answer: What the player said; None when it gave up.
        right: Whether it is the task's answer.
        used: Names of the tools that it called, in the order of their first calls.
        calls: How many calls it made.
    """

    answer: str | None
    right: bool
    used: tuple[str, ...]
    calls: int


class _Pictures:
    """Pictures of one task: those given and those that tools made."""

    def __init__(self, given: Sequence[Image]) -> None:
        self._pictures = list(given)

    def names(self) -> Sequence[str]:
        return tuple(f"img_{number}" for number in range(1, len(self._pictures) + 1))

    def get(self, name: str) -> Image:
        number = int(name.removeprefix("img_"))
        if not 1 <= number <= len(self._pictures):
            raise ToolError(ErrorKind.BAD_ARGUMENTS, f"There is no picture {name}.")
        return self._pictures[number - 1]

    def add(self, pixels: Image) -> None:
        self._pictures.append(pixels)


class Trial:
    """One task on the table, to be played with different tools.

    Args:
        task: With a plan.
        world: The world that it is of.
        suite: The tools.
        right: Judges an answer.

    Raises:
        ValueError: When the task has no plan.
    """

    def __init__(
        self, task: Task, world: World, suite: ToolSuite, right: Callable[[str, Task], bool]
    ) -> None:
        plan = plan_of(task)
        if plan is None:
            raise ValueError(f"task {task.id} has no plan; only perception tasks have one")
        self._task, self._plan, self._suite, self._right = task, plan, suite, right
        self._pictures = _Pictures([load_picture(image, world) for image in task.images])
        self._context = ToolContext(self._pictures, world)
        self._told: dict[str, str] = {}
        self._played: dict[frozenset[str], Played] = {}

    def play(self, tools: Collection[str]) -> Played:
        """Play with some of the tools; the same ones are played once."""
        chosen = frozenset(tools)
        if chosen not in self._played:
            self._played[chosen] = self._play(chosen)
        return self._played[chosen]

    def right_without(self, tool: str, among: Collection[str] = REMOVABLE) -> bool:
        """Whether the task is solved with all tools but one."""
        return self.play([other for other in among if other != tool]).right

    def _play(self, tools: Collection[str]) -> Played:
        player = Player(self._plan, self._task.question, tools).play()
        used: dict[str, None] = {}
        calls = 0
        try:
            move = next(player)
            while True:
                calls += 1
                used.setdefault(move.call.name)
                move = player.send(self._run(move.call))
        except StopIteration as end:
            answer: str | None = end.value
        right = answer is not None and self._right(answer, self._task)
        return Played(answer, right, tuple(used), calls)

    def needs(self, among: Collection[str] = REMOVABLE) -> tuple[str, ...] | None:
        """Tools without which the task is not solved; None when it is not solved with all."""
        if not self.play(among).right:
            return None
        return tuple(tool for tool in among if not self.right_without(tool, among))

    def _run(self, call: ToolCall) -> str:
        key = json.dumps([call.name, call.arguments], sort_keys=True)
        if key not in self._told:
            try:
                result = self._suite.run(call, self._context)
            except ToolError as error:
                self._told[key] = f"Error: {error.message}"
            else:
                if result.image is not None:
                    self._pictures.add(result.image)
                self._told[key] = result.text
        return self._told[key]
