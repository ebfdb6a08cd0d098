"""Marks (cracks, fibres, blades of grass) that are drawn by number and laid over a field."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image as PillowImage
from PIL import ImageDraw


class Stencil:
    """A sheet of pixels that each bear the number of the mark drawn last, 0 where none is.

    Args:
        width: Pixels.
        height: Pixels.
    """

    def __init__(self, width: int, height: int) -> None:
        self._image = PillowImage.new("L", (width, height), 0)
        self.draw = ImageDraw.Draw(self._image)

    def places(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Rows and columns of all pixels that bear a mark."""
        box = self._image.getbbox()
        if box is None:
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        rows, columns = np.nonzero(np.asarray(self._image.crop(box)))
        return rows + box[1], columns + box[0]

    def lay(self, field: npt.NDArray[Any], colours: Sequence[Sequence[float]]) -> None:
        """Colour a field where the marks are: the first colour is that of number 1."""
        numbers = np.asarray(self._image)
        places = np.flatnonzero(numbers)
        rows, columns = np.divmod(places, numbers.shape[1])
        table = np.array(((0, 0, 0), *colours), np.float32)
        field[rows, columns] = table[numbers.ravel()[places]]
