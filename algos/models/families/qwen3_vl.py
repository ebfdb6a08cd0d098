"""Qwen3-VL, dense: the family of the paper's 8B model and of the tiny one that is built here."""

from __future__ import annotations

from typing import Any, ClassVar

from transformers.models.qwen2_vl.image_processing_pil_qwen2_vl import Qwen2VLImageProcessorPil

from algos.models.families.grids import GridFamily
from algos.models.tokenizer import IMAGE_PAD, TURN_END, TURN_START, VISION_END, VISION_START

CHATML = """\
{%- for message in messages %}{{- '<|im_start|>' + message.role + '\\n' }}
{%- for part in message.content %}{%- if part.type == 'image' %}
{{- '<|vision_start|><|image_pad|><|vision_end|>' }}{%- else %}{{- part.text }}{%- endif %}
{%- endfor %}{{- '<|im_end|>\\n' }}{%- endfor %}
{%- if add_generation_prompt %}{{- '<|im_start|>assistant\\n' }}{%- endif %}"""
"""ChatML with pictures, for checkpoints that were built here and have no template of their own."""


class Qwen3VL(GridFamily):
    """Dense Qwen3-VL: full attention, features of several tower layers go into the decoder."""

    title: ClassVar[str] = "Qwen3-VL"
    model_types: ClassVar[tuple[str, ...]] = ("qwen3_vl",)
    marker: ClassVar[str] = IMAGE_PAD
    special: ClassVar[tuple[str, ...]] = (
        TURN_START,
        TURN_END,
        VISION_START,
        VISION_END,
        IMAGE_PAD,
    )
    keeps_cache: ClassVar[bool] = True
    causal: ClassVar[bool] = True
    template: ClassVar[str] = CHATML

    def load_image_processor(self, folder: str) -> Any:
        """See `Family.load_image_processor`."""
        return Qwen2VLImageProcessorPil.from_pretrained(folder, local_files_only=True)
