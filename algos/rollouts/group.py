"""Plays many episodes at once with a model whose tokens are kept, for training and evaluation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from algos.models import Checkpoint
from algos.policies.token_policy import TokenPolicy
from algos.rollouts.fatal_variants import cascade_sources
from algos.tokens.scoring import batch_for
from algos.tokens.trajectory import TokenBatch, TokenTrajectory
from searchvl_gym.types import Task, Trajectory
from searchvl_gym.vector import SearchVectorEnv


@dataclass(frozen=True)
class Rollout:
    """An episode as it was played and as it was sampled.

    Attributes:
        trajectory: Steps, errors, reward.
        tokens: What the model read and wrote; with a context that changes the past, since the
            last change.
        earlier: The token sequences before the last change, in order.
    """

    trajectory: Trajectory
    tokens: TokenTrajectory
    earlier: tuple[TokenTrajectory, ...] = ()

    @property
    def sequences(self) -> tuple[TokenTrajectory, ...]:
        """All token sequences of the episode; each sampled token is generated in one of them."""
        return (*self.earlier, self.tokens)

    @property
    def fatal_step(self) -> int:
        """0-based fatal step, −1 when the episode is not fatal."""
        found = self.trajectory.fatal_step
        return -1 if found is None else found

    @property
    def cascade_sources(self) -> tuple[bool, ...]:
        """For each error of the fatal cascade whether it was the infrastructure's."""
        errors = [
            None if step.error is None else step.error.infrastructure
            for step in self.trajectory.steps
        ]
        return cascade_sources(errors, self.trajectory.fatal_step)


def as_batch(
    checkpoint: Checkpoint,
    rollouts: Sequence[Rollout],
    device: torch.device | str = "cpu",
    *,
    pictures: bool = True,
) -> TokenBatch:
    """Rollouts as one padded batch for `Scorer`.

    Args:
        checkpoint: Whose tokens they are.
        rollouts: At least one.
        device: Where the tensors go.
        pictures: Without them the batch says who wrote what, and cannot be scored.
    """
    tokens = [rollout.tokens for rollout in rollouts]
    return batch_for(checkpoint, tokens, device, pictures=pictures)


def collect(
    policy: TokenPolicy,
    environments: SearchVectorEnv,
    tasks: Sequence[Task],
    seeds: Sequence[int],
) -> list[Rollout]:
    """Play one episode a task, all at once.

    Args:
        policy: Acts in text; its earlier episodes are forgotten.
        environments: Text environments in mode `DISABLED`, at least one a task.
        tasks: What is played; the same task several times for a group.
        seeds: One an episode, for its faults and for its sampling.

    Returns:
        The rollouts in the order of the tasks.
    """
    count, places = len(tasks), environments.num_envs
    if count > places:
        raise ValueError(f"{count} tasks need {count} environments, there are {places}")
    policy.forget()
    # Places without a task of their own get a task too, but nobody plays it.
    idle = places - count
    observations, _ = environments.reset(
        seed=[*seeds, *[0] * idle], options={"task": [*tasks, *[tasks[0]] * idle]}
    )
    for slot in range(count):
        policy.reset(slot, tasks[slot], np.random.default_rng([seeds[slot], 1]))
    running = set(range(count))
    while running:
        seen = {
            slot: {key: observations[key][slot] for key in observations} for slot in sorted(running)
        }
        turns = policy.act(seen)
        actions = [turns.get(slot) for slot in range(places)]
        observations, _, terminated, truncated, _ = environments.step(actions)
        running -= set(np.flatnonzero(terminated | truncated).tolist())
    played = environments.trajectories()
    rollouts = []
    for slot in range(count):
        trajectory = played[slot]
        assert trajectory is not None
        *earlier, tokens = policy.segments(slot)
        rollouts.append(Rollout(trajectory, tokens, tuple(earlier)))
    return rollouts
