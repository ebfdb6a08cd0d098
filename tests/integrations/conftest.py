"""A world of mills with pictures, and the settings of an environment in it."""

import pytest
from small_setting import ExactAnswer, make_world

from searchvl_gym.tools import ToolSuite
from searchvl_gym.tools.catalog import default_tools
from searchvl_gym.types import Task, TaskImage


@pytest.fixture(scope="session")
def mills(tmp_path_factory):
    return make_world(tmp_path_factory.mktemp("doors") / "mills", pages=3)


@pytest.fixture
def settings(mills):
    suite = ToolSuite([tool for tool in default_tools() if tool.name in ("crop", "text_search")])
    tasks = [
        Task(
            f"mill-{n}",
            "When was this mill built?",
            str(1900 + n),
            images=(TaskImage(world_image=n),),
            world=mills.fingerprint,
        )
        for n in range(3)
    ]
    return {"world": mills, "tasks": tasks, "tools": suite, "reward": ExactAnswer()}
