"""A small real world, tasks in it, cheap tools, and a reward that needs no world."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from small_setting import CHEAP, ExactAnswer, picture, png

from searchvl_gym.env import SearchEnv
from searchvl_gym.registration import register_environments
from searchvl_gym.tools import ToolSuite
from searchvl_gym.tools.catalog import default_tools
from searchvl_gym.types import Degradation, Task, TaskImage
from searchvl_gym.world import ImageRecord, Page, World, WorldWriter, open_world

register_environments()


@pytest.fixture(scope="session")
def small_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    path = tmp_path_factory.mktemp("worlds") / "small"
    pages = [
        Page(
            id=number,
            title=f"Brücke {number}",
            kind="building",
            url=f"https://atlas.example/wiki/Bruecke_{number}",
            text=f"Brücke {number} is a bridge. It opened in {1900 + number}.",
            images=(number,),
        )
        for number in range(6)
    ]
    images = [
        ImageRecord(number, number, "a view", None, 320, 240, png(picture(number)))
        for number in range(6)
    ]
    with WorldWriter(
        path, name="small", source="test", seed=0, licence="CC0-1.0", settings={}, relations=()
    ) as writer:
        writer.add_pages(pages)
        writer.add_images(images)
        writer.finish()
    yield open_world(path)


@pytest.fixture(scope="session")
def tasks(small_world: World) -> list[Task]:
    return [
        Task(
            f"task-{number}",
            "When did this bridge open?",
            str(1900 + number),
            images=(
                TaskImage(
                    world_image=number,
                    degradation=Degradation("blur", 2.0) if number % 2 else None,
                ),
            ),
            split="train",
            world=small_world.fingerprint,
        )
        for number in range(6)
    ]


@pytest.fixture(scope="session")
def cheap_suite() -> ToolSuite:
    return ToolSuite([tool for tool in default_tools() if tool.name in CHEAP])


@pytest.fixture
def settings(small_world: World, tasks: list[Task], cheap_suite: ToolSuite) -> dict[str, Any]:
    """What every environment of these tests is made with."""
    return {
        "world": small_world,
        "tasks": tasks,
        "tools": cheap_suite,
        "reward": ExactAnswer(),
    }


@pytest.fixture
def make_env(settings: dict[str, Any]) -> Callable[..., SearchEnv]:
    return lambda **extra: SearchEnv(**{**settings, **extra})
