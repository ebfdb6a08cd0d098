"""Where a model is trained from the command line: world, tasks, tools and wire format.

| setting   | world                | tools                   | wire format     | for          |
|-----------|----------------------|-------------------------|-----------------|--------------|
| `recipe`  | the laptop recipe's  | three, with short words | `compact`       | tiny models  |
| `release` | Atlas, or one's own  | the ten of the release  | `opensearch_vl` | any Qwen-VL  |

A program of one's own calls `train` with the arguments of any `SearchVectorEnv`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from algos.recipe.setting import Setting, recipe_faults
from searchvl_gym.tasks import TaskSet, sample_tasks_of_worlds
from searchvl_gym.tools import Faults, ToolSuite
from searchvl_gym.world.catalog import SIZES, default_world
from searchvl_gym.world.many import AnyWorlds, gather_worlds

SETTINGS = ("recipe", "release")

Environments = tuple[dict[str, Any], dict[str, Any]]
"""Arguments of `SearchVectorEnv` for training, with faults, and for evaluation, without."""


def make_environments(
    setting: str,
    *,
    train: int,
    validation: int,
    world: str | None = None,
    fault_rate: float | None = None,
) -> Environments:
    """The environments of a setting.

    Args:
        setting: One of `SETTINGS`.
        train: Training tasks.
        validation: Validation tasks.
        world: A size of Atlas, the path of a world or of a folder of worlds, or a range such as
            `atlas:size=mini,seeds=0-15`, for `release`; None for Atlas mini. The tasks of many
            worlds are dealt out evenly.
        fault_rate: Share of the calls at which an outage begins; None for the recipe's.

    Raises:
        ValueError: When the world has too few tasks, or `recipe` is to play in another one.
        WorldError: When the world cannot be opened.
    """
    faults = recipe_faults() if fault_rate is None else recipe_faults(fault_rate)
    if setting == "recipe":
        if world is not None:
            raise ValueError("the setting recipe has a world of its own; use --setting release")
        recipe = Setting()
        return (
            recipe.environment(recipe.tasks("train", train), faults=faults),
            recipe.environment(recipe.tasks("validation", validation)),
        )
    plain = world is None or world in SIZES
    atlas = gather_worlds(default_world(world or "mini") if plain else world)
    # Loaded models (OCR, indexes) are shared.
    tools = ToolSuite()
    return (
        _release(atlas, sample_tasks_of_worlds(atlas, split="train", n=train), tools, faults),
        _release(
            atlas, sample_tasks_of_worlds(atlas, split="validation", n=validation), tools, None
        ),
    )


def read_tasks(files: Sequence[str | Path]) -> TaskSet:
    """Training tasks from files, one after another.

    Args:
        files: At least one, as `TaskSet.save` or `searchvl curate` wrote it.

    Raises:
        ValueError: When a file cannot be read, or two hold a task of the same id.
    """
    sets = [TaskSet.load(file) for file in files]
    if len(sets) == 1:
        return sets[0]
    return TaskSet([task for each in sets for task in each], "+".join(each.name for each in sets))


def _release(
    world: AnyWorlds, tasks: TaskSet, tools: ToolSuite, faults: Faults | None
) -> dict[str, Any]:
    return {
        "world": world,
        "tasks": tasks,
        "tools": tools,
        "wire_format": "opensearch_vl",
        "lenient": False,
        "faults": faults,
    }
