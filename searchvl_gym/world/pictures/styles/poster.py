"""Posters pasted on a wall."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from searchvl_gym.world.pictures import textures
from searchvl_gym.world.pictures.exact import wave
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
    sheet = Sheet(across * 1.25, down * 1.25, ground)
    w, h = sheet.width, sheet.height
    has_foot = any(fields.get(role) for role in ("subtitle", "place", "year", "note"))
    picture_bottom = h * (0.56 if has_foot else 0.70)
    motif = (_landscape, _tiles, _waves)[int(rng.integers(3))]
    motif(sheet, rng, (w * 0.05, h * 0.04, w * 0.95, picture_bottom), ink, colours)
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
    sheet.draw.rectangle((edge, h * 0.965, right, h * 0.97), fill=ink)
    sheet.write(
        fields.get("place", ""),
        (edge, h * 0.89, w * 0.5, h * 0.955),
        face="sans_bold",
        size=h * 0.048,
        colour=ink,
        role="place",
        align="left",
    )
    sheet.write(
        fields.get("year", ""),
        (w * 0.7, h * 0.89, right, h * 0.955),
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
    worn = textures.paper(rng, w, h, (255, 252, 246), 0.6, as_factor=True)
    folds = np.ones((h, w), np.float32)
    folds[h // 2 : h // 2 + 2] = 0.88
    folds[:, w // 2 : w // 2 + 2] = 0.90
    sheet.shade(worn, folds)
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
        pale: Colour = tuple(min(255, c + 22) for c in order[0])
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


def _tiles(
    sheet: Sheet,
    rng: np.random.Generator,
    box: tuple[float, float, float, float],
    ink: Colour,
    colours: list[Colour],
) -> None:
    """A grid of quarter discs, rings, stripes and rosettes."""
    left, top, right, bottom = box
    across = int(rng.integers(5, 8))
    side = (right - left) / across
    down = math.ceil((bottom - top) / side)
    inks = [ink, *colours]
    for row in range(down):
        for column in range(across):
            x, y = left + column * side, top + row * side
            ground, one, two = (inks[i] for i in rng.permutation(len(inks))[:3])
            sheet.draw.rectangle((x, y, x + side, y + side), fill=ground)
            form = int(rng.integers(6))
            if form < 2:
                corner = int(rng.integers(4))
                cx, cy = x + side * (corner % 2), y + side * (corner // 2)
                start = (0, 90, 270, 180)[corner]
                for reach, colour in ((1.0, one), (0.66, two), (0.33, ground)):
                    r = side * reach
                    sheet.draw.pieslice(
                        (cx - r, cy - r, cx + r, cy + r), start, start + 90, fill=colour
                    )
            elif form == 2:
                sheet.disc(x + side / 2, y + side / 2, side * 0.42, one)
                sheet.disc(x + side / 2, y + side / 2, side * 0.22, two)
            elif form == 3:
                for i in range(0, 6, 2):
                    sheet.draw.rectangle(
                        (x, y + side * i / 6, x + side, y + side * (i + 1) / 6), fill=one
                    )
            elif form == 4:
                sheet.polygon([(x, y), (x + side, y), (x, y + side)], one)
                sheet.disc(x + side * 0.68, y + side * 0.68, side * 0.16, two)
            else:
                rosette(sheet, rng, (x + side / 2, y + side / 2), side * 0.44, (one, two))


def _waves(
    sheet: Sheet,
    rng: np.random.Generator,
    box: tuple[float, float, float, float],
    ink: Colour,
    colours: list[Colour],
) -> None:
    """Layered swells under a low sun with its rings."""
    left, top, right, bottom = box
    wide, tall = right - left, bottom - top
    order = [colours[i] for i in rng.permutation(len(colours))]
    sheet.draw.rectangle(box, fill=order[0])
    x, y = left + wide * rng.uniform(0.1, 0.9), top + tall * rng.uniform(0.15, 0.6)
    rings = int(rng.integers(4, 9))
    for i in range(rings):
        sheet.disc(x, y, tall * (0.62 - 0.52 * i / rings), (order[1], order[0])[i % 2])
    sheet.disc(x, y, tall * 0.10, ink)
    steps = np.linspace(0, 1, 70)
    for layer in range(7):
        base = top + tall * (0.50 + 0.075 * layer)
        crest = (
            base
            + tall * 0.05 * wave(2 * np.pi * (rng.uniform(1.2, 4.5) * steps + rng.random()))
            + tall * 0.025 * wave(2 * np.pi * (rng.uniform(4, 9) * steps + rng.random()))
        )
        line = [(left + wide * float(a), float(b)) for a, b in zip(steps, crest, strict=True)]
        sheet.polygon(
            [(left, bottom), *line, (right, bottom)], (ink, order[2], order[1], order[0])[layer % 4]
        )
        sheet.draw.line(line, fill=(252, 244, 226), width=2)
    for _ in range(int(rng.integers(2, 6))):  # birds
        bx, by = left + wide * rng.uniform(0.08, 0.92), top + tall * rng.uniform(0.08, 0.4)
        r = tall * rng.uniform(0.02, 0.05)
        for side in (-1, 1):
            sheet.curve(
                [(bx, by), (bx + side * r, by - r * 1.2), (bx + side * 2 * r, by)], ink, 4, 10
            )


STYLE = Style(
    "poster",
    ("person", "artifact", "location"),
    ("title", "subtitle", "place", "year", "note"),
    "poster",
    paint,
)
