"""Muon in the precision of the weights, with the matrices of one shape taken together.

`torch.optim.Muon` orthogonalises in bfloat16, one matrix at a time. On a CPU without bfloat16
arithmetic that takes longer than the rest of a training step: 28 matrices of a tiny decoder cost
seconds, here milliseconds. The update is the same (Jordan et al. 2024): momentum, five
Newton–Schulz steps towards the nearest orthogonal matrix, a rate that suits the shape.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor

COEFFICIENTS = (3.4445, -4.7750, 2.0315)
"""Of the quintic Newton–Schulz iteration; steep at 0, singular values end between 0.7 and 1.2."""

NEWTON_SCHULZ_STEPS = 5


class Muon(torch.optim.Optimizer):
    """Momentum with orthogonalised updates, for the hidden matrices of a model.

    Args:
        params: Two-dimensional parameters.
        lr: Rate: an update is `lr · √max(1, rows / columns)` times an orthogonal matrix.
        momentum: Of the running gradient, with Nesterov's look ahead.
        weight_decay: Decoupled.

    Raises:
        ValueError: When a parameter is not a matrix.
    """

    def __init__(
        self,
        params: Iterable[Tensor],
        *,
        lr: float,
        momentum: float = 0.95,
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(params, {"lr": lr, "momentum": momentum, "weight_decay": weight_decay})
        for group in self.param_groups:
            for weight in group["params"]:
                if weight.ndim != 2:
                    raise ValueError(f"Muon is for matrices, got shape {tuple(weight.shape)}")

    @torch.no_grad()
    def step(self, closure: Any = None) -> None:  # type: ignore[override]
        """Update every parameter that has a gradient."""
        if closure is not None:
            raise ValueError("Muon takes no closure")
        for group in self.param_groups:
            by_shape: dict[torch.Size, list[Tensor]] = defaultdict(list)
            for weight in group["params"]:
                if weight.grad is not None:
                    by_shape[weight.shape].append(weight)
            for shape, weights in by_shape.items():
                updates = orthogonalise(
                    torch.stack([self._momentum(weight, group["momentum"]) for weight in weights])
                )
                scale = group["lr"] * max(1.0, shape[0] / shape[1]) ** 0.5
                for weight, update in zip(weights, updates, strict=True):
                    weight.mul_(1 - group["lr"] * group["weight_decay"])
                    weight.add_(update.to(weight.dtype), alpha=-scale)

    def _momentum(self, weight: Tensor, momentum: float) -> Tensor:
        assert weight.grad is not None
        state = self.state[weight]
        if "momentum" not in state:
            state["momentum"] = torch.zeros_like(weight)
        state["momentum"].lerp_(weight.grad, 1 - momentum)
        return weight.grad.lerp(state["momentum"], momentum)


def orthogonalise(matrices: Tensor) -> Tensor:
    """Roughly the nearest orthogonal matrices: all singular values become about 1.

    Args:
        matrices: Shape (N, R, C); float32 at least, or on a device that computes less precisely.

    >>> made = orthogonalise(torch.diag(torch.tensor([3.0, 0.5]))[None])[0]
    >>> bool((made.diagonal() - 1).abs().max() < 0.35), bool(made[0, 1] == 0)
    (True, True)
    """
    wide = matrices.shape[1] <= matrices.shape[2]
    found = matrices if wide else matrices.mT
    found = found / found.norm(dim=(1, 2), keepdim=True).clamp_min(1e-7)
    a, b, c = COEFFICIENTS
    for _ in range(NEWTON_SCHULZ_STEPS):
        gram = found @ found.mT
        found = a * found + (b * gram + c * gram @ gram) @ found
    return found if wide else found.mT
