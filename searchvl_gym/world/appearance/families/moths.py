"""Moths at rest with their wings spread, on trunks and leaves."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np

from searchvl_gym.world.appearance.families.palette import (
    BARK,
    COAT,
    COATS,
    DARK,
    PAINT,
    PAINTS,
    WHITE,
    alike,
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
    inclined,
    mixed,
)

# Outlines of wings as turns and radii about the shoulder, from the leading to the hind edge.
_FORE: tuple[tuple[Flat, ...], ...] = (
    ((0.155, 0.5), (0.125, 1.0), (0.1, 1.2), (0.07, 1.22), (0.04, 1.12), (0.0, 0.96),
     (-0.04, 0.78), (-0.08, 0.45)),
    ((0.17, 0.5), (0.135, 1.1), (0.118, 1.42), (0.095, 1.28), (0.06, 1.02), (0.01, 0.88),
     (-0.04, 0.75), (-0.08, 0.45)),
    ((0.14, 0.5), (0.1, 1.1), (0.075, 1.32), (0.05, 1.2), (0.03, 1.27), (0.005, 1.08),
     (-0.02, 1.1), (-0.06, 0.7), (-0.08, 0.4)),
    ((0.2, 0.5), (0.165, 1.0), (0.13, 1.24), (0.085, 1.3), (0.03, 1.2), (-0.02, 1.02),
     (-0.06, 0.8), (-0.09, 0.5)),
)  # fmt: skip
_HIND: tuple[tuple[Flat, ...], ...] = (
    ((0.02, 0.5), (-0.01, 0.85), (-0.05, 0.98), (-0.1, 1.0), (-0.15, 0.92), (-0.2, 0.7),
     (-0.23, 0.4)),
    ((0.02, 0.5), (-0.02, 0.85), (-0.08, 0.92), (-0.13, 0.95), (-0.165, 1.5), (-0.185, 1.5),
     (-0.19, 0.85), (-0.23, 0.4)),
    ((0.02, 0.5), (-0.01, 0.88), (-0.04, 0.82), (-0.07, 0.98), (-0.1, 0.88), (-0.13, 1.02),
     (-0.16, 0.86), (-0.19, 0.92), (-0.23, 0.4)),
    ((0.02, 0.45), (-0.02, 0.72), (-0.07, 0.76), (-0.13, 0.74), (-0.19, 0.6), (-0.23, 0.35)),
)  # fmt: skip


def _build(genes: Genes, rng: np.random.Generator) -> Setting:
    moth, model = Model(), Model()
    fore, hind = COAT[genes["base"]], PAINT[genes["hind_colour"]]
    raised = rng.uniform(-0.02, 0.06)
    swing = rng.uniform(-0.025, 0.025)
    wings = (
        (_HIND[genes["hind"]], -swing * 0.5, 0.82, hind, True),
        (_FORE[genes["fore"]], swing, 0.92, fore, False),
    )
    for side in (-1, 1):
        for outline, by, reach, colour, hindmost in wings:
            moth.part(_spread(side, raised))
            edge = [(turn + by, radius * reach) for turn, radius in outline]
            _pattern(moth, genes, edge, colour, hindmost)
    _insect(moth, genes)
    level = 1.05
    roll = inclined(rng.uniform(-0.07, 0.07), (0.0, level, -0.12))
    if rng.random() < 0.5:
        _trunk(model, rng)
    else:
        _leaf(model, rng)
    model.add(moth, roll)
    return Setting(model, level, 2.05)


def _spread(side: int, raised: float) -> Place:
    """Wings of the right (1) or left (-1) side, lifted from the ground by an angle in turns."""
    c, s = circle(raised)
    return lambda x, y, z: (side * (0.06 + c * x), y, z - s * x)


def _trunk(model: Model, rng: np.random.Generator) -> None:
    """A trunk of ridged bark, whose middle is nearest."""
    tone = mixed(BARK, (140, 138, 132), rng.random())
    for n in range(-5, 5):
        (x0, d0), (x1, d1) = ((0.26 * k, 0.024 * k * k) for k in (n, n + 1))
        ridge = mixed(tone, DARK, rng.uniform(0.0, 0.35))
        low, high = ([(x0, y, d0 + 0.4), (x1, y, d1 + 0.4)] for y in (-0.4, 6.0))
        model.sheet([*low, *high[::-1]], ridge)


def _leaf(model: Model, rng: np.random.Generator) -> None:
    """A large leaf with veins."""
    green = mixed((86, 134, 62), (166, 150, 60), rng.random() * 0.6)
    half = [(0.0, -0.5), (0.7, -0.1), (1.25, 0.7), (1.15, 1.5), (0.6, 2.2), (0.0, 2.6)]
    for side in (-1, 1):
        tone = mixed(green, DARK, 0.08 if side > 0 else 0.0)
        root = model.sheet([(side * x, y, 0.4 - 0.12 * x) for x, y in half], tone)
        for n in range(5):
            y = 0.1 + 0.4 * n
            vein = [(0.0, y, 0.4), (side * 0.85, y + 0.42, 0.298), (0.0, y + 0.04, 0.4)]
            model.face(vein, mixed(green, WHITE, 0.3), on=root)


def _pattern(
    moth: Model, genes: Genes, edge: Sequence[Flat], colour: Colour, hindmost: bool
) -> None:
    """One wing: its outline, and zones that follow the outline at a share of its radius."""
    lift = 0.0 if hindmost else -0.02
    bands, border = _band(genes, colour), PAINT[genes["border_colour"]]

    def at(turn: float, radius: float) -> Vector:
        c, s = circle(turn)
        return radius * c, radius * s, lift

    def zone(inner: float, outer: float, tone: Colour, wave: float = 0.0) -> None:
        far = [at(t, r * (outer + wave * (k % 2))) for k, (t, r) in enumerate(edge)]
        near = [at(t, r * (inner + wave * (k % 2))) for k, (t, r) in enumerate(edge)]
        moth.face([*far, *near[::-1]] if inner else [*far, (0.0, 0.0, lift)], tone, on=root)

    kind = genes["border"]
    whole = [*(at(t, r) for t, r in edge), (0.0, 0.0, lift)]
    root = moth.face(whole, border if kind else colour, both=True)
    if kind:
        zone(0.0, 0.86, colour, 0.05 if kind == 2 else 0.0)
    number = genes["bands"]
    for n in range(min(number, 3)):
        zone(0.68 - 0.2 * n, 0.77 - 0.2 * n, bands, 0.05 if number == 3 else 0.0)
    if genes["patch"]:
        zone(0.0, 0.34, (bands, border)[genes["patch"] - 1])
    if genes["veins"]:
        tone = mixed(colour, (DARK, WHITE)[genes["veins"] - 1], 0.5)
        for t, r in edge[1:-1]:
            vein = [at(t - 0.004, 0.3 * r), at(t - 0.003, 0.84 * r), at(t + 0.003, 0.84 * r)]
            moth.face(vein, tone, on=root)
    spots = genes["spots"]
    if spots == 3 or spots == (2 if hindmost else 1):
        turn, radius = edge[len(edge) // 2]
        _eyespot(moth, genes, at(turn + 0.01, radius * 0.62), root)


def _eyespot(moth: Model, genes: Genes, at: Vector, wing: int) -> None:
    """A ring with a pupil and a glint."""
    x, y, z = at
    size = (0.1, 0.155, 0.2)[genes["spot_size"]]
    ring = PAINT[genes["spot_colour"]]
    pupil = DARK if sum(ring) > 240 else WHITE
    for radius, tone in ((size, DARK), (0.82 * size, ring), (0.45 * size, pupil)):
        around = (circle(k / 14) for k in range(14))
        moth.face([(x + radius * c, y + radius * s, z) for c, s in around], tone, on=wing)
    glint = ((0.0, 0.1), (0.2, 0.2), (0.0, 0.35))
    moth.face([(x + size * u, y + size * v, z) for u, v in glint], WHITE, on=wing)


def _band(genes: Genes, wing: Colour) -> Colour:
    """Colour of the bands on a wing; where it is the wing's own, another."""
    own = PAINT[genes["band_colour"]]
    if own != wing:
        return own
    return WHITE if wing != PAINT[0] else DARK


