"""Finding the flat, four-sided thing in a picture: a page, a sign, a plaque, a warped photo.

Several detectors propose quadrilaterals, and all are judged by the same measure: how well
edges run along the four sides, and whether inside and outside differ there. A proposal that
is not convincing is no result.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from searchvl_gym.tools.quadrilaterals import Quad, angles, area, order_corners
from searchvl_gym.types import Image

WORKING_SIDE = 512
"""The longer side of the picture in which the search takes place, in pixels."""

MIN_AREA = 0.08
"""Smallest share of the picture that counts."""

CONFIDENCE = 0.72
"""Least score at which a proposal is believed."""

_SAMPLES = 64
_EDGE = 10.0
_CONTRAST = 12.0

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Sheet:
    """A detected quadrilateral: its corners in pixels of the picture and its score, 0 to 1."""

    corners: Quad
    score: float


def find_sheet(pixels: Image) -> Sheet | None:
    """The most convincing quadrilateral, or None when none reaches `CONFIDENCE`.

    Deterministic. Takes some 0.2 s whatever the picture's size.
    """
    import cv2

    rows, columns = pixels.shape[:2]
    scale = min(1.0, WORKING_SIDE / max(rows, columns))
    size = (max(8, round(columns * scale)), max(8, round(rows * scale)))
    shrunk = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    small = np.asarray(cv2.GaussianBlur(shrunk, (0, 0), 1.0), dtype=np.uint8)
    judge = _Judge(small)
    best: tuple[float, float, Quad] | None = None
    for proposal in _proposals(small):
        quad = order_corners(proposal)
        if quad is None or not judge.plausible(quad):
            continue
        score = judge.score(quad)
        if score < 0.45:
            continue
        refined = judge.refine(quad)
        if refined is not None and judge.plausible(refined):
            refined_score = judge.score(refined)
            if refined_score >= score:
                quad, score = refined, refined_score
        # Among equally good nested frames the outer one is wanted.
        rank = score + 0.15 * (area(quad) / (size[0] * size[1])) ** 0.5
        if score >= CONFIDENCE and (best is None or rank > best[0]):
            best = (rank, score, quad)
    if best is None:
        return None
    factor = np.array([columns / size[0], rows / size[1]])
    return Sheet((best[2] + 0.5) * factor - 0.5, min(best[1], 1.0))


class _Judge:
    """Measures how well a quadrilateral fits a picture."""

    def __init__(self, pixels: Image) -> None:
        self._pixels = pixels.astype(np.float64)
        self._rows, self._columns = pixels.shape[:2]

    def plausible(self, quad: Quad) -> bool:
        """Whether it is large enough, roughly inside the picture, and no sliver."""
        size = np.array([self._columns, self._rows])
        if area(quad) < MIN_AREA * self._rows * self._columns:
            return False
        if np.any(quad < -0.03 * size) or np.any(quad > 1.03 * size):
            return False
        corner_angles = angles(quad)
        return bool(np.min(corner_angles) > 40 and np.max(corner_angles) < 140)

    def score(self, quad: Quad) -> float:
        """0 to 1: mean and least support of the four sides."""
        support = np.array([self._support(*side) for side in _sides(quad)])
        return float(0.5 * support.mean() + 0.5 * support.min())

    def refine(self, quad: Quad, reach: int = 7) -> Quad | None:
        """Fit each side to the strongest change of colour within `reach` pixels across it."""
        lines = []
        for start, end in _sides(quad):
            points, normal = _along(start, end, 0.06)
            offsets = np.arange(-reach, reach + 1, dtype=np.float64)
            change = np.stack(
                [self._change(points + step * normal, normal, 1.5) for step in offsets]
            )
            change *= np.exp(-((offsets / reach) ** 2))[:, None] + 0.2
            strongest = change.argmax(axis=0)
            strong = change.max(axis=0) > _EDGE
            if strong.sum() < _SAMPLES // 3:
                lines.append(_line(start, end))
                continue
            edge = points[strong] + offsets[strongest[strong], None] * normal
            lines.append(_fit_line(edge))
        corners = []
        for first, second in zip(np.roll(lines, 1, axis=0), lines, strict=True):
            meeting = np.cross(first, second)
            if abs(meeting[2]) < 1e-9:
                return None
            corners.append(meeting[:2] / meeting[2])
        return order_corners(np.array(corners))

    def _support(self, start: Floats, end: Floats) -> float:
        """Share of a side's points with an edge along it and different colours at its sides."""
        points, normal = _along(start, end, 0.04)
        margin = 3.0
        limit = np.array([self._columns - 1 - margin, self._rows - 1 - margin])
        inside = np.all((points >= margin) & (points <= limit), axis=1)
        edge = np.max(
            [self._change(points + step * normal, normal, 1.5) for step in (-1.5, 0.0, 1.5)], axis=0
        )
        contrast = self._change(points, normal, 4.0)
        return float(np.mean(inside & (edge > _EDGE) & (contrast > _CONTRAST)))

    def _change(self, points: Floats, normal: Floats, distance: float) -> Floats:
        """Largest difference over the channels between the two sides of each point."""
        difference = self._at(points + distance * normal) - self._at(points - distance * normal)
        return np.asarray(np.abs(difference).max(axis=1))

    def _at(self, points: Floats) -> Floats:
        column = np.clip(np.rint(points[:, 0]).astype(int), 0, self._columns - 1)
        row = np.clip(np.rint(points[:, 1]).astype(int), 0, self._rows - 1)
        return np.asarray(self._pixels[row, column])


