"""Pictures to run tools on."""

from collections.abc import Mapping

import font_roboto
import numpy as np
from PIL import Image as Pillow
from PIL import ImageDraw, ImageFont

from searchvl_gym.tools import ToolContext
from searchvl_gym.types import ErrorKind, Image, ToolError
from searchvl_gym.world import World


class Pictures:
    """The pictures of one episode."""

    def __init__(self, pictures: Mapping[str, Image]) -> None:
        self._pictures = dict(pictures)

    def get(self, name: str) -> Image:
        if name not in self._pictures:
            raise ToolError(ErrorKind.BAD_ARGUMENTS, f"no {name}; there are {self.names()}.")
        return self._pictures[name]

    def names(self) -> tuple[str, ...]:
        return tuple(self._pictures)


def context_of(*pictures: Image, world: World | None = None) -> ToolContext:
    named = {f"img_{number}": pixels for number, pixels in enumerate(pictures, 1)}
    return ToolContext(Pictures(named), world)


def write(texts: list[tuple[int, int, int, str]], size: tuple[int, int] = (768, 576)) -> Image:
    """A sheet with `(x, y, letter height, text)` on it."""
    sheet = Pillow.new("RGB", size, (240, 235, 220))
    pen = ImageDraw.Draw(sheet)
    for x, y, height, text in texts:
        font = ImageFont.truetype(font_roboto.Roboto, height)
        pen.text((x, y), text, font=font, fill=(20, 20, 30))
    return np.asarray(sheet)


def noise(rows: int, columns: int, seed: int = 0) -> Image:
    return np.random.default_rng(seed).integers(0, 256, (rows, columns, 3), dtype=np.uint8)


def scene(seed: int) -> Image:
    """A picture with enough corners to be recognised by."""
    rng = np.random.default_rng(seed)
    sheet = Pillow.new("RGB", (640, 512), tuple(int(v) for v in rng.integers(120, 255, 3)))
    pen = ImageDraw.Draw(sheet)
    for _ in range(60):
        left, top = rng.integers(0, 560), rng.integers(0, 440)
        box = (left, top, left + rng.integers(10, 140), top + rng.integers(10, 110))
        colour = tuple(int(value) for value in rng.integers(0, 255, 3))
        draw = pen.rectangle if rng.random() < 0.6 else pen.ellipse
        draw(tuple(int(value) for value in box), fill=colour, outline=(0, 0, 0))
    return np.asarray(sheet)
