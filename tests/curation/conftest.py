"""One curator of Atlas mini, and what it made of the first records."""

import pytest

from searchvl_gym.curation import CurationSettings, Curator, Question, Rejection
from searchvl_gym.world import World

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
