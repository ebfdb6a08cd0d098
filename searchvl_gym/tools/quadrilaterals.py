"""Four-sided shapes: corner order, plausible view, size of the rectangle that they show."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

Quad = npt.NDArray[np.float64]
"""Corners `(x, y)` in pixels, clockwise from the top left; shape (4, 2)."""


def order_corners(points: npt.ArrayLike) -> Quad | None:
    """Put four points in clockwise order from the top left.

    Args:
        points: Four points in any order; shape (4, 2).

    Returns:
        The ordered corners, or None when they span no convex quadrilateral.

    >>> order_corners([[10, 10], [0, 0], [0, 10], [10, 0]]).tolist()
    [[0.0, 0.0], [10.0, 0.0], [10.0, 10.0], [0.0, 10.0]]
    """
    corners = np.asarray(points, dtype=np.float64)
    offsets = corners - corners.mean(axis=0)
    corners = corners[np.argsort(np.arctan2(offsets[:, 1], offsets[:, 0]), kind="stable")]
    sides = np.roll(corners, -1, axis=0) - corners
    following = np.roll(sides, -1, axis=0)
    turns = sides[:, 0] * following[:, 1] - sides[:, 1] * following[:, 0]
    lengths = np.linalg.norm(sides, axis=1) * np.linalg.norm(following, axis=1)
    if not np.all(turns > 1e-3 * np.maximum(lengths, 1e-9)):
        return None
    first = int(np.argmin(corners.sum(axis=1)))
    return np.asarray(np.roll(corners, -first, axis=0))


def area(quad: Quad) -> float:
    """Area in square pixels."""
    following = np.roll(quad, -1, axis=0)
    return float(abs(np.sum(quad[:, 0] * following[:, 1] - quad[:, 1] * following[:, 0])) / 2)


def angles(quad: Quad) -> npt.NDArray[np.float64]:
    """The four inner angles in degrees."""
    back = np.roll(quad, 1, axis=0) - quad
    forth = np.roll(quad, -1, axis=0) - quad
    cosine = np.sum(back * forth, axis=1) / (
        np.linalg.norm(back, axis=1) * np.linalg.norm(forth, axis=1) + 1e-12
    )
    return np.asarray(np.degrees(np.arccos(np.clip(cosine, -1, 1))))


def rectangle_size(quad: Quad, picture: tuple[int, int]) -> tuple[int, int]:
    """Width and height in pixels of the rectangle that a quadrilateral shows.

    The width is that of the longer of the two horizontal sides. The aspect ratio is solved for
    a pinhole camera whose axis meets the picture's centre (Zhang and He, Whiteboard scanning
    and image enhancement, 2007, equations 11 to 21); where that has no plausible solution, as for a
    nearly frontal view, the mean lengths of opposite sides decide.

    Args:
        quad: The corners.
        picture: Width and height of the picture in pixels.
    """
    top, right, bottom, left = np.linalg.norm(np.roll(quad, -1, axis=0) - quad, axis=1)
    by_sides = (top + bottom) / (left + right)
    solved = _pinhole_aspect(quad, picture)
    aspect = solved if solved and 0.7 < solved / by_sides < 1.43 else by_sides
    width = max(top, bottom)
    height = max(left, right)
    if width / height > aspect:
        height = width / aspect
    else:
        width = height * aspect
    return max(1, round(width)), max(1, round(height))


def _pinhole_aspect(quad: Quad, picture: tuple[int, int]) -> float | None:
    centre = np.array(picture, dtype=np.float64) / 2
    top_left, top_right, bottom_right, bottom_left = (
        np.append(corner - centre, 1.0) for corner in quad
    )
    k2 = _triple(top_left, bottom_right, bottom_left) / (
        _triple(top_right, bottom_right, bottom_left) or 1e-12
    )
    k3 = _triple(top_left, bottom_right, top_right) / (
        _triple(bottom_left, bottom_right, top_right) or 1e-12
    )
    across = k2 * top_right - top_left
    down = k3 * bottom_left - top_left
    if abs(across[2]) < 0.02 or abs(down[2]) < 0.02:
        return None
    focal = -(across[0] * down[0] + across[1] * down[1]) / (across[2] * down[2])
    longest = max(picture)
    if not (0.5 * longest) ** 2 < focal < (4 * longest) ** 2:
        return None
    scale = np.array([1 / focal, 1 / focal, 1.0])
    return math.sqrt(float(np.sum(across**2 * scale)) / float(np.sum(down**2 * scale)))


def _triple(
    first: npt.NDArray[np.float64], second: npt.NDArray[np.float64], third: npt.NDArray[np.float64]
) -> float:
    return float(np.dot(np.cross(first, third), second))
