"""LoRA adapters that sit inside a model, and the plain weights that they amount to."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

LORA_TARGETS = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")
"""The decoder's matrices that get an adapter."""


def adapted_modules(model: Any) -> list[str]:
    """Names of the modules that get an adapter."""
    return [
        name
        for name, _ in model.named_modules()
        if ".language_model.layers." in name and name.rpartition(".")[2] in LORA_TARGETS
    ]


def add_adapters(model: Any, rank: int) -> Any:
    """Freeze a model and put adapters of a rank into its decoder; they alone are trained.

    They are injected in place, so the model keeps its class and its forward pass. Adapters are
    float32 whatever the model is: steps of 1e-5 vanish in bfloat16.

    Raises:
        ImportError: When peft is missing.
    """
    from peft import LoraConfig, inject_adapter_in_model

    for weight in model.parameters():
        weight.requires_grad_(False)
    adapters = LoraConfig(r=rank, lora_alpha=2 * rank, target_modules=adapted_modules(model))
    made = inject_adapter_in_model(adapters, model)
    for weight in made.parameters():
        if weight.requires_grad:
            weight.data = weight.data.float()
    return made


@torch.no_grad()
def plain_weights(model: Any) -> dict[str, Tensor]:
    """The weights of a model as if it had been trained without adapters; it keeps them."""
    state: dict[str, Tensor] = model.state_dict()
    for name, layer in model.named_modules():
        if not hasattr(layer, "lora_A"):
            continue
        for key in [key for key in state if key.startswith(f"{name}.")]:
            value = state.pop(key)
            if key == f"{name}.base_layer.weight":
                change = sum(layer.get_delta_weight(each) for each in layer.active_adapters)
                state[f"{name}.weight"] = (value + change).to(value.dtype)
            elif key == f"{name}.base_layer.bias":
                state[f"{name}.bias"] = value
    return state
