"""Pictures as vision towers read them: grids of patches, or tiles of one size."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True)
class Patches:
    """A picture cut into patches, as many as its size asks for.

    Attributes:
        values: Float32, shape (patches, channels × time × patch × patch).
        grid: Patches in time, height and width.
    """

    values: npt.NDArray[np.float32]
    grid: tuple[int, int, int]


@dataclass(frozen=True)
class Tiles:
    """A picture as a stack of small pictures, each of which a tower reads whole.

    Attributes:
        values: Float32, shape (tiles, channels, height, width).
        mask: Which pixels are the picture's and not padding, shape (tiles, height, width).
        rows: Rows of tiles that the picture was cut into; 0 when it was not cut.
        columns: Columns of them.
        size: Height and width of the picture, in pixels.
    """

    values: npt.NDArray[np.float32]
    mask: npt.NDArray[np.bool_]
    rows: int
    columns: int
    size: tuple[int, int]


Picture = Patches | Tiles
"""A picture that is ready for a model."""