def _insect(moth: Model, genes: Genes) -> None:
    """Abdomen, thorax, head, eyes and antennae."""
    fat, long = ((0.1, 0.7), (0.15, 0.62), (0.12, 0.86))[genes["body"]]
    body, other = PAINT[genes["body_colour"]], PAINT[genes["band_colour"]]
    if body == other:
        other = DARK if sum(body) > 240 else WHITE

    def rings(x: float, y: float, z: float) -> Colour:
        odd = (False, int((y + 1) * 4) % 2 == 1, y < -0.55)[genes["stripes"]]
        return other if odd else body

    moth.part().ball((0.0, -long * 0.5, -0.05), (fat, long * 0.55, fat), rings, sides=9, rows=9)
    fur = mixed(body, WHITE, 0.25) if genes["stripes"] < 2 else mixed(other, body, 0.3)
    moth.ball((0.0, 0.08, -0.08), (fat * 1.35, 0.2, fat * 1.25), fur, sides=9, rows=6)
    moth.ball((0.0, 0.31, -0.08), (fat * 0.8, 0.09, fat * 0.8), body, sides=8, rows=5)
    for side in (-1, 1):
        eye = (side * fat * 0.65, 0.33, -0.13)
        moth.ball(eye, (0.035, 0.035, 0.035), (30, 26, 28), sides=6, rows=4)
        _antenna(moth, genes["antennae"], side, other)


