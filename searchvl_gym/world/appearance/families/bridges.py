"""Bridges: arches, suspension, trusses, cable stays; piers, towers, railings, lamps."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from searchvl_gym.world.appearance.families.palette import (
    PAINT,
    PAINTS,
    STONE,
    STONES,
    said,
)
from searchvl_gym.world.appearance.family import Family, Gene, Genes, Setting
from searchvl_gym.world.appearance.solid import Colour, Flat, Model, Vector, mixed

Deck = Callable[[float], float]
"""Height of the road by the place along it."""

_KINDS = ("stone arches", "a suspension span", "a steel truss", "cable stays")
_ARCHES, _SUSPENSION, _TRUSS, _STAYS = range(4)
_HALF, _DEPTH = 2.1, 0.28
_SIDES = (-_DEPTH, _DEPTH)
_ROAD: Colour = (112, 108, 104)
_LAMP_POST: Colour = (60, 60, 64)


def _build(genes: Genes, rng: np.random.Generator) -> Setting:
    model = Model()
    kind, stone, paint = genes["kind"], STONE[genes["stone"]], PAINT[genes["paint"]]
    trim = PAINT[genes["trim"]]
    level = (0.55, 0.72, 0.9)[genes["level"]]
    rise = (0.0, 0.16, 0.3)[genes["rise"]]

    def deck(x: float) -> float:
        return level + rise * (1 - (x / _HALF) ** 2)

    if kind == _ARCHES:
        _arches(model, deck, genes, stone)
    else:
        piers = 1 + genes["spans"] if kind == _TRUSS else 2
        w = 0.07 + 0.03 * genes["pier"]
        for n in range(piers):
            x = _HALF * (2 * (n + 1) / (piers + 1) - 1)
            model.box((x - w, -0.1, -_DEPTH), (x + w, deck(x) - 0.05, _DEPTH), stone)
    _road(model, deck, genes, stone if kind == _ARCHES else paint, trim)
    if kind == _SUSPENSION:
        _suspension(model, deck, genes, paint)
    elif kind == _TRUSS:
        _truss(model, deck, genes, paint)
    elif kind == _STAYS:
        _stays(model, deck, genes, paint)
    _extras(model, deck, genes, stone, trim)
    top = 2.0 if kind in (_SUSPENSION, _STAYS) else 1.3
    return Setting(model, top * 0.45, 3.3)


def _upright(x: Flat, low: Flat, high: Flat, z: float) -> list[Vector]:
    """Corners of an upright face between two places, each with its lower and upper height."""
    (x0, x1), (a0, a1), (y0, y1) = x, low, high
    return [(x0, a0, z), (x1, a1, z), (x1, y1, z), (x0, y0, z)]


def _road(model: Model, deck: Deck, genes: Genes, body: Colour, trim: Colour) -> None:
    """The road in pieces, with a cornice and a railing on the viewer's side."""
    steps = 12
    edge = 0.06 + 0.03 * genes["deck"]
    for n in range(steps):
        x0, x1 = _HALF * (2 * n / steps - 1), _HALF * (2 * (n + 1) / steps - 1)
        y0, y1 = deck(x0), deck(x1)
        model.part()
        lower, cornice = (y0 - edge, y1 - edge), (y0 - 0.025, y1 - 0.025)
        front = model.face(_upright((x0, x1), lower, (y0, y1), -_DEPTH), body)
        model.face(_upright((x0, x1), cornice, (y0, y1), -_DEPTH), trim, on=front)
        model.face(
            [(x0, y0, -_DEPTH), (x1, y1, -_DEPTH), (x1, y1, _DEPTH), (x0, y0, _DEPTH)], _ROAD
        )
        model.face(_upright((x1, x0), lower[::-1], (y1, y0), _DEPTH), body)
        _railing(model, genes["railing"], (x0, y0), (x1, y1), trim)


