r"""Fatal-aware GRPO as pure functions on tensors (PAPER sections 4 and 5).

For a group of `G` rollouts of one task with returns `r_i`:

    r̃_i = (r_i − μ) / (σ + δ)                                      `group_advantages`
    Â_i = max(r̃_i, 0) if i is fatal, else r̃_i                      `clamp_fatal`
    M_it = generated_it · 1[step(t) < f_i]                          `fatal_token_mask`
    ℓ_it = −min(ρ_it Â_i, clip(ρ_it, 1 − ε_low, 1 + ε_high) Â_i)    `surrogates`
    −J = 1/G Σ_i 1/(Σ_t M_it) Σ_t M_it ℓ_it + β · KL                `policy_loss`

The baselines of the paper are combinations (`fatal_variants`). Log-probabilities of long sequences
come from `log_probabilities`, the divergence from `divergence`, weights for another sampler than
π_old from `importance_sampling`. `policy_loss` can be imported from here as well.

Shapes: N rollouts, groups contiguous; B sequences; T tokens, right- or left-padded.
"""

from __future__ import annotations

from typing import Literal

import torch
from torch import Tensor

from algos.losses.policy_loss import Aggregation, policy_loss

__all__ = [
    "Aggregation",
    "Deviation",
    "Estimator",
    "clamp_fatal",
    "fatal_token_mask",
    "group_advantages",
    "policy_loss",
]

Estimator = Literal["grpo", "rloo", "mean_only"]
Deviation = Literal["population", "sample", "batch"]


def group_advantages(
    rewards: Tensor,
    group_size: int,
    *,
    estimator: Estimator = "grpo",
    std: Deviation = "population",
    eps: float = 1e-6,
) -> Tensor:
    """Advantages of rollouts relative to their group.

    `grpo`: `(r − μ)/(σ + eps)`. `mean_only`: `r − μ`. `rloo`: `r` minus the mean of the *others*,
    which is `(r − μ) · G/(G − 1)`. A group of one keeps its reward, as in common code.

    Args:
        rewards: Shape (N,), finite; groups are contiguous.
        group_size: `G`, at least 1; divides N.
        estimator: How to compare.
        std: For `grpo`: the deviation over `G` (the paper's appendix), over `G − 1` (common
            code), or that of all N rewards over `N − 1`, which does not blow up the small
            differences of a group that is all right or all wrong (Liu et al. 2025, "Part I:
            Tricks or Traps? A Deep Dive into RL for LLM Reasoning"; TRL's
            `scale_rewards="batch"`).
        eps: Added to the deviation, above or equal to 0.

    Returns:
        Shape (N,), in the dtype of the rewards (float32 for whole numbers). All 0 within a group
        whose rewards are equal, if `eps` is above 0.

    Raises:
        ValueError: When an argument is out of range, or a reward is not finite: leave unscored
            episodes out, or their group.

    >>> group_advantages(torch.tensor([1.0, 0.0, 1.0, 0.0]), 4).round(decimals=4).tolist()
    [1.0, -1.0, 1.0, -1.0]
    """
    if rewards.ndim != 1:
        raise ValueError(f"rewards must have shape (N,), got {tuple(rewards.shape)}")
    if group_size < 1 or len(rewards) % group_size:
        raise ValueError(f"group_size must divide the {len(rewards)} rewards, got {group_size}")
    if estimator not in ("grpo", "rloo", "mean_only"):
        raise ValueError(f"estimator must be grpo, rloo or mean_only, got {estimator!r}")
    if std not in ("population", "sample", "batch"):
        raise ValueError(f"std must be population, sample or batch, got {std!r}")
    if not eps >= 0:
        raise ValueError(f"eps must be at least 0, got {eps!r}")
    dtype = rewards.dtype if rewards.is_floating_point() else torch.float32
    if not bool(torch.isfinite(rewards).all()):
        raise ValueError("rewards must be finite; leave unscored episodes out")
    if group_size == 1 or not len(rewards):
        return rewards.to(dtype).clone()
    # In double precision, or equal rewards would differ from their mean by rounding, and eps
    # would blow that up.
    groups = rewards.to(torch.float64).view(-1, group_size)
    centred = groups - groups.mean(dim=1, keepdim=True)
    if estimator == "rloo":
        centred = centred * (group_size / (group_size - 1))
    elif estimator == "grpo":
        if std == "batch":
            deviation = groups.std().expand(len(groups), 1) + eps
        else:
            freedom = 1 if std == "sample" else 0
            deviation = groups.std(dim=1, keepdim=True, correction=freedom) + eps
        # Without eps, 0/0 in a group of equal rewards is no preference.
        centred = torch.where(deviation > 0, centred / deviation.clamp_min(1e-300), 0.0)
    return centred.view(-1).to(dtype)


def clamp_fatal(advantages: Tensor, fatal: Tensor) -> Tensor:
    """`max(A, 0)` where fatal: what led into a fatal cascade may be praised, not blamed.

    Args:
        advantages: Shape (B,) or (B, T).
        fatal: Shape (B,), booleans.

    Raises:
        ValueError: When the shapes do not fit.

    >>> clamp_fatal(torch.tensor([-1.0, -1.0, 2.0]), torch.tensor([True, False, True])).tolist()
    [0.0, -1.0, 2.0]
    """
    if fatal.ndim != 1 or advantages.ndim not in (1, 2) or len(fatal) != len(advantages):
        raise ValueError(
            f"fatal must have shape (B,) and advantages (B,) or (B, T), "
            f"got {tuple(fatal.shape)} and {tuple(advantages.shape)}"
        )
    rows = fatal.to(torch.bool)
    rows = rows if advantages.ndim == 1 else rows.unsqueeze(1)
    return torch.where(rows, advantages.clamp_min(0), advantages)


def fatal_token_mask(generated: Tensor, step_of_token: Tensor, fatal_step: Tensor) -> Tensor:
    """Which tokens are trained on: those the policy wrote, before the fatal step.

    Args:
        generated: Shape (B, T), 1 where the policy wrote the token.
        step_of_token: Shape (B, T), the 0-based step that each token belongs to; −1 for the
            prompt.
        fatal_step: Shape (B,); −1 where a rollout is not fatal. 0 masks all of it, a number past
            the last step nothing.

    Returns:
        Shape (B, T), in the dtype of `generated`.

    Raises:
        ValueError: When the shapes do not fit.

    >>> written = torch.tensor([[0, 1, 1, 0, 1]])
    >>> steps = torch.tensor([[-1, 0, 0, 0, 1]])
    >>> fatal_token_mask(written, steps, torch.tensor([1])).tolist()
    [[0, 1, 1, 0, 0]]
    """
    fits = generated.ndim == 2 and step_of_token.shape == generated.shape
    if not fits or fatal_step.shape != generated.shape[:1]:
        raise ValueError(
            "generated and step_of_token must have shape (B, T) and fatal_step (B,), got "
            f"{tuple(generated.shape)}, {tuple(step_of_token.shape)} and {tuple(fatal_step.shape)}"
        )
    limit = fatal_step.unsqueeze(1)
    kept = (limit < 0) | (step_of_token < limit)
    return generated & kept if generated.dtype == torch.bool else torch.where(kept, generated, 0)
