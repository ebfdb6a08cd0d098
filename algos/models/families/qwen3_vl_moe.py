"""Qwen3-VL with a mixture of experts: the family of the paper's 30B-A3B."""

from __future__ import annotations

from typing import ClassVar

from algos.models.families.qwen3_vl import Qwen3VL


class Qwen3VLMoe(Qwen3VL):
    """As the dense one; a router sends each token to a few experts of each layer."""

    title: ClassVar[str] = "Qwen3-VL-MoE"
    model_types: ClassVar[tuple[str, ...]] = ("qwen3_vl_moe",)
    # The loss that balances the router asks which tokens are padding.
    causal: ClassVar[bool] = False
    expert_parameters: ClassVar[tuple[str, ...]] = (
        "mlp.experts.gate_up_proj",
        "mlp.experts.down_proj",
    )
