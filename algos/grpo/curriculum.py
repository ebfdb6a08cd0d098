"""A curriculum: tasks of a set are drawn by their proved depth, from what succeeded so far.

A group of G rollouts teaches something when some of them are right and some are not. At a depth
where a share p is right, the chance of that is 1 − pᴳ − (1 − p)ᴳ, and depths are drawn in its
proportion. What is drawn follows from the log of the run and a generator alone, so that a resumed
run draws what the whole one would have drawn. See `docs/training.md`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import numpy as np
from accelerate import Accelerator

from algos.grpo.group_lessons import draw_again, draw_tasks
from algos.rollouts.group import Rollout
from algos.training.distributed import total
from algos.training.run_directory import TrainingError
from searchvl_gym.rollout import is_right
from searchvl_gym.types import Task

Curriculum = Literal["none", "depth"]
"""How tasks are drawn: each once before any comes again, or by depth."""

WIDEST_LEVEL = 1.25
"""Greatest depth of a level over its least one; deep tasks meet a depth within a tenth."""

REMEMBERED = 0.9
"""What a step's outcomes count for one step later: the policy changes."""

EXPECTED = 8.0
"""Rollouts that what is expected of a level, by the level before it, counts for."""

EVEN = 0.1
"""Share of the draws that goes to all levels alike, so that none is lost from sight."""

Line = Mapping[str, Any]
"""A line of a run's log."""


class CurriculumSettings(Protocol):
    """What of the trainer's settings decides which tasks are played."""

    prompts: int
    seed: int
    group_size: int
    curriculum: str


@dataclass(frozen=True)
class Level:
    """The tasks of about one depth.

    Attributes:
        low: Their least depth, in tool calls.
        high: Their greatest.
        tasks: Their places in the set.
    """

    low: int
    high: int
    tasks: tuple[int, ...]

    def figure(self, name: str) -> str:
        """The name of a count of this level in the log: `depth_9-11_right`."""
        return f"depth_{self.low}-{self.high}_{name}"


def depth_of(task: Task) -> int:
    """The proved least number of tool calls of a task.

    Raises:
        TrainingError: When it has none.
    """
    depth = task.metadata.get("least_calls")
    if not isinstance(depth, int):
        raise TrainingError(
            f"the curriculum depth needs tasks with a proved depth, and task {task.id} has no "
            "least_calls; take the tasks of searchvl curate --deep, or leave curriculum out"
        )
    return depth


def levels_of(tasks: Iterable[Task]) -> tuple[Level, ...]:
    """The levels of a set, the shallowest first.

    Raises:
        TrainingError: When a task has no proved depth.
    """
    places: dict[int, list[int]] = {}
    for place, task in enumerate(tasks):
        places.setdefault(depth_of(task), []).append(place)
    levels: list[Level] = []
    for depth in sorted(places):
        if levels and depth <= WIDEST_LEVEL * levels[-1].low:
            last = levels.pop()
            levels.append(Level(last.low, depth, (*last.tasks, *places[depth])))
        else:
            levels.append(Level(depth, depth, tuple(places[depth])))
    return tuple(levels)


def success(levels: Sequence[Level], past: Sequence[Line]) -> list[float]:
    """The share of right rollouts that is expected at each level, strictly between 0 and 1.

    A level that was hardly played is expected to be right half as often as the one before it, the
    first one as a coin: a level is tried when the one before it begins to succeed.

    Args:
        levels: The shallowest first.
        past: The log so far; lines that say nothing of a level count for nothing.
    """
    found: list[float] = []
    before = 1.0
    for level in levels:
        right = scored = 0.0
        for line in past:
            right = REMEMBERED * right + line.get(level.figure("right"), 0.0)
            scored = REMEMBERED * scored + line.get(level.figure("scored"), 0.0)
        before = (right + EXPECTED * before / 2) / (scored + EXPECTED)
        found.append(before)
    return found


