"""What a configuration would need, without weights: parameters, memory, tokens a step.

    python -m algos.dry_run --config qwen3-vl-8b-8gpu

The model is built on the meta device. Memory is an estimate of what does not shrink by luck:
weights, gradients, AdamW's two moments, the activations kept by gradient checkpointing (or all of
them), and the key-value cache of a step's rollouts. Fragmentation and libraries come on top.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import torch
from transformers import Qwen3VLForConditionalGeneration

from algos.configs import PRESETS, Config, ConfigError, load_config
from algos.models.adapters import adapted_modules
from algos.models.shapes import SHAPES, published_shape

GIB = 2**30
ACTIVATION_WIDTHS = 34
"""Values of the hidden width that a decoder layer keeps for its backward pass, roughly."""


@dataclass(frozen=True)
class Estimate:
    """What training with a configuration needs.

    Attributes:
        parameters: Of the model.
        trained: Of them, or of the adapters.
        weights_gib: Weights on one device.
        optimiser_gib: Gradients and moments on one device.
        activations_gib: Of one forward pass of `tokens`.
        cache_gib: Key-value cache of the rollouts that one device plays at once.
        total_gib: Of the larger of the two phases, sampling and updating, on one device.
        rollouts: A step, over all devices.
        tokens_read: Most tokens of a step's rollouts.
        processes: Devices that share weights and optimiser (FSDP or ZeRO-3).
    """

    parameters: int
    trained: int
    weights_gib: float
    optimiser_gib: float
    activations_gib: float
    cache_gib: float
    total_gib: float
    rollouts: int
    tokens_read: int
    processes: int


def estimate(config: Config) -> Estimate:
    """Estimate a configuration.

    Raises:
        ConfigError: When its model is unknown.
    """
    shape = _shape(config)
    with torch.device("meta"):
        model = Qwen3VLForConditionalGeneration(shape)
    if model.config.tie_word_embeddings:
        model.tie_weights()
    parameters = sum(weight.numel() for weight in model.parameters())
    text = shape.text_config
    rank = config.model.lora_rank
    trained = parameters if not rank else _adapter_size(model, rank)
    # Weights that are trained are float32 also where the arithmetic is bfloat16.
    size = 2 if config.model.dtype == "bfloat16" else 4
    held = size if rank else 4
    share = config.model.processes
    grpo = config.grpo
    rollouts = grpo.prompts * grpo.group_size
    per_token = 2 * text.num_hidden_layers * text.num_key_value_heads * text.head_dim * size
    kept = text.num_hidden_layers if config.model.gradient_checkpointing else 0
    full_layers = 1 if kept else text.num_hidden_layers
    per_position = text.hidden_size * (kept + ACTIVATION_WIDTHS * full_layers) * size
    weights = parameters * held / share / GIB
    optimiser = 3 * trained * 4 / share / GIB
    activations = grpo.tokens * per_position / GIB
    cache = min(rollouts // share, config.model.rollouts_at_once) * grpo.episode_tokens
    cache_gib = cache * per_token / GIB
    return Estimate(
        parameters=parameters,
        trained=trained,
        weights_gib=weights,
        optimiser_gib=optimiser,
        activations_gib=activations,
        cache_gib=cache_gib,
        total_gib=weights + optimiser + max(activations, cache_gib),
        rollouts=rollouts,
        tokens_read=rollouts * grpo.episode_tokens,
        processes=share,
    )


def describe_estimate(found: Estimate) -> str:
    """An estimate in three lines."""
    return (
        f"{found.parameters:,} parameters, {found.trained:,} trained\n"
        f"  on each of {found.processes} devices: weights {found.weights_gib:.2f} GiB, gradients "
        f"and moments {found.optimiser_gib:.2f}, activations {found.activations_gib:.2f}, "
        f"key-value cache {found.cache_gib:.2f}; in all {found.total_gib:.2f} GiB\n"
        f"  a step: {found.rollouts:,} rollouts, at most {found.tokens_read:,} tokens"
    )


def _shape(config: Config) -> Any:
    if config.model.base in SHAPES:
        return published_shape(config.model.base)
    if config.model.base != "tiny":
        raise ConfigError(
            f"model.base must be tiny, {' or '.join(SHAPES)}, got {config.model.base!r}"
        )
    from algos.models.tiny_qwen3_vl import TinySize, configure
    from algos.models.tokenizer import train_tokenizer

    # The rest of the vocabulary is learnt from data; only its size matters here.
    shape = configure(train_tokenizer([], 300), TinySize())
    shape.text_config.vocab_size = config.model.vocabulary
    return shape


def _adapter_size(model: Any, rank: int) -> int:
    matrices = map(model.get_submodule, adapted_modules(model))
    return sum(rank * (each.in_features + each.out_features) for each in matrices)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; returns the exit status."""
    parser = argparse.ArgumentParser(description="What a configuration would need.")
    parser.add_argument("--config", action="append", help="preset or TOML file; all presets")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args(arguments)
    try:
        found = {name: estimate(load_config(name)) for name in options.config or PRESETS}
    except ConfigError as error:
        print(f"dry_run: {error}", file=sys.stderr)
        return 1
    if options.json:
        print(json.dumps({name: asdict(each) for name, each in found.items()}, indent=2))
        return 0
    for name, each in found.items():
        print(f"{name}: {describe_estimate(each)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
