"""A flat sheet (sign, page, card) that is drawn upright and later put into a scene."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from operator import mul
from typing import Literal

import numpy as np
import numpy.typing as npt
from PIL import Image as PillowImage
from PIL import ImageDraw

from searchvl_gym.types import Image
from searchvl_gym.world.pictures.bands import Reals, shaded
from searchvl_gym.world.pictures.fonts import font
from searchvl_gym.world.pictures.recipe import ObjectBox, TextLine
from searchvl_gym.world.pictures.typesetting import LEADING, fit

Colour = tuple[int, int, int]
Box = tuple[float, float, float, float]


class Sheet:
    """A canvas with an outline (alpha) that remembers what is written and drawn on it.

    Args:
        width: Pixels.
        height: Pixels.
        colour: Ground colour, or None for a transparent sheet.
    """

    def __init__(self, width: float, height: float, colour: Colour | None) -> None:
        self.width = round(width)
        self.height = round(height)
        ground = (0, 0, 0, 0) if colour is None else (*colour, 255)
        self.image = PillowImage.new("RGBA", (self.width, self.height), ground)
        self.draw = ImageDraw.Draw(self.image)
        self.lines: list[TextLine] = []
        self.objects: list[ObjectBox] = []

    @classmethod
    def of(cls, pixels: Image) -> Sheet:
        """A sheet that begins with the given RGB pixels."""
        sheet = cls(pixels.shape[1], pixels.shape[0], None)
        sheet.image = PillowImage.fromarray(pixels).convert("RGBA")
        sheet.draw = ImageDraw.Draw(sheet.image)
        return sheet

    def pixels(self) -> npt.NDArray[np.uint8]:
        """The RGBA pixels."""
        return np.array(self.image)

    def set_pixels(self, rgb: Image) -> None:
        """Replace the colours and keep the outline."""
        alpha = self.image.getchannel("A")
        self.image = PillowImage.fromarray(rgb).convert("RGBA")
        self.image.putalpha(alpha)
        self.draw = ImageDraw.Draw(self.image)

    def shade(self, *factors: Reals) -> None:
        """Multiply the colours by fields, one after the other; see `bands.shaded`."""
        self.set_pixels(shaded(np.asarray(self.image), *factors))

    def round_corners(self, radius: float) -> None:
        """Cut the corners off."""
        mask = PillowImage.new("L", (self.width, self.height), 0)
        ImageDraw.Draw(mask).rounded_rectangle(
            (0, 0, self.width - 1, self.height - 1), radius, fill=255
        )
        self.image.putalpha(mask)
        self.draw = ImageDraw.Draw(self.image)

    def write(
        self,
        text: str,
        box: Box,
        *,
        face: str,
        size: float,
        colour: Colour,
        role: str = "decor",
        align: Literal["left", "center", "right"] = "center",
        upright: Literal["top", "middle", "bottom"] = "middle",
        max_lines: int = 1,
        halo: Colour | None = None,
    ) -> Box:
        """Write text into a box and remember every line.

        Args:
            text: What to write; nothing is drawn for an empty text.
            box: `(left, top, right, bottom)` in pixels.
            face: One of `fonts.FACES`.
            size: Largest size in pixels per em; it shrinks until the text fits.
            colour: RGB.
            role: The recipe field that the text shows, or `decor`.
            align: Horizontal place in the box.
            upright: Vertical place in the box.
            max_lines: How many lines the text may be broken into.
            halo: Colour of an outline that lifts the text off a busy ground.

        Returns:
            The box that the block of lines takes.
        """
        left, top, right, bottom = box
        if not text.strip():
            return (left, top, right, top)
        block = fit(text, face, right - left, bottom - top, size, max_lines)
        y = {
            "top": top,
            "middle": (top + bottom - block.height) / 2,
            "bottom": bottom - block.height,
        }[upright]
        start = y
        type_face = font(block.face, block.size)
        stroke = 0 if halo is None else max(2, block.size // 9)
        for line in block.lines:
            length = type_face.getlength(line)
            x = {"left": left, "center": (left + right - length) / 2, "right": right - length}[
                align
            ]
            where = (round(x), round(y + block.size * LEADING * 0.77))
            self.draw.text(
                where,
                line,
                font=type_face,
                fill=colour,
                anchor="ls",
                stroke_width=stroke,
                stroke_fill=halo,
            )
            ink = self.draw.textbbox(where, line, font=type_face, anchor="ls")
            self.remember(line, (ink[0] - 1, ink[1] - 1, ink[2] + 1, ink[3] + 1), role)
            y += block.size * LEADING
        return (left, start, right, y)

    def remember(self, text: str, box: Box, role: str) -> None:
        """Note that `text` stands in an upright box `(left, top, right, bottom)`."""
        left, top, right, bottom = box
        quad = ((left, top), (right, top), (right, bottom), (left, bottom))
        self.lines.append(TextLine(text, quad, role))

    def mark(self, label: str, box: Box) -> None:
        """Note that an object stands in a box `(left, top, right, bottom)`."""
        left, top, right, bottom = box
        self.objects.append(ObjectBox(label, (left, top, right - left, bottom - top)))

    def polygon(self, points: Sequence[tuple[float, float]], colour: Colour) -> None:
        """Fill a polygon."""
        self.draw.polygon(list(points), fill=colour)

    def disc(self, x: float, y: float, radius: float, colour: Colour) -> None:
        """Fill a disc."""
        self.draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)

    def curve(
        self, points: Sequence[tuple[float, float]], colour: Colour, width: float, steps: int = 24
    ) -> list[tuple[float, float]]:
        """Stroke a quadratic or cubic Bézier curve and return its polyline."""
        line = bezier(points, steps)
        self.draw.line(line, fill=colour, width=max(1, round(width)), joint="curve")
        return line


def bezier(points: Sequence[tuple[float, float]], steps: int = 24) -> list[tuple[float, float]]:
    """Points on a Bézier curve of any degree (Bernstein form).

    >>> bezier([(0, 0), (2, 2)], steps=2)
    [(0.0, 0.0), (1.0, 1.0), (2.0, 2.0)]
    """
    across, down = [point[0] for point in points], [point[1] for point in points]
    return [
        (sum(map(mul, weights, across)), sum(map(mul, weights, down)))
        for weights in _weights(len(points) - 1, steps)
    ]


@lru_cache(maxsize=64)
def _weights(degree: int, steps: int) -> tuple[tuple[float, ...], ...]:
    """For every point on a Bézier curve how much each of the given points counts."""
    return tuple(
        tuple(math.comb(degree, k) * t**k * (1 - t) ** (degree - k) for k in range(degree + 1))
        for t in (i / steps for i in range(steps + 1))
    )
