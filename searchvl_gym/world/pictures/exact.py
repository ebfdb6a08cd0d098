"""Smooth functions of arrays that give the same bits on every machine.

numpy computes sines, exponentials and powers with other code on other processors, whose results
differ in the last bits, and a last bit decides a pixel now and then. Sums, products, quotients and
square roots of single elements are exact everywhere (IEEE 754), so these functions are made of
them. They are near enough to what they are named after for light, cloth and water.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Reals = npt.NDArray[np.floating[Any]]

_TURN = 6.283185307179586
_HALVINGS = 8


def wave(angle: Reals) -> Reals:
    """About the sine of angles in radians; wrong by up to 0.0011.

    >>> wave(np.array([0.0, 1.5707963267948966])).round(3).tolist()
    [0.0, 1.0]
    """
    turns = angle * (1 / _TURN)
    turns = turns - np.floor(turns + 0.5)
    arch = 8 * turns * (1 - 2 * np.abs(turns))
    result: Reals = arch * (0.775 + 0.225 * np.abs(arch))
    return result


def fading(depth: Reals) -> Reals:
    """About `exp(-depth)` for depths of at least 0; wrong by up to 0.0011.

    >>> fading(np.array([0.0, 1.0, 1e9])).round(2).tolist()
    [1.0, 0.37, 0.0]
    """
    # (1 - depth / n) ** n with n a power of two, so that the power is a few squarings.
    left: Reals = np.maximum(1 - depth * (0.5**_HALVINGS), 0)
    for _ in range(_HALVINGS):
        left *= left
    return left


def deviation(values: npt.NDArray[np.float32]) -> float:
    """Standard deviation of values between -1 and 1.

    Sums of floats depend on the order of their terms, which differs by processor; these are sums
    of integers.
    """
    whole = np.rint(values * np.float32(2**20)).astype(np.int64)
    mean = int(whole.sum()) / whole.size
    square = int((whole * whole).sum()) / whole.size
    return float(np.sqrt(max(square - mean * mean, 0.0))) / 2**20
