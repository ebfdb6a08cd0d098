"""The families of vision-language models that can be played and trained, one file each.

`docs/models.md` says how to add one.
"""

from __future__ import annotations

from algos.models.families.family import Family
from algos.models.families.gemma3 import Gemma3
from algos.models.families.glm4_6v import Glm46V
from algos.models.families.internvl import InternVL
from algos.models.families.llava_onevision import LlavaOneVision
from algos.models.families.qwen2_5_vl import Qwen25VL
from algos.models.families.qwen3_5 import Qwen35, Qwen35Moe
from algos.models.families.qwen3_vl import Qwen3VL
from algos.models.families.qwen3_vl_moe import Qwen3VLMoe
from algos.models.families.smolvlm import SmolVLM

FAMILIES: tuple[Family, ...] = (
    Qwen3VL(),
    Qwen3VLMoe(),
    Qwen25VL(),
    Qwen35(),
    Qwen35Moe(),
    SmolVLM(),
    Gemma3(),
    InternVL(),
    LlavaOneVision(),
    Glm46V(),
)
"""All of them."""


def find_family(model_type: str) -> Family:
    """The family that a configuration's `model_type` belongs to.

    Raises:
        LookupError: When none has it, with those that there are.

    >>> find_family("qwen3_vl_moe").title
    'Qwen3-VL-MoE'
    """
    for family in FAMILIES:
        if model_type in family.model_types:
            return family
    known = ", ".join(f"{each.title} ({'/'.join(each.model_types)})" for each in FAMILIES)
    raise LookupError(f"a {model_type} belongs to none of the families that are known: {known}")


__all__ = ["FAMILIES", "Family", "find_family"]
