r"""Fatal-aware GRPO as pure functions on tensors (PAPER sections 4 and 5).

For a group of `G` rollouts of one task with returns `r_i`:

    r̃_i = (r_i − μ) / (σ + δ)                                      `group_advantages`
    Â_i = max(r̃_i, 0) if i is fatal, else r̃_i                      `clamp_fatal`
    M_it = generated_it · 1[step(t) < f_i]                          `fatal_token_mask`
    ℓ_it = −min(ρ_it Â_i, clip(ρ_it, 1 − ε_low, 1 + ε_high) Â_i)
    −J = 1/G Σ_i 1/(Σ_t M_it) Σ_t M_it ℓ_it + β · KL                `policy_loss`

The baselines of the paper are combinations (`fatal_variants`). Log-probabilities of long sequences
come from `log_probabilities`, weights for another sampler than π_old from `importance_sampling`.

Shapes: N rollouts, groups contiguous; B sequences; T tokens, right- or left-padded.
"""

from __future__ import annotations

from typing import Literal

import torch
from torch import Tensor

Estimator = Literal["grpo", "rloo", "mean_only"]
Deviation = Literal["population", "sample"]
Aggregation = Literal["sequence_mean", "token_mean", "sequence_mean_token_sum"]

_MAX_LOG_RATIO = 20.0


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
        std: For `grpo`: the deviation over `G` (the paper's appendix) or over `G − 1` (common
            code).
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
    if std not in ("population", "sample"):
        raise ValueError(f"std must be population or sample, got {std!r}")
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


def policy_loss(
    logp: Tensor,
    old_logp: Tensor,
    advantages: Tensor,
    mask: Tensor,
    *,
    clip_low: float = 0.2,
    clip_high: float = 0.28,
    aggregation: Aggregation = "sequence_mean",
    ref_logp: Tensor | None = None,
    beta: float = 0.0,
    weights: Tensor | None = None,
) -> tuple[Tensor, dict[str, float]]:
    r"""The clipped surrogate loss, to be minimised.

    With `ρ = exp(logp − old_logp)` a token's loss is
    `−min(ρ A, clip(ρ, 1 − clip_low, 1 + clip_high) A) + β · (exp(d) − d − 1)`, where
    `d = ref_logp − logp` (the low-variance estimate of the KL divergence to the reference). The
    tokens' losses are put together as

    - `sequence_mean`: `1/B Σ_i 1/(Σ_t M_it) Σ_t M_it ℓ_it`, the paper's equation;
    - `sequence_mean_token_sum`: `1/B Σ_i Σ_t M_it ℓ_it`, the release's launch scripts;
    - `token_mean`: `Σ_it M_it ℓ_it / Σ_it M_it`.

    A row without a token in its mask adds 0 to the sum and has no gradient; B counts it, as the
    paper's G does. What stands at masked positions does not matter, not even NaN or infinity.

    Args:
        logp: Log-probabilities of the tokens under the policy, shape (B, T); has the gradient.
        old_logp: Under the policy that sampled them, shape (B, T); taken as constants.
        advantages: Shape (B,) or (B, T); taken as constants.
        mask: Shape (B, T), 1 on the tokens that count.
        clip_low: `ε_low`, 0 to 1.
        clip_high: `ε_high`, at least 0.
        aggregation: See above.
        ref_logp: Under the reference policy, shape (B, T), taken as constants; needed for
            `beta > 0`. Given with `beta = 0` the divergence is only measured.
        beta: Weight of the divergence, at least 0.
        weights: Factors of the tokens' losses, without the divergence, as from
            `importance_sampling.importance_weights`; shape (B, T), taken as constants.

    Returns:
        The loss, a scalar, and metrics over the tokens that count: `loss`, `policy_loss`,
        `kl` (to the reference), `approx_kl` (to the sampling policy), `clip_fraction`,
        `clip_fraction_low`, `clip_fraction_high` (where clipping took the gradient away),
        `ratio_mean`, `ratio_min`, `ratio_max`, `tokens` and `empty_rows`.

    Raises:
        ValueError: When an argument is out of range or the shapes do not fit.

    >>> logp = torch.tensor([[-1.0, -2.0]], requires_grad=True)
    >>> loss, metrics = policy_loss(logp, logp.detach(), torch.tensor([1.0]), torch.ones(1, 2))
    >>> loss.item(), metrics["clip_fraction"]
    (-1.0, 0.0)
    """
    _check_loss_arguments(logp, old_logp, advantages, mask, ref_logp, weights)
    if not 0 <= clip_low <= 1 or not clip_high >= 0 or not beta >= 0:
        raise ValueError(
            "clip_low must be between 0 and 1, clip_high and beta at least 0; "
            f"got {clip_low!r}, {clip_high!r} and {beta!r}"
        )
    if aggregation not in ("sequence_mean", "token_mean", "sequence_mean_token_sum"):
        raise ValueError(
            "aggregation must be sequence_mean, token_mean or sequence_mean_token_sum, "
            f"got {aggregation!r}"
        )
    if beta > 0 and ref_logp is None:
        raise ValueError("beta above 0 needs ref_logp")
    counts = mask.to(torch.bool)
    shares = counts.to(logp.dtype)
    # Masked positions are taken out before exp: what overflows there would turn the gradient
    # into NaN even when it is multiplied by 0. An attached old_logp would cancel the gradient.
    log_ratio = _where(counts, logp) - _where(counts, old_logp.detach())
    log_ratio = log_ratio.clamp(-_MAX_LOG_RATIO, _MAX_LOG_RATIO)
    ratio = log_ratio.exp()
    advantage = advantages if advantages.ndim == 2 else advantages.unsqueeze(1)
    advantage = _where(counts, advantage.detach().expand_as(logp)).to(logp.dtype)
    unclipped = ratio * advantage
    clipped = ratio.clamp(1 - clip_low, 1 + clip_high) * advantage
    token_loss = -torch.minimum(unclipped, clipped)
    if weights is not None:
        token_loss = token_loss * _where(counts, weights.detach()).to(logp.dtype)
    surrogate = _aggregate(token_loss, shares, aggregation)
    loss = surrogate
    divergence = torch.zeros((), dtype=logp.dtype, device=logp.device)
    if ref_logp is not None:
        difference = _where(counts, ref_logp.detach()) - _where(counts, logp)
        difference = difference.clamp(-_MAX_LOG_RATIO, _MAX_LOG_RATIO)
        token_kl = difference.exp() - difference - 1
        divergence = _aggregate(token_kl, shares, "token_mean").detach()
        if beta > 0:
            loss = surrogate + beta * _aggregate(token_kl, shares, aggregation)
    metrics = _measure(ratio.detach(), log_ratio.detach(), advantage, counts, clip_low, clip_high)
    metrics |= {
        "loss": float(loss.detach()),
        "policy_loss": float(surrogate.detach()),
        "kl": float(divergence),
    }
    return loss, metrics


