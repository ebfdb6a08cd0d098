"""The bootstrap interval, and what was published."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.intervals import bootstrap_interval
from benchmarks.suites import published_results

COLUMNS = ("SimpleVQA", "VDR", "MMSearch", "LiveVQA", "BrowseComp-VL", "FVQA", "InfoSeek")
RIGHT_OR_WRONG = st.lists(st.sampled_from([0.0, 1.0]), min_size=1, max_size=60)
few = settings(max_examples=50)


@few
@given(RIGHT_OR_WRONG, st.integers(0, 2**32))
def test_the_interval_holds_the_mean_and_stays_in_range(outcomes: list[float], seed: int) -> None:
    low, high = bootstrap_interval(outcomes, seed=seed, resamples=1000)
    assert 0 <= low <= np.mean(outcomes) <= high <= 1
    assert bootstrap_interval(outcomes, seed=seed, resamples=1000) == (low, high)
    if len(set(outcomes)) == 1:
        assert low == high == outcomes[0]


@few
@given(RIGHT_OR_WRONG, st.floats(0.1, 10), st.floats(-5, 5))
def test_it_moves_with_the_scale_and_mirrors(outcomes: list[float], by: float, to: float) -> None:
    low, high = bootstrap_interval(outcomes, resamples=500)
    moved = [by * outcome + to for outcome in outcomes]
    assert bootstrap_interval(moved, resamples=500) == pytest.approx(
        (by * low + to, by * high + to)
    )
    mirrored = [1 - outcome for outcome in outcomes]
    assert bootstrap_interval(mirrored, resamples=500) == pytest.approx((1 - high, 1 - low))


@few
@given(RIGHT_OR_WRONG, st.floats(0.05, 0.9), st.floats(0.01, 0.09))
def test_more_certainty_is_a_wider_interval(
    outcomes: list[float], level: float, more: float
) -> None:
    low, high = bootstrap_interval(outcomes, level=level, resamples=500)
    wider_low, wider_high = bootstrap_interval(outcomes, level=level + more, resamples=500)
    assert wider_low <= low <= high <= wider_high


@pytest.mark.parametrize(("right", "of"), [(120, 400), (50, 100), (900, 1000)])
def test_its_width_is_that_of_the_normal_approximation(right: int, of: int) -> None:
    low, high = bootstrap_interval([1.0] * right + [0.0] * (of - right))
    share = right / of
    assert high - low == pytest.approx(2 * 1.96 * (share * (1 - share) / of) ** 0.5, rel=0.06)
    assert (low + high) / 2 == pytest.approx(share, abs=0.01)


def test_it_covers_the_truth_as_often_as_it_says() -> None:
    rng = np.random.default_rng(0)
    covered = 0
    for _ in range(300):
        low, high = bootstrap_interval((rng.random(200) < 0.4).astype(float), resamples=400)
        covered += low <= 0.4 <= high
    assert 0.90 <= covered / 300 <= 0.99


def test_a_large_set_is_resampled_in_blocks() -> None:
    outcomes = np.zeros(1_000_001)
    outcomes[:500_000] = 1
    low, high = bootstrap_interval(outcomes, resamples=3)
    assert 0.49 < low < high < 0.51


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"outcomes": []}, "no outcomes"),
        ({"level": 0.0}, "level must be between 0 and 1"),
        ({"level": 1.0}, "got 1.0"),
        ({"level": float("nan")}, "got nan"),
        ({"resamples": 0}, "resamples must be at least 1, got 0"),
    ],
)
def test_wrong_arguments_are_refused(arguments: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        bootstrap_interval(**{"outcomes": [1.0, 0.0], **arguments})  # type: ignore[arg-type]


@pytest.mark.parametrize("column", COLUMNS)
def test_published_results(column: str) -> None:
    rows = published_results(column)
    assert len(rows) >= 23
    assert {row.workflow for row in rows} == {"direct", "rag", "agentic"}
    assert all(0 <= row.accuracy <= 100 for row in rows)
    assert len({(row.model, row.workflow) for row in rows}) == len(rows)
    best = max(rows, key=lambda row: row.accuracy)
    direct = max(row.accuracy for row in rows if row.workflow == "direct")
    assert best.accuracy >= direct


def test_published_results_of_one_model_and_of_nothing() -> None:
    scores = [
        row.accuracy
        for column in COLUMNS
        for row in published_results(column)
        if row.model == "OpenSearch-VL-32B"
    ]
    assert scores == [76.2, 33.8, 72.3, 70.5, 43.8, 74.7, 74.8]
    # A score that is missing in the table is missing here, too.
    assert "WebWatcher-7B" not in {row.model for row in published_results("FVQA")}
    assert published_results(None) == ()
    with pytest.raises(ValueError, match=r"nothing was published for 'Atlas'.*SimpleVQA"):
        published_results("Atlas")
