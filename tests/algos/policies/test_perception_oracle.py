"""The oracle on packed tasks that need eyes, in their world and with the real tools."""

from __future__ import annotations

from pathlib import Path

import pytest

from searchvl_gym.curation.trajectories.process_check import check_process
from searchvl_gym.leaderboard.suites import find_suite
from searchvl_gym.leaderboard.suites.packed import DATA
from searchvl_gym.leaderboard.suites.perception import VIEWS
from searchvl_gym.rollout import run
from searchvl_gym.rollout.reading import read_trajectories
from searchvl_gym.tasks import TaskSet
from searchvl_gym.world import World
from searchvl_gym.world.catalog import default_world

FAMILIES = ("find", "structure", "page_picture", "compute", "sharpen", "gallery", "enlarge", "pair")


@pytest.fixture(scope="module")
def world() -> World:
    return default_world("mini", views=VIEWS)


def test_the_packed_tasks_are_of_the_world_that_is_built(world: World) -> None:
    tasks = TaskSet.load(DATA / "atlas-perception-mini.jsonl")
    assert {task.world for task in tasks} == {world.fingerprint}


def test_tasks_that_are_not_packed_are_drawn_when_asked_for(world: World) -> None:
    suite = find_suite("atlas-perception")
    opened, (task,) = suite.load({"size": "mini", "split": "train"}, episodes=1)
    assert opened.fingerprint == world.fingerprint == task.world
    assert task.split == "train" and task.needs


def test_the_oracle_solves_a_task_of_each_family_with_honest_thoughts(
    world: World, tmp_path: Path
) -> None:
    packed = TaskSet.load(DATA / "atlas-perception-mini.jsonl")
    tasks = [next(t for t in packed if t.metadata["family"] == name) for name in FAMILIES]
    summary = run(
        "SearchVL/Atlas-v0",
        "oracle",
        episodes=len(tasks),
        seed=0,
        workers=1,
        out=tmp_path / "run",
        env_kwargs={"world": world, "tasks": tasks, "tools": "perception"},
        progress=False,
    )
    assert summary.success_rate == 1.0
    for trajectory in read_trajectories(tmp_path / "run"):
        assert check_process(trajectory) is None
        used = {step.call.name for step in trajectory.steps if step.call is not None}
        assert set(trajectory.task.needs) <= used
