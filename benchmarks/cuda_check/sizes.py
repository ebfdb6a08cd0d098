"""The mask and the log-probabilities at the paper's sizes: seconds, memory, gradients."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor

from algos.objectives import fatal_token_mask
from algos.tokens.log_probabilities import token_log_probabilities
from benchmarks.cuda_check.check import Context
from benchmarks.cuda_check.device_facts import timed
from benchmarks.cuda_check.equality import difference
from benchmarks.cuda_check.rows import Row, Verdict
from benchmarks.cuda_check.runner import out_of_memory
from benchmarks.speed.objectives import plain_log_probabilities

GRADIENTS = 1e-5
"""Bound on the difference of float32 gradients between chunked and plain."""


def check_sizes(context: Context) -> Iterator[Row]:
    """See the module."""
    device, size = context.device, context.size
    yield mask_row(device, *size.mask)
    for length in size.lengths:
        found: dict[str, list[Tensor]] = {}
        for way in ("chunked", "plain"):
            name = (
                f"log-probabilities, {way}, {length:,} x {size.vocabulary:,}, width {size.width:,}"
            )
            try:
                gradients, figures = measure(way, length, size.vocabulary, size.width, device)
            except torch.OutOfMemoryError as error:
                yield out_of_memory("sizes", name, error)
            else:
                found[way] = gradients
                yield Row("sizes", name, Verdict.MEASURED, figures)
            if device == "cuda":
                torch.cuda.empty_cache()
        if len(found) == 2:
            worst = max(map(difference, found["chunked"], [each.cpu() for each in found["plain"]]))
            yield Row(
                "sizes",
                f"gradients at {length:,}, chunked beside plain",
                Verdict.EQUAL if worst <= GRADIENTS else Verdict.DIFFERS,
                {"difference": worst, "bound": GRADIENTS},
            )


def mask_row(device: str, rows: int, tokens: int) -> Row:
    """Seconds of the fatal token mask, and whether it is the CPU's."""
    rng = torch.Generator().manual_seed(0)
    written = torch.rand(rows, tokens, generator=rng) < 0.3
    steps = (torch.arange(tokens) * 50 // tokens).expand(rows, tokens).contiguous()
    fatal = torch.randint(-20, 50, (rows,), generator=rng).clamp_min(-1)
    moved = written.to(device), steps.to(device), fatal.to(device)
    equal = torch.equal(fatal_token_mask(*moved).cpu(), fatal_token_mask(written, steps, fatal))
    seconds = min(timed(lambda: fatal_token_mask(*moved), device)[1] for _ in range(5))
    return Row(
        "sizes",
        f"fatal token mask, {rows} x {tokens:,}",
        Verdict.EQUAL if equal else Verdict.DIFFERS,
        {"ms": 1000 * seconds},
    )


def measure(
    way: str, length: int, vocabulary: int, width: int, device: str
) -> tuple[list[Tensor], dict[str, float | str | None]]:
    """Forward and backward pass: gradients of both inputs, seconds, peak memory beyond them."""
    rng = torch.Generator(device).manual_seed(0)
    hidden = torch.randn(1, length, width, generator=rng, device=device).requires_grad_()
    weight = torch.randn(vocabulary, width, generator=rng, device=device)
    weight = weight.mul_(width**-0.5).requires_grad_()
    targets = torch.randint(vocabulary, (1, length), generator=rng, device=device)
    work = token_log_probabilities if way == "chunked" else plain_log_probabilities
    before = torch.cuda.memory_allocated() / 2**30 if device == "cuda" else 0.0
    _, seconds, peak = timed(lambda: work(hidden, weight, targets).mean().backward(), device)
    assert hidden.grad is not None and weight.grad is not None
    return [hidden.grad, weight.grad], {
        "seconds": seconds,
        "peak GiB": None if peak is None else peak - before,
    }
