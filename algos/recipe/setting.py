"""World, tasks and environment of the laptop recipe."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from algos.recipe.brief_tools import brief_suite
from searchvl_gym.chat import FORMATS
from searchvl_gym.tasks import TaskSet, sample_tasks_of_worlds
from searchvl_gym.tools import Faults, ToolSuite
from searchvl_gym.world.catalog import SIZES, cache_dir, default_world
from searchvl_gym.world.many import AtlasRange, Worlds
from searchvl_gym.world.sources.atlas.kinds import Kinds
from searchvl_gym.world.sources.atlas.sizes import MAX_DRAWN

BRIDGES = ("birthplace", "death_place")
"""Relations of the first hop."""

ENDINGS = ("twin_town", "landmark")
"""Relations of the second hop."""

WIRE_FORMAT = "compact"


@dataclass(frozen=True)
class Setting:
    """Where the tiny model learns.

    Attributes:
        pages: Size of the Atlas, or its name.
        seed: Of the tasks.
        world_seeds: Of the Atlas, one a world; the tasks are dealt out over them.
        kinds: Of things that the worlds have; see `build_atlas`.
        drawn: Draw the pictures of the worlds once and store them, however many there are: several
            trainings in one world are worth the minutes that it takes.
        max_steps: Most turns of an episode.
        max_pixels: Pictures are shrunk to this many pixels before they are read.
    """

    pages: int | str = 3_000
    seed: int = 0
    world_seeds: tuple[int, ...] = (0,)
    kinds: Kinds = "all"
    drawn: bool = True
    max_steps: int = 10
    max_pixels: int = 400_000

    def worlds(self) -> Worlds:
        """The worlds, built on first use."""
        if self.drawn and int(SIZES.get(str(self.pages), self.pages)) > MAX_DRAWN:
            return Worlds(
                [
                    default_world(self.pages, seed, kinds=self.kinds, pictures="drawn")
                    for seed in self.world_seeds
                ]
            )
        return Worlds([str(AtlasRange(self.pages, self.world_seeds, kinds=self.kinds))])

    def suite(self) -> ToolSuite:
        """The brief tools, with readings kept beside the worlds."""
        return brief_suite(cache_dir() / f"readings-{self.pages}.sqlite")

    def system_prompt(self) -> str:
        """The prompt with its tool block: the same in SFT, in RL and in evaluation."""
        return FORMATS[WIRE_FORMAT].system_prompt(self.suite().schemas())

    def tasks(self, split: str, count: int) -> TaskSet:
        """Tasks of two hops over `BRIDGES` and `ENDINGS`.

        Raises:
            ValueError: When a world has too few of them.
        """
        return sample_tasks_of_worlds(
            self.worlds(),
            split=split,
            n=count,
            seed=self.seed,
            hops=(2,),
            repair_share=0.0,
            bridges=BRIDGES,
            endings=ENDINGS,
        )

    def environment(
        self, tasks: TaskSet, *, suite: ToolSuite | None = None, faults: Faults | None = None
    ) -> dict[str, Any]:
        """Arguments of `SearchVL/AtlasText-v0`."""
        return {
            "world": self.worlds(),
            "tasks": tasks,
            "tools": suite or self.suite(),
            "wire_format": WIRE_FORMAT,
            "lenient": False,
            "max_steps": self.max_steps,
            "max_pixels": self.max_pixels,
            "faults": faults,
        }


def parse_pages(text: str) -> int | str:
    """A size of the Atlas from a command line: a number of pages or a name."""
    return int(text) if text.isdigit() else text


def recipe_faults(rate: float = 0.45, burst: float = 8.0, seed: int = 0) -> Faults:
    """Outages that last for several calls, so that about a third of the episodes are fatal."""
    return Faults(rate=rate, burst=burst, kinds=("outage",), seed=seed)
