"""A small Atlas with photographs, shared by the tests of this folder."""

from __future__ import annotations

import pytest

from searchvl_gym.world import World
from searchvl_gym.world.sources.atlas import build_atlas


@pytest.fixture(scope="session")
def photographed(tmp_path_factory: pytest.TempPathFactory) -> World:
    return build_atlas(
        tmp_path_factory.mktemp("photographed") / "world", size=150, seed=5, views=1, progress=False
    )
