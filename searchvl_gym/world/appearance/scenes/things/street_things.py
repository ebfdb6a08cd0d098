"""Things in streets: cars, lamps, post boxes, bicycles."""

from __future__ import annotations

import math

import numpy as np

from searchvl_gym.world.appearance.scenes.palette import NAMED, mixed
from searchvl_gym.world.appearance.scenes.things.pen import Draw, Drawer, disc


def car(paint: str) -> Drawer:
    """Draw a car."""

    def draw_it(draw: Draw, rng: np.random.Generator, w: int, h: int) -> None:
        body = NAMED[paint]
        draw.ellipse((w * 0.02, h * 0.86, w * 0.98, h * 0.995), fill=(40, 40, 42))
        draw.polygon(
            [
                (w * 0.20, h * 0.50),
                (w * 0.33, h * 0.10),
                (w * 0.70, h * 0.10),
                (w * 0.84, h * 0.50),
            ],
            fill=mixed(body, (0, 0, 0), 0.12),
        )
        draw.polygon(
            [
                (w * 0.26, h * 0.48),
                (w * 0.36, h * 0.17),
                (w * 0.50, h * 0.17),
                (w * 0.50, h * 0.48),
            ],
            fill=(156, 190, 204),
        )
        draw.polygon(
            [
                (w * 0.53, h * 0.48),
                (w * 0.53, h * 0.17),
                (w * 0.68, h * 0.17),
                (w * 0.78, h * 0.48),
            ],
            fill=(132, 168, 186),
        )
        draw.rounded_rectangle((w * 0.02, h * 0.44, w * 0.98, h * 0.84), h * 0.13, fill=body)
        draw.rectangle(
            (w * 0.06, h * 0.47, w * 0.94, h * 0.52), fill=mixed(body, (255, 255, 255), 0.4)
        )
        draw.rectangle((w * 0.03, h * 0.74, w * 0.97, h * 0.79), fill=mixed(body, (0, 0, 0), 0.4))
        draw.line(
            (w * 0.51, h * 0.50, w * 0.51, h * 0.76),
            fill=mixed(body, (0, 0, 0), 0.45),
            width=max(2, w // 120),
        )
        for x in (0.23, 0.77):
            disc(draw, w * x, h * 0.81, h * 0.18, (26, 26, 28))
            disc(draw, w * x, h * 0.81, h * 0.10, (176, 178, 182))
            disc(draw, w * x, h * 0.81, h * 0.04, (90, 92, 96))
        draw.ellipse((w * 0.925, h * 0.52, w * 0.985, h * 0.64), fill=(252, 242, 200))
        draw.ellipse((w * 0.015, h * 0.52, w * 0.055, h * 0.64), fill=(200, 40, 36))

    return draw_it


def street_lamp(draw: Draw, rng: np.random.Generator, w: int, h: int) -> None:
    """Draw a street lamp."""
    iron = (38, 44, 46)
    draw.rectangle((w * 0.45, h * 0.14, w * 0.55, h * 0.99), fill=iron)
    draw.rectangle((w * 0.465, h * 0.14, w * 0.49, h * 0.99), fill=(92, 100, 104))
    draw.rectangle((w * 0.36, h * 0.90, w * 0.64, h * 0.99), fill=iron)
    draw.polygon(
        [(w * 0.32, h * 0.145), (w * 0.68, h * 0.145), (w * 0.82, h * 0.04), (w * 0.18, h * 0.04)],
        fill=(250, 226, 150),
    )
    draw.polygon(
        [
            (w * 0.14, h * 0.045),
            (w * 0.86, h * 0.045),
            (w * 0.56, h * 0.005),
            (w * 0.44, h * 0.005),
        ],
        fill=iron,
    )
    for x in (0.32, 0.50, 0.68):
        draw.line(
            (w * x, h * 0.145, w * (0.5 + (x - 0.5) * 1.8), h * 0.04),
            fill=iron,
            width=max(2, w // 40),
        )


def post_box(draw: Draw, rng: np.random.Generator, w: int, h: int) -> None:
    """Draw a post box."""
    red = NAMED[("red", "yellow", "green")[int(rng.integers(3))]]
    draw.rectangle((w * 0.40, h * 0.62, w * 0.60, h * 0.99), fill=(60, 60, 62))
    draw.rounded_rectangle((w * 0.10, h * 0.04, w * 0.90, h * 0.68), w * 0.18, fill=red)
    draw.rounded_rectangle(
        (w * 0.16, h * 0.08, w * 0.28, h * 0.62), w * 0.05, fill=mixed(red, (255, 255, 255), 0.3)
    )
    draw.rectangle((w * 0.28, h * 0.18, w * 0.80, h * 0.23), fill=(24, 22, 22))
    draw.rectangle((w * 0.34, h * 0.34, w * 0.74, h * 0.52), fill=(246, 242, 230))


def bicycle(draw: Draw, rng: np.random.Generator, w: int, h: int) -> None:
    """Draw a bicycle."""
    frame = NAMED[("green", "red", "blue", "black")[int(rng.integers(4))]]
    thick = max(3, h // 28)
    r = h * 0.33
    for x in (0.22, 0.78):
        box = (w * x - r, h * 0.98 - 2 * r, w * x + r, h * 0.98)
        for k in range(8):
            turn = math.pi * k / 8
            draw.line(
                (
                    w * x - r * math.cos(turn),
                    h * 0.98 - r - r * math.sin(turn),
                    w * x + r * math.cos(turn),
                    h * 0.98 - r + r * math.sin(turn),
                ),
                fill=(150, 152, 154),
                width=max(1, thick // 3),
            )
        draw.ellipse(box, outline=(30, 30, 32), width=thick)
    y = h * 0.98 - r
    for line in (
        ((0.22, y), (0.40, h * 0.30)),
        ((0.40, h * 0.30), (0.70, h * 0.30)),
        ((0.70, h * 0.30), (0.48, y)),
        ((0.48, y), (0.22, y)),
        ((0.48, y), (0.37, h * 0.18)),
        ((0.78, y), (0.68, h * 0.14)),
    ):
        draw.line([(w * a, b) for a, b in line], fill=frame, width=thick)
    draw.rounded_rectangle((w * 0.30, h * 0.13, w * 0.45, h * 0.19), thick, fill=(40, 34, 30))
    draw.line((w * 0.66, h * 0.12, w * 0.76, h * 0.10), fill=(30, 30, 32), width=thick)
