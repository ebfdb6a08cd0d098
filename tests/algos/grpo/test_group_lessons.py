from dataclasses import replace

import pytest

from algos.fatal_grpo import GRPOConfig
from algos.grpo.group_lessons import draw_again, drop_alike, group_figures, redraw
from algos.rollouts.group import Rollout
from algos.training.run_directory import TrainingError
from tests.algos.test_credit import rollout


def group(*rewards: float) -> list[Rollout]:
    """Rollouts that are right where the reward is above a half."""
    made = []
    for reward in rewards:
        played = rollout(reward, [()])
        parts = {"accuracy": float(reward > 0.5)}
        made.append(replace(played, trajectory=replace(played.trajectory, reward_parts=parts)))
    return made


RIGHT, WRONG, MIXED = group(1.0, 0.9), group(0.2, 0.2), group(1.0, 0.0)


def test_groups_that_are_alike_are_counted_and_dropped() -> None:
    rollouts = [*RIGHT, *WRONG, *MIXED, *MIXED]
    assert group_figures(rollouts, 2) == {"groups_alike": 0.5, "groups_without_variance": 0.25}
    assert drop_alike(rollouts, 2) == [*MIXED, *MIXED]


def test_tasks_are_drawn_again_until_enough_differ() -> None:
    asked: list[int] = []

    def play(attempt: int) -> list[Rollout]:
        asked.append(attempt)
        return [*RIGHT, *MIXED, *MIXED]

    kept, figures = redraw([*MIXED, *WRONG], play, group_size=2, wanted=2, attempts=9)
    assert kept == [*MIXED, *MIXED] and asked == [1]
    assert figures == {"redraws": 1.0, "groups_missing": 0.0}
    kept, figures = redraw([*MIXED, *WRONG], lambda _: WRONG, group_size=2, wanted=3, attempts=2)
    assert kept == MIXED and figures == {"redraws": 2.0, "groups_missing": 2.0}


def test_a_redraw_that_finds_nothing_ends_and_says_so() -> None:
    with pytest.raises(TrainingError, match="no group was partly right in 5 draws of 6") as seen:
        redraw(WRONG, lambda _: RIGHT, group_size=2, wanted=6, attempts=4)
    assert "\n" not in str(seen.value)


def test_other_tasks_follow_from_seed_step_and_attempt() -> None:
    config, tasks = GRPOConfig(prompts=8, seed=3), range(100)
    drawn = draw_again(tasks, config, 2, 1)
    assert drawn == draw_again(tasks, config, 2, 1) and len(drawn) == 8
    assert drawn != draw_again(tasks, config, 2, 2) != draw_again(tasks, config, 3, 2)
