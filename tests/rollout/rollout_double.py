"""A tiny environment that keeps the contract of `SearchEnv`, and policies that misbehave."""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping
from typing import Any

import gymnasium
import numpy as np
from gymnasium import spaces

from searchvl_gym.episode import Episode, EpisodePictures, Rules
from searchvl_gym.rollout.errors import RolloutError
from searchvl_gym.rollout.policy import Action, Observation, ScriptedPolicy
from searchvl_gym.types import (
    ErrorKind,
    Hop,
    Step,
    Task,
    ToolCall,
    ToolError,
    Trajectory,
)

ID = "rollout_double:Double-v0"


class DoubleWorld:
    fingerprint = "d" * 64


class DoubleEnv(gymnasium.Env[dict[str, Any], Any]):
    """`look` adds a random-looking picture, `fail` is a step error, `answer` ends."""

    action_space = spaces.Discrete(1)
    observation_space = spaces.Dict({})

    def __init__(self, size: int = 40, question: str = "Which number?") -> None:
        self.world = DoubleWorld()
        self.tasks = [
            Task(f"t{n}", f"{question} {n}", str(n), hops=(Hop(n, "is", str(n)),) * (1 + n % 2))
            for n in range(size)
        ]

    def reset(self, *, seed: Any = None, options: Any = None) -> Any:
        super().reset(seed=seed)
        self.task = self.tasks[options["task"]]
        self.episode = Episode(self.task, seed, Rules())
        self.pictures = EpisodePictures([lambda: np.full((48, 64, 3), 200, np.uint8)])
        self.score: float | None = None
        return self._see(""), {}

    def step(self, action: ToolCall) -> Any:
        count = len(self.episode.steps)
        if action.name == "answer":
            text = str(action.arguments["text"])
            self.score = float(text == self.task.answer)
            self.episode.record(Step(count, action, ""), answer=text)
        elif action.name == "look":
            shade = int(self.np_random.integers(255))
            name = self.pictures.add(np.full((32, 32, 3), shade, np.uint8))
            self.episode.record(Step(count, action, f"made {name}", image=name, evidence=(3,)))
        else:
            error = ToolError(ErrorKind.TOOL_FAILURE, "It does not work.")
            self.episode.record(Step(count, action, f"Error: {error.message}", error=error))
        ended = self.episode.termination is not None
        return self._see("x"), 0.0, ended, False, {}

    def trajectory(self) -> Trajectory:
        right = self.score or 0.0
        return self.episode.trajectory(
            images=self.pictures.digests(), reward=right, reward_parts={"accuracy": right}
        )

    def _see(self, text: str) -> dict[str, Any]:
        images = self.pictures.all()
        return {
            "question": self.task.question,
            "text": text,
            "image": images[-1],
            "images": images,
        }


class Wanderer(ScriptedPolicy):
    """Looks, sometimes fails, answers rightly in about half of the episodes."""

    name = "wanderer"

    def play(self, task: Task, observation: Observation, rng: np.random.Generator) -> Any:
        for _ in range(int(rng.integers(1, 5))):
            tool = "look" if rng.random() < 0.6 else "fail"
            yield ToolCall(tool, {"x": rng.random()}, "Let me see.")
        yield ToolCall("answer", {"text": task.answer if rng.random() < 0.5 else "<b>no</b>"})


class Breaking(Wanderer):
    """Raises in the episode of task `at`; with `kill` its process dies instead."""

    name = "wanderer"

    def __init__(self, at: int, kill: bool = False) -> None:
        super().__init__()
        self.at, self.kill = at, kill
        self.broken = False

    def reset(self, slot: int, task: Task, rng: np.random.Generator) -> None:
        super().reset(slot, task, rng)
        self.broken = self.broken or task.id == f"t{self.at}"

    def act(self, observations: Mapping[int, Observation]) -> Mapping[int, Action]:
        if self.broken and self.kill:
            os.kill(os.getpid(), signal.SIGKILL)
        if self.broken:
            raise ConnectionError("the endpoint\ndoes not answer")
        return super().act(observations)


class Telling(Wanderer):
    """Fails with the number of threads that numeric libraries are to take."""

    def act(self, observations: Mapping[int, Observation]) -> Mapping[int, Action]:
        raise RolloutError(f"threads: {os.environ.get('OMP_NUM_THREADS')}")


gymnasium.register("Double-v0", entry_point=DoubleEnv)
