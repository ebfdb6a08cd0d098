"""Enamelled street signs on walls."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from searchvl_gym.world.pictures import textures
from searchvl_gym.world.pictures.bands import shaded
from searchvl_gym.world.pictures.ornament import pick
from searchvl_gym.world.pictures.recipe import Picture
from searchvl_gym.world.pictures.scene import Scene, leaning_quad
from searchvl_gym.world.pictures.sheet import Sheet
from searchvl_gym.world.pictures.stencil import Stencil
from searchvl_gym.world.pictures.style import Style

_ENAMELS = (  # ground, letters, accent
    ((24, 58, 130), (250, 250, 246), (232, 196, 84)),
    ((16, 92, 66), (250, 250, 240), (238, 218, 140)),
    ((246, 242, 228), (28, 34, 44), (176, 38, 40)),
    ((120, 26, 34), (252, 246, 232), (236, 190, 96)),
    ((30, 36, 42), (248, 246, 238), (120, 178, 196)),
)
_WALLS = (
    (168, 92, 70),
    (190, 124, 92),
    (150, 104, 92),
    (206, 186, 152),
    (150, 168, 170),
    (196, 150, 128),
)


def paint(fields: Mapping[str, str], rng: np.random.Generator, width: int, height: int) -> Picture:
    """Draw an enamel sign, screwed to brick, plaster or stone."""
    wall = (textures.brick, textures.plaster, textures.stone)[int(rng.integers(3))]
    scene = Scene(wall(rng, width, height, _WALLS[int(rng.integers(len(_WALLS)))]))
    ground, letters, accent = pick(rng, _ENAMELS)
    across = width * rng.uniform(0.70, 0.80)
    down = across * rng.uniform(0.42, 0.52)
    sheet = Sheet(across * 1.25, down * 1.25, ground)
    w, h = sheet.width, sheet.height
    sheet.round_corners(h * rng.choice((0.04, 0.10, 0.16)))
    rim = h * 0.05
    sheet.draw.rounded_rectangle(
        (rim, rim, w - rim, h - rim), h * 0.08, outline=letters, width=max(3, round(h * 0.018))
    )
    place, number, year = (fields.get(k, "") for k in ("place", "number", "year"))
    top = h * 0.14
    if place:
        sheet.write(
            place,
            (w * 0.08, h * 0.09, w * 0.92, h * 0.25),
            face="grotesque_medium",
            size=h * 0.11,
            colour=accent,
            role="place",
        )
        top = h * 0.24
    foot = fields.get("subtitle") or fields.get("note", "")
    role = "subtitle" if fields.get("subtitle") else "note"
    bottom = h * (0.70 if foot or number or year else 0.86)
    sheet.write(
        fields["title"],
        (w * 0.07, top, w * 0.93, bottom),
        face="grotesque_bold",
        size=h * 0.30,
        colour=letters,
        role="title",
        max_lines=2,
    )
    if foot or number or year:
        sheet.draw.line(
            (w * 0.1, h * 0.725, w * 0.9, h * 0.725), fill=accent, width=max(2, int(h * 0.01))
        )
        right = w * 0.92
        if number:
            right = w * 0.80
            sheet.write(
                number,
                (right, h * 0.74, w * 0.92, h * 0.91),
                face="grotesque_bold",
                size=h * 0.13,
                colour=accent,
                role="number",
                align="right",
            )
        if year:
            sheet.write(
                year,
                (w * 0.08, h * 0.74, w * 0.22, h * 0.91),
                face="grotesque_medium",
                size=h * 0.10,
                colour=letters,
                role="year",
                align="left",
            )
        sheet.write(
            foot,
            (w * (0.24 if year else 0.08), h * 0.74, right - w * 0.02, h * 0.91),
            face="grotesque",
            size=h * 0.085,
            colour=letters,
            role=role,
            align="center" if not number else "left",
            max_lines=2,
        )
    for x in (0.028, 0.972):
        sheet.disc(w * x, h * 0.5, h * 0.020, (70, 66, 60))
        sheet.disc(w * x - 1, h * 0.5 - 1, h * 0.013, (196, 190, 178))
    gloss = textures.clouds(rng, w, h, 2.2, 2)
    face = shaded(sheet.pixels(), 0.93 + 0.11 * gloss)
    stains = Stencil(w, h)
    for _ in range(int(rng.integers(5, 15))):  # rust bites into the enamel at the rim
        x = rng.uniform(0, w) if rng.random() < 0.6 else rng.choice((3.0, w - 4.0))
        y = rng.choice((2.0, h - 3.0)) if 6 < x < w - 6 else rng.uniform(0, h)
        _rust(stains, rng, x, y, rng.uniform(0.012, 0.035) * h)
    stains.lay(face, ((122, 70, 38), (62, 38, 28)))
    sheet.set_pixels(face)
    where = leaning_quad(
        rng,
        (width * rng.uniform(0.47, 0.53), height * rng.uniform(0.42, 0.56)),
        across,
        down,
        turn=3.5,
        depth=0.07,
    )
    scene.place(sheet, where, label="street sign", shadow=(7, 10, 8), darkness=0.6)
    scene.light(rng, 0.26)
    return scene.finish(rng)


def _rust(stains: Stencil, rng: np.random.Generator, x: float, y: float, radius: float) -> None:
    """A stain with a dark core."""
    reach = radius * rng.uniform(0.5, 1.3, 14)
    for number, scale in ((1, 1.25), (2, 0.8)):
        edge = []
        for corner, length in enumerate(reach.tolist()):
            angle = 2 * math.pi * corner / len(reach)
            across, down = length * math.cos(angle), length * math.sin(angle)
            edge.append((int(x + scale * across), int(y + scale * down)))
        stains.draw.polygon(edge, fill=number)


STYLE = Style(
    "street_sign",
    ("location", "building"),
    ("title", "subtitle", "place", "number", "year", "note"),
    "street sign",
    paint,
)
