"""Faces: eyes, brows, glasses, ears, noses, mouths, and what cheeks and chins show."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from searchvl_gym.world.appearance.families.palette import DARK, GOLD, WHITE
from searchvl_gym.world.appearance.families.portraits.shapes import (
    Ring,
    between,
    cover,
    disc,
    strip,
    upon,
)
from searchvl_gym.world.appearance.families.portraits.traits import (
    BARE_EYES,
    EYEPATCH,
    EYES,
    FRECKLES,
    FULL_BEARD,
    GOATEE,
    HAIR,
    LIPS,
    LONG_BEARD,
    MONOCLE,
    MOUSTACHE,
    NOSES,
    ROSY,
    ROUND,
    SKIN,
    SPOT,
    SQUARE,
)
from searchvl_gym.world.appearance.family import Genes
from searchvl_gym.world.appearance.solid import Colour, Model, Vector, mixed

_BOTH = (-1, 1)
_PATCH, _RIM, _LENS = 1, 2, 3
_EYE_AT = 0.145
_BLUSH: Colour = (110, 50, 40)
_PUPIL: Colour = (18, 16, 18)
_CLOTH: Colour = (30, 28, 30)
_HORN: Colour = (52, 40, 36)
_GLASS: Colour = (226, 240, 246)


def face(head: Model, rings: Sequence[Ring], genes: Genes, rng: np.random.Generator) -> None:
    """Eyes with brows and glasses, ears, nose and mouth; the eyes look about, the mouth moves."""
    skin = SKIN[genes["skin"]]
    shade = mixed(skin, _BLUSH, 0.3)
    look, gap = rng.uniform(-0.016, 0.016), rng.uniform(0.0, 0.014)
    for side in _BOTH:
        worn = _worn(genes["glasses"], side)
        _eye(head, rings, genes, side, look, shade)
        _brow(head, rings, genes, side, shade)
        _frame_side(head, rings, side, worn)
        _ear(head, rings[4][1], genes["ears"], side, skin)
    if genes["glasses"] in (ROUND, SQUARE):
        ends = (upon(rings, -0.05, 0.06, 0.06), upon(rings, 0.05, 0.06, 0.06))
        head.part().rod(*ends, 0.025, _HORN)
    _nose(head, rings, NOSES[genes["nose"]], skin, shade)
    _mouth(head, rings, genes["lips"], gap, skin)


def _worn(glasses: int, side: int) -> int:
    """What stands before the eye of a side: one of `BARE_EYES`, `_PATCH`, `_RIM` and `_LENS`."""
    if glasses in (ROUND, SQUARE):
        return _LENS
    if side < 0:
        return BARE_EYES
    return {MONOCLE: _RIM, EYEPATCH: _PATCH}.get(glasses, BARE_EYES)


def _eye(
    head: Model, rings: Sequence[Ring], genes: Genes, side: int, look: float, shade: Colour
) -> None:
    """An eye with what is worn before it, and its lid."""
    x, y = side * _EYE_AT, 0.03
    worn, skin = _worn(genes["glasses"], side), SKIN[genes["skin"]]
    # Half width, half height, colour, shift to the side and corners, from the undermost layer.
    layers: list[tuple[float, float, Colour, float, int]] = [
        (0.074, 0.038, WHITE, 0.0, 10), (0.034, 0.036, EYES[genes["eyes"]], look, 10),
        (0.015, 0.016, _PUPIL, look, 8),
    ]  # fmt: skip
    if worn == _PATCH:
        layers = [(0.11, 0.1, _CLOTH, 0.0, 8)]
    elif worn:
        frame = GOLD if worn == _RIM else _HORN
        corners = 4 if genes["glasses"] == SQUARE else 14
        lens = mixed(skin, _GLASS, 0.35)
        layers = [(0.125, 0.11, frame, 0.0, corners), (0.1, 0.088, lens, 0.0, corners), *layers]
    else:
        layers.insert(0, (0.084, 0.054, shade, 0.0, 10))
    lift = 0.05 if worn else 0.015
    head.part()
    root = -1
    for across, up, colour, move, corners in layers:
        number = head.face(disc(rings, x + move, y, across, up, lift, corners), colour, on=root)
        root = number if root < 0 else root
    if worn != _PATCH:  # A lid; without it everyone stares.
        lid = disc(rings, x, y, 0.084, 0.054, lift, 10)[:5]
        lid[1:4] = [(u, v - 0.002, w) for u, v, w in lid[1:4]]
        head.face(lid, shade, on=root)


def _brow(head: Model, rings: Sequence[Ring], genes: Genes, side: int, shade: Colour) -> None:
    """An eyebrow, which glasses push up."""
    arch, thick = ((0.0, 0.014), (0.0, 0.032), (0.035, 0.02))[genes["brows"]]
    high = 0.125 + (0.035 if _worn(genes["glasses"], side) in (_RIM, _LENS) else 0.0)
    inner, middle = (side * 0.06, high - 0.004, thick), (side * _EYE_AT, high + 0.01 + arch, thick)
    outer = (side * 0.235, high - 0.02, thick * 0.5)
    strip(head, rings, [inner, middle, outer], mixed(HAIR[genes["hair"]], shade, 0.25))


def _frame_side(head: Model, rings: Sequence[Ring], side: int, worn: int) -> None:
    """What holds glasses: an arm to the ear, a ribbon of a monocle, the bands of a patch."""
    x = side * _EYE_AT
    tip = x + side * 0.12
    if worn == _LENS:
        head.part().rod(upon(rings, tip, 0.05, 0.05), (side * 0.36, 0.06, 0.02), 0.025, _HORN)
    elif worn == _RIM:
        head.part().rod(upon(rings, tip, 0.0, 0.05), (0.34, -0.5, -0.2), 0.014, GOLD)
    elif worn == _PATCH:
        for end in (upon(rings, -0.2, 0.27, 0.03), (0.36, 0.08, 0.0)):
            head.part().rod(upon(rings, x, 0.08, 0.05), end, 0.024, _CLOTH)


def _ear(head: Model, wide: float, kind: int, side: int, skin: Colour) -> None:
    """An ear of either size, or one with a drop."""
    large = (0.1, 0.13, 0.1)[kind]
    head.part().ball((side * wide, 0.0, 0.03), (0.045, large, 0.07), skin, sides=6, rows=4)
    if kind == 2:
        drop = (side * (wide + 0.02), -0.18, -0.02)
        head.part().ball(drop, (0.035, 0.075, 0.035), GOLD, sides=5, rows=3)


def _nose(head: Model, rings: Sequence[Ring], shape: Vector, skin: Colour, shade: Colour) -> None:
    """Two sides and a wing under each; see `NOSES` for its shape."""
    width, long, bump = shape
    ridge = (0.0, -0.03, -0.4 - long * 0.4 - bump)
    top, tip = upon(rings, 0.0, 0.08, 0.0), (0.0, -0.12, -0.39 - long)
    head.part()
    base = upon(rings, 0.0, -0.17, 0.0)
    for side in _BOTH:
        wing = upon(rings, side * width, -0.13, 0.005)
        tone = mixed(skin, shade, 0.25 if side > 0 else 0.1)
        sheets = ((top, wing, ridge, tone), (ridge, wing, tip, tone), (wing, base, tip, shade))
        for p, q, r, colour in sheets:
            head.face([p, q, r] if side < 0 else [r, q, p], colour)


def _mouth(head: Model, rings: Sequence[Ring], kind: int, gap: float, skin: Colour) -> None:
    """Lips, open by a gap."""
    mouth, half = -0.265, (0.1, 0.125, 0.11)[kind]
    full = (0.026, 0.034, 0.018)[kind]
    lips = [
        (-half, 0.0), (0.0, -full * 1.3 - gap), (half, 0.0), (half * 0.4, full), (0.0, full * 0.7),
        (-half * 0.4, full),
    ]  # fmt: skip
    inner = [(-half * 0.9, 0.0), (0.0, -0.008 - gap), (half * 0.9, 0.0), (0.0, 0.004)]
    lip = mixed(LIPS[kind], skin, 0.3)
    root = head.part().face([upon(rings, u, mouth + v, 0.05) for u, v in lips], lip)
    head.face([upon(rings, u, mouth + v, 0.05) for u, v in inner], (80, 30, 32), on=root)


def marks(head: Model, rings: Sequence[Ring], mark: int, hair: Colour, skin: Colour) -> None:
    """What the cheeks and the chin show."""
    if mark == FRECKLES:
        for n in range(12):
            x, y = (0.09 + 0.045 * (n % 3)) * (1 if n < 6 else -1), -0.07 - 0.05 * (n // 3 % 2)
            spot = disc(rings, x + 0.02 * (n // 3 % 2), y, 0.013, 0.013, 0.012, 5)
            head.part().face(spot, mixed(skin, (120, 56, 30), 0.6))
    elif mark == SPOT:
        head.part().face(disc(rings, 0.17, -0.2, 0.02, 0.02, 0.012, 7), (54, 30, 28))
    elif mark == ROSY:
        for x in (-0.19, 0.19):
            blush = disc(rings, x, -0.12, 0.075, 0.055, 0.01, 10)
            head.part().face(blush, mixed(skin, (214, 70, 70), 0.4))
    if mark in (MOUSTACHE, FULL_BEARD, LONG_BEARD):
        bow = [(-0.17, -0.25, 0.008), (-0.08, -0.2, 0.03), (0.0, -0.185, 0.026)]
        path = [*bow, *((-x, y, h) for x, y, h in bow[1::-1])]
        strip(head, [(y, w, f + 0.03, b) for y, w, f, b in rings], path, hair)
    if mark >= GOATEE:
        _beard(head, rings, mark, hair)


def _beard(head: Model, rings: Sequence[Ring], mark: int, hair: Colour) -> None:
    """A shell around the chin that hangs down."""
    reach = 0.07 if mark == GOATEE else 0.24
    ends = (0.6, 0.55, 0.95)[mark - GOATEE]

    def high(turn: float) -> float:
        away = min(abs(turn - 0.25), reach) / reach
        return -0.32 + (0.02 if mark == GOATEE else 0.36 * away * away)

    def low(turn: float) -> float:
        away = min(abs(turn - 0.25), reach) / reach
        return -ends + (ends - 0.36) * away * away

    columns = range(3, 5) if mark == GOATEE else range(0, 8)
    grid = between(rings, low, high, 3, grow=lambda row, n: 1.09 + 0.03 * (n % 2), floor=-0.36)
    dark = mixed(hair, DARK, 0.2)
    cover(head, grid, lambda row, n: dark if (row + n) % 3 == 0 else hair, columns=columns)
