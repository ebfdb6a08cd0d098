"""Attention over trees of tokens that reads the ancestors of each stretch of nodes, and no others.

With a mask alone, N nodes cost N² products, most of which the mask throws away: a stretch that one
sequence brought to its tree sees its own path and nothing of its neighbours.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional
from transformers.modeling_utils import ALL_ATTENTION_FUNCTIONS

NAME = "prefix_tree"
"""Under which `transformers` knows it."""


@dataclass(frozen=True)
class Stretch:
    """Nodes of a row that stand side by side, and what they see.

    Attributes:
        first: First node.
        last: Node after the last one.
        keys: Numbers of the nodes that any of them sees, in order.
        seen: Which of the keys each of them sees, shape (last − first, len(keys)).
    """

    first: int
    last: int
    keys: Tensor
    seen: Tensor


def attend(
    module: Any,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_mask: Tensor | None,
    dropout: float = 0.0,
    scaling: float | None = None,
    tree_stretches: Sequence[Sequence[Stretch]] = (),
    **kwargs: Any,
) -> tuple[Tensor, None]:
    """Attention of a decoder layer, as `transformers` calls it.

    Args:
        module: The layer.
        query: Shape (R, heads, N, width).
        key: Shape (R, key-value heads, N, width).
        value: As the keys.
        attention_mask: Not read; the stretches say who sees whom.
        dropout: Of the weights.
        scaling: Of the products; None for 1/√width.
        tree_stretches: Of each row; together they hold every node once, in order.
        **kwargs: Not read.

    Returns:
        Shape (R, N, heads, width), and None for the weights.
    """
    rows = []
    for row, stretches in enumerate(tree_stretches):
        made = [
            functional.scaled_dot_product_attention(
                query[row : row + 1, :, each.first : each.last],
                key[row : row + 1].index_select(2, each.keys),
                value[row : row + 1].index_select(2, each.keys),
                attn_mask=each.seen,
                dropout_p=dropout,
                scale=scaling,
                enable_gqa=key.shape[1] != query.shape[1],
            )
            for each in stretches
        ]
        rows.append(torch.cat(made, dim=2))
    return torch.cat(rows).transpose(1, 2).contiguous(), None


@contextmanager
def tree_attention(model: Any) -> Iterator[None]:
    """Let a model's decoder attend by the stretches that it is given.

    A layer that is computed anew in the backward pass would not know of it: with gradient
    checkpointing a `Scorer` leaves it out and the mask does the same.
    """
    if NAME not in ALL_ATTENTION_FUNCTIONS:
        ALL_ATTENTION_FUNCTIONS.register(NAME, attend)
    config = model.config.get_text_config()
    usual = config._attn_implementation
    config._attn_implementation = NAME
    try:
        yield
    finally:
        config._attn_implementation = usual