def _antenna(moth: Model, kind: int, side: int, colour: Colour) -> None:
    """A thread, plain (0), feathered (1) or with a knob (2)."""
    path = [(side * (0.04 + 0.1 * n), 0.38 + 0.13 * n - 0.012 * n * n, -0.1) for n in range(5)]
    for n, (a, b) in enumerate(itertools.pairwise(path)):
        moth.rod(a, b, 0.022, (60, 48, 42))
        if kind == 1 and n:
            wide = 0.11 - 0.02 * n
            left = (a[0] - side * wide, a[1] + wide, -0.1)
            right = (b[0] + side * wide, b[1] - wide, -0.1)
            moth.sheet([a, left, b, right], colour)
    if kind == 2:
        moth.ball(path[-1], (0.06, 0.06, 0.06), colour, sides=6, rows=4)


def _hidden(genes: Genes) -> frozenset[str]:
    """Bands and borders in the colour of a wing are lost on it."""
    wings = COAT[genes["base"]], PAINT[genes["hind_colour"]]
    hidden = set()
    if genes["bands"] and any(alike(_band(genes, wing), wing) for wing in wings):
        hidden.add("bands")
    if genes["border"] and any(alike(PAINT[genes["border_colour"]], wing) for wing in wings):
        hidden.add("border")
    return frozenset(hidden)


MOTH = Family(
    "moth", "moth", "field",
    (
        Gene("fore", len(_FORE), True, ("its fore wings are rounded", "its fore wings are hooked",
            "its fore wings are jagged", "its fore wings are broad")),
        Gene("hind", len(_HIND), True, ("its hind wings are round", "its hind wings have tails",
            "its hind wings are scalloped", "its hind wings are small")),
        Gene("body", 3, True, ("its body is slim", "its body is stout", "its body is long")),
        Gene("base", len(COATS), True,
            said("its fore wings are …", COATS)),
        Gene("hind_colour", len(PAINTS), False,
            said("its hind wings are …", PAINTS)),
        Gene("bands", 4, False, ("its wings have no bands", "every wing has one band",
            "every wing has two bands", "every wing has three wavy bands")),
        Gene("band_colour", len(PAINTS)),
        Gene("border", 3, False, ("its wings have no border", "its wings have an even border",
            "its wings have a toothed border")),
        Gene("border_colour", len(PAINTS)),
        Gene("spots", 4, False, ("it has no eyespots", "it has eyespots on the fore wings",
            "it has eyespots on the hind wings", "it has eyespots on all four wings")),
        Gene("spot_size", 3),
        Gene("spot_colour", len(PAINTS)),
        Gene("patch", 3),
        Gene("veins", 3),
        Gene("antennae", 3, False, ("its antennae are threads", "its antennae are feathered",
            "its antennae end in knobs")),
        Gene("body_colour", len(PAINTS), False,
            said("its body is …", PAINTS)),
        Gene("stripes", 3),
    ),
    _build, turn=0.1, rise=(-0.01, 0.04), hidden=_hidden,
)  # fmt: skip
