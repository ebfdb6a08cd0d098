"""Correction for a sampler whose probabilities differ from the trainer's.

A rollout engine with other kernels, another precision or slightly older weights samples from a
policy π_s that is not the π_old of the trainer. `policy_loss` compares the new policy with π_old
only; weighting each token's loss by π_old / π_s corrects for the rest, and a cap on the weight
bounds its variance (truncated importance sampling, Ionides 2008).
"""

from __future__ import annotations

from typing import Literal

import torch
from torch import Tensor

Level = Literal["token", "sequence"]
Mode = Literal["truncate", "mask"]


def importance_weights(
    old_logp: Tensor,
    sampler_logp: Tensor,
    mask: Tensor,
    *,
    cap: float = 2.0,
    level: Level = "token",
    mode: Mode = "truncate",
) -> Tensor:
    """Weights `π_old / π_s` for `policy_loss`, bounded from above.

    Args:
        old_logp: Log-probabilities of the sampled tokens by the trainer, before it updates the
            policy; shape (B, T).
        sampler_logp: By the engine that sampled them, at the same temperature; shape (B, T).
        mask: Shape (B, T), 1 on the tokens that count.
        cap: Largest weight, above 0.
        level: `token` weighs each token by its own ratio, which leaves a bias of the states that
            were visited; `sequence` weighs all tokens of a row by the product of their ratios:
            no such bias, but a variance that grows with the length.
        mode: What becomes of a weight above the cap: `truncate` makes it the cap, `mask` 0, which
            takes the token or the row out.

    Returns:
        Shape (B, T), without a gradient, in the dtype of `old_logp`; 1 where the mask is 0.

    Raises:
        ValueError: When an argument is out of range, the shapes do not fit, or a log-probability
            that counts is not a number.

    >>> old, sampler = torch.tensor([[0.5, 0.5, 0.9]]).log(), torch.tensor([[0.4, 0.1, 0.1]]).log()
    >>> mask = torch.tensor([[1, 1, 0]])
    >>> importance_weights(old, sampler, mask).round(decimals=4).tolist()
    [[1.25, 2.0, 1.0]]
    >>> importance_weights(old, sampler, mask, level="sequence", mode="mask").tolist()
    [[0.0, 0.0, 1.0]]
    """
    if old_logp.ndim != 2 or not old_logp.shape == sampler_logp.shape == mask.shape:
        raise ValueError(
            "old_logp, sampler_logp and mask must have one shape (B, T), got "
            f"{tuple(old_logp.shape)}, {tuple(sampler_logp.shape)} and {tuple(mask.shape)}"
        )
    if not cap > 0:
        raise ValueError(f"cap must be above 0, got {cap!r}")
    if level not in ("token", "sequence"):
        raise ValueError(f"level must be token or sequence, got {level!r}")
    if mode not in ("truncate", "mask"):
        raise ValueError(f"mode must be truncate or mask, got {mode!r}")
    counts = mask.to(torch.bool)
    # In single precision at least: a sequence sums many differences.
    exact = torch.promote_types(old_logp.dtype, torch.float32)
    difference = old_logp.detach().to(exact) - sampler_logp.detach().to(exact)
    difference = torch.where(counts, difference, 0.0)
    missing = int(difference.isnan().sum())
    if missing:
        raise ValueError(
            f"{missing} tokens that count have no usable log-probability (NaN, or infinite in "
            "both); mask them out or ask the sampler for the log-probability of each token"
        )
    if level == "sequence":
        difference = difference.sum(dim=1, keepdim=True).expand_as(difference)
    weights = difference.exp()
    weights = (
        weights.clamp_max(cap) if mode == "truncate" else weights.masked_fill(weights > cap, 0)
    )
    return torch.where(counts, weights, 1.0).to(old_logp.dtype)
