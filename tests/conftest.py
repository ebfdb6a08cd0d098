"""The world that most tests look into."""

import pytest

from searchvl_gym.world import World
from searchvl_gym.world.catalog import default_world


@pytest.fixture(scope="session")
def mini_world() -> World:
    """Atlas mini; built on first use, kept in the cache."""
    return default_world("mini")
