"""Animals for natural-history plates: pinned moths and perching birds."""

from __future__ import annotations

import math

import numpy as np

from searchvl_gym.world.pictures.ornament import star
from searchvl_gym.world.pictures.sheet import Colour, Sheet, bezier

_COATS: tuple[tuple[Colour, Colour, Colour], ...] = (  # main, pattern, light
    ((150, 92, 54), (76, 46, 38), (236, 206, 150)),
    ((70, 92, 122), (34, 42, 62), (222, 214, 186)),
    ((176, 70, 52), (62, 36, 40), (246, 212, 130)),
    ((108, 124, 76), (52, 60, 44), (236, 226, 176)),
    ((196, 164, 92), (96, 66, 44), (250, 240, 206)),
)
_INK: Colour = (52, 38, 32)


def draw_moth(
    sheet: Sheet, rng: np.random.Generator, centre: tuple[float, float], size: float
) -> None:
    """Draw a spread moth.

    Args:
        sheet: Where to.
        rng: Decides outline, colours and markings.
        centre: Middle of the body, in pixels.
        size: Span of the wings, in pixels.
    """
    main, pattern, light = _COATS[int(rng.integers(len(_COATS)))]
    x, y = centre
    half = size / 2
    sweep, drop = rng.uniform(-0.62, -0.40), rng.uniform(0.50, 0.72)
    bands, eyes = rng.uniform(0.35, 0.85, 3), rng.uniform(0.06, 0.10)
    points = int(rng.integers(5, 9))
    scallop = rng.uniform(0.0, 0.06)
    for side in (-1, 1):
        fore = [
            (0.03, -0.10),
            (0.35, -0.50),
            (0.75, sweep - 0.12),
            (1.0, sweep),
            (1.0, -0.2),
            (0.80, 0.02),
            (0.45, 0.10),
            (0.05, 0.06),
        ]
        hind = [
            (0.05, 0.0),
            (0.55, -0.02),
            (0.85, 0.20),
            (0.72, drop),
            (0.40, drop + 0.10),
            (0.12, drop * 0.6),
            (0.03, 0.16),
        ]
        for wing, tint in ((hind, light), (fore, main)):
            outline = bezier([(wx, wy) for wx, wy in wing], 44)
            pivot = (0.04, 0.0)
            for k, colour in (
                (1.0, pattern),
                (0.95, tint),
                *zip(bands, (pattern, light, tint), strict=True),
            ):
                ring = []
                for i, (wx, wy) in enumerate(outline):
                    reach = k * (1 + scallop * math.sin(i * 1.7))
                    ring.append(
                        (
                            x + side * half * (pivot[0] + (wx - pivot[0]) * reach) * 1.15,
                            y + half * (pivot[1] + (wy - pivot[1]) * reach) * 1.35,
                        )
                    )
                sheet.polygon(ring, colour)
            for vein in range(4, 42, 4):
                wx, wy = outline[vein]
                sheet.draw.line(
                    (x + side * half * 0.05, y, x + side * half * wx * 1.1, y + half * wy * 1.28),
                    fill=pattern,
                    width=1,
                )
            ex, ey = (0.58, sweep * 0.55) if wing is fore else (0.50, drop * 0.45)
            spot = (x + side * half * ex, y + half * ey)
            sheet.disc(*spot, half * eyes * 1.35, pattern)
            sheet.disc(*spot, half * eyes, light)
            sheet.polygon(star(*spot, half * eyes * 0.8, points), pattern)
        sheet.curve(
            [
                (x, y - half * 0.22),
                (x + side * half * 0.16, y - half * 0.5),
                (x + side * half * 0.32, y - half * 0.62),
            ],
            _INK,
            4,
        )
    for i in range(8):
        r = half * (0.085 - 0.007 * i)
        sheet.disc(x, y - half * 0.14 + half * 0.085 * i, r * 1.1, pattern if i % 2 else main)
    sheet.disc(x, y - half * 0.22, half * 0.075, _INK)


