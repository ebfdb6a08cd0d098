"""Tokenizer and image processor as one `transformers` processor, for libraries that want one."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from transformers import ProcessorMixin
from transformers.models.qwen3_vl.processing_qwen3_vl import Qwen3VLProcessor

from algos.models.checkpoint import Checkpoint
from algos.models.tokenizer import IMAGE_PAD, VIDEO_PAD, VISION_END, VISION_START


class ImageProcessor(Qwen3VLProcessor):
    """A `Qwen3VLProcessor` without videos, whose part of it needs torchvision.

    Args:
        image_processor: Cuts pictures into patches.
        tokenizer: With Qwen's special tokens.
        chat_template: Jinja source that renders messages.
    """

    def __init__(
        self,
        image_processor: Any = None,
        tokenizer: Any = None,
        chat_template: str | None = None,
        **_: Any,
    ) -> None:
        number = tokenizer.convert_tokens_to_ids
        self.image_token, self.image_token_id = IMAGE_PAD, number(IMAGE_PAD)
        self.video_token, self.video_token_id = VIDEO_PAD, number(VIDEO_PAD)
        self.vision_start_token, self.vision_start_token_id = VISION_START, number(VISION_START)
        self.vision_end_token, self.vision_end_token_id = VISION_END, number(VISION_END)
        ProcessorMixin.__init__(self, image_processor, tokenizer, chat_template=chat_template)

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        """As `Qwen3VLProcessor`; without `return_tensors` pictures come as tensors nevertheless.

        An image processor with torchvision gives them so, and TRL counts on it.
        """
        made = super().__call__(*arguments, **keywords)
        for name in ("pixel_values", "image_grid_thw"):
            if name in made and isinstance(made.get("input_ids"), list):
                made[name] = torch.from_numpy(np.asarray(made[name]))
        return made

    @classmethod
    def get_attributes(cls) -> list[str]:
        """The parts that are saved and loaded."""
        return ["image_processor", "tokenizer"]


def make_processor(checkpoint: Checkpoint, chat_template: str | None = None) -> ImageProcessor:
    """The processor of a checkpoint.

    Args:
        checkpoint: A Qwen3-VL or Qwen2.5-VL.
        chat_template: How messages are rendered; None for the tokenizer's own.

    Raises:
        ValueError: When there is no chat template.
    """
    template = chat_template or checkpoint.tokenizer.chat_template
    if template is None:
        raise ValueError("the tokenizer has no chat template; give one as chat_template")
    return ImageProcessor(checkpoint.image_processor, checkpoint.tokenizer, template)
