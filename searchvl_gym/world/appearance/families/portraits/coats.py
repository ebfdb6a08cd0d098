"""Bodies in coats, with sleeves, epaulettes or a cape."""

from __future__ import annotations

from searchvl_gym.world.appearance.families.palette import DARK, GOLD, PAINT, WHITE
from searchvl_gym.world.appearance.families.portraits.adornments import Front, close, neckwear, pin
from searchvl_gym.world.appearance.families.portraits.shapes import Ring, around, between, cover
from searchvl_gym.world.appearance.families.portraits.traits import (
    CAPE,
    EPAULETTES,
    SKIN,
    TWO_HALVES,
)
from searchvl_gym.world.appearance.family import Genes
from searchvl_gym.world.appearance.solid import Colour, Model, mixed

_TRUNK: tuple[Ring, ...] = (
    (-1.5, 0.52, 0.35, 0.32), (-0.7, 0.5, 0.34, 0.32), (-0.1, 0.54, 0.35, 0.32),
    (0.35, 0.58, 0.33, 0.32), (0.55, 0.56, 0.28, 0.3), (0.68, 0.42, 0.23, 0.27),
    (0.8, 0.19, 0.17, 0.2),
)  # fmt: skip
_ARM: tuple[Ring, ...] = (
    (-1.3, 0.15, 0.18, 0.18), (-0.4, 0.16, 0.19, 0.19), (0.1, 0.17, 0.2, 0.2),
    (0.42, 0.17, 0.19, 0.19), (0.56, 0.12, 0.13, 0.13), (0.61, 0.02, 0.02, 0.02),
)  # fmt: skip
_NECK: tuple[Ring, ...] = ((0.7, 0.16, 0.16, 0.19), (1.05, 0.15, 0.15, 0.17))
_BULKS = (0.9, 1.0, 1.12)


def body(model: Model, genes: Genes) -> None:
    """Trunk, arms, shoulders and neck, with what is worn on them."""
    coat, trim, skin = PAINT[genes["coat"]], _trim(genes), SKIN[genes["skin"]]
    bulk, pattern = _BULKS[genes["build"]], genes["pattern"]
    rings = [(y, w * bulk, front, back) for y, w, front, back in _TRUNK]

    def cloth(row: int, n: int) -> Colour:
        odd = (False, n % 2 == 1, row % 2 == 1, (row + n) % 2 == 1, 5 <= n < 15)[pattern]
        return trim if odd else coat

    rows = between(rings, lambda turn: -1.3, 0.8, 11, sides=20)
    cover(model, rows, cloth, split=False, columns=range(-3, 13))
    for side in (-1, 1):
        x = side * 0.6 * bulk
        outer = range(-2, 5) if side > 0 else range(1, 8)
        # A coat of two halves has a sleeve of each; stripes run on.
        half = coat if side > 0 else trim
        sleeve = around(_ARM, sides=10, x=x, z=-0.02)
        shade = half if pattern == TWO_HALVES else cloth
        cover(model, sleeve, shade, split=False, columns=outer)
        if genes["shoulders"] == EPAULETTES:
            _epaulette(model, x)
    if genes["shoulders"] == CAPE:
        _cape(model, bulk, coat, trim)
        rings = [(y, w, front + 0.07, back) for y, w, front, back in rings]
    cover(model, around(_NECK, z=-0.06), skin, split=False, columns=range(-2, 10))
    front = Front(model, rings)
    close(front, genes, trim)
    pin(front, genes)
    neckwear(front, genes["neck"], trim, skin)


def _trim(genes: Genes) -> Colour:
    """The second colour of the clothes, which is another than that of the coat."""
    if genes["coat"] != genes["trim"]:
        return PAINT[genes["trim"]]
    return WHITE if genes["trim"] else DARK


def _epaulette(model: Model, x: float) -> None:
    """A pad of gold with a fringe."""
    model.part().ball((x, 0.6, -0.03), (0.2, 0.055, 0.2), GOLD, sides=10, rows=5)
    for n in range(5):
        u = x - 0.16 + 0.08 * n
        model.part().rod((u, 0.58, -0.2), (u, 0.42, -0.23), 0.045, GOLD)


def _cape(model: Model, bulk: float, coat: Colour, trim: Colour) -> None:
    """It lies over the shoulders and ends in a seam of the trim's colour."""
    rings = [
        (0.32, 0.82 * bulk, 0.4, 0.4), (0.5, 0.76 * bulk, 0.36, 0.38),
        (0.66, 0.5 * bulk, 0.29, 0.33), (0.8, 0.24, 0.21, 0.24),
    ]  # fmt: skip
    upper = mixed(trim, coat, 0.5)
    cover(model, around(rings, z=-0.02), lambda row, n: upper if row else trim, split=False)
