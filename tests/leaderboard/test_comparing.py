"""Who is set in bold, and who is not."""

from collections.abc import Hashable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchvl_gym.leaderboard.anchors import anchor_of
from searchvl_gym.leaderboard.comparing import Played, compare_all, find_best
from searchvl_gym.types import Hop, Task, TaskImage

ITEMS = 40
few = settings(max_examples=12, deadline=None)


def policy(name: str, right: int, *, reference: bool = False, items: int = ITEMS) -> Played:
    outcomes: dict[Hashable, float] = {item: float(item < right) for item in range(items)}
    return Played(name, outcomes, {item: item for item in range(items)}, reference)


def best_of(*played: Played) -> str | None:
    return find_best(played, compare_all(played))


def test_a_clear_lead_is_bold_and_a_narrow_one_is_not() -> None:
    assert best_of(policy("a", 30), policy("b", 12), policy("c", 2)) == "a"
    assert best_of(policy("a", 30), policy("b", 28), policy("c", 2)) is None
    assert best_of(policy("b", 12), policy("a", 30)) == "a"  # in any order


def test_nobody_is_bold_alone_or_beside_a_reference() -> None:
    oracle = policy("oracle", ITEMS, reference=True)
    assert best_of(policy("a", 30)) is None
    assert best_of(oracle, policy("a", 5)) is None
    assert best_of(oracle, policy("a", 30), policy("b", 2)) == "a"
    assert best_of() is None


@few
@given(st.lists(st.integers(0, ITEMS), min_size=2, max_size=5))
def test_bold_is_the_one_ahead_and_more_comparisons_never_make_it_easier(
    rights: list[int],
) -> None:
    played = [policy(f"p{number}", right) for number, right in enumerate(rights)]
    pairs = compare_all(played)
    assert len(pairs) == len(rights) * (len(rights) - 1) // 2
    assert all(pair.p_value >= pair.comparison.p_value for pair in pairs)
    best = find_best(played, pairs)
    if best is not None:
        assert sorted(rights)[-1] == rights[int(best[1:])] > sorted(rights)[-2]


def test_only_common_items_are_compared() -> None:
    one, other = policy("a", 30), policy("b", 12, items=25)
    [pair] = compare_all([one, other])
    assert pair.comparison.items == 25 and pair.comparison.first_only == 13
    elsewhere = Played("c", {"x": 1.0}, {"x": "x"})
    assert compare_all([one, elsewhere]) == []


def starting(identity: str, subject: int | None = None, picture: str = "") -> Task:
    hops = () if subject is None else (Hop(subject, "opened", identity),)
    images = (TaskImage(drawn=picture),) if picture else ()
    return Task(identity, "When?", "1982", images=images, hops=hops)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (starting("a", 3), starting("b", 3), True),
        (starting("a", 3), starting("b", 4), False),
        (starting("a", picture="x"), starting("b", picture="x"), True),
        (starting("a", picture="x"), starting("b", picture="y"), False),
        (starting("a"), starting("b"), False),
    ],
)
def test_tasks_from_one_picture_are_one_cluster(one: Task, other: Task, same: bool) -> None:
    assert (anchor_of(one) == anchor_of(other)) == same
