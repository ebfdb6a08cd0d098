"""One curator of Atlas mini, and what it made of the first records; a tiny world by hand."""

import pytest
from small_setting import make_world

from searchvl_gym.curation import CurationSettings, Curator, FactBase, Question, Rejection
from searchvl_gym.curation.trajectories.experts import Experts
from searchvl_gym.world import World
from tests.curation.expert_play import play
from tests.curation.harbour import build_harbour

RECORDS = 150


@pytest.fixture(scope="session")
def curator(mini_world: World) -> Curator:
    return Curator(mini_world, CurationSettings.small_world(len(mini_world)), seed=0)


@pytest.fixture(scope="session")
def records(curator: Curator) -> list[Question | Rejection]:
    return list(curator.records(0, RECORDS))


@pytest.fixture(scope="session")
def questions(records: list[Question | Rejection]) -> list[Question]:
    return [record for record in records if isinstance(record, Question)]


@pytest.fixture(scope="session")
def harbour(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Ten pages with typed facts; see `harbour.py`."""
    return build_harbour(tmp_path_factory.mktemp("worlds") / "harbour", typed=True)


@pytest.fixture(scope="session")
def harbour_infoboxes(tmp_path_factory: pytest.TempPathFactory) -> World:
    """The same pages without typed facts."""
    return build_harbour(tmp_path_factory.mktemp("worlds") / "infoboxes", typed=False)


@pytest.fixture(scope="session")
def facts(harbour: World) -> FactBase:
    return FactBase(harbour)


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Six pages with a picture each."""
    return make_world(tmp_path_factory.mktemp("worlds") / "tiny")


@pytest.fixture(scope="session")
def experts(tiny: World, tmp_path_factory: pytest.TempPathFactory) -> Experts:
    """Rollouts of an expert that errs; see `expert_play.py`."""
    return play(tiny, tmp_path_factory.mktemp("experts") / "run")
