"""Wear of cloth and paper: creases whose light and shade make a picture easy to recognise."""

from __future__ import annotations

import numpy as np

from searchvl_gym.world.pictures import textures
from searchvl_gym.world.pictures.exact import deviation


def creases(
    rng: np.random.Generator, width: int, height: int, cells: float, depth: float
) -> textures.Field:
    """Light and shade of a crumpled surface, around 1.

    Args:
        rng: Source of randomness.
        width: Pixels.
        height: Pixels.
        cells: Creases across the width.
        depth: How much lighter and darker they are.

    Returns:
        Shape `(height, width)`.
    """
    # Ridges of folded noise, lit from the upper left: their slope is the shade.
    rise = -np.abs(textures.clouds(rng, width, height, cells, 3) - 0.5)
    step = max(2, round(width / 240))
    slope = np.zeros_like(rise)
    slope[step:, step:] = rise[step:, step:] - rise[:-step, :-step]
    scale = max(deviation(np.abs(slope)), 1e-6)
    return np.asarray(1 + depth * np.clip(slope / scale / 2, -1, 1), np.float32)
