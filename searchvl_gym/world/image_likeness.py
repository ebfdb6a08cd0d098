"""Does one picture look like another at low resolution?

Two thumbnails are compared by the correlation of their colours and of their fine detail. It is
the second witness beside the geometry: letters and ornaments of two pictures may agree on a
transform without the pictures being the same.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from searchvl_gym.types import Image
from searchvl_gym.world.image_features import THUMBNAIL, Floats
from searchvl_gym.world.image_match import Matrix, apply

_LEAST_OVERLAP = 135
"""Fewest thumbnail cells under the query's picture that say anything about likeness."""

SHARP = 0.7
"""Blur of every comparison in cells: forgives small errors of the transform."""


def likeness(
    query: Image,
    thumb: npt.NDArray[np.uint8],
    shape: tuple[float, float],
    homography: Matrix,
    softness: float = SHARP,
) -> float:
    """Correlation of a query with a thumbnail under a transform.

    Args:
        query: RGB picture in whose pixels the homography starts.
        thumb: `(60, 60, 3)` uint8 Lab.
        shape: Height and width of the picture at the normal size, where the homography ends.
        homography: 3 x 3.
        softness: Sigma in cells by which both are blurred first; see `softness_for`.

    Returns:
        The lower of the correlation of lightness and of its fine detail, in [-1, 1]; -1 when
        the two hardly overlap.
    """
    import cv2

    squeeze = np.diag([THUMBNAIL / shape[1], THUMBNAIL / shape[0], 1.0])
    matrix = squeeze @ homography
    height, width = query.shape[:2]
    centre = np.array([[width / 2, height / 2]])
    step = apply(matrix, centre + np.array([[0, 0], [1, 0], [0, 1]]))
    x, y = (float(np.clip(np.linalg.norm(step[i] - step[0]), 1e-3, 1.0)) for i in (1, 2))
    # Averaging before the warp keeps fine texture from turning into noise.
    size = (max(1, round(width * x)), max(1, round(height * y)))
    small = cv2.resize(query, size, interpolation=cv2.INTER_AREA)
    matrix = matrix @ np.diag([width / size[0], height / size[1], 1.0])
    half = np.array([[1, 0, -0.5], [0, 1, -0.5], [0, 0, 1]])
    matrix = half @ matrix @ np.linalg.inv(half)
    frame = (THUMBNAIL, THUMBNAIL)
    lab = cv2.cvtColor(small, cv2.COLOR_RGB2LAB)
    warped = cv2.warpPerspective(lab, matrix, frame, flags=cv2.INTER_LINEAR)
    solid = np.full(small.shape[:2], 255, np.uint8)
    inside = cv2.warpPerspective(solid, matrix, frame, flags=cv2.INTER_LINEAR) > 250
    if inside.sum() < _LEAST_OVERLAP:
        return -1.0
    first, second = _soften(np.asarray(warped, np.uint8), softness), _soften(thumb, softness)
    return correlation(first, second, inside)


def whole_likeness(
    query: npt.NDArray[np.uint8], thumb: npt.NDArray[np.uint8], softness: float = SHARP
) -> float:
    """Correlation of two whole pictures by their thumbnails, in [-1, 1]."""
    everywhere = np.ones(thumb.shape[:2], np.bool_)
    return correlation(_soften(query, softness), _soften(thumb, softness), everywhere)


def _soften(lab: npt.NDArray[np.uint8], sigma: float) -> Floats:
    import cv2

    values = lab.astype(np.float32)
    return np.asarray(cv2.GaussianBlur(values, (0, 0), sigma))


def softness_for(side: int) -> float:
    """How much to soften the comparison with a query of `side` pixels on its longer side.

    >>> softness_for(640), softness_for(48)
    (0.7, 1.0)
    """
    return float(np.clip(48 / side, SHARP, 1.5))


def correlation(first: Floats, second: Floats, inside: npt.NDArray[np.bool_]) -> float:
    """Lower of the colour and the detail correlation of two Lab thumbnails within a mask."""
    ours, theirs = first[inside], second[inside]
    colour = _pearson((ours - ours.mean(0)).ravel(), (theirs - theirs.mean(0)).ravel())
    detail = _pearson(_detail(first, inside)[inside], _detail(second, inside)[inside])
    return min(colour, detail)


def _detail(lab: Floats, inside: npt.NDArray[np.bool_]) -> Floats:
    """Lightness minus its local mean within the mask."""
    import cv2

    mask = inside.astype(np.float32)
    light = lab[..., 0] * mask
    weight = np.maximum(cv2.GaussianBlur(mask, (0, 0), 3.0), 1e-3)
    return np.asarray((lab[..., 0] - cv2.GaussianBlur(light, (0, 0), 3.0) / weight) * mask)


def _pearson(first: Floats, second: Floats) -> float:
    a, b = first - first.mean(), second - second.mean()
    # A floor on the contrast: two nearly plain areas are not alike because of their noise.
    floor = 2.0 * np.sqrt(len(a))
    norms = max(float(np.linalg.norm(a)), floor) * max(float(np.linalg.norm(b)), floor)
    return float(np.dot(a, b) / norms)
