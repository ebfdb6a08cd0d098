"""Things in rooms: clocks, lamps, plants, globes, benches, doors."""

from __future__ import annotations

import math

import numpy as np

from searchvl_gym.world.appearance.scenes.palette import NAMED, mixed
from searchvl_gym.world.appearance.scenes.things.pen import Draw, disc


def clock(draw: Draw, rng: np.random.Generator, w: int, h: int) -> None:
    """Draw a clock."""
    x, y, r = w / 2, h / 2, min(w, h) / 2 - 2
    disc(draw, x, y, r, (58, 58, 62))
    disc(draw, x, y, r * 0.95, (126, 128, 132))
    disc(draw, x, y, r * 0.88, (248, 247, 240))
    for tick in range(60):
        turn = math.pi * tick / 30
        inner = r * (0.68 if tick % 5 == 0 else 0.78)
        a, b = math.sin(turn), math.cos(turn)
        line = (x + a * inner, y - b * inner, x + a * r * 0.83, y - b * r * 0.83)
        draw.line(line, fill=(30, 30, 34), width=max(1, round(r * (0.04 if tick % 5 else 0.07))))
    hour, minute = rng.uniform(0, 12), rng.uniform(0, 60)
    for turn, reach, wide in ((hour / 6, 0.45, 0.10), (minute / 30, 0.70, 0.06)):
        a, b = math.sin(math.pi * turn), math.cos(math.pi * turn)
        line = (x - a * r * 0.12, y + b * r * 0.12, x + a * reach * r, y - b * reach * r)
        draw.line(line, fill=(24, 24, 28), width=max(2, round(r * wide)))
    disc(draw, x, y, r * 0.07, (178, 40, 36))


def lamp(draw: Draw, rng: np.random.Generator, w: int, h: int) -> None:
    """Draw a lamp."""
    draw.rectangle((w * 0.47, 0, w * 0.53, h * 0.42), fill=(48, 46, 46))
    shade = NAMED[("green", "black", "red")[int(rng.integers(3))]]
    draw.polygon(
        [(w * 0.40, h * 0.40), (w * 0.60, h * 0.40), (w * 0.98, h * 0.82), (w * 0.02, h * 0.82)],
        fill=shade,
    )
    draw.polygon(
        [(w * 0.44, h * 0.42), (w * 0.50, h * 0.42), (w * 0.38, h * 0.80), (w * 0.14, h * 0.80)],
        fill=mixed(shade, (255, 255, 255), 0.25),
    )
    draw.ellipse((w * 0.02, h * 0.76, w * 0.98, h * 0.88), fill=mixed(shade, (0, 0, 0), 0.35))
    draw.ellipse((w * 0.12, h * 0.78, w * 0.88, h * 0.90), fill=(255, 240, 190))
    draw.ellipse((w * 0.34, h * 0.80, w * 0.66, h * 0.99), fill=(255, 250, 224))


def extinguisher(draw: Draw, rng: np.random.Generator, w: int, h: int) -> None:
    """Draw a extinguisher."""
    red = NAMED["red"]
    draw.rounded_rectangle((w * 0.22, h * 0.20, w * 0.78, h * 0.99), w * 0.2, fill=red)
    draw.rounded_rectangle((w * 0.28, h * 0.24, w * 0.40, h * 0.95), w * 0.06, fill=(220, 92, 84))
    draw.rectangle((w * 0.22, h * 0.45, w * 0.78, h * 0.66), fill=(244, 240, 230))
    for k in range(3):
        draw.rectangle(
            (w * 0.32, h * (0.49 + 0.05 * k), w * 0.68, h * (0.51 + 0.05 * k)), fill=(90, 88, 86)
        )
    draw.rectangle((w * 0.38, h * 0.08, w * 0.62, h * 0.21), fill=(40, 40, 42))
    draw.polygon(
        [(w * 0.3, h * 0.09), (w * 0.95, h * 0.01), (w * 0.95, h * 0.06), (w * 0.3, h * 0.14)],
        fill=(34, 34, 36),
    )
    draw.arc(
        (w * 0.02, h * 0.10, w * 0.60, h * 0.62),
        120,
        280,
        fill=(30, 30, 32),
        width=max(3, round(w * 0.09)),
    )


