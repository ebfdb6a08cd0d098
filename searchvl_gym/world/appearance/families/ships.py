"""Ships: hulls under sail or with funnels, deckhouses, bands and pennants."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from searchvl_gym.world.appearance.families.palette import PAINT, PAINTS, other_paint, said
from searchvl_gym.world.appearance.family import Family, Gene, Genes, Setting
from searchvl_gym.world.appearance.solid import (
    Colour,
    Model,
    Place,
    Vector,
    circle,
    stretched,
    turned,
)

_PLANKS: Colour = (150, 116, 80)
_MAST: Colour = (112, 84, 56)
_POLE: Colour = (96, 76, 56)
_HOUSE_ROOF: Colour = (230, 226, 216)
_DECK = 0.32
_WIDE = 0.28
_STEPS = 8


@dataclass(frozen=True)
class _Ship:
    """What the parts of one ship share: how it lies on the water, its length and its paints."""

    genes: Genes
    place: Place
    half: float
    hull: Colour
    sail: Colour
    stripe: Colour

    def side(self, t: float, z: float, up: float) -> Vector:
        """A point of the hull: from stern (-1) to bow (1), from keel (0) to rail (1)."""
        sheer = (0.0, 0.12, 0.25)[self.genes["sheer"]]
        narrow = max(0.02, 1 - t * t * (1.0 if t > 0 else 0.6))
        return (
            self.half * t,
            (_DECK + sheer * t * t) * up - 0.02,
            z * _WIDE * narrow * (0.55 + 0.45 * up),
        )


def _build(genes: Genes, rng: np.random.Generator) -> Setting:
    model = Model()
    ship = _Ship(
        genes,
        _afloat(rng),
        (1.1, 1.3, 1.5)[genes["length"]],
        PAINT[genes["hull"]],
        other_paint(genes["hull"], 1 + genes["sail"]),
        other_paint(genes["hull"], 2 + genes["stripe"]),
    )
    model.part(ship.place)
    _hull(model, ship)
    if genes["house"]:
        x = (-0.65, 0.0, 0.45)[genes["house"] - 1] * ship.half
        low, high = (x - 0.24, _DECK - 0.05, -0.13), (x + 0.24, _DECK + 0.22, 0.13)
        model.box(low, high, ship.stripe, top=_HOUSE_ROOF)
    top = _funnels(model, ship) if genes["engine"] else _rigging(model, ship)
    if genes["pennant"]:
        pennant = [(0, top, 0), (-0.3, top + 0.03, 0.02), (0, top + 0.12, 0)]
        model.sheet(pennant, other_paint(genes["hull"], 5))
    return Setting(model, top * 0.45, 2.4 + 0.2 * genes["length"])


def _afloat(rng: np.random.Generator) -> Place:
    """Rolled and pitched by the waves, and turned a little."""
    roll, pitch = rng.uniform(-0.015, 0.015), rng.uniform(-0.03, 0.03)
    heading = turned(rng.uniform(-0.06, 0.06))
    c, s = circle(roll)

    def place(x: float, y: float, z: float) -> Vector:
        y = y + pitch * x
        return heading(x, y * c - z * s, y * s + z * c)

    return place


def _hull(model: Model, ship: _Ship) -> None:
    """Both sides, with a band where there is one, and the deck."""
    side, band = ship.side, ship.genes["band"]
    low = (0.0, 0.72, 0.4)[band]
    for z in (1, -1):
        for n in range(_STEPS):
            t0, t1 = 2 * n / _STEPS - 1, 2 * (n + 1) / _STEPS - 1
            face = model.sheet(
                [side(t0, z, 0), side(t1, z, 0), side(t1, z, 1), side(t0, z, 1)], ship.hull
            )
            if band:
                ends = ((t0, low), (t1, low), (t1, low + 0.2), (t0, low + 0.2))
                model.face([side(t, z, up) for t, up in ends], ship.stripe, on=face)
    port = [side(2 * n / _STEPS - 1, -1, 1) for n in range(_STEPS + 1)]
    starboard = [side(1 - 2 * n / _STEPS, 1, 1) for n in range(_STEPS + 1)]
    model.sheet(port + starboard, _PLANKS)


def _funnels(model: Model, ship: _Ship) -> float:
    """Funnels in a row and a pole; returns the height of the whole."""
    funnel = [(0.09, _DECK), (0.08, _DECK + 0.55), (0.085, _DECK + 0.56), (0.08, _DECK + 0.7)]
    paints = [ship.sail, ship.stripe, ship.stripe]
    for n in range(ship.genes["engine"]):
        model.lathe(funnel, paints, sides=10, centre=(ship.half * (-0.1 + 0.3 * n), 0.0))
    x, top = ship.half * 0.6, _DECK + 0.95
    model.rod((x, _DECK, 0), (x, top, 0), 0.03, _POLE)
    return top


def _rigging(model: Model, ship: _Ship) -> float:
    """Masts with sails; returns the height of the whole."""
    masts = 1 + ship.genes["masts"]
    top = _DECK + 1.1 + 0.2 * ship.genes["tall"]
    reach = min(0.5, ship.half / masts * 0.75)
    for n in range(masts):
        x = ship.half * (0.0 if masts == 1 else -0.6 + 1.15 * n / (masts - 1))
        model.rod((x, 0.1, 0), (x, top, 0), 0.045, _MAST)
        for outline in _sails(ship.genes, x, top, reach):
            face = model.sheet(outline, ship.sail)
            _device(model, face, ship.genes["device"], ship.stripe)
    return top


def _sails(genes: Genes, x: float, top: float, reach: float) -> list[list[Vector]]:
    """Outlines of the sails of one mast: square ones, or one fore-and-aft."""
    if genes["rig"] == 0:
        rows = 2 + genes["rows"]
        outlines: list[list[Vector]] = []
        for row in range(rows):
            y0 = _DECK + 0.15 + (top - _DECK - 0.2) * row / rows
            y1 = _DECK + 0.1 + (top - _DECK - 0.2) * (row + 1) / rows
            w = reach * (1 - 0.18 * row)
            belly = -0.1  # the wind fills the foot, which hangs free
            outlines.append(
                [(x - w, y0, belly), (x + w, y0, belly), (x + w * 0.9, y1, 0), (x - w * 0.9, y1, 0)]
            )
        return outlines
    gaff, tip = genes["rig"] == 2, top - 0.05
    return [
        [
            (x - 0.03, _DECK + 0.12, 0.0),
            (x - 2 * reach, _DECK + 0.16, 0.05),
            (x - (1.5 * reach if gaff else 0.05), tip, 0.02),
            (x - 0.03, tip - (0.25 if gaff else 0.0), 0.0),
        ]
    ]


def _device(model: Model, face: int, kind: int, colour: Colour) -> None:
    """Nothing, a stripe, a cross or a disc on a sail."""
    a, b, c, d = model.faces[face].points
    at = stretched(a, b, c, d)

    def upright(left: float, right: float, low: float, high: float) -> None:
        corners = ((left, low), (right, low), (right, high), (left, high))
        model.decal([at(u, v) for u, v in corners], colour, face)

    if kind == 1:
        upright(0.38, 0.62, 0, 1)
    elif kind == 2:
        upright(0.42, 0.58, 0.08, 0.92)
        upright(0.1, 0.9, 0.42, 0.58)
    elif kind == 3:
        around = (circle(k / 12) for k in range(12))
        model.decal([at(0.5 + 0.24 * u, 0.5 + 0.3 * v) for u, v in around], colour, face)


def _hidden(genes: Genes) -> frozenset[str]:
    """A steamer has no sails; a device in the colour of the sail is lost on it."""
    if genes["engine"]:
        return frozenset({"rig", "masts", "device"})
    lost = genes["device"] and 1 + genes["sail"] == 2 + genes["stripe"]
    return frozenset({"device"} if lost else ())


SHIP = Family(
    "ship", "ship", "water",
    (
        Gene("rig", 3, True,
            ("it is square-rigged", "it carries pointed sails", "it carries gaff sails")),
        Gene("hull", 10, True, said("its hull is …", PAINTS)),
        Gene("engine", 4, True, ("it has no funnel", "it has one funnel", "it has two funnels",
            "it has three funnels")),
        Gene("sail", 9),
        Gene("stripe", 8),
        Gene("band", 3, False, ("its hull is plain", "a band runs below its rail",
            "a band runs along its waist")),
        Gene("length", 3),
        Gene("sheer", 3),
        Gene("house", 4, False, ("it has no deckhouse", "its deckhouse stands aft",
            "its deckhouse stands amidships", "its deckhouse stands forward")),
        Gene("masts", 3, False, ("if under sail it has one mast",
            "if under sail it has two masts", "if under sail it has three masts")),
        Gene("tall", 3),
        Gene("rows", 2),
        Gene("device", 4, False, ("it bears no device", "it bears a stripe on its sails",
            "it bears a cross on its sails", "it bears a disc on its sails")),
        Gene("pennant", 2, False, ("it flies no pennant", "it flies a pennant")),
    ),
    _build, turn=0.13, rise=(0.0, 0.05), hidden=_hidden,
)  # fmt: skip
