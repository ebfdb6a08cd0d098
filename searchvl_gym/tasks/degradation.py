"""Spoiling pictures: what was done to them is known, and one of the tools undoes it.

- `downsample`: strength is the divisor of each side, at least 1; area average, so the picture is
  smaller. Undone by `super_resolution`.
- `blur`: strength is the sigma of a Gaussian in pixels. Undone by `sharpen`.
- `perspective`: strength is the largest shift of a corner as a share of the side, below 0.45; the
  picture is warped as if photographed askew on a plain ground. Undone by `perspective_correct`.
- `oblique`: strength is the share of the width that is left, 0.1 to 1; the picture is seen along
  the wall it hangs on, its far edge shorter, on a plain ground. Undone by `perspective_correct`.
- `noise`: strength is the standard deviation in grey levels, independent for each channel.
- `grain`: as `noise`, but one field of it repeated over the picture: quick on large ones.
- `low_light`: strength is the share of the brightness that is left, above 0 and up to 1, with the
  noise of a short exposure (standard deviation 2).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
from PIL import Image as PillowImage

from searchvl_gym.types import Degradation, Image
from searchvl_gym.world.pictures.recipe import Point
from searchvl_gym.world.pictures.resampling import onto, soften, warp

_LOW_LIGHT_NOISE = 2.0
_GROUND = (96, 96, 96)
_GRAIN_TILE = (1021, 1031)


def apply(image: Image, degradation: Degradation) -> Image:
    """Spoil a picture.

    Args:
        image: RGB picture; not changed.
        degradation: Kind, strength and seed; the same three give the same pixels.

    Returns:
        A new picture; of another size for `downsample`.

    Raises:
        ValueError: When the kind is unknown or the strength out of its range.
    """
    if degradation.kind not in _KINDS:
        raise ValueError(
            f"unknown degradation {degradation.kind!r}; there are {', '.join(sorted(_KINDS))}"
        )
    function, low, high = _KINDS[degradation.kind]
    if not low <= degradation.strength <= high:
        raise ValueError(
            f"the strength of {degradation.kind} must be between {low:g} and {high:g}, got "
            f"{degradation.strength:g}"
        )
    rng = np.random.default_rng(degradation.seed)
    return np.ascontiguousarray(function(image, degradation.strength, rng), dtype=np.uint8)


def _blur(image: Image, sigma: float, rng: np.random.Generator) -> Image:
    return image.copy() if sigma == 0 else soften(image, sigma)


def _downsample(image: Image, divisor: float, rng: np.random.Generator) -> Image:
    height, width = image.shape[:2]
    size = (max(1, round(width / divisor)), max(1, round(height / divisor)))
    small = PillowImage.fromarray(image).resize(size, PillowImage.Resampling.BOX)
    return np.asarray(small, dtype=np.uint8)


def _perspective(image: Image, shift: float, rng: np.random.Generator) -> Image:
    height, width = image.shape[:2]
    # Each corner moves inwards by at least half of the largest shift, so that all of the
    # picture stays visible and its outline stands out from the ground.
    amount = (rng.uniform(0.5 * shift, shift, (4, 2)) * (width, height)).tolist()
    corners = ((0, 0, 1, 1), (width, 0, -1, 1), (width, height, -1, -1), (0, height, 1, -1))
    a, b, c, d = (
        (x + right * across, y + down * below)
        for (x, y, right, down), (across, below) in zip(corners, amount, strict=True)
    )
    return _on_ground(image, (a, b, c, d))


def _oblique(image: Image, share: float, rng: np.random.Generator) -> Image:
    height, width = image.shape[:2]
    left = rng.uniform(0.1, 0.9 - 0.8 * share) * width
    right = left + share * width
    # The far edge is the shorter one; which that is, and how much it rises, is by chance.
    near, far = rng.uniform(0.04, 0.1) * height, rng.uniform(0.14, 0.24) * height
    first, second = (near, far) if rng.random() < 0.5 else (far, near)
    lean = rng.uniform(-0.02, 0.02) * height
    return _on_ground(
        image,
        (
            (left, first),
            (right, second + lean),
            (right, height - second + lean),
            (left, height - first),
        ),
    )


def _on_ground(image: Image, corners: tuple[Point, Point, Point, Point]) -> Image:
    """A picture warped so that its corners lie there, on a plain ground."""
    height, width = image.shape[:2]
    place = onto(width, height, corners)
    opaque = PillowImage.fromarray(image).convert("RGBA").convert("RGBa")
    askew = np.asarray(warp(opaque, place, (width, height)), dtype=np.uint16)
    # What is not covered shows the ground, in whole numbers: (255 - alpha) * ground / 255.
    ground = ((255 - askew[..., 3:]) * np.array(_GROUND, np.uint16) + 127) // 255
    return (askew[..., :3] + ground).astype(np.uint8)


def _noise(image: Image, deviation: float, rng: np.random.Generator) -> Image:
    noise = rng.standard_normal(image.shape, dtype=np.float32) * np.float32(deviation)
    return np.clip(np.rint(image + noise), 0, 255).astype(np.uint8)


def _grain(image: Image, deviation: float, rng: np.random.Generator) -> Image:
    tile = rng.standard_normal((*_GRAIN_TILE, 3), dtype=np.float32) * np.float32(deviation)
    whole = np.rint(tile).astype(np.int16)
    noisy = image.astype(np.int16)
    rows, columns = _GRAIN_TILE
    for top in range(0, image.shape[0], rows):
        for left in range(0, image.shape[1], columns):
            part = noisy[top : top + rows, left : left + columns]
            part += whole[: part.shape[0], : part.shape[1]]
    return np.clip(noisy, 0, 255).astype(np.uint8)


def _low_light(image: Image, factor: float, rng: np.random.Generator) -> Image:
    dark = np.clip(np.rint(image.astype(np.float32) * np.float32(factor)), 0, 255)
    return _noise(dark.astype(np.uint8), _LOW_LIGHT_NOISE, rng)


_KINDS: Mapping[str, tuple[Callable[[Image, float, np.random.Generator], Image], float, float]] = (
    MappingProxyType(
        {
            "blur": (_blur, 0.0, 100.0),
            "downsample": (_downsample, 1.0, 64.0),
            "perspective": (_perspective, 0.0, 0.44),
            "oblique": (_oblique, 0.1, 1.0),
            "grain": (_grain, 0.0, 255.0),
            "noise": (_noise, 0.0, 255.0),
            "low_light": (_low_light, 0.01, 1.0),
        }
    )
)

KINDS = tuple(_KINDS)
"""Names of the degradations."""
