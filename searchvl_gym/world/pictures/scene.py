"""A scene: a background into which sheets are placed in perspective, then lit."""

from __future__ import annotations

import math

import numpy as np
from PIL import Image as PillowImage
from PIL import ImageFilter

from searchvl_gym.world.pictures.bands import Reals, bands, rounded, spread
from searchvl_gym.world.pictures.recipe import ObjectBox, Picture, Point, TextLine
from searchvl_gym.world.pictures.resampling import Homography, Stretched, onto, warp
from searchvl_gym.world.pictures.sheet import Sheet
from searchvl_gym.world.pictures.textures import Field, Grain

Quad = tuple[Point, Point, Point, Point]
_Box = tuple[int, int, int, int]


def leaning_quad(
    rng: np.random.Generator,
    centre: Point,
    width: float,
    height: float,
    *,
    turn: float = 3.0,
    depth: float = 0.05,
) -> Quad:
    """An upright rectangle seen a little from the side.

    Args:
        rng: Source of randomness.
        centre: Pixels.
        width: Pixels.
        height: Pixels.
        turn: Largest rotation in degrees.
        depth: Largest share by which one side looks shorter than the other.

    Returns:
        Corners clockwise from top left.
    """
    angle = math.radians(rng.uniform(-turn, turn))
    skew, tilt = rng.uniform(-depth, depth, 2)
    x = np.array((-0.5, 0.5, 0.5, -0.5)) * width
    y = np.array((-0.5, -0.5, 0.5, 0.5)) * height
    y = y * (1 + skew * np.sign(x))
    x = x * (1 + tilt * np.sign(y) * 0.6)
    across = centre[0] + x * math.cos(angle) - y * math.sin(angle)
    down = centre[1] + x * math.sin(angle) + y * math.cos(angle)
    a, b, c, d = ((float(p), float(q)) for p, q in zip(across, down, strict=True))
    return a, b, c, d


