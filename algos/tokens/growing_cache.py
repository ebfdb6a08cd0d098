"""A cache of rows that leave and join: keys and values with room behind the last, and states.

The cache of `transformers` copies everything it holds for each token that it takes. With many
short episodes side by side that copying costs as much as the attention itself.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from transformers import DynamicCache
from transformers.cache_utils import DynamicLayer, LinearAttentionLayer

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


class RowStateLayer(LinearAttentionLayer):
    """States of a layer with linear attention, one a row, that gaps do not change.

    New tokens stand to the right, so a gap stands between a row's last inputs, which the
    convolution looks back to, and its new ones. They are moved over it.

    Attributes:
        gaps: Gap of each row in the tokens that come next, shape (B,); None for no gap anywhere.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        # The model then hands every input to `update_conv_state`, single tokens as well.
        self.record_past = True
        self.gaps: Tensor | None = None

    def update_conv_state(
        self,
        conv_states: Tensor,
        state_idx: int = 0,
        conv_kernel_size: int | None = None,
        **kwargs: Any,
    ) -> Tensor:
        """Inputs of shape (B, channels, T) with those before them; the last ones are kept."""
        rows, channels, width = conv_states.shape
        kernel = conv_kernel_size or self.conv_kernel_size[state_idx]
        if not self.is_conv_states_initialized[state_idx]:
            before = conv_states.new_zeros(rows, channels, kernel)
            self.lazy_initialization(before, state_idx=state_idx, conv_kernel_size=kernel)
            self.conv_states[state_idx] = before
        joined = torch.cat([self.conv_states[state_idx], conv_states], dim=-1)
        if self.gaps is not None:
            # Place p of a row with gap g takes what stood at p − g, as long as that is a state.
            places = torch.arange(kernel + width, device=joined.device)
            shifted = (places - self.gaps[:, None]).clamp_min(0)
            source = torch.where(places < self.gaps[:, None] + kernel, shifted, places)
            joined = joined.gather(-1, source[:, None].expand(-1, channels, -1))
        self.conv_states[state_idx] = joined[..., -kernel:].clone()
        self.has_previous_state[state_idx] = True
        return joined


def make_cache(config: Any) -> DynamicCache:
    """An empty cache for a decoder; layers with a sliding window are left to `transformers`.

    Args:
        config: Of the model or of its decoder.
    """
    ours = {DynamicLayer: GrowingLayer, LinearAttentionLayer: RowStateLayer}
    cache = DynamicCache(config=config)
    cache.layers = [ours[type(layer)]() if type(layer) in ours else layer for layer in cache.layers]
    return cache


def select_cache_rows(cache: Any, index: Tensor) -> None:
    """Keep these rows of a cache, in this order."""
    _map_rows(cache, lambda states: states.index_select(0, index))


def add_cache_rows(cache: Any, rows: int) -> None:
    """Put empty rows below those of a cache."""
    _map_rows(cache, lambda states: add_rows(states, rows))


def _map_rows(cache: Any, change: Callable[[Tensor], Tensor]) -> None:
    for layer in cache.layers:
        if isinstance(layer, LinearAttentionLayer):
            for states in (layer.conv_states, layer.recurrent_states):
                states.update({key: change(each) for key, each in states.items()})
        else:
            layer.keys, layer.values = change(layer.keys), change(layer.values)


def add_rows(states: Tensor, rows: int) -> Tensor:
    """States with empty rows below them; shape (B + rows, …)."""
    return torch.cat([states, states.new_zeros(rows, *states.shape[1:])])
