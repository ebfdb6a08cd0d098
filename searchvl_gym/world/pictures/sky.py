"""Skies and water for outdoor scenes."""

from __future__ import annotations

import numpy as np

from searchvl_gym.world.pictures import textures
from searchvl_gym.world.pictures.exact import fading, wave
from searchvl_gym.world.pictures.sheet import Colour

SKIES: tuple[tuple[Colour, ...], ...] = (  # zenith to horizon
    ((36, 62, 120), (116, 128, 176), (238, 168, 136), (252, 214, 150)),
    ((74, 136, 190), (140, 186, 216), (214, 230, 232)),
    ((22, 24, 62), (66, 46, 104), (168, 76, 110), (244, 148, 98)),
    ((96, 122, 140), (160, 176, 182), (222, 218, 206)),
    ((14, 22, 48), (28, 48, 88), (70, 104, 136)),
    ((236, 178, 120), (244, 206, 152), (250, 232, 196)),
)


def sky(
    rng: np.random.Generator, width: int, height: int, horizon: int
) -> tuple[textures.Field, tuple[Colour, ...]]:
    """A sky with sun or moon and clouds down to `horizon`; the rest is left plain.

    Returns:
        The field, and the colours from the zenith to the horizon.
    """
    stops = SKIES[int(rng.integers(len(SKIES)))]
    field = np.zeros((height, width, 3), np.float32)
    field[:horizon] = textures.gradient(width, horizon, list(stops))
    y, x = np.mgrid[0:horizon, 0:width].astype(np.float32)
    sun_x, sun_y = rng.uniform(0.15, 0.85) * width, rng.uniform(0.15, 0.7) * horizon
    away = np.sqrt((x - sun_x) ** 2 + (y - sun_y) ** 2)
    radius = rng.uniform(0.035, 0.07) * width
    bright = np.array((255, 244, 214), np.float32)
    glow = (0.55 * fading(away / (radius * 2.6)))[..., None]
    field[:horizon] += glow * (bright - field[:horizon])
    disc = np.clip(radius - away, 0, 1)[..., None]
    field[:horizon] += 0.9 * disc * (bright - field[:horizon])
    bank = textures.clouds(rng, width, horizon, rng.uniform(2, 5), 5)
    stretched = np.clip((bank - rng.uniform(0.5, 0.62)) * 3.4, 0, 0.8)[..., None]
    tint = np.array(stops[-1], np.float32) * 0.35 + 160
    field[:horizon] += stretched * (tint - field[:horizon])
    return field, stops


def water(
    field: textures.Field, rng: np.random.Generator, top: int, bottom: int, colour: Colour
) -> None:
    """Fill rows `top` to `bottom` with what stands above them, mirrored and broken by waves."""
    tall = bottom - top
    height, width = field.shape[:2]
    rows = np.clip(top - 1 - (np.arange(tall) * 0.95).astype(int), 0, height - 1)
    down = np.arange(tall)[:, None]
    ripple = textures.clouds(rng, width, tall, 46, 2) - 0.5
    slide = (wave(down * 0.9 + ripple * 9) * (1 + down * 0.035)).astype(int)
    columns = np.clip(np.arange(width)[None, :] + slide, 0, width - 1)
    mirrored = field[rows[:, None], columns]
    depth = np.linspace(0.30, 0.62, tall, dtype=np.float32)[:, None, None]
    mixed = mirrored * 0.9 * (1 - depth) + np.array(colour, np.float32) * depth
    mixed *= (1 + 0.22 * ripple)[..., None]
    field[top:bottom] = mixed
