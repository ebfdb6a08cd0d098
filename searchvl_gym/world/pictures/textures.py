"""Surfaces: noise, brick, plaster, wood, stone, paper. All are `(height, width, 3)` float32."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from searchvl_gym.world.pictures.bands import bands, rounded, spread
from searchvl_gym.world.pictures.exact import fading, wave
from searchvl_gym.world.pictures.resampling import Stretched, enlarge
from searchvl_gym.world.pictures.sheet import Colour
from searchvl_gym.world.pictures.stencil import Stencil

Field = npt.NDArray[np.float32]
"""A picture (or one channel of it) in float32; colours run from 0 to 255."""

_MORTAR = (176, 168, 156)


def lumps(
    rng: np.random.Generator, width: int, height: int, cells: float, octaves: int = 4
) -> Stretched:
    """Smooth noise in [0, 1]: small random grids, enlarged and summed.

    Args:
        rng: Source of randomness.
        width: Pixels.
        height: Pixels.
        cells: Lumps across the width in the coarsest octave.
        octaves: How many grids; each is twice as fine and half as strong as the one before.
    """
    # Summed at the resolution that the finest grid needs, and enlarged once: several times as fast.
    finest = cells * 2.1 ** (octaves - 1)
    columns_needed = min(width, max(48, round(finest * 3.5)))
    rows_needed = min(height, max(36, round(columns_needed * height / width)))
    total = np.zeros((rows_needed, columns_needed), np.float32)
    weight = 1.0
    for _ in range(octaves):
        columns = max(2, round(cells))
        rows = max(2, round(cells * height / width))
        grid = rng.random((rows + 1, columns + 1), dtype=np.float32)
        total += weight * enlarge(grid, columns_needed, rows_needed, cubic=True)
        weight *= 0.5
        cells *= 2.1
    low, high = float(np.min(total)), float(np.max(total))
    total -= low
    total /= max(high - low, 1e-6)
    return Stretched(total, width, height)


def clouds(
    rng: np.random.Generator, width: int, height: int, cells: float, octaves: int = 4
) -> Field:
    """All rows of `lumps`."""
    return lumps(rng, width, height, cells, octaves).whole()


class Grain:
    """Fine noise of standard deviation `strength`, the same in all channels, tiled to be cheap.

    Args:
        rng: Source of randomness.
        strength: Standard deviation.
    """

    _ROWS, _COLUMNS = 211, 223

    def __init__(self, rng: np.random.Generator, strength: float) -> None:
        noise = rng.standard_normal((self._ROWS, self._COLUMNS), dtype=np.float32)
        self._tile = spread(noise * np.float32(strength))

    def add(self, band: Field, first: int) -> None:
        """Add the noise to a band of rows that begins with row `first` of the picture."""
        while len(band):
            row = first % self._ROWS
            tile = self._tile[row : row + len(band)]
            part = band[: len(tile)]
            for left in range(0, band.shape[1], self._COLUMNS):
                piece = part[:, left : left + self._COLUMNS]
                piece += tile[:, : piece.shape[1]]
            band, first = band[len(tile) :], first + len(tile)


def tinted(shade: Field, colour: Colour, out: Field | None = None) -> Field:
    """A colour multiplied by a one-channel shade (1 leaves it as it is).

    Args:
        shade: `(height, width)`.
        colour: RGB.
        out: Where to write the result; None for a new array.
    """
    import cv2

    # Channel by channel: numpy is slow where the innermost axis has three elements.
    channels = [np.multiply(shade, c, dtype=np.float32) for c in colour]
    return np.asarray(cv2.merge(channels, out), np.float32)


def _grained(rng: np.random.Generator, shade: Field, colour: Colour, strength: float) -> Field:
    """A colour multiplied by a shade, with grain."""
    field = np.empty((*shade.shape, 3), np.float32)
    grain = Grain(rng, strength)
    for rows in bands(0, len(shade)):
        tinted(shade[rows], colour, field[rows])
        grain.add(field[rows], rows.start)
    return field


def plaster(rng: np.random.Generator, width: int, height: int, colour: Colour) -> Field:
    """A painted wall: blotches, trowel marks, pits and a crack or two."""
    blotches, marks = lumps(rng, width, height, 5), lumps(rng, width, height, 60, 2)
    shade = np.empty((height, width), np.float32)
    for rows in bands(0, height):
        shade[rows] = (0.84 + 0.22 * blotches.rows(rows)) + 0.10 * marks.rows(rows)
    for _ in range(int(rng.integers(2, 5))):
        steps = rng.normal((0, 16), (16, 9), (16, 2)).cumsum(axis=0)
        start = np.array((rng.uniform(0, width), rng.uniform(-80, height * 0.7)))
        points = steps + start
        crack = Stencil(width, height)
        crack.draw.line([(int(x), int(y)) for x, y in points], fill=1)
        shade[crack.places()] *= 0.72
    pits = rng.uniform((0, 0), (width, height), (90, 2)).astype(int)
    for x, y in pits:
        shade[y : y + 2, x : x + 3] *= 0.8
    return _grained(rng, shade, colour, 4)


def brick(rng: np.random.Generator, width: int, height: int, colour: Colour) -> Field:
    """A brick wall in running bond; every brick has its own shade."""
    import cv2

    course = int(rng.integers(30, 46))
    length = round(course * rng.uniform(2.4, 3.1))
    joint = max(3, course // 9)
    offset, x = int(rng.integers(course)), np.arange(width)
    courses = (height - 1 + offset) // course + 1
    most = (width - 1 + length // 2) // length if courses > 1 else (width - 1) // length
    tones = rng.normal(1.0, 0.13, (courses, most + 1)).astype(np.float32)
    warmth = rng.normal(0.0, 10.0, tones.shape).astype(np.float32)
    rough, sandy = lumps(rng, width, height, 70, 2), lumps(rng, width, height, 40, 2)
    grain = Grain(rng, 5)
    wall = np.empty((height, width, 3), np.float32)
    for number in range(courses):
        top = number * course - offset
        rows = slice(max(top, 0), min(top + course, height))
        down = np.arange(rows.start - top, rows.stop - top)
        shifted = x + length // 2 * (number % 2)
        column, across = shifted // length, shifted % length
        shade = 0.82 + 0.36 * rough.rows(rows)
        shade *= tones[number, column]
        _edge(shade, down == joint, across == joint, 1.18)
        _edge(shade, down == course - 1, across == length - 1, 0.72)
        mortar = 0.85 + 0.25 * sandy.rows(rows)
        bed, gaps = int(np.searchsorted(down, joint)), np.flatnonzero(across < joint)
        channels = [np.multiply(shade, part, dtype=np.float32) for part in colour]
        channels[0] += warmth[number, column]
        for channel, part in zip(channels, _MORTAR, strict=True):
            channel[:bed] = mortar[:bed] * part
            channel[bed:, gaps] = mortar[bed:, gaps] * part
        cv2.merge(channels, wall[rows])
        grain.add(wall[rows], rows.start)
    return wall


def _edge(
    shade: Field, rows: npt.NDArray[np.bool_], columns: npt.NDArray[np.bool_], factor: float
) -> None:
    """Multiply what lies in the rows or in the columns, once where they cross."""
    lines = shade[rows] * factor
    shade[:, np.flatnonzero(columns)] *= factor
    shade[rows] = lines


def wood(rng: np.random.Generator, width: int, height: int, colour: Colour) -> Field:
    """Planks with grain along x."""
    plank = int(rng.integers(90, 150))
    shade = np.empty((height, width), np.float32)
    for number in range(height // plank + 2):
        grid = rng.random((plank // 2, 9), dtype=np.float32)
        turns = rng.uniform(9, 20)
        bends, tone = lumps(rng, width, plank, 3, 2), rng.normal(0.95, 0.07)
        seen = slice(0, min(plank, height - number * plank))
        if seen.stop <= 0:
            continue  # Numbers were drawn for it, but it lies below the picture.
        fibres = enlarge(grid, width, plank, cubic=True)[seen]
        turned = np.linspace(0, turns, plank, dtype=np.float32)[seen, None]
        rings = wave(turned + 5 * bends.rows(seen))
        board = tone * (0.80 + 0.28 * fibres + 0.07 * rings)
        board[:2] *= 0.45
        board[2:4] *= 1.1
        shade[number * plank :][seen] = board
    return _grained(rng, shade, colour, 3)


def stone(rng: np.random.Generator, width: int, height: int, colour: Colour) -> Field:
    """Large dressed blocks with veins."""
    blocks = brick(rng, width, height, colour)
    veins = lumps(rng, width, height, 6)
    soft = plaster(rng, width, height, colour)
    for rows in bands(0, height):
        shade = np.abs(veins.rows(rows) - 0.5)
        shade *= 14
        np.clip(shade, 0, 1, out=shade)
        shade *= 0.14
        shade += 0.86
        mixed = soft[rows]
        mixed *= 0.72
        blocks[rows] *= 0.28
        mixed += blocks[rows]
        mixed *= spread(shade)
    return soft


def paper(
    rng: np.random.Generator,
    width: int,
    height: int,
    colour: Colour,
    age: float,
    *,
    as_factor: bool = False,
) -> Field:
    """Paper with fibres, foxing spots and browned edges.

    Args:
        rng: Source of randomness.
        width: Pixels.
        height: Pixels.
        colour: RGB.
        age: The older (0 to 1), the more spots and brown.
        as_factor: Divide by 255, to multiply other colours by it.
    """
    blotches, pulp = lumps(rng, width, height, 4), lumps(rng, width, height, 90, 1)
    across, down = (
        fading(22 * np.minimum(part, 1 - part)).astype(np.float32)
        for part in (np.linspace(0, 1, width), np.linspace(0, 1, height))
    )
    sheet = np.empty((height, width, 3), np.float32)
    for rows in bands(0, height):
        shade = (1.0 - 0.10 * age * blotches.rows(rows)) - 0.03 * pulp.rows(rows)
        brown = np.maximum(across, down[rows, None])
        brown *= np.float32(0.20 * age)
        shade *= 1 - brown
        tinted(shade, colour, sheet[rows])
    for _ in range(int(26 * age)):
        spot_x, spot_y = int(rng.integers(width)), int(rng.integers(height))
        radius = int(rng.integers(2, 7))
        patch = sheet[
            max(0, spot_y - radius) : spot_y + radius, max(0, spot_x - radius) : spot_x + radius
        ]
        patch *= np.array((0.95, 0.91, 0.82), np.float32)
    fibres = rng.uniform((0, 0), (width, height), (60, 2))
    marks = Stencil(width, height)
    for left, top in fibres:
        dx, dy = rng.normal(0, 7, 2)
        marks.draw.line((int(left), int(top), int(left + dx), int(top + dy)), fill=1)
    marks.lay(sheet, [[c * 0.93 for c in colour]])
    grain = Grain(rng, 2.5)
    for rows in bands(0, height):
        grain.add(sheet[rows], rows.start)
        if as_factor:
            sheet[rows] /= 255
    return sheet


def gradient(width: int, height: int, stops: list[Colour]) -> Field:
    """A vertical run of colours, evenly spaced from top to bottom."""
    position = np.linspace(0, len(stops) - 1, height)
    table = np.array(stops, np.float32)
    above = np.minimum(position.astype(int), len(stops) - 2)
    part = (position - above)[:, None]
    column = table[above] * (1 - part) + table[above + 1] * part
    return np.repeat(column[:, None].astype(np.float32), width, axis=1)


def as_pixels(field: npt.NDArray[np.floating[Any]]) -> npt.NDArray[np.uint8]:
    """Clip and round to uint8."""
    pixels = np.empty(field.shape, np.uint8)
    for rows in bands(0, len(field)):
        rounded(field[rows].copy(), pixels[rows])
    return pixels
