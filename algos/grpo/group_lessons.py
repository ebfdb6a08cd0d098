"""Which groups of rollouts have something to teach, and which tasks are drawn.

Within a group that is all right or all wrong the returns differ by the query score alone, and a
deviation of 0.02 is blown up to 1. Such groups are counted, and on demand left out or replaced by
groups of other tasks until enough of them are mixed (dynamic sampling; Yu et al. 2025, DAPO).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence, Sized
from typing import Literal, Protocol

import numpy as np

from algos.rollouts.group import Rollout
from algos.training.run_directory import TrainingError
from searchvl_gym.rollout import is_right

Groups = Literal["all", "mixed", "redraw"]
"""What is learnt from: all groups, the mixed ones, or as many mixed ones as were asked for."""


class DrawSettings(Protocol):
    """What of the trainer's settings decides which tasks are played."""

    prompts: int
    seed: int


def draw_tasks(tasks: Sized, config: DrawSettings, step: int) -> list[int]:
    """Which tasks a step plays: every task comes once before any comes again."""
    chosen = []
    for place in range(step * config.prompts, (step + 1) * config.prompts):
        epoch, index = divmod(place, len(tasks))
        order = np.random.default_rng([config.seed, epoch, 3]).permutation(len(tasks))
        chosen.append(int(order[index]))
    return chosen


def draw_again(tasks: Sized, config: DrawSettings, step: int, attempt: int) -> list[int]:
    """Which tasks take the place of those whose groups taught nothing; `attempt` counts from 1."""
    rng = np.random.default_rng([config.seed, step, 4, attempt])
    return [int(index) for index in rng.integers(0, len(tasks), config.prompts)]


def split_groups(rollouts: Sequence[Rollout], group_size: int) -> list[list[Rollout]]:
    """Contiguous rollouts as their groups."""
    return [list(rollouts[n : n + group_size]) for n in range(0, len(rollouts), group_size)]


def drop_unscored(rollouts: Sequence[Rollout], group_size: int) -> list[Rollout]:
    """Leave out the groups in which an episode has no reward: it must not become a 0."""
    return [
        rollout
        for group in split_groups(rollouts, group_size)
        if all(each.trajectory.reward is not None for each in group)
        for rollout in group
    ]


def is_mixed(group: Sequence[Rollout]) -> bool:
    """Whether some of a group's rollouts are right and some are not."""
    return len({is_right(rollout.trajectory) for rollout in group}) > 1


def drop_alike(rollouts: Sequence[Rollout], group_size: int) -> list[Rollout]:
    """Leave out the groups that are all right or all wrong."""
    groups = split_groups(rollouts, group_size)
    return [rollout for group in groups if is_mixed(group) for rollout in group]


def group_figures(rollouts: Sequence[Rollout], group_size: int) -> dict[str, float]:
    """What the groups of a step can teach.

    Args:
        rollouts: Groups, contiguous, each rollout with a reward.
        group_size: Of each.

    Returns:
        Shares of the groups: `groups_alike`, all right or all wrong; `groups_without_variance`,
        whose returns are equal, so that they teach nothing.
    """
    groups = split_groups(rollouts, group_size)
    equal = sum(len({each.trajectory.reward for each in group}) == 1 for group in groups)
    alike = sum(not is_mixed(group) for group in groups)
    count = max(1, len(groups))
    return {"groups_alike": alike / count, "groups_without_variance": equal / count}


def redraw(
    rollouts: Sequence[Rollout],
    play: Callable[[int], Sequence[Rollout]],
    *,
    group_size: int,
    wanted: int,
    attempts: int,
) -> tuple[list[Rollout], dict[str, float]]:
    """Play other tasks until enough groups are mixed, a bounded number of times.

    Args:
        rollouts: What was played so far.
        play: Plays other tasks, given the number of the attempt from 1 on.
        group_size: Rollouts a task.
        wanted: Mixed groups that are asked for.
        attempts: Most calls of `play`.

    Returns:
        The first `wanted` mixed groups, fewer when the attempts did not suffice, and the figures
        `redraws` (calls) and `groups_missing`.

    Raises:
        TrainingError: When not one group was mixed.
    """
    kept = drop_alike(rollouts, group_size)
    made = 0
    while len(kept) < wanted * group_size and made < attempts:
        made += 1
        kept += drop_alike(play(made), group_size)
    if not kept:
        raise TrainingError(
            f"no group was partly right in {made + 1} draws of {wanted} tasks with {group_size} "
            "rollouts each: there is nothing to compare. Take easier or harder tasks, a larger "
            'group_size, more redraws, or groups = "all"'
        )
    kept = kept[: wanted * group_size]
    missing = wanted - len(kept) // group_size
    return kept, {"redraws": float(made), "groups_missing": float(missing)}
