"""Towers: stages of stone, striped or plain, with clocks, spires and domes."""

from __future__ import annotations

import numpy as np

from searchvl_gym.world.appearance.families.palette import (
    PAINT,
    PAINTS,
    PLASTER,
    STONE,
    STONES,
    alike,
    said,
)
from searchvl_gym.world.appearance.families.walls import ROOF, ROOFS, Windows, roof
from searchvl_gym.world.appearance.family import Family, Gene, Genes, Setting
from searchvl_gym.world.appearance.solid import Colour, Flat, Model, circle, mixed

_GLASS: Colour = (58, 64, 76)
_LAMP: Colour = (236, 226, 170)
_DIAL: Colour = (242, 238, 224)
_HAND: Colour = (40, 40, 44)
_SIDES = (4, 6, 8, 16)
_SPIRE, _DOME, _BATTLEMENTS, _LANTERN, _ONION = range(5)
_ONION_PROFILE: tuple[Flat, ...] = (
    (0.7, 0.0), (1.15, 0.2), (1.05, 0.38), (0.5, 0.58), (0.12, 0.75), (0.0, 0.95),
)  # fmt: skip


def _build(genes: Genes, rng: np.random.Generator) -> Setting:
    model = Model()
    trim = PAINT[genes["trim"]]
    radius, y = _stages(model, genes)
    if genes["clock"]:
        _clock(model, radius * -1.25, y - 0.26, (rng.random(), rng.random()))
    y += _top(model, genes, radius, y)
    if genes["spike"]:
        model.part()
        model.rod((0, y, 0), (0, y + 0.3, 0), 0.025, trim)
        model.ball((0, y + 0.3, 0), (0.05, 0.05, 0.05), trim, sides=8, rows=4)
    if genes["annex"]:
        stone, tiles = STONE[genes["stone"]], ROOF[genes["roof"]]
        x = 0.42 if genes["annex"] == 1 else -1.05
        front, *_ = model.box((x, 0, -0.3), (x + 0.63, 0.55, 0.35), stone, top=tiles)
        Windows(genes["window"], trim, _GLASS).lay(model, front, 1, 2)
        # The house has a flat top; its second roof lies around the tower, as a skirt.
        roof(model, 0, ((x + 0.63 - x) / 2, 0.33), 0.55, 0.26, tiles)
    return Setting(model, y * 0.5, max(2.4, y))


