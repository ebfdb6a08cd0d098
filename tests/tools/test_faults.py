import math
from typing import Any

import numpy as np
import pytest

from searchvl_gym.rollout.record import describe
from searchvl_gym.tools import Faults
from searchvl_gym.tools.faults import KINDS
from searchvl_gym.types import ErrorKind, ToolError


def draw(faults: Faults, calls: int, seed: int = 0) -> list[ToolError | None]:
    stream = faults.stream(np.random.default_rng(seed))
    return [stream.draw("crop") for _ in range(calls)]


@pytest.mark.parametrize("kinds", [KINDS, ("outage",), ("timeout", "malformed")])
@pytest.mark.parametrize(("rate", "burst"), [(0.05, 1.0), (0.2, 4.0), (0.6, 2.5)])
def test_rate_is_the_long_run_share(rate: float, burst: float, kinds: tuple[str, ...]) -> None:
    calls = 40_000
    failed = sum(error is not None for error in draw(Faults(rate, burst, kinds), calls))
    # Bursts make calls dependent: the variance grows by no more than twice the burst length.
    spread = math.sqrt(2 * burst * rate * (1 - rate) / calls)
    assert abs(failed / calls - rate) < 5 * spread


def test_outages_last_their_mean_length() -> None:
    errors = draw(Faults(0.1, 5.0, ("outage",)), 60_000)
    runs, length = [], 0
    for error in errors:
        if error is not None:
            length += 1
        elif length:
            runs.append(length)
            length = 0
    assert np.mean(runs) == pytest.approx(5.0, rel=0.15)  # now and then two outages touch


def test_kinds_and_whose_fault_they_are() -> None:
    errors = [error for error in draw(Faults(1.0), 300) if error is not None]
    assert len(errors) == 300
    assert {error.kind for error in errors} == {
        ErrorKind.TIMEOUT,
        ErrorKind.TOOL_FAILURE,
        ErrorKind.UNAVAILABLE,
    }
    assert all(error.infrastructure for error in errors)


def test_a_seed_replays_exactly_and_seeds_differ() -> None:
    faults = Faults(0.3, 2.0)
    assert draw(faults, 200) == draw(faults, 200)
    assert draw(faults, 200) != draw(faults, 200, seed=1)
    assert draw(faults, 200) != draw(Faults(0.3, 2.0, seed=1), 200)


def test_only_the_named_tools_fail() -> None:
    stream = Faults(1.0, 9.0, ("outage",), tools=("visit",)).stream(np.random.default_rng(0))
    for _ in range(20):
        assert stream.draw("crop") is None
        assert stream.draw("visit") is not None


def test_an_announced_outage_lasts_the_episode_and_says_so() -> None:
    faults = Faults(0.3, kinds=("outage",), tools=("visit",), announced=True)
    told = 0
    for seed in range(2_000):
        stream = faults.stream(np.random.default_rng(seed))
        errors = [stream.draw("visit") for _ in range(4)]
        assert stream.draw("crop") is None
        if stream.notice:
            told += 1
            assert stream.notice == "Out of service: visit."
            assert all(error is not None and error.infrastructure for error in errors)
        else:
            assert errors == [None] * 4
    assert told / 2_000 == pytest.approx(0.3, abs=0.05)
    assert not Faults(1.0).stream(np.random.default_rng(0)).notice


def test_silent_outages_are_recorded_as_before_there_were_others() -> None:
    silent, told = (
        Faults(0.3, kinds=("outage",), tools=("visit",), announced=told) for told in (False, True)
    )
    assert describe(silent) == {
        "Faults": {
            "rate": 0.3, "burst": 1.0, "kinds": ["outage"], "seed": 0, "tools": ["visit"],
        }
    }  # fmt: skip
    assert describe(told)["Faults"]["announced"] is True


def test_no_rate_no_faults() -> None:
    assert draw(Faults(0.0, 9.0), 500) == [None] * 500


@pytest.mark.parametrize(
    "wrong",
    [
        {"rate": -0.1},
        {"rate": 1.1},
        {"rate": math.nan},
        {"rate": 0.1, "burst": 0.5},
        {"rate": 0.1, "burst": math.inf},
        {"rate": 0.1, "kinds": ()},
        {"rate": 0.1, "kinds": ("fire",)},
        {"rate": 0.1, "kinds": ("outage", "outage")},
        {"rate": 0.1, "seed": -1},
        {"rate": 0.1, "seed": True},
        {"rate": 0.1, "tools": "visit"},
        {"kinds": ("outage",), "tools": (), "rate": 0.1, "announced": True},
        {"kinds": ("timeout",), "tools": ("visit",), "rate": 0.1, "announced": True},
        {"tools": ("visit",), "kinds": ("outage",), "rate": 0.1, "burst": 2, "announced": True},
    ],
)
def test_wrong_settings_say_what_is_wrong(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=list(wrong)[-1]):
        Faults(**wrong)
