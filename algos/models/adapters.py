"""LoRA adapters that sit inside a model, and the plain weights that they amount to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor

from algos.models.families import find_family


def adapted_modules(model: Any) -> list[str]:
    """Names of the decoder's matrices that get an adapter."""
    family = find_family(model.config.model_type)
    return [
        name
        for name, _ in model.named_modules()
        if name.startswith(family.parts["decoder"])
        and ".layers." in name
        and name.rpartition(".")[2] in family.lora_targets
    ]


def expert_parameters(model: Any) -> list[str]:
    """Names of the parameters that hold the experts of a layer; none without a mixture."""
    ends = find_family(model.config.model_type).expert_parameters
    return [name for name, _ in model.named_parameters() if ends and name.endswith(ends)]


def add_adapters(model: Any, rank: int, *, experts: bool = False) -> Any:
    """Freeze a model and put adapters of a rank into its decoder; they alone are trained.

    They are injected in place, so the model keeps its class and its forward pass. Adapters are
    float32 whatever the model is: steps of 1e-5 vanish in bfloat16.

    Args:
        model: Of one of `FAMILIES`.
        rank: Of each adapter.
        experts: Whether each expert of a mixture gets one as well. With 128 experts a layer they
            are most of what is trained, and few tokens reach each.

    Raises:
        ImportError: When peft is missing.
        ValueError: When experts are asked for and there are none.
    """
    from peft import LoraConfig, inject_adapter_in_model

    parameters = expert_parameters(model) if experts else []
    if experts and not parameters:
        raise ValueError(f"a {model.config.model_type} has no experts that could get adapters")
    for weight in model.parameters():
        weight.requires_grad_(False)
    adapters = LoraConfig(
        r=rank,
        lora_alpha=2 * rank,
        target_modules=adapted_modules(model),
        target_parameters=parameters or None,
    )
    made = inject_adapter_in_model(adapters, model)
    for weight in made.parameters():
        if weight.requires_grad:
            weight.data = weight.data.float()
    return made


@contextmanager
def experts_unwrapped(model: Any) -> Iterator[None]:
    """For a while, put mixtures in the place of the wrappers that give their experts adapters.

    What writes a mixture looks for its parameters under the names that they had.
    """
    wrapped = {
        name: layer
        for name, layer in model.named_modules()
        if hasattr(layer, "parameter_name") and not name.endswith(".base_layer")
    }
    for name, layer in wrapped.items():
        model.set_submodule(name, layer.get_base_layer())
    try:
        yield
    finally:
        for name, layer in wrapped.items():
            model.set_submodule(name, layer)


@torch.no_grad()
def plain_weights(model: Any) -> dict[str, Tensor]:
    """The weights of a model as if it had been trained without adapters; it keeps them."""
    state: dict[str, Tensor] = model.state_dict()
    for name, layer in model.named_modules():
        if not hasattr(layer, "lora_A"):
            continue
        change = sum(layer.get_delta_weight(each) for each in layer.active_adapters)
        changed = getattr(layer, "parameter_name", "weight")
        for key in [key for key in state if key.startswith(f"{name}.lora_")]:
            del state[key]
        for key in [key for key in state if key.startswith(f"{name}.base_layer.")]:
            # Adapters of two parameters of one module are nested.
            last = key.removeprefix(f"{name}.").replace("base_layer.", "")
            if last == changed:
                value = state[key]
                state[key] = (value + change).to(value.dtype)
    return {key.replace(".base_layer", ""): value for key, value in state.items()}
