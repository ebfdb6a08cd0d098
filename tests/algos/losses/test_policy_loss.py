"""The clipped surrogate loss against a reference that goes token by token."""

import math
from dataclasses import dataclass
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor
from torch.testing import assert_close

from algos.objectives import clamp_fatal, fatal_token_mask, group_advantages, policy_loss

AGGREGATIONS = ("sequence_mean", "token_mean", "sequence_mean_token_sum")
METRICS = {
    "loss", "policy_loss", "kl", "approx_kl", "clip_fraction", "clip_fraction_low",
    "clip_fraction_high", "ratio_mean", "ratio_min", "ratio_max", "tokens", "empty_rows",
}  # fmt: skip
LOG_PROBABILITY = st.floats(-8, 0)


@dataclass
class Batch:
    logp: Tensor
    old_logp: Tensor
    advantages: Tensor
    mask: Tensor
    ref_logp: Tensor

    def loss(self, **arguments: Any) -> tuple[Tensor, dict[str, float]]:
        return policy_loss(self.logp, self.old_logp, self.advantages, self.mask, **arguments)


@st.composite
def batches(draw: Any) -> Batch:
    rows, width = draw(st.integers(1, 4)), draw(st.integers(1, 5))

    def table(values: Any) -> Tensor:
        count = rows * width
        drawn = draw(st.lists(values, min_size=count, max_size=count))
        return torch.tensor(drawn, dtype=torch.float64).view(rows, width)

    advantages = table(st.floats(-3, 3))
    if draw(st.booleans()):
        advantages = advantages[:, 0]
    mask = table(st.sampled_from([0.0, 1.0, 1.0]))
    return Batch(
        table(LOG_PROBABILITY), table(LOG_PROBABILITY), advantages, mask, table(LOG_PROBABILITY)
    )


def random_batch(seed: int = 0, rows: int = 3, width: int = 6) -> Batch:
    """A batch whose ratios keep away from the edges of the clipping, where it has kinks."""
    generator = torch.Generator().manual_seed(seed)

    def uniform(low: float, high: float, *shape: int) -> Tensor:
        drawn = torch.rand(*shape, generator=generator, dtype=torch.float64)
        return low + (high - low) * drawn

    old = uniform(-4, -1, rows, width)
    steps = torch.tensor([-0.6, -0.1, 0.1, 0.6], dtype=torch.float64)
    drift = steps[torch.randint(4, (rows, width), generator=generator)]
    mask = (uniform(0, 1, rows, width) < 0.7).double()
    mask[:, 0] = 1
    return Batch(
        old + drift + uniform(-0.05, 0.05, rows, width),
        old, uniform(-2, 2, rows), mask, uniform(-4, -1, rows, width),
    )  # fmt: skip


def slow_loss(
    batch: Batch, aggregation: str, *, low: float = 0.2, high: float = 0.28, beta: float = 0.0
) -> float:
    sums: list[float] = []
    counts: list[int] = []
    for row in range(batch.logp.shape[0]):
        total, count = 0.0, 0
        for token in range(batch.logp.shape[1]):
            if batch.mask[row, token] == 0:
                continue
            logp = float(batch.logp[row, token])
            ratio = math.exp(logp - float(batch.old_logp[row, token]))
            place: Any = row if batch.advantages.ndim == 1 else (row, token)
            advantage = float(batch.advantages[place])
            clipped = min(max(ratio, 1 - low), 1 + high)
            difference = float(batch.ref_logp[row, token]) - logp
            total -= min(ratio * advantage, clipped * advantage)
            total += beta * (math.exp(difference) - difference - 1)
            count += 1
        sums.append(total)
        counts.append(count)
    if aggregation == "token_mean":
        return sum(sums) / max(1, sum(counts))
    if aggregation == "sequence_mean":
        sums = [total / max(1, count) for total, count in zip(sums, counts, strict=True)]
    return sum(sums) / len(sums)


