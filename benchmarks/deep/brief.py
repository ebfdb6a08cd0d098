"""Deep tasks for tiny models: plain sums over a set, four tools of a line each, a demonstrator.

Pages are opened by their titles, lists show names alone, other pages the one row that suits the
goal, and a tool adds up. So an episode of depth 10 has some fifteen turns of some thirty tokens.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Annotated, ClassVar

import numpy as np
from msgspec import Meta

from algos.recipe.brief_tools import BriefReading, BriefSearch, BriefVisit, VisitArguments, of_page
from algos.recipe.setting import Setting
from searchvl_gym.rollout.policy import Action, Observation, Play, ScriptedPolicy
from searchvl_gym.tasks import TaskSet
from searchvl_gym.tasks.deep import Bounds, deep_tasks, program_of
from searchvl_gym.tasks.deep.knowledge import Knowledge
from searchvl_gym.tasks.deep.measures import number_in, unit_in, written
from searchvl_gym.tasks.deep.program import Follow, Members, Total
from searchvl_gym.tools import Arguments, ToolContext, ToolSuite
from searchvl_gym.tools.memory import Remembered
from searchvl_gym.types import ErrorKind, Task, ToolCall, ToolError, ToolResult
from searchvl_gym.world import World, open_world
from searchvl_gym.world.many import Worlds
from searchvl_gym.world.resemblance import READ_ALIKE, most_alike
from searchvl_gym.world.sources.atlas import build_atlas

UNKNOWN = "unknown"
LIST = "List of "


class BriefPage(BriefVisit):
    """`visit` that shows one row of a page, and all names of a list."""

    description: ClassVar[str] = "Open a page or a list by its title and look for one fact."

    def run(self, arguments: VisitArguments, context: ToolContext) -> ToolResult:
        """See `Tool.run`."""
        world = context.world
        number = None if world is None else world.find(arguments.page)
        if world is None or number is None or not world.page(number).title.startswith(LIST):
            return super().run(arguments, context)
        page = world.page(number)
        names = "; ".join(link.anchor for link in page.links)
        return of_page(page, f"names: {names}")


class AddArguments(Arguments, frozen=True):
    """Arguments of `add`."""

    values: Annotated[str, Meta(min_length=1, max_length=2000, description="Separated by `;`.")]


class Add:
    """Adds up numbers as pages write them; the unit of the first stays."""

    name: ClassVar[str] = "add"
    description: ClassVar[str] = "Add up numbers."
    arguments: ClassVar[type[Arguments]] = AddArguments
    argument_aliases: ClassVar[dict[str, str]] = {}
    bounded: ClassVar[bool] = True

    def run(self, arguments: AddArguments, context: ToolContext) -> ToolResult:
        """See `Tool.run`."""
        parts = [part.strip() for part in arguments.values.split(";")]
        numbers = [number_in(part) for part in parts]
        known = [number for number in numbers if number is not None]
        if len(known) < len(parts):
            raise ToolError(ErrorKind.TOOL_FAILURE, "add: that is not a list of numbers.")
        return ToolResult(written(sum(known, Decimal(0)), unit_in(parts[0])))


@dataclass(frozen=True)
class DeepSetting(Setting):
    """Where the tiny model learns to go deep.

    Attributes:
        folder: Where the world and what was read in pictures are kept.
        depths: Of the tasks; they are dealt out over them.
    """

    pages: int | str = 700
    max_steps: int = 24
    folder: Path = Path()
    depths: tuple[int, ...] = (10,)

    def world(self) -> World:
        """The spread-out world, built on first use."""
        path = self.folder / f"world-{self.pages}-{self.world_seeds[0]}"
        if path.exists():
            return open_world(path)
        return build_atlas(
            path,
            size=self.pages,
            seed=self.world_seeds[0],
            workers=1,
            dispersion=1.0,
            pictures="on_demand",
            progress=False,
        )

    def worlds(self) -> Worlds:
        """See `Setting.worlds`."""
        return Worlds([str(self.world().path)])

    def suite(self) -> ToolSuite:
        """See `Setting.suite`."""
        reading = Remembered(BriefReading(), self.folder / "readings.sqlite")
        return ToolSuite([reading, BriefSearch(), BriefPage(), Add()])

    def tasks(self, split: str, count: int) -> TaskSet:
        """Plain sums: a picture, a way to its country, a set of things there, their sum.

        Raises:
            ValueError: When the world has too few of them.
        """
        world = self.world()
        kept: list[Task] = []
        for place, depth in enumerate(self.depths):
            share = len(range(place, count, len(self.depths)))
            drawn = deep_tasks(
                world,
                split=split,
                n=4 * share,
                depth=depth,
                seed=self.seed,
                bounds=Bounds(depth, shapes=("total",)),
            )
            plain = [task for task in drawn if _is_plain(task)]
            if len(plain) < share:
                raise ValueError(
                    f"only {len(plain)} of {len(drawn)} {split} tasks of depth {depth} are plain "
                    f"sums, {share} are needed; ask for fewer"
                )
            kept += plain[:share]
        return TaskSet(kept, f"deep-{'-'.join(map(str, self.depths))}-{split}")

    def of_depth(self, depth: int) -> DeepSetting:
        """The same with tasks of one depth."""
        return replace(self, depths=(depth,))


def _is_plain(task: Task) -> bool:
    program = program_of(task)
    assert program is not None
    names = [type(move).__name__ for move in program.moves]
    return names[0] == "Anchor" and set(names[1:-2]) <= {"Follow"} and names[-2] == "Members"


class DeepDemonstrator(ScriptedPolicy):
    """Plays plain sums with the brief tools; believes only what it has read.

    Args:
        world: Says what lists are called, and what a set's members are.
    """

    name = "deep_demonstrator"

    def __init__(self, world: World) -> None:
        super().__init__()
        self._knowledge = Knowledge(world)

    def play(self, task: Task, observation: Observation, rng: np.random.Generator) -> Play:
        """See `ScriptedPolicy.play`."""
        program = program_of(task)
        assert program is not None
        labels = {name: str(label).lower() for name, label in task.metadata["labels"].items()}
        text = yield from self._call("layout_parsing", image="img_1")
        lines = [line.partition(": ")[2] for line in text.split("\n")]
        anchor = str(task.metadata["anchors"][0])
        here, score = most_alike(lines, anchor)
        if score < READ_ALIKE:
            yield _answer(UNKNOWN)
            return
        title, country, values = here, self._knowledge.world.find(anchor), []
        for move, hop in zip(program.moves[1:], task.hops, strict=False):
            if not isinstance(move, Follow):
                break
            label = labels[move.relation]
            text = yield from self._call("text_search", q=f"{title} {label}")
            if hop.value not in text:
                text = yield from self._call("visit", page=title, goal=label)
            if hop.value not in text:
                yield _answer(UNKNOWN)
                return
            title, country = hop.value, hop.target
        members, total = program.moves[-2], program.moves[-1]
        assert isinstance(members, Members) and isinstance(total, Total)
        assert country is not None
        number = self._knowledge.list_page(country, members.noun)
        assert number is not None
        text = yield from self._call("visit", page=self._title(number), goal="names")
        for name in text.rpartition("names: ")[2].split("; "):
            text = yield from self._call("visit", page=name, goal=labels[total.relation])
            values.append(text.rpartition(": ")[2])
        text = yield from self._call("add", values="; ".join(values))
        yield _answer(text if number_in(text) is not None else UNKNOWN)

    def _title(self, page: int) -> str:
        return str(self._knowledge.pages[page].title)

    def _call(self, tool: str, **arguments: str) -> Generator[Action, Observation, str]:
        observation = yield ToolCall(tool, arguments)
        return str(observation["text"])


def _answer(text: str) -> ToolCall:
    return ToolCall("answer", {"text": text})
