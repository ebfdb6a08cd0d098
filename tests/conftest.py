"""The world that most tests look into; properties are checked at any speed of the machine."""

import shutil
from collections.abc import Iterator
from typing import Any

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


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """Ray with two workers here, one for all tests of a module: starting it takes seconds."""
    from searchvl_gym.rollout.ray_cluster import join_cluster

    ray, _ = join_cluster(2)
    yield ray
    ray.shutdown()


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Debian's Chromium; for tests that say `needs("playwright", program="chromium")`."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        program = shutil.which("chromium")
        started = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield started
        started.close()
