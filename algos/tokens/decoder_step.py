"""One token a row through a Qwen3-VL decoder, with nothing around it.

With a small model and a few rows most of a pass is what `transformers` does around the layers:
hooks, masks of every kind, recorders. Here are the equations of Qwen3's decoder alone (RMS norms,
norms of queries and keys, rotary positions, attention over the cache, gated MLP) on the weights of
the model itself. Whatever is not plain, adapters or autocast, is left to `transformers`.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional
from transformers import DynamicCache, Qwen3VLForConditionalGeneration


class DecoderStep:
    """Reads one token a row.

    Args:
        model: A model for which `is_plain` holds; its weights may change, its modules not.
    """

    def __init__(self, model: Qwen3VLForConditionalGeneration) -> None:
        decoder: Any = model.model.language_model
        self._decoder = decoder
        self._head = model.lm_head
        self._layers = [_Layer(each) for each in decoder.layers]

    @staticmethod
    def is_plain(model: Any) -> bool:
        """Whether a model is a Qwen3-VL without adapters, which nothing casts."""
        if type(model) is not Qwen3VLForConditionalGeneration:
            return False
        linear = [
            each
            for layer in model.model.language_model.layers
            for each in layer.modules()
            if not list(each.children()) and isinstance(each, nn.Linear)
        ]
        whole = 7 * len(model.model.language_model.layers)
        plain = len(linear) == whole and all(type(each) is nn.Linear for each in linear)
        return plain and not torch.is_autocast_enabled(model.device.type)

    def __call__(
        self, tokens: Tensor, positions: Tensor, seen: Tensor, cache: DynamicCache
    ) -> Tensor:
        """Logits of the next tokens, shape (B, V).

        Args:
            tokens: Text, no placeholder of a picture; shape (B, 1).
            positions: In time, height and width, shape (3, B, 1).
            seen: Which columns of the cache each row sees, the new one included; shape (B, T).
            cache: Takes the keys and values.
        """
        hidden = functional.embedding(tokens, self._decoder.embed_tokens.weight)
        cosine, sine = self._decoder.rotary_emb(hidden, positions)
        rotation = cosine[:, None], sine[:, None]
        mask = seen[:, None, None, :].bool()
        for number, layer in enumerate(self._layers):
            hidden = layer(hidden, rotation, mask, cache, number)
        return _project(_norm(hidden, self._decoder.norm), self._head)[:, 0].float()


class _Layer:
    """The equations of one layer, on its modules."""

    def __init__(self, layer: Any) -> None:
        self._before, self._after = layer.input_layernorm, layer.post_attention_layernorm
        self._attention, self._mlp = layer.self_attn, layer.mlp

    def __call__(
        self,
        hidden: Tensor,
        rotation: tuple[Tensor, Tensor],
        mask: Tensor,
        cache: DynamicCache,
        number: int,
    ) -> Tensor:
        own, mlp = self._attention, self._mlp
        rows = len(hidden)
        entering = _norm(hidden, self._before)

        def heads(projection: nn.Linear) -> Tensor:
            return _project(entering, projection).view(rows, 1, -1, own.head_dim)

        query = _rotate(_norm(heads(own.q_proj), own.q_norm).transpose(1, 2), *rotation)
        key = _rotate(_norm(heads(own.k_proj), own.k_norm).transpose(1, 2), *rotation)
        keys, values = cache.update(key, heads(own.v_proj).transpose(1, 2), number)
        attended = functional.scaled_dot_product_attention(
            query,
            keys,
            values,
            attn_mask=mask,
            scale=own.scaling,
            enable_gqa=query.shape[1] != keys.shape[1],
        )
        hidden = hidden + _project(attended.transpose(1, 2).reshape(rows, 1, -1), own.o_proj)
        entering = _norm(hidden, self._after)
        gate = mlp.act_fn(_project(entering, mlp.gate_proj))
        return hidden + _project(gate * _project(entering, mlp.up_proj), mlp.down_proj)


def _project(states: Tensor, by: nn.Linear) -> Tensor:
    return functional.linear(states, by.weight, by.bias)


def _norm(states: Tensor, norm: Any) -> Tensor:
    """RMS norm in float32, whatever the states are, as the model has it."""
    wide = states.float()
    scaled = wide * torch.rsqrt(wide.square().mean(-1, keepdim=True) + norm.variance_epsilon)
    made: Tensor = norm.weight * scaled.to(states.dtype)
    return made


def _rotate(states: Tensor, cosine: Tensor, sine: Tensor) -> Tensor:
    first, second = states.chunk(2, dim=-1)
    return states * cosine + torch.cat((-second, first), dim=-1) * sine
