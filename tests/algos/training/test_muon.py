import copy

import pytest
import torch
from torch import nn

from algos.training.muon import Muon, orthogonalise


@pytest.mark.parametrize("shape", [(24, 40), (40, 24), (32, 32)])
@pytest.mark.parametrize("weight_decay", [0.0, 0.1])
def test_updates_are_those_of_torch(shape: tuple[int, int], weight_decay: float) -> None:
    generator = torch.Generator().manual_seed(0)
    start = torch.randn(shape, generator=generator)
    ours, theirs = nn.Parameter(start.clone()), nn.Parameter(start.clone())
    settings = {"lr": 0.05, "weight_decay": weight_decay, "momentum": 0.9}
    optimizers = [Muon([ours], **settings), torch.optim.Muon([theirs], **settings)]
    for _ in range(4):
        gradient = torch.randn(shape, generator=generator)
        ours.grad, theirs.grad = gradient.clone(), gradient.clone()
        for optimizer in optimizers:
            optimizer.step()
    # Theirs is computed in bfloat16, which has eight bits.
    moved = (theirs - start).detach().norm()
    assert (ours - theirs).detach().norm() < 0.02 * moved


def test_matrices_of_one_shape_are_taken_together_but_stay_apart() -> None:
    generator = torch.Generator().manual_seed(1)
    starts = [torch.randn(8, 12, generator=generator) for _ in range(3)]
    gradients = [torch.randn(8, 12, generator=generator) for _ in range(3)]
    together = [nn.Parameter(start.clone()) for start in starts]
    alone = [nn.Parameter(start.clone()) for start in starts]
    optimizers = [Muon(together, lr=0.1), *(Muon([weight], lr=0.1) for weight in alone)]
    for weights in (together, alone):
        for weight, gradient in zip(weights, gradients, strict=True):
            weight.grad = gradient.clone()
    for optimizer in optimizers:
        optimizer.step()
    for left, right in zip(together, alone, strict=True):
        torch.testing.assert_close(left, right, atol=1e-5, rtol=1e-5)


def test_singular_values_end_near_one() -> None:
    matrices = torch.randn(4, 20, 50, generator=torch.Generator().manual_seed(2)) * 1e-3
    values = torch.linalg.svdvals(orthogonalise(matrices))
    assert values.min() > 0.5
    assert values.max() < 1.3


def test_a_zero_gradient_moves_nothing() -> None:
    weight = nn.Parameter(torch.ones(3, 4))
    weight.grad = torch.zeros(3, 4)
    Muon([weight], lr=0.1).step()
    assert torch.equal(weight, torch.ones(3, 4))


def test_weights_without_a_gradient_are_left_alone() -> None:
    weight = nn.Parameter(torch.ones(3, 4))
    Muon([weight], lr=0.1, weight_decay=0.5).step()
    assert torch.equal(weight, torch.ones(3, 4))


def test_state_can_be_saved_and_loaded() -> None:
    generator = torch.Generator().manual_seed(3)
    gradients = [torch.randn(6, 6, generator=generator) for _ in range(2)]
    whole = nn.Parameter(torch.ones(6, 6))
    first = Muon([whole], lr=0.1)
    whole.grad = gradients[0].clone()
    first.step()
    resumed = nn.Parameter(whole.detach().clone())
    second = Muon([resumed], lr=0.1)
    second.load_state_dict(copy.deepcopy(first.state_dict()))
    for weight, optimizer in ((whole, first), (resumed, second)):
        weight.grad = gradients[1].clone()
        optimizer.step()
    assert torch.equal(whole, resumed)


def test_vectors_are_refused() -> None:
    with pytest.raises(ValueError, match=r"Muon is for matrices, got shape \(3,\)"):
        Muon([nn.Parameter(torch.ones(3))], lr=0.1)


def test_a_closure_is_refused() -> None:
    with pytest.raises(ValueError, match="takes no closure"):
        Muon([nn.Parameter(torch.ones(3, 3))], lr=0.1).step(lambda: 1.0)
