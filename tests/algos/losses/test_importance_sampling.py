"""Weights for a sampler that is not the trainer's policy, and what the loss makes of them."""

import math
from typing import Any, get_args

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor
from torch.testing import assert_close

from algos.losses.importance_sampling import Level, Mode, importance_weights
from algos.objectives import Aggregation, policy_loss

LEVELS, MODES = get_args(Level), get_args(Mode)
few = settings(max_examples=100)


def batch(seed: int, rows: int = 3, length: int = 6) -> tuple[Tensor, Tensor, Tensor]:
    rng = torch.Generator().manual_seed(seed)
    sampler = -3 * torch.rand(rows, length, generator=rng, dtype=torch.float64)
    old = sampler + torch.randn(rows, length, generator=rng, dtype=torch.float64)
    return old, sampler, torch.randint(2, (rows, length), generator=rng)


@few
@given(
    st.integers(0, 2**31),
    st.floats(0.1, 10),
    st.sampled_from(LEVELS),
    st.sampled_from(MODES),
)
def test_weights_by_hand(seed: int, cap: float, level: Level, mode: Mode) -> None:
    old, sampler, mask = batch(seed)
    weights = importance_weights(old, sampler, mask, cap=cap, level=level, mode=mode)
    for row, (before, engine, counts) in enumerate(
        zip(old.tolist(), sampler.tolist(), mask.tolist(), strict=True)
    ):
        gaps = [a - b for a, b in zip(before, engine, strict=True)]
        whole = math.exp(sum(gap for gap, counted in zip(gaps, counts, strict=True) if counted))
        for token, gap in enumerate(gaps):
            weight = math.exp(gap) if level == "token" else whole
            weight = min(weight, cap) if mode == "truncate" or weight <= cap else 0.0
            expected = weight if counts[token] else 1.0
            assert weights[row, token].item() == pytest.approx(expected)


@few
@given(st.integers(0, 2**31), st.sampled_from(LEVELS), st.sampled_from(MODES))
def test_equal_policies_need_no_correction(seed: int, level: Level, mode: Mode) -> None:
    old, _, mask = batch(seed)
    assert_close(importance_weights(old, old, mask, level=level, mode=mode), torch.ones_like(old))


def test_weights_make_an_expectation_unbiased() -> None:
    rng = torch.Generator().manual_seed(0)
    sampler, old = torch.tensor([0.5, 0.3, 0.2]), torch.tensor([0.3, 0.4, 0.3])
    values = torch.tensor([1.0, 5.0, -2.0])
    drawn = torch.multinomial(sampler, 200_000, replacement=True, generator=rng).unsqueeze(1)
    weights = importance_weights(
        old.log()[drawn], sampler.log()[drawn], torch.ones_like(drawn), cap=10.0
    )
    assert float((weights * values[drawn]).mean()) == pytest.approx(float(old @ values), abs=0.02)


def test_extremes_stay_finite() -> None:
    old = torch.tensor([[0.0, -torch.inf, -500.0]])
    sampler = torch.tensor([[-500.0, -1.0, -1.0]])
    mask = torch.ones(1, 3)
    assert importance_weights(old, sampler, mask).tolist() == [[2.0, 0.0, 0.0]]
    assert importance_weights(old, sampler, mask, mode="mask").tolist() == [[0.0, 0.0, 0.0]]
    assert importance_weights(old.bfloat16(), sampler.bfloat16(), mask).dtype == torch.bfloat16


def test_masked_positions_do_not_matter() -> None:
    old, sampler, _ = batch(1)
    mask = torch.ones(3, 6, dtype=torch.bool)
    mask[:, 2] = False
    expected = importance_weights(old, sampler, mask, level="sequence")
    sampler[:, 2] = torch.nan
    assert_close(importance_weights(old, sampler, mask, level="sequence"), expected)


def test_weights_have_no_gradient() -> None:
    old, sampler, mask = batch(2)
    assert not importance_weights(old.requires_grad_(), sampler, mask).requires_grad


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"cap": 0.0}, "cap must be above 0"),
        ({"cap": math.nan}, "cap must be above 0"),
        ({"level": "step"}, "level must be token or sequence, got 'step'"),
        ({"mode": "clip"}, "mode must be truncate or mask, got 'clip'"),
        ({"mask": torch.ones(3, 5)}, "must have one shape"),
        ({"sampler_logp": torch.full((3, 6), math.nan), "mask": torch.ones(3, 6)}, "18 tokens"),
    ],
)
def test_bad_arguments(changes: dict[str, Any], message: str) -> None:
    old, sampler, mask = batch(0)
    with pytest.raises(ValueError, match=message):
        importance_weights(**{"old_logp": old, "sampler_logp": sampler, "mask": mask} | changes)


@few
@given(st.integers(0, 2**31), st.sampled_from(get_args(Aggregation)))
def test_the_loss_multiplies_the_surrogate_and_not_the_divergence(
    seed: int, aggregation: Aggregation
) -> None:
    old, sampler, mask = batch(seed)
    logp = (old + 0.1).requires_grad_()
    advantages = torch.tensor([1.0, -0.5, 2.0], dtype=torch.float64)
    common: dict[str, Any] = {
        "aggregation": aggregation,
        "ref_logp": sampler,
        "beta": 0.1,
        "length": 9,
    }

    def loss(weights: Tensor | None, credit: Tensor = advantages) -> Tensor:
        return policy_loss(logp, old, credit, mask, weights=weights, **common)[0]

    ones = torch.ones_like(old)
    assert_close(loss(ones), loss(None))
    weights = importance_weights(old, sampler, mask)
    # A weight above 0 acts as a factor of the token's advantage.
    assert_close(loss(weights), loss(None, advantages.unsqueeze(1) * weights))
    only_divergence = loss(torch.zeros_like(old))
    assert_close(only_divergence, loss(None, torch.zeros_like(advantages)))
    (gradient,) = torch.autograd.grad(loss(weights), logp)
    assert gradient.isfinite().all() and not gradient[mask == 0].any()


def test_the_loss_takes_weights_as_constants_and_ignores_masked_ones() -> None:
    logp = torch.tensor([[-1.0, -1.0]], requires_grad=True)
    weights = torch.tensor([[0.5, math.nan]], requires_grad=True)
    arguments = (logp, logp.detach(), torch.ones(1), torch.tensor([[1, 0]]))
    loss, metrics = policy_loss(*arguments, weights=weights)
    loss.backward()
    assert weights.grad is None and logp.grad is not None
    assert logp.grad.tolist() == [[-0.5, 0.0]] and metrics["policy_loss"] == -0.5
    with pytest.raises(ValueError, match="weights must have the shape of logp"):
        policy_loss(*arguments, weights=torch.ones(1))
