"""How a model is held: device, precision, attention, checkpointing, adapters.

Chosen by what the machine has, never assumed. The CUDA choices have not been run yet: this was
written and tested on CPUs.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from algos.models.adapters import add_adapters
from algos.models.checkpoint import (
    Checkpoint,
    CheckpointError,
    load_checkpoint,
    load_reader,
)

if TYPE_CHECKING:
    from algos.configs import ModelConfig


@dataclass(frozen=True)
class Placement:
    """Where and how a model runs.

    Attributes:
        device: Of the model.
        dtype: Of its weights.
        attention: Implementation of attention.
        mixed_precision: Precision of the arithmetic, in accelerate's words: `bf16` or `no`.
    """

    device: torch.device
    dtype: torch.dtype
    attention: str
    mixed_precision: str


def choose_placement(config: ModelConfig, device: torch.device | str) -> Placement:
    """What a device can do of what a configuration asks for.

    A CPU always gets float32 and `sdpa`. On CUDA, bfloat16 falls back to float32 where the card
    has none, and flash attention to `sdpa` where its package is missing.

    With bfloat16 the arithmetic is bfloat16. Weights that are trained stay float32, since a step
    of 1e-6 is lost in a bfloat16 weight; those under adapters do not change and are bfloat16.
    """
    place = torch.device(device)
    if place.type != "cuda":
        return Placement(place, torch.float32, "sdpa", "no")
    half = config.dtype == "bfloat16" and torch.cuda.is_bf16_supported()
    attention = config.attention
    if attention == "flash_attention_2" and (not half or find_spec("flash_attn") is None):
        attention = "sdpa"
    dtype = torch.bfloat16 if half and config.lora_rank else torch.float32
    return Placement(place, dtype, attention, "bf16" if half else "no")


def load_for_training(
    path: str | Path, config: ModelConfig, device: torch.device | str
) -> Checkpoint:
    """Load a checkpoint as a configuration and a device want it.

    Raises:
        CheckpointError: When it cannot be loaded, is quantised, or peft is missing.
    """
    method = quantisation(load_reader(path).model.config)
    if method:
        raise CheckpointError(
            f"{path} is quantised ({method}), and such weights cannot be trained; take the model "
            "in bfloat16"
        )
    placement = choose_placement(config, device)
    checkpoint = load_checkpoint(
        path, device=placement.device, dtype=placement.dtype, attention=placement.attention
    )
    return prepare_for_training(checkpoint, config)


def quantisation(config: Any) -> str:
    """How a model's weights are quantised, or "" when they are not."""
    found = getattr(config, "quantization_config", None)
    if not found:
        return ""
    told = found if isinstance(found, dict) else found.to_dict()
    return str(told.get("quant_method", "unknown"))


def prepare_for_training(checkpoint: Checkpoint, config: ModelConfig) -> Checkpoint:
    """Turn on gradient checkpointing and put LoRA adapters in, where the configuration says so.

    Raises:
        CheckpointError: When adapters are asked for but peft is missing, or adapters of experts
            of a model that has none.
    """
    if config.lora_rank:
        try:
            checkpoint.model = add_adapters(
                checkpoint.model, config.lora_rank, experts=config.lora_experts
            )
        except ImportError as error:
            raise CheckpointError(
                "lora_rank needs peft: pip install searchvl-gym[train]"
            ) from error
        except ValueError as error:
            raise CheckpointError(f"lora_experts: {error}") from error
    if config.gradient_checkpointing:
        checkpoint.model.gradient_checkpointing_enable({"use_reentrant": False})
    return checkpoint
