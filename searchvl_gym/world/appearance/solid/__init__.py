"""Solids of flat faces, seen by a camera and lit by one light: a small painter's renderer.

Everything that decides a pixel is a sum, product, quotient or square root of single numbers, and
Pillow fills the polygons in whole numbers, so the pixels are the same on every machine. The sines
and cosines of `circle` come from the C library; a last bit of theirs moves a corner by far less
than a pixel.

Axes: x to the right, y up, z away from a viewer who stands in front. A subject stands at the
origin on the plane y = 0 and is about two units tall.
"""

from __future__ import annotations

from searchvl_gym.world.appearance.solid.model import Face, Model
from searchvl_gym.world.appearance.solid.vectors import (
    Colour,
    Flat,
    Line,
    Place,
    Vector,
    circle,
    cross,
    inclined,
    minus,
    mixed,
    random_colour,
    scaled,
    stretched,
    turned,
    unit,
)
from searchvl_gym.world.appearance.solid.view import Camera, Light, View

__all__ = [
    "Camera",
    "Colour",
    "Face",
    "Flat",
    "Light",
    "Line",
    "Model",
    "Place",
    "Vector",
    "View",
    "circle",
    "cross",
    "inclined",
    "minus",
    "mixed",
    "random_colour",
    "scaled",
    "stretched",
    "turned",
    "unit",
]
