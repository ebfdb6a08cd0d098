"""What lies on the front of a coat: fastenings, what is pinned on, and what is worn at the neck."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from searchvl_gym.world.appearance.families.palette import DARK, GOLD, PAINT, PAINTS, WHITE
from searchvl_gym.world.appearance.families.portraits.shapes import (
    Ring,
    around,
    cover,
    disc,
    strip,
    upon,
)
from searchvl_gym.world.appearance.families.portraits.traits import (
    BEADS,
    BOW_TIE,
    BROOCH,
    COLLAR,
    FLOWER,
    FROGS,
    LAPELS,
    MEDALS,
    NECKTIE,
    ONE_ROW,
    OPEN_NECK,
    PENDANT,
    RUFF,
    SASH,
    SCARF,
    TWO_ROWS,
)
from searchvl_gym.world.appearance.family import Genes
from searchvl_gym.world.appearance.solid import Colour, Flat, Model, circle, mixed

_BOTH = (-1, 1)
_FOLD: Colour = (206, 206, 204)
_POLLEN: Colour = (240, 206, 80)
_STAND: tuple[Ring, ...] = ((0.74, 0.2, 0.21, 0.2), (0.9, 0.17, 0.18, 0.18))
_RUFF: tuple[Ring, ...] = ((0.72, 0.46, 0.44, 0.42), (0.84, 0.18, 0.18, 0.19))
_SCARF: tuple[Ring, ...] = (
    (0.66, 0.24, 0.26, 0.26), (0.74, 0.3, 0.31, 0.3), (0.84, 0.29, 0.29, 0.29),
    (0.92, 0.2, 0.2, 0.2),
)  # fmt: skip


@dataclass(frozen=True)
class Front:
    """The front of a body, onto which pieces of cloth and buttons are laid.

    Attributes:
        model: What they are added to.
        rings: The body.
    """

    model: Model
    rings: Sequence[Ring]

    def patch(
        self, outline: Sequence[Flat], colour: Colour, lift: float, sides: Sequence[int] = (1,)
    ) -> None:
        """A piece of cloth, or with both sides (-1, 1) also its mirror image."""
        for side in sides:
            points = [upon(self.rings, side * x, y, lift) for x, y in outline]
            self.model.part().face(points, colour, both=True)

    def button(self, x: float, y: float, size: float, lift: float, colour: Colour) -> None:
        """A round plate."""
        plate = disc(self.rings, x, y, size, size, lift, 10)
        self.model.part().face(plate, colour, both=True)

    def ball(self, x: float, y: float, radii: tuple[float, float, float], colour: Colour) -> None:
        """A bead or a petal."""
        at = upon(self.rings, x, y, 0.05)
        self.model.part().ball(at, radii, colour, sides=5, rows=3)


def close(front: Front, genes: Genes, trim: Colour) -> None:
    """What closes the coat: buttons in rows, lapels over a shirt, or cords across."""
    kind = genes["front"]
    metal = WHITE if PAINTS[genes["coat"]] == "yellow" else GOLD
    if kind == LAPELS:
        lapel = ((0.0, -0.4), (0.3, 0.3), (0.2, 0.36), (0.24, 0.46), (0.13, 0.74))
        front.patch(((0.0, -0.35), (0.17, 0.72), (-0.17, 0.72)), WHITE, 0.02)
        front.patch(lapel, trim, 0.035, _BOTH)
    elif kind == FROGS:
        for n in range(7):
            low, high = 0.475 - 0.2 * n, 0.525 - 0.2 * n
            front.patch(((-0.24, low), (0.24, low), (0.24, high), (-0.24, high)), metal, 0.025)
    for x in {ONE_ROW: (0.0,), TWO_ROWS: (-0.14, 0.14)}.get(kind, ()):
        for n in range(8):
            front.button(x, 0.5 - 0.2 * n, 0.042, 0.03, metal)


def pin(front: Front, genes: Genes) -> None:
    """What is worn on the breast, or nothing."""
    second = PAINT[genes["hat_colour"]]
    extra = genes["extra"]
    if extra == SASH:
        path = [(-0.38 + 0.16 * n, 0.62 - 0.26 * n, 0.11) for n in range(6)]
        strip(front.model, [(y, w, f + 0.015, b) for y, w, f, b in front.rings], path, second)
    elif extra == MEDALS:
        for n in range(3):
            u, v = 0.16 + 0.12 * n, 0.25 + 0.12 * n
            front.patch(((u, 0.26), (v, 0.26), (v, 0.4), (u, 0.4)), PAINT[1 + n], 0.04)
            front.button(u + 0.045, 0.21, 0.055, 0.045, GOLD)
    elif extra == FLOWER:
        petals = [circle(n / 5) for n in range(5)]
        for c, s in petals:
            front.ball(0.28 + 0.075 * c, 0.33 + 0.075 * s, (0.06, 0.06, 0.045), second)
        front.ball(0.28, 0.33, (0.06, 0.06, 0.045), _POLLEN)
    elif extra == BROOCH:
        front.button(-0.27, 0.36, 0.12, 0.06, GOLD)
        front.button(-0.27, 0.36, 0.08, 0.09, second)


def neckwear(front: Front, neck: int, trim: Colour, skin: Colour) -> None:
    """What is worn at the neck."""
    dark = mixed(trim, DARK, 0.3)
    if neck == OPEN_NECK:
        front.patch(((0.0, 0.42), (0.15, 0.78), (-0.15, 0.78)), skin, 0.03)
    elif neck in (COLLAR, NECKTIE, BOW_TIE):
        cover(front.model, around(_STAND, z=-0.05), WHITE)
        tip = 0.58 if neck == COLLAR else 0.64
        wing = ((0.0, 0.78), (0.09, tip), (0.24, 0.74), (0.15, 0.84))
        front.patch(wing, WHITE, 0.06, _BOTH)
        _tie(front, neck, trim, dark)
    elif neck == RUFF:
        grid = around(_RUFF, sides=24, z=-0.06)
        grid[0] = [(x, y + 0.06 * (n % 2), z) for n, (x, y, z) in enumerate(grid[0])]
        cover(front.model, grid, lambda row, n: WHITE if n % 2 else _FOLD)
    elif neck == BEADS:
        for n in range(9):
            x = -0.24 + 0.06 * n
            front.ball(x, 0.5 + 3.6 * x * x, (0.045, 0.045, 0.045), trim)
    elif neck == PENDANT:
        front.patch(((0.0, 0.26), (0.04, 0.26), (0.22, 0.74), (0.16, 0.76)), trim, 0.06, _BOTH)
        at = upon(front.rings, 0.0, 0.2, 0.1)
        front.model.part().ball(at, (0.1, 0.1, 0.03), GOLD, sides=10, rows=5)
    elif neck == SCARF:
        cover(front.model, around(_SCARF, z=-0.05), lambda row, n: trim if row % 2 else dark)
        front.patch(((0.02, 0.0), (0.2, 0.02), (0.16, 0.74), (0.02, 0.74)), trim, 0.1)


def _tie(front: Front, neck: int, trim: Colour, dark: Colour) -> None:
    """A necktie or a bow tie with its knot, or neither."""
    if neck == NECKTIE:
        blade = ((0.0, -0.3), (0.09, -0.2), (0.05, 0.66), (-0.05, 0.66), (-0.09, -0.2))
        front.patch(blade, trim, 0.08)
        front.patch(((-0.05, 0.64), (0.05, 0.64), (0.07, 0.78), (-0.07, 0.78)), dark, 0.1)
    elif neck == BOW_TIE:
        front.patch(((0.0, 0.7), (0.2, 0.6), (0.2, 0.82), (0.0, 0.74)), trim, 0.12, _BOTH)
        front.patch(((-0.04, 0.67), (0.04, 0.67), (0.04, 0.77), (-0.04, 0.77)), dark, 0.13)
