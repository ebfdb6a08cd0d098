"""Qwen3.5, dense and with experts: three of four layers hold a state instead of keys and values."""

from __future__ import annotations

from typing import ClassVar

from algos.models.families.qwen3_vl import Qwen3VL

_LINEAR = ("in_proj_qkv", "in_proj_z", "out_proj")
"""Matrices of a layer with linear attention."""


class Qwen35(Qwen3VL):
    """Dense Qwen3.5; `algos.tokens.linear_attention` keeps the states of its rows apart."""

    title: ClassVar[str] = "Qwen3.5"
    model_types: ClassVar[tuple[str, ...]] = ("qwen3_5",)
    # The states of linear attention ask which tokens are padding.
    causal: ClassVar[bool] = False
    tool_calls: ClassVar[str] = "qwen_xml"
    lora_targets: ClassVar[tuple[str, ...]] = (*Qwen3VL.lora_targets, *_LINEAR)


class Qwen35Moe(Qwen35):
    """Qwen3.5 with experts, one of which every token goes to."""

    title: ClassVar[str] = "Qwen3.5-MoE"
    model_types: ClassVar[tuple[str, ...]] = ("qwen3_5_moe",)
    expert_parameters: ClassVar[tuple[str, ...]] = (
        "mlp.experts.gate_up_proj",
        "mlp.experts.down_proj",
    )
