"""What halls and towers have in common: windows in walls, and roofs over blocks."""

from __future__ import annotations

from dataclasses import dataclass

from searchvl_gym.world.appearance.families.palette import colours, names
from searchvl_gym.world.appearance.solid import Colour, Flat, Model, Vector, circle, minus, mixed

_ROOFS: tuple[tuple[str, Colour], ...] = (
    ("red tiles", (172, 80, 58)), ("green copper", (104, 156, 136)), ("dark slate", (74, 80, 92)),
    ("gilded plates", (204, 166, 74)), ("brown shingles", (118, 88, 66)),
)  # fmt: skip
ROOF, ROOFS = colours(_ROOFS), names(_ROOFS)
_GABLE: Colour = (230, 226, 214)
_EAVES = 0.05


@dataclass(frozen=True)
class Windows:
    """How the windows of a building look.

    Attributes:
        shape: 0 square, 1 round-headed, 2 pointed.
        frame: Colour of the frames.
        glass: Colour of the panes.
        size: Of a window by the room that there is for it.
    """

    shape: int
    frame: Colour
    glass: Colour
    size: float = 0.5

    def lay(
        self,
        model: Model,
        wall: int,
        rows: int,
        columns: int,
        *,
        low: float = 0.08,
        high: float = 0.94,
    ) -> None:
        """Lay a grid of windows onto a rectangular face, between two shares of its height."""
        a, b, _, d = model.faces[wall].points
        across, up = minus(b, a), minus(d, a)

        def at(u: float, v: float) -> Vector:
            x, y, z = (a[k] + u * across[k] + v * up[k] for k in range(3))
            return x, y, z

        w, h = 0.5 * self.size / columns, 0.5 * self.size * 1.15 * (high - low) / rows
        for row in range(rows):
            v = low + (high - low) * (row + 0.5) / rows
            for column in range(columns):
                u = (column + 0.5) / columns
                for grow, colour in ((1.25, self.frame), (1.0, self.glass)):
                    outline = self._outline(u, v, w * grow, h * grow)
                    model.decal([at(*point) for point in outline], colour, wall)

    def _outline(self, u: float, v: float, w: float, h: float) -> list[Flat]:
        """About a middle, half as wide and half as high as given."""
        if self.shape == 0:
            return [(u - w, v - h), (u + w, v - h), (u + w, v + h), (u - w, v + h)]
        outline = [(u - w, v - h), (u + w, v - h)]
        for k in range(7):
            c, s = circle(k / 12)
            bend = s if self.shape == 1 else min(1.0, s * 0.55 + (0.45 if k == 3 else 0.0))
            outline.append((u + w * c, v + h * (0.35 + 0.65 * bend)))
        return outline


def roof(
    model: Model, kind: int, half: tuple[float, float], y: float, high: float, colour: Colour
) -> None:
    """A roof over a block about the origin.

    Args:
        model: What it is added to.
        kind: 0 gables at the sides, 1 hipped, 2 battlements, 3 a dome, 4 a gable in front.
        half: Half the width and half the depth of the block.
        y: Height at which its walls end.
        high: Height of the roof.
        colour: Of the roof.
    """
    x, z = half[0] + _EAVES, half[1] + _EAVES
    if kind == 0:
        _gabled(model, x, z, y, high, colour)
    elif kind == 1:
        r, top = x * 0.5, y + high
        model.part()
        model.face([(-x, y, -z), (x, y, -z), (r, top, 0), (-r, top, 0)], colour)
        model.face([(x, y, z), (-x, y, z), (-r, top, 0), (r, top, 0)], colour)
        model.face([(x, y, -z), (x, y, z), (r, top, 0)], colour)
        model.face([(-x, y, z), (-x, y, -z), (-r, top, 0)], colour)
    elif kind == 2:
        for n in range(9):
            u = -x + 2 * x * n / 9
            model.box((u, y, -z), (u + x / 9, y + 0.12, -z + 0.08), colour)
            model.box((u, y, z - 0.08), (u + x / 9, y + 0.12, z), colour)
    elif kind == 3:
        _dome(model, min(x, z) * 0.8, y, colour)
    else:
        _gabled_in_front(model, x, z, y, high, colour)


def _gabled(model: Model, x: float, z: float, y: float, high: float, colour: Colour) -> None:
    gable, top = mixed(colour, _GABLE, 0.5), y + high
    model.part()
    model.face([(-x, y, -z), (x, y, -z), (x, top, 0), (-x, top, 0)], colour)
    model.face([(x, y, z), (-x, y, z), (-x, top, 0), (x, top, 0)], colour)
    model.face([(x, y, -z), (x, y, z), (x, top, 0)], gable)
    model.face([(-x, y, z), (-x, y, -z), (-x, top, 0)], gable)


def _gabled_in_front(
    model: Model, x: float, z: float, y: float, high: float, colour: Colour
) -> None:
    gable, top = mixed(colour, _GABLE, 0.5), y + high
    model.part()
    model.face([(-x, y, -z), (x, y, -z), (0, top, -z)], gable)
    model.face([(x, y, z), (-x, y, z), (0, top, z)], gable)
    model.face([(x, y, -z), (x, y, z), (0, top, z), (0, top, -z)], colour)
    model.face([(-x, y, z), (-x, y, -z), (0, top, -z), (0, top, z)], colour)


def _dome(model: Model, r: float, y: float, colour: Colour) -> None:
    """A dome on a drum, with a tip."""
    model.lathe([(r, y), (r, y + 0.15)], mixed(colour, _GABLE, 0.6), sides=18)
    around = (circle(k / 24) for k in range(7))
    model.lathe([(r * c, y + 0.15 + r * 1.05 * s) for c, s in around], colour, sides=18)
    tip = [(0.05, y + r + 0.15), (0.05, y + r + 0.3), (0.0, y + r + 0.45)]
    model.lathe(tip, colour, sides=6)
