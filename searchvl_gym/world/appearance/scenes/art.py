"""Small made-up pictures for posters, frames and covers: cheap, and no two alike."""

from __future__ import annotations

import math

import numpy as np
from PIL import Image as PillowImage
from PIL import ImageDraw

from searchvl_gym.world.appearance.scenes.entries import Entry
from searchvl_gym.world.appearance.scenes.palette import mixed
from searchvl_gym.world.pictures.sheet import Colour

_PALETTES: tuple[tuple[Colour, ...], ...] = (  # sky, far, middle, near, accent
    ((244, 214, 168), (196, 132, 108), (128, 84, 98), (62, 50, 74), (252, 240, 206)),
    ((176, 208, 222), (122, 160, 168), (84, 122, 98), (44, 74, 60), (248, 236, 190)),
    ((236, 230, 214), (206, 90, 62), (232, 176, 72), (46, 78, 104), (24, 36, 52)),
    ((40, 48, 84), (66, 74, 120), (96, 70, 112), (24, 26, 46), (246, 226, 160)),
    ((232, 224, 232), (190, 160, 186), (118, 120, 168), (66, 66, 108), (236, 120, 110)),
    ((222, 232, 214), (160, 190, 150), (210, 140, 90), (90, 100, 70), (250, 246, 232)),
)
_OVER = 2


def picture(entry: Entry, rng: np.random.Generator, width: int, height: int) -> PillowImage.Image:
    """What an entry shows, at the size needed: its own picture, or a made-up one."""
    if entry.picture is None:
        return artwork(rng, width, height)
    return nested(entry, width, height)


def nested(entry: Entry, width: int, height: int) -> PillowImage.Image:
    """The picture of an entry, cut to the wanted shape from its middle and reduced."""
    from searchvl_gym.world.pictures.drawing import draw

    assert entry.picture is not None
    whole = PillowImage.fromarray(draw(entry.picture).pixels)
    share = min(whole.width / width, whole.height / height)
    # The last bit of a product must not reach beyond the picture.
    across, down = min(width * share, whole.width), min(height * share, whole.height)
    left, top = (whole.width - across) / 2, (whole.height - down) / 2
    frame = (left, top, left + across, top + down)
    return whole.resize((width, height), PillowImage.Resampling.LANCZOS, frame)


