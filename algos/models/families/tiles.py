"""Families whose towers read tiles of one size, each of which has a fixed number of tokens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
import torch

from algos.models.families.family import Family, as_pillow
from algos.models.pictures import Picture, Tiles
from searchvl_gym.types import Image


class TileFamily(Family):
    """The tiles of all pictures of a batch are stacked, in their order."""

    parts: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "vision": ("model.vision_tower.",),
        "projector": ("model.multi_modal_projector.",),
        "decoder": ("model.language_model.",),
        "head": ("lm_head.",),
    }

    def tile_tokens(self, config: Any) -> int:
        """Tokens of one tile."""
        raise NotImplementedError

    def tiles_of(self, config: Any, side: int) -> int:
        """Tiles of a square picture; one where pictures are not cut."""
        return 1

    def picture_cost(self, config: Any, side: int) -> tuple[int, int]:
        """See `Family.picture_cost`; tokens that announce tiles come on top."""
        size = config.vision_config.image_size
        pixels = size[0] * size[1] if isinstance(size, list | tuple) else size**2
        tiles = self.tiles_of(config, side)
        return tiles * self.tile_tokens(config), tiles * pixels * 3 * 4

    def cut(self, image: Image, image_processor: Any) -> Tiles:
        """A picture as the processor cuts it."""
        made: Any = image_processor(images=[as_pillow(image)], return_tensors="np")
        return whole_tiles(made["pixel_values"], image)

    def see(self, image: Image, image_processor: Any, config: Any) -> Tiles:
        """See `Family.see`."""
        return self.cut(image, image_processor)

    def arguments(
        self, pictures: Sequence[Picture], device: torch.device | str
    ) -> dict[str, torch.Tensor]:
        """See `Family.arguments`."""
        values = np.concatenate([picture.values for picture in pictures])
        return {"pixel_values": torch.from_numpy(values).to(device)}


def whole_tiles(values: Any, image: Image, rows: int = 0, columns: int = 0) -> Tiles:
    """Tiles without padding, from what an image processor gave."""
    found = np.asarray(values, np.float32)
    count, _, height, width = found.shape
    mask = np.ones((count, height, width), np.bool_)
    return Tiles(found, mask, rows, columns, (image.shape[0], image.shape[1]))
