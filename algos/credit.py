"""Who gets the credit: from rollouts to an advantage and a mask for every token.

`CREDITS` holds the paper's four variants, one of our own, and two published ways to give turns
credit of their own without a judge. A function of this shape, put into it by `register_credit`,
can be chosen by `--variant` like them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, get_args

import torch
from torch import Tensor

from algos.objectives import group_advantages
from algos.rollouts.failures import Failure, failure_of, own_errors
from algos.rollouts.fatal_variants import Variant, apply_variant, select_fatal
from algos.rollouts.group import Rollout
from algos.tokens.trajectory import TokenBatch
from searchvl_gym.types import Task


class CreditSettings(Protocol):
    """What of the trainer's settings a credit function may use; see `GRPOConfig`."""

    group_size: int
    estimator: str
    std: str
    fatal_source: str
    hop_weight: float
    unanswered_cost: float
    error_cost: float


Credit = Callable[
    [Sequence[Rollout], TokenBatch, CreditSettings], tuple[Tensor, Tensor, dict[str, float]]
]
"""`(rollouts, batch, settings) -> (advantages (B,) or (B, T − 1), mask (B, T − 1), figures)`.

Groups are contiguous, and every rollout has a reward.
"""


def episode_advantages(rollouts: Sequence[Rollout], settings: CreditSettings) -> Tensor:
    """r̃: how much better each episode did than its group, shape (B,).

    What an episode costs beside its reward is taken off first.
    """
    rewards = torch.tensor([_return_of(rollout, settings) for rollout in rollouts])
    return group_advantages(
        rewards,
        settings.group_size,
        estimator=settings.estimator,  # type: ignore[arg-type]
        std=settings.std,  # type: ignore[arg-type]
    )


def _return_of(rollout: Rollout, settings: CreditSettings) -> float:
    value = float(rollout.trajectory.reward or 0.0)
    if settings.unanswered_cost and failure_of(rollout) is Failure.UNANSWERED:
        value -= settings.unanswered_cost
    if settings.error_cost:
        value -= settings.error_cost * own_errors(rollout)
    return value


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


def _with_steps(
    rollouts: Sequence[Rollout], batch: TokenBatch, settings: CreditSettings, by_step: Tensor
) -> tuple[Tensor, Tensor, dict[str, float]]:
    """Credit of shape (B, steps) at the tokens of its steps, masked and clamped where fatal."""
    device = batch.generated.device
    tokens = by_step.to(device).gather(1, batch.step.clamp(0, by_step.shape[1] - 1))
    fatal = fatal_steps(rollouts, settings).to(device)
    return apply_variant("fatal_aware", tokens, batch.generated, batch.step, fatal)


def hop_anchored(
    rollouts: Sequence[Rollout], batch: TokenBatch, settings: CreditSettings
) -> tuple[Tensor, Tensor, dict[str, float]]:
    """`fatal_aware` with a share of the advantage from the evidence that a step leads to.

    The world knows a least set `E` of pages that prove the answer: the gold path, or what a graph
    of clues rests on. Its pages may be found in any order. The progress of a rollout is the share
    of them that it has seen by the end of a step, `p_i(0) = 0`,

        p_i(l) = #(E ∩ ⋃_{m ≤ l} seen_i(m)) / #E

    and from step l on it still makes the progress `h_i(l)`, which is compared with the group at the
    same step:

        h_i(l) = p_i(T_i) − p_i(l − 1)
        Â_i(l) = (1 − w) · r̃_i + w · (h_i(l) − mean_j h_j(l)) / (std_j h_j(l) + δ)

    and clamped where fatal. `w` is `hop_weight`. Rollouts that have ended count as 0.
    """
    episode = episode_advantages(rollouts, settings)
    found = hops_found(rollouts)
    progress = found.cumsum(1)
    still = progress[:, -1:] - progress + found
    by_step = torch.stack(
        [group_advantages(column, settings.group_size) for column in still.unbind(1)], dim=1
    )
    weight = settings.hop_weight
    mixed = (1 - weight) * episode[:, None] + weight * by_step
    return _with_steps(rollouts, batch, settings, mixed)