def plant(draw: Draw, rng: np.random.Generator, w: int, h: int) -> None:
    """Draw a plant."""
    for _ in range(34):
        lean = rng.uniform(-1, 1)
        reach = rng.uniform(0.45, 1.0)
        tip = (w * (0.5 + lean * 0.46), h * (0.66 - 0.62 * reach * (1 - 0.5 * abs(lean))))
        mid = (w * (0.5 + lean * 0.22), h * (0.40 - 0.12 * reach))
        green = mixed((34, 82, 46), (120, 164, 84), float(rng.uniform(0, 1)))
        wide = w * rng.uniform(0.02, 0.045)
        foot = (w * 0.5 + lean * w * 0.08, h * 0.70)
        draw.polygon(
            [foot, (mid[0] - wide, mid[1]), tip, (mid[0] + wide, mid[1] + wide)], fill=green
        )
    pot = ((172, 96, 64), (212, 206, 194), (70, 84, 96))[int(rng.integers(3))]
    draw.polygon(
        [(w * 0.26, h * 0.70), (w * 0.74, h * 0.70), (w * 0.66, h * 0.99), (w * 0.34, h * 0.99)],
        fill=pot,
    )
    draw.polygon(
        [(w * 0.26, h * 0.70), (w * 0.40, h * 0.70), (w * 0.43, h * 0.99), (w * 0.34, h * 0.99)],
        fill=mixed(pot, (255, 255, 255), 0.18),
    )
    draw.rectangle((w * 0.23, h * 0.66, w * 0.77, h * 0.73), fill=mixed(pot, (0, 0, 0), 0.15))


def globe(draw: Draw, rng: np.random.Generator, w: int, h: int) -> None:
    """Draw a globe."""
    x, y, r = w / 2, h * 0.44, min(w * 0.44, h * 0.38)
    draw.arc(
        (x - r * 1.12, y - r * 1.12, x + r * 1.12, y + r * 1.12),
        290,
        110,
        fill=(150, 116, 60),
        width=max(3, round(r * 0.09)),
    )
    disc(draw, x, y, r, (84, 134, 168))
    for _ in range(9):
        a, b = rng.uniform(-0.6, 0.6, 2)
        size = rng.uniform(0.12, 0.34) * r
        draw.ellipse(
            (x + a * r - size, y + b * r - size * 0.7, x + a * r + size, y + b * r + size * 0.7),
            fill=mixed((190, 174, 112), (110, 140, 84), float(rng.uniform(0, 1))),
        )
    for k in (-0.5, 0.0, 0.5):
        draw.arc(
            (x - r, y + k * r - r * 0.2, x + r, y + k * r + r * 0.2),
            0,
            180,
            fill=(60, 96, 124),
            width=max(1, round(r * 0.02)),
        )
    draw.rectangle((x - w * 0.03, y + r * 1.05, x + w * 0.03, h * 0.92), fill=(120, 88, 50))
    draw.ellipse((w * 0.24, h * 0.89, w * 0.76, h * 0.99), fill=(104, 72, 44))


