"""Natural-history plates on old paper: plants, and moths and birds where the words say so."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from searchvl_gym.world.pictures import textures
from searchvl_gym.world.pictures.ornament import pick
from searchvl_gym.world.pictures.recipe import Picture
from searchvl_gym.world.pictures.scene import Scene, leaning_quad
from searchvl_gym.world.pictures.sheet import Colour, Sheet, bezier
from searchvl_gym.world.pictures.specimens import draw_bird, draw_moth
from searchvl_gym.world.pictures.style import Style

_BLOOMS = (
    ((176, 52, 70), (224, 128, 126), (240, 204, 96)),
    ((92, 76, 148), (158, 140, 204), (240, 214, 120)),
    ((214, 142, 44), (244, 202, 104), (120, 60, 30)),
    ((62, 108, 160), (140, 180, 212), (250, 236, 190)),
    ((190, 92, 132), (238, 178, 196), (206, 182, 70)),
)
_LEAVES = ((78, 112, 58), (96, 128, 82), (62, 98, 76), (122, 132, 62))
_DESKS = ((112, 78, 54), (150, 112, 76), (78, 82, 80))


def paint(fields: Mapping[str, str], rng: np.random.Generator, width: int, height: int) -> Picture:
    """Draw a pressed-looking plant with its names below, and a stamp of the collection."""
    scene = Scene(textures.wood(rng, width, height, _DESKS[int(rng.integers(len(_DESKS)))]))
    across, down = width * rng.uniform(0.78, 0.86), height * 0.95
    sheet = Sheet.of(
        textures.as_pixels(
            textures.paper(rng, round(across * 1.25), round(down * 1.25), (242, 230, 202), 1.0)
        )
    )
    w, h = sheet.width, sheet.height
    ink = (58, 44, 36)
    sheet.draw.rectangle((w * 0.03, h * 0.03, w * 0.97, h * 0.97), outline=ink, width=2)
    sheet.draw.rectangle((w * 0.038, h * 0.042, w * 0.962, h * 0.958), outline=ink, width=1)
    stem_x = w * rng.uniform(0.40, 0.60)
    words = f"{fields.get('subtitle', '')} {fields.get('note', '')}".casefold()
    middle = (w / 2, h * 0.40)
    if "moth" in words or "butterfly" in words:
        draw_moth(sheet, rng, middle, min(w * 0.62, h * 0.62))
        subject = "moth"
    elif "bird" in words:
        draw_bird(sheet, rng, middle, min(w * 0.58, h * 0.66))
        subject = "bird"
    else:
        _plant(sheet, rng, stem_x, h * 0.73, h * 0.66, pick(rng, _BLOOMS))
        subject = "plant"
    sheet.mark(subject, (w * 0.18, h * 0.06, w * 0.82, h * 0.73))
    sheet.write(
        fields.get("number", ""),
        (w * 0.60, h * 0.06, w * 0.94, h * 0.11),
        face="serif",
        size=h * 0.042,
        colour=ink,
        role="number",
        align="right",
    )
    sheet.write(
        fields.get("year", ""),
        (w * 0.06, h * 0.06, w * 0.3, h * 0.11),
        face="serif",
        size=h * 0.042,
        colour=ink,
        role="year",
        align="left",
    )
    end = sheet.write(
        fields["title"],
        (w * 0.07, h * 0.755, w * 0.93, h * 0.86),
        face="serif_bold",
        size=h * 0.092,
        colour=ink,
        role="title",
        upright="top",
        max_lines=2,
    )[3]
    for role, face in (("subtitle", "serif_italic"), ("place", "sans"), ("note", "serif")):
        if end < h * 0.91:
            end = sheet.write(
                fields.get(role, ""),
                (w * 0.08, end, w * 0.92, min(end + h * 0.048, h * 0.952)),
                face=face,
                size=h * 0.042,
                colour=ink,
                role=role,
                upright="top",
            )[3]
    where = leaning_quad(
        rng, (width * rng.uniform(0.47, 0.53), height * 0.5), across, down, turn=1.2, depth=0.012
    )
    scene.place(sheet, where, label="botanical plate", shadow=(5, 7, 7), darkness=0.6)
    scene.light(rng, 0.2)
    return scene.finish(rng)


def _plant(
    sheet: Sheet,
    rng: np.random.Generator,
    x: float,
    foot: float,
    tall: float,
    bloom: tuple[Colour, ...],
) -> None:
    green = _LEAVES[int(rng.integers(len(_LEAVES)))]
    for _ in range(7):  # roots
        dx = rng.normal(0, tall * 0.09)
        sheet.curve(
            [(x, foot - tall * 0.05), (x + dx * 0.3, foot - tall * 0.02), (x + dx, foot)],
            (126, 98, 70),
            2,
        )
    bend = rng.uniform(-0.14, 0.14) * tall
    head = (x + bend, foot - tall * 0.86)
    line = sheet.curve(
        [(x, foot - tall * 0.05), (x - bend, foot - tall * 0.45), head], green, tall * 0.014, 40
    )
    wide, length = rng.uniform(0.07, 0.40), tall * rng.uniform(0.24, 0.38)
    serrate = int(rng.integers(0, 3))
    pairs = int(rng.integers(2, 7))
    for i in range(pairs):
        px, py = line[5 + i * (26 // pairs)]
        for side in (-1, 1):
            angle = -math.pi / 2 + side * rng.uniform(0.7, 1.25)
            _leaf(sheet, rng, (px, py), angle, length * (1 - 0.1 * i), wide, green, serrate)
    petals = int(rng.integers(4, 12))
    habit = int(rng.integers(3))
    if habit == 0:  # one large head and a few small ones
        _flower(sheet, rng, head, tall * rng.uniform(0.13, 0.17), petals, bloom)
        for _ in range(int(rng.integers(1, 4))):
            px, py = line[int(rng.integers(22, 34))]
            reach = rng.choice((-1, 1)) * tall * rng.uniform(0.16, 0.30)
            tip: tuple[float, float] = (px + reach, py - tall * rng.uniform(0.12, 0.24))
            sheet.curve([(px, py), (tip[0], py), tip], green, tall * 0.008)
            _flower(sheet, rng, tip, tall * rng.uniform(0.05, 0.09), petals, bloom)
    elif habit == 1:  # a spike
        for i in range(24, 41, 2):
            px, py = line[i]
            offset = (-1 if i % 4 else 1) * tall * 0.055 * (1.3 - (i - 24) / 24)
            sheet.draw.line((px, py, px + offset, py - tall * 0.02), fill=green, width=4)
            radius = tall * 0.060 * (1.25 - (i - 24) / 28)
            _flower(sheet, rng, (px + offset, py - tall * 0.02), radius, petals, bloom)
    else:  # an umbel
        rays = int(rng.integers(7, 12))
        for angle in np.linspace(-1.15, 1.15, rays):
            length = tall * rng.uniform(0.15, 0.20)
            px, py = line[33]
            tip = (px + length * 1.6 * math.sin(angle), py - length * math.cos(angle))
            sheet.curve([(px, py), (px, py - length * 0.6), tip], green, tall * 0.007)
            _flower(sheet, rng, tip, tall * rng.uniform(0.040, 0.060), petals, bloom)


def _leaf(
    sheet: Sheet,
    rng: np.random.Generator,
    base: tuple[float, float],
    angle: float,
    length: float,
    wide: float,
    green: Colour,
    serrate: int,
) -> None:
    ux, uy = math.cos(angle), math.sin(angle)
    droop = length * 0.18

    def at(along: float, across: float) -> tuple[float, float]:
        x = base[0] + ux * along * length - uy * across * length
        y = base[1] + uy * along * length + ux * across * length + droop * along**2
        return x, y

    steps = np.linspace(0, 1, 22)
    half = (
        wide
        * np.array([math.sin(math.pi * float(t) ** 0.8) for t in steps])
        * (1 + 0.16 * serrate * (np.arange(22) % 2) - 0.08 * serrate)
    )
    upper = [at(t, a) for t, a in zip(steps, half, strict=True)]
    lower = [at(t, -a) for t, a in zip(steps, half, strict=True)]
    tint = rng.integers(-14, 15)
    light: Colour = (green[0] + int(tint) + 26, green[1] + int(tint) + 26, green[2] + 22)
    dark: Colour = (green[0] - 30, green[1] - 26, green[2] - 26)
    sheet.polygon([*upper, *lower[::-1]], light)
    sheet.polygon([*upper, *[at(t, 0) for t in steps[::-1]]], green)
    sheet.draw.line([*upper, *lower[::-1]], fill=dark, width=2)
    sheet.draw.line([at(t, 0) for t in steps], fill=dark, width=2)
    for i in range(3, 20, 3):
        for side in (-0.8, 0.8):
            sheet.draw.line(
                [at(steps[i], 0), at(min(steps[i] + 0.1, 1), side * half[i])], fill=dark
            )


def _flower(
    sheet: Sheet,
    rng: np.random.Generator,
    centre: tuple[float, float],
    radius: float,
    petals: int,
    bloom: tuple[Colour, ...],
) -> None:
    dark, pale, heart = bloom
    edge: Colour = (max(0, dark[0] - 50), max(0, dark[1] - 36), max(0, dark[2] - 40))
    for ring, colour in ((1.0, dark), (0.72, pale)):
        turn = rng.uniform(0, math.pi)
        for i in range(petals):
            angle = turn + 2 * math.pi * i / petals
            ux, uy = math.cos(angle) * radius * ring, math.sin(angle) * radius * ring
            side = 4.2 / petals
            x, y = centre
            outline = bezier(
                [
                    (x, y),
                    (x + ux - uy * side, y + uy + ux * side),
                    (x + 1.25 * ux, y + 1.25 * uy),
                    (x + ux + uy * side, y + uy - ux * side),
                    (x, y),
                ],
                18,
            )
            sheet.polygon(outline, colour)
            sheet.draw.line(outline, fill=edge, width=1)
            sheet.draw.line(
                [(x + 0.3 * ux, y + 0.3 * uy), (x + 0.75 * ux, y + 0.75 * uy)], fill=edge
            )
    sheet.disc(*centre, radius * 0.22, heart)
    for angle in np.linspace(0, 2 * math.pi, 12, endpoint=False):
        sheet.disc(
            centre[0] + radius * 0.26 * math.cos(angle),
            centre[1] + radius * 0.26 * math.sin(angle),
            max(1.5, radius * 0.035),
            edge,
        )


STYLE = Style(
    "botanical_plate",
    ("organism",),
    ("title", "subtitle", "place", "year", "number", "note"),
    "botanical plate",
    paint,
)
