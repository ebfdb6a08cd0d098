"""Limits, retries, the circuit breaker, budgets: with a clock that the test turns."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchvl_gym.live.budget import Budget, MemoryLedger
from searchvl_gym.live.cassette import Cassette
from searchvl_gym.live.errors import TRANSIENT, Fault, LiveError
from searchvl_gym.live.manners import Limits, Manners
from searchvl_gym.live.service import read_retry_after

pytestmark = pytest.mark.needs("tenacity")


class Clock:
    """Time that passes only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def failing(
    fault: Fault, times: int, retry_after: float = 0.0
) -> tuple[Callable[[], str], list[int]]:
    """A request that fails at first, and the numbers of its attempts."""
    attempts: list[int] = []

    def request() -> str:
        attempts.append(len(attempts))
        if len(attempts) <= times:
            raise LiveError(fault, "no.", retry_after=retry_after)
        return "yes"

    return request, attempts


def manners(clock: Clock, **limits: float) -> Manners:
    chosen = Limits(**{"rate": 1e9, **limits})  # type: ignore[arg-type]
    return Manners(chosen, clock=clock, sleep=clock.sleep)


@pytest.mark.parametrize("fault", Fault)
def test_only_what_may_pass_is_repeated(fault: Fault) -> None:
    clock = Clock()
    request, attempts = failing(fault, 2)
    if fault in TRANSIENT:
        assert manners(clock).run("a", request) == "yes"
        assert len(attempts) == 3
    else:
        with pytest.raises(LiveError):
            manners(clock).run("a", request)
        assert len(attempts) == 1 and not clock.slept


def test_waits_grow_with_jitter_and_are_bounded() -> None:
    clock = Clock()
    request, attempts = failing(Fault.SERVER, 99)
    polite = manners(clock, attempts=8, backoff=1.0, longest_wait=10.0, failures=99)
    with pytest.raises(LiveError):
        polite.run("a", request)
    assert len(attempts) == 8
    for number, wait in enumerate(clock.slept):
        full = min(2.0**number, 10.0)
        assert 0.5 * full <= wait <= full
    assert len(set(clock.slept[:4])) == 4


def test_retry_after_is_waited_for() -> None:
    clock = Clock()
    request, _ = failing(Fault.RATE_LIMIT, 1, retry_after=7.0)
    assert manners(clock).run("a", request) == "yes"
    assert clock.slept == [7.0]


def test_a_host_that_asks_for_an_hour_is_left_alone_for_an_hour() -> None:
    clock = Clock()
    polite = manners(clock)
    request, attempts = failing(Fault.RATE_LIMIT, 1, retry_after=3600.0)
    with pytest.raises(LiveError) as caught:
        polite.run("a", request)
    assert caught.value.fault is Fault.RATE_LIMIT
    with pytest.raises(LiveError) as caught:
        polite.run("a", request)
    assert caught.value.fault is Fault.PAUSED and len(attempts) == 1
    assert polite.run("b", lambda: "other hosts go on") == "other hosts go on"
    clock.now += 3601
    assert polite.run("a", request) == "yes"


def test_the_circuit_opens_after_a_run_of_failures_and_closes_with_a_success() -> None:
    clock = Clock()
    polite = manners(clock, attempts=1, failures=3, pause=60.0)
    request, attempts = failing(Fault.CONNECTION, 4)
    for _ in range(3):
        with pytest.raises(LiveError):
            polite.run("a", request)
    with pytest.raises(LiveError) as caught:
        polite.run("a", request)
    assert caught.value.fault is Fault.PAUSED and len(attempts) == 3
    clock.now += 61
    with pytest.raises(LiveError):  # the one that tries: fails, and the circuit is open again
        polite.run("a", request)
    with pytest.raises(LiveError) as caught:
        polite.run("a", request)
    assert caught.value.fault is Fault.PAUSED and len(attempts) == 4
    clock.now += 61
    assert polite.run("a", request) == "yes"
    bad, _ = failing(Fault.CONNECTION, 2)
    for _ in range(2):  # one failure does not open it any more
        with pytest.raises(LiveError) as caught:
            polite.run("a", bad)
        assert caught.value.fault is Fault.CONNECTION


def test_answers_of_no_use_do_not_open_the_circuit() -> None:
    clock = Clock()
    polite = manners(clock, failures=2)
    request, attempts = failing(Fault.NOT_FOUND, 50)
    for _ in range(50):
        with pytest.raises(LiveError):
            polite.run("a", request)
    assert len(attempts) == 50


def test_no_more_than_the_rate() -> None:
    clock = Clock()
    polite = manners(clock, rate=4.0)
    times = []
    for _ in range(9):
        polite.run("a", lambda: times.append(clock.now))
    assert times[-1] - times[0] == pytest.approx(2.0)
    polite.run("b", lambda: times.append(clock.now))
    assert times[-1] == times[-2]


@given(st.integers(0, 30), st.floats(0, 3), st.floats(0.01, 0.5), st.integers(0, 40), st.booleans())
def test_no_more_than_the_budget_is_spent(
    max_calls: int, max_money: float, price: float, calls: int, bounded: bool
) -> None:
    ledger = MemoryLedger()
    budget = Budget(max_calls, max_money if bounded else None, price)
    made = 0
    for _ in range(calls):
        try:
            budget.charge(ledger)
            made += 1
        except LiveError as error:
            assert error.fault is Fault.BUDGET
    assert made == ledger.spent.calls <= max_calls
    assert ledger.spent.money == pytest.approx(made * price)
    allowed = min(max_calls, int(max_money / price * (1 + 1e-9)) if bounded else max_calls, calls)
    assert made == allowed


def test_a_cassette_keeps_one_sum_for_all(tmp_path: object) -> None:
    from pathlib import Path

    path = Path(str(tmp_path), "web.cassette")
    budget = Budget(max_calls=5)
    with Cassette(path, "record") as one, Cassette(path, "record") as other:
        for ledger in (one, other, one, other, one):
            budget.charge(ledger)
        with pytest.raises(LiveError, match="the budget of 5 calls is spent"):
            budget.charge(other)
    with Cassette(path, "record") as later, pytest.raises(LiveError):
        budget.charge(later)


@pytest.mark.parametrize(
    "arguments",
    [
        {"max_calls": -1},
        {"max_calls": 1.5},
        {"max_calls": True},
        {"max_money": -1.0, "price": 1.0},
        {"max_money": float("nan"), "price": 1.0},
        {"max_money": 5.0},
        {"price": -0.1},
    ],
)
def test_budgets_that_make_no_sense_are_refused(arguments: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"max_calls|max_money|price"):
        Budget(**arguments)  # type: ignore[arg-type]


@pytest.mark.parametrize("asked", ["", "soon", "-5", "nan", "inf", "Sun, 99 Nov 1994 08:49:37 GMT"])
def test_a_strange_retry_after_asks_for_nothing(asked: str) -> None:
    assert read_retry_after({"retry-after": asked}) == 0.0
