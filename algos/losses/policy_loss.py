"""The policy loss of GRPO and its relatives: ratios, surrogate, divergence, one number.

The ratios and what they are worth are in `surrogates`, the divergence in `divergence`; here they
are put together over the tokens that count.
"""

from __future__ import annotations

from typing import Literal, get_args

import torch
from torch import Tensor

from algos.losses.divergence import Divergence, token_divergence
from algos.losses.surrogates import Ratio, Surrogate, sequence_log_ratio, token_surrogate

Aggregation = Literal["sequence_mean", "token_mean", "sequence_mean_token_sum", "constant_length"]

_MAX_LOG_RATIO = 20.0


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
    ratio: Ratio = "token",
    surrogate: Surrogate = "clip",
    dual_clip: float | None = None,
    divergence: Divergence = "k3",
    length: int | None = None,
    entropy: Tensor | None = None,
    entropy_bonus: float = 0.0,
) -> tuple[Tensor, dict[str, float]]:
    r"""The clipped surrogate loss, to be minimised.

    With `ρ = exp(logp − old_logp)` a token's loss is
    `−min(ρ A, clip(ρ, 1 − clip_low, 1 + clip_high) A) + β · (exp(d) − d − 1)`, where
    `d = ref_logp − logp` (the low-variance estimate of the KL divergence to the reference). Other
    ratios and surrogates are told in `surrogates`, other estimates in `divergence`. The tokens'
    losses are put together as

    - `sequence_mean`: `1/B Σ_i 1/(Σ_t M_it) Σ_t M_it ℓ_it`, the paper's equation;
    - `sequence_mean_token_sum`: `1/B Σ_i Σ_t M_it ℓ_it`, the release's launch scripts;
    - `token_mean`: `Σ_it M_it ℓ_it / Σ_it M_it`;
    - `constant_length`: `1/(B · L) Σ_it M_it ℓ_it`, which favours no length (Liu et al. 2025,
      "Understanding R1-Zero-Like Training", Dr. GRPO).

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
        ratio: `token` or `sequence`.
        surrogate: `clip` or `cispo`.
        dual_clip: Most that a blamed token's ratio counts for, above `1 + clip_high`; None for no
            bound. Only `clip` has it.
        divergence: Estimate of the divergence: `k1`, `k2`, `k3` or `weighted_k3`.
        length: `L` of `constant_length`, at least 1; what the longest sequence may have.
        entropy: Entropies of the policy's distributions, shape (B, T), with their gradient; needed
            for `entropy_bonus > 0`.
        entropy_bonus: Weight of the entropies, put together as the losses are, that is taken off
            the loss.

    Returns:
        The loss, a scalar, and metrics over the tokens that count: `loss`, `policy_loss`,
        `kl` (to the reference, by `divergence`), `approx_kl` (to the sampling policy),
        `clip_fraction`, `clip_fraction_low`, `clip_fraction_high` (where the ratio is beyond a
        bound on the side that counts; `clip` takes the gradient away there), `ratio_mean`,
        `ratio_min`, `ratio_max`, `tokens` and `empty_rows`.

    Raises:
        ValueError: When an argument is out of range or the shapes do not fit.

    >>> logp = torch.tensor([[-1.0, -2.0]], requires_grad=True)
    >>> loss, metrics = policy_loss(logp, logp.detach(), torch.tensor([1.0]), torch.ones(1, 2))
    >>> loss.item(), metrics["clip_fraction"]
    (-1.0, 0.0)
    """
    _check_shapes(logp, old_logp, advantages, mask, ref_logp, weights)
    _check_numbers(clip_low, clip_high, beta, dual_clip, length)
    if entropy_bonus > 0 and entropy is None:
        raise ValueError("entropy_bonus above 0 needs entropy")
    _check_names(aggregation, ratio, surrogate, divergence)
    if beta > 0 and ref_logp is None:
        raise ValueError("beta above 0 needs ref_logp")
    if aggregation == "constant_length" and length is None:
        raise ValueError("constant_length needs length")
    if dual_clip is not None and surrogate != "clip":
        raise ValueError("dual_clip goes with the surrogate clip")
    counts = mask.to(torch.bool)
    shares = counts.to(logp.dtype)
    # Masked positions are taken out before exp: what overflows there would turn the gradient
    # into NaN even when it is multiplied by 0. An attached old_logp would cancel the gradient.
    kept = _where(counts, logp)
    log_ratio = kept - _where(counts, old_logp.detach())
    if ratio == "sequence":
        log_ratio = sequence_log_ratio(log_ratio, shares)
    log_ratio = log_ratio.clamp(-_MAX_LOG_RATIO, _MAX_LOG_RATIO)
    ratios = log_ratio.exp()
    advantage = advantages if advantages.ndim == 2 else advantages.unsqueeze(1)
    advantage = _where(counts, advantage.detach().expand_as(logp)).to(logp.dtype)
    token_loss = token_surrogate(
        ratios,
        advantage,
        kept,
        clip_low=clip_low,
        clip_high=clip_high,
        surrogate=surrogate,
        dual_clip=dual_clip,
    )
    if weights is not None:
        token_loss = token_loss * _where(counts, weights.detach()).to(logp.dtype)
    total = _aggregate(token_loss, shares, aggregation, length)
    loss = total
    measured = torch.zeros((), dtype=logp.dtype, device=logp.device)
    if ref_logp is not None:
        difference = _where(counts, ref_logp.detach()) - _where(counts, logp)
        difference = difference.clamp(-_MAX_LOG_RATIO, _MAX_LOG_RATIO)
        token_kl = token_divergence(difference, ratios, divergence)
        measured = _aggregate(token_kl, shares, "token_mean", None).detach()
        if beta > 0:
            loss = total + beta * _aggregate(token_kl, shares, aggregation, length)
    if entropy is not None and entropy_bonus > 0:
        spread = _aggregate(_where(counts, entropy), shares, aggregation, length)
        loss = loss - entropy_bonus * spread
    metrics = _measure(ratios.detach(), log_ratio.detach(), advantage, counts, clip_low, clip_high)
    metrics |= {
        "loss": float(loss.detach()),
        "policy_loss": float(total.detach()),
        "kl": float(measured),
    }
    return loss, metrics


