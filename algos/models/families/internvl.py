"""InternVL 3 and 3.5, in the form that transformers loads (`…-HF`)."""

from __future__ import annotations

from typing import Any, ClassVar

from algos.models.families.family import as_pillow
from algos.models.families.tiles import TileFamily, whole_tiles
from algos.models.pictures import Picture, Tiles
from searchvl_gym.types import Image

_BEGIN, _END = "<img>", "</img>"


class InternVL(TileFamily):
    """A picture is cut into tiles by its shape, with a small one of the whole at the end."""

    title: ClassVar[str] = "InternVL"
    model_types: ClassVar[tuple[str, ...]] = ("internvl",)
    marker: ClassVar[str] = "<IMG_CONTEXT>"
    special: ClassVar[tuple[str, ...]] = ("<IMG_CONTEXT>", _BEGIN, _END)

    def cut(self, image: Image, image_processor: Any) -> Tiles:
        """See `TileFamily.cut`."""
        made: Any = image_processor(
            images=[as_pillow(image)], crop_to_patches=True, return_tensors="np"
        )
        return whole_tiles(made["pixel_values"], image)

    def tile_tokens(self, config: Any) -> int:
        """See `TileFamily.tile_tokens`."""
        return int(config.image_seq_length)

    def written(self, picture: Picture, image_processor: Any, config: Any) -> str:
        """See `Family.written`."""
        assert isinstance(picture, Tiles)
        return f"{_BEGIN}{self.marker * (self.tile_tokens(config) * len(picture.values))}{_END}"
