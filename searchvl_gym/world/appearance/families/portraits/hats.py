"""Hats, and what else is worn around the head."""

from __future__ import annotations

from collections.abc import Sequence

from searchvl_gym.world.appearance.families.palette import DARK, GOLD, WHITE
from searchvl_gym.world.appearance.families.portraits.shapes import (
    Ring,
    around,
    between,
    cover,
    from_front,
)
from searchvl_gym.world.appearance.families.portraits.traits import (
    BARE_HEAD,
    BERET,
    BOWLER,
    CIRCLET,
    HEADSCARF,
    RIBBON,
    TOP_HAT,
    TURBAN,
    WREATH,
)
from searchvl_gym.world.appearance.solid import Colour, Model, circle, mixed

_WIDE, _FRONT, _BACK = _HEAD = 0.4, 0.45, 0.49
"""Half the width and the two depths of what sits tightly on any head."""

_TIP = (0.02, 0.02, 0.02)
_BAND: list[Ring] = [(0.24, *_HEAD), (0.32, *_HEAD)]
_LEAF: Colour = (84, 128, 70)
_BERET: list[Ring] = [
    (0.2, *_HEAD), (0.27, *_HEAD), (0.36, 0.56, 0.52, 0.56), (0.48, 0.5, 0.46, 0.5), (0.57, *_TIP),
]  # fmt: skip
_BOWLER: list[Ring] = [
    (0.18, 0.56, 0.56 + 0.06, 0.56 + 0.06), (0.22, *_HEAD), (0.3, *_HEAD),
    (0.46, 0.38, 0.42, 0.45), (0.58, 0.27, 0.3, 0.33), (0.64, *_TIP),
]  # fmt: skip
_TOP_HAT: list[Ring] = [
    (0.18, 0.6, 0.6 + 0.06, 0.6 + 0.06), (0.22, *_HEAD), (0.3, *_HEAD),
    (0.85, 0.42, 0.46, 0.5), (0.851, *_TIP),
]  # fmt: skip
_TURBAN: list[Ring] = [
    (0.17, 0.39, 0.43, 0.46), (0.25, 0.46, 0.5, 0.53), (0.34, 0.49, 0.53, 0.56),
    (0.43, 0.5, 0.53, 0.56), (0.53, 0.44, 0.47, 0.5), (0.62, 0.3, 0.32, 0.34), (0.66, *_TIP),
]  # fmt: skip


def hat(head: Model, rings: Sequence[Ring], kind: int, colour: Colour, trim: Colour) -> None:
    """What is worn on the head, or nothing."""
    if kind == RIBBON:
        cover(head, around(_BAND), colour)
    elif kind == WREATH:
        for n in range(-2, 9):
            c, s = circle(n / 13)
            tone = (colour, trim, _LEAF)[n % 3]
            at = (_WIDE * c, 0.29, -_FRONT * s)
            head.part().ball(at, (0.1, 0.085, 0.1), tone, sides=5, rows=4)
    elif kind == CIRCLET:
        _circlet(head, colour)
    elif kind == BERET:
        _beret(head, colour)
    elif kind in (BOWLER, TOP_HAT):
        shape = _BOWLER if kind == BOWLER else _TOP_HAT
        cover(head, around(shape), lambda row, n: trim if row == 1 else colour)
    elif kind == TURBAN:
        pale = mixed(colour, WHITE, 0.3)
        cover(head, around(_TURBAN), lambda row, n: (colour, pale)[(row + n // 3) % 2])
        head.part().ball((0.0, 0.34, -0.55), (0.07, 0.09, 0.05), trim, sides=8, rows=5)
    elif kind == HEADSCARF:
        _headscarf(head, rings, colour, trim)
    else:
        assert kind == BARE_HEAD


def _circlet(head: Model, colour: Colour) -> None:
    """A band of gold with points, every other one of them coloured."""
    cover(head, around(_BAND), GOLD)
    low, high = around([(0.32, *_HEAD), (0.5, _WIDE * 1.08, _FRONT * 1.08, _BACK * 1.08)])
    points = [p if n % 2 else q for n, (p, q) in enumerate(zip(low, high, strict=True))]
    cover(head, [low, points], lambda row, n: colour if n % 4 == 0 else GOLD)


def _beret(head: Model, colour: Colour) -> None:
    """It leans to one side."""
    dark = mixed(colour, DARK, 0.25)
    leant = [
        [(x + 0.5 * (y - 0.25), y - 0.35 * x * (y > 0.3), z) for x, y, z in line]
        for line in around(_BERET)
    ]
    cover(head, leant, lambda row, n: dark if row == 0 else colour)


def _headscarf(head: Model, rings: Sequence[Ring], colour: Colour, trim: Colour) -> None:
    """It frames the face and is knotted under the chin."""

    def low(turn: float) -> float:
        away = from_front(turn)
        return 0.24 - 0.78 * min(max((away - 0.1) / 0.12, 0.0), 1.0) - 0.3 * (away > 0.3)

    grid = between(rings, low, rings[-1][0] + 0.05, 5, grow=lambda row, n: 1.16, floor=0.0)
    cover(head, grid, lambda row, n: trim if row == 0 else colour)
    knot = mixed(colour, DARK, 0.25)
    head.part().ball((0.0, -0.56, -0.2), (0.16, 0.09, 0.1), knot, sides=8, rows=5)
