"""City skylines over water, with a small sign in the foreground."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from searchvl_gym.world.pictures import textures
from searchvl_gym.world.pictures.recipe import Picture
from searchvl_gym.world.pictures.scene import Scene
from searchvl_gym.world.pictures.sheet import Colour, Sheet
from searchvl_gym.world.pictures.sky import sky, water
from searchvl_gym.world.pictures.small_sign import plant_sign
from searchvl_gym.world.pictures.style import Style

_STONES: tuple[Colour, ...] = (
    (122, 82, 76),
    (84, 92, 116),
    (150, 122, 96),
    (70, 76, 84),
    (132, 104, 118),
)


def paint(fields: Mapping[str, str], rng: np.random.Generator, width: int, height: int) -> Picture:
    """Draw three rows of houses, towers and domes, mirrored in a harbour."""
    horizon, quay = int(height * rng.uniform(0.60, 0.66)), int(height * 0.86)
    field, stops = sky(rng, width, height, horizon)
    city = Sheet(width * 2, horizon * 2, None)
    base = _STONES[int(rng.integers(len(_STONES)))]
    for layer, (tall, haze) in enumerate(((0.62, 0.62), (0.48, 0.34), (0.32, 0.0))):
        colour: Colour = tuple(
            round(base[c] * (1 - haze) * 0.72 + stops[-1][c] * haze * 0.86) for c in range(3)
        )  # type: ignore[assignment]
        _row(city, rng, tall, colour, layer)
    scene = Scene(field)
    scene.place(city, ((0, 0), (width, 0), (width, horizon), (0, horizon)), darkness=0)
    water(scene.field, rng, horizon, quay, stops[0])
    floor = textures.stone(rng, width, height - quay, (142, 132, 120))
    scene.field[quay:] = (
        floor * np.linspace(1.0, 0.72, height - quay, dtype=np.float32)[:, None, None]
    )
    scene.field[quay : quay + 3] = (206, 198, 184)
    scene.mark("skyline", ((0, horizon * 0.3), (width, horizon)))
    scene.light(rng, 0.16)
    plant_sign(
        scene, fields, rng, (width * rng.uniform(0.2, 0.8), height * rng.uniform(0.945, 0.975))
    )
    return scene.finish(rng)


def _row(city: Sheet, rng: np.random.Generator, tall: float, colour: Colour, layer: int) -> None:
    w, h = city.width, city.height
    x = -rng.uniform(0, 60)
    lit: Colour = ((250, 214, 130), (255, 232, 170), (214, 232, 240))[int(rng.integers(3))]
    while x < w:
        wide = rng.uniform(60, 150) * (1 + 0.25 * layer)
        top = h * (1 - tall * rng.uniform(0.45, 1.0))
        jitter = int(rng.integers(-14, 15))
        wall: Colour = tuple(int(np.clip(c + jitter, 0, 255)) for c in colour)  # type: ignore[assignment]
        dark: Colour = tuple(int(c * 0.78) for c in wall)  # type: ignore[assignment]
        city.draw.rectangle((x, top, x + wide, h), fill=wall)
        city.draw.rectangle((x + wide * 0.72, top, x + wide, h), fill=dark)
        _roof(city, rng, x, top, wide, wall, dark)
        columns, rows = max(2, int(wide // 24)), int((h - top) // 34)
        on = rng.random((rows, columns)) < 0.42
        for r in range(rows):
            for c in range(columns):
                wx, wy = x + wide * (c + 0.28) / columns, top + 14 + r * 34
                city.draw.rectangle(
                    (wx, wy, wx + wide / columns * 0.45, wy + 17), fill=lit if on[r, c] else dark
                )
        x += wide + rng.choice((0, 0, 6, 26))


def _roof(
    city: Sheet,
    rng: np.random.Generator,
    x: float,
    top: float,
    wide: float,
    wall: Colour,
    dark: Colour,
) -> None:
    shape = int(rng.integers(6))
    middle = x + wide / 2
    if shape == 0:
        city.polygon([(x - 5, top), (middle, top - wide * 0.6), (x + wide + 5, top)], dark)
    elif shape == 1:
        city.draw.pieslice(
            (x, top - wide / 2, x + wide, top + wide / 2), 180, 360, fill=(96, 140, 124)
        )
        city.draw.line((middle, top - wide / 2, middle, top - wide * 0.8), fill=dark, width=5)
    elif shape == 2:
        city.polygon(
            [(x + wide * 0.3, top), (middle, top - wide * 1.7), (x + wide * 0.7, top)], dark
        )
        city.disc(middle, top - wide * 1.7, 6, (232, 196, 96))
    elif shape == 3:
        for i in range(4):
            left = x + wide * i / 4
            city.draw.rectangle((left, top - 18, left + wide / 7, top), fill=wall)
    elif shape == 4:
        city.draw.rectangle((x + wide * 0.2, top - wide * 0.35, x + wide * 0.8, top), fill=wall)
        city.draw.line((middle, top - wide, middle, top), fill=dark, width=5)
    else:
        city.polygon([(x, top), (x, top - wide * 0.3), (x + wide, top)], dark)


STYLE = Style(
    "skyline", ("location", "building"), ("title", "year"), "sign by the waterfront", paint
)
