"""Posters pasted on a wall."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from searchvl_gym.world.pictures import textures
from searchvl_gym.world.pictures.ornament import pick, rosette
from searchvl_gym.world.pictures.recipe import Picture
from searchvl_gym.world.pictures.scene import Scene, leaning_quad
from searchvl_gym.world.pictures.sheet import Colour, Sheet
from searchvl_gym.world.pictures.style import Style

_INKS = (  # paper, dark ink, and three colours
    ((244, 230, 200), (36, 34, 52), (214, 74, 50), (240, 170, 62), (54, 124, 128)),
    ((238, 234, 218), (24, 46, 74), (226, 112, 84), (244, 198, 120), (92, 150, 172)),
    ((246, 226, 208), (62, 26, 44), (186, 48, 72), (238, 146, 92), (98, 92, 138)),
    ((232, 236, 214), (26, 52, 44), (92, 142, 86), (236, 190, 74), (206, 92, 58)),
)
_WALLS = ((150, 146, 140), (178, 108, 82), (116, 132, 140), (200, 184, 154))


def paint(fields: Mapping[str, str], rng: np.random.Generator, width: int, height: int) -> Picture:
    """Draw a poster with a geometric landscape above the lettering."""
    wall = (textures.brick, textures.plaster)[int(rng.integers(2))]
    scene = Scene(wall(rng, width, height, _WALLS[int(rng.integers(len(_WALLS)))]))
    down = height * 0.92
    across = min(down * rng.uniform(0.82, 0.95), width * 0.9)
    ground, ink, *colours = pick(rng, _INKS)
    sheet = Sheet(across * 1.4, down * 1.4, ground)
    w, h = sheet.width, sheet.height
    picture_bottom = h * 0.56
    _landscape(sheet, rng, (w * 0.05, h * 0.04, w * 0.95, picture_bottom), ink, colours)
    sheet.draw.rectangle((0, 0, w - 1, h * 0.04), fill=ground)
    sheet.draw.rectangle((0, 0, w * 0.05, h), fill=ground)
    sheet.draw.rectangle((w * 0.95, 0, w, h), fill=ground)
    sheet.draw.rectangle((0, picture_bottom, w, h), fill=ground)
    align: str = "left" if rng.random() < 0.5 else "center"
    side = "left" if align == "left" else "center"
    edge, right = w * 0.07, w * 0.93
    end = sheet.write(
        fields["title"],
        (edge, picture_bottom + h * 0.015, right, picture_bottom + h * 0.24),
        face="grotesque_bold" if rng.random() < 0.6 else "serif_bold",
        size=h * 0.125,
        colour=ink,
        role="title",
        align="left" if side == "left" else "center",
        upright="top",
        max_lines=2,
    )[3]
    end = sheet.write(
        fields.get("subtitle", ""),
        (edge, end + h * 0.005, right, end + h * 0.06),
        face="sans_semibold",
        size=h * 0.045,
        colour=colours[0],
        role="subtitle",
        align="left" if side == "left" else "center",
        upright="top",
    )[3]
    sheet.draw.rectangle((edge, h * 0.885, right, h * 0.89), fill=ink)
    sheet.write(
        fields.get("place", ""),
        (edge, h * 0.89, w * 0.5, h * 0.965),
        face="sans_bold",
        size=h * 0.048,
        colour=ink,
        role="place",
        align="left",
    )
    sheet.write(
        fields.get("year", ""),
        (w * 0.7, h * 0.89, right, h * 0.965),
        face="sans_bold",
        size=h * 0.058,
        colour=colours[0],
        role="year",
        align="right",
    )
    if fields.get("note") and end < h * 0.84:
        sheet.write(
            fields["note"],
            (edge, end, right, h * 0.88),
            face="serif_italic",
            size=h * 0.034,
            colour=ink,
            role="note",
            align="left" if side == "left" else "center",
        )
    worn = textures.paper(rng, w, h, (255, 252, 246), 0.6) / 255
    folds = np.ones((h, w), np.float32)
    folds[h // 2 : h // 2 + 2] = 0.88
    folds[:, w // 2 : w // 2 + 2] = 0.90
    sheet.set_pixels(textures.as_pixels(sheet.pixels()[..., :3] * worn * folds[..., None]))
    where = leaning_quad(
        rng, (width * rng.uniform(0.45, 0.55), height * 0.5), across, down, turn=1.2, depth=0.015
    )
    scene.place(sheet, where, label="poster", shadow=(3, 4, 4), darkness=0.55)
    scene.light(rng, 0.22)
    return scene.finish(rng)


def _landscape(
    sheet: Sheet,
    rng: np.random.Generator,
    box: tuple[float, float, float, float],
    ink: Colour,
    colours: list[Colour],
) -> None:
    left, top, right, bottom = box
    wide, tall = right - left, bottom - top
    order = [colours[i] for i in rng.permutation(len(colours))]
    sheet.draw.rectangle(box, fill=order[0])
    x, y = left + wide * rng.uniform(0.25, 0.75), top + tall * rng.uniform(0.28, 0.5)
    radius = tall * rng.uniform(0.17, 0.27)
    if rng.random() < 0.6:  # beams
        count = int(rng.integers(9, 22))
        pale: Colour = tuple(min(255, c + 22) for c in order[0])  # type: ignore[assignment]
        for i in range(count):
            a = 2 * math.pi * i / count
            b = a + math.pi / count
            sheet.polygon(
                [(x, y)]
                + [(x + 2 * wide * math.cos(t), y + 2 * wide * math.sin(t)) for t in (a, b)],
                pale,
            )
    sheet.disc(x, y, radius, order[1])
    rosette(sheet, rng, (x, y), radius * 0.8, (order[2], ink, order[1]))
    for layer in range(4):
        base = bottom - tall * (0.40 - 0.10 * layer)
        steps = int(rng.integers(4, 10))
        heights = rng.uniform(-0.16, 0.10, steps + 1) * tall
        points = [(left + wide * i / steps, base + heights[i]) for i in range(steps + 1)]
        colour = (order[2], order[1], ink, order[0])[layer]
        sheet.polygon([(left, bottom), *points, (right, bottom)], colour)
        for (x0, y0), (x1, y1) in zip(points[::2], points[1::2], strict=False):
            sheet.polygon(
                [(x0, y0), (x1, y1), ((x0 + x1) / 2, bottom)], order[(layer + 1) % len(order)]
            )


STYLE = Style(
    "poster",
    ("person", "artifact", "location"),
    ("title", "subtitle", "place", "year", "note"),
    "poster",
    paint,
)
