"""Woven hangings: figures in a grid on a rod, with borders and fringes."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from searchvl_gym.world.appearance.families.palette import PAINT, PAINTS, other_paint, said
from searchvl_gym.world.appearance.family import Family, Gene, Genes, Setting
from searchvl_gym.world.appearance.solid import Colour, Flat, Model, Vector, circle

_FIGURES = ("lozenges", "triangles", "discs", "crosses", "chevrons", "squares")
_OUTLINES: tuple[tuple[Flat, ...], ...] = (
    ((0.5, 0.95), (0.95, 0.5), (0.5, 0.05), (0.05, 0.5)),
    ((0.1, 0.1), (0.9, 0.1), (0.5, 0.9)),
    tuple((0.5 + 0.42 * c, 0.5 + 0.42 * s) for c, s in (circle(k / 8) for k in range(8))),
    ((0.35, 0.0), (0.65, 0.0), (0.65, 0.35), (1.0, 0.35), (1.0, 0.65), (0.65, 0.65), (0.65, 1.0),
     (0.35, 1.0), (0.35, 0.65), (0.0, 0.65), (0.0, 0.35), (0.35, 0.35)),
    ((0.0, 0.0), (0.5, 0.4), (1.0, 0.0), (1.0, 0.45), (0.5, 0.9), (0.0, 0.45)),
    ((0.1, 0.1), (0.9, 0.1), (0.9, 0.9), (0.1, 0.9)),
)  # fmt: skip
_ROD: Colour = (120, 90, 60)
_FOOT = 0.3
_STRIPS = 6
_BORDER = 0.1


def _build(genes: Genes, rng: np.random.Generator) -> Setting:
    model = Model()
    steps = (1 + genes[name] for name in ("first", "second", "third"))
    others = [other_paint(genes["ground"], step) for step in steps]
    half, tall = (0.62, 0.8, 1.0)[genes["shape"]], (1.7, 1.5, 1.2)[genes["shape"]]
    sway, phase = rng.uniform(0.0, 0.05), rng.random()

    def at(u: float, v: float) -> Vector:
        """A point of the cloth, whose lower end sways most."""
        _, s = circle(phase + u * 1.5)
        return half * (2 * u - 1), _FOOT + tall * v, sway * s * (1.2 - v)

    for n in range(_STRIPS):
        u0, u1 = n / _STRIPS, (n + 1) / _STRIPS
        ground = PAINT[genes["ground"]]
        strip = [at(u0, 0), at(u1, 0), at(u1, 1), at(u0, 1)]
        base = model.sheet(strip, others[0] if genes["border"] else ground)
        if genes["border"]:
            left, right = max(u0, _BORDER), min(u1, 1 - _BORDER)
            low, high = _BORDER * 0.7, 1 - _BORDER * 0.7
            inner = [at(left, low), at(right, low), at(right, high), at(left, high)]
            model.face(inner, ground, on=base)
        for row, column, outline in _figures(genes, u0, u1):
            tint = others[1 + (row + column * genes["turns"]) % 2]
            model.face([at(u, v) for u, v in outline], tint, on=base)
    top = _FOOT + tall
    model.rod((-half - 0.12, top, 0), (half + 0.12, top, 0), 0.06, _ROD)
    if genes["fringe"]:
        for n in range(10):
            x = -half + 2 * half * (n + 0.5) / 10
            model.rod((x, _FOOT, 0), (x, 0.16, 0), 0.035, others[genes["fringe"] - 1])
    return Setting(model, _FOOT + tall / 2, max(tall, 1.5 * half) + 0.4)


def _figures(genes: Genes, u0: float, u1: float) -> Iterator[tuple[int, int, list[Flat]]]:
    """Row, column and outline of the figures that a strip of the cloth carries."""
    columns, rows = 3 + genes["columns"], 3 + genes["rows"]
    wide, high = 0.8 / columns, 0.84 / rows
    for row in range(rows):
        for column in range(columns):
            if ((row + column) % 2 and genes["grid"] == 1) or (row % 2 and genes["grid"] == 2):
                continue
            kind = (genes["figure"] + (genes["mix"] if row % 2 else 0)) % len(_OUTLINES)
            left, low = 0.1 + column * wide, 0.08 + row * high
            outline = [
                (left + wide * (0.08 + 0.84 * x), low + high * (0.08 + 0.84 * y))
                for x, y in _OUTLINES[kind]
            ]
            # A figure hangs from the strip under its middle, and may reach over its edges a bit.
            if (
                min(x for x, _ in outline) >= u0 - 0.35 / _STRIPS
                and max(x for x, _ in outline) <= u1 + 1.2 / _STRIPS
                and u0 <= left + wide / 2 < u1
            ):
                yield row, column, outline


def _hidden(genes: Genes) -> frozenset[str]:
    """Rows and columns can be counted where all of them are filled."""
    strips = ((n / _STRIPS, (n + 1) / _STRIPS) for n in range(_STRIPS))
    filled = {(row, column) for strip in strips for row, column, _ in _figures(genes, *strip)}
    columns, rows = 3 + genes["columns"], 3 + genes["rows"]
    hidden = set()
    if not all(any((row, n) in filled for n in range(columns)) for row in range(rows)):
        hidden.add("rows")
    if not any(all((row, n) in filled for n in range(columns)) for row in range(rows)):
        hidden.add("columns")
    return frozenset(hidden)


HANGING = Family(
    "hanging", "woven hanging", "wall",
    (
        Gene("figure", 6, True, said("its figures are …", _FIGURES)),
        Gene("ground", 10, True, said("its ground is …", PAINTS)),
        Gene("first", 9),
        Gene("second", 9),
        Gene("third", 9),
        Gene("shape", 3, False, ("it is tall", "it is nearly square", "it is broad")),
        Gene("columns", 4, False, ("it is three figures wide", "it is four figures wide",
            "it is five figures wide", "it is six figures wide")),
        Gene("rows", 4, False, ("it has three rows", "it has four rows", "it has five rows",
            "it has six rows")),
        Gene("grid", 3),
        Gene("mix", 3),
        Gene("turns", 2),
        Gene("border", 2, False, ("it has no border", "it has a border")),
        Gene("fringe", 4, False, ("it has no fringe", "it has a fringe", "it has a fringe",
            "it has a fringe")),
    ),
    _build, turn=0.12, rise=(-0.02, 0.05), hidden=_hidden,
)  # fmt: skip
