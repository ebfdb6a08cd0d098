"""Hair: a shell around the head from the hairline upwards."""

from __future__ import annotations

from collections.abc import Sequence

from searchvl_gym.world.appearance.families.palette import DARK
from searchvl_gym.world.appearance.families.portraits.shapes import (
    Ring,
    between,
    cover,
    from_front,
)
from searchvl_gym.world.appearance.families.portraits.traits import (
    BALD,
    BOB,
    BRAIDS,
    BUN,
    CURLS,
    HEADSCARF,
    LONG,
    PARTED,
    STYLES,
    covers,
)
from searchvl_gym.world.appearance.family import Genes
from searchvl_gym.world.appearance.solid import Colour, Model, mixed


def hair(head: Model, rings: Sequence[Ring], genes: Genes, colour: Colour) -> None:
    """A shell from the hairline upwards, with a bun or braids; under a hat only its rim."""
    _, front, temple, behind, bulk = STYLES[genes["style"]]
    style, hat = genes["style"], genes["hat"]
    if hat == HEADSCARF:
        return
    top = 0.24 if covers(hat) else (0.16 if style == BALD else rings[-1][0])

    def low(turn: float) -> float:
        away = from_front(turn)
        lean = 1.2 * (turn - 0.25) if style == PARTED else 0.0
        share = min(max((away - 0.15) / 0.07, 0.0), 1.0)
        if share < 1:
            return min(front + lean + (temple - front) * share, top)
        return temple + (behind - temple) * (away - 0.22) / 0.28

    def grow(row: int, n: int) -> float:
        return bulk + ((0.12 if (row + n) % 2 else -0.04) if style == CURLS else 0.02 * (n % 2))

    dark, floor = mixed(colour, DARK, 0.22), 0.0 if style in (BOB, LONG, CURLS) else -9.0
    crown = top + (0.03 if top > 0.4 else 0.0)
    grid = between(rings, low, crown, 4, grow=grow, floor=floor)
    cover(head, grid, lambda row, n: dark if n % 2 else colour)
    if style == BUN and not covers(hat):
        head.part().ball((0.0, 0.56, 0.02), (0.19, 0.15, 0.19), colour, sides=9, rows=6)
    elif style == BRAIDS:
        for n in range(10):
            k, tone = n // 2, dark if n // 2 % 2 else colour
            where = ((0.37 if n % 2 else -0.37), -0.12 - 0.15 * k, -0.06 - 0.05 * k)
            radius = 0.09 - 0.005 * k
            head.part().ball(where, (radius, 0.095, radius), tone, sides=5, rows=4)
