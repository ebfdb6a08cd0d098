"""Gemma 3: pictures of one size, whose tokens see each other in both directions."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from algos.models.families.tiles import TileFamily
from algos.models.pictures import Picture, Tiles

_BEGIN, _SOFT, _END = "<start_of_image>", "<image_soft_token>", "<end_of_image>"


class Gemma3(TileFamily):
    """Five of six layers attend within a window; its templates have no role for tools."""

    title: ClassVar[str] = "Gemma 3"
    model_types: ClassVar[tuple[str, ...]] = ("gemma3",)
    marker: ClassVar[str] = _BEGIN
    special: ClassVar[tuple[str, ...]] = (_BEGIN, _SOFT, _END, "<end_of_turn>")
    tool_calls: ClassVar[str] = "pythonic"

    def tile_tokens(self, config: Any) -> int:
        """See `TileFamily.tile_tokens`."""
        return int(config.mm_tokens_per_image)

    def written(self, picture: Picture, image_processor: Any, config: Any) -> str:
        """See `Family.written`; crops come when the processor pans and scans."""
        assert isinstance(picture, Tiles)
        whole = f"\n\n{_BEGIN}{_SOFT * self.tile_tokens(config)}{_END}\n\n"
        crops = len(picture.values) - 1
        if not crops:
            return whole
        return (
            f"Here is the original image {whole} and here are some crops to help you see better "
            + " ".join([whole] * crops)
        )

    def kinds(
        self, tokens: npt.NDArray[np.int64], image_token: int
    ) -> dict[str, npt.NDArray[np.int64]]:
        """See `Family.kinds`: pictures see both ways, so the model must know where they are."""
        return {"token_type_ids": (tokens == image_token).astype(np.int64)}
