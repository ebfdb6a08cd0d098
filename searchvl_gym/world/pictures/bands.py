"""Work on whole pictures in bands of rows that stay in the processor's cache.

A picture of floats has several megabytes; every pass over all of it waits for the memory. Where
each pixel depends on its own place alone, doing all steps for a few rows at a time gives the same
bits in a fraction of the time.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

Reals = npt.NDArray[np.floating[Any]]
Bytes = npt.NDArray[np.uint8]

_ROWS = 32


def bands(begin: int, end: int) -> Iterator[slice]:
    """The rows from `begin` to before `end`, a few at a time.

    >>> list(bands(0, 40))
    [slice(0, 32, None), slice(32, 40, None)]
    """
    for first in range(begin, end, _ROWS):
        yield slice(first, min(first + _ROWS, end))


def spread(shade: Reals) -> Reals:
    """The same value in three channels: `(height, width)` becomes `(height, width, 3)`."""
    import cv2

    # numpy is slow where the innermost axis has three elements, or one that is broadcast to them.
    return np.asarray(cv2.merge((shade, shade, shade)), shade.dtype)


def rounded(field: Reals, out: Bytes) -> None:
    """Clip to 0 … 255 and round to whole numbers. The field is changed on the way."""
    np.clip(field, 0, 255, out=field)
    np.rint(field, out=field)
    out[...] = field


def shaded(pixels: Bytes, *factors: Reals) -> Bytes:
    """The colours of a picture times several fields, one after the other, clipped and rounded.

    Args:
        pixels: RGB or RGBA; the alpha is left out.
        factors: Each of shape `(height, width)`, `(height, width, 3)` or `(1, width)`, of float32
            or float64; the product is taken in the wider of what it is made of.

    >>> shaded(np.full((2, 2, 3), 100, np.uint8), np.full((1, 2), 0.5)).ravel().tolist()[:3]
    [50, 50, 50]
    """
    product = np.empty((*pixels.shape[:2], 3), np.uint8)
    even = [spread(f) if f.ndim == 2 and len(f) == 1 else None for f in factors]
    for rows in bands(0, len(pixels)):
        band: Any = np.ascontiguousarray(pixels[rows, :, :3])
        for factor, whole in zip(factors, even, strict=True):
            if whole is None:
                whole = factor[rows] if factor.ndim == 3 else spread(factor[rows])
            if band.dtype == np.result_type(band, whole):
                band *= whole
            else:
                band = band * whole
        rounded(band, product[rows])
    return product
