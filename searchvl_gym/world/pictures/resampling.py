"""Enlarging, warping and softening, the same on every machine.

OpenCV does these with other arithmetic on every kind of processor and in every release, so they
are done by Pillow: eight-bit pictures in whole numbers, fields of floats in double precision with
one order of the terms.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from PIL import Image as PillowImage
from PIL import ImageFilter

from searchvl_gym.world.pictures.bands import bands
from searchvl_gym.world.pictures.recipe import Point

Bytes = npt.NDArray[np.uint8]


class Homography(NamedTuple):
    """A projective map of the plane, `(a x + b y + c, d x + e y + f) / (g x + h y + i)`."""

    a: float
    b: float
    c: float
    d: float
    e: float
    f: float
    g: float
    h: float
    i: float

    def __call__(self, point: Point) -> Point:
        """The image of a point."""
        x, y = point
        w = self.g * x + self.h * y + self.i
        return (self.a * x + self.b * y + self.c) / w, (self.d * x + self.e * y + self.f) / w

    def inverse(self) -> Homography:
        """The map back, up to a common factor."""
        a, b, c, d, e, f, g, h, i = self
        return Homography(
            e * i - f * h, c * h - b * i, b * f - c * e,
            f * g - d * i, a * i - c * g, c * d - a * f,
            d * h - e * g, b * g - a * h, a * e - b * d,
        )  # fmt: skip

    def from_shifted(self, x: float, y: float) -> Homography:
        """The map of a plane whose origin lies at `(x, y)` of this one's."""
        a, b, c, d, e, f, g, h, i = self
        return Homography(
            a, b, a * x + b * y + c, d, e, d * x + e * y + f, g, h, g * x + h * y + i
        )  # fmt: skip

    def to_shifted(self, x: float, y: float) -> Homography:
        """The map whose results are moved by `(x, y)`."""
        a, b, c, d, e, f, g, h, i = self
        return Homography(
            a + x * g, b + x * h, c + x * i, d + y * g, e + y * h, f + y * i, g, h, i
        )  # fmt: skip


def onto(width: float, height: float, quad: tuple[Point, Point, Point, Point]) -> Homography:
    """The map that takes an upright rectangle at the origin onto a quadrilateral.

    Args:
        width: Of the rectangle.
        height: Of the rectangle.
        quad: Where its corners go, clockwise from top left.

    >>> onto(4, 2, ((0, 0), (8, 0), (8, 4), (0, 4)))((1, 1))
    (2.0, 2.0)
    """
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = quad
    dx1, dx2, sx = x1 - x2, x3 - x2, x0 - x1 + x2 - x3
    dy1, dy2, sy = y1 - y2, y3 - y2, y0 - y1 + y2 - y3
    area = dx1 * dy2 - dx2 * dy1
    g, h = (sx * dy2 - dx2 * sy) / area, (dx1 * sy - sx * dy1) / area
    a, b = x1 - x0 + g * x1, x3 - x0 + h * x3
    d, e = y1 - y0 + g * y1, y3 - y0 + h * y3
    return Homography(
        a / width, b / height, x0, d / width, e / height, y0, g / width, h / height, 1.0
    )  # fmt: skip


def warp(
    image: PillowImage.Image, onto_output: Homography, size: tuple[int, int]
) -> PillowImage.Image:
    """A picture seen through a homography; what it does not cover is 0 in all channels.

    Args:
        image: Of a mode that is not changed by it (`RGB`, `RGBa`, `L`).
        onto_output: From pixels of the picture to pixels of the output.
        size: Width and height of the output.
    """
    # A rim of nothing lets the outline fade over one pixel instead of ending in stairs.
    padded = PillowImage.new(image.mode, (image.width + 2, image.height + 2))
    padded.paste(image, (1, 1))
    back = onto_output.inverse().to_shifted(1, 1)
    return padded.transform(
        size,
        PillowImage.Transform.PERSPECTIVE,
        [part / back.i for part in back[:8]],
        PillowImage.Resampling.BILINEAR,
    )


def enlarge(
    grid: npt.NDArray[np.float32], width: int, height: int, *, cubic: bool = False
) -> npt.NDArray[np.float32]:
    """A field with more cells, interpolated linearly or by cubic curves."""
    grid = np.ascontiguousarray(grid, np.float32)
    if cubic:
        image = PillowImage.fromarray(grid)
        curved = image.resize((width, height), PillowImage.Resampling.BICUBIC)
        return np.asarray(curved, np.float32)
    return Stretched(grid, width, height).whole()


class Stretched:
    """A field with more cells, interpolated linearly, whose rows are worked out when asked for.

    Args:
        grid: What to enlarge.
        width: Pixels.
        height: Pixels.
    """

    def __init__(self, grid: npt.NDArray[np.float32], width: int, height: int) -> None:
        self._grid = grid
        self._height, self._width = height, width
        self._column, self._across = _cells(grid.shape[1], width)
        self._next_column = np.minimum(self._column + 1, grid.shape[1] - 1)
        self._row, self._down = _cells(len(grid), height)

    def rows(self, rows: slice) -> npt.NDArray[np.float32]:
        """The rows of a slice without a step, in an array of their own."""
        row = self._row[rows]
        first, last = int(row[0]), len(self._grid) - 1
        grid = self._grid[first : int(row[-1]) + 2]
        wide = grid.take(self._column, axis=1)
        step = grid.take(self._next_column, axis=1)
        step -= wide
        step *= self._across
        wide += step
        row = row - first
        above = wide.take(row, axis=0)
        block = wide.take(np.minimum(row + 1, last - first), axis=0)
        block -= above
        block *= self._down[rows, None]
        block += above
        return block

    def whole(self) -> npt.NDArray[np.float32]:
        """All rows."""
        full = np.empty((self._height, self._width), np.float32)
        for rows in bands(0, self._height):
            full[rows] = self.rows(rows)
        return full


def _cells(cells: int, pixels: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]:
    """For every pixel the cell before its middle, and how far it lies towards the next one."""
    middle = np.clip((np.arange(pixels) + 0.5) * (cells / pixels) - 0.5, 0, cells - 1)
    cell = middle.astype(np.int64)
    return cell, (middle - cell).astype(np.float32)


def soften(pixels: Bytes, sigma: float) -> Bytes:
    """A Gaussian blur of bytes (three box blurs in whole numbers)."""
    blurred = PillowImage.fromarray(pixels).filter(ImageFilter.GaussianBlur(sigma))
    return np.asarray(blurred, np.uint8)
