"""What a picture is made from and what is known about it: recipe in, pixels and truth out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from searchvl_gym.types import Image

Point = tuple[float, float]


@dataclass(frozen=True)
class PictureRecipe:
    """Everything that decides a drawn picture, so that it can be drawn again anywhere.

    Attributes:
        style: One of `searchvl_gym.world.pictures.STYLES`.
        seed: Decides colours, layout, perspective, lighting and texture.
        fields: The words to put in, by role (`title`, `subtitle`, `year`, …); see the style's
            documentation.
        width: Pixels, at least 512.
        height: Pixels, at least 512.
    """

    style: str
    seed: int
    fields: Mapping[str, str] = field(default_factory=dict)
    width: int = 768
    height: int = 576


@dataclass(frozen=True)
class TextLine:
    """One line of text in a picture.

    Attributes:
        text: Exactly what is written.
        quad: Corners in pixels, clockwise from the line's top left.
        role: The recipe field that it shows, or `decor`.
    """

    text: str
    quad: tuple[Point, Point, Point, Point]
    role: str = "decor"


@dataclass(frozen=True)
class ObjectBox:
    """One object in a picture: `label` and its box `(x, y, width, height)` in pixels."""

    label: str
    box: tuple[float, float, float, float]


@dataclass(frozen=True)
class Picture:
    """A drawn picture and its ground truth.

    Attributes:
        pixels: RGB.
        lines: Every line of text that is legible in principle.
        objects: Every object that the scene is made of.
    """

    pixels: Image
    lines: tuple[TextLine, ...]
    objects: tuple[ObjectBox, ...]
