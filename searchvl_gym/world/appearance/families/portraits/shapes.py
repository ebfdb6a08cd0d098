"""Bodies of rings one above the other, and what lies on them: shells, plates and bands.

A ring has a height, half a width, and depths to the front and to the back. Turns go around an
upright axis; 0.25 is the front.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Sequence

from searchvl_gym.world.appearance.solid import Colour, Model, Vector, circle

Ring = tuple[float, float, float, float]
"""Height, half the width, depth to the front, depth to the back."""

Grid = list[list[Vector]]
"""Points around a body, row by row from the bottom."""


def _section(rings: Sequence[Ring], y: float) -> tuple[float, float, float]:
    """Half the width and the two depths of a body at a height."""
    low = rings[0]
    for high in rings[1:]:
        if y < high[0]:
            share = max((y - low[0]) / (high[0] - low[0]), 0.0)
            a, b, c = (p + (q - p) * share for p, q in zip(low[1:], high[1:], strict=True))
            return a, b, c
        low = high
    return low[1], low[2], low[3]


def _point(rings: Sequence[Ring], turn: float, y: float, grow: float, floor: float) -> Vector:
    """A point of the surface of a body, below a floor straight under it."""
    c, s = circle(turn)
    w, front, back = _section(rings, max(y, floor))
    return grow * w * c, y, -grow * (front if s > 0 else back) * s


def upon(rings: Sequence[Ring], x: float, y: float, lift: float) -> Vector:
    """A point on the front of a body, a little before it."""
    w, front, _ = _section(rings, y)
    share = min(abs(x) / w, 0.99)
    return x, y, -front * math.sqrt(1 - share * share) - lift


def from_front(turn: float) -> float:
    """How far a turn is from the front, up to half a turn.

    >>> from_front(0.25), from_front(0.0), from_front(0.875)
    (0.0, 0.25, 0.375)
    """
    return abs(turn - 0.25) if turn < 0.75 else 1.25 - turn


def between(
    rings: Sequence[Ring],
    low: Callable[[float], float],
    high: float | Callable[[float], float],
    rows: int,
    *,
    sides: int = 16,
    grow: Callable[[int, int], float] = lambda row, side: 1.0,
    floor: float = -9.0,
) -> Grid:
    """Points around a body, between two heights that may depend on the turn; 0.25 is the front."""
    grid: Grid = []
    for row in range(rows + 1):
        line = []
        for n in range(sides):
            bottom = low(n / sides)
            top = high(n / sides) if callable(high) else high
            y = bottom + max(top - bottom, 0.0) * row / rows
            line.append(_point(rings, n / sides, y, grow(row, n), floor))
        grid.append(line)
    return grid


def around(rings: Sequence[Ring], *, sides: int = 16, x: float = 0.0, z: float = 0.0) -> Grid:
    """Points on the rings of a body, moved to the side and away."""
    grid = []
    for ring in rings:
        line = [_point([ring], n / sides, ring[0], 1.0, -9.0) for n in range(sides)]
        grid.append([(p + x, q, r + z) for p, q, r in line])
    return grid


def cover(
    model: Model,
    grid: Grid,
    colour: Colour | Callable[[int, int], Colour],
    *,
    split: bool = True,
    columns: Iterable[int] | None = None,
) -> None:
    """Faces between the points of a grid.

    A shell around the head is split into upright wedges: those towards the viewer are nearer than
    the head and are painted after it, the others before it.
    """
    if not split:
        model.part()
    sides = len(grid[0])
    for n in range(sides) if columns is None else columns:
        if split:
            model.part()
        i, j = n % sides, (n + 1) % sides
        for row in range(len(grid) - 1):
            under, over = grid[row], grid[row + 1]
            shade = colour(row, i) if callable(colour) else colour
            model.face([under[i], over[i], over[j], under[j]], shade, both=split)


def disc(
    rings: Sequence[Ring], x: float, y: float, across: float, up: float, lift: float, corners: int
) -> list[Vector]:
    """A round or, with four corners, a square plate on the front of a body."""
    turns = [circle((n + 0.5) / corners) for n in range(corners)]
    stretch = 1.35 if corners == 4 else 1.0
    return [upon(rings, x + stretch * across * c, y + stretch * up * s, lift) for c, s in turns]


def strip(
    model: Model, rings: Sequence[Ring], path: Sequence[tuple[float, float, float]], colour: Colour
) -> None:
    """A band along a path of x, y and half its height on the front of a body."""
    model.part()
    for (x0, y0, h0), (x1, y1, h1) in itertools.pairwise(path):
        outline = ((x0, y0 - h0), (x1, y1 - h1), (x1, y1 + h1), (x0, y0 + h0))
        model.face([upon(rings, x, y, 0.03) for x, y in outline], colour, both=True)
