"""A board that was played for real, and rows that were not, for the tests of the page."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from searchvl_gym.leaderboard.anchors import anchor_of
from searchvl_gym.leaderboard.board import Board, BoardRow, SuiteBoard
from searchvl_gym.leaderboard.comparing import Played, compare_all, find_best
from searchvl_gym.leaderboard.judging import make_judge
from searchvl_gym.leaderboard.statistics import share_interval
from searchvl_gym.leaderboard.verdicts import Verdicts
from searchvl_gym.rollout import run
from searchvl_gym.rollout.policy import Observation, Play, ScriptedPolicy
from searchvl_gym.rollout.reading import read_trajectories
from searchvl_gym.tasks import sample_tasks
from searchvl_gym.types import Task, ToolCall
from searchvl_gym.world import World

POLICIES = ("knows", "one_image_search", "no_tool")
EPISODES = 4
HOSTILE = '</script><img src=x onerror="alert(1)">&amp;'


class Knows(ScriptedPolicy):
    """Is told the answer, so it needs no time to find it."""

    name = "knows"

    def play(self, task: Task, observation: Observation, rng: np.random.Generator) -> Play:
        """See `ScriptedPolicy.play`."""
        yield ToolCall("text_search", {"q": task.question})
        yield ToolCall("answer", {"text": task.answer})


def play(world: World, out: Path) -> Board:
    """Three policies on a few tasks of Atlas, beside figures that were reported."""
    tasks = sample_tasks(world, split="test", n=EPISODES)
    rows, played = [], []
    for policy in POLICIES:
        player = Knows() if policy == "knows" else policy
        run("SearchVL/Atlas-v0", player, episodes=EPISODES, seed=0, workers=1, out=out / policy,
            env_kwargs={"world": world, "tasks": tasks})  # fmt: skip
        episodes = read_trajectories(out / policy)
        rulings = make_judge("rule", Verdicts()).judge_all(episodes)
        outcomes = {
            each.task.id: float(bool(ruling.right))
            for each, ruling in zip(episodes, rulings, strict=True)
        }
        clusters = {task.id: anchor_of(task) for task in tasks}
        share = share_interval(list(outcomes.values()), [clusters[task] for task in outcomes])
        reference = policy == "knows"
        played.append(Played(policy, dict(outcomes), dict(clusters), reference))
        rows.append(
            BoardRow(
                policy, share.value, share.low, share.high, share.items, reference=reference,
                judge="rules", figures={"Turns": f"{len(episodes[0].steps)}.0"},
                runs=(out / policy,), rulings=rulings,
            )
        )  # fmt: skip
    pairs = compare_all(played)
    assert find_best(played, pairs) is None
    reported = [
        BoardRow("GPT-5", 0.616, reported="arXiv 2605.05185", detail="direct"),
        BoardRow("Qwen3-VL-8B", 0.471, reported="arXiv 2605.05185", detail="direct"),
        BoardRow(f"Bold {HOSTILE}", 0.9, 0.85, 0.95, 300, judge="m", best=True, kappa=0.81),
    ]
    suites = [
        SuiteBoard("atlas", f"{EPISODES} items", rows, pairs),
        SuiteBoard("SimpleVQA", f"as published {HOSTILE}", reported),
    ]
    return Board(suites, "f" * 64, f"searchvl leaderboard {HOSTILE}", {"seed": "0"})
