"""A small Earth without pictures, built once."""

from pathlib import Path

import pytest

from searchvl_gym.world import World
from searchvl_gym.world.sources.earth import cached_earth
from searchvl_gym.world.sources.earth.gazetteer import Gazetteer
from searchvl_gym.world.sources.earth.packages import read_packages

SIZE = 900


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("worlds")


@pytest.fixture(scope="session")
def earth(cache: Path) -> World:
    return cached_earth(cache, size=SIZE, pictures="none", progress=False)


@pytest.fixture(scope="session")
def gazetteer() -> Gazetteer:
    return Gazetteer(read_packages(), SIZE)
