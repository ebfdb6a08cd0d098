"""Lets the reference players play a deep suite, without and with half of the calls they need."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from typing import Any

import numpy as np

from algos.policies.deep_oracle import play_deep
from algos.policies.no_tool import NoToolPolicy
from algos.policies.one_image_search import OneImageSearchPolicy
from algos.policies.one_text_search import OneTextSearchPolicy
from algos.policies.oracle import OraclePolicy
from searchvl_gym.curation.trajectories.process_check import check_process
from searchvl_gym.env import SearchEnv
from searchvl_gym.leaderboard.suites.deep import DeepSuite
from searchvl_gym.rewards.accuracy import verify
from searchvl_gym.rollout.policy import Observation, Play, Policy, ScriptedPolicy
from searchvl_gym.tasks.deep import program_of
from searchvl_gym.types import Task, Trajectory


class Limited(ScriptedPolicy):
    """The oracle with a share of the least calls; it need not spend any on reading pictures."""

    name = "oracle_limited"

    def __init__(self, share: float) -> None:
        super().__init__()
        self._share = share

    def play(self, task: Task, observation: Observation, rng: np.random.Generator) -> Play:
        """See `ScriptedPolicy.play`."""
        program = program_of(task)
        assert program is not None
        calls = int(self._share * task.metadata["least_calls"])
        yield from play_deep(task, program, rng, calls=calls)


PLAYERS: dict[str, Callable[[], Policy]] = {
    "oracle": OraclePolicy,
    "half": lambda: Limited(0.5),
    "one_image_search": OneImageSearchPolicy,
    "one_text_search": OneTextSearchPolicy,
    "no_tool": NoToolPolicy,
}


def play(depth: int, n: int) -> dict[str, Any]:
    """Figures of every player on the first tasks of a suite."""
    suite = DeepSuite(depth)
    world, tasks = suite.load({}, episodes=n)
    env = SearchEnv(world, tasks, **suite.settings)
    told: dict[str, Any] = {"tasks": len(tasks)}
    for name, make in PLAYERS.items():
        played = [episode(env, make(), number) for number in range(len(tasks))]
        right = [verify(each.answer or "", each.task).right is True for each in played]
        told[name] = round(statistics.mean(right), 3)
        if name == "oracle":
            calls = [len(each.steps) - 1 for each in played]
            least = [each.task.metadata["least_calls"] for each in played]
            ratios = [made / each for made, each in zip(calls, least, strict=True)]
            told["oracle_calls"] = statistics.median(calls)
            told["oracle_to_least"] = round(statistics.median(ratios), 3)
            told["shorter_than_proved"] = sum(
                ok and made < each for ok, made, each in zip(right, calls, least, strict=True)
            )
            told["process_faults"] = sum(
                ok and check_process(each) is not None
                for ok, each in zip(right, played, strict=True)
            )
    return told


def episode(env: SearchEnv, policy: Policy, number: int) -> Trajectory:
    """One episode of a policy."""
    observation, _ = env.reset(seed=number, options={"task": number})
    policy.reset(0, env.task, np.random.default_rng(number))
    while True:
        action = policy.act({0: observation})[0]
        observation, _, terminated, truncated, _ = env.step(action)
        if terminated or truncated:
            return env.trajectory()