def _where(counts: Tensor, values: Tensor) -> Tensor:
    return torch.where(counts, values, torch.zeros((), dtype=values.dtype, device=values.device))


def _aggregate(
    token_loss: Tensor, shares: Tensor, aggregation: Aggregation, length: int | None
) -> Tensor:
    rows = (token_loss * shares).sum(dim=1)
    if aggregation == "token_mean":
        return rows.sum() / shares.sum().clamp_min(1)
    if aggregation == "sequence_mean":
        rows = rows / shares.sum(dim=1).clamp_min(1)
    total = rows.sum() / max(1, len(rows))
    return total / length if aggregation == "constant_length" and length else total


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


def _check_numbers(
    clip_low: float, clip_high: float, beta: float, dual_clip: float | None, length: int | None
) -> None:
    if not 0 <= clip_low <= 1 or not clip_high >= 0 or not beta >= 0:
        raise ValueError(
            "clip_low must be between 0 and 1, clip_high and beta at least 0; "
            f"got {clip_low!r}, {clip_high!r} and {beta!r}"
        )
    if dual_clip is not None and not dual_clip > 1 + clip_high:
        raise ValueError(f"dual_clip must be above 1 + clip_high, got {dual_clip!r}")
    if length is not None and length < 1:
        raise ValueError(f"length must be at least 1, got {length!r}")


def _check_names(*given: str) -> None:
    kinds = (Aggregation, Ratio, Surrogate, Divergence)
    names = ("aggregation", "ratio", "surrogate", "divergence")
    for name, kind, value in zip(names, kinds, given, strict=True):
        known = get_args(kind)
        if value not in known:
            raise ValueError(f"{name} must be one of {', '.join(known)}; got {value!r}")


def _check_shapes(
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
