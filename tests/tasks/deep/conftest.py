"""A small spread-out Atlas, shared by the tests of this folder."""

from __future__ import annotations

import pytest

from searchvl_gym.tasks import TaskSet
from searchvl_gym.tasks.deep import deep_tasks
from searchvl_gym.world import World
from searchvl_gym.world.sources.atlas import build_atlas


@pytest.fixture(scope="session")
def spread(tmp_path_factory: pytest.TempPathFactory) -> World:
    return build_atlas(
        tmp_path_factory.mktemp("spread") / "world", size=700, seed=3, dispersion=1.0,
        pictures="on_demand", progress=False,
    )  # fmt: skip


@pytest.fixture(scope="session")
def tasks(spread: World) -> TaskSet:
    return deep_tasks(spread, split="train", n=12, depth=8)
