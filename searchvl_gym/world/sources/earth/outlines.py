"""Outlines of countries, from the package countryinfo, as rings of longitude and latitude."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from searchvl_gym.world.sources.earth.packages import data_file

Ring = npt.NDArray[np.float64]
"""Points of a closed line, shape `(points, 2)`: longitude and latitude in degrees."""

_WIDEST = 180.0
"""Rings that span more degrees cross the date line, and are left out."""


@dataclass(frozen=True)
class Frame:
    """A window on the globe: west, south, east, north in degrees."""

    west: float
    south: float
    east: float
    north: float

    def grown(self, share: float, least: float = 0.4) -> Frame:
        """The window with a margin on every side."""
        side = max((self.east - self.west), (self.north - self.south), least) * share
        return Frame(self.west - side, self.south - side, self.east + side, self.north + side)

    def meets(self, ring: Ring) -> bool:
        """Whether a ring may show in the window."""
        (west, south), (east, north) = ring.min(axis=0), ring.max(axis=0)
        return bool(
            west < self.east and east > self.west and south < self.north and north > self.south
        )


@cache
def outlines() -> Mapping[str, tuple[Ring, ...]]:
    """The outer rings of every country by its ISO 3166-1 code; empty without the package."""
    found: dict[str, tuple[Ring, ...]] = {}
    folder: Path = data_file("countryinfo", "data")
    for path in sorted(folder.glob("*.json")):
        content = json.loads(path.read_text(encoding="utf-8"))
        code = (content.get("ISO") or {}).get("alpha2")
        rings = tuple(_rings(content.get("geoJSON") or {}))
        if code and rings:
            found[str(code)] = rings
    return found


def main_frame(rings: tuple[Ring, ...]) -> Frame:
    """The window on a country's main part: its largest ring, and others that are near it."""
    largest = max(rings, key=area)
    frame = _frame_of((largest,))
    near = frame.grown(0.45)
    return _frame_of(tuple(ring for ring in rings if _inside(near, ring)))


def area(ring: Ring) -> float:
    """Area in square degrees, shrunk by latitude: good enough to compare."""
    # `fsum` is exact in any order of the terms; sums of numpy depend on the processor.
    x, y = ring[:, 0], ring[:, 1]
    twice = math.fsum((x * np.roll(y, -1) - y * np.roll(x, -1)).tolist())
    return abs(twice) / 2 * math.cos(math.radians(math.fsum(y.tolist()) / len(y)))


def _frame_of(rings: tuple[Ring, ...]) -> Frame:
    points = np.concatenate(rings)
    (west, south), (east, north) = points.min(axis=0), points.max(axis=0)
    return Frame(float(west), float(south), float(east), float(north))


def _inside(frame: Frame, ring: Ring) -> bool:
    (west, south), (east, north) = ring.min(axis=0), ring.max(axis=0)
    return bool(
        frame.west <= west and east <= frame.east and frame.south <= south and north <= frame.north
    )


def _rings(collection: Mapping[str, Any]) -> list[Ring]:
    found = []
    for feature in collection.get("features", ()):
        geometry = feature.get("geometry") or {}
        shapes = geometry.get("coordinates", ())
        if geometry.get("type") == "Polygon":
            shapes = [shapes]
        for shape in shapes:
            ring = np.array(shape[0], np.float64)[:, :2]
            if len(ring) > 3 and np.ptp(ring[:, 0]) < _WIDEST:
                found.append(ring)
    return found
