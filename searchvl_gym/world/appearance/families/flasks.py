"""Flasks and vases: glazed bodies with bands and figures, necks, handles and stoppers."""

from __future__ import annotations

import itertools

import numpy as np

from searchvl_gym.world.appearance.families.palette import PAINT, PAINTS, other_paint, said
from searchvl_gym.world.appearance.family import Family, Gene, Genes, Setting
from searchvl_gym.world.appearance.solid import (
    Colour,
    Flat,
    Model,
    circle,
    random_colour,
    stretched,
    turned,
)

_BODIES = ("round", "slender", "square-shouldered", "pear-shaped", "double-bellied", "conical")
# Of every body: radii and heights from the foot to where the neck begins.
_PROFILES: tuple[tuple[Flat, ...], ...] = (
    ((0.3, 0.0), (0.55, 0.2), (0.68, 0.5), (0.62, 0.8), (0.4, 1.05), (0.2, 1.2)),
    ((0.25, 0.0), (0.34, 0.3), (0.38, 0.7), (0.34, 1.05), (0.24, 1.25), (0.16, 1.4)),
    ((0.46, 0.0), (0.48, 0.3), (0.48, 0.6), (0.48, 0.9), (0.46, 1.05), (0.18, 1.15)),
    ((0.34, 0.0), (0.6, 0.18), (0.62, 0.4), (0.45, 0.72), (0.26, 1.0), (0.16, 1.2)),
    ((0.3, 0.0), (0.52, 0.22), (0.4, 0.5), (0.36, 0.62), (0.44, 0.85), (0.16, 1.12)),
    ((0.62, 0.0), (0.52, 0.25), (0.42, 0.5), (0.32, 0.75), (0.24, 1.0), (0.15, 1.2)),
)
# Of every way to be banded: which of the five rings are.
_BANDS: tuple[tuple[int, ...], ...] = ((), (2,), (1, 3), (3, 4), (0,))
_MOTIFS = ("lozenges", "discs", "triangles", "chevrons", "strokes", "slanting strokes")
_OUTLINES: tuple[tuple[Flat, ...], ...] = (
    ((0.5, 0.9), (0.95, 0.5), (0.5, 0.1), (0.05, 0.5)),
    tuple((0.5 + 0.42 * c, 0.5 + 0.4 * s) for c, s in (circle(k / 9) for k in range(9))),
    ((0.0, 0.15), (1.0, 0.15), (0.5, 0.9)),
    ((0.0, 0.35), (0.5, 0.6), (1.0, 0.35), (1.0, 0.6), (0.5, 0.85), (0.0, 0.6)),
    ((0.2, 0.0), (0.45, 0.0), (0.45, 1.0), (0.2, 1.0)),
    ((0.1, 0.9), (0.9, 0.1), (0.9, 0.35), (0.35, 0.9)),
)
_CORK: Colour = (168, 128, 84)
_SIDES = 18


def _build(genes: Genes, rng: np.random.Generator) -> Setting:
    model = Model()
    base = PAINT[genes["base"]]
    band = other_paint(genes["base"], 1 + genes["band"])
    third = other_paint(genes["base"], 2 + genes["third"])
    profile = _PROFILES[genes["body"]]
    place = turned(rng.uniform(-0.12, 0.12), (0.0, 0.1, 0.0))
    model.part(place)
    banded = _BANDS[genes["bands"]]
    shades = [band if n in banded else base for n in range(len(profile) - 1)]
    rings = model.lathe(profile, shades, sides=_SIDES)
    # The motif runs around the belly, so that some of it is seen from everywhere.
    for i in range(0, _SIDES, (3, 2, 6)[genes["spacing"]]):
        _motif(model, rings[1][i], genes["motif"], third)
        if genes["second_row"]:
            kind = (genes["motif"] + genes["second_row"]) % len(_MOTIFS)
            _motif(model, rings[3][i], kind, third)
    long = (0.12, 0.3, 0.5)[genes["neck"]]
    neck = third if genes["neck_paint"] else base
    radius, shoulder = profile[-1]
    tall = _neck(model, genes, (radius, shoulder, shoulder + long), (neck, band, third))
    model.part(place)
    _handles(model, genes, shoulder + long * 0.6, neck)
    model.part()
    for x in (-1.05, 1.05) if rng.random() < 0.5 else ():  # other things on the table
        other = random_colour(rng, 60, 200)
        at = (x * rng.uniform(0.9, 1.3), 0.16, 0.3)
        model.ball(at, (0.2, 0.2, 0.2), other, sides=8, rows=5)
    return Setting(model, tall * 0.5, max(tall, 1.6) + 0.25)


