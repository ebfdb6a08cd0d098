"""Speed of the fatal token mask and memory of the log-probabilities, beside the plain ways.

    python -m benchmarks.speed.objectives [--tokens N] [--vocabulary N] [--width N] [--json FILE]

- The mask of 64 × 70,000 tokens against a loop over tokens in Python: from tensors to a tensor by
  way of lists; the same without the conversions; and indexing the tensors (one row, scaled). In
  seconds of one core, so that other programs on the machine matter little.
- Peak resident memory of log-probabilities and their gradients, float32, each in a fresh process,
  in chunks and as log-softmax over all logits. Where the latter does not fit into the memory that
  is free, it is measured at a quarter and a half of the tokens and extrapolated in a line.
- How far both gradients are apart, at a size where that is cheap.
"""

from __future__ import annotations

import argparse
import multiprocessing
import statistics
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil
import torch
from torch import Tensor

from algos.objectives import fatal_token_mask
from algos.tokens.log_probabilities import token_log_probabilities
from benchmarks.speed.figures import machine, peak_memory, print_table, rate, write_json

ROWS, LENGTH = 64, 70_000
"""Size of the batch that is masked."""

TOKENS, VOCABULARY, WIDTH = 8_192, 151_936, 128
"""Size of the log-probabilities: one long sequence, Qwen3's vocabulary, a narrow model."""

GRADIENT_TOKENS = 512
"""Tokens at which gradients are compared."""

ROUNDS = 3
"""Repetitions of the mask, each beside its loop."""


@dataclass(frozen=True)
class Masking:
    """One way to mask the batch.

    Attributes:
        way: What computes the mask.
        seconds: Processor time, median of the rounds.
        ratio: To `fatal_token_mask` beside it, median of the rounds.
    """

    way: str
    seconds: float
    ratio: float


@dataclass(frozen=True)
class Memory:
    """One way to compute log-probabilities and their gradients.

    Attributes:
        way: `plain`, `chunked` or `masked` (chunked, one token in four counts).
        tokens: How many.
        gigabytes: Peak resident memory, less what the process had before there were inputs.
        seconds: Forward and backward pass.
        extrapolated: Whether the figures are a line through smaller sizes.
    """

    way: str
    tokens: int
    gigabytes: float
    seconds: float
    extrapolated: bool = False


def loop_over_lists(
    generated: list[list[bool]], steps: list[list[int]], fatal: list[int]
) -> list[list[bool]]:
    """The mask, token by token."""
    masks = []
    for written, step_of, limit in zip(generated, steps, fatal, strict=True):
        mask = []
        for token, step in zip(written, step_of, strict=True):
            mask.append(token and (limit < 0 or step < limit))
        masks.append(mask)
    return masks


def loop_over_tensors(generated: Tensor, steps: Tensor, fatal: Tensor) -> Tensor:
    """The mask, token by token, as one writes it without thinking."""
    mask = torch.zeros_like(generated)
    for row in range(generated.shape[0]):
        for token in range(generated.shape[1]):
            if generated[row, token] and (fatal[row] < 0 or steps[row, token] < fatal[row]):
                mask[row, token] = generated[row, token]
    return mask


