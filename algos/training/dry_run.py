"""What a configuration would need, without weights: parameters, memory, tokens a step.

    python -m algos.training.dry_run --config qwen3-vl-8b-8gpu

The model is built on the meta device. Memory is an estimate of what does not shrink by luck:

    sampling = weights + moments + reference + bfloat16 copies + cache and states of the rollouts
    updating = weights + moments + reference + max(bfloat16 copies + activations, gradients)
               + logits + pictures

Moments are AdamW's two. Layers with full attention have a cache that grows with the tokens, layers
with linear attention a state a row. Pictures are those of one forward pass, as many as it has room
for; those of the other rollouts wait in the machine's memory. Under autocast each float32 weight
that is trained has a bfloat16 copy until the forward pass ends. Activations are largest when the
backward pass begins, gradients when it ends. Pictures add the vision tower's activations where it
is trained; fragmentation and libraries come on top.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import torch
from transformers import AutoModelForImageTextToText

from algos.configs import PRESETS, Config, ConfigError, ModelConfig, load_config
from algos.models.adapters import adapted_modules, expert_parameters
from algos.models.families import find_family
from algos.models.shapes import SHAPES, published_shape
from algos.tokens.log_probabilities import CHUNK_ENTRIES

GIB = 2**30
PICTURE = 512
"""Side of the picture whose cost is told: 262,144 pixels, the most that the paper shows."""

ACTIVATION_WIDTHS = 30
"""Values of the hidden width that a decoder layer keeps for its backward pass.

