"""Floating-point operations of an update, counted from the model's shape.

A matrix of P weights takes 2P operations a token forward; its backward pass takes 2P for the
gradient of its input and 2P for its own. Attention takes 4 · width a layer for each pair of a
token and one that it sees. What gradient checkpointing computes twice does not count, as is usual
for the model FLOPs utilisation.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from algos.tokens.trajectory import TokenTrajectory

PEAKS = {"H200": 989e12, "H100": 989e12, "A100": 312e12}
"""Dense bfloat16 operations a second by the makers' data sheets (SXM)."""


def training_flops(model: Any, trajectories: Sequence[TokenTrajectory], *, trained: bool) -> float:
    """Operations of one update.

    Args:
        model: A Qwen3-VL, with or without adapters (their few weights are left out).
        trajectories: What is scored, without padding.
        trained: Whether the weights are trained, or adapters only.
    """
    text = model.config.get_text_config()
    decoder = matrices(model.model.language_model)
    vision = matrices(model.model.visual)
    head = model.lm_head.weight.numel()
    width = text.num_attention_heads * text.head_dim
    forward = attention = pictures = 0.0
    for each in trajectories:
        count = len(each)
        forward += 2.0 * decoder * count + 2.0 * head * sum(each.generated)
        attention += 4.0 * width * text.num_hidden_layers * count * (count + 1) / 2
        pictures += 2.0 * vision * sum(len(shown.values) for shown in each.pictures)
    # Adapters sit in the decoder: nothing flows back into frozen pictures, and frozen matrices
    # have no gradient of their own.
    matrix_passes = 3 if trained else 2
    return matrix_passes * forward + 3 * attention + (3 if trained else 1) * pictures


def matrices(part: Any) -> int:
    """Weights in a part's matrices, without embeddings and adapters."""
    return sum(
        weight.numel()
        for name, weight in part.named_parameters()
        if weight.ndim >= 2 and "embed" not in name and "lora_" not in name
    )


def utilisation(operations: float, seconds: float, card: str) -> float | None:
    """Share of a card's peak, or None for a card whose data sheet is not listed.

    >>> utilisation(989e12, 2.0, "NVIDIA H100 80GB HBM3")
    0.5
    """
    for name, peak in PEAKS.items():
        if name in card:
            return operations / seconds / peak
    return None