def _motif(model: Model, wall: int, kind: int, colour: Colour) -> None:
    """A small figure on one face of the body."""
    a, b, c, d = model.faces[wall].points
    at = stretched(a, d, c, b)
    model.decal([at(u, v) for u, v in _OUTLINES[kind]], colour, wall)


def _neck(
    model: Model,
    genes: Genes,
    shape: tuple[float, float, float],
    paints: tuple[Colour, Colour, Colour],
) -> float:
    """Neck, lip and stopper.

    Args:
        model: What they are added to.
        genes: Of the flask.
        shape: Radius of the neck, its lower and its upper height.
        paints: Of the neck, the lip and the stopper.

    Returns:
        The height of the whole.
    """
    (radius, low, y), (neck, band, third) = shape, paints
    model.lathe([(radius, low), (radius * 0.85, y)], neck, sides=12)
    if genes["lip"] == 1:
        model.lathe([(radius * 0.85, y), (radius * 1.6, y + 0.08)], band, sides=12)
    elif genes["lip"] == 2:
        model.lathe([(radius * 1.1, y - 0.02), (radius * 1.1, y + 0.07)], band, sides=12)
    if not genes["stopper"]:
        return y
    colour = _CORK if genes["stopper"] == 1 else third
    if genes["stopper"] == 3:
        # It is not lifted with the body, so that it sinks into the neck.
        model.part()
        model.ball((0, y + 0.16, 0), (0.13, 0.14, 0.13), colour, sides=10, rows=6)
    else:
        plug = [(radius * 0.7, y), (radius * 0.8, y + 0.16), (0.0, y + 0.17)]
        model.lathe(plug, colour, sides=10)
    return y + 0.2


def _handles(model: Model, genes: Genes, high: float, colour: Colour) -> None:
    profile = _PROFILES[genes["body"]]
    radius = max(radius for radius, _ in profile[2:5])
    low, out = 0.55, radius + (0.3 if genes["handle_shape"] else 0.18)
    path = [(radius * 0.9, low), (out, low + 0.12), (out, high - 0.15), (profile[-1][0], high)]
    for side in ((), (1,), (-1, 1))[genes["handles"]]:
        for (x0, y0), (x1, y1) in itertools.pairwise(path):
            model.rod((side * x0, y0, 0), (side * x1, y1, 0), 0.08, colour)


def _hidden(genes: Genes) -> frozenset[str]:
    """Figures in the colour of the band that they lie on are not to be seen."""
    if 1 + genes["band"] != 2 + genes["third"]:
        return frozenset()
    banded = _BANDS[genes["bands"]]
    if 1 in banded:
        return frozenset({"motif", "second_row"})
    return frozenset({"second_row"} if 3 in banded and genes["second_row"] else ())


FLASK = Family(
    "flask", "vessel", "room",
    (
        Gene("body", 6, True, said("its body is …", _BODIES)),
        Gene("base", 10, True, said("its glaze is …", PAINTS)),
        Gene("band", 9),
        Gene("third", 8),
        Gene("bands", 5, False, ("it has no band", "it has one broad band", "it has two bands",
            "its upper part is of another colour", "its foot is of another colour")),
        Gene("motif", 6, False, said("a row of … runs round it", _MOTIFS)),
        Gene("second_row", 3, False, ("it has a single row of figures",
            "it has two rows of figures", "it has two rows of figures of different kinds")),
        Gene("spacing", 3),
        Gene("neck", 3, False,
            ("its neck is short", "its neck is of middling length", "its neck is long")),
        Gene("neck_paint", 2),
        Gene("lip", 3),
        Gene("stopper", 4, False, ("it is open", "it is closed with a cork",
            "it has a glazed stopper", "it has a round stopper")),
        Gene("handles", 3, False, ("it has no handle", "it has one handle", "it has two handles")),
        Gene("handle_shape", 2),
    ),
    _build, turn=0.12, rise=(0.0, 0.08), hidden=_hidden,
)  # fmt: skip
