"""Starts a decoder that can already copy: an induction circuit in its first two layers.

A pretrained model copies a name out of a tool result without ever having met it. A tiny one with
random weights needs most of its training to find out how (Olsson et al. 2022, "In-context
learning and induction heads"), so the circuit is laid out beforehand and training goes on from
there; in the spirit of mimetic initialisation (Trockman & Kolter 2023).

Layer 0 looks at the token before, and the one before that, and writes a code of each beside the
token's own embedding. Layer 1 looks for the place whose token before is the present token, and
writes what stands there: after `... Ulm Bridge ... Ulm` comes `Bridge`. Everything else starts at
random and small.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

EMBEDDING_SCALE = 0.25
CONSTANT_SHARE = 0.5
"""Size of what all embeddings have in common, relative to what they differ in.

Qwen3 has no biases: without it no query could depend on positions alone.
"""

FINAL_SCALE = 0.5
SMALL = 0.3
"""Factor on what the other heads and the MLPs write at the start."""

SHARPNESS = 2.5
"""Gain of queries and keys in the two layers; attention is as sharp as its square."""

PREVIOUS_WEIGHTS = (0.4, 0.25, 0.2, 0.15)
"""Share of the highest rotary frequencies in the attention to the token before."""

SLOW = 2e-3
"""Rotary frequencies below it (radians a token) hardly turn within an episode: codes live there."""


@torch.no_grad()
def start_with_induction(model: Any, generator: torch.Generator) -> None:
    """Overwrite the embeddings and part of the first two layers' attention.

    Args:
        model: A Qwen3-VL whose decoder has two layers or more.
        generator: Draws the codes.

    Raises:
        ValueError: When the decoder has fewer than two layers or its heads are too narrow.
    """
    decoder = model.model.language_model
    text = model.config.text_config
    if len(decoder.layers) < 2:
        raise ValueError("the circuit takes two layers")
    width, head = text.hidden_size, text.head_dim
    frequencies = decoder.rotary_emb.inv_freq.float()
    slow = torch.nonzero(frequencies < SLOW).flatten()
    if len(slow) < 4 or len(frequencies) < 2 * len(PREVIOUS_WEIGHTS):
        raise ValueError(f"heads of {head} are too narrow for the circuit; take 32 or more")
    # Both halves of a rotary pair.
    places = torch.cat([slow, slow + head // 2])
    constant = torch.ones(width)
    basis = _basis(width, constant, generator)
    reads = basis[: len(places)]
    beside = _basis(width, constant, generator)
    embeddings = decoder.embed_tokens.weight
    embeddings.copy_(torch.randn(embeddings.shape, generator=generator))
    embeddings.add_(CONSTANT_SHARE * constant).mul_(EMBEDDING_SCALE)
    decoder.norm.weight.fill_(FINAL_SCALE)
    for layer in decoder.layers:
        layer.self_attn.o_proj.weight.mul_(SMALL)
        layer.mlp.down_proj.weight.mul_(SMALL)
    first, second = decoder.layers[0].self_attn, decoder.layers[1].self_attn
    for attention in (first, second):
        attention.q_norm.weight.fill_(SHARPNESS)
        attention.k_norm.weight.fill_(SHARPNESS)
    shared = text.num_attention_heads // text.num_key_value_heads
    for back in range(1, 1 + min(2, text.num_key_value_heads)):
        key_head, query_head = back - 1, (back - 1) * shared
        _look_back(first, back, key_head, query_head, frequencies, constant)
        _place(first.v_proj.weight, key_head, places, head, reads)
        writes = beside[key_head * len(places) :][: len(places)]
        first.o_proj.weight[:, query_head * head : (query_head + 1) * head] = 0
        first.o_proj.weight[:, query_head * head + places] = EMBEDDING_SCALE * writes.T
    everything = _orthogonal(width, generator)
    for key_head in range(text.num_key_value_heads):
        _place(second.k_proj.weight, key_head, places, head, beside[: len(places)])
        _place(second.q_proj.weight, key_head * shared, places, head, reads)
        part = everything[key_head * head : (key_head + 1) * head]
        rows = key_head * head + torch.arange(len(part))
        second.v_proj.weight[rows] = part
        columns = key_head * shared * head + torch.arange(len(part))
        second.o_proj.weight[:, columns] = 2 * EMBEDDING_SCALE * part.T


def _look_back(
    attention: Any,
    back: int,
    key_head: int,
    query_head: int,
    frequencies: Tensor,
    constant: Tensor,
) -> None:
    """Queries that are turned back: q(i) · k(j) is greatest at j = i − back."""
    head = 2 * len(frequencies)
    direction = constant / constant.norm()
    for weight, index, turn in (
        (attention.q_proj.weight, query_head, -back),
        (attention.k_proj.weight, key_head, 0),
    ):
        rows = weight[index * head : (index + 1) * head]
        rows.zero_()
        for pair, share in enumerate(PREVIOUS_WEIGHTS):
            angle = turn * frequencies[pair]
            rows[pair] = share**0.5 * torch.cos(angle) * direction
            rows[pair + head // 2] = share**0.5 * torch.sin(angle) * direction


def _place(weight: Tensor, index: int, places: Tensor, head: int, rows: Tensor) -> None:
    """Let one head read `rows` into some of its dimensions, and nothing into the others."""
    weight[index * head : (index + 1) * head] = 0
    weight[index * head + places] = rows


def _orthogonal(width: int, generator: torch.Generator) -> Tensor:
    return torch.linalg.qr(torch.randn(width, width, generator=generator)).Q


def _basis(width: int, constant: Tensor, generator: torch.Generator) -> Tensor:
    """Orthonormal rows, all of them orthogonal to `constant`; shape (width − 1, width)."""
    drawn = torch.randn(width, width, generator=generator)
    drawn[:, 0] = constant
    return torch.linalg.qr(drawn).Q[:, 1:].T
