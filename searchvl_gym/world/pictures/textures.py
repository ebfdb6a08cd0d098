"""Surfaces: noise, brick, plaster, wood, stone, paper. All are `(height, width, 3)` float32."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from searchvl_gym.world.pictures.exact import fading, wave
from searchvl_gym.world.pictures.resampling import enlarge
from searchvl_gym.world.pictures.sheet import Colour
from searchvl_gym.world.pictures.stencil import Stencil

Field = npt.NDArray[np.float32]
"""A picture (or one channel of it) in float32; colours run from 0 to 255."""


def clouds(
    rng: np.random.Generator, width: int, height: int, cells: float, octaves: int = 4
) -> Field:
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
    return enlarge(total, width, height)


def grain(rng: np.random.Generator, width: int, height: int, strength: float) -> Field:
    """Fine noise of standard deviation `strength`, the same in all channels, tiled to be cheap."""
    import cv2

    tile = rng.standard_normal((211, 223), dtype=np.float32) * np.float32(strength)
    rows, columns = -(-height // 211), -(-width // 223)
    full = np.tile(tile, (rows, columns))[:height, :width]
    return np.asarray(cv2.merge((full, full, full)), np.float32)


def tinted(shade: Field, colour: Colour) -> Field:
    """A colour multiplied by a one-channel shade (1 leaves it as it is)."""
    import cv2

    # Channel by channel: numpy is slow where the innermost axis has three elements.
    channels = [np.multiply(shade, c, dtype=np.float32) for c in colour]
    return np.asarray(cv2.merge(channels), np.float32)


def plaster(rng: np.random.Generator, width: int, height: int, colour: Colour) -> Field:
    """A painted wall: blotches, trowel marks, pits and a crack or two."""
    shade = 0.84 + 0.22 * clouds(rng, width, height, 5) + 0.10 * clouds(rng, width, height, 60, 2)
    for _ in range(int(rng.integers(2, 5))):
        steps = rng.normal((0, 16), (16, 9), (16, 2)).cumsum(axis=0)
        start = np.array((rng.uniform(0, width), rng.uniform(-80, height * 0.7)))
        points = steps + start
        crack = Stencil(width, height)
        crack.draw.line([(int(x), int(y)) for x, y in points], fill=1)
        shade[crack.where(1)] *= 0.72
    pits = rng.uniform((0, 0), (width, height), (90, 2)).astype(int)
    for x, y in pits:
        shade[y : y + 2, x : x + 3] *= 0.8
    return tinted(shade, colour) + grain(rng, width, height, 4)


def brick(rng: np.random.Generator, width: int, height: int, colour: Colour) -> Field:
    """A brick wall in running bond; every brick has its own shade."""
    import cv2

    course = int(rng.integers(30, 46))
    length = round(course * rng.uniform(2.4, 3.1))
    joint = max(3, course // 9)
    y, x = np.arange(height) + int(rng.integers(course)), np.arange(width)
    row = y // course
    odd = row % 2
    # Only two kinds of row exist, so their columns are worked out once each.
    shifted = np.stack((x, x + length // 2))
    column = (shifted // length)[odd]
    across = (shifted % length)[odd]
    down = (y % course)[:, None]
    tones = rng.normal(1.0, 0.13, (int(row[-1]) + 1, int(np.max(column)) + 1)).astype(np.float32)
    warmth = rng.normal(0.0, 10.0, tones.shape).astype(np.float32)
    shade = tones[row[:, None], column]
    shade *= 0.82 + 0.36 * clouds(rng, width, height, 70, 2)
    shade[(down == joint) | (across == joint)] *= 1.18
    shade[(down == course - 1) | (across == length - 1)] *= 0.72
    wall = tinted(shade, colour)
    wall[..., 0] += warmth[row[:, None], column]
    mortar = tinted(0.85 + 0.25 * clouds(rng, width, height, 40, 2), (176, 168, 156))
    gap = ((down < joint) | (across < joint)).astype(np.uint8)
    cv2.copyTo(mortar, gap, wall)
    return np.asarray(wall + grain(rng, width, height, 5), np.float32)


def wood(rng: np.random.Generator, width: int, height: int, colour: Colour) -> Field:
    """Planks with grain along x."""
    plank = int(rng.integers(90, 150))
    count = height // plank + 2
    rows = []
    for _ in range(count):
        fibres = enlarge(rng.random((plank // 2, 9), dtype=np.float32), width, plank, cubic=True)
        rings = wave(
            (np.linspace(0, rng.uniform(9, 20), plank, dtype=np.float32)[:, None])
            + 5 * clouds(rng, width, plank, 3, 2)
        )
        board = rng.normal(0.95, 0.07) * (0.80 + 0.28 * fibres + 0.07 * rings)
        board[:2] *= 0.45
        board[2:4] *= 1.1
        rows.append(board.astype(np.float32))
    shade = np.concatenate(rows)[:height]
    return tinted(shade, colour) + grain(rng, width, height, 3)


def stone(rng: np.random.Generator, width: int, height: int, colour: Colour) -> Field:
    """Large dressed blocks with veins."""
    blocks = brick(rng, width, height, colour)
    veins = np.abs(clouds(rng, width, height, 6) - 0.5)
    soft = plaster(rng, width, height, colour)
    faint = soft * 0.72 + blocks * 0.28
    shade = 0.86 + 0.14 * np.clip(veins * 14, 0, 1)
    return np.asarray(faint * tinted(shade, (1, 1, 1)), np.float32)


def paper(rng: np.random.Generator, width: int, height: int, colour: Colour, age: float) -> Field:
    """Paper with fibres, foxing spots and, the older (0 to 1) the more, browned edges."""
    shade = (
        1.0 - 0.10 * age * clouds(rng, width, height, 4) - 0.03 * clouds(rng, width, height, 90, 1)
    )
    x, y = np.linspace(0, 1, width), np.linspace(0, 1, height)
    brown = np.maximum(
        fading(22 * np.minimum(x, 1 - x))[None, :], fading(22 * np.minimum(y, 1 - y))[:, None]
    ).astype(np.float32)
    shade *= 1 - np.float32(0.20 * age) * brown
    sheet = tinted(np.asarray(shade, np.float32), colour)
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
    return sheet + grain(rng, width, height, 2.5)


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
    clipped = np.clip(field, 0, 255)
    return np.asarray(np.rint(clipped, out=clipped), np.uint8)
