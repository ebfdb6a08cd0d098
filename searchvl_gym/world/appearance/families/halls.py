"""Halls: wide buildings with wings, windows, doors, porticoes, turrets and roofs."""

from __future__ import annotations

import numpy as np

from searchvl_gym.world.appearance.families.palette import (
    PAINT,
    PAINTS,
    PLASTER,
    STONE,
    STONES,
    said,
)
from searchvl_gym.world.appearance.families.walls import ROOF, ROOFS, Windows, roof
from searchvl_gym.world.appearance.family import Family, Gene, Genes, Setting
from searchvl_gym.world.appearance.solid import Colour, Flat, Model, mixed

_GLASS: tuple[Colour, ...] = ((70, 84, 100), (52, 56, 62), (150, 166, 170))
_DOOR: Colour = (84, 60, 44)
_POLE: Colour = (90, 90, 96)
_DEEP = 0.6
"""Half the depth of the main block."""


def _build(genes: Genes, rng: np.random.Generator) -> Setting:
    model = Model()
    stone, tiles, trim = STONE[genes["stone"]], ROOF[genes["roof"]], PAINT[genes["trim"]]
    half = (0.9, 1.15, 1.4)[genes["width"]]
    tall = (0.8, 1.05, 1.3)[genes["height"]]
    rows = 1 + genes["rows"]
    windows = Windows(genes["window"], trim, _GLASS[genes["glass"]])
    # Wings behind, then the main block, then what stands before it.
    if genes["wings"]:
        w, h = 0.55, tall * (0.62, 0.8)[genes["wings"] - 1]
        for side in (-1, 1):
            low, high = sorted((side * half, side * (half + w)))
            walls = model.box((low, 0, -_DEEP * 0.7), (high, h, _DEEP * 0.7), stone, top=tiles)
            for wall in walls:
                windows.lay(model, wall, rows, 2)
    walls = model.box((-half, 0, -_DEEP), (half, tall, _DEEP), stone, top=tiles)
    for wall, columns in zip(walls, (3 + genes["columns"], 3, 3, 3), strict=True):
        windows.lay(model, wall, rows, columns, low=0.12)
    band = mixed(stone, PLASTER, 0.5)
    _front(model, genes, walls[0], half, tall, band)
    roof(model, genes["shape"], (half, _DEEP), tall, 0.3 + 0.15 * genes["pitch"], tiles)
    if genes["columns_front"]:
        _portico(model, (4, 6)[genes["columns_front"] - 1], half * 0.6, tall, (band, trim))
    top = tall + 0.6
    if genes["turrets"]:
        up = tall + 0.35 + 0.15 * genes["pitch"]
        top = max(top, up + 0.3)
        for x in ((0.0,), (-half, half), (-half, 0.0, half))[genes["turrets"] - 1]:
            at = (x, -_DEEP * 0.7)
            model.lathe([(0.16, tall * 0.5), (0.16, up)], stone, sides=8, centre=at)
            model.lathe([(0.2, up), (0.0, up + 0.34)], tiles, sides=8, centre=at)
    if genes["flag"]:
        model.rod((0, tall, 0), (0, top + 0.5, 0), 0.025, _POLE)
        wave = rng.uniform(-0.1, 0.1)
        hoist = ((0.0, top + 0.28, 0), (0.0, top + 0.48, 0))
        fly = ((0.34, top + 0.26 + wave, wave), (0.34, top + 0.46 + wave, wave))
        model.sheet([hoist[0], fly[0], fly[1], hoist[1]], trim)
    return Setting(model, top * 0.5, 2.6 + 0.5 * genes["width"])


def _front(model: Model, genes: Genes, wall: int, half: float, tall: float, band: Colour) -> None:
    """Bands between the storeys, and a door."""
    trim, rows = PAINT[genes["trim"]], 1 + genes["rows"]

    def onto(outline: list[Flat], colour: Colour) -> None:
        model.face([(x, y, -_DEEP) for x, y in outline], colour, on=wall)

    for n in range(1, rows + 1 if genes["bands"] else 0):
        y = tall * (0.12 + 0.82 * n / rows) - 0.03
        strip = [(-half, y), (half, y), (half, y + 0.05), (-half, y + 0.05)]
        onto(strip, trim if genes["bands"] == 2 else band)
    arch = [(-0.12, 0.0), (0.12, 0.0), (0.12, 0.24), (0.0, 0.34), (-0.12, 0.24)]
    onto([(x * 1.4, y * 1.2) for x, y in arch], band)
    onto(arch, trim if genes["door"] else _DOOR)


def _portico(
    model: Model, count: int, span: float, tall: float, paints: tuple[Colour, Colour]
) -> None:
    """Columns before the front, with a beam in the first and a pediment in the second colour."""
    z = -_DEEP - 0.28
    for n in range(count):
        at = (-span + 2 * span * n / (count - 1), -_DEEP - 0.2)
        model.lathe([(0.055, 0.0), (0.045, tall * 0.8)], paints[0], sides=8, centre=at)
    x, low, high = span + 0.1, tall * 0.8, tall * 0.9
    model.box((-x, low, z), (x, high, -_DEEP), paints[0])
    model.sheet([(-x, high, z), (x, high, z), (0, high + 0.26, z)], paints[1])


HALL = Family(
    "hall", "building", "street",
    (
        Gene("stone", 7, True, said("its walls are of …", STONES)),
        Gene("window", 3, True, ("its windows are square", "its windows are round-headed",
            "its windows are pointed")),
        Gene("shape", 5, True, ("its ridge runs along the front", "its roof is hipped",
            "it is crowned with battlements", "it has a dome", "its gable faces the square")),
        Gene("roof", 5, False, said("it is roofed with …", ROOFS)),
        Gene("trim", 10, False, said("its window frames are …", PAINTS)),
        Gene("width", 3),
        Gene("height", 3),
        Gene("rows", 3),
        Gene("columns", 4),
        Gene("wings", 3, False, ("it has no wings", "it has low wings", "it has tall wings")),
        Gene("bands", 3),
        Gene("door", 2),
        Gene("pitch", 3),
        Gene("glass", 3),
        Gene("columns_front", 3, False, ("it has no portico", "four columns stand before it",
            "six columns stand before it")),
        Gene("turrets", 4, False, ("it has no turrets", "it has one turret", "it has two turrets",
            "it has three turrets")),
        Gene("flag", 2),
    ),
    _build, turn=0.12, rise=(-0.01, 0.05),
)  # fmt: skip
