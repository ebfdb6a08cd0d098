"""Estimates of the divergence from a reference policy, token by token, and what they teach.

With `d = log π_ref − log π_θ` of a token that was sampled from π_θ, all three estimate
`KL(π_θ ‖ π_ref)` (Schulman 2020, "Approximating KL Divergence"). As a term of a loss only their
gradient counts, and that is not always the gradient of what they estimate:

| estimator | value        | bias, variance | gradient in the loss    | on policy it is that of |
|-----------|--------------|----------------|-------------------------|-------------------------|
| `k1`      | `−d`         | none, large    | `∇ log π_θ`             | nothing: it averages 0  |
| `k2`      | `d²/2`       | small, small   | `−d · ∇ log π_θ`        | `KL(π_θ ‖ π_ref)`       |
| `k3`      | `eᵈ − d − 1` | none, small    | `(1 − eᵈ) · ∇ log π_θ`  | `KL(π_ref ‖ π_θ)`       |

`weighted_k3` is `ρ · k3` with `ρ = π_θ / π_old` and ρ's own gradient: without bias off policy too,
and its gradient is that of `KL(π_θ ‖ π_ref)` (DeepSeek-AI 2025, "DeepSeek-V3.2"; TRL's default,
`use_bias_correction_kl`). GRPO as published (Shao et al. 2024) and the paper have `k3`. `k2` has
the gradient of the reverse divergence on policy (Tang & Munos 2025, "On a few pitfalls in KL
divergence gradient estimation for RL"). `k1` is here to be measured; it belongs into a reward
rather than into a loss.
"""

from __future__ import annotations

from typing import Literal

from torch import Tensor

Divergence = Literal["k1", "k2", "k3", "weighted_k3"]


def token_divergence(difference: Tensor, ratio: Tensor, estimator: Divergence = "k3") -> Tensor:
    """The divergence of each token.

    Args:
        difference: `log π_ref − log π_θ`, any shape; the policy's part has the gradient.
        ratio: `ρ`, of the same shape and with the gradient; for `weighted_k3`.
        estimator: See the module.

    Raises:
        ValueError: When the estimator is unknown.

    >>> import torch
    >>> d, ratio = torch.tensor(0.5), torch.tensor(2.0)
    >>> names = ("k1", "k2", "k3", "weighted_k3")
    >>> [round(float(token_divergence(d, ratio, each)), 4) for each in names]
    [-0.5, 0.125, 0.1487, 0.2974]
    """
    if estimator == "k1":
        return -difference
    if estimator == "k2":
        return difference.square() / 2
    if estimator not in ("k3", "weighted_k3"):
        raise ValueError(f"divergence must be k1, k2, k3 or weighted_k3, got {estimator!r}")
    found = difference.exp() - difference - 1
    return ratio * found if estimator == "weighted_k3" else found
