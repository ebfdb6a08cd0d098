"""LLaVA-OneVision, with its way of showing several pictures.

Its processor cuts the only picture of a conversation into tiles, but shows each of several as one:
a second picture would change the tokens of the first, which a model has read by then. An agent's
pictures become more, so each is one tile from the start.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
import torch

from algos.models.families.family import as_pillow
from algos.models.families.tiles import TileFamily, whole_tiles
from algos.models.pictures import Picture, Tiles
from searchvl_gym.types import Image


class LlavaOneVision(TileFamily):
    """One tile a picture, and a token that ends it."""

    title: ClassVar[str] = "LLaVA-OneVision"
    model_types: ClassVar[tuple[str, ...]] = ("llava_onevision",)
    marker: ClassVar[str] = "<image>"
    special: ClassVar[tuple[str, ...]] = ("<image>",)

    def cut(self, image: Image, image_processor: Any) -> Tiles:
        """See `TileFamily.cut`: as the first of two pictures."""
        shown = as_pillow(image)
        made: Any = image_processor(images=[[shown, shown]], return_tensors="np")
        return whole_tiles(made["pixel_values"][0][:1], image)

    def tile_tokens(self, config: Any) -> int:
        """See `TileFamily.tile_tokens`."""
        side: int = config.vision_config.image_size // config.vision_config.patch_size
        return side**2 + 1

    def written(self, picture: Picture, image_processor: Any, config: Any) -> str:
        """See `Family.written`."""
        return self.marker * self.tile_tokens(config)

    def arguments(
        self, pictures: Sequence[Picture], device: torch.device | str
    ) -> dict[str, torch.Tensor]:
        """See `Family.arguments`."""
        tiles = [picture for picture in pictures if isinstance(picture, Tiles)]
        values = np.stack([each.values for each in tiles])
        return {
            "pixel_values": torch.from_numpy(values).to(device),
            "image_sizes": torch.tensor([each.size for each in tiles], device=device),
            # More than one, so that none is taken for the only picture of a conversation.
            "batch_num_images": torch.tensor([max(2, len(tiles))], device=device),
        }
