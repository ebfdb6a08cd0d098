"""SmolVLM and SmolVLM2: a picture is cut into rows and columns, and shown whole after them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
import torch
from transformers.models.smolvlm.processing_smolvlm import get_image_prompt_string

from algos.models.families.family import as_pillow
from algos.models.families.tiles import TileFamily
from algos.models.pictures import Picture, Tiles
from searchvl_gym.types import Image

_AROUND = "<fake_token_around_image>"
_WHOLE = "<global-img>"


class SmolVLM(TileFamily):
    """The decoder is a small Llama; SmolVLM2's checkpoints have this type as well."""

    title: ClassVar[str] = "SmolVLM2"
    model_types: ClassVar[tuple[str, ...]] = ("smolvlm",)
    marker: ClassVar[str] = "<image>"
    special: ClassVar[tuple[str, ...]] = ("<image>", _AROUND, _WHOLE, "<end_of_utterance>")
    parts: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "vision": ("model.vision_model.",),
        "projector": ("model.connector.",),
        "decoder": ("model.text_model.",),
        "head": ("lm_head.",),
    }

    def tile_tokens(self, config: Any) -> int:
        """See `TileFamily.tile_tokens`."""
        side: int = config.vision_config.image_size // config.vision_config.patch_size
        return int(side**2 // config.scale_factor**2)

    def tiles_of(self, config: Any, side: int) -> int:
        """See `TileFamily.tiles_of`: SmolVLM2's processors scale every picture to 2,048 pixels."""
        return int(2048 // config.vision_config.image_size) ** 2 + 1

    def cut(self, image: Image, image_processor: Any) -> Tiles:
        """See `TileFamily.cut`."""
        made: Any = image_processor(
            images=[[as_pillow(image)]], return_row_col_info=True, return_tensors="np"
        )
        values = np.asarray(made["pixel_values"][0], np.float32)
        mask = np.asarray(made["pixel_attention_mask"][0], np.bool_)
        rows, columns = int(made["rows"][0][0]), int(made["cols"][0][0])
        return Tiles(values, mask, rows, columns, (image.shape[0], image.shape[1]))

    def written(self, picture: Picture, image_processor: Any, config: Any) -> str:
        """See `Family.written`: each tile is announced by its row and column."""
        assert isinstance(picture, Tiles)
        return str(
            get_image_prompt_string(
                picture.rows,
                picture.columns,
                self.tile_tokens(config),
                image_token=self.marker,
                fake_token_around_image=_AROUND,
                global_image_token=_WHOLE,
            )
        )

    def arguments(
        self, pictures: Sequence[Picture], device: torch.device | str
    ) -> dict[str, torch.Tensor]:
        """See `Family.arguments`: one row that holds every tile, padded to the largest."""
        tiles = [picture for picture in pictures if isinstance(picture, Tiles)]
        height = max(each.values.shape[2] for each in tiles)
        width = max(each.values.shape[3] for each in tiles)
        room = [(0, 0), (0, 0)]
        values, masks = [], []
        for each in tiles:
            missing = [
                (0, height - each.values.shape[2]),
                (0, width - each.values.shape[3]),
            ]
            values.append(np.pad(each.values, [*room, *missing]))
            masks.append(np.pad(each.mask, [room[0], *missing]))
        return {
            "pixel_values": torch.from_numpy(np.concatenate(values)[None]).to(device),
            "pixel_attention_mask": torch.from_numpy(np.concatenate(masks)[None]).to(device),
        }
