"""Shapes of published models, for planning without their weights."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from transformers import Qwen3_5Config, Qwen3VLConfig, Qwen3VLMoeConfig, SmolVLMConfig

_MROPE = {
    "rope_type": "default",
    "rope_theta": 5_000_000.0,
    "mrope_interleaved": True,
    "mrope_section": [24, 20, 20],
}


def _qwen3_vl(
    text: tuple[int, int, int, int], vision: tuple[int, int, int, list[int]], *, tied: bool
) -> Qwen3VLConfig:
    """Text: width, MLP, layers, heads. Vision: width, MLP, depth, layers that reach the decoder."""
    return Qwen3VLConfig(
        text_config={**_decoder(*text, 8), "tie_word_embeddings": tied},
        vision_config=_tower(vision, text[0]),
        tie_word_embeddings=tied,
    )


def _decoder(
    hidden: int, feed_forward: int, layers: int, heads: int, groups: int
) -> dict[str, Any]:
    return {
        "vocab_size": 151_936,
        "hidden_size": hidden,
        "intermediate_size": feed_forward,
        "num_hidden_layers": layers,
        "num_attention_heads": heads,
        "num_key_value_heads": groups,
        "head_dim": 128,
        "max_position_embeddings": 262_144,
        "rope_parameters": _MROPE,
    }


def _tower(vision: tuple[int, int, int, list[int]], out: int) -> dict[str, Any]:
    hidden, feed_forward, depth, deep = vision
    return {
        "hidden_size": hidden,
        "intermediate_size": feed_forward,
        "depth": depth,
        "num_heads": 16,
        "patch_size": 16,
        "out_hidden_size": out,
        "deepstack_visual_indexes": deep,
    }


_SMALL_TOWER = (1024, 4096, 24, [5, 11, 17])
_LARGE_TOWER = (1152, 4304, 27, [8, 16, 24])


def _qwen3_vl_30b() -> Qwen3VLMoeConfig:
    mixture = {"num_experts": 128, "num_experts_per_tok": 8, "moe_intermediate_size": 768}
    return Qwen3VLMoeConfig(
        text_config={**_decoder(2048, 6144, 48, 32, 4), **mixture},
        vision_config=_tower(_LARGE_TOWER, 2048),
    )


def _qwen35_4b() -> Qwen3_5Config:
    tower = _tower(_SMALL_TOWER, 2560)
    del tower["deepstack_visual_indexes"]
    return Qwen3_5Config(
        text_config={
            "vocab_size": 248_320,
            "hidden_size": 2560,
            "intermediate_size": 9216,
            "num_hidden_layers": 32,
            "num_attention_heads": 16,
            "num_key_value_heads": 4,
            "head_dim": 256,
            "linear_num_key_heads": 16,
            "linear_num_value_heads": 32,
            "tie_word_embeddings": True,
        },
        vision_config=tower,
        tie_word_embeddings=True,
    )


def _smolvlm2_500m() -> SmolVLMConfig:
    return SmolVLMConfig(
        text_config={
            "model_type": "llama",
            "vocab_size": 49_280,
            "hidden_size": 960,
            "intermediate_size": 2560,
            "num_hidden_layers": 32,
            "num_attention_heads": 15,
            "num_key_value_heads": 5,
            "head_dim": 64,
            "max_position_embeddings": 8192,
        },
        vision_config={
            "hidden_size": 768,
            "intermediate_size": 3072,
            "num_hidden_layers": 12,
            "num_attention_heads": 12,
            "image_size": 512,
            "patch_size": 16,
        },
        scale_factor=4,
        image_token_id=49_190,
    )


_SHAPES: dict[str, Callable[[], Any]] = {
    "qwen3-vl-2b": lambda: _qwen3_vl((2048, 6144, 28, 16), _SMALL_TOWER, tied=True),
    "qwen3-vl-8b": lambda: _qwen3_vl((4096, 12288, 36, 32), _LARGE_TOWER, tied=False),
    "qwen3-vl-30b-a3b": _qwen3_vl_30b,
    "qwen3.5-4b": _qwen35_4b,
    "smolvlm2-500m": _smolvlm2_500m,
}

SHAPES = tuple(_SHAPES)


def published_shape(name: str) -> Any:
    """The configuration of a published model.

    Raises:
        KeyError: When the name is unknown.
    """
    return _SHAPES[name]()
