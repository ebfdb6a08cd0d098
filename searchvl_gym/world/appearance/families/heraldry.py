"""Arms and flags: one design, on a carved shield, on a flag in the wind or on a tabard."""

from __future__ import annotations

import numpy as np

from searchvl_gym.world.appearance.families.charges import (
    CHARGES,
    FIELDS,
    SQUARE,
    Outline,
    charge,
    clipped,
    division,
)
from searchvl_gym.world.appearance.families.palette import (
    LINEN,
    PAINT,
    PAINTS,
    STONE,
    other_paint,
    said,
)
from searchvl_gym.world.appearance.family import Family, Gene, Genes, Setting
from searchvl_gym.world.appearance.solid import (
    Colour,
    Flat,
    Model,
    Place,
    Vector,
    circle,
    mixed,
    random_colour,
)

_COUNTS = ("one", "two", "three", "five")
# Of every count: where the charges stand, and how large they are.
_PLACES: tuple[tuple[Flat, ...], ...] = (
    ((0.0, 0.0),),
    ((-0.25, 0.0), (0.25, 0.0)),
    ((-0.27, 0.26), (0.27, 0.26), (0.0, -0.28)),
    ((-0.3, 0.3), (0.3, 0.3), (0.0, 0.0), (-0.24, -0.34), (0.24, -0.34)),
)
_SIZES = (0.4, 0.26, 0.23, 0.17)
_CHIEF = ((), (0.0,), (-0.5, 0.5), (-0.6, 0.0, 0.6))
_SHIELD: Outline = [
    (0.0, -1.0), (0.4, -0.78), (0.75, -0.4), (0.92, 0.1), (0.95, 1.0), (-0.95, 1.0), (-0.92, 0.1),
    (-0.75, -0.4), (-0.4, -0.78),
]  # fmt: skip
_SKIN: tuple[Colour, ...] = ((236, 200, 170), (196, 148, 112), (132, 92, 66), (90, 62, 48))
_HAIR: tuple[Colour, ...] = ((52, 40, 34), (120, 84, 50), (196, 160, 96), (150, 146, 140))
_POLE: Colour = (200, 198, 190)
_WINDOW: Colour = (70, 78, 90)


def _design(genes: Genes) -> list[tuple[Outline, Colour]]:
    """The patches of the arms in the order in which they are laid on."""
    first = genes["first"]
    tinctures = [PAINT[first], other_paint(first, 1 + genes["second"])]
    metal = other_paint(first, 1 + genes["third"])
    patches = [(SQUARE, tinctures[0])]
    patches += [(outline, tinctures[which]) for outline, which in division(genes["field"])]
    if genes["chief"]:
        patches.append(([(-1, 0.55), (1, 0.55), (1, 1), (-1, 1)], _chief(genes)))
        for x in _CHIEF[genes["chief"]]:
            for outline in charge(genes["small"]):
                patches.append(([(x + 0.17 * a, 0.77 + 0.17 * b) for a, b in outline], metal))
    size, drop = _SIZES[genes["count"]], -0.14 if genes["chief"] else 0.0
    for x, y in _PLACES[genes["count"]]:
        for outline in charge(genes["charge"]):
            moved = [(1.25 * x + size * a, 1.15 * y + drop + size * b) for a, b in outline]
            patches.append((moved, metal))
    return patches


def _chief(genes: Genes) -> Colour:
    return other_paint(genes["first"], 2 + genes["fourth"])


def _lay(model: Model, genes: Genes, at: Place, shape: Outline, colour: Colour) -> None:
    """Lay what of the design falls within a shape onto a flat ground as a part of its own."""
    base = model.sheet([at(x, y, 0) for x, y in shape], colour)
    for patch, tint in _design(genes):
        kept = clipped(patch, shape)
        if len(kept) > 2:
            model.face([at(x, y, 0) for x, y in kept], tint, on=base)


def _build(genes: Genes, rng: np.random.Generator) -> Setting:
    model = Model()
    carrier = int(rng.integers(3))
    if carrier == 0:
        _wall(model, genes, rng)
        return Setting(model, 1.0, 2.0)
    if carrier == 1:
        _flag(model, genes, rng)
        return Setting(model, 1.2, 2.1)
    _tabard(model, genes, rng)
    return Setting(model, 1.0, 2.3)


