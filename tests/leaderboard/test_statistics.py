"""Intervals that hold what they promise, and comparisons that agree with what they are made of."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest

from searchvl_gym.leaderboard.statistics import compare, holm, share_interval

few = settings(max_examples=40)
RIGHT_OR_WRONG = st.lists(st.sampled_from([0.0, 1.0]), min_size=1, max_size=60)


def clustered(
    rng: np.random.Generator, clusters: int, size: int, share: float, loyalty: float
) -> tuple[list[float], list[int]]:
    """Outcomes of which a share copies its cluster's own: correlated within clusters."""
    own = rng.random(clusters) < share
    alone = rng.random((clusters, size)) < share
    copied = rng.random((clusters, size)) < math.sqrt(loyalty)
    outcomes = np.where(copied, own[:, None], alone)
    return outcomes.astype(float).ravel().tolist(), np.repeat(np.arange(clusters), size).tolist()


@few
@given(RIGHT_OR_WRONG, st.floats(0.5, 0.99))
def test_without_clusters_it_is_clopper_and_pearson(outcomes: list[float], level: float) -> None:
    share = share_interval(outcomes, level=level)
    exact = binomtest(int(sum(outcomes)), len(outcomes)).proportion_ci(level, method="exact")
    assert (share.low, share.high) == pytest.approx((exact.low, exact.high), abs=1e-9)
    assert share.effective == share.items == share.clusters == len(outcomes)


@pytest.mark.parametrize("outcome", [0.0, 1.0])
def test_all_right_or_all_wrong_is_no_certainty(outcome: float) -> None:
    share = share_interval([outcome] * 60)
    assert share.value == outcome
    assert share.high - share.low == pytest.approx(1 - 0.025 ** (1 / 60))


@few
@given(RIGHT_OR_WRONG, st.integers(2, 5))
def test_items_said_twice_tell_nothing_more(outcomes: list[float], times: int) -> None:
    """Of clusters whose items all agree, each counts about once."""
    repeated = [outcome for outcome in outcomes for _ in range(times)]
    clusters = [number for number in range(len(outcomes)) for _ in range(times)]
    share, once = share_interval(repeated, clusters), share_interval(outcomes)
    assert share.value == pytest.approx(once.value)
    assert share.effective == pytest.approx(len(outcomes), rel=1e-9)
    assert (share.low, share.high) == pytest.approx((once.low, once.high), abs=1e-9)


@few
@given(st.lists(st.tuples(st.sampled_from([0.0, 1.0]), st.integers(0, 5)), min_size=1, max_size=60))
def test_clusters_never_make_it_surer(pairs: list[tuple[float, int]]) -> None:
    outcomes, clusters = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    share, independent = share_interval(outcomes, clusters), share_interval(outcomes)
    assert 0 <= share.low <= independent.low + 1e-9 <= share.value + 2e-9
    assert share.value <= independent.high + 1e-9 <= share.high + 2e-9 <= 1 + 2e-9
    assert 1 <= share.effective <= share.items
    assert share.clusters == len(set(clusters)) <= share.items


@pytest.mark.parametrize("loyalty", [0.0, 0.4, 1.0])
def test_it_covers_the_truth_where_items_share_pictures(loyalty: float) -> None:
    rng = np.random.default_rng(3)
    covered = naive = 0
    for _ in range(300):
        outcomes, clusters = clustered(rng, 40, 4, 0.6, loyalty)
        share, independent = share_interval(outcomes, clusters), share_interval(outcomes)
        covered += share.low <= 0.6 <= share.high
        naive += independent.low <= 0.6 <= independent.high
    assert covered / 300 >= 0.93
    if loyalty == 1.0:
        assert naive / 300 < 0.85  # what counting them as independent would be worth


@few
@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=2, max_size=60))
def test_a_comparison_is_mcnemar_and_the_same_the_other_way_round(
    pairs: list[tuple[bool, bool]],
) -> None:
    first, second = [float(pair[0]) for pair in pairs], [float(pair[1]) for pair in pairs]
    there = compare(first, second, resamples=400)
    back = compare(second, first, resamples=400)
    won = sum(one and not other for one, other in pairs)
    lost = sum(other and not one for one, other in pairs)
    assert (there.first_only, there.second_only) == (won, lost)
    assert (back.first_only, back.second_only) == (lost, won)
    # Two-sided exact, added up by hand.
    tail = sum(math.comb(won + lost, k) for k in range(min(won, lost) + 1)) / 2 ** (won + lost)
    assert there.p_value == back.p_value == pytest.approx(min(1.0, 2 * tail))
    assert there.difference == pytest.approx((won - lost) / len(pairs)) == -back.difference
    assert there.low <= there.difference + 1e-9 and there.difference <= there.high + 1e-9
    assert there.test == "mcnemar"


@few
@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=2, max_size=9))
def test_flipping_clusters_of_one_is_mcnemar(pairs: list[tuple[bool, bool]]) -> None:
    first, second = [float(pair[0]) for pair in pairs], [float(pair[1]) for pair in pairs]
    alone = compare(first, second, resamples=2000)
    # A further cluster of two items on which both agree makes it the other test.
    joined = compare([*first, 1, 1], [*second, 1, 1], [*range(len(first)), -1, -1], resamples=2000)
    assert joined.test == "sign_flip"
    assert joined.p_value == pytest.approx(alone.p_value)


def test_the_test_errs_as_seldom_as_it_says_where_items_share_pictures() -> None:
    rng = np.random.default_rng(5)
    wrongly = 0
    for _ in range(200):
        first, clusters = clustered(rng, 25, 4, 0.5, 1.0)
        second, _ = clustered(rng, 25, 4, 0.5, 1.0)
        wrongly += compare(first, second, clusters, resamples=199).p_value <= 0.05
    assert wrongly / 200 <= 0.10


def test_a_comparison_is_repeatable_and_finds_a_difference() -> None:
    rng = np.random.default_rng(1)
    better = (rng.random(200) < 0.8).astype(float).tolist()
    worse = (rng.random(200) < 0.5).astype(float).tolist()
    clusters = [number // 2 for number in range(200)]
    found = compare(better, worse, clusters, seed=4)
    assert found == compare(better, worse, clusters, seed=4)
    assert found.p_value < 0.001 and 0 < found.low < found.difference < found.high
    assert compare(better, better, clusters).p_value == 1.0
    one = compare([1.0, 1.0], [0.0, 0.0], [0, 0])
    assert (one.low, one.high, one.p_value) == (-1.0, 1.0, 1.0)  # one picture proves nothing


@few
@given(st.lists(st.floats(0, 1), max_size=8))
def test_holm_never_helps_and_keeps_the_order(p_values: list[float]) -> None:
    adjusted = holm(p_values)
    for before, after in zip(p_values, adjusted, strict=True):
        assert before <= after <= min(1.0, len(p_values) * before + 1e-12) or before == after
    order = sorted(range(len(p_values)), key=lambda place: p_values[place])
    assert [adjusted[place] for place in order] == sorted(adjusted)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: share_interval([]), "there are no outcomes"),
        (lambda: share_interval([0.5]), "must be 0 or 1"),
        (lambda: share_interval([1.0], level=1.0), "level must be between"),
        (lambda: share_interval([1.0], ["a", "b"]), "as many clusters, got 2"),
        (lambda: compare([1.0], [1.0, 0.0]), "cannot be paired"),
        (lambda: compare([1.0], [1.0], resamples=0), "resamples must be at least 1"),
    ],
)
def test_wrong_arguments_are_refused(call: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()  # type: ignore[operator]