Counted from what autograd saves in a layer of Qwen3-VL-2B under bfloat16 autocast: 28 with
adapters, 32 without (`tests/algos/training/test_dry_run.py`).
"""


@dataclass(frozen=True)
class Estimate:
    """What training with a configuration needs.

    Attributes:
        parameters: Of the model.
        active: Of them, those that a token goes through; fewer in a mixture of experts.
        trained: Of them, or of the adapters.
        weights_gib: Weights on one device.
        copies_gib: Bfloat16 copies of weights that are trained in float32.
        gradients_gib: Of what is trained, on one device.
        moments_gib: AdamW's two, on one device.
        activations_gib: Of one forward pass of `tokens`.
        logits_gib: Of the chunks in which the head is applied, and its gradient's sum.
        reference_gib: The copy that `beta` compares with, where it is held on the device.
        cache_gib: Key-value cache of the rollouts that one device plays at once.
        states_gib: Of layers with linear attention, for the same rollouts.
        picture_tokens: Tokens of a picture of 512 × 512 pixels.
        pictures_gib: Arguments of the pictures of one forward pass.
        sampling_gib: While rollouts are played, on one device.
        updating_gib: During an update, on one device.
        rollouts: A step, over all devices.
        tokens_read: Most tokens of a step's rollouts.
        processes: Devices that share weights and optimiser (FSDP or ZeRO-3).
    """

    parameters: int
    active: int
    trained: int
    weights_gib: float
    copies_gib: float
    gradients_gib: float
    moments_gib: float
    activations_gib: float
    logits_gib: float
    reference_gib: float
    cache_gib: float
    states_gib: float
    picture_tokens: int
    pictures_gib: float
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
        model = AutoModelForImageTextToText.from_config(shape)
    if model.config.tie_word_embeddings:
        model.tie_weights()
    parameters = sum(weight.numel() for weight in model.parameters())
    text = shape.text_config
    rank = config.model.lora_rank
    trained = _adapter_size(model, config.model) if rank else parameters
    # Weights that are trained are float32 also where the arithmetic is bfloat16.
    size = 2 if config.model.dtype == "bfloat16" else 4
    held = size if rank else 4
    share = config.model.processes
    grpo = config.grpo
    rollouts = grpo.prompts * grpo.group_size
    linear, per_token = linear_layers(text), cache_bytes(text, size)
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
    rows = min(rollouts // share, config.model.rollouts_at_once)
    cache_gib = rows * grpo.episode_tokens * per_token / GIB
    states_gib = rows * linear * _state_size(text, size) / GIB if linear else 0.0
    copied = grpo.beta > 0 and not rank and grpo.reference_device == "model"
    # A frozen copy is not shared among devices.
    reference = parameters * held / GIB if copied else 0.0
    moments = 2 * gradients / (4 if grpo.eight_bit_moments else 1)
    picture_tokens, picture_bytes = find_family(shape.model_type).picture_cost(shape, PICTURE)
    pictures_gib = grpo.tokens / picture_tokens * picture_bytes / GIB
    return Estimate(
        parameters=parameters,
        active=active_parameters(model, parameters),
        trained=trained,
        weights_gib=weights,
        copies_gib=copies,
        gradients_gib=gradients,
        moments_gib=moments,
        activations_gib=activations,
        logits_gib=logits,
        reference_gib=reference,
        cache_gib=cache_gib,
        states_gib=states_gib,
        picture_tokens=picture_tokens,
        pictures_gib=pictures_gib,
        sampling_gib=weights + moments + reference + copies + cache_gib + states_gib,
        updating_gib=weights
        + moments
        + reference
        + max(copies + activations, gradients)
        + logits
        + pictures_gib,
        rollouts=rollouts,
        tokens_read=rollouts * grpo.episode_tokens,
        processes=share,
    )


def describe_estimate(found: Estimate) -> str:
    """An estimate in four lines."""
    return (
        f"{found.parameters:,} parameters, {found.active:,} active, {found.trained:,} trained\n"
        f"  on each of {found.processes} devices: weights {found.weights_gib:.2f} GiB, moments "
        f"{found.moments_gib:.2f}, gradients {found.gradients_gib:.2f}, copies "
        f"{found.copies_gib:.2f}, activations {found.activations_gib:.2f}, logits "
        f"{found.logits_gib:.2f}, reference {found.reference_gib:.2f}, key-value cache "
        f"{found.cache_gib:.2f}, states "
        f"{found.states_gib:.2f}, pictures {found.pictures_gib:.2f} ({found.picture_tokens} tokens "
        f"for {PICTURE} × {PICTURE} pixels)\n"
        f"  sampling {found.sampling_gib:.2f} GiB, updating {found.updating_gib:.2f} GiB\n"
        f"  a step: {found.rollouts:,} rollouts, at most {found.tokens_read:,} tokens"
    )


def _shape(config: Config) -> Any:
    if config.model.base in SHAPES:
        return published_shape(config.model.base)
    if config.model.base != "tiny":
        raise ConfigError(
            f"model.base must be tiny or one of {', '.join(SHAPES)}, got {config.model.base!r}"
        )
    from algos.models.tiny_qwen3_vl import TinySize, configure
    from algos.models.tokenizer import train_tokenizer

    # The rest of the vocabulary is learnt from data; only its size matters here.
    shape = configure(train_tokenizer([], 300), TinySize())
    shape.text_config.vocab_size = config.model.vocabulary
    return shape


def _adapter_size(model: Any, config: ModelConfig) -> int:
    matrices = map(model.get_submodule, adapted_modules(model))
    sizes = sum(each.in_features + each.out_features for each in matrices)
    if config.lora_experts:
        for name in expert_parameters(model):
            experts, rows, columns = model.get_parameter(name).shape
            sizes += experts * (rows + columns)
    return config.lora_rank * sizes


def active_parameters(model: Any, parameters: int) -> int:
    """Parameters without the experts that a token does not go to."""
    experts = sum(model.get_parameter(name).numel() for name in expert_parameters(model))
    if not experts:
        return parameters
    text = model.config.get_text_config()
    return parameters - experts + experts * text.num_experts_per_tok // text.num_experts


def linear_layers(text: Any) -> int:
    """Layers of a decoder that have linear attention."""
    kinds = getattr(text, "layer_types", None) or []
    return sum(kind == "linear_attention" for kind in kinds)


def cache_bytes(text: Any, size: int) -> int:
    """Bytes of a token's keys and values in all layers that have them.

    Args:
        text: Configuration of a decoder.
        size: Bytes of a number.
    """
    heads = text.num_attention_heads
    width = getattr(text, "head_dim", None) or text.hidden_size // heads
    groups = getattr(text, "num_key_value_heads", None) or heads
    return int(2 * (text.num_hidden_layers - linear_layers(text)) * groups * width * size)


def _state_size(text: Any, size: int) -> int:
    """Bytes of one row's state in one layer: a float32 matrix a head, and the last inputs."""
    keys = text.linear_num_key_heads * text.linear_key_head_dim
    values = text.linear_num_value_heads * text.linear_value_head_dim
    matrices = values * text.linear_key_head_dim * 4
    return int(matrices + (2 * keys + values) * text.linear_conv_kernel_dim * size)


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
