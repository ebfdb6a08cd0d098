"""Families that cut a picture into a grid of patches and place them by M-RoPE."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
import torch

from algos.models.families.family import Family, as_pillow
from algos.models.pictures import Patches, Picture
from algos.models.positions import rope_positions
from searchvl_gym.types import Image


class GridFamily(Family):
    """A picture has as many tokens as its size asks for, within the processor's limits."""

    axes: ClassVar[int] = 4
    parts: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "vision": ("model.visual.",),
        "projector": ("model.visual.merger", "model.visual.deepstack_merger"),
        "decoder": ("model.language_model.",),
        "head": ("lm_head.",),
    }

    def merge(self, image_processor: Any) -> int:
        """See `Family.merge`."""
        return int(image_processor.merge_size)

    def see(self, image: Image, image_processor: Any, config: Any) -> Patches:
        """See `Family.see`: shrunk to the processor's size and cut into patches."""
        made: Any = image_processor(images=[as_pillow(image)], return_tensors="np")
        time, height, width = (int(side) for side in made["image_grid_thw"][0])
        return Patches(np.asarray(made["pixel_values"], np.float32), (time, height, width))

    def written(self, picture: Picture, image_processor: Any, config: Any) -> str:
        """See `Family.written`: a marker for each square of patches that make one token."""
        assert isinstance(picture, Patches)
        return self.marker * (int(np.prod(picture.grid)) // self.merge(image_processor) ** 2)

    def arguments(
        self, pictures: Sequence[Picture], device: torch.device | str
    ) -> dict[str, torch.Tensor]:
        """See `Family.arguments`."""
        grids = [picture for picture in pictures if isinstance(picture, Patches)]
        values = np.concatenate([picture.values for picture in grids])
        return {
            "pixel_values": torch.from_numpy(values).to(device),
            "image_grid_thw": torch.tensor([picture.grid for picture in grids], device=device),
        }

    def picture_cost(self, config: Any, side: int) -> tuple[int, int]:
        """See `Family.picture_cost`."""
        vision = config.vision_config
        patches = (side // vision.patch_size) ** 2
        values = vision.patch_size**2 * 3 * vision.temporal_patch_size
        return patches // vision.spatial_merge_size**2, patches * values * 4

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
        """See `Family.positions`: the place in the row, and M-RoPE's three."""
        made = np.empty((4, len(tokens)), np.int64)
        made[0] = np.arange(length, length + len(tokens))
        grids = [picture for picture in pictures if isinstance(picture, Patches)]
        made[1:], after = rope_positions(
            tokens, grids, image_token=image_token, merge=merge, start=start
        )
        return made, after