def _where(counts: Tensor, values: Tensor) -> Tensor:
    return torch.where(counts, values, torch.zeros((), dtype=values.dtype, device=values.device))


def _aggregate(token_loss: Tensor, shares: Tensor, aggregation: Aggregation) -> Tensor:
    rows = (token_loss * shares).sum(dim=1)
    if aggregation == "token_mean":
        return rows.sum() / shares.sum().clamp_min(1)
    if aggregation == "sequence_mean":
        rows = rows / shares.sum(dim=1).clamp_min(1)
    return rows.sum() / max(1, len(rows))


def _measure(
    ratio: Tensor, log_ratio: Tensor, advantage: Tensor, counts: Tensor, *clip: float
) -> dict[str, float]:
    tokens = int(counts.sum())
    empty = int((~counts.any(dim=1)).sum()) if counts.numel() else len(counts)
    seen, signs = ratio[counts], advantage[counts]
    low = float(((seen < 1 - clip[0]) & (signs < 0)).sum()) / max(1, tokens)
    high = float(((seen > 1 + clip[1]) & (signs > 0)).sum()) / max(1, tokens)
    # exp(x) − 1 − x with x = log ρ estimates the divergence from the sampling policy.
    drift = (ratio - 1 - log_ratio)[counts]
    return {
        "approx_kl": float(drift.mean()) if tokens else 0.0,
        "clip_fraction": low + high,
        "clip_fraction_low": low,
        "clip_fraction_high": high,
        "ratio_mean": float(seen.mean()) if tokens else 1.0,
        "ratio_min": float(seen.min()) if tokens else 1.0,
        "ratio_max": float(seen.max()) if tokens else 1.0,
        "tokens": float(tokens),
        "empty_rows": float(empty),
    }


def _check_loss_arguments(
    logp: Tensor, old_logp: Tensor, advantages: Tensor, mask: Tensor, *optional: Tensor | None
) -> None:
    shape = logp.shape
    if len(shape) != 2:
        raise ValueError(f"logp must have shape (B, T), got {tuple(shape)}")
    names = ("old_logp", "mask", "ref_logp", "weights")
    for name, given in zip(names, (old_logp, mask, *optional), strict=True):
        if given is not None and given.shape != shape:
            raise ValueError(
                f"{name} must have the shape of logp, {tuple(shape)}; got {tuple(given.shape)}"
            )
    if advantages.shape not in (shape, shape[:1]):
        raise ValueError(
            f"advantages must have shape (B,) or (B, T) for logp of {tuple(shape)}; "
            f"got {tuple(advantages.shape)}"
        )
