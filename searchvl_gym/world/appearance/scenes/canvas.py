"""A large picture that is cheap to draw.

Walls, light and soft shadows are drawn at a fraction of the size and enlarged; what has edges or
letters is drawn at its own size and pasted; light and the camera's noise are laid over all of it
in whole numbers. So twelve megapixels take a fraction of a second.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PIL import Image as PillowImage
from PIL import ImageChops, ImageDraw, ImageFilter

from searchvl_gym.world.appearance.scenes.layout import Landmark, Plan, Spot
from searchvl_gym.world.pictures.recipe import ObjectBox, Picture, TextLine
from searchvl_gym.world.pictures.resampling import enlarge
from searchvl_gym.world.pictures.sheet import Box
from searchvl_gym.world.pictures.textures import Field, as_pixels

SHRINK = 5
"""How many times smaller the ground is drawn."""


class Canvas:
    """The picture in the making; boxes are `(left, top, right, bottom)` in full pixels.

    Args:
        width: Pixels.
        height: Pixels.
    """

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self.small = (-(-width // SHRINK), -(-height // SHRINK))
        self.ground: Field = np.zeros((self.small[1], self.small[0], 3), np.float32)
        self.image = PillowImage.new("RGB", (1, 1))
        self.draw = ImageDraw.Draw(self.image)
        self._cast: list[tuple[Box, float, float]] = []

    def fill(self, box: Box, make: Callable[[int, int], Field]) -> None:
        """Fill a box of the ground with a texture that `make(width, height)` gives, drawn small."""
        left, top, right, bottom = (round(side / SHRINK) for side in box)
        right, bottom = min(right, self.small[0]), min(bottom, self.small[1])
        left, top = max(left, 0), max(top, 0)
        if right > left and bottom > top:
            self.ground[top:bottom, left:right] = make(right - left, bottom - top)

    def cast(self, box: Box, soft: float, dark: float) -> None:
        """Note a shadow on the ground: a box, its softness in full pixels, its darkness 0 to 1."""
        self._cast.append((box, soft, dark))

    def develop(self, rng: np.random.Generator, grit: int = 10) -> None:
        """Enlarge the ground with its shadows; from now on things are pasted on it.

        Args:
            rng: Source of randomness.
            grit: Depth of the fine texture of the ground, in levels.
        """
        self.settle()
        small = PillowImage.fromarray(as_pixels(self.ground))
        full = small.resize((self.width, self.height), PillowImage.Resampling.BICUBIC)
        self.image = ImageChops.subtract(full, self._noise(rng, grit)) if grit else full
        self.draw = ImageDraw.Draw(self.image)

    def settle(self) -> None:
        """Let the shadows noted so far fall on what is on the ground so far."""
        ground = self.ground
        for soft in sorted({soft for _, soft, _ in self._cast}):
            mask = PillowImage.new("L", self.small, 255)
            draw = ImageDraw.Draw(mask)
            for box, softness, dark in self._cast:
                if softness == soft:
                    corners = tuple(round(side / SHRINK) for side in box)
                    if corners[2] > corners[0] and corners[3] > corners[1]:
                        draw.rectangle(corners, fill=round(255 * (1 - dark)))
            soft_mask = mask.filter(ImageFilter.GaussianBlur(max(soft / SHRINK, 0.5)))
            ground = ground * (np.asarray(soft_mask, np.float32) * np.float32(1 / 255))[..., None]
        self.ground = ground
        self._cast = []

    def _noise(self, rng: np.random.Generator, depth: int) -> PillowImage.Image:
        """Grey whole numbers from 0 to `depth`, tiled."""
        rough = rng.integers(0, depth + 1, (256, 256), dtype=np.uint8)
        coarse = np.repeat(np.repeat(rough[:128, :128], 2, 0), 2, 1)
        tile = ((rough.astype(np.uint16) + coarse) // 2).astype(np.uint8)
        rows, columns = -(-self.height // 256), -(-self.width // 256)
        grey = np.tile(tile, (rows, columns))[: self.height, : self.width]
        one = PillowImage.fromarray(grey)
        return PillowImage.merge("RGB", (one, one, one))

    def panel(self, box: Box, texture: Field) -> None:
        """Fill a box with a small texture, enlarged: shelves, frames, counters."""
        left, top, right, bottom = (round(side) for side in box)
        if right <= left or bottom <= top:
            return
        picture = PillowImage.fromarray(as_pixels(texture))
        size = (right - left, bottom - top)
        self.image.paste(picture.resize(size, PillowImage.Resampling.BILINEAR), (left, top))

    def paste(self, thing: PillowImage.Image, spot: Spot) -> None:
        """Put an upright thing (RGB or RGBA) where a spot says."""
        turned = thing.convert("RGBA") if spot.angle and thing.mode != "RGBA" else thing
        if spot.angle:
            # A rim of nothing lets the outline fade over one pixel instead of ending in stairs.
            rim = PillowImage.new("RGBA", (turned.width + 4, turned.height + 4))
            rim.paste(turned, (2, 2))
            turned = rim.rotate(spot.angle, PillowImage.Resampling.BICUBIC, expand=True)
        at = (
            round(spot.centre[0] - turned.width / 2),
            round(spot.centre[1] - turned.height / 2),
        )
        self.image.paste(turned, at, turned if turned.mode == "RGBA" else None)

    def stick(self, thing: PillowImage.Image, box: Box) -> None:
        """Put a thing with its top left corner at that of a box."""
        at = (round(box[0]), round(box[1]))
        self.image.paste(thing, at, thing if thing.mode == "RGBA" else None)

    def finish(self, rng: np.random.Generator, plan: Plan, noun: str, light: Field) -> Picture:
        """Light the scene, add the camera's noise and close the picture.

        Args:
            rng: Source of randomness.
            plan: What stands where; becomes the truth of the picture.
            noun: What an item is called.
            light: A coarse field of shares of light, at most 1, for each of the three colours.
        """
        rows, columns = light.shape[:2]
        planes = [enlarge(light[..., c], columns * 8, rows * 8) for c in range(3)]
        veil = PillowImage.fromarray(as_pixels(np.stack(planes, axis=-1) * 255))
        full = veil.resize(self.image.size, PillowImage.Resampling.BILINEAR)
        full = ImageChops.subtract(full, self._noise(rng, 9))
        pixels = np.asarray(ImageChops.multiply(self.image, full))
        pixels.setflags(write=False)
        return Picture(pixels, tuple(truth_lines(plan)), tuple(truth_objects(plan, noun)))


def truth_lines(plan: Plan) -> list[TextLine]:
    """The lettering of all items."""
    return [
        TextLine(line.text, spot.corners(line.box()), f"item:{spot.item.index}")
        for spot in plan.spots
        for line in spot.lines
    ]


def truth_objects(plan: Plan, noun: str) -> list[ObjectBox]:
    """The items in their order, then the landmarks."""
    things = [ObjectBox(noun, spot.item.box) for spot in plan.spots]
    return things + [ObjectBox(mark.name, mark.box) for mark in plan.landmarks]


def daylight(rng: np.random.Generator, strength: float = 0.3, warmth: float | None = None) -> Field:
    """Light that comes from one side and falls off towards the corners."""
    y, x = np.mgrid[-1:1:18j, -1:1:24j].astype(np.float32)
    side, above = float(rng.uniform(-0.7, 0.7)), float(rng.uniform(-0.6, -0.1))
    away = (x - side) * (x - side) * np.float32(0.45) + (y - above) * (y - above) * np.float32(0.5)
    shade = np.float32(1.05) - np.float32(strength) * np.minimum(away, 1.6)
    warm = float(rng.uniform(-0.02, 0.06)) if warmth is None else warmth
    tint = np.array((1, 1 - abs(warm) * 0.4, 1 - max(warm, 0)), np.float32)
    return np.asarray(np.clip(shade[..., None] * tint, 0, 1), np.float32)


def box_of(mark: Landmark) -> Box:
    """The box of a landmark as `(left, top, right, bottom)`."""
    x, y, width, height = mark.box
    return x, y, x + width, y + height
