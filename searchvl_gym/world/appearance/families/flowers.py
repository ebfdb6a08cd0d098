"""Flowering plants: stems, leaves, and heads of petals with rings and eyes."""

from __future__ import annotations

import numpy as np

from searchvl_gym.world.appearance.families.palette import PAINT, PAINTS, other_paint, said
from searchvl_gym.world.appearance.family import Family, Gene, Genes, Setting
from searchvl_gym.world.appearance.solid import (
    Colour,
    Flat,
    Line,
    Model,
    Place,
    Vector,
    circle,
    mixed,
)

_GREENS: tuple[Colour, ...] = (
    (74, 122, 62), (112, 146, 74), (56, 96, 78), (120, 128, 84), (92, 78, 64),
)  # fmt: skip
_PETALS = (("three", 3), ("four", 4), ("five", 5), ("six", 6), ("eight", 8), ("twelve", 12))
_SHAPES = ("rounded", "pointed", "notched", "narrow", "heart-shaped")
_LEAVES = ("lance-shaped", "round", "lobed", "grassy")
_WHITE: Colour = (255, 255, 255)
_MIDRIB: Colour = (220, 230, 190)
_DARK_CENTRE: Colour = (60, 44, 36)
# Of every shape of petal: radii and half widths along one edge, to the point or the notch.
_PETAL_EDGES: tuple[tuple[Flat, ...], ...] = (
    ((0.1, 0.3), (0.45, 0.9), (0.8, 1.0), (1.0, 0.5), (1.05, 0.0)),
    ((0.1, 0.3), (0.4, 1.0), (0.7, 0.7), (1.1, 0.0)),
    ((0.1, 0.3), (0.5, 0.9), (1.0, 0.85), (1.02, 0.4), (0.86, 0.0)),
    ((0.1, 0.4), (0.6, 1.0), (1.0, 0.8), (1.12, 0.0)),
    ((0.1, 0.2), (0.7, 1.0), (1.0, 0.9), (1.08, 0.5), (0.92, 0.0)),
)
_PETAL_WIDTHS = (1.25, 1.0, 1.2, 0.55, 1.3)
# Of every kind of leaf: its outline along and across, length and width, and how it rises.
_LEAF_OUTLINES: tuple[tuple[Flat, ...], ...] = (
    ((0, 0), (0.4, 1), (0.75, 0.7), (1, 0), (0.75, -0.7), (0.4, -1)),
    ((0, 0), (0.25, 0.8), (0.6, 1), (0.9, 0.6), (1, 0), (0.9, -0.6), (0.6, -1), (0.25, -0.8)),
    ((0, 0), (0.3, 0.9), (0.4, 0.4), (0.65, 1), (0.7, 0.35), (1, 0), (0.7, -0.35), (0.65, -1),
     (0.4, -0.4), (0.3, -0.9)),
    ((0, 0), (0.5, 1), (1, 0), (0.5, -1)),
)  # fmt: skip
_LEAF_SIZES = ((0.55, 0.1, 0.28), (0.42, 0.2, 0.28), (0.5, 0.17, 0.28), (0.8, 0.04, 0.6))


def _build(genes: Genes, rng: np.random.Generator) -> Setting:
    model = Model()
    green = _GREENS[genes["green"]]
    tall = (1.1, 1.45, 1.8)[genes["height"]]
    lean = rng.uniform(-0.12, 0.12)

    def stem(y: float) -> Vector:
        return lean * y * y, y, 0.0

    steps = 6
    for n in range(steps):
        model.rod(stem(tall * n / steps), stem(tall * (n + 1) / steps), 0.05, green)
    _leaves(model, genes, tall, stem, green, rng)
    radius = (0.3, 0.38, 0.46)[genes["size"]]
    for x, y, z, share in _heads(genes["heads"], tall):
        base = stem(min(y, tall))
        centre = (base[0] + x, y, z)
        if (x, z) != (0.0, 0.0):
            model.rod(stem(tall * 0.62), centre, 0.035, green)
        _head(model, genes, centre, radius * share, rng)
    return Setting(model, tall * 0.6, tall + 0.5)


