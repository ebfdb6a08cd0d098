"""Measures how far the sampler is from the trainer, and weighs its tokens accordingly."""

from __future__ import annotations

from typing import Literal, Protocol, cast

import torch
from torch import Tensor

from algos.losses.importance_sampling import Level, Mode, importance_weights
from algos.training.run_directory import TrainingError

Correction = Literal["none", "token", "sequence"]


class CorrectionSettings(Protocol):
    """What of the trainer's settings the correction is made by; see `GRPOConfig`."""

    sampler_correction: str
    sampler_cap: float
    sampler_mode: str


def correct_sampler(
    old_logp: Tensor, sampler_logp: Tensor, mask: Tensor, settings: CorrectionSettings
) -> tuple[Tensor, dict[str, float]]:
    """Weights for `policy_loss` against a sampler that is not the trainer, and figures.

    Args:
        old_logp: By the trainer before the update, shape (B, T).
        sampler_logp: By the sampler, shape (B, T).
        mask: Shape (B, T), 1 on the tokens that count.
        settings: Level, cap and what happens beyond it.

    Returns:
        Weights of shape (B, T), and over the tokens that count `sampler_kl` (the divergence of
        the sampler from the trainer, estimated by `r − 1 − log r` with `r = π_old / π_sampler`),
        `sampler_ratio_max` and `sampler_capped` (the share of tokens whose weight was beyond the
        cap).

    Raises:
        TrainingError: When the sampler gave no log-probabilities.
    """
    counts = mask.to(torch.bool)
    given = sampler_logp[counts]
    if len(given) and (bool(given.isnan().any()) or not bool(given.any())):
        raise TrainingError(
            f"sampler_correction = {settings.sampler_correction!r} needs the log-probability of "
            "each sampled token, and the sampler gave none; have it return them, or set "
            'sampler_correction = "none"'
        )
    level, cap = cast(Level, settings.sampler_correction), settings.sampler_cap
    weights = importance_weights(
        old_logp,
        sampler_logp,
        mask,
        cap=cap,
        level=level,
        mode=cast(Mode, settings.sampler_mode),
    )
    if not len(given):
        return weights, {"sampler_kl": 0.0, "sampler_ratio_max": 1.0, "sampler_capped": 0.0}
    difference = (old_logp - sampler_logp)[counts]
    unbounded = importance_weights(old_logp, sampler_logp, mask, cap=float("inf"), level=level)
    return weights, {
        "sampler_kl": float((difference.exp() - 1 - difference).mean()),
        "sampler_ratio_max": float(difference.max().exp()),
        "sampler_capped": float((unbounded[counts] > cap).float().mean()),
    }
