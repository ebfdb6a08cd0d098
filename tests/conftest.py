"""The world that most tests look into; properties are checked at any speed of the machine."""

import pytest
from hypothesis import HealthCheck, settings

from searchvl_gym.world import World
from searchvl_gym.world.catalog import default_world

settings.register_profile("any_speed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any_speed")


@pytest.fixture(scope="session")
def mini_world() -> World:
    """Atlas mini; built on first use, kept in the cache."""
    return default_world("mini")
