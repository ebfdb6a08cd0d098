"""Gaps in a batch of rows must not touch the states of linear attention.

Attention leaves a gap out by its mask. A gated delta rule goes over every place: it forgets a
little and writes what stands there. What forgets and what writes comes out of two small
projections; where a row has a gap, both are set so that the rule does nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from algos.tokens.growing_cache import RowStateLayer

GATES = ("linear_attn.in_proj_a", "linear_attn.in_proj_b")
"""Ends of the names of the projections that say how much is forgotten, and how much written."""

CLOSED = -1e4
"""Softplus and sigmoid of it are 0 in every precision: nothing is forgotten, nothing written."""


@contextmanager
def gaps_left_out(model: nn.Module, cache: Any, mask: npt.NDArray[np.int64]) -> Iterator[None]:
    """For one forward pass, let gaps of a batch change no state; others have nothing to do.

    Args:
        model: What reads.
        cache: Its cache; layers with states are told of the gaps.
        mask: 0 in a gap, which stands left of a row's tokens; shape (B, T) of the new tokens.
    """
    layers = [layer for layer in cache.layers if isinstance(layer, RowStateLayer)]
    if not layers:
        yield
        return
    device = next(model.parameters()).device
    read = torch.from_numpy(mask).to(device).bool()
    gapless = bool(mask.all())
    for layer in layers:
        layer.gaps = None if gapless else (~read).sum(dim=1)

    def close(_: nn.Module, __: Any, made: Tensor) -> Tensor:
        return made.masked_fill(~read[..., None], CLOSED)

    handles = [
        module.register_forward_hook(close)
        for name, module in model.named_modules()
        if not gapless and name.endswith(GATES)
    ]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()