def _railing(model: Model, kind: int, start: Flat, end: Flat, colour: Colour) -> None:
    """A piece of a wall, of a rail on posts, or of a lattice."""
    (x0, y0), (x1, y1) = start, end
    high = 0.09
    foot, head = ((x, y, -_DEPTH) for x, y in (start, end))
    over_foot, over_head = (x0, y0 + high, -_DEPTH), (x1, y1 + high, -_DEPTH)
    if kind == 0:
        model.sheet([foot, head, over_head, over_foot], mixed(colour, (128, 128, 128), 0.3))
        return
    model.rod(over_foot, over_head, 0.02, colour)
    if kind == 1:
        model.rod(foot, over_foot, 0.02, colour)
    else:
        model.rod(foot, over_head, 0.016, colour)
        model.rod(over_foot, head, 0.016, colour)


def _arches(model: Model, deck: Deck, genes: Genes, stone: Colour) -> None:
    """A wall with openings, as strips between the road and the arch."""
    spans, pieces = 2 + genes["spans"], 8
    width = 2 * _HALF / spans
    dark = mixed(stone, (30, 30, 36), 0.45)
    for n in range(spans):
        left = -_HALF + n * width
        middle = left + width / 2
        arch = _arch(genes["opening"], middle, width * 0.78, deck(middle) - 0.16)
        for k in range(pieces):
            x0, x1 = left + width * k / pieces, left + width * (k + 1) / pieces
            a0, a1 = max(arch(x0), -0.1), max(arch(x1), -0.1)
            y0, y1 = deck(x0), deck(x1)
            model.part()
            model.face(_upright((x0, x1), (a0, a1), (y0, y1), -_DEPTH), stone)
            model.face(_upright((x1, x0), (a1, a0), (y1, y0), _DEPTH), stone)
            model.sheet(
                [(x0, a0, -_DEPTH), (x1, a1, -_DEPTH), (x1, a1, _DEPTH), (x0, a0, _DEPTH)], dark
            )


def _arch(opening: int, middle: float, clear: float, top: float) -> Deck:
    """Height of a round, pointed or flat opening; below the ground where the wall stands."""

    def arch(x: float) -> float:
        t = abs(x - middle) / (clear / 2)
        if t >= 1:
            return -0.1
        if opening == 0:
            return top * math.sqrt(max(1 - t * t, 0.0))
        return top * (1 - (math.pow(t, 1.5) if opening == 1 else t**4))

    return arch


def _towers(model: Model, genes: Genes, x: float, high: float, colour: Colour) -> None:
    """A pair of legs with cross bars, straight or leaning in, and a top."""
    lean = (0.0, 0.1, 0.0)[genes["tower"]]
    for z, side in ((-_DEPTH, -1), (_DEPTH, 1)):
        model.rod((x, 0.0, z), (x, high, z - side * lean), 0.12, colour)
    for share in ((0.95,), (0.6, 0.95), (0.45, 0.7, 0.95))[genes["bars"]]:
        y = high * share
        model.rod((x, y, -_DEPTH), (x, y, _DEPTH), 0.09, colour)
    if genes["top"] == 1:
        model.ball((x, high + 0.06, -_DEPTH), (0.08, 0.08, 0.08), colour, sides=8, rows=5)
    elif genes["top"] == 2:
        model.lathe([(0.1, high), (0.0, high + 0.24)], colour, sides=6, centre=(x, -_DEPTH))


def _suspension(model: Model, deck: Deck, genes: Genes, paint: Colour) -> None:
    """Two towers, cables that sag between them, and hangers."""
    high = 1.55 + 0.25 * genes["height"]
    at = (0.5, 0.62)[genes["spread"]] * _HALF
    for x in (-at, at):
        _towers(model, genes, x, high, paint)

    def cable(x: float) -> float:
        if abs(x) <= at:
            return deck(0) + 0.08 + (high - deck(0) - 0.08) * (x / at) ** 2
        return high + (deck(_HALF) - high) * (abs(x) - at) / (_HALF - at)

    steps = 20
    for n in range(steps):
        x0, x1 = _HALF * (2 * n / steps - 1), _HALF * (2 * (n + 1) / steps - 1)
        for z in _SIDES:
            model.rod((x0, cable(x0), z), (x1, cable(x1), z), 0.035, paint)
            model.rod((x1, deck(x1), z), (x1, cable(x1), z), 0.012, paint)


