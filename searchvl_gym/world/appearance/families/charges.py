"""What arms are made of: divisions of the field, charges, and the cutting to a shield's outline."""

from __future__ import annotations

from searchvl_gym.world.appearance.solid import Flat, circle

Outline = list[Flat]

SQUARE: Outline = [(-1, -1), (1, -1), (1, 1), (-1, 1)]

FIELDS = (
    "plain", "parted down the middle", "parted across", "quartered", "with a bend",
    "with a chevron", "with a cross", "with a saltire", "with three bars", "with three pales",
    "with a bordure", "parted slantwise",
)  # fmt: skip
CHARGES = (
    "star", "disc", "crescent", "tower", "fish", "tree", "key", "lozenge", "ship", "crown",
    "wheel", "arrow", "flower", "ring", "hammer",
)  # fmt: skip


def _block(left: float, low: float, right: float, high: float) -> Outline:
    return [(left, low), (right, low), (right, high), (left, high)]


# Of every field: outlines on the square from -1 to 1, and which of the two tinctures fills them.
_DIVISIONS: dict[str, list[tuple[Outline, int]]] = {
    "plain": [],
    "parted down the middle": [(_block(0, -1, 1, 1), 1)],
    "parted across": [(_block(-1, -1, 1, 0), 1)],
    "quartered": [(_block(0, -1, 1, 0), 1), (_block(-1, 0, 0, 1), 1)],
    "with a bend": [([(-1, 1), (-1, 0.45), (0.45, -1), (1, -1), (1, -0.45), (-0.45, 1)], 1)],
    "with a chevron": [
        ([(-1, -0.9), (-1, -0.35), (0, 0.55), (1, -0.35), (1, -0.9), (0, 0.0)], 1),
    ],
    "with a cross": [(_block(-0.24, -1, 0.24, 1), 1), (_block(-1, -0.24, 1, 0.24), 1)],
    "with a saltire": [
        ([(-1, 1), (-1, 0.6), (0.6, -1), (1, -1), (1, -0.6), (-0.6, 1)], 1),
        ([(1, 1), (1, 0.6), (-0.6, -1), (-1, -1), (-1, -0.6), (0.6, 1)], 1),
    ],
    "with three bars": [(_block(-1, y, 1, y + 0.28), 1) for y in (-0.85, -0.15, 0.55)],
    "with three pales": [(_block(x, -1, x + 0.28, 1), 1) for x in (-0.84, -0.14, 0.56)],
    "with a bordure": [(SQUARE, 1), (_block(-0.72, -0.72, 0.72, 0.72), 0)],
    "parted slantwise": [([(-1, -1), (1, -1), (1, 1)], 1)],
}


def division(field: int) -> list[tuple[Outline, int]]:
    """Patches of a field on the square from -1 to 1: outlines, and which tincture fills them."""
    return _DIVISIONS[FIELDS[field]]


def _round(radius: float, x: float = 0.0, y: float = 0.0, corners: int = 14) -> Outline:
    around = (circle(k / corners) for k in range(corners))
    return [(x + radius * c, y + radius * s) for c, s in around]


def _rays(points: int, inner: float) -> Outline:
    """A star of some points, whose notches reach down to a radius."""
    corners: Outline = []
    for k in range(2 * points):
        c, s = circle(0.25 + k / points / 2)
        reach = 1.0 if k % 2 == 0 else inner
        corners.append((reach * c, reach * s))
    return corners


def _crescent() -> Outline:
    hollow = [(x + 0.3, y * 0.8) for x, y in _round(0.8)[2:13]]
    return _round(1.0)[2:13] + hollow[::-1]


def _ring() -> Outline:
    """A band around a hole, cut open so that one outline goes around both edges."""
    outer, inner = _round(0.95, corners=18), _round(0.5, corners=18)
    return [*outer, outer[0], *inner[::-1], inner[-1]]


def _blossom() -> list[Outline]:
    around = (circle(0.25 + k / 5) for k in range(5))
    return [_round(0.45, 0.55 * c, 0.55 * s, 9) for c, s in around]


_SHAPES: dict[str, list[Outline]] = {
    "star": [_rays(5, 0.4)],
    "disc": [_round(0.85)],
    "crescent": [_crescent()],
    "tower": [[(-0.6, -1), (0.6, -1), (0.6, 0.5), (0.75, 0.5), (0.75, 1), (0.4, 1), (0.4, 0.75),
               (0.2, 0.75), (0.2, 1), (-0.2, 1), (-0.2, 0.75), (-0.4, 0.75), (-0.4, 1),
               (-0.75, 1), (-0.75, 0.5), (-0.6, 0.5)]],
    "fish": [[(-1, 0), (-0.5, 0.45), (0.2, 0.4), (0.6, 0.1), (1, 0.5), (1, -0.5), (0.6, -0.1),
              (0.2, -0.4), (-0.5, -0.45)]],
    "tree": [_block(-0.12, -1, 0.12, -0.3), [(-0.8, -0.35), (0.8, -0.35), (0, 1)]],
    "key": [_round(0.42, 0, 0.58), [(-0.12, 0.3), (0.12, 0.3), (0.12, -1), (-0.12, -1)],
            [(0.12, -1), (0.55, -1), (0.55, -0.72), (0.12, -0.72)]],
    "lozenge": [[(0, 1), (0.7, 0), (0, -1), (-0.7, 0)]],
    "ship": [[(-1, -0.3), (1, -0.3), (0.65, -0.85), (-0.65, -0.85)],
             _block(-0.06, -0.3, 0.06, 1), [(0.12, -0.15), (0.8, -0.1), (0.12, 0.9)]],
    "crown": [[(-0.85, -0.6), (0.85, -0.6), (1, 0.7), (0.45, 0.05), (0, 0.85), (-0.45, 0.05),
               (-1, 0.7)]],
    "wheel": [_rays(8, 0.62)],
    "arrow": [[(-0.1, -1), (0.1, -1), (0.1, 0.3), (0.5, 0.3), (0, 1), (-0.5, 0.3), (-0.1, 0.3)]],
    "flower": _blossom(),
    "ring": [_ring()],
    "hammer": [_block(-0.12, -1, 0.12, 0.4), _block(-0.7, 0.35, 0.7, 0.95)],
}  # fmt: skip


def charge(kind: int) -> list[Outline]:
    """Outlines of a charge about the origin, one unit in radius."""
    return _SHAPES[CHARGES[kind]]


def clipped(patch: Outline, shape: Outline) -> Outline:
    """What of a patch lies within a convex counter-clockwise shape (Sutherland and Hodgman).

    >>> clipped([(-2, 0), (2, 0), (2, 1), (-2, 1)], SQUARE)
    [(-1.0, 0.0), (1.0, 0.0), (1.0, 1.0), (-1.0, 1.0)]
    """
    kept = patch
    for (ax, ay), (bx, by) in zip(shape, [*shape[1:], shape[0]], strict=True):
        source, kept = kept, []
        for (px, py), (qx, qy) in zip([*source[-1:], *source[:-1]], source, strict=True):
            p = (bx - ax) * (py - ay) - (by - ay) * (px - ax)
            q = (bx - ax) * (qy - ay) - (by - ay) * (qx - ax)
            if (p < 0) != (q < 0):
                share = p / (p - q)
                kept.append((px + share * (qx - px), py + share * (qy - py)))
            if q >= 0:
                kept.append((qx, qy))
    return kept
