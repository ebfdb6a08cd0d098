"""Cutting a line at its gaps, so that each word can be judged alone.

A line may begin in one script and go on in another. The recogniser reads what it knows of it and
drops the rest, and its mean confidence hides that; word by word it shows.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from searchvl_gym.types import Image

_GAP = 0.2
"""Empty columns that part two words, as a share of the line's height."""

_MARGIN = 0.12
"""Ground left round a word, as a share of the line's height."""

_LEAST_INK = 0.3
"""Height of a word's ink as a share of the line's; rules and dashes are lower."""


def straighten(quad: npt.NDArray[np.float64], pixels: Image) -> Image:
    """The line cut out of the picture and set level."""
    import cv2

    width = max(1, round(float(np.linalg.norm(quad[[1, 2]] - quad[[0, 3]], axis=1).mean())))
    height = max(1, round(float(np.linalg.norm(quad[[3, 2]] - quad[[0, 1]], axis=1).mean())))
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    place = cv2.getPerspectiveTransform(quad.astype(np.float32), corners)
    level = cv2.warpPerspective(pixels, place, (width, height), borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(level, dtype=np.uint8)


def words_of(line: Image) -> list[tuple[int, int]]:
    """First and last column of every word of a level line; rules and dashes are left out."""
    import cv2

    height, width = line.shape[:2]
    grey = cv2.cvtColor(line, cv2.COLOR_RGB2GRAY)
    _, binary = cv2.threshold(grey, 0, 1, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    ink = binary.astype(bool)
    if ink.mean() > 0.5:
        ink = ~ink
    columns = np.flatnonzero(ink.any(axis=0))
    if not len(columns):
        return []
    ends = np.flatnonzero(np.diff(columns) > _GAP * height)
    words = []
    for first, last in zip(
        columns[np.r_[0, ends + 1]], columns[np.r_[ends, len(columns) - 1]], strict=True
    ):
        rows = np.flatnonzero(ink[:, first : last + 1].any(axis=1))
        if rows[-1] - rows[0] >= _LEAST_INK * height:
            margin = round(_MARGIN * height)
            words.append((max(0, int(first) - margin), min(width, int(last) + 1 + margin)))
    return words


def part_of(quad: npt.NDArray[np.float64], begin: float, end: float) -> npt.NDArray[np.float64]:
    """The corners of a part of a line, from and to a share of its length."""
    top, bottom = quad[1] - quad[0], quad[2] - quad[3]
    return np.stack(
        [
            quad[0] + begin * top,
            quad[0] + end * top,
            quad[3] + end * bottom,
            quad[3] + begin * bottom,
        ]
    )