def chance_mixed(share: float, group_size: int) -> float:
    """The chance that a group has a right rollout and a wrong one.

    >>> chance_mixed(0.5, 2), chance_mixed(0.0, 8), chance_mixed(1.0, 8)
    (0.5, 0.0, 0.0)
    """
    return float(1 - share**group_size - (1 - share) ** group_size)


def level_shares(levels: Sequence[Level], past: Sequence[Line], group_size: int) -> list[float]:
    """The share of a step's draws that each level has; they add up to 1."""
    chances = [chance_mixed(share, group_size) for share in success(levels, past)]
    return [EVEN / len(levels) + (1 - EVEN) * each / sum(chances) for each in chances]


def draw_by_depth(
    levels: Sequence[Level],
    past: Sequence[Line],
    rng: np.random.Generator,
    config: CurriculumSettings,
    *,
    again: bool = False,
) -> list[int]:
    """Which tasks a step plays.

    Args:
        levels: Of the set of tasks.
        past: The log of all earlier steps.
        rng: Decides between the levels.
        config: Prompts of the step, and the seed of the order within a level.
        again: Take any tasks of the levels, to replace groups that taught nothing; else every
            task of a level comes once before any of it comes again.

    Returns:
        Places in the set, `config.prompts` of them.
    """
    shares = level_shares(levels, past, config.group_size)
    chosen = [int(each) for each in rng.choice(len(levels), size=config.prompts, p=shares)]
    if again:
        return [levels[each].tasks[int(rng.integers(len(levels[each].tasks)))] for each in chosen]
    drawn: list[int] = []
    come = [int(sum(line.get(each.figure("drawn"), 0) for line in past)) for each in levels]
    for number in chosen:
        tasks = levels[number].tasks
        epoch, index = divmod(come[number], len(tasks))
        order = np.random.default_rng([config.seed, epoch, 6, number]).permutation(len(tasks))
        drawn.append(tasks[int(order[index])])
        come[number] += 1
    return drawn


def draw_prompts(
    tasks: Sequence[Task],
    config: CurriculumSettings,
    step: int,
    attempt: int,
    past: Sequence[Line],
) -> list[int]:
    """Which tasks a step plays, as the settings ask.

    Args:
        tasks: The set.
        config: The settings.
        step: Its number, from 0 on.
        attempt: 0, or how often other tasks were asked for in this step.
        past: The log of all earlier steps; only a curriculum looks at it.
    """
    if config.curriculum == "none":
        return (
            draw_again(tasks, config, step, attempt) if attempt else draw_tasks(tasks, config, step)
        )
    rng = np.random.default_rng([config.seed, step, 5, attempt])
    return draw_by_depth(levels_of(tasks), past, rng, config, again=attempt > 0)


def outcomes_of(rollouts: Iterable[Rollout]) -> list[tuple[int, bool]]:
    """Depth of each rollout's task, and whether it was right."""
    played = [rollout.trajectory for rollout in rollouts]
    return [(depth_of(each.task), is_right(each)) for each in played]


def level_figures(
    accelerator: Accelerator,
    levels: Sequence[Level],
    drawn: Sequence[int],
    outcomes: Sequence[tuple[int, bool]],
) -> dict[str, float]:
    """What a step's log says for the draws of later steps, the same in every process.

    Args:
        accelerator: Knows the other processes.
        levels: Of the set of tasks.
        drawn: Places that were drawn first in this step, for all processes.
        outcomes: Of this process's scored rollouts, those of tasks drawn again among them.

    Returns:
        Counts for each level: `drawn` tasks, `scored` and `right` rollouts of all processes.
    """
    come = Counter(drawn)
    figures: dict[str, float] = {}
    for level in levels:
        here = [right for depth, right in outcomes if level.low <= depth <= level.high]
        figures[level.figure("drawn")] = float(sum(come[place] for place in level.tasks))
        figures[level.figure("scored")] = total(accelerator, float(len(here)))
        figures[level.figure("right")] = total(accelerator, float(sum(here)))
    return figures
