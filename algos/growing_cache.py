"""A key-value cache with room behind the last token.

The cache of `transformers` copies everything it holds for each token that it takes. With many
short episodes side by side that copying costs as much as the attention itself.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from transformers import DynamicCache
from transformers.cache_utils import DynamicLayer

GROWTH = 64
"""Tokens of room that are added when there is none left."""


class GrowingLayer(DynamicLayer):
    """Keys and values of a layer; `keys` and `values` are views of what is in use."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._rooms: list[Tensor | None] = [None, None]

    def update(
        self, key_states: Tensor, value_states: Tensor, *args: Any, **kwargs: Any
    ) -> tuple[Tensor, Tensor]:
        """Append keys and values of shape (B, heads, T, width); all that are held."""
        if not self.is_initialized:
            self.lazy_initialization(key_states, value_states)
        self.keys = self._append(0, self.keys, key_states)
        self.values = self._append(1, self.values, value_states)
        return self.keys, self.values

    def _append(self, which: int, held: Tensor, new: Tensor) -> Tensor:
        length = held.shape[-2] if held.numel() else 0
        total = length + new.shape[-2]
        room = self._rooms[which]
        # Whoever chose or added rows replaced the view by a tensor of its own.
        fits = room is not None and room.data_ptr() == held.data_ptr() and len(room) == len(held)
        if room is None or not fits or room.shape[-2] < total:
            room = new.new_empty(*new.shape[:2], total + GROWTH, new.shape[-1])
            if length:
                room[:, :, :length] = held
            self._rooms[which] = room
        room[:, :, length:total] = new
        return room[:, :, :total]


def make_cache(config: Any) -> DynamicCache:
    """An empty cache for a decoder; layers with a sliding window are left to `transformers`.

    Args:
        config: Of the model or of its decoder.
    """
    cache = DynamicCache(config=config)
    cache.layers = [
        GrowingLayer() if type(layer) is DynamicLayer else layer for layer in cache.layers
    ]
    return cache


def add_rows(states: Tensor, rows: int) -> Tensor:
    """States with empty rows below them; shape (B + rows, heads, T, width)."""
    return torch.cat([states, states.new_zeros(rows, *states.shape[1:])])
