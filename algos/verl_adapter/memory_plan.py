"""What a card would hold while verl trains: an estimate from a configuration, without weights.

verl takes turns on the same cards. While turns are sampled, vLLM has its share of the card:
weights in bfloat16, and what is left is key-value cache. While the model is updated, FSDP has a
share of the float32 weights, gradients and AdamW's two moments, the bfloat16 copy of the largest
unit that it gathers, and the activations of one batch of tokens under gradient checkpointing.
Fragmentation and libraries come on top, and what of a picture's patches the vision tower keeps.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from transformers import AutoConfig, Qwen3VLForConditionalGeneration

from algos.models.shapes import SHAPES, published_shape
from algos.training.dry_run import ACTIVATION_WIDTHS, GIB

RESERVED_GIB = 6.0
"""Of a card: CUDA's context, NCCL's buffers, fragmentation. A guess, not a measurement."""

LOGIT_BYTES = 6
"""Of a token and word: bfloat16 logits and their float32 copy, where kernels are not fused."""


@dataclass(frozen=True)
class MemoryPlan:
    """What one card would hold, in GiB.

    Attributes:
        card: Size of the card.
        parameters: Of the model.
        trained: Of them, or of the adapters.
        cards: That share the model.
        weights: A card's share of the weights that are trained on.
        gradients: A card's share.
        moments: A card's share of AdamW's two.
        gathered: The largest unit whole, in bfloat16.
        activations: Of one batch of tokens.
        logits: Of one batch of tokens.
        updating: All that is on the card in an update.
        sampler_weights: vLLM's weights.
        cache: vLLM's key-value cache.
        cached_tokens: How many tokens the cache of one group of cards holds.
        longest: Tokens of the longest rollout.
        batch_tokens: Most tokens of one batch, over the cards that share a sequence.
        host: Of a node's memory, for what is offloaded.
    """

    card: float
    parameters: int
    trained: int
    cards: int
    weights: float
    gradients: float
    moments: float
    gathered: float
    activations: float
    logits: float
    updating: float
    sampler_weights: float
    cache: float
    cached_tokens: int
    longest: int
    batch_tokens: int
    host: float

    @property
    def complaints(self) -> tuple[str, ...]:
        """What does not fit, and what lowers it; empty when all fits."""
        found = []
        room = self.card - RESERVED_GIB
        if self.updating > room:
            found.append(
                f"an update needs {self.updating:.1f} GiB of a card's {room:.1f}: lower "
                "actor.ppo_max_token_len_per_gpu, raise actor.ulysses_sequence_parallel_size, or "
                "set actor.fsdp_config.param_offload and optimizer_offload"
            )
        if self.batch_tokens < self.longest:
            found.append(
                f"one rollout may have {self.longest:,} tokens, a batch {self.batch_tokens:,}: "
                "raise actor.ppo_max_token_len_per_gpu or actor.ulysses_sequence_parallel_size"
            )
        if self.cached_tokens < self.longest:
            found.append(
                f"the sampler's cache holds {self.cached_tokens:,} tokens, one rollout may have "
                f"{self.longest:,}: raise rollout.gpu_memory_utilization or "
                "rollout.tensor_model_parallel_size"
            )
        return tuple(found)


def plan_memory(config: Mapping[str, Any], card_gib: float = 80.0) -> MemoryPlan:
    """Estimate what a card would hold.

    Args:
        config: verl's configuration, resolved, as plain values.
        card_gib: Memory of a card.

    Raises:
        ValueError: When the model's shape is not known here.
    """
    group, data, trainer = config["actor_rollout_ref"], config["data"], config["trainer"]
    actor, rollout, model = group["actor"], group["rollout"], group["model"]
    shape = model_shape(str(model["path"]))
    text = shape.text_config
    sizes = _sizes(shape)
    rank = int(model.get("lora_rank", 0))
    trained = sum(sizes.values()) if not rank else _adapters(text, rank)
    cards = int(trainer["nnodes"]) * int(trainer["n_gpus_per_node"])
    parameters = sum(sizes.values())
    largest = max(sizes.values())
    engine = actor["fsdp_config"]
    tokens = int(actor["ppo_max_token_len_per_gpu"])
    kept = text.num_hidden_layers if model["enable_gradient_checkpointing"] else 0
    full = 1 if kept else text.num_hidden_layers
    activations = tokens * text.hidden_size * (kept + ACTIVATION_WIDTHS * full) * 2 / GIB
    logits = 0.0 if model["use_fused_kernels"] else tokens * text.vocab_size * LOGIT_BYTES / GIB
    weights, gradients = parameters * 4 / cards / GIB, trained * 4 / cards / GIB
    moments = 2 * gradients
    offloaded = moments if engine["optimizer_offload"] else 0.0
    # Offloaded weights come back for the update; moments only for the optimiser's step, when the
    # activations are gone.
    working = weights + gradients + largest * 2 / GIB + activations + logits
    updating = max(working + moments - offloaded, weights + gradients + moments)
    host = offloaded + (weights if engine["param_offload"] else 0.0)
    split = int(rollout["tensor_model_parallel_size"])
    sampler = parameters * 2 / split / GIB
    cache = max(0.0, card_gib * float(rollout["gpu_memory_utilization"]) - sampler)
    per_token = 2 * text.num_hidden_layers * text.num_key_value_heads * text.head_dim * 2
    return MemoryPlan(
        card=card_gib,
        parameters=parameters,
        trained=trained,
        cards=cards,
        weights=weights,
        gradients=gradients,
        moments=moments,
        gathered=largest * 2 / GIB,
        activations=activations,
        logits=logits,
        updating=updating,
        sampler_weights=sampler,
        cache=cache,
        cached_tokens=int(cache * GIB * split / per_token),
        longest=int(data["max_prompt_length"]) + int(data["max_response_length"]),
        batch_tokens=tokens * int(actor["ulysses_sequence_parallel_size"]),
        host=host * int(trainer["n_gpus_per_node"]),
    )


def describe_plan(plan: MemoryPlan) -> str:
    """A plan in a few lines, complaints last."""
    lines = [
        f"{plan.parameters:,} parameters, {plan.trained:,} trained, on {plan.cards} cards of "
        f"{plan.card:.0f} GiB (an estimate)",
        f"  updating {plan.updating:.1f} GiB a card: weights {plan.weights:.1f}, gradients "
        f"{plan.gradients:.1f}, moments {plan.moments:.1f}, gathered {plan.gathered:.1f}, "
        f"activations {plan.activations:.1f}, logits {plan.logits:.1f}; in a node's own memory "
        f"{plan.host:.1f}",
        f"  sampling: weights {plan.sampler_weights:.1f} GiB a card, key-value cache "
        f"{plan.cache:.1f} for {plan.cached_tokens:,} tokens, "
        f"{plan.cached_tokens / plan.longest:.1f} of the longest rollouts at once",
    ]
    return "\n".join([*lines, *(f"  DOES NOT FIT: {line}" for line in plan.complaints)])


def model_shape(path: str) -> Any:
    """The configuration of a model: of a directory, or of a published shape by its name.

    Raises:
        ValueError: When it is neither.
    """
    if Path(path).is_dir():
        return AutoConfig.from_pretrained(path, local_files_only=True)
    for name in SHAPES:
        if name in path.lower():
            return published_shape(name)
    raise ValueError(
        f"actor_rollout_ref.model.path={path!r} is no directory, and its name has none of "
        f"{', '.join(SHAPES)}"
    )


def _sizes(shape: Any) -> dict[str, int]:
    """Parameters of each unit that FSDP gathers: decoder layers, vision blocks, the rest."""
    with torch.device("meta"):
        model = Qwen3VLForConditionalGeneration(shape)
    if shape.tie_word_embeddings:
        model.tie_weights()
    sizes: dict[str, int] = {}
    for name, weight in model.named_parameters():
        head, _, rest = name.partition("layers.")
        if not rest:
            head, _, rest = name.partition("blocks.")
        unit = f"{head}{rest.split('.')[0]}" if rest else "rest"
        sizes[unit] = sizes.get(unit, 0) + weight.numel()
    return sizes


def _adapters(text: Any, rank: int) -> int:
    """Parameters of LoRA on all linear layers of the decoder."""
    wide, feed = text.hidden_size, text.intermediate_size
    heads = text.num_attention_heads * text.head_dim
    keys = text.num_key_value_heads * text.head_dim
    shapes = [(wide, heads), (wide, keys), (wide, keys), (heads, wide)]
    shapes += [(wide, feed), (wide, feed), (feed, wide)]
    return int(text.num_hidden_layers * rank * sum(map(sum, shapes)))
