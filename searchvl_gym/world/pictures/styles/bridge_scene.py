"""Bridges over a river between hills, with a small sign in the foreground."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from searchvl_gym.world.pictures import textures
from searchvl_gym.world.pictures.exact import wave
from searchvl_gym.world.pictures.recipe import Picture
from searchvl_gym.world.pictures.scene import Scene
from searchvl_gym.world.pictures.sheet import Colour, Sheet, bezier
from searchvl_gym.world.pictures.sky import sky, water
from searchvl_gym.world.pictures.small_sign import plant_sign
from searchvl_gym.world.pictures.stencil import Stencil
from searchvl_gym.world.pictures.style import Style

_PAINTS: tuple[Colour, ...] = (
    (168, 58, 44),
    (66, 92, 104),
    (186, 176, 156),
    (52, 96, 84),
    (150, 110, 84),
)


def paint(fields: Mapping[str, str], rng: np.random.Generator, width: int, height: int) -> Picture:
    """Draw a suspension, arch or truss bridge."""
    horizon, bank = int(height * rng.uniform(0.55, 0.62)), int(height * 0.83)
    field, stops = sky(rng, width, height, horizon)
    land = Sheet(width * 2, horizon * 2, None)
    _hills(land, rng, stops[-1])
    paint_colour = _PAINTS[int(rng.integers(len(_PAINTS)))]
    build = (_suspension, _arches, _truss)[int(rng.integers(3))]
    build(land, rng, paint_colour)
    scene = Scene(field)
    scene.place(land, ((0, 0), (width, 0), (width, horizon), (0, horizon)), darkness=0)
    water(scene.field, rng, horizon, bank + int(height * 0.05), stops[0])
    scene.mark("bridge", ((0, horizon * 0.3), (width, horizon)))
    _meadow(scene, rng, bank)
    scene.light(rng, 0.16)
    plant_sign(
        scene, fields, rng, (width * rng.uniform(0.2, 0.8), height * rng.uniform(0.94, 0.975))
    )
    return scene.finish(rng)


def _hills(land: Sheet, rng: np.random.Generator, haze: Colour) -> None:
    w, h = land.width, land.height
    green: Colour = ((70, 104, 70), (96, 104, 66), (74, 92, 102))[int(rng.integers(3))]
    t = np.linspace(0, 1, 90)
    for layer, share in enumerate((0.62, 0.34, 0.10)):
        crest = np.full(t.size, h * (0.62 + 0.12 * layer))
        for k in (1, 2, 4, 9):
            crest += h * 0.07 / k * wave(2 * np.pi * (k * t + rng.random()))
        colour: Colour = tuple(round(green[c] * (1 - share) + haze[c] * share) for c in range(3))  # type: ignore[assignment]
        land.polygon(
            [(0, h), *[(w * a, float(b)) for a, b in zip(t, crest, strict=True)], (w, h)], colour
        )
        dark: Colour = tuple(int(c * 0.84) for c in colour)  # type: ignore[assignment]
        for _ in range(50 if layer else 0):  # trees
            i = int(rng.integers(90))
            x, y, r = (
                w * t[i],
                float(crest[i]) + rng.uniform(0, h * 0.1),
                rng.uniform(6, 16) * (1 + layer * 0.4),
            )
            land.polygon([(x - r * 0.6, y), (x, y - 2.4 * r), (x + r * 0.6, y)], dark)


def _deck(land: Sheet, colour: Colour) -> float:
    w, h = land.width, land.height
    y = h * 0.80
    dark: Colour = tuple(int(c * 0.62) for c in colour)  # type: ignore[assignment]
    land.draw.rectangle((0, y, w, y + h * 0.030), fill=colour)
    land.draw.rectangle((0, y + h * 0.030, w, y + h * 0.042), fill=dark)
    for x in range(0, w, 18):
        land.draw.line((x, y - h * 0.026, x, y), fill=dark, width=3)
    land.draw.line((0, y - h * 0.026, w, y - h * 0.026), fill=dark, width=4)
    return y


def _suspension(land: Sheet, rng: np.random.Generator, colour: Colour) -> None:
    w, h = land.width, land.height
    y = _deck(land, colour)
    top = h * rng.uniform(0.24, 0.36)
    a, b = w * rng.uniform(0.18, 0.26), w * rng.uniform(0.74, 0.82)
    dark: Colour = tuple(int(c * 0.72) for c in colour)  # type: ignore[assignment]
    spans = (
        ((-0.1 * w, y - h * 0.1), (a * 0.5, y - h * 0.05), (a, top)),
        ((a, top), ((a + b) / 2, 2 * y - top - h * 0.12), (b, top)),
        ((b, top), ((b + w) / 2, y - h * 0.05), (1.1 * w, y - h * 0.1)),
    )
    for span in spans:
        cable = bezier(span, 46)
        for x, cy in cable[1:-1]:
            land.draw.line((x, cy, x, y), fill=dark, width=2)
        land.draw.line(cable, fill=dark, width=8)
    for x in (a, b):
        for side in (-22, 14):
            land.draw.rectangle(
                (x + side, top - 14, x + side + 12, h), fill=colour if side < 0 else dark
            )
        for k in range(int(rng.integers(3, 6))):
            ky = top + (y - top) * k / 4
            land.draw.rectangle((x - 22, ky, x + 26, ky + 10), fill=dark)


def _arches(land: Sheet, rng: np.random.Generator, colour: Colour) -> None:
    w, h = land.width, land.height
    y = _deck(land, colour)
    count = int(rng.integers(3, 7))
    span = w / count
    dark: Colour = tuple(int(c * 0.7) for c in colour)  # type: ignore[assignment]
    for i in range(-1, count + 1):
        left, right = span * (i + 0.5), span * (i + 1.5)
        arch = [
            (left + (right - left) * t, h - (h - y - h * 0.05) * math.sin(math.pi * t) ** 0.7)
            for t in np.linspace(0.06, 0.94, 26)
        ]
        land.polygon([(left, y), *[(left, h)], *arch, (right, h), (right, y)], colour)
        land.draw.line(arch, fill=dark, width=7)
        land.draw.rectangle((left - 16, y - h * 0.05, left + 16, h), fill=dark)
        land.disc(left, y - h * 0.07, 13, (244, 220, 150))
    for _ in range(260):
        x, sy = rng.uniform(0, w), rng.uniform(y, y + h * 0.06)
        land.draw.line((x, sy, x + 16, sy), fill=dark, width=2)


def _truss(land: Sheet, rng: np.random.Generator, colour: Colour) -> None:
    w, h = land.width, land.height
    y = _deck(land, colour)
    dark: Colour = tuple(int(c * 0.72) for c in colour)  # type: ignore[assignment]
    panels = int(rng.integers(12, 20))
    rise = h * rng.uniform(0.22, 0.34)
    humps = int(rng.integers(1, 4))
    xs = [w * i / panels for i in range(panels + 1)]
    crown = [
        y - h * 0.08 - rise * abs(math.sin(math.pi * humps * i / panels)) for i in range(panels + 1)
    ]
    for i in range(panels):
        land.draw.line((xs[i], y, xs[i + 1], crown[i + 1]), fill=dark, width=5)
        land.draw.line((xs[i], crown[i], xs[i + 1], y), fill=dark, width=5)
        land.draw.line((xs[i], y, xs[i], crown[i]), fill=colour, width=8)
    land.draw.line(list(zip(xs, crown, strict=True)), fill=colour, width=14)
    for i in range(humps + 1):
        x = w * i / humps
        land.draw.rectangle((x - 26, y, x + 26, h), fill=(134, 126, 116))


def _meadow(scene: Scene, rng: np.random.Generator, bank: int) -> None:
    """The near bank: grass and flowers."""
    width, height = scene.width, scene.height
    colour: Colour = ((92, 116, 58), (126, 122, 70), (74, 104, 74))[int(rng.integers(3))]
    shade = 0.66 + 0.6 * textures.clouds(rng, width, height - bank, 40, 3)
    edge = textures.clouds(rng, width, 8, 12, 3)[0] * height * 0.035
    mask = (np.arange(height - bank)[:, None] > edge[None, :])[..., None]
    scene.field[bank:] = np.where(mask, textures.tinted(shade, colour), scene.field[bank:])
    blades = rng.uniform((0, bank + height * 0.04), (width, height), (420, 2))
    lean = rng.normal(0, 4, 420)
    bloom = ((236, 206, 84), (232, 130, 120), (240, 238, 230))[int(rng.integers(3))]
    grass = Stencil(width, height)
    for i, (x, y) in enumerate(blades):
        tip = (int(x + lean[i]), int(y - 11))
        grass.draw.line((int(x), int(y), *tip), fill=2 if i % 2 else 1)
        if i % 6 == 0:
            grass.draw.ellipse((tip[0] - 2, tip[1] - 2, tip[0] + 2, tip[1] + 2), fill=3)
    grass.lay(scene.field, [[0.6 * c for c in colour], [1.3 * c for c in colour], bloom])


STYLE = Style(
    "bridge_scene", ("building", "location"), ("title", "year"), "sign beside the bridge", paint
)