def measure_masking(rounds: int = ROUNDS) -> list[Masking]:
    """Time the mask and the loops over one batch in turn, on one core."""
    rng = torch.Generator().manual_seed(0)
    generated = torch.rand(ROWS, LENGTH, generator=rng) < 0.3
    steps = (torch.arange(LENGTH) * 50 // LENGTH).expand(ROWS, LENGTH).contiguous()
    fatal = torch.randint(-20, 50, (ROWS,), generator=rng).clamp_min(-1)
    batch = generated, steps, fatal
    lists = generated.tolist(), steps.tolist(), fatal.tolist()
    first = generated[:1], steps[:1], fatal[:1]
    expected = fatal_token_mask(*batch)
    assert torch.equal(expected, _loop_between_tensors(*batch))
    assert torch.equal(expected[:1], loop_over_tensors(*first))
    ways: dict[str, Callable[[], float]] = {
        "fatal_token_mask": lambda: statistics.median(
            _seconds(lambda: fatal_token_mask(*batch)) for _ in range(11)
        ),
        "loop, tensors to tensor": lambda: _seconds(lambda: _loop_between_tensors(*batch)),
        "loop, lists to lists": lambda: _seconds(lambda: loop_over_lists(*lists)),
        "loop, indexing tensors": lambda: ROWS * _seconds(lambda: loop_over_tensors(*first)),
    }
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        times = [[work() for work in ways.values()] for _ in range(rounds)]
    finally:
        torch.set_num_threads(threads)
    return [
        Masking(
            way=way,
            seconds=statistics.median(taken[number] for taken in times),
            ratio=statistics.median(taken[number] / taken[0] for taken in times),
        )
        for number, way in enumerate(ways)
    ]


def _loop_between_tensors(generated: Tensor, steps: Tensor, fatal: Tensor) -> Tensor:
    return torch.tensor(loop_over_lists(generated.tolist(), steps.tolist(), fatal.tolist()))


def _seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def plain_log_probabilities(hidden: Tensor, weight: Tensor, targets: Tensor) -> Tensor:
    """Log-softmax over all logits, with autograd's gradient."""
    logp = torch.log_softmax(torch.nn.functional.linear(hidden, weight), dim=2)
    return logp.gather(2, targets.unsqueeze(2)).squeeze(2)


def _inputs(tokens: int, vocabulary: int, width: int) -> tuple[Tensor, Tensor, Tensor]:
    rng = torch.Generator().manual_seed(0)
    hidden = torch.randn(1, tokens, width, generator=rng).requires_grad_()
    weight = torch.randn(vocabulary, width, generator=rng).mul_(width**-0.5).requires_grad_()
    return hidden, weight, torch.randint(vocabulary, (1, tokens), generator=rng)


def _work(way: str, tokens: int, vocabulary: int, width: int) -> Memory:
    """Runs in a process of its own."""
    torch.ones(8, 8, requires_grad=True).matmul(torch.ones(8, 8)).sum().backward()
    before = psutil.Process().memory_info().rss
    hidden, weight, targets = _inputs(tokens, vocabulary, width)
    start = time.perf_counter()
    if way == "plain":
        logp = plain_log_probabilities(hidden, weight, targets)
    else:
        mask = torch.arange(tokens).unsqueeze(0) % 4 == 0 if way == "masked" else None
        logp = token_log_probabilities(hidden, weight, targets, mask=mask)
    logp.mean().backward()
    return Memory(way, tokens, (peak_memory() - before) / 1e9, time.perf_counter() - start)


def _fresh(way: str, tokens: int, vocabulary: int, width: int) -> Memory:
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(_work, way, tokens, vocabulary, width).result()


def measure_memory(tokens: int, vocabulary: int, width: int) -> list[Memory]:
    """Peak memory of the ways; `plain` is extrapolated where it would not fit."""
    found = [_fresh(way, tokens, vocabulary, width) for way in ("masked", "chunked")]
    # Log-softmax, its gradient and the gradient of the gathering exist at once.
    needed = 3.3 * 4 * tokens * vocabulary + 1e9
    if psutil.virtual_memory().available > needed:
        return [*found, _fresh("plain", tokens, vocabulary, width)]
    small, large = (_fresh("plain", tokens // part, vocabulary, width) for part in (4, 2))
    steps = (tokens - large.tokens) / (large.tokens - small.tokens)
    extrapolated = Memory(
        way="plain",
        tokens=tokens,
        gigabytes=large.gigabytes + steps * (large.gigabytes - small.gigabytes),
        seconds=large.seconds + steps * (large.seconds - small.seconds),
        extrapolated=True,
    )
    return [*found, small, large, extrapolated]


def gradient_difference(tokens: int, vocabulary: int, width: int) -> float:
    """Largest difference of an entry of the gradients, relative to the largest entry."""
    hidden, weight, targets = _inputs(tokens, vocabulary, width)
    ours = torch.autograd.grad(
        token_log_probabilities(hidden, weight, targets).mean(), (hidden, weight)
    )
    theirs = torch.autograd.grad(
        plain_log_probabilities(hidden, weight, targets).mean(), (hidden, weight)
    )
    return max(
        float((a - b).abs().max() / b.abs().max()) for a, b in zip(ours, theirs, strict=True)
    )


def show(masking: Sequence[Masking], memory: Sequence[Memory], difference: float) -> None:
    """Print the figures as tables."""
    targets = {"loop, tensors to tensor": 100}
    print_table(
        f"Fatal token mask, {ROWS} x {LENGTH:,} tokens",
        ("", "ms of one core", "ratio", "target"),
        [
            (
                item.way,
                f"{1000 * item.seconds:,.1f}",
                f"{item.ratio:,.0f}",
                rate(item.ratio, least=targets.get(item.way)),
            )
            for item in masking
        ],
    )
    whole = memory[-1].gigabytes
    rows = [
        (
            item.way + (" (extrapolated)" if item.extrapolated else ""),
            f"{item.tokens:,}",
            f"{item.gigabytes:.2f}",
            f"1/{whole / item.gigabytes:.1f}",
            rate(item.gigabytes / whole, most=1 / 8) if item.way == "chunked" else "",
            f"{item.seconds:.1f}",
        )
        for item in memory
    ]
    headings = ("", "tokens", "peak GB", "share", "target", "seconds")
    print_table("Log-probabilities and their gradients", headings, rows)
    print(f"gradients differ by {difference:.1e} of the largest {rate(difference, most=1e-5)}")


def main(arguments: list[str] | None = None) -> int:
    """Run the benchmark; see the module's docstring."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tokens", type=int, default=TOKENS)
    parser.add_argument("--vocabulary", type=int, default=VOCABULARY)
    parser.add_argument("--width", type=int, default=WIDTH, help="size of a hidden state")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    options = parser.parse_args(arguments)
    if min(options.tokens // 4, options.vocabulary, options.width) < 1:
        parser.error("--tokens must be at least 4, --vocabulary and --width at least 1")
    memory = measure_memory(options.tokens, options.vocabulary, options.width)
    few = min(options.tokens, GRADIENT_TOKENS)
    difference = gradient_difference(few, options.vocabulary, options.width)
    masking = measure_masking()
    show(masking, memory, difference)
    if options.json is not None:
        content = {
            "machine": machine(),
            "fatal_token_mask": [asdict(item) for item in masking],
            "log_probabilities": {
                "vocabulary": options.vocabulary,
                "width": options.width,
                "ways": [asdict(item) for item in memory],
                "gradient_difference": difference,
                "gradient_difference_tokens": few,
            },
        }
        write_json(options.json, content)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
