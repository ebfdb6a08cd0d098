"""How a model is held: device, precision, attention, checkpointing, adapters.

Chosen by what the machine has, never assumed. The CUDA choices have not been run yet: this was
written and tested on CPUs.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import torch

from algos.models.checkpoint import Checkpoint, CheckpointError

if TYPE_CHECKING:
    from algos.configs import ModelConfig

LORA_TARGETS = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")
"""The decoder's matrices that get an adapter."""


@dataclass(frozen=True)
class Placement:
    """Where and how a model runs.

    Attributes:
        device: Of the model.
        dtype: Of its weights.
        attention: Implementation of attention.
    """

    device: torch.device
    dtype: torch.dtype
    attention: str


def choose_placement(config: ModelConfig, device: torch.device | str) -> Placement:
    """What a device can do of what a configuration asks for.

    A CPU always gets float32 and `sdpa`. On CUDA, bfloat16 falls back to float32 where the card
    has none, and flash attention to `sdpa` where its package is missing.
    """
    place = torch.device(device)
    if place.type != "cuda":
        return Placement(place, torch.float32, "sdpa")
    half = config.dtype == "bfloat16" and torch.cuda.is_bf16_supported()
    attention = config.attention
    if attention == "flash_attention_2" and (not half or find_spec("flash_attn") is None):
        attention = "sdpa"
    return Placement(place, torch.bfloat16 if half else torch.float32, attention)


def prepare_for_training(checkpoint: Checkpoint, config: ModelConfig) -> Checkpoint:
    """Turn on gradient checkpointing and put LoRA adapters in, where the configuration says so.

    Raises:
        CheckpointError: When adapters are asked for but peft is missing.
    """
    model: Any = checkpoint.model
    if config.lora_rank:
        try:
            from peft import LoraConfig, inject_adapter_in_model
        except ImportError as error:
            raise CheckpointError(
                "lora_rank needs peft: pip install searchvl-gym[train]"
            ) from error
        for weight in model.parameters():
            weight.requires_grad_(False)
        # Injected in place, so the model keeps its class and its forward pass.
        adapters = LoraConfig(
            r=config.lora_rank,
            lora_alpha=2 * config.lora_rank,
            target_modules=[
                name
                for name, _ in model.named_modules()
                if ".language_model.layers." in name and name.rpartition(".")[2] in LORA_TARGETS
            ],
        )
        checkpoint.model = inject_adapter_in_model(adapters, model)
    if config.gradient_checkpointing:
        checkpoint.model.gradient_checkpointing_enable({"use_reentrant": False})
    return checkpoint


def merge_adapters(model: Any) -> None:
    """Fold injected LoRA adapters into the weights, so that the model can be saved plainly."""
    from peft.tuners.lora import LoraLayer

    for name, module in list(model.named_modules()):
        if isinstance(module, LoraLayer):
            module.merge()  # type: ignore[operator]
            parent = model.get_submodule(name.rpartition(".")[0])
            setattr(parent, name.rpartition(".")[2], module.get_base_layer())
