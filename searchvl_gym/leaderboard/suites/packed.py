"""Tasks that come with the package, for suites whose drawing and proving takes long."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from searchvl_gym.tasks import TaskSet
from searchvl_gym.world import World

DATA = Path(__file__).parent / "data"

PAGES = 3_000
"""Size of the world of packed tasks."""

DEFAULTS: Mapping[str, Any] = {"size": PAGES, "split": "test", "world_seed": 0, "task_seed": 0}
"""Arguments of a suite with packed tasks."""


def packed_file(name: str, size: object = PAGES) -> Path:
    """Where the tasks of a suite in a world of a size are, or would be."""
    return DATA / f"{name}-{size}.jsonl"


def packed_tasks(
    name: str, chosen: Mapping[str, Any], world: World, episodes: int
) -> TaskSet | None:
    """The first tasks of a suite; None where they are not the ones that are packed.

    Args:
        name: Of the suite.
        chosen: Its arguments, with the keys of `DEFAULTS`.
        world: That they are to be played in.
        episodes: How many are wanted.
    """
    file = packed_file(name, chosen["size"])
    drawn_alike = all(chosen[key] == DEFAULTS[key] for key in DEFAULTS if key != "size")
    if not (file.exists() and drawn_alike):
        return None
    tasks = TaskSet.load(file)
    fits = tasks[0].world == world.fingerprint and episodes <= len(tasks)
    return tasks[:episodes] if fits else None
