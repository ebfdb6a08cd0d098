"""What a configuration would need, without weights: parameters, memory, tokens a step.

    python -m algos.dry_run --config qwen3-vl-8b-8gpu

The model is built on the meta device. Memory is an estimate of what does not shrink by luck:

    sampling = weights + moments + bfloat16 copies + key-value cache of the rollouts
    updating = weights + moments + max(bfloat16 copies + activations, gradients) + logits

Moments are AdamW's two. Under autocast each float32 weight that is trained has a bfloat16 copy
until the forward pass ends. Activations are largest when the backward pass begins, gradients when
it ends. Pictures add the vision tower's activations where it is trained; fragmentation and
libraries come on top.
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
from algos.log_probabilities import CHUNK_ENTRIES
from algos.models.adapters import adapted_modules
from algos.models.shapes import SHAPES, published_shape

GIB = 2**30
ACTIVATION_WIDTHS = 30
"""Values of the hidden width that a decoder layer keeps for its backward pass.

Counted from what autograd saves in a layer of Qwen3-VL-2B under bfloat16 autocast: 28 with
adapters, 32 without (`tests/algos/test_dry_run.py`).
"""


@dataclass(frozen=True)
class Estimate:
    """What training with a configuration needs.

    Attributes:
        parameters: Of the model.
        trained: Of them, or of the adapters.
        weights_gib: Weights on one device.
        copies_gib: Bfloat16 copies of weights that are trained in float32.
        gradients_gib: Of what is trained, on one device.
        moments_gib: AdamW's two, on one device.
        activations_gib: Of one forward pass of `tokens`.
        logits_gib: Of the chunks in which the head is applied, and its gradient's sum.
        cache_gib: Key-value cache of the rollouts that one device plays at once.
        sampling_gib: While rollouts are played, on one device.
        updating_gib: During an update, on one device.
        rollouts: A step, over all devices.
        tokens_read: Most tokens of a step's rollouts.
        processes: Devices that share weights and optimiser (FSDP or ZeRO-3).
    """

    parameters: int
    trained: int
    weights_gib: float
    copies_gib: float
    gradients_gib: float
    moments_gib: float
    activations_gib: float
    logits_gib: float
    cache_gib: float
    sampling_gib: float
    updating_gib: float
    rollouts: int
    tokens_read: int
    processes: int

    @property
    def total_gib(self) -> float:
        """Of the larger of the two phases, on one device."""
        return max(self.sampling_gib, self.updating_gib)


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
    gradients = trained * 4 / share / GIB
    # Adapters are too few for their copies to count.
    copies = trained * size / share / GIB if size < held else 0.0
    # A chunk of logits, its float32 and its softmax; a trained head sums its gradient apart.
    head = 0 if rank else text.vocab_size * text.hidden_size * 4
    logits = (CHUNK_ENTRIES * 3 * 4 + head) / GIB
    activations = grpo.tokens * per_position / GIB
    cache = min(rollouts // share, config.model.rollouts_at_once) * grpo.episode_tokens
    cache_gib = cache * per_token / GIB
    return Estimate(
        parameters=parameters,
        trained=trained,
        weights_gib=weights,
        copies_gib=copies,
        gradients_gib=gradients,
        moments_gib=2 * gradients,
        activations_gib=activations,
        logits_gib=logits,
        cache_gib=cache_gib,
        sampling_gib=weights + 2 * gradients + copies + cache_gib,
        updating_gib=weights + 2 * gradients + max(copies + activations, gradients) + logits,
        rollouts=rollouts,
        tokens_read=rollouts * grpo.episode_tokens,
        processes=share,
    )


def describe_estimate(found: Estimate) -> str:
    """An estimate in four lines."""
    return (
        f"{found.parameters:,} parameters, {found.trained:,} trained\n"
        f"  on each of {found.processes} devices: weights {found.weights_gib:.2f} GiB, moments "
        f"{found.moments_gib:.2f}, gradients {found.gradients_gib:.2f}, copies "
        f"{found.copies_gib:.2f}, activations {found.activations_gib:.2f}, logits "
        f"{found.logits_gib:.2f}, key-value cache {found.cache_gib:.2f}\n"
        f"  sampling {found.sampling_gib:.2f} GiB, updating {found.updating_gib:.2f} GiB\n"
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


def _plain(found: Estimate) -> dict[str, Any]:
    return {**asdict(found), "total_gib": found.total_gib}


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
        print(json.dumps({name: _plain(each) for name, each in found.items()}, indent=2))
        return 0
    for name, each in found.items():
        print(f"{name}: {describe_estimate(each)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
