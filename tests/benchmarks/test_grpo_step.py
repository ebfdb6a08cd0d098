"""The comparison with TRL's step compares like with like."""

import pytest

from benchmarks.speed.grpo_step import Shape, Timing, compare, measure_ours, measure_trl
from searchvl_gym.world import World


def test_both_sides_read_and_write_the_same_number_of_tokens(mini_world: World) -> None:
    shape = Shape(str(mini_world.path), prompts=2, group_size=2, updates=1, tokens=4, steps=1)
    found = {"ours": [measure_ours(shape)], "TRL": [measure_trl(shape)]}
    result = compare(shape, found)
    assert result["completion_tokens"] == 4 and result["prompt_tokens"] > 50
    for clock in ("seconds", "processor_seconds"):
        assert [len(steps) for steps in result[clock]["steps"].values()] == [1, 1]
        assert result[clock]["ratio"] > 0


def test_different_lengths_are_no_comparison() -> None:
    shape = Shape("", prompts=1, group_size=2, updates=1, tokens=4, steps=1)
    ours, theirs = (
        Timing(side, (1.0,), (1.0,), 9, length) for side, length in (("a", 4), ("b", 5))
    )
    with pytest.raises(ValueError, match="different numbers of tokens"):
        compare(shape, {"ours": [ours], "TRL": [theirs]})
