"""A curriculum by depth: which tasks come, and that they follow from the log alone."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from accelerate import Accelerator
from hypothesis import given
from hypothesis import strategies as st
from small_setting import Score

from algos.fatal_grpo import train
from algos.grpo.curriculum import (
    EVEN,
    Level,
    draw_by_depth,
    draw_prompts,
    level_figures,
    level_shares,
    levels_of,
    success,
)
from algos.grpo.group_lessons import draw_again, draw_tasks
from algos.grpo.settings import GRPOConfig
from algos.training.run_directory import TrainingError, read_log
from searchvl_gym.tasks import TaskSet
from searchvl_gym.types import Task, Trajectory
from searchvl_gym.world import World
from tests.algos.test_fatal_grpo import LengthReward, curve
from tests.algos.tiny_setting import GRPO, make_checkpoint, make_environment, make_tasks

CONFIG = GRPOConfig(prompts=16, group_size=8, seed=3, curriculum="depth")
DEPTHS = [10, 9, 11, 20, 19, 22, 40, 38, 44, 42]

past_lines = st.lists(
    st.lists(st.tuples(st.integers(0, 64), st.integers(0, 64)), min_size=3, max_size=3), max_size=6
)


def set_of(depths: list[int]) -> list[Task]:
    return [Task(f"t{n}", "?", "1", metadata={"least_calls": d}) for n, d in enumerate(depths)]


LEVELS = levels_of(set_of(DEPTHS))


def line(*counts: tuple[int, int], levels: tuple[Level, ...] = LEVELS) -> dict[str, float]:
    """A line of a log: right and scored rollouts of each level."""
    found: dict[str, float] = {}
    for level, (right, scored) in zip(levels, counts, strict=True):
        found |= {level.figure("right"): float(right), level.figure("scored"): float(scored)}
        found[level.figure("drawn")] = float(scored // 8)
    return found


def test_depths_that_lie_near_are_one_level() -> None:
    assert [(each.low, each.high) for each in LEVELS] == [(9, 11), (19, 22), (38, 44)]
    assert sorted(place for each in LEVELS for place in each.tasks) == list(range(len(DEPTHS)))
    assert LEVELS[0].figure("right") == "depth_9-11_right"


def test_a_level_that_is_neither_solved_nor_hopeless_is_drawn_most() -> None:
    shares = level_shares(LEVELS, [line((64, 64), (32, 64), (0, 64))] * 10, 8)
    assert shares[1] > 3 * max(shares[0], shares[2])
    assert min(shares) >= EVEN / 3


def test_a_deeper_level_is_tried_when_the_one_before_it_succeeds() -> None:
    failing = level_shares(LEVELS, [line((2, 128), (0, 0), (0, 0))] * 10, 8)
    doing_well = level_shares(LEVELS, [line((64, 128), (0, 0), (0, 0))] * 10, 8)
    assert doing_well[1] > failing[1]
    assert failing[0] > failing[1] > failing[2]


def test_what_happened_long_ago_counts_less() -> None:
    better = [line((0, 64), (0, 0), (0, 0))] * 5 + [line((64, 64), (0, 0), (0, 0))] * 5
    assert success(LEVELS, better)[0] > 0.5 > success(LEVELS, better[::-1])[0]


@given(past_lines)
def test_shares_are_shares(counts: list[list[tuple[int, int]]]) -> None:
    past = [line(*((min(each), max(each)) for each in step)) for step in counts]
    shares = level_shares(LEVELS, past, 8)
    assert sum(shares) == pytest.approx(1)
    assert all(EVEN / len(LEVELS) <= share <= 1 for share in shares)
    assert all(0 < share < 1 for share in success(LEVELS, past))


@given(past_lines, st.integers(0, 99), st.booleans())
def test_draws_follow_from_log_and_generator(
    counts: list[list[tuple[int, int]]], seed: int, again: bool
) -> None:
    past = [line(*((min(each), max(each)) for each in step)) for step in counts]
    drawn = draw_by_depth(LEVELS, past, np.random.default_rng(seed), CONFIG, again=again)
    assert len(drawn) == CONFIG.prompts and set(drawn) <= set(range(len(DEPTHS)))
    # A log says more than this; only its counts matter.
    told = [{**each, "loss": 1.0, "seconds": 2.0} for each in past]
    assert drawn == draw_by_depth(LEVELS, told, np.random.default_rng(seed), CONFIG, again=again)


@given(st.integers(0, 9))
def test_every_task_of_a_level_comes_before_any_of_it_comes_again(seed: int) -> None:
    config, past = replace(CONFIG, prompts=5, seed=seed), []
    tasks, accelerator = set_of(DEPTHS), Accelerator()
    come: dict[int, int] = dict.fromkeys(range(len(DEPTHS)), 0)
    for step in range(8):
        drawn = draw_prompts(tasks, config, step, 0, past)
        past.append(level_figures(accelerator, LEVELS, drawn, []))
        for place in drawn:
            come[place] += 1
        for level in LEVELS:
            often = [come[place] for place in level.tasks]
            assert max(often) - min(often) <= 1


def test_counts_are_those_of_the_rollouts() -> None:
    figures = level_figures(
        Accelerator(), LEVELS, [0, 0, 6], [(9, True), (11, False), (40, False), (22, True)]
    )
    assert figures == {
        **{"depth_9-11_drawn": 2.0, "depth_9-11_scored": 2.0, "depth_9-11_right": 1.0},
        **{"depth_19-22_drawn": 0.0, "depth_19-22_scored": 1.0, "depth_19-22_right": 1.0},
        **{"depth_38-44_drawn": 1.0, "depth_38-44_scored": 1.0, "depth_38-44_right": 0.0},
    }


def test_without_a_curriculum_the_log_decides_nothing() -> None:
    tasks, config = set_of(DEPTHS), replace(CONFIG, curriculum="none")
    past = [line((64, 64), (0, 64), (0, 64))]
    for step in range(3):
        assert draw_prompts(tasks, config, step, 0, past) == draw_tasks(tasks, config, step)
        assert draw_prompts(tasks, config, step, 2, past) == draw_again(tasks, config, step, 2)


class FirstAreRight(LengthReward):
    """Pays as `LengthReward` does, and calls the first three tasks right."""

    def score(self, trajectory: Trajectory, world: Any) -> Score:
        score = super().score(trajectory, world)
        right = float(trajectory.task.id in ("t0", "t1", "t2"))
        return replace(score, parts={**score.parts, "accuracy": right})


def of_depths(world: World) -> TaskSet:
    """The tiny tasks: three of depth 10, three of depth 20."""
    return TaskSet(
        [
            replace(task, metadata={"least_calls": 10 if n < 3 else 20})
            for n, task in enumerate(make_tasks(world))
        ],
        "tiny",
    )


def test_a_resumed_run_draws_what_the_whole_one_draws(tiny_world: World, tmp_path: Path) -> None:
    config = replace(GRPO, steps=4, curriculum="depth", checkpoint_every=2)
    environment = make_environment(
        tiny_world, tasks=of_depths(tiny_world), reward=FirstAreRight(), faults=None
    )
    train(make_checkpoint(tiny_world), config, environment, tmp_path / "whole")
    train(make_checkpoint(tiny_world), replace(config, steps=2), environment, tmp_path / "cut")
    train(make_checkpoint(tiny_world), config, environment, tmp_path / "cut")
    assert curve(tmp_path / "cut") == curve(tmp_path / "whole")
    for told in read_log(tmp_path / "whole"):
        assert told["depth_10-10_drawn"] + told["depth_20-20_drawn"] == config.prompts
        assert told["depth_10-10_right"] == told["depth_10-10_scored"]
        assert told["depth_20-20_right"] == 0


def test_tasks_without_a_depth_are_refused_before_anything_is_played(
    tiny_world: World, tmp_path: Path
) -> None:
    with pytest.raises(TrainingError, match="task t0 has no least_calls; take the tasks") as seen:
        train(
            make_checkpoint(tiny_world),
            replace(GRPO, curriculum="depth"),
            make_environment(tiny_world),
            tmp_path / "run",
        )
    assert "\n" not in str(seen.value)
    assert not (tmp_path / "run").exists()