def turn_level(
    rollouts: Sequence[Rollout], batch: TokenBatch, settings: CreditSettings
) -> tuple[Tensor, Tensor, dict[str, float]]:
    """`fatal_aware` with turn-level advantages, as in MT-GRPO (Zeng et al. 2025).

    "Reinforcing Multi-Turn Reasoning in LLM Agents via Turn-Level Credit Assignment" compares a
    turn's own verifiable reward within the group and adds it to the outcome's advantage; the last
    turn has the outcome alone. Here a turn's reward is the share of the gold pages that it finds
    first, and

        Â_i(l) = r̃_i + w · (g_i(l) − mean_j g_j(l)) / (std_j g_j(l) + δ)    before the last turn

    The source has two turns; that each turn is compared with the same turn of the others is the
    plain extension. `w` is `hop_weight`.
    """
    episode = episode_advantages(rollouts, settings)
    own = torch.stack(
        [
            group_advantages(column, settings.group_size)
            for column in hops_found(rollouts).unbind(1)
        ],
        dim=1,
    )
    last = torch.tensor([len(rollout.trajectory.steps) - 1 for rollout in rollouts])
    before = torch.arange(own.shape[1]) < last[:, None]
    mixed = episode[:, None] + settings.hop_weight * torch.where(before, own, 0.0)
    return _with_steps(rollouts, batch, settings, mixed)


def anchor_state(
    rollouts: Sequence[Rollout], batch: TokenBatch, settings: CreditSettings
) -> tuple[Tensor, Tensor, dict[str, float]]:
    """`fatal_aware` with advantages among steps from the same state, as in GiGPO.

    Feng et al. 2025, "Group-in-Group Policy Optimization for LLM Agent Training": steps of one
    group that were taken after the same history of observations are compared by the return that
    followed. A state that was met once compares with nothing.

        Â_i(l) = r̃_i + w · (r_i − mean r) / (std r + δ)    over the steps from state s_i(l)

    Returns are not discounted, so the first step repeats r̃; its weight is larger by `w`, which is
    `hop_weight`.
    """
    episode = episode_advantages(rollouts, settings)
    steps = max(1, *(len(rollout.trajectory.steps) for rollout in rollouts))
    returns = torch.tensor([_return_of(rollout, settings) for rollout in rollouts])
    among = torch.zeros(len(rollouts), steps)
    for first in range(0, len(rollouts), settings.group_size):
        met: dict[tuple[str, ...], list[tuple[int, int]]] = {}
        for row in range(first, first + settings.group_size):
            seen: tuple[str, ...] = ()
            for step in rollouts[row].trajectory.steps:
                met.setdefault(seen, []).append((row, step.index))
                seen = (*seen, step.observation)
        for places in met.values():
            if len(places) > 1:
                rows = [row for row, _ in places]
                found = group_advantages(returns[rows], len(rows))
                for (row, step_index), value in zip(places, found.tolist(), strict=True):
                    among[row, step_index] = value
    mixed = episode[:, None] + settings.hop_weight * among
    return _with_steps(rollouts, batch, settings, mixed)


def hops_found(rollouts: Sequence[Rollout]) -> Tensor:
    """The share of its evidence that a rollout first sees at each step, shape (B, steps)."""
    steps = max(1, *(len(rollout.trajectory.steps) for rollout in rollouts))
    found = torch.zeros(len(rollouts), steps)
    for row, rollout in enumerate(rollouts):
        gold, hidden = gold_pages(rollout.trajectory.task)
        pages = max(1, len(gold))
        for step in rollout.trajectory.steps:
            new = gold & set(step.evidence)
            if step.call is None or step.call.name != "visit":
                new -= hidden
            found[row, step.index] = len(new) / pages
            gold -= new
    return found


def gold_pages(task: Task) -> tuple[set[int], set[int]]:
    """The pages that hold the evidence of a task, and those of them that have to be opened.

    Those of the gold path; of a deep task, whose facts may stand on other pages than that of their
    subject, a least set of pages that proves it. Where no search can show a fact, a page that a
    search lists is not yet evidence of it.
    """
    shown = task.metadata.get("evidence", [-1] * len(task.hops))
    pages = {hop.subject if page < 0 else page for hop, page in zip(task.hops, shown, strict=True)}
    return pages, {page for page in shown if page >= 0}


CREDITS: dict[str, Credit] = {variant: _paper(variant) for variant in get_args(Variant)}
CREDITS |= {"hop_anchored": hop_anchored, "turn_level": turn_level, "anchor_state": anchor_state}


def register_credit(name: str, credit: Credit) -> None:
    """Make a credit function known to `--variant`; a second one of a name replaces the first."""
    CREDITS[name] = credit