def artwork(rng: np.random.Generator, width: int, height: int) -> PillowImage.Image:
    """A made-up picture: hills, boats, a vase, a head, or plain shapes."""
    sky, far, middle, near, accent = _PALETTES[int(rng.integers(len(_PALETTES)))]
    # Never drawn larger than a few hundred pixels: it is looked at from afar.
    scale = min(1.0, 420 / max(width, height))
    w, h = max(8, round(width * scale * _OVER)), max(8, round(height * scale * _OVER))
    image = PillowImage.new("RGB", (w, h), sky)
    draw = ImageDraw.Draw(image)
    for k in range(12):
        tone = mixed(sky, accent, k / 16)
        draw.rectangle((0, h * k // 20, w, h), fill=tone)
    kind = int(rng.integers(5))
    if kind == 0:
        _hills(draw, rng, w, h, (far, middle, near), accent)
    elif kind == 1:
        _boats(draw, rng, w, h, (far, middle, near), accent)
    elif kind == 2:
        _still_life(draw, rng, w, h, (far, middle, near), accent)
    elif kind == 3:
        _head(draw, rng, w, h, (far, middle, near), accent)
    else:
        _shapes(draw, rng, w, h, (far, middle, near), accent)
    size = (width, height)
    return image.resize(
        size, PillowImage.Resampling.BOX if scale == 1 else PillowImage.Resampling.BICUBIC
    )


_Three = tuple[Colour, Colour, Colour]


def _hills(
    draw: ImageDraw.ImageDraw,
    rng: np.random.Generator,
    w: int,
    h: int,
    tones: _Three,
    accent: Colour,
) -> None:
    x, r = rng.uniform(0.2, 0.8) * w, rng.uniform(0.07, 0.14) * w
    y = h * rng.uniform(0.18, 0.4)
    draw.ellipse((x - r, y - r, x + r, y + r), fill=accent)
    for k, tone in enumerate(tones):
        base = h * (0.48 + 0.15 * k)
        points = [(0.0, float(h))]
        level = base
        for i in range(13):
            level = base + h * rng.uniform(-0.09, 0.05)
            points.append((w * i / 12, level))
        points.append((float(w), float(h)))
        draw.polygon(points, fill=tone)
    for _ in range(int(rng.integers(0, 7))):
        x, y = rng.uniform(0.05, 0.95) * w, rng.uniform(0.78, 0.95) * h
        size = h * rng.uniform(0.06, 0.14)
        draw.polygon(
            [(x - size * 0.3, y), (x, y - size), (x + size * 0.3, y)],
            fill=mixed(tones[2], (0, 0, 0), 0.35),
        )


def _boats(
    draw: ImageDraw.ImageDraw,
    rng: np.random.Generator,
    w: int,
    h: int,
    tones: _Three,
    accent: Colour,
) -> None:
    far, middle, near = tones
    sea = h * rng.uniform(0.45, 0.6)
    draw.rectangle((0, sea, w, h), fill=mixed(far, middle, 0.5))
    for _ in range(26):
        x, y = rng.uniform(0, 1) * w, rng.uniform(sea / h, 1) * h
        draw.line(
            (x, y, x + w * rng.uniform(0.04, 0.16), y),
            fill=mixed(far, accent, 0.5),
            width=max(1, h // 120),
        )
    for _ in range(int(rng.integers(1, 4))):
        x, y, s = (
            rng.uniform(0.15, 0.85) * w,
            rng.uniform(sea / h + 0.05, 0.88) * h,
            h * rng.uniform(0.12, 0.25),
        )
        draw.polygon(
            [
                (x - s * 0.5, y),
                (x + s * 0.5, y),
                (x + s * 0.35, y + s * 0.2),
                (x - s * 0.35, y + s * 0.2),
            ],
            fill=near,
        )
        draw.polygon(
            [(x, y - s * 0.05), (x, y - s * 1.2), (x + s * 0.5, y - s * 0.05)], fill=accent
        )
        draw.polygon(
            [(x - s * 0.05, y - s * 0.05), (x - s * 0.05, y - s), (x - s * 0.4, y - s * 0.05)],
            fill=mixed(accent, far, 0.3),
        )


def _still_life(
    draw: ImageDraw.ImageDraw,
    rng: np.random.Generator,
    w: int,
    h: int,
    tones: _Three,
    accent: Colour,
) -> None:
    far, middle, near = tones
    draw.rectangle((0, 0, w, h), fill=mixed(near, far, 0.25))
    draw.rectangle((0, h * 0.7, w, h), fill=mixed(middle, near, 0.4))
    x = w * rng.uniform(0.35, 0.65)
    draw.ellipse((x - w * 0.14, h * 0.40, x + w * 0.14, h * 0.80), fill=middle)
    draw.rectangle((x - w * 0.06, h * 0.32, x + w * 0.06, h * 0.5), fill=middle)
    draw.ellipse(
        (x - w * 0.10, h * 0.46, x - w * 0.05, h * 0.68), fill=mixed(middle, (255, 255, 255), 0.4)
    )
    for _ in range(int(rng.integers(3, 8))):
        a, b, r = (
            rng.uniform(0.1, 0.9) * w,
            rng.uniform(0.72, 0.86) * h,
            w * rng.uniform(0.05, 0.09),
        )
        tone = mixed(far, accent, float(rng.uniform(0, 0.8)))
        draw.ellipse((a - r, b - r, a + r, b + r), fill=tone)
        draw.ellipse(
            (a - r * 0.5, b - r * 0.6, a - r * 0.1, b - r * 0.2),
            fill=mixed(tone, (255, 255, 255), 0.5),
        )


def _head(
    draw: ImageDraw.ImageDraw,
    rng: np.random.Generator,
    w: int,
    h: int,
    tones: _Three,
    accent: Colour,
) -> None:
    far, middle, near = tones
    draw.rectangle((0, 0, w, h), fill=mixed(near, middle, float(rng.uniform(0, 0.8))))
    skin = mixed((238, 202, 170), (120, 78, 54), float(rng.uniform(0, 1)))
    x, y, r = w / 2, h * 0.42, min(w, h) * 0.19
    hair = mixed((40, 28, 24), (196, 156, 96), float(rng.uniform(0, 1)))
    draw.ellipse((x - r * 2.3, h * 0.66, x + r * 2.3, h * 1.5), fill=far)
    draw.ellipse((x - r * 1.2, y - r * 1.5, x + r * 1.2, y + r * rng.uniform(0.6, 1.8)), fill=hair)
    draw.rectangle(
        (x - r * 0.4, y + r * 0.6, x + r * 0.4, h * 0.72), fill=mixed(skin, (0, 0, 0), 0.15)
    )
    draw.ellipse((x - r * 0.9, y - r * 1.1, x + r * 0.9, y + r * 1.2), fill=skin)
    for side in (-1, 1):
        draw.ellipse(
            (
                x + side * r * 0.36 - r * 0.1,
                y - r * 0.08,
                x + side * r * 0.36 + r * 0.1,
                y + r * 0.06,
            ),
            fill=(40, 30, 28),
        )
    draw.line(
        (x - r * 0.25, y + r * 0.65, x + r * 0.25, y + r * 0.65),
        fill=(150, 70, 64),
        width=max(1, round(r * 0.09)),
    )
    draw.polygon([(x - r * 0.5, h * 0.70), (x + r * 0.5, h * 0.70), (x, h * 0.80)], fill=accent)


def _shapes(
    draw: ImageDraw.ImageDraw,
    rng: np.random.Generator,
    w: int,
    h: int,
    tones: _Three,
    accent: Colour,
) -> None:
    draw.rectangle((0, 0, w, h), fill=accent)
    for _ in range(int(rng.integers(5, 12))):
        tone = mixed(tones[int(rng.integers(3))], accent, float(rng.uniform(0, 0.5)))
        x, y, r = rng.uniform(0, 1) * w, rng.uniform(0, 1) * h, rng.uniform(0.06, 0.30) * w
        form = int(rng.integers(3))
        if form == 0:
            draw.ellipse((x - r, y - r, x + r, y + r), fill=tone)
        elif form == 1:
            draw.rectangle((x - r, y - r * 0.3, x + r, y + r * 0.3), fill=tone)
        else:
            turn = rng.uniform(0, 6.28)
            draw.polygon(
                [
                    (x + r * math.cos(turn + k * 2.1), y + r * math.sin(turn + k * 2.1))
                    for k in range(3)
                ],
                fill=tone,
            )
