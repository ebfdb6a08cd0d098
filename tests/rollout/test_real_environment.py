"""Fingerprints with the real environment, its tools and the policies that ship."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from searchvl_gym.rollout import RolloutError, Store, run
from searchvl_gym.rollout.record import read_record
from searchvl_gym.rollout.store import image_path
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


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("real")


@pytest.fixture(scope="module")
def reference(folder: Path) -> Any:
    return play(folder, folder / "reference")


def test_two_workers_give_the_fingerprint_of_one_process(
    folder: Path, reference: Any, tmp_path: Path
) -> None:
    assert play(folder, tmp_path, workers=2, slots=2).fingerprint == reference.fingerprint
    assert reference.error_rate > 0


def test_a_killed_run_resumes_to_the_same_fingerprint(
    folder: Path, reference: Any, tmp_path: Path
) -> None:
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from pathlib import Path\n"
        "import test_real_environment as t\n"
        "t.kill_after(3)\n"
        "t.play(Path(sys.argv[2]), Path(sys.argv[3]))\n"
    )
    arguments = [sys.executable, "-c", code, str(Path(__file__).parent), str(folder), str(tmp_path)]
    done = subprocess.run(arguments, capture_output=True, text=True)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert len((tmp_path / "trajectories.jsonl").read_text().splitlines()) == 3
    assert play(folder, tmp_path, workers=2).fingerprint == reference.fingerprint


def kill_after(episodes: int) -> None:
    """Let this process die by SIGKILL as soon as it has stored so many episodes."""
    add = Store.add

    def add_and_die(self: Store, episode: int, encoded: bytes) -> None:
        add(self, episode, encoded)
        if len(self.finished) == episodes:
            os.kill(os.getpid(), signal.SIGKILL)

    Store.add = add_and_die  # type: ignore[method-assign]


def test_every_picture_of_every_trajectory_is_stored(folder: Path, reference: Any) -> None:
    record = read_record(folder / "reference")
    assert record is not None
    assert record.policy == "random"
    with Store(folder / "reference", record) as store:
        for _, trajectory in store.trajectories(EPISODES):
            for digest in trajectory.images:
                assert image_path(store.path, digest).is_file()


def test_a_changed_task_set_is_refused(folder: Path, reference: Any) -> None:
    changed = settings(folder)
    changed["tasks"] = changed["tasks"][:4]
    with pytest.raises(RolloutError, match="tasks: "):
        run(
            "SearchVL/World-v0",
            "random",
            episodes=4,
            seed=8,
            out=folder / "reference",
            env_kwargs=changed,
        )