@settings(max_examples=100)
@given(batches(), st.sampled_from(AGGREGATIONS), st.floats(0, 1), st.floats(0, 2), st.floats(0, 1))
def test_the_loss_is_that_of_the_reference(
    batch: Batch, aggregation: str, low: float, high: float, beta: float
) -> None:
    settings = {"aggregation": aggregation, "clip_low": low, "clip_high": high}
    loss, metrics = batch.loss(**settings, ref_logp=batch.ref_logp, beta=beta)
    expected = slow_loss(batch, aggregation, low=low, high=high, beta=beta)
    assert loss.item() == pytest.approx(expected, rel=1e-9, abs=1e-9)
    without = slow_loss(batch, aggregation, low=low, high=high)
    assert metrics["policy_loss"] == pytest.approx(without, rel=1e-9, abs=1e-9)
    assert batch.loss(**settings)[0].item() == pytest.approx(without, rel=1e-9, abs=1e-9)
    assert set(metrics) == METRICS and all(type(value) is float for value in metrics.values())
    assert metrics["loss"] == loss.item()
    assert metrics["kl"] >= -1e-12 and metrics["approx_kl"] >= -1e-12
    assert metrics["tokens"] == batch.mask.sum()
    assert metrics["empty_rows"] == (batch.mask.sum(dim=1) == 0).sum()
    clipped = metrics["clip_fraction_low"] + metrics["clip_fraction_high"]
    assert metrics["clip_fraction"] == clipped <= 1


@pytest.mark.parametrize("aggregation", AGGREGATIONS)
@pytest.mark.parametrize("beta", [0.0, 0.3])
def test_the_gradient_is_that_of_finite_differences(aggregation: str, beta: float) -> None:
    for seed in range(3):
        batch = random_batch(seed)
        batch.logp.requires_grad_()

        def loss(logp: Tensor, batch: Batch = batch) -> Tensor:
            return policy_loss(
                logp, batch.old_logp, batch.advantages, batch.mask,
                aggregation=aggregation, ref_logp=batch.ref_logp, beta=beta,
            )[0]  # fmt: skip

        assert torch.autograd.gradcheck(loss, (batch.logp,))


@pytest.mark.parametrize(
    ("aggregation", "shares"),
    [
        ("sequence_mean", [1 / 6, 1 / 2]),
        ("token_mean", [1 / 4, 1 / 4]),
        ("sequence_mean_token_sum", [1 / 2, 1 / 2]),
    ],
)
def test_on_policy_the_gradient_is_the_advantage_by_its_share(
    aggregation: str, shares: list[float]
) -> None:
    logp = torch.tensor([[-1.0, -2, -3], [-1, -2, -3]], requires_grad=True)
    mask = torch.tensor([[1, 1, 1], [0, 1, 0]])
    advantages = torch.tensor([2.0, -1.0])
    loss, metrics = policy_loss(logp, logp.detach(), advantages, mask, aggregation=aggregation)
    loss.backward()
    expected = -advantages.unsqueeze(1) * torch.tensor(shares).unsqueeze(1) * mask
    assert_close(logp.grad, expected)
    ratios = [metrics[f"ratio_{name}"] for name in ("mean", "min", "max")]
    assert ratios == [1, 1, 1] and metrics["approx_kl"] == metrics["clip_fraction"] == 0


@pytest.mark.parametrize(
    ("ratio", "advantage", "loss", "slope", "side"),
    [
        (1.5, 1.0, -1.28, 0.0, "high"),
        (1.5, -1.0, 1.5, 1.5, None),
        (0.5, -1.0, 0.8, 0.0, "low"),
        (0.5, 1.0, -0.5, -0.5, None),
        (1.25, 1.0, -1.25, -1.25, None),
        (0.85, -1.0, 0.85, 0.85, None),
        (1.5, 0.0, 0.0, 0.0, None),
    ],
)
def test_clipping_takes_away_only_what_goes_too_far(
    ratio: float, advantage: float, loss: float, slope: float, side: str | None
) -> None:
    logp = torch.tensor([[math.log(ratio)]], dtype=torch.float64, requires_grad=True)
    old, mask = torch.zeros(1, 1).double(), torch.ones(1, 1)
    made, metrics = policy_loss(logp, old, torch.tensor([advantage]).double(), mask)
    made.backward()
    assert made.item() == pytest.approx(loss)
    assert logp.grad is not None and logp.grad.item() == pytest.approx(slope)
    assert metrics["clip_fraction"] == (side is not None)
    for name in ("low", "high"):
        assert metrics[f"clip_fraction_{name}"] == (side == name)


