"""One Atlas world of 400 pages, without drawn pictures."""

from pathlib import Path

import pytest

from searchvl_gym.world import World
from searchvl_gym.world.sources.atlas import build_atlas


@pytest.fixture(scope="session")
def atlas_world(tmp_path_factory: pytest.TempPathFactory) -> World:
    path: Path = tmp_path_factory.mktemp("atlas") / "world"
    return build_atlas(path, size=400, seed=5, pictures="on_demand", progress=False)
