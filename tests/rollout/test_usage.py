from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchvl_gym.rollout.usage import FILE, NOTHING, Budget, Usage, UsageLog

USAGES = st.builds(Usage, *[st.integers(0, 10**6)] * 3)


@given(
    played=st.lists(st.tuples(st.integers(0, 3), USAGES), max_size=8), torn=st.binary(max_size=9)
)
def test_what_was_spent_survives_a_torn_line(
    played: list[tuple[int, Usage]], torn: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("usage")
    log = UsageLog(path)
    for number, (episode, usage) in enumerate(played):
        if number == len(played) // 2:
            with (path / FILE).open("ab") as stream:
                stream.write(b'{"episode":' + torn.replace(b"\n", b""))
            log = UsageLog(path)
        log.add(episode, usage)
    assert log.spent == sum((usage for _, usage in played), NOTHING)
    assert dict(log.episodes) == dict(played)
    again = UsageLog(path)
    assert (again.spent, dict(again.episodes)) == (log.spent, dict(log.episodes))


@given(USAGES, USAGES, st.integers(1, 10**6))
def test_a_limit_is_reached_once_and_for_all(first: Usage, second: Usage, limit: int) -> None:
    for budget in (
        Budget(calls=limit),
        Budget(tokens=limit),
        Budget(money=limit / 1e6, price=(1, 2)),
    ):
        reached = bool(budget.used_up(first))
        assert not reached or budget.used_up(first + second)
    assert bool(Budget(calls=limit).used_up(first)) == (first.calls >= limit)
    assert Budget(price=(1.0, 2.0)).used_up(first) == "" == Budget().used_up(first)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"calls": 0}, "a budget of calls must be above 0, got 0"),
        ({"tokens": -1}, "a budget of tokens must be above 0"),
        ({"money": 1.0}, "needs the price"),
        ({"money": float("nan"), "price": (1, 1)}, "a budget of money must be above 0"),
        ({"price": (-1, 0)}, "prices must be at least 0"),
    ],
)
def test_wrong_budgets_are_refused(wrong: dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Budget(**wrong)


def test_a_log_is_read_where_there_is_none(tmp_path: Path) -> None:
    log = UsageLog(tmp_path)
    assert log.spent == NOTHING and not list(tmp_path.iterdir())