@pytest.mark.parametrize("aggregation", AGGREGATIONS)
@pytest.mark.parametrize("rubbish", [math.nan, math.inf, -math.inf, 1e30])
def test_what_is_masked_does_not_matter(aggregation: str, rubbish: float) -> None:
    def run(batch: Batch) -> tuple[Tensor, Tensor, dict[str, float]]:
        batch.logp.requires_grad_()
        loss, metrics = batch.loss(aggregation=aggregation, ref_logp=batch.ref_logp, beta=0.1)
        loss.backward()
        assert batch.logp.grad is not None
        return loss, batch.logp.grad, metrics

    clean, spoilt = random_batch(), random_batch()
    for batch in (clean, spoilt):
        batch.mask[1] = 0
    spoilt.advantages[1] = rubbish
    spoilt.advantages = spoilt.advantages.unsqueeze(1).repeat(1, 6)
    for tensor in (spoilt.logp, spoilt.old_logp, spoilt.ref_logp, spoilt.advantages):
        tensor[spoilt.mask == 0] = rubbish
    (loss, gradient, metrics), (same, same_gradient, same_metrics) = run(clean), run(spoilt)
    assert torch.equal(loss, same) and torch.equal(gradient, same_gradient)
    assert metrics == same_metrics and metrics["empty_rows"] == 1
    assert not gradient[clean.mask == 0].any() and gradient[clean.mask == 1].all()


def test_only_the_policy_is_learnt_from() -> None:
    """What a caller forgot to detach changes nothing; on the policy it would leave no gradient."""
    batch = random_batch()
    held = Batch(batch.logp, batch.logp, batch.advantages, batch.mask, batch.ref_logp)
    gradients = []
    for attached in (False, True):
        logp = held.logp.clone().requires_grad_()
        others = [held.advantages.clone(), held.ref_logp.clone()]
        if attached:
            others = [other.requires_grad_() for other in others]
        loss, _ = policy_loss(
            logp, logp if attached else logp.detach(), others[0], held.mask,
            ref_logp=others[1], beta=0.1,
        )  # fmt: skip
        loss.backward()
        assert logp.grad is not None and all(other.grad is None for other in others)
        gradients.append(logp.grad)
    assert gradients[0].abs().sum() > 0
    assert_close(gradients[1], gradients[0], rtol=0, atol=0)


def test_an_empty_row_counts_as_a_sequence() -> None:
    batch = random_batch()
    loss = batch.loss()[0].item()
    longer = Batch(*(torch.cat([tensor, tensor[:1]]) for tensor in vars(batch).values()))
    longer.mask[3] = 0
    assert longer.loss()[0].item() == pytest.approx(loss * 3 / 4)
    assert longer.loss(aggregation="token_mean")[0].item() == pytest.approx(
        batch.loss(aggregation="token_mean")[0].item()
    )


@pytest.mark.parametrize("shape", [(2, 3), (0, 3), (2, 0), (0, 0)])
@pytest.mark.parametrize("aggregation", AGGREGATIONS)
def test_nothing_to_learn_is_a_loss_of_zero(shape: tuple[int, int], aggregation: str) -> None:
    logp = torch.full(shape, -1.0, requires_grad=True)
    loss, metrics = policy_loss(
        logp, torch.zeros(shape), torch.ones(shape[0]), torch.zeros(shape),
        aggregation=aggregation, ref_logp=torch.zeros(shape), beta=1.0,
    )  # fmt: skip
    loss.backward()
    assert loss.item() == 0 and logp.grad is not None and not logp.grad.any()
    assert metrics["tokens"] == 0 and metrics["empty_rows"] == shape[0]
    assert all(math.isfinite(value) for value in metrics.values())


@pytest.mark.parametrize("far", [1000.0, -1000.0])
def test_a_ratio_beyond_all_numbers_stays_finite(far: float) -> None:
    for advantage in (1.0, -1.0):
        logp = torch.tensor([[far, -1.0]], requires_grad=True)
        loss, metrics = policy_loss(
            logp, torch.tensor([[0.0, -1.0]]), torch.tensor([advantage]), torch.ones(1, 2),
            ref_logp=torch.zeros(1, 2), beta=0.1,
        )  # fmt: skip
        loss.backward()
        assert logp.grad is not None and bool(logp.grad.isfinite().all()) and logp.grad[0, 1] != 0
        assert all(math.isfinite(value) for value in metrics.values())


