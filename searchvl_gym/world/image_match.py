"""Does one picture show another? The geometry of matched features.

Every pair of matched features proposes one similarity transform from its position, size and
angle (Philbin et al. 2007), so the search for the best one needs no random numbers. The best is
refined to a homography by RANSAC.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from searchvl_gym.world.image_features import Floats

_RATIO = 0.88
_MAX_MATCHES = 160
_LOOSE = 20.0
_TIGHT = 5.0
_LEAST_AGREEING = 6

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
    own, other = np.einsum("ij,ij->i", query, query), np.einsum("ij,ij->i", candidate, candidate)
    distance = query @ candidate.T
    distance *= -2
    distance += other
    distance += own[:, None]
    rows = np.arange(len(query))
    nearest = distance.argmin(1)
    first = distance[rows, nearest]
    distance[rows, nearest] = np.inf
    ratio = first / np.maximum(distance.min(1), 1e-6)
    distance[rows, nearest] = first
    good = np.flatnonzero(ratio < _RATIO**2)
    # Few pass the test, so that few columns need to be looked at for who is nearest to them.
    good = good[distance[:, nearest[good]].argmin(0) == good]
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
    best = agree[int(np.argmax(agree.sum(1)))]
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
    if np.min(turns) <= 0:
        return False
    area = turns.sum() / 4
    return bool(4e-3 < area / max(float(np.prod(high - low)), 1e-6) < 250)


def count_visible(
    homography: Matrix,
    query: Floats,
    candidate: Floats,
    query_shape: tuple[float, float],
    candidate_shape: tuple[float, float],
) -> int:
    """How many features could agree: the fewer of either side that lie within the other picture.

    Args:
        homography: From query to candidate.
        query: `(n, 4)` all features of the query.
        candidate: `(n, 4)` all features of the candidate.
        query_shape: Height and width.
        candidate_shape: Height and width.
    """
    forth = apply(homography, query[:, :2].astype(np.float64))
    back = apply(
        np.asarray(np.linalg.inv(homography), np.float64), candidate[:, :2].astype(np.float64)
    )
    return min(
        int(((points > 0) & (points < shape[::-1])).all(1).sum())
        for points, shape in ((forth, candidate_shape), (back, query_shape))
    )