def _wall(model: Model, genes: Genes, rng: np.random.Generator) -> None:
    """A shield on a piece of wall, over a door or beside a window."""
    stone = STONE[int(rng.integers(len(STONE)))]
    front, *_ = model.box((-1.6, 0.0, 0.0), (1.6, 2.3, 0.5), stone)

    def onto(left: float, low: float, right: float, high: float, colour: Colour) -> None:
        corners = [(left, low, 0.0), (right, low, 0.0), (right, high, 0.0), (left, high, 0.0)]
        model.face(corners, colour, on=front)

    for row in range(1, 9):
        y = 2.3 * row / 9
        onto(-1.6, y, 1.6, y + 0.015, mixed(stone, (40, 40, 40), 0.18))
    if rng.random() < 0.5:
        x = 1.05 if rng.random() < 0.5 else -1.5
        onto(x, 0.6, x + 0.45, 1.5, _WINDOW)
    rim = mixed(stone, (30, 30, 30), 0.35)
    model.sheet([(0.74 * x * 1.08, 1.05 + 0.78 * y * 1.06, -0.02) for x, y in _SHIELD], rim)
    _lay(model, genes, lambda x, y, z: (0.74 * x, 1.05 + 0.78 * y, -0.06 + z), _SHIELD, rim)


def _flag(model: Model, genes: Genes, rng: np.random.Generator) -> None:
    """A flag on a pole: strips that swing in the wind, each with its part of the design."""
    phase, swing = rng.random(), rng.uniform(0.02, 0.12)
    droop = rng.uniform(0.0, 0.25)
    model.rod((-1.05, -0.3, 0), (-1.05, 2.2, 0), 0.05, _POLE)
    strips = 10

    def at(x: float, y: float, z: float) -> Vector:
        share = (x + 1) / 2
        _, s = circle(phase + share * 1.1)
        return (-1.0 + 2.0 * share, 1.35 + 0.68 * y - droop * share * share, swing * s * share * 3)

    for n in range(strips):
        x0, x1 = 2 * n / strips - 1, 2 * (n + 1) / strips - 1
        _lay(model, genes, at, [(x0, -1), (x1, -1), (x1, 1), (x0, 1)], LINEN)


def _tabard(model: Model, genes: Genes, rng: np.random.Generator) -> None:
    """A herald in a tabard that bears the arms."""
    skin = _SKIN[int(rng.integers(len(_SKIN)))]
    cloth = random_colour(rng, 50, 170)
    hair = _HAIR[int(rng.integers(len(_HAIR)))]
    for x in (-0.22, 0.22):
        model.rod((x, -0.1, 0), (x, 0.5, 0), 0.2, cloth)
    model.ball((0, 1.2, 0.1), (0.62, 0.75, 0.24), cloth, sides=12, rows=8)
    bend = rng.uniform(-0.25, 0.25)
    for side in (-1, 1):
        elbow = (side * (0.85 + bend * side * 0.3), 1.0, -0.05)
        model.rod((side * 0.55, 1.65, 0.05), elbow, 0.2, cloth)
        model.rod(elbow, (side * 0.7, 0.6, -0.25), 0.16, cloth)
    model.ball((0, 2.05, 0.05), (0.22, 0.27, 0.22), skin, sides=12, rows=8)
    model.ball((0, 2.14, 0.1), (0.24, 0.23, 0.23), hair, sides=10, rows=6)

    def breast(x: float, y: float, z: float) -> Vector:
        return 0.6 * x, 1.14 + 0.66 * y, -0.22 - 0.05 * (1 - x * x) + z

    base = model.sheet([breast(x, y, 0) for x, y in SQUARE], LINEN)
    for patch, tint in _design(genes):  # a tabard is cut to the design, so nothing is cut off
        model.face([breast(x, y, 0) for x, y in patch], tint, on=base)


def _hidden(genes: Genes) -> frozenset[str]:
    """Figures in the colour of what they stand on, and a bar under the chief, are lost."""
    hidden = set()
    field, metal = FIELDS[genes["field"]], 1 + genes["third"]
    if metal == 1 + genes["second"] and field not in ("plain", "with a bordure"):
        hidden |= {"count", "charge"} if genes["count"] == 0 else {"count"}
    if genes["chief"] and metal == 2 + genes["fourth"]:
        hidden.add("chief")
    if genes["chief"] and field == "with three bars":
        hidden.add("field")
    return frozenset(hidden)


ARMS = Family(
    "arms", "coat of arms", "street",
    (
        Gene("field", 12, False, tuple(
            f"its field is {field}" if field[0] in "pq" else f"its field is charged {field}"
            for field in FIELDS
        )),
        Gene("charge", 15, True, said("it bears the …", CHARGES)),
        Gene("count", 4, False, tuple(
            f"{count} such {'figure stands' if count == 'one' else 'figures stand'} on it"
            for count in _COUNTS
        )),
        Gene("first", 10, True, said("its ground is …", PAINTS)),
        Gene("second", 9),
        Gene("third", 9),
        Gene("fourth", 8),
        Gene("chief", 4, False, ("it has no chief", "its chief bears one small figure",
            "its chief bears two small figures", "its chief bears three small figures")),
        Gene("small", 15),
    ),
    _build, turn=0.11, rise=(-0.02, 0.04), hidden=_hidden,
)  # fmt: skip