def test_a_divergence_without_weight_is_only_measured() -> None:
    batch = random_batch()
    plain, none = batch.loss()
    batch.mask = batch.mask.bool()
    measured, metrics = batch.loss(ref_logp=batch.ref_logp)
    assert torch.equal(plain, measured) and none["kl"] == 0 < metrics["kl"]
    assert batch.loss(ref_logp=batch.logp, beta=1.0)[1]["kl"] == 0


def test_the_variants_of_fatal_rollouts() -> None:
    rewards = torch.tensor([1.0, 0.0, 0.0, 1.0], dtype=torch.float64)
    fatal_step = torch.tensor([-1, 1, -1, 1])
    written, steps = torch.ones(4, 4), torch.tensor([[0, 0, 1, 1]] * 4)
    fatal = fatal_step >= 0
    advantages = group_advantages(rewards, 4)
    masked = fatal_token_mask(written, steps, fatal_step)
    dropped = torch.where(fatal.unsqueeze(1), torch.zeros(()), written)

    def learnt(advantages: Tensor, mask: Tensor) -> list[list[bool]]:
        logp = torch.full((4, 4), -1.0, dtype=torch.float64, requires_grad=True)
        policy_loss(logp, logp.detach(), advantages, mask)[0].backward()
        assert logp.grad is not None
        return (logp.grad != 0).tolist()

    all_four, first_two, none = [True] * 4, [True, True, False, False], [False] * 4
    assert learnt(advantages, written) == [all_four] * 4
    assert learnt(advantages, dropped) == [all_four, none, all_four, none]
    assert learnt(advantages, masked) == [all_four, first_two, all_four, first_two]
    assert learnt(clamp_fatal(advantages, fatal), masked) == [all_four, none, all_four, first_two]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"logp": torch.zeros(6)}, r"logp must have shape \(B, T\), got \(6,\)"),
        ({"old_logp": torch.zeros(3, 5)}, r"old_logp must have the shape of logp, \(3, 6\)"),
        ({"mask": torch.zeros(6, 3)}, r"mask must .* got \(6, 3\)"),
        ({"ref_logp": torch.zeros(3)}, r"ref_logp must .* got \(3,\)"),
        ({"advantages": torch.zeros(6)}, r"advantages must have shape \(B,\) or \(B, T\)"),
        ({"advantages": torch.zeros(3, 1)}, r"got \(3, 1\)"),
        ({"advantages": torch.tensor(1.0)}, r"got \(\)"),
        ({"clip_low": -0.1}, "clip_low must be between 0 and 1"),
        ({"clip_low": 1.1}, "got 1.1"),
        ({"clip_high": -0.1}, "clip_high and beta at least 0"),
        ({"clip_high": math.nan}, "got 0.2, nan"),
        ({"beta": -1.0}, "beta at least 0"),
        ({"beta": 0.1}, "beta above 0 needs ref_logp"),
        ({"aggregation": "mean"}, "got 'mean'"),
        ({"aggregation": "constant_length"}, "constant_length needs length"),
        ({"length": 0}, "length must be at least 1"),
        ({"ratio": "turn"}, "ratio must be one of token, sequence; got 'turn'"),
        ({"surrogate": "ppo"}, "surrogate must be one of clip, cispo"),
        ({"divergence": "k4"}, "divergence must be one of k1, k2, k3, weighted_k3"),
        ({"dual_clip": 1.2}, r"dual_clip must be above 1 \+ clip_high, got 1.2"),
        ({"dual_clip": 3.0, "surrogate": "cispo"}, "dual_clip goes with the surrogate clip"),
    ],
)
def test_wrong_arguments_are_refused(change: dict[str, Any], message: str) -> None:
    arguments = {**vars(random_batch()), "ref_logp": None, **change}
    with pytest.raises(ValueError, match=message):
        policy_loss(**arguments)
