"""What stands behind and around a subject: skies, hills, streets, rooms; and what hides it."""

from __future__ import annotations

import numpy as np
from PIL import Image as PillowImage
from PIL import ImageDraw

from searchvl_gym.world.appearance.solid import (
    Colour,
    Flat,
    Model,
    View,
    circle,
    mixed,
    random_colour,
)
from searchvl_gym.world.appearance.weather import Weather

_BLACK: Colour = (0, 0, 0)
_WHITE: Colour = (255, 255, 255)
_WATER: Colour = (70, 108, 132)
_FAR_AWAY: Colour = (70, 90, 110)
_RIPPLE: Colour = (30, 40, 40)
_SHELF: Colour = (80, 50, 30)
_FRAME: Colour = (90, 60, 30)
_BRANCH: Colour = (74, 58, 44)
_POST: Colour = (40, 40, 46)
_SOMEONES_HAIR: Colour = (58, 44, 36)
_TRUNK: Colour = (88, 70, 54)


def paint_outdoors(
    image: PillowImage.Image, view: View, weather: Weather, rng: np.random.Generator, *, water: bool
) -> None:
    """Sky, clouds, hills or roofs far away, and the ground or the water."""
    draw = ImageDraw.Draw(image)
    height = image.height
    horizon = round(min(max(view.horizon(), 0.08 * height), 0.92 * height))
    _paint_sky(draw, image.width, horizon, weather, rng)
    _paint_far_away(draw, image.size, horizon, weather, rng)
    _paint_ground(draw, image.size, horizon, weather, rng, water=water)


def _paint_sky(
    draw: ImageDraw.ImageDraw, width: int, horizon: int, weather: Weather, rng: np.random.Generator
) -> None:
    """From the zenith to the horizon, with clouds."""
    for row in range(0, horizon, 4):
        share = (row / max(horizon, 1)) ** 2
        draw.rectangle((0, row, width, row + 3), fill=mixed(weather.zenith, weather.horizon, share))
    for _ in range(int(rng.integers(0, 9))):
        x, y = rng.uniform(0, width), rng.uniform(0, horizon * 0.8)
        for _ in range(int(rng.integers(3, 8))):
            w, h = rng.uniform(30, 150), rng.uniform(8, 30)
            cx, cy = x + rng.uniform(-110, 110), y + rng.uniform(-14, 14)
            tone = mixed(weather.horizon, (250, 250, 250), rng.uniform(0.2, 0.6))
            draw.ellipse((cx - w, cy - h, cx + w, cy + h), fill=tone)


def _paint_far_away(
    draw: ImageDraw.ImageDraw,
    size: tuple[int, int],
    horizon: int,
    weather: Weather,
    rng: np.random.Generator,
) -> None:
    """Layers of hills or of roofs, the farther the paler."""
    width, height = size
    roofs = int(rng.integers(3)) == 2
    hill = mixed(weather.ground, _FAR_AWAY, 0.5)
    for layer in range(int(rng.integers(1, 4))):
        top = horizon - rng.uniform(0.02, 0.2) * height / (1 + layer)
        points: list[Flat] = [(0, horizon)]
        x = 0.0
        while x <= width + 60:
            y = top + rng.uniform(-0.05, 0.05) * height
            if roofs:
                step = rng.uniform(30, 90)
                points += [(x, y), (x + step, y)]
                x += step
            else:
                points.append((x, y))
                x += rng.uniform(40, 160)
        points.append((width, horizon))
        draw.polygon(points, fill=mixed(hill, weather.horizon, 0.65 - 0.2 * layer))


def _paint_ground(
    draw: ImageDraw.ImageDraw,
    size: tuple[int, int],
    horizon: int,
    weather: Weather,
    rng: np.random.Generator,
    *,
    water: bool,
) -> None:
    """Ground or water, hazier towards the horizon, with tufts or ripples."""
    width, height = size
    shade = 0.6 + 0.4 * weather.light.ambient[1]
    base = mixed(_WATER, weather.horizon, 0.25) if water else weather.ground
    near = (round(base[0] * shade), round(base[1] * shade), round(base[2] * shade))
    far = mixed(near, weather.horizon, 0.4)
    for row in range(horizon, height, 4):
        share = (row - horizon) / max(height - horizon, 1)
        draw.rectangle((0, row, width, row + 3), fill=mixed(far, near, share))
    for _ in range(260 if water else 160):
        share = rng.random() ** 1.5
        y = horizon + share * (height - horizon)
        x, w = rng.uniform(0, width), (8 + 60 * share) * rng.uniform(0.5, 1.5)
        tone = mixed(near, _WHITE if rng.random() < 0.4 else _RIPPLE, rng.uniform(0.05, 0.2))
        draw.ellipse((x - w, y - 1 - 5 * share, x + w, y + 1 + 5 * share), fill=tone)


def paint_room(
    image: PillowImage.Image, view: View, weather: Weather, rng: np.random.Generator, *, floor: bool
) -> None:
    """A wall, plain or with what hangs or stands there, and where asked a floor or a table."""
    draw = ImageDraw.Draw(image)
    width, height = image.size
    horizon = height
    if floor:
        horizon = round(min(max(view.horizon() + 0.1 * height, 0.35 * height), 0.95 * height))
    wall = weather.zenith
    draw.rectangle((0, 0, width, horizon), fill=wall)
    pattern = int(rng.integers(5))
    other = mixed(wall, _WHITE if rng.random() < 0.5 else _BLACK, rng.uniform(0.08, 0.3))
    if pattern == 0:
        _paint_stripes(draw, width, horizon, other, rng)
    elif pattern == 1:
        _paint_pictures(draw, width, horizon, other, rng)
    elif pattern == 2:
        _paint_shelves(draw, width, horizon, other, rng)
    elif pattern == 3:
        _paint_blotches(draw, width, horizon, (wall, other), rng)
    dark = mixed(weather.ground, _BLACK, 0.3)
    for row in range(horizon, height, 4):
        share = (row - horizon) / max(height - horizon, 1)
        draw.rectangle((0, row, width, row + 3), fill=mixed(dark, weather.ground, share))


