"""Rollouts on a Ray cluster of two workers on this machine."""

import os
import signal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rollout_double import ID, Breaking, Wanderer

from searchvl_gym.rollout import run
from searchvl_gym.rollout.errors import RolloutError
from searchvl_gym.rollout.reading import read_trajectories
from searchvl_gym.types import Task

pytestmark = pytest.mark.needs("ray")

EPISODES = 10


class KilledOnce(Wanderer):
    """Its process is killed as an episode begins, the first time that it does."""

    name = "wanderer"

    def __init__(self, mark: Path, episode: int) -> None:
        super().__init__()
        self.mark, self.episode = mark, episode

    def reset(self, slot: int, task: Task, rng: np.random.Generator) -> None:
        if task.id == f"t{self.episode}" and not self.mark.exists():
            self.mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        super().reset(slot, task, rng)


def test_the_same_run_though_a_worker_is_killed(cluster: Any, tmp_path: Path) -> None:
    here = run(ID, Wanderer(), episodes=EPISODES, out=tmp_path / "here", progress=False)
    mark = tmp_path / "killed"
    there = run(
        ID,
        KilledOnce(mark, 3),
        episodes=EPISODES,
        workers=2,
        slots=2,
        engine="ray",
        out=tmp_path / "ray",
        progress=False,
    )
    assert mark.exists()
    assert there.fingerprint == here.fingerprint
    assert len(read_trajectories(tmp_path / "ray")) == EPISODES
    pictures = [
        sorted(path.name for path in (tmp_path / run_ / "images").iterdir())
        for run_ in ("here", "ray")
    ]
    assert pictures[0] == pictures[1] and pictures[0]


def test_what_a_policy_raises_stops_the_run_with_one_line(cluster: Any, tmp_path: Path) -> None:
    with pytest.raises(RolloutError) as caught:
        run(
            ID,
            Breaking(at=4),
            episodes=EPISODES,
            workers=2,
            engine="ray",
            out=tmp_path / "out",
            progress=False,
        )
    assert "\n" not in str(caught.value)
    finished = len(read_trajectories(tmp_path / "out"))
    assert finished < EPISODES


def test_an_episode_that_kills_every_worker_ends_the_run(cluster: Any, tmp_path: Path) -> None:
    with pytest.raises(RolloutError, match="has lost its worker 3 times"):
        run(
            ID,
            Breaking(at=4, kill=True),
            episodes=EPISODES,
            workers=2,
            engine="ray",
            out=tmp_path / "out",
            progress=False,
        )


def test_without_ray_or_with_another_engine(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="engine must be local or ray"):
        run(ID, Wanderer(), episodes=1, engine="spark", out=tmp_path, progress=False)  # type: ignore[arg-type]
