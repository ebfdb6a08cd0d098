"""Telling writing that the recogniser does not know from writing that is hard to read.

The recogniser's dictionary holds Latin, Greek, Chinese and Japanese. Of a script that it does not
know it drops the letters, or it takes them for known ones of a similar shape: Thai becomes
`ansaw`. What gives that away is doubt without a reason: a line of clean, sharp, large letters
that was nevertheless read with low confidence. Where the picture itself is blurred, noisy or
small, low confidence has a reason, and the reading stands.

The bounds were set on fourteen scripts in five sizes and on lines of Atlas and of real pictures,
clean and spoilt; docs/tools.md has the figures.
"""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt

from searchvl_gym.types import Image

LEAST_CONFIDENCE = 0.5
"""Readings below are no readings."""

_SURE, _RATHER_SURE, _DOUBTFUL = 0.91, 0.86, 0.82
_MIN_HEIGHT = 16.0
_MIN_ASPECT = 1.8
_MIN_CONTRAST = 40.0
_MAX_NOISE = 0.06
_SHARP, _NOT_BLURRED = 0.92, 0.4
_CROWDED, _SPARSE = 2.5, 1.95
_GREEK = range(0x370, 0x400)
_MUDDLED = re.compile(
    "[a-zA-Z][0-9]+[a-zA-Z]|[a-zA-Z\u00c0-\u024f][\u0370-\u03ff\u3040-\u9fff]|[\u0370-\u03ff\u3040-\u9fff][a-zA-Z\u00c0-\u024f]"
)
"""Digits inside a word, or letters of two scripts side by side."""


def is_greek(text: str) -> bool:
    """Whether most letters are Greek, and at least three.

    >>> is_greek("Eθνικó Mουσεo"), is_greek("α particles")
    (True, False)
    """
    letters = [letter for letter in text if letter.isalpha()]
    greek = sum(ord(letter) in _GREEK for letter in letters)
    return greek >= 3 and 2 * greek > len(letters)


def is_unreadable(
    text: str, confidence: float, quad: npt.NDArray[np.float64], pixels: Image
) -> bool:
    """Whether a line that was found is clearly writing, but none that can be read.

    Args:
        text: What was read; perhaps nothing.
        confidence: Of the reading.
        quad: Corners in `pixels`, clockwise from the line's top left; shape (4, 2).
        pixels: RGB picture.
    """
    known = confidence >= LEAST_CONFIDENCE and any(letter.isalnum() for letter in text)
    if known and (confidence >= _SURE or is_greek(text)):
        return False
    height = float(np.linalg.norm(quad[[3, 2]] - quad[[0, 1]], axis=1).mean())
    width = float(np.linalg.norm(quad[[1, 2]] - quad[[0, 3]], axis=1).mean())
    if height < _MIN_HEIGHT or width < _MIN_ASPECT * height:
        return False
    contrast, sharpness, noise = _look(quad, pixels)
    if contrast < _MIN_CONTRAST or noise > _MAX_NOISE:
        return False
    if sharpness < _NOT_BLURRED:
        return False
    if not known or (_MUDDLED.search(text) and confidence < _RATHER_SURE):
        return True
    # Letters that are read are counted against the room for them: lines of another script lose
    # some, while lines of narrow letters and formulas, which lower confidence too, are crowded.
    crowding = len(text) * height / width
    if sharpness < _SHARP:
        return confidence < _DOUBTFUL and crowding < _SPARSE
    return crowding < _SPARSE or (confidence < _RATHER_SURE and crowding < _CROWDED)


def _look(quad: npt.NDArray[np.float64], pixels: Image) -> tuple[float, float, float]:
    """Contrast in grey levels, and the steepest edges and the noise as shares of it."""
    import cv2

    left, top = np.maximum(np.floor(quad.min(axis=0)).astype(int), 0)
    right, bottom = np.ceil(quad.max(axis=0)).astype(int)
    cut = np.ascontiguousarray(pixels[top:bottom, left:right])
    if min(cut.shape[:2]) < 3:
        return 0.0, 0.0, 0.0
    grey = cv2.cvtColor(cut, cv2.COLOR_RGB2GRAY).astype(np.float32)
    low, high = np.percentile(grey, [3, 97])
    contrast = max(float(high - low), 1.0)
    edges = cv2.magnitude(cv2.Sobel(grey, -1, 1, 0), cv2.Sobel(grey, -1, 0, 1)) / 4.0
    # Second differences along both axes: smooth shading and straight edges cancel out.
    kernel = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32) / 6.0
    grain = float(np.median(np.abs(cv2.filter2D(grey, -1, kernel)))) / 0.6745
    return contrast, float(np.percentile(edges, 98)) / contrast, grain / contrast
