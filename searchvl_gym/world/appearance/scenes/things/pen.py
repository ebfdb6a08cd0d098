"""What all drawings of things share."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PIL import ImageDraw

from searchvl_gym.world.pictures.sheet import Colour

Draw = ImageDraw.ImageDraw
Drawer = Callable[[Draw, np.random.Generator, int, int], None]
"""Draws a thing into `(draw, rng, width, height)`."""


def disc(draw: Draw, x: float, y: float, r: float, fill: Colour) -> None:
    """Fill a disc."""
    draw.ellipse((x - r, y - r, x + r, y + r), fill=fill)