def draw_bird(
    sheet: Sheet, rng: np.random.Generator, centre: tuple[float, float], size: float
) -> None:
    """Draw a bird on a twig.

    Args:
        sheet: Where to.
        rng: Decides proportions, colours and plumage.
        centre: Middle of the body, in pixels.
        size: From the beak to the tip of the tail, in pixels.
    """
    main, pattern, light = _COATS[int(rng.integers(len(_COATS)))]
    x, y = centre
    u = size / 4
    turn = int(rng.choice((-1, 1)))
    deep, tail = rng.uniform(0.75, 1.0), rng.uniform(1.5, 2.2)

    def at(a: float, b: float) -> tuple[float, float]:
        return x + turn * a * u, y + b * u

    sheet.curve([at(-2.6, 1.5), at(-0.5, 0.95), at(2.4, 1.3)], (112, 84, 58), u * 0.16)
    for k in range(6):
        lx = -2.3 + 0.9 * k
        dip = 0.45 * (1 if k % 2 else -1)
        sheet.polygon(
            bezier(
                [
                    at(lx, 1.22),
                    at(lx + 0.2, 1.2 + dip * 1.8),
                    at(lx + 0.7, 1.2 + dip),
                    at(lx, 1.22),
                ],
                14,
            ),
            (104, 128, 78),
        )
    for k in range(4):
        shift = 0.14 * k
        sheet.polygon(
            [
                at(-0.9, -0.1 + shift),
                at(-0.9 - tail, 0.55 + shift * 1.6),
                at(-1.0 - tail, 0.75 + shift * 1.6),
                at(-0.8, 0.3 + shift),
            ],
            pattern if k % 2 else main,
        )
    body = bezier(
        [
            at(1.5, -1.0),
            at(1.9, 0.4),
            at(0.6, 1.2 + deep * 0.4),
            at(-0.8, 1.2 * deep),
            at(-1.6, -0.1),
            at(0.2, -1.2),
            at(1.5, -1.0),
        ],
        46,
    )
    sheet.polygon(body, main)
    sheet.polygon(
        bezier(
            [
                at(1.45, -0.3),
                at(1.7, 0.5),
                at(0.6, 1.3),
                at(-0.5, 1.0),
                at(0.4, 0.3),
                at(1.45, -0.3),
            ],
            30,
        ),
        light,
    )
    for _ in range(26):  # breast
        bx, by = rng.uniform(0.2, 1.2), rng.uniform(0.1, 0.72)
        sheet.disc(*at(bx, by), u * 0.035, pattern)
    for row in range(5):  # wing feathers
        for k in range(6 - row):
            a, b = 0.75 - 0.36 * k - 0.16 * row, -0.42 + 0.17 * row + 0.10 * k
            feather = bezier(
                [
                    at(a, b),
                    at(a - 0.3, b - 0.18),
                    at(a - 0.9, b + 0.28),
                    at(a - 0.3, b + 0.30),
                    at(a, b),
                ],
                12,
            )
            sheet.polygon(feather, (pattern, main, light)[(row + k) % 3])
            sheet.draw.line(feather, fill=_INK, width=1)
    head = at(1.35, -0.95)
    sheet.disc(*head, u * 0.52, main)
    sheet.polygon(
        bezier([at(0.9, -1.1), at(1.2, -1.7), at(1.8, -1.45), at(1.8, -1.05), at(0.9, -1.1)], 20),
        pattern,
    )
    if rng.random() < 0.5:
        sheet.polygon([at(1.0, -1.3), at(0.75, -2.0), at(1.3, -1.45)], pattern)
    sheet.polygon(
        [at(1.78, -1.08), at(1.8 + rng.uniform(0.35, 0.75), -0.86), at(1.78, -0.80)], (214, 150, 60)
    )
    sheet.disc(*at(1.5, -1.0), u * 0.10, (250, 246, 230))
    sheet.disc(*at(1.5, -1.0), u * 0.065, (30, 24, 24))
    for a in (0.15, 0.45):
        sheet.draw.line([at(a, 0.95), at(a + 0.1, 1.2)], fill=(150, 104, 60), width=5)
