"""Making a picture fit into a number of pixels."""

from __future__ import annotations

import numpy as np

from searchvl_gym.tools.limits import MAX_SIDE
from searchvl_gym.types import Image


def reduced_size(
    width: int, height: int, max_pixels: int, max_side: int = MAX_SIDE
) -> tuple[int, int]:
    """The largest size of the same shape that fits; the size itself when it fits already.

    Args:
        width: Of the picture.
        height: Of the picture.
        max_pixels: Most pixels, width times height.
        max_side: Longest side.

    Returns:
        Width and height, each at least 1.

    >>> reduced_size(4000, 3000, 262_144)
    (591, 443)
    >>> reduced_size(64, 48, 262_144)
    (64, 48)
    """
    if width * height <= max_pixels and max(width, height) <= max_side:
        return width, height
    scale = min((max_pixels / (width * height)) ** 0.5, max_side / max(width, height))
    wide, high = max(1, int(width * scale)), max(1, int(height * scale))
    # Where one side would be less than a pixel and was rounded up, the other is capped itself.
    return min(wide, max_pixels), min(high, max_pixels)


def reduce_picture(pixels: Image, size: tuple[int, int]) -> Image:
    """A smaller copy, read-only.

    Large steps are averages in whole numbers, the rest is bicubic: its weights are polynomials,
    while the sines of sharper filters are rounded by every system in its own way.

    Args:
        pixels: The picture.
        size: Width and height of the copy.
    """
    from PIL import Image as Pillow

    picture = Pillow.fromarray(pixels)
    return np.asarray(picture.resize(size, Pillow.Resampling.BICUBIC, reducing_gap=3.0))
