"""Weights that are some steps old, for a sampler that runs ahead of the update.

Where rollouts and updates overlap in time, a step's rollouts come from weights that lack the
last updates. `lag = n` plays with weights of n steps before, whatever the machine: what a run
learns from them follows from the seed alone. In one process nothing overlaps, so it saves no
time here; it shows what an asynchronous sampler costs, and that a correction pays.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn

Weights = dict[str, Tensor]


class LaggedWeights:
    """The last weights of a model, those that are trained.

    It has the methods of what `accelerate` saves and loads, so that a resumed run goes on alike.

    Args:
        model: Whose weights are kept; as many copies of what is trained as `lag`.
        lag: Steps, at least 1.
    """

    def __init__(self, model: nn.Module, lag: int) -> None:
        self._trained = {
            name: weight for name, weight in model.named_parameters() if weight.requires_grad
        }
        self._kept: deque[Weights] = deque(maxlen=lag)

    @contextmanager
    def swapped_in(self) -> Iterator[None]:
        """For a while the model has the oldest weights that are kept; at first they are its own."""
        now = self._copy()
        self._put(self._kept[0] if self._kept else now)
        try:
            yield
        finally:
            self._put(now)
            self._kept.append(now)

    def state_dict(self) -> dict[str, Any]:
        """The weights that are kept, oldest first."""
        return {"kept": list(self._kept)}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on with weights that had been kept."""
        self._kept = deque(state["kept"], maxlen=self._kept.maxlen)

    def _copy(self) -> Weights:
        return {name: weight.detach().clone() for name, weight in self._trained.items()}

    @torch.no_grad()
    def _put(self, weights: Weights) -> None:
        for name, weight in self._trained.items():
            weight.copy_(weights[name])
