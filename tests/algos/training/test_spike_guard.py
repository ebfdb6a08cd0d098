import pytest

from algos.training.run_directory import TrainingError
from algos.training.spike_guard import LEAST, SpikeGuard


def test_what_is_far_beyond_the_median_is_skipped() -> None:
    guard = SpikeGuard(factor=3.0, limit=3)
    assert all(guard.allows(norm) for norm in [1.0] * (LEAST - 1) + [50.0])
    assert not guard.allows(3.1) and guard.allows(2.9)
    # A spike does not become usual by being seen.
    assert not guard.allows(100.0)


def test_many_in_a_row_stop_the_run_in_one_line() -> None:
    guard = SpikeGuard(factor=2.0, limit=3)
    for _ in range(LEAST):
        guard.allows(0.5)
    again = SpikeGuard(factor=2.0, limit=3)
    again.load_state_dict(guard.state_dict())
    for each in (guard, again):
        assert not each.allows(9.0) and not each.allows(9.0)
        with pytest.raises(TrainingError, match=r"median \(0.5\) in 3 updates in a row") as seen:
            each.allows(9.0)
        assert "\n" not in str(seen.value)
