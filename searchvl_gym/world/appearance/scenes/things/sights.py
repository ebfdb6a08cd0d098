"""Things in the country: trees, churches, castles, mills, barns."""

from __future__ import annotations

import math

import numpy as np

from searchvl_gym.world.appearance.scenes.palette import NAMED, mixed
from searchvl_gym.world.appearance.scenes.things.pen import Draw, disc


def tree(draw: Draw, rng: np.random.Generator, w: int, h: int) -> None:
    """Draw a tree."""
    draw.polygon(
        [(w * 0.46, h * 0.5), (w * 0.54, h * 0.5), (w * 0.57, h * 0.99), (w * 0.42, h * 0.99)],
        fill=(86, 64, 48),
    )
    dark, light = (
        ((40, 78, 42), (126, 168, 84)),
        ((96, 70, 30), (224, 150, 60)),
        ((52, 92, 60), (150, 190, 110)),
    )[int(rng.integers(3))]
    for k in range(150):
        share = k / 150
        turn, reach = rng.uniform(0, 2 * math.pi), rng.uniform(0, 1)
        x = w * (0.5 + 0.38 * reach * math.cos(turn) - 0.04 * share)
        y = h * (0.34 + 0.27 * reach * math.sin(turn) - 0.05 * share)
        disc(
            draw,
            x,
            y,
            w * rng.uniform(0.04, 0.10) * (1.2 - 0.7 * share),
            mixed(dark, light, share * float(rng.uniform(0.5, 1))),
        )


def church(draw: Draw, rng: np.random.Generator, w: int, h: int) -> None:
    """Draw a church."""
    ink = (74, 40, 36)
    draw.rectangle(
        (w * 0.34, h * 0.58, w * 0.95, h * 0.96),
        fill=(232, 214, 188),
        outline=ink,
        width=max(2, w // 30),
    )
    draw.polygon(
        [(w * 0.30, h * 0.60), (w * 0.42, h * 0.40), (w * 0.88, h * 0.40), (w * 0.99, h * 0.60)],
        fill=(164, 70, 54),
    )
    draw.rectangle(
        (w * 0.08, h * 0.42, w * 0.36, h * 0.96),
        fill=(240, 224, 200),
        outline=ink,
        width=max(2, w // 30),
    )
    draw.polygon(
        [(w * 0.04, h * 0.43), (w * 0.22, h * 0.10), (w * 0.40, h * 0.43)], fill=(96, 62, 58)
    )
    draw.line((w * 0.22, h * 0.0, w * 0.22, h * 0.12), fill=ink, width=max(2, w // 26))
    draw.line((w * 0.16, h * 0.04, w * 0.28, h * 0.04), fill=ink, width=max(2, w // 26))


def castle(draw: Draw, rng: np.random.Generator, w: int, h: int) -> None:
    """Draw a castle."""
    stone, ink = (190, 180, 168), (66, 58, 56)
    for left, top in ((0.04, 0.30), (0.70, 0.22), (0.36, 0.44)):
        draw.rectangle(
            (w * left, h * top, w * (left + 0.26), h * 0.96),
            fill=stone,
            outline=ink,
            width=max(2, w // 30),
        )
        for k in range(3):
            draw.rectangle(
                (
                    w * (left + 0.09 * k),
                    h * (top - 0.08),
                    w * (left + 0.09 * k + 0.06),
                    h * (top + 0.02),
                ),
                fill=stone,
                outline=ink,
                width=max(1, w // 40),
            )
    draw.pieslice((w * 0.40, h * 0.62, w * 0.58, h * 1.2), 180, 360, fill=ink)
    draw.polygon(
        [(w * 0.83, h * 0.0), (w * 0.83, h * 0.10), (w * 0.98, h * 0.05)], fill=NAMED["red"]
    )


def windmill(draw: Draw, rng: np.random.Generator, w: int, h: int) -> None:
    """Draw a windmill."""
    ink = (66, 54, 46)
    draw.polygon(
        [(w * 0.38, h * 0.36), (w * 0.62, h * 0.36), (w * 0.72, h * 0.97), (w * 0.28, h * 0.97)],
        fill=(226, 212, 186),
        outline=ink,
    )
    turn = rng.uniform(0.2, 1.2)
    for k in range(4):
        a, b = math.cos(turn + k * math.pi / 2), math.sin(turn + k * math.pi / 2)
        x, y = w * 0.5, h * 0.36
        tip = (x + a * w * 0.46, y + b * w * 0.46)
        draw.line((x, y, *tip), fill=ink, width=max(2, w // 24))
        draw.polygon(
            [
                (x + a * w * 0.1, y + b * w * 0.1),
                tip,
                (tip[0] - b * w * 0.13, tip[1] + a * w * 0.13),
                (x + a * w * 0.1 - b * w * 0.13, y + b * w * 0.1 + a * w * 0.13),
            ],
            fill=(150, 110, 72),
        )


def lighthouse(draw: Draw, rng: np.random.Generator, w: int, h: int) -> None:
    """Draw a lighthouse."""
    for k in range(5):
        top, bottom = 0.28 + 0.14 * k, 0.28 + 0.14 * (k + 1)
        inset = 0.40 - 0.03 * k
        draw.polygon(
            [
                (w * inset, h * top),
                (w * (1 - inset), h * top),
                (w * (1.03 - inset), h * bottom),
                (w * (inset - 0.03), h * bottom),
            ],
            fill=NAMED["red"] if k % 2 == 0 else (246, 242, 232),
        )
    draw.rectangle(
        (w * 0.38, h * 0.14, w * 0.62, h * 0.29),
        fill=(252, 226, 130),
        outline=(50, 46, 44),
        width=max(2, w // 30),
    )
    draw.polygon(
        [(w * 0.32, h * 0.15), (w * 0.68, h * 0.15), (w * 0.5, h * 0.02)], fill=(60, 40, 40)
    )


def barn(draw: Draw, rng: np.random.Generator, w: int, h: int) -> None:
    """Draw a barn."""
    wall = (150, 46, 38)
    draw.polygon([(w * 0.02, h * 0.45), (w * 0.30, h * 0.04), (w * 0.58, h * 0.45)], fill=wall)
    draw.rectangle((w * 0.05, h * 0.43, w * 0.56, h * 0.99), fill=wall)
    draw.rectangle((w * 0.56, h * 0.45, w * 0.98, h * 0.99), fill=mixed(wall, (0, 0, 0), 0.2))
    draw.polygon(
        [(w * 0.28, h * 0.02), (w * 0.74, h * 0.02), (w, h * 0.46), (w * 0.58, h * 0.46)],
        fill=(94, 88, 88),
    )
    draw.rectangle((w * 0.18, h * 0.58, w * 0.44, h * 0.99), fill=(240, 232, 220))
    draw.rectangle((w * 0.205, h * 0.61, w * 0.415, h * 0.99), fill=mixed(wall, (0, 0, 0), 0.35))
    draw.line(
        (w * 0.205, h * 0.61, w * 0.415, h * 0.99), fill=(240, 232, 220), width=max(2, w // 60)
    )
    draw.line(
        (w * 0.415, h * 0.61, w * 0.205, h * 0.99), fill=(240, 232, 220), width=max(2, w // 60)
    )
