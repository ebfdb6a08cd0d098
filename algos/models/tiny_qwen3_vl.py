"""A Qwen3-VL of about a million parameters: the real architecture, small enough for a laptop."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from transformers import (
    GenerationConfig,
    PreTrainedTokenizerFast,
    Qwen3VLConfig,
    Qwen3VLForConditionalGeneration,
)
from transformers.models.qwen2_vl.image_processing_pil_qwen2_vl import Qwen2VLImageProcessorPil

from algos.models.checkpoint import Checkpoint
from algos.models.induction_start import start_with_induction
from algos.models.tokenizer import IMAGE_PAD, VIDEO_PAD, VISION_END, VISION_START


@dataclass(frozen=True)
class TinySize:
    """Dimensions of a tiny Qwen3-VL.

    Attributes:
        hidden: Width of the decoder; divisible by `heads`.
        layers: Decoder layers.
        heads: Attention heads.
        key_value_heads: Key and value heads; divides `heads`.
        feed_forward: Width of the decoder's MLP.
        vision_hidden: Width of the vision tower.
        vision_layers: Its layers.
        patch: Side of a patch, in pixels; four patches make one token.
        pixels: Most pixels of a picture: 4,096 are 64 × 64 pixels and 4 tokens.
        positions: Longest sequence.
        induction: Start with a circuit that copies; see `induction_start`.
    """

    hidden: int = 128
    layers: int = 4
    heads: int = 2
    key_value_heads: int = 2
    feed_forward: int = 384
    vision_hidden: int = 64
    vision_layers: int = 1
    patch: int = 16
    pixels: int = 4_096
    positions: int = 4_096
    induction: bool = True


def build_tiny_checkpoint(
    tokenizer: PreTrainedTokenizerFast, size: TinySize | None = None, *, seed: int = 0
) -> Checkpoint:
    """A tiny Qwen3-VL with untrained weights, its tokenizer and its image processor.

    Args:
        tokenizer: From `train_tokenizer`.
        size: None for the size of the laptop recipe.
        seed: Of the weights; the global generator of torch is left as it was.
    """
    size = size or TinySize()
    model: Qwen3VLForConditionalGeneration
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = Qwen3VLForConditionalGeneration(configure(tokenizer, size))
    if size.induction:
        start_with_induction(model, torch.Generator().manual_seed(seed))
    model.generation_config = GenerationConfig(
        eos_token_id=tokenizer.eos_token_id, pad_token_id=tokenizer.pad_token_id
    )
    return Checkpoint(model.eval(), tokenizer, make_image_processor(size.patch, size.pixels))


def make_image_processor(patch: int, pixels: int) -> Qwen2VLImageProcessorPil:
    """Cuts pictures of at most some pixels into patches of a side."""
    return Qwen2VLImageProcessorPil(
        patch_size=patch,
        merge_size=2,
        temporal_patch_size=2,
        size={"shortest_edge": (2 * patch) ** 2, "longest_edge": pixels},
        image_mean=[0.5] * 3,
        image_std=[0.5] * 3,
    )


def vision_tokens(tokenizer: PreTrainedTokenizerFast) -> dict[str, int]:
    """Ids of the special tokens around pictures, by their names in the configuration."""
    number = tokenizer.convert_tokens_to_ids
    return {
        "image_token_id": number(IMAGE_PAD),
        "video_token_id": number(VIDEO_PAD),
        "vision_start_token_id": number(VISION_START),
        "vision_end_token_id": number(VISION_END),
    }


def configure(tokenizer: PreTrainedTokenizerFast, size: TinySize) -> Qwen3VLConfig:
    """The configuration of a tiny Qwen3-VL."""
    head = size.hidden // size.heads
    # M-RoPE shares the rotary frequencies among time, height and width.
    third = head // 2 // 3
    return Qwen3VLConfig(
        text_config={
            "vocab_size": len(tokenizer),
            "hidden_size": size.hidden,
            "intermediate_size": size.feed_forward,
            "num_hidden_layers": size.layers,
            "num_attention_heads": size.heads,
            "num_key_value_heads": size.key_value_heads,
            "head_dim": head,
            "max_position_embeddings": size.positions,
            "pad_token_id": tokenizer.pad_token_id,
            "eos_token_id": tokenizer.eos_token_id,
            "bos_token_id": None,
            "tie_word_embeddings": True,
            "rope_parameters": {
                "rope_type": "default",
                "rope_theta": 5_000_000.0,
                "mrope_interleaved": True,
                "mrope_section": [head // 2 - 2 * third, third, third],
            },
        },
        vision_config={
            "depth": size.vision_layers,
            "hidden_size": size.vision_hidden,
            "intermediate_size": 2 * size.vision_hidden,
            "num_heads": 2,
            "patch_size": size.patch,
            "temporal_patch_size": 2,
            "spatial_merge_size": 2,
            "out_hidden_size": size.hidden,
            "num_position_embeddings": 64,
            "deepstack_visual_indexes": [0],
        },
        **vision_tokens(tokenizer),
        tie_word_embeddings=True,
        attn_implementation="sdpa",
    )
