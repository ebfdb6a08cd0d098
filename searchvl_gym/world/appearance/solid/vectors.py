"""Points, directions and colours, and the functions that move and mix them."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

Colour = tuple[int, int, int]
"""Red, green and blue, 0 to 255."""

Vector = tuple[float, float, float]
"""A point or a direction."""

Flat = tuple[float, float]
"""A point on a surface."""

Place = Callable[[float, float, float], Vector]
"""Where a point of a part comes to lie."""

Line = Callable[[float], Vector]
"""A curve: from a share of the way, or a height, to a point."""


def circle(turns: float) -> tuple[float, float]:
    """Cosine and sine of an angle in turns.

    >>> circle(0.25)[1]
    1.0
    """
    angle = 2 * math.pi * turns
    return math.cos(angle), math.sin(angle)


def turned(yaw: float, at: Vector = (0.0, 0.0, 0.0)) -> Place:
    """Turn about the upright axis by `yaw` turns, then move."""
    c, s = circle(yaw)

    def place(x: float, y: float, z: float) -> Vector:
        return at[0] + (c * x + s * z), at[1] + y, at[2] + (c * z - s * x)

    return place


def inclined(turn: float, at: Vector) -> Place:
    """Turn upwards about the axis towards the viewer, then move."""
    c, s = circle(turn)
    return lambda x, y, z: (at[0] + c * x - s * y, at[1] + s * x + c * y, at[2] + z)


def stretched(a: Vector, b: Vector, c: Vector, d: Vector) -> Callable[[float, float], Vector]:
    """The unit square stretched over four corners: `(0, 0)` falls on `a`, `(1, 0)` on `b`.

    >>> stretched((0, 0, 0), (2, 0, 0), (2, 4, 0), (0, 4, 0))(0.5, 0.25)
    (1.0, 1.0, 0.0)
    """

    def at(u: float, v: float) -> Vector:
        def along(k: int) -> float:
            return (a[k] * (1 - u) + b[k] * u) * (1 - v) + (d[k] * (1 - u) + c[k] * u) * v

        return along(0), along(1), along(2)

    return at


def scaled(a: Vector, share: float) -> Vector:
    """A vector of `share` times the length."""
    return share * a[0], share * a[1], share * a[2]


def minus(a: Vector, b: Vector) -> Vector:
    """Difference of two vectors."""
    return a[0] - b[0], a[1] - b[1], a[2] - b[2]


def cross(a: Vector, b: Vector) -> Vector:
    """Cross product.

    >>> cross((1, 0, 0), (0, 1, 0))
    (0, 0, 1)
    """
    return (
        a[1] * b[2] - a[2] * b[1],
        a[2] * b[0] - a[0] * b[2],
        a[0] * b[1] - a[1] * b[0],
    )


def unit(a: Vector) -> Vector:
    """The same direction with length 1."""
    length = math.sqrt(a[0] * a[0] + a[1] * a[1] + a[2] * a[2])
    return a[0] / length, a[1] / length, a[2] / length


def mixed(a: Colour, b: Colour, share: float) -> Colour:
    """`a` with a share of `b`.

    >>> mixed((0, 0, 0), (100, 50, 0), 0.5)
    (50, 25, 0)
    """
    red, green, blue = (round(p + (q - p) * share) for p, q in zip(a, b, strict=True))
    return red, green, blue


def random_colour(rng: np.random.Generator, low: int, high: int) -> Colour:
    """A colour whose parts lie between two levels, the upper one left out."""
    red, green, blue = rng.integers(low, high, 3).tolist()
    return red, green, blue
