"""Marks (cracks, fibres, blades of grass) that are drawn by number and laid over a field."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PIL import Image as PillowImage
from PIL import ImageDraw

Field = npt.NDArray[np.float32]


class Stencil:
    """A sheet of pixels that each bear the number of the mark drawn last, 0 where none is.

    Args:
        width: Pixels.
        height: Pixels.
    """

    def __init__(self, width: int, height: int) -> None:
        self._image = PillowImage.new("L", (width, height), 0)
        self.draw = ImageDraw.Draw(self._image)

    def where(self, number: int) -> npt.NDArray[np.bool_]:
        """Which pixels bear a number."""
        return np.asarray(np.asarray(self._image) == number, np.bool_)

    def lay(self, field: Field, colours: Sequence[Sequence[float]]) -> None:
        """Colour a field where the marks are: the first colour is that of number 1."""
        numbers = np.asarray(self._image)
        rows, columns = np.nonzero(numbers)
        if len(rows):
            table = np.array(((0, 0, 0), *colours), np.float32)
            field[rows, columns] = table[numbers[rows, columns]]
