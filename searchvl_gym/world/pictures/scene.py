"""A scene: a background into which sheets are placed in perspective, then lit."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from searchvl_gym.world.pictures.recipe import ObjectBox, Picture, Point, TextLine
from searchvl_gym.world.pictures.sheet import Sheet
from searchvl_gym.world.pictures.textures import Field, as_pixels, grain

Quad = tuple[Point, Point, Point, Point]


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
    angle = np.deg2rad(rng.uniform(-turn, turn))
    skew, tilt = rng.uniform(-depth, depth, 2)
    x = np.array((-0.5, 0.5, 0.5, -0.5)) * width
    y = np.array((-0.5, -0.5, 0.5, 0.5)) * height
    y = y * (1 + skew * np.sign(x))
    x = x * (1 + tilt * np.sign(y) * 0.6)
    across = centre[0] + x * np.cos(angle) - y * np.sin(angle)
    down = centre[1] + x * np.sin(angle) + y * np.cos(angle)
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

        source = np.array(
            ((0, 0), (sheet.width, 0), (sheet.width, sheet.height), (0, sheet.height)), np.float32
        )
        target = np.array(quad, np.float32)
        matrix = np.asarray(cv2.getPerspectiveTransform(source, target), np.float64)
        dx, dy, soft = shadow
        margin = 3 * soft + max(abs(dx), abs(dy)) + 2
        left, top = np.maximum(np.floor(target.min(axis=0) - margin), 0).astype(int)
        right, bottom = np.ceil(target.max(axis=0) + margin).astype(int)
        right, bottom = min(int(right), self.width), min(int(bottom), self.height)
        shift = np.array(((1, 0, -left), (0, 1, -top), (0, 0, 1)), np.float64)
        size = (right - int(left), bottom - int(top))
        # Colours multiplied by alpha, so that the outline has no dark fringe after the warp.
        layer = np.array(sheet.image.convert("RGBa"))
        warped = cv2.warpPerspective(layer, shift @ matrix, size, flags=cv2.INTER_LINEAR)
        alpha = np.ascontiguousarray(warped[..., 3])
        clear = cv2.cvtColor(255 - alpha, cv2.COLOR_GRAY2RGB).astype(np.float32)
        clear *= np.float32(1 / 255)
        region = self.field[top:bottom, left:right]
        if darkness > 0:
            small = cv2.resize(alpha, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
            move = np.array(((1, 0, dx / 4), (0, 1, dy / 4)), np.float32)
            small = cv2.warpAffine(small, move, (small.shape[1], small.shape[0]))
            small = cv2.GaussianBlur(small, (0, 0), max(soft / 4, 0.3))
            cast = cv2.resize(small, size, interpolation=cv2.INTER_LINEAR).astype(np.float32)
            region *= cv2.merge((1 - (darkness / 255) * cast,) * 3)
        region *= clear
        region += cv2.cvtColor(warped, cv2.COLOR_RGBA2RGB).astype(np.float32)
        for line in sheet.lines:
            a, b, c, d = mapped(matrix, line.quad)
            self.lines.append(TextLine(line.text, (a, b, c, d), line.role))
        for thing in sheet.objects:
            self.objects.append(ObjectBox(thing.label, _mapped_box(matrix, thing.box)))
        if label:
            self.mark(label, quad)

    def mark(self, label: str, points: tuple[Point, ...]) -> None:
        """Note an object that spans the given points; its box is clipped to the frame."""
        x = np.clip([p[0] for p in points], 0, self.width)
        y = np.clip([p[1] for p in points], 0, self.height)
        box = (float(x.min()), float(y.min()), float(np.ptp(x)), float(np.ptp(y)))
        self.objects.append(ObjectBox(label, box))

    def light(self, rng: np.random.Generator, strength: float = 0.22) -> None:
        """Light from one side, and corners that fall off."""
        import cv2

        y, x = np.mgrid[-1:1:24j, -1:1:32j].astype(np.float32)
        angle = rng.uniform(0, 2 * np.pi)
        slope = np.cos(angle) * x + np.sin(angle) * y
        around = (x - rng.uniform(-0.25, 0.25)) ** 2 + (y - rng.uniform(-0.25, 0.25)) ** 2
        shade = 1.06 + strength * 0.5 * slope - strength * 0.62 * around
        warm = rng.uniform(-0.02, 0.03)
        tint = np.array((1 + warm, 1, 1 - warm), np.float32)
        self.field *= cv2.resize(shade[..., None] * tint, (self.width, self.height))

    def finish(self, rng: np.random.Generator, noise: float = 2.0) -> Picture:
        """Add the camera's noise and close the picture."""
        self.field += grain(rng, self.width, self.height, noise)
        pixels = as_pixels(self.field)
        pixels.setflags(write=False)
        return Picture(pixels, tuple(self.lines), tuple(self.objects))


def mapped(matrix: npt.NDArray[np.float64], points: tuple[Point, ...]) -> tuple[Point, ...]:
    """Points under a homography."""
    flat = np.array([(x, y, 1.0) for x, y in points]) @ matrix.T
    return tuple((float(x / w), float(y / w)) for x, y, w in flat)


def _mapped_box(
    matrix: npt.NDArray[np.float64], box: tuple[float, float, float, float]
) -> tuple[float, float, float, float]:
    left, top, width, height = box
    right, bottom = left + width, top + height
    corners = np.array(mapped(matrix, ((left, top), (right, top), (right, bottom), (left, bottom))))
    low, high = corners.min(axis=0), corners.max(axis=0)
    return float(low[0]), float(low[1]), float(high[0] - low[0]), float(high[1] - low[1])