def _paint_stripes(
    draw: ImageDraw.ImageDraw, width: int, horizon: int, colour: Colour, rng: np.random.Generator
) -> None:
    step = rng.uniform(40, 130)
    for n in range(int(width / step) + 1):
        draw.rectangle((n * step, 0, n * step + step * 0.5, horizon), fill=colour)


def _paint_pictures(
    draw: ImageDraw.ImageDraw, width: int, horizon: int, colour: Colour, rng: np.random.Generator
) -> None:
    """Frames with something of one colour in them."""
    for _ in range(int(rng.integers(2, 6))):
        x, y = rng.uniform(-100, width), rng.uniform(-60, horizon * 0.7)
        w, h = rng.uniform(120, 380), rng.uniform(120, 380)
        frame = mixed(colour, _FRAME, rng.random())
        inner = random_colour(rng, 40, 230)
        draw.rectangle((x, y, x + w, y + h), fill=frame)
        draw.rectangle((x + 14, y + 14, x + w - 14, y + h - 14), fill=inner)


def _paint_shelves(
    draw: ImageDraw.ImageDraw, width: int, horizon: int, colour: Colour, rng: np.random.Generator
) -> None:
    """Shelves with books and gaps."""
    y = rng.uniform(0.1, 0.5) * horizon
    while y < horizon:
        draw.rectangle((0, y, width, y + 16), fill=mixed(colour, _SHELF, 0.6))
        x = rng.uniform(0, 60)
        while x < width:
            w, h = rng.uniform(14, 50), rng.uniform(60, 150)
            draw.rectangle((x, y - h, x + w, y), fill=random_colour(rng, 40, 210))
            x += w + (rng.uniform(0, 120) if rng.random() < 0.3 else 3)
        y += rng.uniform(170, 260)


def _paint_blotches(
    draw: ImageDraw.ImageDraw,
    width: int,
    horizon: int,
    colours: tuple[Colour, Colour],
    rng: np.random.Generator,
) -> None:
    for _ in range(40):
        r = rng.uniform(10, 90)
        x, y = rng.uniform(0, width), rng.uniform(0, horizon)
        draw.ellipse((x - r, y - r, x + r, y + r), fill=mixed(*colours, rng.random()))


def paint_in_front(
    image: PillowImage.Image, weather: Weather, rng: np.random.Generator, *, inside: bool
) -> None:
    """Hide a part of the picture: a branch, a lamp post, or the heads of others."""
    draw = ImageDraw.Draw(image)
    width, height = image.size
    what = int(rng.integers(4))
    side = 1 if rng.random() < 0.5 else -1
    if what == 0:
        _paint_branch(draw, image.size, side, weather, rng)
    elif what == 1 and not inside:
        x, w = rng.uniform(0.08, 0.92) * width, rng.uniform(8, 26)
        draw.rectangle((x - w, 0, x + w, height), fill=mixed(_POST, weather.horizon, 0.1))
    else:
        for _ in range(int(rng.integers(1, 4))):
            x, r = rng.uniform(0, width), rng.uniform(0.06, 0.11) * height
            y = height - rng.uniform(0.05, 0.16) * height
            coat = random_colour(rng, 30, 170)
            draw.ellipse((x - 2.2 * r, y + 0.8 * r, x + 2.2 * r, y + 6 * r), fill=coat)
            draw.ellipse((x - r, y - 1.2 * r, x + r, y + 1.2 * r), fill=_SOMEONES_HAIR)


def _paint_branch(
    draw: ImageDraw.ImageDraw,
    size: tuple[int, int],
    side: int,
    weather: Weather,
    rng: np.random.Generator,
) -> None:
    """A branch with leaves that reaches in from the right (1) or the left (-1)."""
    width, height = size
    edge = width if side > 0 else 0
    y, reach = rng.uniform(0, 0.5) * height, rng.uniform(0.15, 0.38) * width
    tip = (edge - side * reach, y + rng.uniform(-60, 120))
    draw.line((edge, y, *tip), fill=_BRANCH, width=10)
    for _ in range(int(rng.integers(20, 60))):
        x = edge - side * rng.uniform(0, reach * 1.1)
        cy, w = y + rng.uniform(-70, 120), rng.uniform(10, 34)
        tone = mixed(weather.leaves, (20, 40, 20), rng.uniform(0, 0.5))
        draw.ellipse((x - w, cy - w * 0.5, x + w, cy + w * 0.5), fill=tone)


def trees(rng: np.random.Generator, weather: Weather, count: int, inner: float) -> Model:
    """Trees around the subject, none of them nearer to it than `inner`."""
    model = Model()
    for _ in range(count):
        c, s = circle(rng.uniform(0.02, 0.48))
        away = inner + rng.uniform(0.2, 3.5)
        x, z = c * away * 1.5, s * away
        tall = rng.uniform(0.5, 1.5)
        model.part()
        model.rod((x, 0, z), (x, tall * 0.5, z), 0.07 * tall, _TRUNK)
        tone = mixed(weather.leaves, (30, 60, 30), rng.uniform(0, 0.3))
        model.ball(
            (x, tall * 0.75, z), (0.32 * tall, 0.42 * tall, 0.32 * tall), tone, sides=8, rows=5
        )
    return model