class Scene:
    """The picture in the making.

    Args:
        background: `(height, width, 3)`, colours 0 to 255.
    """

    def __init__(self, background: Field) -> None:
        self.field = np.ascontiguousarray(background, np.float32)
        self.height, self.width = background.shape[:2]
        self.lines: list[TextLine] = []
        self.objects: list[ObjectBox] = []

    def place(
        self,
        sheet: Sheet,
        quad: Quad,
        *,
        label: str = "",
        shadow: tuple[float, float, float] = (6, 9, 9),
        darkness: float = 0.5,
    ) -> None:
        """Warp a sheet into the scene and carry its truth along.

        Args:
            sheet: What to place.
            quad: Where its corners go, in pixels, clockwise from top left.
            label: Name of the object that it is; empty for none.
            shadow: Shift right and down and softness (sigma) of the shadow, in pixels.
            darkness: 0 for no shadow, 1 for a black one.
        """
        import cv2

        place = onto(sheet.width, sheet.height, quad)
        inner = self._box(quad, 1)
        left, top, right, bottom = inner
        layer = warp(
            # Colours multiplied by alpha, so that the outline has no dark fringe after the warp.
            sheet.image.convert("RGBa"),
            place.to_shifted(-left, -top),
            (right - left, bottom - top),
        )
        dx, dy, soft = shadow
        if darkness > 0:
            outer = self._box(quad, 3 * soft + max(abs(dx), abs(dy)) + 2)
            cast = np.asarray(_shadow(layer.getchannel("a"), inner, outer, shadow))
            shaded = self.field[outer[1] : outer[3], outer[0] : outer[2]]
            for rows in bands(0, len(cast)):
                dark = 1 - (darkness / 255) * cast[rows].astype(np.float32)
                shaded[rows] *= spread(dark)
        warped, region = np.asarray(layer), self.field[top:bottom, left:right]
        for rows in bands(0, len(warped)):
            band = warped[rows]
            clear = cv2.cvtColor(255 - band[..., 3], cv2.COLOR_GRAY2RGB).astype(np.float32)
            clear *= np.float32(1 / 255)
            region[rows] *= clear
            region[rows] += cv2.cvtColor(band, cv2.COLOR_RGBA2RGB)
        for line in sheet.lines:
            a, b, c, d = (place(corner) for corner in line.quad)
            self.lines.append(TextLine(line.text, (a, b, c, d), line.role))
        for thing in sheet.objects:
            self.objects.append(ObjectBox(thing.label, _mapped_box(place, thing.box)))
        if label:
            self.mark(label, quad)

    def _box(self, quad: Quad, margin: float) -> _Box:
        """Whole pixels of the frame around a quadrilateral: left, top, right, bottom."""
        across, down = [p[0] for p in quad], [p[1] for p in quad]
        return (
            max(math.floor(min(across) - margin), 0),
            max(math.floor(min(down) - margin), 0),
            min(math.ceil(max(across) + margin), self.width),
            min(math.ceil(max(down) + margin), self.height),
        )

    def mark(self, label: str, points: tuple[Point, ...]) -> None:
        """Note an object that spans the given points; its box is clipped to the frame."""
        x = np.clip([p[0] for p in points], 0, self.width)
        y = np.clip([p[1] for p in points], 0, self.height)
        box = (float(x.min()), float(y.min()), float(np.ptp(x)), float(np.ptp(y)))
        self.objects.append(ObjectBox(label, box))

    def shade(self, factor: Reals) -> None:
        """Multiply all colours by a field `(height, width)`."""
        for rows in bands(0, self.height):
            self.field[rows] *= spread(factor[rows])

    def light(self, rng: np.random.Generator, strength: float = 0.22) -> None:
        """Light from one side, and corners that fall off."""
        import cv2

        y, x = np.mgrid[-1:1:24j, -1:1:32j].astype(np.float32)
        angle = rng.uniform(0, 2 * math.pi)
        slope = math.cos(angle) * x + math.sin(angle) * y
        around = (x - rng.uniform(-0.25, 0.25)) ** 2 + (y - rng.uniform(-0.25, 0.25)) ** 2
        shade = 1.06 + strength * 0.5 * slope - strength * 0.62 * around
        warm = rng.uniform(-0.02, 0.03)
        tint = np.array((1 + warm, 1, 1 - warm), np.float32)
        smooth = Stretched(np.asarray(shade, np.float32), self.width, self.height)
        for rows in bands(0, self.height):
            full = smooth.rows(rows)
            self.field[rows] *= cv2.merge([full * part for part in tint])

    def finish(self, rng: np.random.Generator, noise: float = 2.0) -> Picture:
        """Add the camera's noise and close the picture."""
        grain = Grain(rng, noise)
        pixels = np.empty(self.field.shape, np.uint8)
        for rows in bands(0, self.height):
            grain.add(self.field[rows], rows.start)
            rounded(self.field[rows], pixels[rows])
        pixels.setflags(write=False)
        return Picture(pixels, tuple(self.lines), tuple(self.objects))


def _shadow(
    outline: PillowImage.Image, inner: _Box, outer: _Box, shadow: tuple[float, float, float]
) -> PillowImage.Image:
    """What an outline casts: moved and softened, at a quarter of the size to be cheap."""
    dx, dy, soft = shadow
    whole = PillowImage.new("L", (outer[2] - outer[0], outer[3] - outer[1]))
    whole.paste(outline, (inner[0] - outer[0], inner[1] - outer[1]))
    size = (max(1, whole.width // 4), max(1, whole.height // 4))
    moved = whole.resize(size, PillowImage.Resampling.BOX).transform(
        size,
        PillowImage.Transform.AFFINE,
        (1, 0, -dx / 4, 0, 1, -dy / 4),
        PillowImage.Resampling.BILINEAR,
    )
    blurred = moved.filter(ImageFilter.GaussianBlur(max(soft / 4, 0.3)))
    return blurred.resize(whole.size, PillowImage.Resampling.BILINEAR)


def _mapped_box(
    place: Homography, box: tuple[float, float, float, float]
) -> tuple[float, float, float, float]:
    left, top, width, height = box
    right, bottom = left + width, top + height
    corners = np.array(
        [place(p) for p in ((left, top), (right, top), (right, bottom), (left, bottom))]
    )
    low, high = corners.min(axis=0), corners.max(axis=0)
    return float(low[0]), float(low[1]), float(high[0] - low[0]), float(high[1] - low[1])