def _sides(quad: Quad) -> Iterator[tuple[Floats, Floats]]:
    for number in range(4):
        yield quad[number], quad[(number + 1) % 4]


def _along(start: Floats, end: Floats, margin: float) -> tuple[Floats, Floats]:
    """Points along a side without its ends, and the side's unit normal."""
    shares = np.linspace(margin, 1 - margin, _SAMPLES)[:, None]
    direction = (end - start) / max(float(np.linalg.norm(end - start)), 1e-9)
    return start + shares * (end - start), np.array([-direction[1], direction[0]])


def _line(start: Floats, end: Floats) -> Floats:
    return np.asarray(np.cross(np.append(start, 1.0), np.append(end, 1.0)))


def _fit_line(points: Floats) -> Floats:
    import cv2

    fitted = cv2.fitLine(points.astype(np.float32), cv2.DIST_HUBER, 0, 0.01, 0.01).ravel()
    direction, point = fitted[:2].astype(np.float64), fitted[2:].astype(np.float64)
    return _line(point - 100 * direction, point + 100 * direction)


def _proposals(pixels: Image) -> Iterator[Floats]:
    """Quadrilaterals from edges, thresholds and foreground separation."""
    for mask in _masks(pixels):
        yield from _quads_of(mask)


def _masks(pixels: Image) -> Iterator[npt.NDArray[Any]]:
    import cv2

    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    lab = cv2.cvtColor(pixels, cv2.COLOR_RGB2LAB)
    kernel = np.ones((3, 3), np.uint8)
    for channel in cv2.split(lab):
        for low, high in ((20, 60), (50, 150)):
            edges = cv2.Canny(channel, low, high)
            yield cv2.dilate(edges, kernel)
            yield cv2.morphologyEx(edges, cv2.MORPH_CLOSE, np.ones((7, 7), np.uint8))
    saturation = cv2.cvtColor(pixels, cv2.COLOR_RGB2HSV)[:, :, 1]
    for channel in (grey, saturation, _distance_from_border(lab)):
        _, mask = cv2.threshold(channel, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
        for candidate in (mask, 255 - mask):
            yield cv2.morphologyEx(candidate, cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8))
    yield _foreground(pixels)


def _distance_from_border(lab: npt.NDArray[Any]) -> npt.NDArray[np.uint8]:
    """Colour distance of each pixel from the median colour of the picture's border."""
    border = np.concatenate(
        [
            lab[:4].reshape(-1, 3),
            lab[-4:].reshape(-1, 3),
            lab[:, :4].reshape(-1, 3),
            lab[:, -4:].reshape(-1, 3),
        ]
    )
    distance = np.linalg.norm(lab.astype(np.float64) - np.median(border, axis=0), axis=2)
    return np.asarray(np.clip(distance, 0, 255), dtype=np.uint8)


def _foreground(pixels: Image) -> npt.NDArray[np.uint8]:
    """GrabCut at quarter size, started from everything but a margin."""
    import cv2

    rows, columns = pixels.shape[:2]
    small = cv2.resize(
        pixels, (max(columns // 3, 8), max(rows // 3, 8)), interpolation=cv2.INTER_AREA
    )
    height, width = small.shape[:2]
    margin_x, margin_y = max(1, width // 20), max(1, height // 20)
    mask = np.zeros((height, width), np.uint8)
    cv2.setRNGSeed(0)
    try:
        cv2.grabCut(
            small,
            mask,
            (margin_x, margin_y, width - 2 * margin_x, height - 2 * margin_y),
            np.zeros((1, 65)),
            np.zeros((1, 65)),
            2,
            cv2.GC_INIT_WITH_RECT,
        )
    except cv2.error:  # a picture of one colour has no foreground model
        return np.zeros((rows, columns), np.uint8)
    found = np.isin(mask, (cv2.GC_FGD, cv2.GC_PR_FGD)).astype(np.uint8) * 255
    return np.asarray(cv2.resize(found, (columns, rows), interpolation=cv2.INTER_NEAREST), np.uint8)


def _quads_of(mask: npt.NDArray[Any]) -> Iterator[Floats]:
    import cv2

    contours: Any
    contours, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    least = MIN_AREA * mask.shape[0] * mask.shape[1]
    hulls = [cv2.convexHull(contour) for contour in contours if len(contour) >= 4]
    hulls = sorted((hull for hull in hulls if cv2.contourArea(hull) >= least), key=cv2.contourArea)
    for hull in hulls[::-1][:6]:
        perimeter = cv2.arcLength(hull, True)
        for tolerance in (0.01, 0.02, 0.03, 0.05, 0.08):
            corners = cv2.approxPolyDP(hull, tolerance * perimeter, True)
            if len(corners) == 4:
                yield corners.reshape(4, 2).astype(np.float64)
                break
        else:
            yield cv2.boxPoints(cv2.minAreaRect(hull)).astype(np.float64)
