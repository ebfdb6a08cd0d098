"""The conditions of a photograph: hour, season and weather, or the light of a room."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from searchvl_gym.world.appearance.solid import (
    Colour,
    Light,
    Vector,
    circle,
    mixed,
    scaled,
    unit,
)

_HOURS: tuple[tuple[Colour, Colour, Vector, float], ...] = (
    # zenith, horizon, colour of the sun, its height
    ((120, 164, 214), (246, 222, 196), (1.0, 0.88, 0.72), 0.10),  # morning
    ((84, 142, 206), (206, 226, 238), (1.0, 0.98, 0.94), 0.19),  # noon
    ((96, 150, 204), (222, 226, 222), (1.0, 0.95, 0.86), 0.14),  # afternoon
    ((86, 100, 156), (246, 178, 120), (1.0, 0.74, 0.5), 0.06),  # evening
    ((44, 56, 104), (170, 130, 140), (0.66, 0.62, 0.74), 0.09),  # dusk
)
_HOUR_SHARES = (0.2, 0.3, 0.25, 0.15, 0.1)
_CLEAR, _OVERCAST, _FOG, _WET = range(4)
_SKY_SHARES = (0.5, 0.28, 0.12, 0.10)
_CLOUD: Colour = (188, 194, 200)
_SKYLIGHT: Vector = (0.97, 1.0, 1.06)
_WINTER = 3
_GROUNDS: tuple[Colour, ...] = (  # spring, summer, autumn, winter
    (126, 158, 84), (140, 152, 82), (158, 138, 84), (224, 228, 234),
)  # fmt: skip
_LEAVES: tuple[Colour, ...] = (
    (122, 168, 78), (66, 112, 54), (196, 120, 48), (120, 104, 92),
)  # fmt: skip
_WALLS: tuple[Colour, ...] = (
    (206, 198, 182), (176, 186, 190), (150, 96, 84), (120, 140, 124), (90, 96, 118),
    (222, 214, 204), (188, 160, 112), (74, 70, 72),
)  # fmt: skip
_FLOORS: tuple[Colour, ...] = ((126, 88, 58), (156, 128, 98), (98, 96, 98), (186, 178, 168))
_HOUSE_PLANT: Colour = (90, 130, 70)

RAIN, SNOW = 1, 2


@dataclass(frozen=True)
class Weather:
    """The conditions of one photograph.

    Attributes:
        zenith: Colour of the sky above, or of the wall.
        horizon: Colour of the sky below, or of the wall.
        ground: Colour of the ground or the floor.
        leaves: Colour of leaves.
        light: How things are lit.
        wet: 0, `RAIN` or `SNOW`.
    """

    zenith: Colour
    horizon: Colour
    ground: Colour
    leaves: Colour
    light: Light
    wet: int = 0


def outdoors(rng: np.random.Generator) -> Weather:
    """Draw an hour, a season and a weather."""
    zenith, horizon, sun, height = _HOURS[int(rng.choice(5, p=_HOUR_SHARES))]
    season = int(rng.integers(4))
    sky = int(rng.choice(4, p=_SKY_SHARES))
    turn = rng.uniform(-0.5, 0.0)  # the sun stands on the viewer's side
    c, s = circle(turn)
    flat = (1 - (4 * height) ** 2 * 0.6) if height < 0.2 else 0.6
    toward = unit((c * flat, 4 * height, s * flat))
    dark = 0.8 if height < 0.1 else 1.0
    strength, ambient, thickness, shadow = 0.72, 0.42, 0.004, 0.42
    if sky != _CLEAR:
        zenith, horizon = mixed(zenith, _CLOUD, 0.75), mixed(horizon, _CLOUD, 0.8)
        strength, ambient, thickness, shadow = 0.24, 0.78, 0.012, 0.12
    if sky == _FOG:
        thickness = rng.uniform(0.04, 0.10)
    light = Light(
        toward,
        scaled(sun, strength * dark),
        scaled(_SKYLIGHT, ambient * dark),
        horizon,
        thickness,
        shadow,
    )
    wet = 0 if sky != _WET else SNOW if season == _WINTER else RAIN
    return Weather(zenith, horizon, _GROUNDS[season], _LEAVES[season], light, wet)


def indoors(rng: np.random.Generator) -> Weather:
    """Draw the light of a room."""
    warm = rng.uniform(-0.12, 0.16)
    c, s = circle(rng.uniform(-0.48, -0.02))
    toward = unit((c * 0.8, rng.uniform(0.4, 0.9), s * 0.8))
    bright = rng.uniform(0.8, 1.1)
    tint = (1 + warm, 1.0, 1 - warm)
    strength = rng.uniform(0.25, 0.6)
    light = Light(
        toward,
        scaled(tint, strength * bright),
        scaled(tint, (0.98 - 0.75 * strength) * bright),
        (128, 128, 128),
        0.0,
        0.3,
    )

    def lit(colour: Colour) -> Colour:
        parts = zip(colour, tint, strict=True)
        red, green, blue = (min(255, round(part * bright * tone)) for part, tone in parts)
        return red, green, blue

    wall = lit(_WALLS[int(rng.integers(len(_WALLS)))])
    floor = lit(_FLOORS[int(rng.integers(len(_FLOORS)))])
    return Weather(wall, wall, floor, _HOUSE_PLANT, light)
