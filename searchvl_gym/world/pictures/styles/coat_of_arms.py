"""Coats of arms, painted on a wall or carved in stone."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from searchvl_gym.world.pictures import textures
from searchvl_gym.world.pictures.exact import fading
from searchvl_gym.world.pictures.ornament import border, rosette, star
from searchvl_gym.world.pictures.recipe import Picture
from searchvl_gym.world.pictures.scene import Scene, leaning_quad
from searchvl_gym.world.pictures.sheet import Colour, Sheet, bezier
from searchvl_gym.world.pictures.style import Style

_METALS: tuple[Colour, ...] = ((244, 206, 92), (240, 238, 230))
_TINCTURES: tuple[Colour, ...] = (
    (178, 34, 40),
    (34, 76, 152),
    (32, 112, 72),
    (44, 40, 48),
    (112, 48, 120),
)
_GROUNDS = ((236, 226, 204), (204, 196, 184), (120, 40, 42), (38, 60, 82), (58, 72, 58))


def paint(fields: Mapping[str, str], rng: np.random.Generator, width: int, height: int) -> Picture:
    """Draw a shield with a crown and, below, a ribbon with the title."""
    wall = (textures.stone, textures.plaster)[int(rng.integers(2))]
    scene = Scene(wall(rng, width, height, (168, 160, 150)))
    across, down = width * 0.90, height * 0.94
    ground = _GROUNDS[int(rng.integers(len(_GROUNDS)))]
    w, h = round(across * 1.25), round(down * 1.25)
    panel = Sheet.of(textures.as_pixels(textures.plaster(rng, w, h, ground)))
    border(
        panel,
        rng,
        (w * 0.02, h * 0.025, w * 0.98, h * 0.975),
        h * 0.042,
        (_METALS[0], _TINCTURES[int(rng.integers(5))]),
    )
    x, top, half, tall = w / 2, h * 0.165, w * 0.175, h * 0.49
    _branches(panel, rng, x, top, half, tall)
    _shield(panel, rng, x, top, half, tall)
    panel.mark("shield", (x - half, top, x + half, top + tall))
    _crown(panel, rng, x, h * 0.15, half * 0.75, h * 0.075)
    _ribbon(panel, fields["title"])
    words = [(k, fields[k]) for k in ("subtitle", "year", "place") if k in fields]
    dark = sum(ground) < 380
    for (role, text), (a, b) in zip(words[:1], ((0.10, 0.90),), strict=False):
        panel.write(
            text,
            (w * a, h * 0.855, w * b, h * 0.93),
            face="serif_italic",
            size=h * 0.052,
            colour=(248, 240, 220) if dark else (50, 38, 34),
            role=role,
        )
    for (role, text), (a, b) in zip(words[1:], ((0.07, 0.27), (0.73, 0.93)), strict=False):
        panel.write(
            text,
            (w * a, h * 0.10, w * b, h * 0.19),
            face="serif_bold",
            size=h * 0.062,
            colour=(248, 240, 220) if dark else (50, 38, 34),
            role=role,
        )
    where = leaning_quad(rng, (width / 2, height / 2), across, down, turn=1.0, depth=0.012)
    scene.place(panel, where, label="coat of arms", shadow=(5, 7, 7), darkness=0.55)
    scene.light(rng, 0.24)
    return scene.finish(rng)


def _shield(
    panel: Sheet, rng: np.random.Generator, x: float, top: float, half: float, tall: float
) -> None:
    size = (round(2 * half), round(tall))
    field = Sheet(*size, _METALS[int(rng.integers(2))])
    w, h = size
    one, two = (_TINCTURES[i] for i in rng.permutation(len(_TINCTURES))[:2])
    division = int(rng.integers(6))
    if division == 0:
        field.draw.rectangle((0, 0, w / 2, h / 2), fill=one)
        field.draw.rectangle((w / 2, h / 2, w, h), fill=two)
    elif division == 1:
        field.draw.rectangle((0, 0, w / 2, h), fill=one)
    elif division == 2:
        field.polygon([(0, 0), (w, h * 0.75), (w, h), (0, h)], one)
    elif division == 3:
        field.polygon(
            [(0, h * 0.75), (w / 2, h * 0.38), (w, h * 0.75), (w, h), (w / 2, h * 0.63), (0, h)],
            one,
        )
    elif division == 4:
        field.draw.rectangle((0, 0, w, h * 0.34), fill=one)
        field.draw.rectangle((0, h * 0.7, w, h), fill=two)
    else:
        stripes = int(rng.integers(5, 9))
        for i in range(0, stripes, 2):
            field.draw.rectangle((w * i / stripes, 0, w * (i + 1) / stripes, h), fill=one)
    metal = _METALS[int(rng.integers(2))]
    for cx, cy in ((0.25, 0.24), (0.75, 0.24), (0.5, 0.66)):
        charge, r = int(rng.integers(4)), w * 0.16
        ink = two if division in (2, 3) and cy < 0.5 else metal
        field.disc(w * cx, h * cy, r * 1.12, (40, 34, 38))
        field.disc(w * cx, h * cy, r * 1.06, two if ink != two else metal)
        if charge == 0:
            field.polygon(star(w * cx, h * cy, r, int(rng.integers(5, 9))), ink)
        elif charge == 1:
            rosette(field, rng, (w * cx, h * cy), r, (ink, one, metal))
        elif charge == 2:
            _tower(field, w * cx, h * cy, r, ink)
        else:
            _wave(field, w * cx, h * cy, r, ink)
    mask = Sheet(*size, (0, 0, 0))
    side = bezier([(w, 0), (w * 1.0, h * 0.72), (w * 0.72, h * 0.86), (w / 2, h)], 30)
    outline = [(0.0, 0.0), (float(w), 0.0), *side, *[(w - a, b) for a, b in reversed(side)]]
    mask.polygon(outline, (255, 255, 255))
    y, across = (np.linspace(low, 1, n, dtype=np.float32) for low, n in ((0, h), (-1, w)))
    gloss = 0.86 + 0.26 * np.multiply(
        fading((y - 0.3) ** 2 / 0.16)[:, None], fading((across + 0.35) ** 2 / 0.16)[None, :]
    )
    field.shade(gloss)
    panel.image.paste(field.image, (round(x - half), round(top)), mask.image.convert("L"))
    panel.draw.line(
        [(x - half + a, top + b) for a, b in [*outline, outline[0]]], fill=(36, 28, 30), width=7
    )
    panel.draw.line(
        [(x - half + a, top + b) for a, b in [*outline, outline[0]]], fill=(246, 214, 120), width=3
    )


def _tower(sheet: Sheet, x: float, y: float, r: float, ink: Colour) -> None:
    sheet.draw.rectangle((x - r * 0.45, y - r * 0.4, x + r * 0.45, y + r * 0.8), fill=ink)
    for i in range(3):
        left = x - r * 0.6 + r * 0.45 * i
        sheet.draw.rectangle((left, y - r * 0.75, left + r * 0.3, y - r * 0.35), fill=ink)
    sheet.draw.rectangle((x - r * 0.15, y + r * 0.25, x + r * 0.15, y + r * 0.8), fill=(40, 34, 38))


def _wave(sheet: Sheet, x: float, y: float, r: float, ink: Colour) -> None:
    for row in (-0.45, 0.0, 0.45):
        points = [
            (x + r * 0.8 * t, y + r * (row + 0.12 * math.sin(t * 7)))
            for t in np.linspace(-1, 1, 24)
        ]
        sheet.draw.line(
            [(float(a), float(b)) for a, b in points], fill=ink, width=max(3, round(r * 0.16))
        )


def _branches(
    panel: Sheet, rng: np.random.Generator, x: float, top: float, half: float, tall: float
) -> None:
    """A branch on either side, crossed below the shield: laurel, oak or palm."""
    green: Colour = ((70, 120, 70), (112, 132, 60), (196, 158, 70))[int(rng.integers(3))]
    pale: Colour = (min(255, green[0] + 56), min(255, green[1] + 48), green[2] + 40)
    leaf_kind, berries = int(rng.integers(3)), _TINCTURES[int(rng.integers(5))]
    count = int(rng.integers(9, 14))
    for side in (-1, 1):
        stem = panel.curve(
            [
                (x - side * half * 0.25, top + tall * 1.05),
                (x + side * half * 1.75, top + tall * 1.05),
                (x + side * half * 1.75, top + tall * 0.55),
                (x + side * half * 1.42, top + tall * 0.10),
            ],
            (96, 74, 48),
            6,
            4 * count,
        )
        for i in range(4, 4 * count, 4):
            (px, py), (qx, qy) = stem[i], stem[min(i + 2, 4 * count)]
            along = math.atan2(qy - py, qx - px)
            length = half * rng.uniform(0.40, 0.50) * (1 - 0.35 * i / (4 * count))
            for turn in (-0.75, 0.75):
                ux, uy = math.cos(along + turn) * length, math.sin(along + turn) * length
                width = (0.34, 0.24, 0.14)[leaf_kind]
                blade = bezier(
                    [
                        (px, py),
                        (px + ux * 0.5 - uy * width * 1.6, py + uy * 0.5 + ux * width * 1.6),
                        (px + ux, py + uy),
                    ],
                    10,
                )
                back = bezier(
                    [
                        (px + ux, py + uy),
                        (px + ux * 0.5 + uy * width * 1.6, py + uy * 0.5 - ux * width * 1.6),
                        (px, py),
                    ],
                    10,
                )
                panel.polygon([*blade, *back], green)
                panel.polygon([*blade, (px, py)], pale)
                panel.draw.line([(px, py), (px + ux, py + uy)], fill=(52, 60, 40), width=1)
            if i % 12 == 0:
                panel.disc(px, py, half * 0.055, berries)


def _crown(
    panel: Sheet, rng: np.random.Generator, x: float, y: float, half: float, tall: float
) -> None:
    points = int(rng.integers(3, 6)) * 2 + 1
    outline = [(x - half, y)]
    for i in range(points):
        px = x - half * 1.08 + 2.16 * half * i / (points - 1)
        outline.append((px, y - tall * (1.0 if i % 2 == 0 else 0.45)))
    panel.polygon([*outline, (x + half, y)], (226, 178, 62))
    panel.draw.rectangle((x - half, y - tall * 0.2, x + half, y + 4), fill=(176, 124, 36))
    for i in range(0, points, 2):
        px = x - half * 1.08 + 2.16 * half * i / (points - 1)
        panel.disc(px, y - tall, tall * 0.12, (250, 238, 200))
        panel.disc(
            x - half * 0.9 + 1.8 * half * i / (points - 1),
            y - tall * 0.09,
            tall * 0.08,
            _TINCTURES[int(rng.integers(5))],
        )


def _ribbon(panel: Sheet, title: str) -> None:
    w, h = panel.width, panel.height
    top, bottom = h * 0.69, h * 0.84
    for side in (-1, 1):
        x = w / 2 + side * w * 0.44
        panel.polygon(
            [
                (x - side * w * 0.10, top + h * 0.035),
                (x, top + h * 0.035),
                (x - side * w * 0.03, (top + bottom) / 2 + h * 0.035),
                (x, bottom + h * 0.03),
                (x - side * w * 0.10, bottom + h * 0.03),
            ],
            (206, 184, 136),
        )
    panel.draw.rectangle((w * 0.10, top + 5, w * 0.90, bottom + 5), fill=(96, 76, 52))
    panel.draw.rectangle(
        (w * 0.10, top, w * 0.90, bottom), fill=(250, 242, 218), outline=(96, 66, 40), width=3
    )
    panel.write(
        title,
        (w * 0.125, top, w * 0.875, bottom),
        face="serif_bold",
        size=h * 0.098,
        colour=(58, 24, 26),
        role="title",
        max_lines=2,
    )


STYLE = Style(
    "coat_of_arms",
    ("location", "person"),
    ("title", "subtitle", "year", "place"),
    "coat of arms",
    paint,
)
