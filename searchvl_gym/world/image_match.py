"""Does one picture show another? Geometry of matched features, then a look at low resolution.

Every pair of matched features proposes one similarity transform from its position, size and
angle (Philbin et al. 2007), so the search for the best one needs no random numbers. The best is
refined to a homography by RANSAC and judged twice: by the number of features that agree, and by
the correlation of the two pictures under the transform.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from searchvl_gym.types import Image
from searchvl_gym.world.image_features import THUMBNAIL, Floats

_RATIO = 0.88
_MAX_MATCHES = 160
_LOOSE = 20.0
_TIGHT = 5.0
_LEAST_AGREEING = 6
_LEAST_OVERLAP = 60
"""Fewest thumbnail cells under the query's picture that say anything about likeness."""

Matrix = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Alignment:
    """How a query lies on a picture.

    Attributes:
        homography: 3 x 3, from query pixels to the picture's pixels at the normal size.
        inliers: Number of features that agree with it.
    """

    homography: Matrix
    inliers: int


def match_codes(
    query: Floats, candidate: Floats
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Mutual nearest neighbours that pass the ratio test, best first; at most 160 pairs."""
    if len(query) < 2 or len(candidate) < 2:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    distance = (query**2).sum(1)[:, None] + (candidate**2).sum(1)[None] - 2 * (query @ candidate.T)
    nearest = distance.argmin(1)
    rows = np.arange(len(query))
    first = distance[rows, nearest]
    mutual = distance.argmin(0)[nearest] == rows
    distance[rows, nearest] = np.inf
    ratio = first / np.maximum(distance.min(1), 1e-6)
    good = np.flatnonzero(mutual & (ratio < _RATIO**2))
    good = good[np.argsort(ratio[good], kind="stable")][:_MAX_MATCHES]
    return good, nearest[good]


def align(query: Floats, candidate: Floats) -> Alignment | None:
    """Find the transform on which most matched features agree.

    Args:
        query: `(n, 4)` x, y, size, angle of matched features in the query.
        candidate: `(n, 4)` the same in the picture.

    Returns:
        The alignment, or None when fewer than six features agree on a sensible one.
    """
    if len(query) < _LEAST_AGREEING:
        return None
    scale = candidate[:, 2] / np.maximum(query[:, 2], 1e-3)
    turn = candidate[:, 3] - query[:, 3]
    a, b = scale * np.cos(turn), scale * np.sin(turn)
    x, y = query[:, 0], query[:, 1]
    # Row i holds where the transform of pair i sends every query feature.
    mapped_x = a[:, None] * (x[None] - x[:, None]) - b[:, None] * (y[None] - y[:, None])
    mapped_y = b[:, None] * (x[None] - x[:, None]) + a[:, None] * (y[None] - y[:, None])
    error_x = mapped_x + candidate[:, 0][:, None] - candidate[:, 0][None]
    error_y = mapped_y + candidate[:, 1][:, None] - candidate[:, 1][None]
    agree = error_x**2 + error_y**2 < _LOOSE**2
    agree &= np.abs(np.log2(scale[:, None] / scale[None])) < 1.0
    best = agree[int(agree.sum(1).argmax())]
    if best.sum() < _LEAST_AGREEING:
        return None
    return _refine(query[:, :2], candidate[:, :2], best)


def _refine(query: Floats, candidate: Floats, agree: npt.NDArray[np.bool_]) -> Alignment | None:
    import cv2

    source, target = query[agree].astype(np.float64), candidate[agree].astype(np.float64)
    homography: Any = None
    if len(source) >= 8:
        # OpenCV seeds the generator of this RANSAC anew in every call.
        homography, _ = cv2.findHomography(source, target, cv2.RANSAC, _TIGHT, maxIters=500)
    if homography is None or not _is_sensible(homography, query):
        affine, _ = cv2.estimateAffine2D(
            source, target, method=cv2.RANSAC, ransacReprojThreshold=_TIGHT, maxIters=500
        )
        if affine is None:
            return None
        homography = np.vstack([affine, [0.0, 0.0, 1.0]])
        if not _is_sensible(homography, query):
            return None
    error = np.linalg.norm(apply(homography, query.astype(np.float64)) - candidate, axis=1)
    # Features on the same spot are one piece of evidence.
    spots = np.unique(np.rint(query[error < _TIGHT] / 4).astype(np.int64), axis=0)
    return Alignment(homography, len(spots)) if len(spots) >= _LEAST_AGREEING else None


def apply(homography: Matrix, points: Matrix) -> Matrix:
    """Where a homography sends points `(n, 2)`."""
    mapped = np.column_stack([points, np.ones(len(points))]) @ homography.T
    return np.asarray(mapped[:, :2] / np.where(mapped[:, 2:] == 0, 1e-12, mapped[:, 2:]))


def _is_sensible(homography: Matrix, points: Floats) -> bool:
    """No mirror image, no collapse, no horizon through the picture."""
    low, high = points.min(0), points.max(0)
    corners = np.array([low, (high[0], low[1]), high, (low[0], high[1])], np.float64)
    depth = np.column_stack([corners, np.ones(4)]) @ homography[2]
    if not np.isfinite(homography).all() or depth.min() * depth.max() <= 0:
        return False
    mapped = apply(homography, corners)
    sides = np.roll(mapped, -1, 0) - mapped
    turns = sides[:, 0] * np.roll(sides, -1, 0)[:, 1] - sides[:, 1] * np.roll(sides, -1, 0)[:, 0]
    if turns.min() <= 0:
        return False
    area = turns.sum() / 4
    return bool(4e-3 < area / max(float(np.prod(high - low)), 1e-6) < 250)


def likeness(
    query: Image, thumb: npt.NDArray[np.uint8], shape: tuple[float, float], homography: Matrix
) -> float:
    """Correlation of a query with a thumbnail under a transform.

    Args:
        query: RGB picture in whose pixels the homography starts.
        thumb: `(40, 40, 3)` uint8 Lab.
        shape: Height and width of the picture at the normal size, where the homography ends.
        homography: 3 x 3.

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
    return correlation(warped.astype(np.float32), thumb.astype(np.float32), inside)


def whole_likeness(query: npt.NDArray[np.uint8], thumb: npt.NDArray[np.uint8]) -> float:
    """Correlation of two whole pictures by their thumbnails, in [-1, 1]."""
    everywhere = np.ones(thumb.shape[:2], np.bool_)
    return correlation(query.astype(np.float32), thumb.astype(np.float32), everywhere)


def correlation(first: Floats, second: Floats, inside: npt.NDArray[np.bool_]) -> float:
    """Lower of the colour and the detail correlation of two Lab thumbnails within a mask."""
    colour = _pearson(
        np.concatenate([_centred(first[inside][:, i]) for i in range(3)]),
        np.concatenate([_centred(second[inside][:, i]) for i in range(3)]),
    )
    detail = _pearson(_detail(first, inside)[inside], _detail(second, inside)[inside])
    return min(colour, detail)


def _detail(lab: Floats, inside: npt.NDArray[np.bool_]) -> Floats:
    """Lightness minus its local mean within the mask."""
    import cv2

    mask = inside.astype(np.float32)
    light = lab[..., 0] * mask
    weight = np.maximum(cv2.GaussianBlur(mask, (0, 0), 3.0), 1e-3)
    return np.asarray((lab[..., 0] - cv2.GaussianBlur(light, (0, 0), 3.0) / weight) * mask)


def _centred(values: Floats) -> Floats:
    return np.asarray(values - values.mean())


def _pearson(first: Floats, second: Floats) -> float:
    a, b = _centred(first), _centred(second)
    # A floor on the contrast: two nearly plain areas are not alike because of their noise.
    floor = 2.0 * np.sqrt(len(a))
    norms = max(float(np.linalg.norm(a)), floor) * max(float(np.linalg.norm(b)), floor)
    return float(np.dot(a, b) / norms)
