"""What a token's ratio to the sampling policy is worth: PPO's clip and its published relatives.

With `ρ_it = π_θ(a_it) / π_old(a_it)` and `Â` the advantage,

| setting              | ratio, or loss of a token                     | source          |
|----------------------|-----------------------------------------------|-----------------|
| `ratio="token"`      | `ρ_it`                                        | PPO, 2017       |
| `ratio="sequence"`   | `s_i = exp(1/n_i Σ_t M_it log ρ_it)`          | GSPO, 2025      |
| `surrogate="clip"`   | `−min(ρ Â, clip(ρ, 1 − ε_low, 1 + ε_high) Â)` | PPO, DAPO       |
| `surrogate="cispo"`  | `−sg(min(ρ, 1 + ε_high)) Â log π_θ`           | CISPO, 2025     |
| `dual_clip=c`, Â < 0 | `−max(min(ρ Â, clip(ρ) Â), c Â)`              | dual clip, 2020 |

PPO: Schulman et al.; GSPO: Zheng et al.; CISPO: MiniMax-M1; dual clip: Ye et al., "Mastering
complex control in MOBA games with deep reinforcement learning".
`n_i` is the number of tokens of row i that count. `sg` stops the gradient: CISPO bounds the weight
of a token and never takes its gradient away. A dual clip bounds what one token whose ratio has
exploded can cost; TRL calls it `delta`.
"""

from __future__ import annotations

from typing import Literal

import torch
from torch import Tensor

Ratio = Literal["token", "sequence"]
Surrogate = Literal["clip", "cispo"]


def sequence_log_ratio(log_ratio: Tensor, shares: Tensor) -> Tensor:
    """The mean log-ratio of a row's tokens, at each of them: GSPO's `log s_i`.

    Args:
        log_ratio: Shape (B, T), 0 where a token does not count.
        shares: Shape (B, T), 1 where a token counts.

    Returns:
        Shape (B, T), 0 where a token does not count; each row's tokens share its gradient.

    >>> log_ratio = torch.tensor([[0.2, 0.4, 0.0]])
    >>> sequence_log_ratio(log_ratio, torch.tensor([[1.0, 1.0, 0.0]])).tolist()
    [[0.30000001192092896, 0.30000001192092896, 0.0]]
    """
    mean = log_ratio.sum(dim=1, keepdim=True) / shares.sum(dim=1, keepdim=True).clamp_min(1)
    return mean * shares


def token_surrogate(
    ratio: Tensor,
    advantage: Tensor,
    logp: Tensor,
    *,
    clip_low: float,
    clip_high: float,
    surrogate: Surrogate = "clip",
    dual_clip: float | None = None,
) -> Tensor:
    """The loss of each token; see the module for the equations.

    Args:
        ratio: `ρ` or `s`, shape (B, T), with the policy's gradient.
        advantage: Shape (B, T), a constant.
        logp: Log-probabilities under the policy, shape (B, T), with the gradient; for `cispo`.
        clip_low: `ε_low`; `cispo` does not use it.
        clip_high: `ε_high`.
        surrogate: `clip` or `cispo`.
        dual_clip: `c` above `1 + ε_high`, or None; for `clip`.

    >>> ratio, blame = torch.tensor([[9.0]]), torch.tensor([[-1.0]])
    >>> bounds = {"clip_low": 0.2, "clip_high": 0.28}
    >>> token_surrogate(ratio, blame, ratio.log(), **bounds).item()
    9.0
    >>> token_surrogate(ratio, blame, ratio.log(), **bounds, dual_clip=3.0).item()
    3.0
    """
    if surrogate == "cispo":
        return -ratio.detach().clamp_max(1 + clip_high) * advantage * logp
    clipped = ratio.clamp(1 - clip_low, 1 + clip_high) * advantage
    least = torch.minimum(ratio * advantage, clipped)
    if dual_clip is not None:
        least = torch.where(advantage < 0, torch.maximum(least, dual_clip * advantage), least)
    return -least
