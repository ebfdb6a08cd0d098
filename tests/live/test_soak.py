"""A short soak: what is lost or not typed in a long one would be so here as well."""

import pytest

from benchmarks.live.soak import soak
from searchvl_gym.types import ErrorKind

pytestmark = pytest.mark.needs("serpapi", "tenacity", "protego", "trafilatura", "pypdf")


def test_faults_lose_nothing_and_have_types() -> None:
    figures = soak(steps=64, environments=16, seed=3)
    assert figures.steps >= 64 and figures.episodes > 0
    assert (figures.lost, figures.untyped) == (0, 0)
    assert figures.errors and figures.errors.keys() <= set(map(str, ErrorKind))
    assert max(figures.files) - min(figures.files) < 64
