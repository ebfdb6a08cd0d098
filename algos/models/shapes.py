"""Shapes of published Qwen3-VL models, for planning without their weights."""

from __future__ import annotations

from typing import Any

from transformers import Qwen3VLConfig

_SHAPES: dict[str, dict[str, Any]] = {
    "qwen3-vl-2b": {
        "text": (2048, 6144, 28, 16),
        "vision": (1024, 4096, 24, [5, 11, 17]),
        "tied": True,
    },
    "qwen3-vl-8b": {
        "text": (4096, 12288, 36, 32),
        "vision": (1152, 4304, 27, [8, 16, 24]),
        "tied": False,
    },
}
"""Decoder: width, MLP, layers, heads (8 key-value heads of 128 each). Vision: width, MLP, depth,
layers whose features go to the decoder."""

SHAPES = tuple(_SHAPES)


def published_shape(name: str) -> Qwen3VLConfig:
    """The configuration of a published model.

    Raises:
        KeyError: When the name is unknown.
    """
    shape = _SHAPES[name]
    hidden, feed_forward, layers, heads = shape["text"]
    vision_hidden, vision_feed_forward, depth, deep = shape["vision"]
    return Qwen3VLConfig(
        text_config={
            "vocab_size": 151_936,
            "hidden_size": hidden,
            "intermediate_size": feed_forward,
            "num_hidden_layers": layers,
            "num_attention_heads": heads,
            "num_key_value_heads": 8,
            "head_dim": 128,
            "max_position_embeddings": 262_144,
            "tie_word_embeddings": shape["tied"],
            "rope_parameters": {
                "rope_type": "default",
                "rope_theta": 5_000_000.0,
                "mrope_interleaved": True,
                "mrope_section": [24, 20, 20],
            },
        },
        vision_config={
            "depth": depth,
            "hidden_size": vision_hidden,
            "intermediate_size": vision_feed_forward,
            "num_heads": 16,
            "patch_size": 16,
            "out_hidden_size": hidden,
            "deepstack_visual_indexes": deep,
        },
        tie_word_embeddings=shape["tied"],
    )
