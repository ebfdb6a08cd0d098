"""A page on Atlas mini: what it offers, its application, and a client without a network."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from searchvl_gym.leaderboard.suites import find_suite
from searchvl_gym.rollout import run
from searchvl_gym.tasks import TaskSet
from searchvl_gym.world import World


@pytest.fixture(scope="session")
def suite_tasks(mini_world: World) -> TaskSet:
    """The tasks that the page plays."""
    return find_suite("atlas-mini").load({}, episodes=None)[1]


@pytest.fixture(scope="session")
def runs_folder(
    tmp_path_factory: pytest.TempPathFactory, mini_world: World, suite_tasks: TaskSet
) -> Iterator[Path]:
    """Two runs on the same tasks, one in a folder of its own."""
    folder = tmp_path_factory.mktemp("runs")
    for name, policy in (("board/oracle", "oracle"), ("quiet", "no_tool")):
        run(
            "SearchVL/Atlas-v0",
            policy,
            episodes=4,
            out=folder / name,
            env_kwargs={"world": mini_world, "tasks": suite_tasks},
            progress=False,
        )
    yield folder
