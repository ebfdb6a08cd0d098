"""Objectives, log-probabilities, masks and a whole model: the device's against the CPU's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, get_args

import torch
from torch import Tensor

from algos.objectives import Aggregation, Estimator, group_advantages, policy_loss
from algos.rollouts.fatal_variants import apply_variant
from algos.tokens.log_probabilities import token_log_probabilities
from algos.tokens.scoring import Scorer, batch_for
from benchmarks.cuda_check.check import Context
from benchmarks.cuda_check.rows import Row, Verdict
from benchmarks.cuda_check.setting import demonstrate, make_checkpoint, make_world

TOLERANCE = 1e-5
"""Of float32, relative to the largest entry."""


def check_equality(context: Context) -> Iterator[Row]:
    """See the module."""
    # cuDNN would round the convolution of the patches to TensorFloat-32.
    torch.backends.cudnn.allow_tf32 = False
    device = context.device
    for estimator in get_args(Estimator):
        yield compare(f"advantages, {estimator}", advantages, device, estimator)
    for variant in ("vanilla", "hard_mask", "fatal_mask", "fatal_aware"):
        yield compare(f"mask and clamp, {variant}", masked, device, variant)
    for aggregation in get_args(Aggregation):
        yield compare(f"loss and its gradient, {aggregation}", loss, device, aggregation)
    yield compare("log-probabilities, entropy and gradients", scores, device, torch.float32)
    yield compare(
        "the same in bfloat16", scores, device, torch.bfloat16, beside=torch.float32, bound=None
    )
    world = make_world(context.folder)
    checkpoint = make_checkpoint(world, context.size.tiny)
    rows = demonstrate(world, checkpoint, context.folder / "equality-rollouts")[:4]
    given = (world, context.size.tiny, rows)
    yield compare("tiny Qwen3-VL with pictures, loss and gradients", model, device, *given)


def compare(
    name: str,
    work: Callable[..., list[Tensor]],
    device: str,
    *given: Any,
    beside: Any = None,
    bound: float | None = TOLERANCE,
) -> Row:
    """The same work on the CPU and on the device.

    Args:
        name: Of the row.
        work: `(device, *given)` to tensors.
        device: The other device.
        given: Further arguments.
        beside: Instead of the last argument on the CPU.
        bound: Largest difference relative to the largest entry, or None to state it only.
    """
    here = work("cpu", *(given if beside is None else (*given[:-1], beside)))
    there = work(device, *given)
    worst = max(map(difference, there, here))
    verdict = Verdict.MEASURED
    if bound is not None:
        verdict = Verdict.EQUAL if worst <= bound else Verdict.DIFFERS
    return Row("equality", name, verdict, {"difference": worst, "bound": bound})


def difference(there: Tensor, here: Tensor) -> float:
    """Largest difference relative to the largest entry; infinite where one is no number."""
    there, here = there.detach().cpu().double(), here.detach().double()
    if there.shape != here.shape or not bool(torch.isfinite(there).all()):
        return float("inf")
    if not here.numel():
        return 0.0
    return float((there - here).abs().max() / here.abs().max().clamp_min(1e-12))


def advantages(device: str, estimator: Estimator) -> list[Tensor]:
    """Of 64 groups of 8; rewards of a group are equal now and then."""
    rewards = torch.rand(512, generator=torch.Generator().manual_seed(0)).round(decimals=1)
    rewards[:8] = 0.3
    return [group_advantages(rewards.to(device), 8, estimator=estimator)]


def masked(device: str, variant: str) -> list[Tensor]:
    """Advantages and mask of a variant for 32 rollouts of 400 tokens."""
    rng = torch.Generator().manual_seed(1)
    written = (torch.rand(32, 400, generator=rng) < 0.4).float().to(device)
    steps = (torch.arange(400) // 40).expand(32, 400).to(device)
    fatal = torch.randint(-1, 10, (32,), generator=rng).to(device)
    given = torch.randn(32, generator=rng).to(device)
    found, mask, _ = apply_variant(variant, given, written, steps, fatal)  # type: ignore[arg-type]
    return [found, mask]


def loss(device: str, aggregation: Aggregation) -> list[Tensor]:
    """The clipped loss with a divergence, and its gradient, for 32 × 400 tokens."""
    rng = torch.Generator().manual_seed(2)
    old, moved, reference = (torch.randn(32, 400, generator=rng) for _ in range(3))
    logp = (old + 0.2 * moved).to(device).requires_grad_()
    mask = (torch.rand(32, 400, generator=rng) < 0.4).float().to(device)
    found, _ = policy_loss(
        logp,
        old.to(device),
        torch.randn(32, generator=rng).to(device),
        mask,
        aggregation=aggregation,
        ref_logp=(old + 0.1 * reference).to(device),
        beta=0.1,
        length=400,
    )
    found.backward()
    assert logp.grad is not None
    return [found, logp.grad]


def scores(device: str, dtype: torch.dtype) -> list[Tensor]:
    """Log-probabilities and entropies of 256 tokens over 5,000 entries, and both gradients."""
    rng = torch.Generator().manual_seed(3)
    hidden = torch.randn(2, 128, 64, generator=rng).to(device, dtype).requires_grad_()
    weight = (torch.randn(5_000, 64, generator=rng) / 8).to(device, dtype).requires_grad_()
    targets = torch.randint(5_000, (2, 128), generator=rng).to(device)
    found, entropy = token_log_probabilities(hidden, weight, targets, chunk_size=50, entropy=True)
    found.mean().backward()
    assert hidden.grad is not None and weight.grad is not None
    return [found, entropy, hidden.grad, weight.grad]


def model(device: str, world: Any, size: Any, rows: Any) -> list[Tensor]:
    """Log-probabilities of demonstrations, and the gradient of every weight."""
    checkpoint = make_checkpoint(world, size)
    checkpoint.model.to(device)
    batch = batch_for(checkpoint, rows, device)
    found, _ = Scorer(checkpoint.model)(batch)
    (found.sum() / batch.generated.sum()).backward()
    gradients = [
        weight.grad.flatten() for weight in checkpoint.model.parameters() if weight.grad is not None
    ]
    return [found, torch.cat(gradients)]
