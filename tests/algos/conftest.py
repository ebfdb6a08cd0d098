"""What is built once for all tests of the trainers."""

from pathlib import Path

import pytest
from small_setting import make_world

from algos.models import Checkpoint
from searchvl_gym.world import World
from tests.algos.tiny_setting import make_checkpoint, play_demonstrations


@pytest.fixture(scope="session")
def tiny_world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return make_world(tmp_path_factory.mktemp("tiny") / "world")


@pytest.fixture
def checkpoint(tiny_world: World) -> Checkpoint:
    """Random weights, the same each time; a test may change them."""
    return make_checkpoint(tiny_world)


@pytest.fixture(scope="session")
def checkpoint_of_session(tiny_world: World) -> Checkpoint:
    """The same in double precision, for tests that do not change it."""
    made = make_checkpoint(tiny_world)
    made.model.double()
    return made


@pytest.fixture(scope="session")
def demonstrations(tiny_world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return play_demonstrations(tiny_world, tmp_path_factory.mktemp("demonstrations") / "run")
