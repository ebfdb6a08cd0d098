"""What several processes must agree on; with one process each of these is what it was given.

Processes that share gradients meet at every backward pass, so all of them must make the same
number: who has fewer batches goes over its last one again with a weight of 0.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import torch
from accelerate import Accelerator, PartialState

from algos.models.placement import choose_placement

if TYPE_CHECKING:
    from algos.configs import ModelConfig


def start_accelerator(config: ModelConfig) -> Accelerator:
    """The first accelerator of a process; later ones share its device and its precision.

    `accelerate launch --mixed_precision …` decides; else the configuration does where the device
    can do it.
    """
    if "ACCELERATE_MIXED_PRECISION" in os.environ:
        return Accelerator()
    placement = choose_placement(config, PartialState().device)
    return Accelerator(mixed_precision=placement.mixed_precision)


def total(accelerator: Accelerator, value: float) -> float:
    """The sum over all processes."""
    if accelerator.num_processes == 1:
        return value
    mine = torch.tensor(value, dtype=torch.float64, device=accelerator.device)
    return float(accelerator.reduce(mine, "sum"))


def each_process(accelerator: Accelerator, value: int) -> list[int]:
    """The value of every process, in order of rank."""
    if accelerator.num_processes == 1:
        return [value]
    found = accelerator.gather(torch.tensor([value], device=accelerator.device))
    return [int(number) for number in found]


def mean_figures(accelerator: Accelerator, figures: Mapping[str, float]) -> dict[str, float]:
    """Figures as means over all processes; each must have the same names."""
    count = accelerator.num_processes
    return {name: total(accelerator, value) / count for name, value in sorted(figures.items())}


def rounds(
    accelerator: Accelerator, batches: Sequence[Sequence[int]]
) -> Iterator[tuple[Sequence[int], float]]:
    """Batches with a weight of 1, then as many of weight 0 as other processes have more.

    Args:
        accelerator: Knows the other processes.
        batches: Those of this process; at least one.
    """
    most = max(each_process(accelerator, len(batches)))
    for number in range(most):
        extra = number >= len(batches)
        yield batches[-1 if extra else number], 0.0 if extra else 1.0