def _truss(model: Model, deck: Deck, genes: Genes, paint: Colour) -> None:
    """Chords above the road, straight or bowed, with posts and diagonals."""
    bays = 8 + 2 * genes["bars"]
    high = 0.36 + 0.14 * genes["height"]

    def top(x: float) -> float:
        bow = (0.0, 0.3)[genes["spread"]] * (1 - (x / _HALF) ** 2)
        return deck(x) + high + bow

    for n in range(bays):
        x0, x1 = _HALF * (2 * n / bays - 1), _HALF * (2 * (n + 1) / bays - 1)
        for z in _SIDES:
            model.rod((x0, top(x0), z), (x1, top(x1), z), 0.05, paint)
            model.rod((x0, deck(x0), z), (x0, top(x0), z), 0.035, paint)
            if genes["tower"] != 1 or n % 2:
                model.rod((x0, deck(x0), z), (x1, top(x1), z), 0.03, paint)
            if genes["tower"] != 0:
                model.rod((x0, top(x0), z), (x1, deck(x1), z), 0.03, paint)


def _stays(model: Model, deck: Deck, genes: Genes, paint: Colour) -> None:
    """One tower or two, with stays in a fan or in a harp."""
    high = 1.6 + 0.25 * genes["height"]
    masts = (0.0,) if genes["spread"] else (-0.5 * _HALF, 0.5 * _HALF)
    reach = _HALF if genes["spread"] else 0.5 * _HALF
    count = 4 + 2 * genes["bars"]
    for x in masts:
        _towers(model, genes, x, high, paint)
        for n in range(1, count + 1):
            for side in (-1, 1):
                end = x + side * reach * n / count
                fan = high - 0.06 if genes["tower"] else high * (0.35 + 0.63 * n / count)
                for z in _SIDES:
                    model.rod((x, max(fan, deck(x)), z), (end, deck(end), z), 0.014, paint)


def _extras(model: Model, deck: Deck, genes: Genes, stone: Colour, trim: Colour) -> None:
    """Gatehouses at the ends, lamps along the railing."""
    if genes["gate"]:
        tall = deck(_HALF) + (0.35, 0.6)[genes["gate"] - 1]
        for x in (-_HALF - 0.12, _HALF + 0.12):
            model.box((x - 0.14, -0.1, -0.36), (x + 0.14, tall, 0.36), stone)
            if genes["gate"] == 2:
                model.lathe([(0.22, tall), (0.0, tall + 0.32)], trim, sides=4, centre=(x, 0.0))
    count = (0, 4, 7)[genes["lamps"]]
    for n in range(count):
        x = _HALF * (2 * (n + 0.5) / count - 1)
        y = deck(x)
        model.rod((x, y, -_DEPTH), (x, y + 0.24, -_DEPTH), 0.02, _LAMP_POST)
        model.ball((x, y + 0.27, -_DEPTH), (0.045, 0.045, 0.045), trim, sides=8, rows=4)


def _hidden(genes: Genes) -> frozenset[str]:
    """Arches of stone have no ironwork; the words for the trim speak of lamps."""
    hidden = {"paint"} if genes["kind"] == _ARCHES else set()
    return frozenset(hidden if genes["lamps"] else hidden | {"trim"})


BRIDGE = Family(
    "bridge", "bridge", "water",
    (
        Gene("kind", 4, True, said("it is carried by …", _KINDS)),
        Gene("stone", 7, True, said("its masonry is …", STONES)),
        Gene("paint", 10, False, said("its ironwork is painted …", PAINTS)),
        Gene("trim", 10, False, said("its cornice and lamps are …", PAINTS)),
        Gene("spans", 4),
        Gene("opening", 3, True),
        Gene("level", 3),
        Gene("rise", 3),
        Gene("deck", 2),
        Gene("pier", 3),
        Gene("railing", 3),
        Gene("tower", 3),
        Gene("bars", 3),
        Gene("top", 3),
        Gene("height", 3),
        Gene("spread", 2),
        Gene("gate", 3, False, ("it has no gatehouses", "it has plain gatehouses at both ends",
            "it has gatehouses with pointed roofs at both ends")),
        Gene("lamps", 3, False, ("no lamps stand on it", "four lamps stand on it",
            "seven lamps stand on it")),
    ),
    _build, turn=0.13, rise=(0.0, 0.06), hidden=_hidden,
)  # fmt: skip
