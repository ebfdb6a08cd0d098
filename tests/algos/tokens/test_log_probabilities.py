"""Chunked log-probabilities against log-softmax over all logits at once."""

from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor
from torch.testing import assert_close
from torch.utils._python_dispatch import TorchDispatchMode

from algos.tokens import log_probabilities
from algos.tokens.log_probabilities import token_log_probabilities

few = settings(max_examples=60)


def plain(
    hidden: Tensor, weight: Tensor, targets: Tensor, bias: Tensor | None, temperature: float
) -> tuple[Tensor, Tensor]:
    """Log-probabilities and entropies the direct way."""
    logits = torch.nn.functional.linear(hidden, weight, bias)
    logp = (logits.to(torch.promote_types(logits.dtype, torch.float32)) / temperature).log_softmax(
        -1
    )
    return logp.gather(2, targets.unsqueeze(2)).squeeze(2), -(logp.exp() * logp).sum(2)


def setting(
    seed: int, shape: tuple[int, int, int, int], dtype: torch.dtype = torch.float64
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Hidden states, weight and bias with gradients, and targets."""
    rows, length, width, vocabulary = shape
    rng = torch.Generator().manual_seed(seed)
    hidden = torch.randn(rows, length, width, generator=rng)
    weight = torch.randn(vocabulary, width, generator=rng)
    bias = torch.randn(vocabulary, generator=rng)
    targets = torch.randint(vocabulary, (rows, length), generator=rng)
    leaves = (tensor.to(dtype).requires_grad_() for tensor in (hidden, weight, bias))
    return (*leaves, targets)


@few
@given(
    st.integers(0, 2**31),
    st.tuples(st.integers(1, 4), st.integers(1, 9), st.integers(1, 8), st.integers(1, 20)),
    st.integers(1, 40) | st.none(),
    st.sampled_from([0.3, 0.7, 1.0, 2.5]),
    st.sampled_from(["all", "some", "none"]),
    st.booleans(),
)
def test_equals_log_softmax_over_all_logits(
    seed: int,
    shape: tuple[int, int, int, int],
    chunk_size: int | None,
    temperature: float,
    counted: str,
    with_bias: bool,
) -> None:
    hidden, weight, bias, targets = setting(seed, shape)
    offset = bias if with_bias else None
    rng = torch.Generator().manual_seed(seed + 1)
    mask = (
        torch.rand(targets.shape, generator=rng) < {"all": 2.0, "some": 0.5, "none": 0.0}[counted]
    )
    upstream = torch.randn(targets.shape, generator=rng, dtype=torch.float64)
    logp, entropy = token_log_probabilities(
        *(hidden, weight, targets.masked_fill(~mask, -100)),
        **{"bias": offset, "mask": mask, "temperature": temperature, "chunk_size": chunk_size},
        entropy=True,
    )
    expected, expected_entropy = plain(hidden, weight, targets, offset, temperature)
    assert_close(logp, expected.masked_fill(~mask, 0))
    assert_close(entropy, expected_entropy.detach().masked_fill(~mask, 0))
    assert not entropy.requires_grad
    leaves = [hidden, weight, bias] if with_bias else [hidden, weight]
    ours = torch.autograd.grad((logp * upstream).sum(), leaves)
    theirs = torch.autograd.grad((expected * mask * upstream).sum(), leaves)
    for own, reference in zip(ours, theirs, strict=True):
        assert_close(own, reference)


@pytest.mark.parametrize("masked", [False, True])
def test_gradients_by_finite_differences(masked: bool) -> None:
    hidden, weight, bias, targets = setting(0, (2, 5, 3, 7))
    mask = torch.tensor([[0, 1, 1, 0, 1], [1, 0, 0, 0, 1]]) if masked else None

    def outputs(hidden: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
        options: dict[str, Any] = {"mask": mask, "temperature": 0.7, "chunk_size": 3}
        return token_log_probabilities(hidden, weight, targets, bias=bias, **options)

    assert torch.autograd.gradcheck(outputs, (hidden, weight, bias))


@pytest.mark.parametrize("chunk_size", [None, 1, 4])
def test_a_token_costs_as_often_as_it_stands_earlier_in_its_turn(chunk_size: int | None) -> None:
    hidden, weight, bias, _ = setting(5, (2, 6, 3, 7))
    targets = torch.tensor([[1, 1, 2, 1, 1, 1], [1, 1, 1, 3, 3, 1]])
    mask = torch.tensor([[1, 1, 1, 0, 1, 1], [0, 1, 1, 1, 1, 1]])
    # By hand: what was written before in the same run of ones.
    earlier = {
        **{(0, 1): [1], (0, 2): [1, 1], (0, 5): [1]},
        **{(1, 2): [1], (1, 3): [1, 1], (1, 4): [1, 1, 3], (1, 5): [1, 1, 3, 3]},
    }
    lowered = torch.zeros(2, 6, 7, dtype=torch.float64)
    for (row, place), tokens in earlier.items():
        for token in tokens:
            lowered[row, place, token] -= 0.4
    logits = (hidden @ weight.T + bias + lowered) / 0.7
    expected = logits.log_softmax(-1).gather(-1, targets[..., None])[..., 0] * mask
    options: dict[str, Any] = {"bias": bias, "mask": mask, "temperature": 0.7}
    options |= {"frequency_penalty": 0.4, "chunk_size": chunk_size}
    logp = token_log_probabilities(hidden, weight, targets, **options)
    assert_close(logp, expected)
    ours = torch.autograd.grad((logp**2).sum(), (hidden, weight, bias))
    theirs = torch.autograd.grad((expected**2).sum(), (hidden, weight, bias))
    for own, reference in zip(ours, theirs, strict=True):
        assert_close(own, reference)


@pytest.mark.parametrize("penalty", [0.0, 0.4])
def test_entropies_are_differentiable_when_asked(penalty: float) -> None:
    hidden, weight, bias, targets = setting(6, (2, 5, 3, 7))
    mask = torch.tensor([[0, 1, 1, 0, 1], [1, 0, 1, 1, 1]])

    def outputs(hidden: Tensor, weight: Tensor, bias: Tensor) -> tuple[Tensor, Tensor]:
        options: dict[str, Any] = {"mask": mask, "temperature": 0.7, "chunk_size": 3}
        options |= {"frequency_penalty": penalty, "bias": bias, "entropy": "differentiable"}
        found: tuple[Tensor, Tensor] = token_log_probabilities(hidden, weight, targets, **options)
        return found

    assert torch.autograd.gradcheck(outputs, (hidden, weight, bias))


def test_single_precision_gradients_agree_to_1e_5() -> None:
    hidden, weight, bias, targets = setting(1, (2, 64, 32, 2_000), torch.float32)
    logp = token_log_probabilities(hidden, weight, targets, bias=bias, chunk_size=10)
    expected, _ = plain(hidden, weight, targets, bias, 1.0)
    assert_close(logp, expected, rtol=1e-5, atol=1e-5)
    leaves = (hidden, weight, bias)
    ours = torch.autograd.grad(logp.mean(), leaves)
    theirs = torch.autograd.grad(expected.mean(), leaves)
    for own, reference in zip(ours, theirs, strict=True):
        assert own.dtype == torch.float32
        assert (own - reference).abs().max() <= 1e-5 * reference.abs().max()


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_half_precision_is_as_near_to_the_truth_as_the_plain_computation(
    dtype: torch.dtype,
) -> None:
    hidden, weight, bias, targets = setting(2, (2, 50, 16, 300), dtype)
    logp = token_log_probabilities(hidden, weight, targets, bias=bias, chunk_size=7)
    assert logp.dtype == torch.float32
    leaves = (hidden, weight, bias)
    ours = [logp.detach(), *torch.autograd.grad(logp.sum(), leaves)]
    direct, _ = plain(hidden, weight, targets, bias, 1.0)
    theirs = [direct.detach(), *torch.autograd.grad(direct.sum(), leaves)]
    exact = [tensor.detach().double().requires_grad_() for tensor in leaves]
    best, _ = plain(exact[0], exact[1], targets, exact[2], 1.0)
    truth = [best.detach(), *torch.autograd.grad(best.sum(), exact)]
    for own, reference, true in zip(ours, theirs, truth, strict=True):
        assert own.dtype == reference.dtype
        error, allowed = (own - true).norm(), (reference - true).norm()
        assert error <= 1.5 * allowed + 1e-3 * true.norm()


def test_the_gradient_of_the_weight_is_summed_in_single_precision() -> None:
    # 4,096 equal contributions: a bfloat16 sum over one-token chunks would stop growing at 256.
    hidden = torch.ones(1, 4_096, 1, dtype=torch.bfloat16)
    weight = torch.zeros(2, 1, dtype=torch.bfloat16, requires_grad=True)
    targets = torch.zeros(1, 4_096, dtype=torch.int64)
    token_log_probabilities(hidden, weight, targets, chunk_size=1).sum().backward()
    assert weight.grad is not None and weight.grad.dtype == torch.bfloat16
    assert weight.grad.flatten().tolist() == [2_048.0, -2_048.0]


@pytest.mark.parametrize("states", [torch.float32, torch.bfloat16])
def test_autocast_computes_as_a_linear_layer_would(states: torch.dtype) -> None:
    hidden, weight, bias, targets = setting(3, (2, 20, 8, 100), torch.float32)
    hidden = hidden.detach().to(states).requires_grad_()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        logp = token_log_probabilities(hidden, weight, targets, bias=bias, chunk_size=6)
        expected, _ = plain(hidden, weight, targets, bias, 1.0)
    assert_close(logp, expected)
    leaves = (hidden, weight, bias)
    ours = torch.autograd.grad(logp.sum(), leaves)
    theirs = torch.autograd.grad(expected.sum(), leaves)
    for own, reference in zip(ours, theirs, strict=True):
        assert own.dtype == reference.dtype
        assert_close(own, reference, rtol=0.03, atol=0.03)


def test_autocast_leaves_double_precision_alone() -> None:
    hidden, weight, _, targets = setting(3, (1, 4, 2, 5))
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert token_log_probabilities(hidden, weight, targets).dtype == torch.float64


def test_uniform_distributions_have_the_entropy_of_the_vocabulary() -> None:
    hidden, weight = torch.ones(1, 3, 2), torch.zeros(50, 2)
    targets = torch.tensor([[0, 1, 49]])
    logp, entropy = token_log_probabilities(hidden, weight, targets, entropy=True)
    assert_close(entropy.exp(), torch.full((1, 3), 50.0))
    assert_close(logp, -entropy)


def test_banned_tokens_have_no_probability_and_spoil_nothing() -> None:
    hidden, weight, _, targets = setting(4, (1, 6, 3, 5))
    bias = torch.tensor([0.0, 0.0, 0.0, 0.0, -torch.inf], dtype=torch.float64)
    targets = targets.clamp_max(3)
    logp, entropy = token_log_probabilities(hidden, weight, targets, bias=bias, entropy=True)
    without = token_log_probabilities(hidden, weight[:4], targets, entropy=True)
    assert_close(logp, without[0])
    assert_close(entropy, without[1])
    (gradient,) = torch.autograd.grad(logp.sum(), weight)
    assert gradient.isfinite().all() and not gradient[4].any()


def test_what_stands_at_masked_positions_does_not_matter() -> None:
    hidden, weight, _, targets = setting(5, (2, 6, 3, 5))
    mask = torch.tensor([[1, 0, 1, 0, 0, 1], [0, 0, 0, 0, 0, 0]])
    spoilt = hidden.detach().masked_fill(mask.unsqueeze(2) == 0, torch.nan).requires_grad_()
    logp = token_log_probabilities(spoilt, weight, targets, mask=mask)
    gradients = torch.autograd.grad(logp.sum(), (spoilt, weight))
    assert all(tensor.isfinite().all() for tensor in (logp, *gradients))
    assert not gradients[0][mask == 0].any() and not logp[mask == 0].any()


def test_a_frozen_head_gets_no_gradient() -> None:
    hidden, weight, bias, targets = setting(6, (1, 4, 3, 5))
    frozen = weight.detach(), bias.detach()
    token_log_probabilities(hidden, frozen[0], targets, bias=frozen[1]).sum().backward()
    assert hidden.grad is not None and frozen[0].grad is None and frozen[1].grad is None
    hidden.grad = None
    token_log_probabilities(hidden.detach(), weight, targets, bias=frozen[1]).sum().backward()
    assert hidden.grad is None and weight.grad is not None


def test_an_empty_batch() -> None:
    hidden, weight = torch.zeros(0, 3, 2, requires_grad=True), torch.zeros(4, 2, requires_grad=True)
    logp = token_log_probabilities(hidden, weight, torch.zeros(0, 3, dtype=torch.int64))
    logp.sum().backward()
    assert logp.shape == (0, 3) and weight.grad is not None and not weight.grad.any()


class LargestTensor(TorchDispatchMode):
    """Remembers the most entries that any operation's result had."""

    entries = 0

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = func(*args, **(kwargs or {}))
        made = result if isinstance(result, tuple) else (result,)
        sizes = [item.numel() for item in made if isinstance(item, Tensor)]
        self.entries = max(self.entries, *sizes, 0)
        return result


@pytest.mark.parametrize("chunk_size", [16, None])
def test_no_tensor_is_larger_than_a_chunk(
    chunk_size: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_probabilities, "CHUNK_ENTRIES", 16 * 3_000)
    hidden, weight, bias, targets = setting(7, (4, 100, 4, 3_000), torch.float32)
    with LargestTensor() as seen:
        logp, _ = token_log_probabilities(
            hidden, weight, targets, bias=bias, chunk_size=chunk_size, entropy=True
        )
        logp.sum().backward()
    assert seen.entries == 16 * 3_000
    with LargestTensor() as seen:
        plain(hidden, weight, targets, bias, 1.0)[0].sum().backward()
    assert seen.entries == 400 * 3_000


HIDDEN, WEIGHT, TARGETS = torch.zeros(2, 3, 4), torch.zeros(5, 4), torch.zeros(2, 3).long()


@pytest.mark.parametrize(
    ("arguments", "options", "message"),
    [
        ((HIDDEN[0], WEIGHT, TARGETS), {}, "hidden must have shape"),
        ((HIDDEN, WEIGHT[:, :3], TARGETS), {}, r"got \(2, 3, 4\) and \(5, 3\)"),
        ((HIDDEN, WEIGHT, TARGETS[:, :2]), {}, "targets must have shape"),
        ((HIDDEN, WEIGHT, TARGETS.float()), {}, "whole numbers"),
        ((HIDDEN, WEIGHT, TARGETS), {"mask": torch.ones(3, 2)}, "mask must have shape"),
        ((HIDDEN, WEIGHT, TARGETS), {"bias": torch.ones(4)}, "bias must have shape"),
        ((HIDDEN, WEIGHT, TARGETS), {"temperature": 0.0}, "temperature must be above 0"),
        ((HIDDEN, WEIGHT, TARGETS), {"temperature": float("nan")}, "temperature must be above 0"),
        ((HIDDEN, WEIGHT, TARGETS), {"chunk_size": 0}, "chunk_size must be at least 1"),
        ((HIDDEN, WEIGHT, TARGETS - 100), {}, "got -100 to -100; mask the padding out"),
        ((HIDDEN, WEIGHT, TARGETS + 5), {}, "targets must be between 0 and 4"),
        ((HIDDEN.bfloat16(), WEIGHT, TARGETS), {}, "one dtype outside autocast"),
        ((HIDDEN.long(), WEIGHT, TARGETS), {}, "floating-point"),
    ],
)
def test_bad_arguments(
    arguments: tuple[Tensor, ...], options: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        token_log_probabilities(*arguments, **options)
