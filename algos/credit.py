"""Who gets the credit: from rollouts to an advantage and a mask for every token.

`CREDITS` holds the paper's four variants and one of our own. A function of this shape, put into
it by `register_credit`, can be chosen by `--variant` like them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, get_args

import torch
from torch import Tensor

from algos.fatal_variants import Variant, apply_variant, select_fatal
from algos.group_rollouts import Rollout
from algos.objectives import group_advantages
from algos.token_trajectory import TokenBatch


class CreditSettings(Protocol):
    """What of the trainer's settings a credit function may use; see `GRPOConfig`."""

    group_size: int
    estimator: str
    std: str
    fatal_source: str
    hop_weight: float


Credit = Callable[
    [Sequence[Rollout], TokenBatch, CreditSettings], tuple[Tensor, Tensor, dict[str, float]]
]
"""`(rollouts, batch, settings) -> (advantages (B,) or (B, T − 1), mask (B, T − 1), figures)`.

Groups are contiguous, and every rollout has a reward.
"""


def episode_advantages(rollouts: Sequence[Rollout], settings: CreditSettings) -> Tensor:
    """r̃: how much better each episode did than its group, shape (B,)."""
    rewards = torch.tensor([float(rollout.trajectory.reward or 0.0) for rollout in rollouts])
    return group_advantages(
        rewards,
        settings.group_size,
        estimator=settings.estimator,  # type: ignore[arg-type]
        std=settings.std,  # type: ignore[arg-type]
    )


def fatal_steps(rollouts: Sequence[Rollout], settings: CreditSettings) -> Tensor:
    """Fatal steps of the asked source, −1 elsewhere; shape (B,)."""
    found = torch.tensor([rollout.fatal_step for rollout in rollouts])
    sources = [rollout.cascade_sources for rollout in rollouts]
    return select_fatal(found, sources, settings.fatal_source)  # type: ignore[arg-type]


def _paper(variant: Variant) -> Credit:
    def credit(
        rollouts: Sequence[Rollout], batch: TokenBatch, settings: CreditSettings
    ) -> tuple[Tensor, Tensor, dict[str, float]]:
        device = batch.generated.device
        return apply_variant(
            variant,
            episode_advantages(rollouts, settings).to(device),
            batch.generated,
            batch.step,
            fatal_steps(rollouts, settings).to(device),
        )

    return credit


def hop_anchored(
    rollouts: Sequence[Rollout], batch: TokenBatch, settings: CreditSettings
) -> tuple[Tensor, Tensor, dict[str, float]]:
    """`fatal_aware` with a share of the advantage from the gold hops that a step leads to.

    The world knows the gold path, so it is known at which step each of its pages first turned
    up. From a step on, `h_i(l)` is the share of the path's pages that are still found. Compared
    with the group at the same step,

        Â_i(l) = (1 − w) · r̃_i + w · (h_i(l) − mean_j h_j(l)) / (std_j h_j(l) + δ)

    and clamped where fatal. `w` is `hop_weight`. Rollouts that have ended count as 0.
    """
    device = batch.generated.device
    episode = episode_advantages(rollouts, settings)
    steps = max(len(rollout.trajectory.steps) for rollout in rollouts)
    still = torch.stack([_hops_ahead(rollout, steps) for rollout in rollouts])
    by_step = torch.stack(
        [group_advantages(still[:, step], settings.group_size) for step in range(steps)], dim=1
    )
    weight = settings.hop_weight
    mixed = (1 - weight) * episode[:, None] + weight * by_step
    tokens = mixed.to(device).gather(1, batch.step.clamp(0, steps - 1))
    fatal = fatal_steps(rollouts, settings).to(device)
    return apply_variant("fatal_aware", tokens, batch.generated, batch.step, fatal)


def _hops_ahead(rollout: Rollout, steps: int) -> Tensor:
    """For each step the share of the gold pages that are first seen at it or later."""
    gold = {hop.subject for hop in rollout.trajectory.task.hops}
    pages = max(1, len(gold))
    found = torch.zeros(steps)
    for step in rollout.trajectory.steps:
        new = gold & set(step.evidence)
        found[step.index] = len(new) / pages
        gold -= new
    return found.flip(0).cumsum(0).flip(0)


CREDITS: dict[str, Credit] = {variant: _paper(variant) for variant in get_args(Variant)}
CREDITS["hop_anchored"] = hop_anchored


def register_credit(name: str, credit: Credit) -> None:
    """Make a credit function known to `--variant`; a second one of a name replaces the first."""
    CREDITS[name] = credit
