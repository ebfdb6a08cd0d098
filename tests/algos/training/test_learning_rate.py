"""How the rate goes: one rise and fall, or a second one."""

import math

from algos.training.learning_rate import restarted, schedule


def test_a_restart_is_two_schedules_one_after_the_other() -> None:
    rates = [restarted(step, 900, 600, 0.3, 0.1) for step in range(900)]
    assert rates[:600] == [schedule(step, 600, 0.1) for step in range(600)]
    assert rates[600:] == [0.3 * schedule(step, 300, 0.1) for step in range(300)]
    assert max(rates[600:]) == 0.3
    assert rates[599] < 1e-4 and rates[899] < 1e-4


def test_without_a_restart_or_with_one_beyond_the_end_there_is_none() -> None:
    plain = [schedule(step, 500, 0.1, 0.2) for step in range(500)]
    for restart in (0, 500, 600):
        assert [restarted(step, 500, restart, 0.3, 0.1, 0.2) for step in range(500)] == plain
    assert math.isclose(plain[100], 1.0)
