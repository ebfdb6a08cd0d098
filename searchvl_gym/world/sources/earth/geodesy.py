"""Distances on the globe, and the nearest of many places: exact, the same on every machine."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

RADIUS = 6371.0088
"""Mean radius of the earth in kilometres."""

_SCALE = 10**9
_BLOCK = 512

Point = tuple[float, float]
"""Latitude and longitude in degrees."""


def distance(a: Point, b: Point) -> float:
    """Kilometres along a great circle.

    >>> round(distance((48.4, 9.99), (48.78, 9.18)))
    73
    """
    (lat1, lon1), (lat2, lon2) = a, b
    up, across = math.radians(lat2 - lat1) / 2, math.radians(lon2 - lon1) / 2
    chord = (
        math.sin(up) ** 2
        + math.cos(math.radians(lat1)) * math.cos(math.radians(lat2)) * math.sin(across) ** 2
    )
    return 2 * RADIUS * math.asin(min(1.0, math.sqrt(chord)))


def nearest(points: Sequence[Point], places: Sequence[Point]) -> list[int]:
    """For every point the index of the nearest place; the first one of equally near ones.

    Reckoned in whole numbers, so that no rounding of a processor decides.

    Args:
        points: From where.
        places: To where, at least one.

    >>> nearest([(0, 1), (50, 10)], [(48, 9), (2, 2)])
    [1, 0]
    """
    here, there = _vectors(points), _vectors(places)
    found: list[int] = []
    for start in range(0, len(here), _BLOCK):
        block = here[start : start + _BLOCK]
        closeness = block[:, :1] * there[:, 0]
        for axis in (1, 2):
            closeness += block[:, axis : axis + 1] * there[:, axis]
        found += closeness.argmax(axis=1).tolist()
    return found


def _vectors(points: Sequence[Point]) -> npt.NDArray[np.int64]:
    rows = []
    for latitude, longitude in points:
        up, along = math.radians(latitude), math.radians(longitude)
        row = (math.cos(up) * math.cos(along), math.cos(up) * math.sin(along), math.sin(up))
        rows.append([round(value * _SCALE) for value in row])
    return np.array(rows, np.int64).reshape(-1, 3)


def coordinates(point: Point) -> str:
    """A position in words.

    >>> coordinates((48.4, -9.99))
    '48.40° N, 9.99° W'
    """
    latitude, longitude = point
    return (
        f"{abs(latitude):.2f}° {'N' if latitude >= 0 else 'S'}, "
        f"{abs(longitude):.2f}° {'E' if longitude >= 0 else 'W'}"
    )