def vase(draw: Draw, rng: np.random.Generator, w: int, h: int) -> None:
    """Draw a vase."""
    glaze = NAMED[("blue", "white", "green", "orange")[int(rng.integers(4))]]
    for _ in range(9):
        a = rng.uniform(0.15, 0.85)
        top = rng.uniform(0.06, 0.30)
        draw.line((w * 0.5, h * 0.5, w * a, h * top), fill=(70, 104, 58), width=max(2, w // 40))
        tint = NAMED[("red", "yellow", "pink", "orange")[int(rng.integers(4))]]
        for k in range(5):
            disc(
                draw,
                w * a + math.cos(k * 1.257) * w * 0.05,
                h * top + math.sin(k * 1.257) * w * 0.05,
                w * 0.045,
                tint,
            )
        disc(draw, w * a, h * top, w * 0.035, (246, 226, 150))
    body = [
        (0.40, 0.44),
        (0.60, 0.44),
        (0.57, 0.54),
        (0.74, 0.70),
        (0.70, 0.86),
        (0.60, 0.99),
        (0.40, 0.99),
        (0.30, 0.86),
        (0.26, 0.70),
        (0.43, 0.54),
    ]
    draw.polygon([(w * a, h * b) for a, b in body], fill=glaze)
    draw.polygon(
        [
            (w * a, h * b)
            for a, b in (
                (0.42, 0.45),
                (0.47, 0.45),
                (0.47, 0.55),
                (0.40, 0.72),
                (0.42, 0.96),
                (0.33, 0.84),
                (0.31, 0.70),
            )
        ],
        fill=mixed(glaze, (255, 255, 255), 0.35),
    )


def bench(draw: Draw, rng: np.random.Generator, w: int, h: int) -> None:
    """Draw a bench."""
    wood = ((150, 104, 62), (84, 60, 46), (60, 62, 66))[int(rng.integers(3))]
    for x in (0.08, 0.86):
        draw.rectangle(
            (w * x, h * 0.30, w * (x + 0.06), h * 0.99), fill=mixed(wood, (0, 0, 0), 0.5)
        )
    draw.rounded_rectangle((0, h * 0.05, w - 1, h * 0.42), h * 0.1, fill=wood)
    draw.rectangle((0, h * 0.36, w - 1, h * 0.44), fill=mixed(wood, (0, 0, 0), 0.4))
    draw.rectangle(
        (w * 0.01, h * 0.07, w * 0.99, h * 0.14), fill=mixed(wood, (255, 255, 255), 0.22)
    )


def exit(draw: Draw, rng: np.random.Generator, w: int, h: int) -> None:
    """Draw a exit."""
    draw.rounded_rectangle((0, 0, w - 1, h - 1), h * 0.08, fill=(20, 122, 72))
    draw.rectangle((w * 0.60, h * 0.16, w * 0.86, h * 0.86), fill=(244, 250, 244))
    disc(draw, w * 0.40, h * 0.26, h * 0.09, (244, 250, 244))
    for line in (
        ((0.40, 0.38), (0.34, 0.60)),
        ((0.34, 0.60), (0.46, 0.70)),
        ((0.46, 0.70), (0.42, 0.88)),
        ((0.34, 0.60), (0.20, 0.80)),
        ((0.40, 0.42), (0.52, 0.52)),
        ((0.39, 0.42), (0.24, 0.50)),
    ):
        draw.line([(w * a, h * b) for a, b in line], fill=(244, 250, 244), width=max(3, h // 11))


def window(draw: Draw, rng: np.random.Generator, w: int, h: int) -> None:
    """Draw a window."""
    draw.rectangle((0, 0, w - 1, h - 1), fill=(236, 232, 222))
    for i in range(2):
        for j in range(3):
            left, top = w * (0.06 + 0.46 * i), h * (0.05 + 0.31 * j)
            draw.rectangle(
                (left, top, left + w * 0.42, top + h * 0.28),
                fill=mixed((150, 190, 216), (228, 238, 240), j * 0.3),
            )
            draw.polygon(
                [
                    (left + w * 0.05, top + h * 0.28),
                    (left + w * 0.2, top),
                    (left + w * 0.28, top),
                    (left + w * 0.13, top + h * 0.28),
                ],
                fill=(226, 238, 244),
            )


def door(draw: Draw, rng: np.random.Generator, w: int, h: int) -> None:
    """Draw a door."""
    wood = NAMED[("brown", "green", "blue", "white")[int(rng.integers(4))]]
    draw.rectangle((0, 0, w - 1, h - 1), fill=mixed(wood, (0, 0, 0), 0.45))
    draw.rectangle((w * 0.07, h * 0.035, w * 0.93, h), fill=wood)
    for top, bottom in ((0.08, 0.45), (0.52, 0.92)):
        for left in (0.15, 0.55):
            box = (w * left, h * top, w * (left + 0.30), h * bottom)
            draw.rectangle(
                box,
                fill=mixed(wood, (0, 0, 0), 0.16),
                outline=mixed(wood, (0, 0, 0), 0.4),
                width=max(2, w // 60),
            )
            draw.line(
                (box[0], box[3], box[2], box[3], box[2], box[1]),
                fill=mixed(wood, (255, 255, 255), 0.3),
                width=max(2, w // 60),
            )
    disc(draw, w * 0.86, h * 0.50, w * 0.035, (214, 178, 86))
