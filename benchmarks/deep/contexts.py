"""How much a model is given to read in long oracle episodes, by context."""

from __future__ import annotations

import json
import statistics
from typing import Any

from algos.policies.oracle import OraclePolicy
from benchmarks.deep.playing import episode
from searchvl_gym.context import Shown, Turn, make_context, show
from searchvl_gym.env import SearchEnv
from searchvl_gym.leaderboard.suites.deep import DeepSuite
from searchvl_gym.types import Trajectory

MODES = ("whole", "recent", "references", "references+recent", "notes")

CHARACTERS_A_TOKEN = 4
PIXELS_A_TOKEN = 32 * 32
"""As Qwen3-VL cuts pictures: patches of 16 pixels, two by two."""


def measure_contexts(depth: int, n: int) -> dict[str, Any]:
    """Tokens that the last turn of an oracle episode reads, by context; medians."""
    suite = DeepSuite(depth)
    world, tasks = suite.load({}, episodes=n)
    env = SearchEnv(world, tasks, **suite.settings)
    sums: dict[str, list[int]] = {mode: [] for mode in MODES}
    calls = []
    for number in range(len(tasks)):
        played = episode(env, OraclePolicy(), number)
        sizes = [image.shape[1::-1] for image in env.pictures.all()]
        turns = as_turns(played, sizes)
        calls.append(len(played.steps) - 1)
        for mode in MODES:
            shown = show(make_context(mode), turns)
            sums[mode].append(tokens_read(turns, shown, sizes))
    whole = statistics.median(sums["whole"])
    return {
        "episodes": len(tasks),
        "calls": statistics.median(calls),
        "tokens": {mode: statistics.median(found) for mode, found in sums.items()},
        "share": {mode: round(statistics.median(found) / whole, 3) for mode, found in sums.items()},
    }


def as_turns(played: Trajectory, sizes: list[tuple[int, int]]) -> list[Turn]:
    """An episode before its last action, as a context sees it."""
    given = len(played.task.images)
    turns = [Turn(played.task.question, tuple(sizes[:given]))]
    first = given + 1
    for step in played.steps:
        assert step.call is not None
        said = f"{step.call.thought} {json.dumps(dict(step.call.arguments))}"
        last = turns[-1]
        turns[-1] = Turn(last.text, last.sizes, last.first, said, step.call)
        count = 0 if step.image is None else 1
        turns.append(Turn(step.observation, tuple(sizes[first - 1 : first - 1 + count]), first))
        first += count
    # After the answer nothing is read any more, and the answer itself awaits being given.
    last = turns[-2]
    return [*turns[:-2], Turn(last.text, last.sizes, last.first)]


def tokens_read(turns: list[Turn], shown: tuple[Shown, ...], sizes: list[tuple[int, int]]) -> int:
    """Tokens of a prompt, counted roughly and alike for every context."""
    characters = sum(len(each.text) for each in shown) + sum(len(turn.said) for turn in turns)
    pixels = sum(
        sizes[number - 1][0] * sizes[number - 1][1] for each in shown for number in each.pictures
    )
    return characters // CHARACTERS_A_TOKEN + pixels // PIXELS_A_TOKEN
