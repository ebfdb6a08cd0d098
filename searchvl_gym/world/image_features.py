"""What a picture looks like in numbers: local features, a thumbnail, a layout.

Local features are SIFT (Lowe 2004) as RootSIFT (Arandjelović and Zisserman 2012). The thumbnail
is the picture squeezed to 60 x 60 in Lab colours; the layout is a short vector made from it that
finds whole copies, however small or blurred.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from searchvl_gym.types import Image

Floats = npt.NDArray[np.float32]

SIDE = 400
"""Longer side to which pictures are brought before features are taken."""
THUMBNAIL = 60
DESCRIPTOR = 128
LAYOUT = 3 * 8 * 8 + 16 * 16


@dataclass(frozen=True)
class LocalFeatures:
    """SIFT features of one picture, strongest first.

    Attributes:
        points: `(n, 4)`: x, y, size in pixels of the picture at `SIDE`, angle in radians.
        descriptors: `(n, 128)` RootSIFT, unit length.
    """

    points: Floats
    descriptors: Floats

    def __len__(self) -> int:
        return len(self.points)


def normalise(pixels: Image) -> tuple[Image, float]:
    """Bring a picture to a longer side of at most `SIDE`, small ones to at least half of it.

    Returns:
        The picture and the factor by which it was scaled.
    """
    import cv2

    side = max(pixels.shape[:2])
    factor = min(1.0, SIDE / side) if side >= SIDE / 2 else SIDE / 2 / side
    if factor == 1.0:
        return pixels, factor
    height, width = (max(1, round(length * factor)) for length in pixels.shape[:2])
    method = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    return cv2.resize(pixels, (width, height), interpolation=method).astype(np.uint8), factor


def local_features(pixels: Image, count: int, described: int | None = None) -> LocalFeatures:
    """The strongest SIFT features of a picture that `normalise` made.

    A third of the places is kept for coarse features, which survive blur and small copies; the
    rest goes to the strongest of any size.

    Args:
        pixels: RGB.
        count: How many at most.
        described: Of how many they are chosen, which costs most of the time; None for twice as
            many, so that there are coarse ones to choose from.
    """
    import cv2

    gray = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    most = 2 * count if described is None else described
    detector = cv2.SIFT.create(nfeatures=most, contrastThreshold=0.02, edgeThreshold=12)
    keypoints, descriptors = detector.detectAndCompute(gray, None)
    if not keypoints:
        return LocalFeatures(np.zeros((0, 4), np.float32), np.zeros((0, DESCRIPTOR), np.float32))
    table = np.array([(*k.pt, k.size, k.angle, k.response) for k in keypoints], np.float32)
    order = np.lexsort((table[:, 3], table[:, 2], table[:, 1], table[:, 0], -table[:, 4]))
    coarse = order[table[order, 2] >= 7.0][: count // 3]
    chosen = np.concatenate([coarse, order[~np.isin(order, coarse)][: count - len(coarse)]])
    points = table[chosen, :4]
    points[:, 3] = np.deg2rad(points[:, 3])
    descriptors = descriptors[chosen]
    root = np.sqrt(descriptors / np.maximum(descriptors.sum(1, keepdims=True), 1e-6))
    return LocalFeatures(points, root.astype(np.float32))


def thumbnail(pixels: Image) -> npt.NDArray[np.uint8]:
    """The whole picture squeezed to `(60, 60, 3)` uint8 in Lab."""
    import cv2

    small = cv2.resize(pixels, (THUMBNAIL, THUMBNAIL), interpolation=cv2.INTER_AREA)
    return cv2.cvtColor(small, cv2.COLOR_RGB2LAB).astype(np.uint8)


def layout(thumb: npt.NDArray[np.uint8]) -> Floats:
    """Unit vector of a thumbnail's colours (8 x 8) and its lightness without slow changes."""
    import cv2

    colours = cv2.resize(thumb, (8, 8), interpolation=cv2.INTER_AREA).astype(np.float32)
    colours -= colours.mean((0, 1))
    light = cv2.resize(thumb[..., 0], (16, 16), interpolation=cv2.INTER_AREA).astype(np.float32)
    detail = light - cv2.GaussianBlur(light, (0, 0), 2.5)
    parts = [unit(colours.ravel()) * np.float32(0.7), unit(detail.ravel())]
    return unit(np.concatenate(parts))


def unit(vector: Floats) -> Floats:
    """A vector brought to length 1; zeros stay zeros."""
    length = float(np.linalg.norm(vector))
    return vector / np.float32(length) if length > 1e-6 else np.zeros_like(vector)