def _stages(model: Model, genes: Genes) -> tuple[float, float]:
    """The body; returns the radius and the height at which it ends."""
    stone, trim = STONE[genes["stone"]], PAINT[genes["trim"]]
    sides, stages = _SIDES[genes["sides"]], 2 + genes["stages"]
    windows = Windows(genes["window"], trim, _GLASS, 0.42)
    painted = ((), range(1, stages, 2), (stages - 1,))[genes["stripes"]]
    taper = (1.0, 0.86, 0.72)[genes["taper"]]
    tall = (2.0 + 0.3 * genes["height"]) / stages
    radius, y = 0.42, 0.0
    for n in range(stages):
        upper = radius * (1 - (1 - taper) / stages)
        colour = trim if n in painted else stone
        (ring,) = model.lathe([(radius, y), (upper, y + tall)], colour, sides=sides)
        if genes["windows"]:
            for face in ring[:: max(1, sides // 4)]:
                windows.lay(model, face, genes["windows"], 1)
        y += tall
        radius = upper * (1.0, 0.82)[genes["steps"]]
        if genes["cornice"]:
            cornice = [(radius * 1.02, y - 0.03), (radius * 1.16, y), (radius * 1.0, y + 0.03)]
            model.lathe(cornice, mixed(stone, PLASTER, 0.5), sides=sides)
    return radius, y


def _clock(model: Model, z: float, y: float, hands: tuple[float, float]) -> None:
    """A dial before the front, with its hands at some shares of a turn."""
    around = (circle(k / 16) for k in range(16))
    dial = model.sheet([(0.17 * c, y + 0.17 * s, z) for c, s in around], _DIAL)
    for share, reach in zip(hands, (0.09, 0.14), strict=True):
        c, s = circle(share)
        foot = (0.012 * s, 0.012 * c)
        corners = ((foot[0], -foot[1]), (reach * c, reach * s), (-foot[0], foot[1]))
        model.face([(u, y + v, z) for u, v in corners], _HAND, on=dial)


def _top(model: Model, genes: Genes, radius: float, y: float) -> float:
    """What the tower ends in; returns how high that is."""
    stone, tiles, trim = STONE[genes["stone"]], ROOF[genes["roof"]], PAINT[genes["trim"]]
    sides, kind = _SIDES[genes["sides"]], genes["top"]
    if kind == _SPIRE:
        model.lathe([(radius * 1.15, y), (0.0, y + 0.75)], tiles, sides=sides)
        return 0.75
    if kind == _DOME:
        around = (circle(k / 24) for k in range(7))
        dome = [(radius * c * 1.05, y + radius * 1.2 * s) for c, s in around]
        model.lathe(dome, tiles, sides=max(sides, 8))
        return radius * 1.2
    if kind == _BATTLEMENTS:
        for k in range(1, sides * 2, 2):
            c, s = circle((k + 0.5) / sides / 2)
            x, z = radius * c, radius * s
            model.box((x - 0.06, y, z - 0.06), (x + 0.06, y + 0.16, z + 0.06), stone)
        return 0.16
    if kind == _LANTERN:
        model.lathe([(radius * 1.35, y - 0.04), (radius * 1.35, y + 0.04)], trim, sides=sides)
        model.lathe([(radius * 0.7, y), (radius * 0.7, y + 0.3)], _LAMP, sides=8)
        model.lathe([(radius * 0.85, y + 0.3), (0.0, y + 0.6)], tiles, sides=8)
        return 0.6
    onion = [(radius * r, y + h) for r, h in _ONION_PROFILE]
    model.lathe(onion, tiles, sides=max(sides, 8))
    return 0.95


def _hidden(genes: Genes) -> frozenset[str]:
    """Stages without seams, a trim on nothing, roofs of towers that have none."""
    hidden = set()
    striped = genes["stripes"]
    if genes["top"] == _BATTLEMENTS:
        hidden.add("roof")
    if not (striped or genes["windows"] or genes["spike"] or genes["top"] == _LANTERN):
        hidden.add("trim")
    lost = alike(STONE[genes["stone"]], PAINT[genes["trim"]])
    if striped and lost:
        hidden.add("stripes")
    seams = genes["cornice"] or genes["steps"] or (striped == 1 and not lost)
    if not seams:
        hidden.add("stages")
    return frozenset(hidden)


TOWER = Family(
    "tower", "tower", "street",
    (
        Gene("stone", 7, True, said("it is built of …", STONES)),
        Gene("sides", 4, True, ("it is square", "it has six sides", "it has eight sides",
            "it is round")),
        Gene("top", 5, False, ("it ends in a spire", "it ends in a dome", "it ends in battlements",
            "it carries a lantern", "it ends in an onion")),
        Gene("roof", 5, False, said("its top is covered with …", ROOFS)),
        Gene("trim", 10, False, said("its trim is …", PAINTS)),
        Gene("stages", 4, False, ("it has two stages", "it has three stages",
            "it has four stages", "it has five stages")),
        Gene("height", 3),
        Gene("taper", 3),
        Gene("steps", 2),
        Gene("stripes", 3, False, ("it is of one colour", "it is striped",
            "its uppermost stage is painted")),
        Gene("windows", 4),
        Gene("window", 3, True),
        Gene("cornice", 2),
        Gene("clock", 2, False, ("it has no clock", "it has a clock")),
        Gene("spike", 2),
        Gene("annex", 3, False, ("it stands alone", "a house leans on its right",
            "a house leans on its left")),
    ),
    _build, turn=0.2, rise=(-0.01, 0.05), hidden=_hidden,
)  # fmt: skip
