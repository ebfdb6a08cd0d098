"""What the rest of the trainers asks of a family of vision-language models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image as Pillow

from algos.models.pictures import Picture
from searchvl_gym.types import Image


class Family:
    """One family: a subclass says what is its own. Objects hold nothing.

    Attributes:
        title: As people call it.
        model_types: `model_type` of the configurations that belong to it.
        marker: What its chat templates write for one picture.
        special: Tokens that its tokenizers must know.
        parts: Beginnings of its parameters' names, by `vision`, `projector`, `decoder`, `head`.
        axes: Rows of its position ids: 1, or 4 with M-RoPE (text, time, height, width).
        keeps_cache: Whether its cache is kept from turn to turn. Otherwise a turn begins by
            reading the whole episode anew, which is slower and asks nothing of the cache.
        causal: Whether each token attends to all before it and to nothing else, and nothing else
            asks which tokens are padding. Then padding on the right needs no mask, and attention
            without one is faster.
        tool_calls: Name of the wire format of its own tool calls.
        template: Chat template of a checkpoint that was trained here and has none; "" for none.
        lora_targets: Ends of the names of the decoder's matrices that adapters go to.
        expert_parameters: Ends of the names of parameters that hold all experts of a layer.
    """

    title: ClassVar[str]
    model_types: ClassVar[tuple[str, ...]]
    marker: ClassVar[str]
    special: ClassVar[tuple[str, ...]] = ()
    parts: ClassVar[Mapping[str, tuple[str, ...]]]
    axes: ClassVar[int] = 1
    keeps_cache: ClassVar[bool] = False
    causal: ClassVar[bool] = False
    tool_calls: ClassVar[str] = "hermes"
    template: ClassVar[str] = ""
    lora_targets: ClassVar[tuple[str, ...]] = (
        "q_proj",
        "k_proj",
        "v_proj",
        "o_proj",
        "gate_proj",
        "up_proj",
        "down_proj",
    )
    expert_parameters: ClassVar[tuple[str, ...]] = ()

    def load_image_processor(self, folder: str) -> Any:
        """The image processor of a checkpoint's directory; needs no torchvision."""
        from transformers import AutoImageProcessor

        return AutoImageProcessor.from_pretrained(folder, backend="pil", local_files_only=True)

    def image_token(self, config: Any) -> int:
        """Id of the placeholder that stands for a piece of a picture."""
        return int(config.image_token_id)

    def merge(self, image_processor: Any) -> int:
        """Patches a side that make one token; 1 where pictures are no grids."""
        return 1

    def see(self, image: Image, image_processor: Any, config: Any) -> Picture:
        """A picture as the tower reads it."""
        raise NotImplementedError

    def written(self, picture: Picture, image_processor: Any, config: Any) -> str:
        """What stands in the text instead of the picture's marker, placeholders included."""
        raise NotImplementedError

    def arguments(
        self, pictures: Sequence[Picture], device: torch.device | str
    ) -> dict[str, torch.Tensor]:
        """The model's arguments for pictures, at least one."""
        raise NotImplementedError

    def picture_cost(self, config: Any, side: int) -> tuple[int, int]:
        """What a square picture costs, by the shape of a model alone.

        Args:
            config: Of the model.
            side: In pixels.

        Returns:
            Its tokens, and the bytes of its arguments on the device.
        """
        raise NotImplementedError

    def kinds(
        self, tokens: npt.NDArray[np.int64], image_token: int
    ) -> dict[str, npt.NDArray[np.int64]]:
        """Further arguments that say what each of many tokens is; shape (B, T) as the tokens."""
        return {}

    def positions(
        self,
        tokens: Sequence[int],
        pictures: Sequence[Picture],
        *,
        image_token: int,
        merge: int,
        length: int = 0,
        start: int = 0,
    ) -> tuple[npt.NDArray[np.int64], int]:
        """Positions of consecutive tokens of a row.

        Args:
            tokens: The tokens; a picture's placeholders stand side by side.
            pictures: The pictures that they stand for, in order.
            image_token: The placeholder.
            merge: See `merge`.
            length: Tokens of the row before these.
            start: Position of the first token, as the last call returned it.

        Returns:
            Shape (`axes`, T), and the position of the next token.
        """
        after = length + len(tokens)
        return np.arange(length, after)[None], after


def as_pillow(image: Image) -> Pillow.Image:
    """Pixels as image processors take them."""
    return Pillow.fromarray(image)
