"""Plays episodes in one process: a policy and one environment a slot.

An episode depends on nothing but the run's seed and its own number, so it does not matter which
process plays it, in which slot, or when.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, replace
from typing import Any

import gymnasium
import numpy as np

from searchvl_gym.episode import EpisodePictures
from searchvl_gym.registration import register_environments
from searchvl_gym.rollout.encoding import encode_trajectory
from searchvl_gym.rollout.policy import Action, Observation, Policy
from searchvl_gym.rollout.registry import make
from searchvl_gym.rollout.usage import NOTHING, Usage
from searchvl_gym.types import Image, Trajectory


@dataclass(frozen=True)
class Job:
    """What every process of a run needs to know; it can be pickled.

    Attributes:
        environment: Gymnasium id.
        policy: A registered name, or a policy.
        seed: Of the run.
        environment_arguments: For `gymnasium.make`.
        policy_arguments: For the policy's factory.
        slots: Episodes that a process plays at once.
    """

    environment: str
    policy: str | Policy
    seed: int
    environment_arguments: Mapping[str, Any] = field(default_factory=dict)
    policy_arguments: Mapping[str, Any] = field(default_factory=dict)
    slots: int = 1

    def make_environment(self) -> gymnasium.Env[Any, Any]:
        """A new environment."""
        # A new process knows only Gymnasium's own ids.
        register_environments()
        # The checker would look at every observation, pictures included.
        return gymnasium.make(
            self.environment, disable_env_checker=True, **self.environment_arguments
        )

    def make_policy(self) -> Policy:
        """The policy; a new one when it is given by name."""
        if isinstance(self.policy, str):
            made: Policy = make(self.policy, **self.policy_arguments)
            return made
        return self.policy


@dataclass(frozen=True)
class FinishedEpisode:
    """An episode that was played to its end.

    Attributes:
        episode: Its number.
        encoded: The trajectory, from `encode_trajectory`.
        images: Its pictures by their digests.
        unscored: Why its reward could not be told; None when it has one.
        usage: What it cost.
    """

    episode: int
    encoded: bytes
    images: Mapping[str, Image]
    unscored: str | None = None
    usage: Usage = NOTHING


def episode_seeds(seed: int, episode: int) -> tuple[int, np.random.Generator]:
    """Seed of the environment and generator of the policy for one episode of a run.

    >>> episode_seeds(0, 7)[0] == episode_seeds(0, 7)[0] != episode_seeds(1, 7)[0]
    True
    """
    sequence = np.random.SeedSequence([seed, episode])
    (child,) = sequence.spawn(1)
    return int(sequence.generate_state(1)[0]) >> 1, np.random.default_rng(child)


def play(job: Job, numbers: Iterator[int]) -> Iterator[FinishedEpisode]:
    """Play episodes until `numbers` is exhausted.

    Args:
        job: Environment, policy, seed.
        numbers: Episode numbers; the next one is taken when a slot becomes free.
    """
    with closing(Player(job)) as player:
        yield from player.play(numbers)


class Player:
    """A policy and its environments, which are kept from one call to the next.

    The policy is asked for the actions of all running episodes at once; with more than one slot
    the environments step in threads.

    Args:
        job: Environment, policy, seed.
    """

    def __init__(self, job: Job) -> None:
        self._job = job
        self._policy = job.make_policy()
        self._slots: dict[int, _Slot] = {}
        self._stack = ExitStack()
        self._pool = (
            self._stack.enter_context(ThreadPoolExecutor(job.slots)) if job.slots > 1 else None
        )

    def play(self, numbers: Iterator[int]) -> Iterator[FinishedEpisode]:
        """Play episodes until `numbers` is exhausted; see the function of this name."""
        policy, slots = self._policy, self._slots
        spread = map if self._pool is None else self._pool.map
        free = list(range(self._job.slots))
        while True:
            while free:
                episode = next(numbers, None)
                if episode is None:
                    break
                number = free.pop(0)
                seed, rng = episode_seeds(self._job.seed, episode)
                task = self._slot(number).begin(episode, seed)
                policy.reset(number, task, rng)
            running = [number for number in slots if number not in free]
            if not running:
                return
            actions = policy.act({number: slots[number].observation for number in running})
            for number in running:
                slots[number].count(policy, number)
            playing = [slots[number] for number in running]
            ended = list(spread(_Slot.step, playing, [actions[number] for number in running]))
            for number, end in zip(running, ended, strict=True):
                if end:
                    free.append(number)
                    yield slots[number].finish(policy.name, _used(policy, number))
            free.sort()

    def close(self) -> None:
        """Close the environments."""
        self._stack.close()

    def _slot(self, number: int) -> _Slot:
        if number not in self._slots:
            environment = self._job.make_environment()
            self._stack.callback(environment.close)
            self._slots[number] = _Slot(environment)
        return self._slots[number]


def _used(policy: Policy, slot: int) -> Usage:
    """What a policy says that its last episode in a slot has cost."""
    ask = getattr(policy, "usage", None)
    used = NOTHING if ask is None else ask(slot)
    assert isinstance(used, Usage)
    return used


def prompt_limit(environment: gymnasium.Env[Any, Any]) -> int | None:
    """Most prompt tokens that an environment allows, or None."""
    limit: int | None = getattr(
        getattr(environment.unwrapped, "rules", None), "max_prompt_tokens", None
    )
    return limit


class _Slot:
    """One environment and the episode that it plays."""

    def __init__(self, environment: gymnasium.Env[Any, Any]) -> None:
        self._environment = environment
        self._episode = 0
        self._reason = ""
        self._began = 0.0
        self.observation: Observation = {}

    def begin(self, episode: int, seed: int) -> Any:
        """Reset to an episode's task, which is returned."""
        self._episode = episode
        self._began = time.perf_counter()
        self.observation, _ = self._environment.reset(seed=seed, options={"task": episode})
        return self._environment.get_wrapper_attr("task")

    def count(self, policy: Policy, slot: int) -> None:
        """Tell the environment how many tokens the policy's model has just read."""
        limit = prompt_limit(self._environment)
        ask = getattr(policy, "prompt_tokens", None)
        if limit is None or ask is None:
            return
        read = ask(slot)
        if read == 0:
            warnings.warn(
                f"policy {policy.name} does not know how many tokens its model reads (a server "
                f"that reports no usage?); the limit of {limit} prompt tokens is not kept",
                stacklevel=2,
            )
        self._environment.get_wrapper_attr("count_prompt")(read)

    def step(self, action: Action) -> bool:
        """One turn; whether the episode has ended."""
        self.observation, _, terminated, truncated, info = self._environment.step(action)
        self._reason = str(info.get("unscored_reason", ""))
        return terminated or truncated

    def finish(self, policy: str, used: Usage) -> FinishedEpisode:
        """The episode that has just ended."""
        used += Usage(seconds=round(time.perf_counter() - self._began, 3))
        trajectory: Trajectory = self._environment.get_wrapper_attr("trajectory")()
        encoded = encode_trajectory(replace(trajectory, policy=policy))
        # Not the observation's: those may be reduced copies.
        pictures: EpisodePictures = self._environment.get_wrapper_attr("pictures")
        images = dict(zip(pictures.digests(), pictures.all(), strict=True))
        unscored = self._reason if trajectory.reward is None else None
        return FinishedEpisode(self._episode, encoded, images, unscored, used)