def _heads(kind: int, tall: float) -> list[tuple[float, float, float, float]]:
    """Places of the heads and their sizes: one, a pair, three, a spike, an umbel."""
    if kind == 0:
        return [(0.0, tall, 0.0, 1.2)]
    if kind == 1:
        return [(0.0, tall, 0.0, 1.0), (0.45, tall * 0.84, 0.05, 0.85)]
    if kind == 2:
        beside = [(0.46, tall * 0.86, 0.0, 0.8), (-0.44, tall * 0.8, 0.05, 0.8)]
        return [(0.0, tall, 0.0, 0.95), *beside]
    if kind == 3:
        return [
            (0.05 * (-1) ** n, tall * (0.55 + 0.11 * n), -0.02 * n, 0.8 - 0.09 * n)
            for n in range(5)
        ]
    umbel = []
    for n in range(5):
        (c, s), (_, rise) = circle(n / 5), circle(n / 5 + 0.1)
        umbel.append((0.42 * c, tall + 0.12 * rise, 0.3 * s + 0.001, 0.55))
    return umbel


def _leaves(
    model: Model, genes: Genes, tall: float, stem: Line, green: Colour, rng: np.random.Generator
) -> None:
    """Leaves along the stem, in pairs or in turn, or in a rosette at its foot."""
    count, order = (4, 6, 9)[genes["leaf_count"]], genes["leaf_order"]
    for n in range(count):
        if order == 0:
            y, turn = tall * (0.08 + 0.6 * (n // 2) / (count / 2)), 0.5 * (n % 2) + 0.06 * n
        elif order == 1:
            y, turn = tall * (0.08 + 0.62 * n / count), n * 0.382
        else:
            y, turn = 0.04, n / count
        _leaf(model, genes, stem(y), turn + rng.uniform(-0.02, 0.02), green)


def _leaf(model: Model, genes: Genes, foot: Vector, turn: float, green: Colour) -> None:
    """A leaf that grows from a foot in one direction, with an edge and a midrib."""
    kind = genes["leaf"]
    length, wide, lift = _LEAF_SIZES[kind]
    length *= 1.0 if genes["leaf_order"] else 0.9
    x, y, z = foot
    c, s = circle(turn)

    def at(u: float, v: float, grow: float = 1.0) -> Vector:
        reach, side = length * (0.12 + u * 0.88), wide * v * grow
        return (
            x + c * reach - s * side,
            y + lift * length * u * (1.6 - u),
            z + s * reach + c * side,
        )

    border = genes["leaf_edge"]
    edge = mixed(green, PAINT[border * 3 % len(PAINT)], 0.55) if border else green
    outline = _LEAF_OUTLINES[kind]
    leaf = model.sheet([at(u, v) for u, v in outline], edge)
    model.face([at(0.1 + 0.8 * u, v, 0.66) for u, v in outline], green, on=leaf)
    midrib = [at(0.05, 0.06), at(0.95, 0.0), at(0.05, -0.06)]
    model.face(midrib, mixed(green, _MIDRIB, 0.4), on=leaf)


def _head(
    model: Model, genes: Genes, centre: Vector, radius: float, rng: np.random.Generator
) -> None:
    """Petals around an axis that leans towards the viewer, in one row or two, and an eye."""
    main, second = PAINT[genes["petal"]], other_paint(genes["petal"], 1 + genes["second"])
    _, count = _PETALS[genes["petals"]]
    cup = (0.1, 0.5, 0.9)[genes["cup"]]
    nod = rng.uniform(-0.06, 0.06) + (0.14, 0.08, 0.2)[genes["cup"]]
    turn = rng.random()
    cn, sn = circle(nod)

    def at(a: float, r: float, h: float) -> Vector:
        """Angle in turns, radius and height along the axis, which leans to the viewer."""
        c, s = circle(a)
        x, y, z = r * c, h, -r * s
        return centre[0] + x, centre[1] + y * cn - z * -sn, centre[2] - y * sn + z * cn

    for row in range(2 if genes["double"] else 1):
        paint = mixed(main, _WHITE, 0.12 * row)
        for n in range(count):
            _petal(model, genes, at, turn + (n + 0.5 * row) / count, (radius, row), (paint, second))
    disc = (0.16, 0.26, 0.36)[genes["disc"]] * radius
    eye = other_paint(genes["petal"], 2 + genes["eye"])
    ring = model.sheet([at(k / 12, disc, 0.05 + disc * cup) for k in range(12)], eye)
    if genes["centre"]:
        inner = [at(k / 12, disc * 0.5, 0.06 + disc * cup) for k in range(12)]
        model.face(inner, second if genes["centre"] == 1 else _DARK_CENTRE, on=ring)


def _petal(
    model: Model,
    genes: Genes,
    at: Place,
    turn: float,
    size: tuple[float, int],
    paints: tuple[Colour, Colour],
) -> None:
    """One petal and what is drawn on it.

    Args:
        model: What it is added to.
        genes: Of the plant.
        at: Places an angle, a radius and a height along the head's axis.
        turn: Its angle.
        size: Radius of the head, and the row that it stands in: an inner one is smaller.
        paints: Of the petal and of its mark.
    """
    (radius, row), (paint, second) = size, paints
    shape, mark = genes["shape"], genes["mark"]
    _, count = _PETALS[genes["petals"]]
    cup = (0.1, 0.5, 0.9)[genes["cup"]]
    wide, share = 0.5 / count * _PETAL_WIDTHS[shape], 1.0 - 0.3 * row
    edge = _PETAL_EDGES[shape]
    outline = [*edge, *((r, -w) for r, w in edge[-2::-1])]

    def place(r: float, w: float, grow: float = 1.0) -> Vector:
        bent = radius * cup * r * r * share + 0.02 * row
        return at(turn + wide * w * grow, radius * r * share, bent)

    petal = model.sheet([place(r, w) for r, w in outline], paint)
    if mark == 1:  # a stripe
        model.face([place(0.15, 0.2), place(0.95, 0.0), place(0.15, -0.2)], second, on=petal)
    elif mark == 2:  # a tip
        model.face([place(r, w * 0.96) for r, w in outline if r > 0.65], second, on=petal)
    elif mark == 3:  # a base
        model.face([place(r * 0.5, w, 0.9) for r, w in outline], second, on=petal)
    elif mark == 4:  # a spot
        around = (circle(k / 7) for k in range(7))
        model.face([place(0.62 + 0.13 * c, 0.42 * s) for c, s in around], second, on=petal)


FLOWER = Family(
    "flower", "flower", "field",
    (
        Gene("petals", 6, True, said("its flowers have … petals", tuple(n for n, _ in _PETALS))),
        Gene("shape", 5, True, said("its petals are …", _SHAPES)),
        Gene("leaf", 4, True, said("its leaves are …", _LEAVES)),
        Gene("petal", 10, False, said("its petals are …", PAINTS)),
        Gene("second", 9),
        Gene("eye", 8),
        Gene("mark", 5, False, ("its petals are plain", "each petal bears a stripe",
            "the tips of its petals are of another colour",
            "the base of its petals is of another colour", "each petal bears a spot")),
        Gene("heads", 5, True, ("it bears a single flower", "it bears two flowers",
            "it bears three flowers", "its flowers stand in a spike",
            "its flowers stand in an umbel")),
        Gene("double", 2, False, ("its flowers are single", "its flowers are double")),
        Gene("disc", 3),
        Gene("centre", 3),
        Gene("cup", 3),
        Gene("size", 3),
        Gene("height", 3, False, ("it stays low", "it is of middling height", "it grows tall")),
        Gene("green", 5),
        Gene("leaf_count", 3),
        Gene("leaf_order", 3, False, ("its leaves stand in pairs", "its leaves stand in turn",
            "its leaves form a rosette")),
        Gene("leaf_edge", 4),
    ),
    _build, turn=0.14, rise=(0.0, 0.09),
)  # fmt: skip
