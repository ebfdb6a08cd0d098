"""A real world of two pages with tasks, a policy to play them, and a way to die on the way.

A module of its own, because the subprocess that is killed imports it, too.
"""

import os
import signal
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from searchvl_gym.rollout import Store, run
from searchvl_gym.tasks import TaskSet
from searchvl_gym.tools import Faults
from searchvl_gym.types import Task, TaskImage, Trajectory
from searchvl_gym.world import Page, WorldWriter

EPISODES = 6


@dataclass(frozen=True)
class Breakdown:
    value: float
    parts: Mapping[str, float] = field(default_factory=dict)
    scored: bool = True
    reason: str = ""


class ExactAnswer:
    """A reward that is small enough to see through, and travels to worker processes."""

    def score(self, trajectory: Trajectory, world: Any) -> Breakdown:
        right = float(trajectory.answer == trajectory.task.answer)
        return Breakdown(right, {"accuracy": right})


def settings(folder: Path) -> dict[str, Any]:
    """Arguments of the environment: a world of two pages, tasks with a picture of noise."""
    world = folder / "world"
    if not world.exists():
        noise = np.random.default_rng(1).integers(0, 256, (60, 80, 3), np.uint8)
        Image.fromarray(noise).save(folder / "noise.png")
        with WorldWriter(
            world, name="two", source="test", seed=0, licence="CC0-1.0", settings={}, relations=()
        ) as writer:
            names = ("Zürich", "Basel")
            writer.add_pages(
                Page(n, name, "location", f"https://two/{n}", f"{name} is a town.")
                for n, name in enumerate(names)
            )
            writer.finish()
    picture = TaskImage(path=str(folder / "noise.png"))
    tasks = [Task(f"t{n}", "Which town?", "Basel", images=(picture,)) for n in range(EPISODES)]
    return {
        "world": str(world),
        "tasks": TaskSet(tasks, "two"),
        "max_steps": 6,
        "faults": Faults(0.3, seed=5),
        "reward": ExactAnswer(),
    }


def play(folder: Path, out: Path, **changes: Any) -> Any:
    arguments: dict[str, Any] = {"episodes": EPISODES, "seed": 8, "out": out, **changes}
    return run("SearchVL/World-v0", "random", env_kwargs=settings(folder), **arguments)


def kill_after(episodes: int) -> None:
    """Let this process die by SIGKILL as soon as it has stored so many episodes."""
    add = Store.add

    def add_and_die(self: Store, *arguments: Any) -> None:
        add(self, *arguments)
        if len(self.finished) == episodes:
            os.kill(os.getpid(), signal.SIGKILL)

    Store.add = add_and_die  # type: ignore[method-assign]
