"""Ratios and surrogates by hand, and their gradients by finite differences."""

import math
from typing import Any

import pytest
import torch
from torch import Tensor

from algos.losses.policy_loss import policy_loss

OLD = torch.zeros(1, 3, dtype=torch.float64)
MASK = torch.tensor([[1, 1, 0]])


def loss_of(ratios: list[float], advantage: float, **settings: Any) -> tuple[float, list[float]]:
    """Loss of two tokens with these ratios, the third is masked; and its gradient."""
    logp = torch.tensor([[*map(math.log, ratios), 9.0]], dtype=torch.float64, requires_grad=True)
    loss, _ = policy_loss(logp, OLD, torch.tensor([advantage]).double(), MASK, **settings)
    loss.backward()
    assert logp.grad is not None
    return loss.item(), logp.grad[0].tolist()


def test_a_sequence_has_the_geometric_mean_of_its_ratios() -> None:
    # sqrt(1.1 · 1.2) is within the clip, so both tokens get half of the sequence's gradient.
    mean = math.sqrt(1.1 * 1.2)
    loss, gradient = loss_of([1.1, 1.2], 1.0, ratio="sequence")
    assert loss == pytest.approx(-mean)
    assert gradient == pytest.approx([-mean / 2, -mean / 2, 0])
    # One token far out of bounds takes the whole sequence with it.
    loss, gradient = loss_of([1.0, 4.0], 1.0, ratio="sequence")
    assert loss == pytest.approx(-1.28) and gradient == [0, 0, 0]


def test_cispo_bounds_the_weight_and_keeps_the_gradient() -> None:
    loss, gradient = loss_of([2.0, 0.5], 1.0, surrogate="cispo")
    assert loss == pytest.approx(-(1.28 * math.log(2) + 0.5 * math.log(0.5)) / 2)
    assert gradient == pytest.approx([-1.28 / 2, -0.5 / 2, 0])


def test_a_dual_clip_bounds_the_blame_alone() -> None:
    assert loss_of([9.0, 1.0], -1.0)[0] == pytest.approx(5.0)
    loss, gradient = loss_of([9.0, 1.0], -1.0, dual_clip=3.0)
    assert loss == pytest.approx(2.0) and gradient == pytest.approx([0, 0.5, 0])
    assert loss_of([9.0, 1.0], 1.0, dual_clip=3.0) == loss_of([9.0, 1.0], 1.0)


def test_a_constant_length_favours_none() -> None:
    loss, gradient = loss_of([1.0, 1.0], 1.0, aggregation="constant_length", length=10)
    assert loss == pytest.approx(-0.2) and gradient == pytest.approx([-0.1, -0.1, 0])


@pytest.mark.parametrize(
    "settings",
    [
        {"ratio": "sequence"},
        {"ratio": "sequence", "aggregation": "token_mean"},
        {"dual_clip": 1.5},
        {"aggregation": "constant_length", "length": 7},
        {"ref_logp": OLD - 0.3, "beta": 0.2, "divergence": "k1"},
        {"ref_logp": OLD - 0.3, "beta": 0.2, "divergence": "k2"},
        {"ref_logp": OLD - 0.3, "beta": 0.2, "divergence": "weighted_k3"},
    ],
)
def test_gradients_are_those_of_finite_differences(settings: dict[str, Any]) -> None:
    for advantage in (1.5, -1.5):
        logp = torch.tensor([[0.15, -0.1, 5.0]], dtype=torch.float64, requires_grad=True)

        def loss(given: Tensor, advantage: float = advantage) -> Tensor:
            return policy_loss(given, OLD, torch.tensor([advantage]).double(), MASK, **settings)[0]

        assert torch.autograd.gradcheck(loss, (logp,))
