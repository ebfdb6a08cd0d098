"""Ornament that differs with every seed: rosettes, guilloches, dividers, borders."""

from __future__ import annotations

import math

import numpy as np

from searchvl_gym.world.pictures.exact import wave
from searchvl_gym.world.pictures.sheet import Box, Colour, Sheet


def guilloche(
    sheet: Sheet,
    rng: np.random.Generator,
    centre: tuple[float, float],
    radius: float,
    colour: Colour,
    rings: int = 3,
    width: int = 1,
) -> None:
    """Interlaced closed waves around a centre, as on banknotes."""
    t = np.linspace(0, 2 * np.pi, 420)
    for ring in range(rings):
        waves = int(rng.integers(5, 19))
        swing = rng.uniform(0.06, 0.24)
        inner = radius * (1 - 0.27 * ring)
        for phase in np.linspace(0, np.pi, int(rng.integers(2, 5)), endpoint=False):
            r = inner * (1 - swing + swing * wave(waves * t + phase))
            across, down = r * wave(t + math.pi / 2), r * wave(t)
            points = np.stack((centre[0] + across, centre[1] + down), axis=1)
            sheet.draw.line(points.ravel().tolist(), fill=colour, width=width)


def rosette(
    sheet: Sheet,
    rng: np.random.Generator,
    centre: tuple[float, float],
    radius: float,
    colours: tuple[Colour, ...],
) -> None:
    """A many-petalled flower of nested rings, like a window or an inlay."""
    x, y = centre
    for ring in range(int(rng.integers(2, 5))):
        petals = int(rng.integers(5, 13))
        reach = radius * (1 - 0.26 * ring)
        width = reach * math.pi / petals * rng.uniform(0.6, 1.1)
        turn = rng.uniform(0, 2 * np.pi)
        colour = colours[ring % len(colours)]
        for petal in range(petals):
            angle = turn + 2 * math.pi * petal / petals
            ux, uy = math.cos(angle), math.sin(angle)
            sheet.polygon(
                [
                    (x + ux * reach * d - uy * width * s, y + uy * reach * d + ux * width * s)
                    for d, s in (
                        (0.1, 0),
                        (0.55, 0.5),
                        (0.8, 0.42),
                        (1, 0),
                        (0.8, -0.42),
                        (0.55, -0.5),
                    )
                ],
                colour,
            )
    sheet.disc(x, y, radius * 0.13, colours[-1])


def divider(
    sheet: Sheet, rng: np.random.Generator, y: float, left: float, right: float, colour: Colour
) -> None:
    """A rule that is broken by a small ornament."""
    middle, reach = (left + right) / 2, (right - left) / 2
    gap = reach * 0.12 + 8
    sheet.draw.line((left, y, middle - gap, y), fill=colour, width=2)
    sheet.draw.line((middle + gap, y, right, y), fill=colour, width=2)
    shape = int(rng.integers(3))
    for step in (-1, 0, 1):
        x, r = middle + step * gap * 0.5, gap * (0.24 if step else 0.36)
        if shape == 0:
            sheet.polygon([(x - r, y), (x, y - r), (x + r, y), (x, y + r)], colour)
        elif shape == 1:
            sheet.disc(x, y, r * 0.8, colour)
        else:
            sheet.polygon(star(x, y, r, 5), colour)


def star(
    x: float, y: float, radius: float, points: int, inner: float = 0.42
) -> list[tuple[float, float]]:
    """Corners of a star that stands on two points."""
    return [
        (
            x + radius * (1 if i % 2 == 0 else inner) * math.sin(math.pi * i / points),
            y - radius * (1 if i % 2 == 0 else inner) * math.cos(math.pi * i / points),
        )
        for i in range(2 * points)
    ]


def border(
    sheet: Sheet,
    rng: np.random.Generator,
    box: Box,
    thickness: float,
    colours: tuple[Colour, Colour],
) -> None:
    """A band of repeated tiles around a box; the motif differs with the seed."""
    left, top, right, bottom = box
    motif = int(rng.integers(4))
    across = max(4, round((right - left) / thickness))
    down = max(4, round((bottom - top) / thickness))
    cells = [
        (left + (right - left) * (i + 0.5) / across, y)
        for i in range(across)
        for y in (top + thickness / 2, bottom - thickness / 2)
    ]
    cells += [
        (x, top + (bottom - top) * (i + 0.5) / down)
        for i in range(1, down - 1)
        for x in (left + thickness / 2, right - thickness / 2)
    ]
    for index, (x, y) in enumerate(cells):
        r = thickness * 0.42
        first, second = colours if (index // 2) % 2 else colours[::-1]
        if motif == 0:
            sheet.polygon([(x - r, y), (x, y - r), (x + r, y), (x, y + r)], first)
            sheet.disc(x, y, r * 0.35, second)
        elif motif == 1:
            sheet.disc(x, y, r, first)
            sheet.disc(x, y, r * 0.55, second)
        elif motif == 2:
            sheet.polygon([(x - r, y + r), (x, y - r), (x + r, y + r)], first)
        else:
            sheet.polygon(star(x, y, r * 1.1, 4), first)
    sheet.draw.rectangle(box, outline=colours[0], width=2)


def pick(rng: np.random.Generator, choices: tuple[tuple[Colour, ...], ...]) -> tuple[Colour, ...]:
    """One of several palettes."""
    return choices[int(rng.integers(len(choices)))]
