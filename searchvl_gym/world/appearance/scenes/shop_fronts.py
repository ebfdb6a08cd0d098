"""House fronts and shop fronts of a shopping street."""

from __future__ import annotations

import numpy as np
from PIL import Image as PillowImage
from PIL import ImageDraw

from searchvl_gym.world.appearance.scenes.canvas import Canvas
from searchvl_gym.world.appearance.scenes.layout import Spot
from searchvl_gym.world.appearance.scenes.lettering import size_of, write
from searchvl_gym.world.appearance.scenes.palette import NAMED, ink_on, mixed, varied
from searchvl_gym.world.pictures import textures
from searchvl_gym.world.pictures.fonts import font
from searchvl_gym.world.pictures.sheet import Colour

_WALLS: tuple[Colour, ...] = (
    (196, 172, 140), (168, 96, 76), (214, 206, 190), (150, 164, 168), (206, 180, 120),
    (178, 140, 128), (164, 176, 150),
)  # fmt: skip


def draw_house(
    canvas: Canvas,
    rng: np.random.Generator,
    box: tuple[float, float, float, float],
    bottom: float,
    unit: float,
) -> None:
    """The front above a shop: wall, windows with sills, cornice and roof."""
    left, _, right, _ = box
    wide = right - left
    top = canvas.height * rng.uniform(0.02, 0.13)
    colour = _WALLS[int(rng.integers(len(_WALLS)))]
    wall = textures.brick if rng.random() < 0.4 else textures.plaster
    fine = 2 if wall is textures.brick else 4
    w, h = max(40, round(wide / fine)), max(40, round((bottom + 60 * unit - top) / fine))
    canvas.panel((left, top, right, bottom + 60 * unit), wall(rng, w, h, colour))
    draw = canvas.draw
    roof = mixed(colour, (60, 50, 50), 0.7)
    draw.rectangle(
        (left - 12 * unit, top - 26 * unit, right + 12 * unit, top + 18 * unit), fill=roof
    )
    draw.rectangle(
        (left - 12 * unit, top + 18 * unit, right + 12 * unit, top + 40 * unit),
        fill=mixed(colour, (255, 255, 255), 0.35),
    )
    storeys = max(1, round((bottom - top) / (430 * unit)))
    each = (bottom - top - 60 * unit) / storeys
    number = max(2, round(wide / (235 * unit)))
    trim = mixed(colour, (255, 255, 255), 0.55)
    for storey in range(storeys):
        for k in range(number):
            x = left + wide * (k + 0.5) / number
            a, b = 62 * unit, each * 0.30
            y = top + 60 * unit + each * (storey + 0.48)
            draw.rectangle(
                (x - a - 12 * unit, y - b - 12 * unit, x + a + 12 * unit, y + b + 10 * unit),
                fill=trim,
            )
            lit = rng.random() < 0.2
            glass = (
                (236, 206, 130)
                if lit
                else mixed((70, 92, 112), (150, 180, 198), float(rng.uniform(0, 1)))
            )
            draw.rectangle((x - a, y - b, x + a, y + b), fill=mixed(glass, (0, 0, 0), 0.3))
            draw.rectangle((x - a + 6 * unit, y - b + 10 * unit, x + a, y + b), fill=glass)
            draw.polygon(
                [
                    (x - a * 0.6, y + b),
                    (x + a * 0.2, y - b),
                    (x + a * 0.6, y - b),
                    (x - a * 0.2, y + b),
                ],
                fill=mixed(glass, (255, 255, 255), 0.25),
            )
            draw.line((x, y - b, x, y + b), fill=trim, width=max(2, round(9 * unit)))
            draw.line(
                (x - a, y - b * 0.2, x + a, y - b * 0.2), fill=trim, width=max(2, round(9 * unit))
            )
            draw.rectangle(
                (x - a - 20 * unit, y + b + 4 * unit, x + a + 20 * unit, y + b + 22 * unit),
                fill=mixed(colour, (0, 0, 0), 0.25),
            )
            if rng.random() < 0.35:
                for _ in range(14):
                    fx, fy, r = (
                        x + rng.uniform(-a, a),
                        y + b + rng.uniform(-26, 2) * unit,
                        rng.uniform(7, 16) * unit,
                    )
                    tint = NAMED[("red", "pink", "green", "yellow", "green")[int(rng.integers(5))]]
                    draw.ellipse((fx - r, fy - r, fx + r, fy + r), fill=tint)


def shop_front(one: Spot, rng: np.random.Generator, word: str) -> PillowImage.Image:
    """A shop front: fascia, awning, window with goods, door, and the plate with the name."""
    w, h = one.width, one.height
    awning = varied(rng, one.item.colour)
    frame = NAMED[("green", "black", "blue", "brown", "white", "grey")[int(rng.integers(6))]]
    frame = mixed(frame, (20, 20, 24), 0.25)
    sheet = PillowImage.new("RGB", (w, h), frame)
    draw = ImageDraw.Draw(sheet)
    light, dark = mixed(frame, (255, 255, 255), 0.22), mixed(frame, (0, 0, 0), 0.4)
    glow = ((250, 226, 170), (238, 236, 220), (226, 236, 240))[one.form]
    pane = (w * 0.07, h * 0.22, w * 0.71, h * 0.82)
    _window(draw, rng, pane, glow)
    door = (w * 0.76, h * 0.26, w * 0.94, h * 0.99)
    draw.rectangle(door, fill=dark)
    draw.rectangle(
        (door[0] + w * 0.02, door[1] + h * 0.02, door[2] - w * 0.02, h * 0.80),
        fill=mixed(glow, (70, 80, 90), 0.45),
    )
    draw.polygon(
        [
            (door[0] + w * 0.02, h * 0.62),
            (door[0] + w * 0.10, h * 0.28),
            (door[0] + w * 0.13, h * 0.28),
            (door[0] + w * 0.05, h * 0.62),
        ],
        fill=mixed(glow, (255, 255, 255), 0.4),
    )
    draw.ellipse(
        (door[0] + w * 0.022, h * 0.60, door[0] + w * 0.042, h * 0.635), fill=(220, 184, 90)
    )
    for x in (0.0, 0.955):
        draw.rectangle((w * x, 0, w * (x + 0.045), h), fill=light)
        draw.rectangle((w * (x + 0.03), 0, w * (x + 0.045), h), fill=dark)
    draw.rectangle((0, 0, w, h * 0.135), fill=mixed(frame, (0, 0, 0), 0.12))
    draw.rectangle((0, h * 0.125, w, h * 0.14), fill=light)
    face = ("serif_bold", "grotesque_bold", "sans_bold")[int(rng.integers(3))]
    size = size_of(face, max(10, round(h * 0.055)))
    while font(face, size).getlength(word) > w * 0.85:
        size -= 3
    gold = (232, 200, 116) if ink_on(frame)[0] > 100 else (60, 46, 40)
    draw.text((w / 2, h * 0.098), word, font=font(face, size), fill=gold, anchor="ms")
    _awning(draw, w, h, awning, rng)
    lines = [line.box() for line in one.lines]
    pad = max(6, w // 50)
    plate = (
        min(b[0] for b in lines) - pad,
        min(b[1] for b in lines) - pad * 0.7,
        max(b[2] for b in lines) + pad,
        max(b[3] for b in lines) + pad * 0.7,
    )
    draw.rectangle((0, h * 0.825, w * 0.74, h), fill=mixed(frame, (0, 0, 0), 0.2))
    draw.rectangle((0, h * 0.825, w * 0.74, h * 0.835), fill=light)
    brass = ((236, 206, 132), (244, 242, 234), (34, 36, 42))[int(rng.integers(3))]
    draw.rectangle((plate[0] + 3, plate[1] + 4, plate[2] + 3, plate[3] + 4), fill=dark)
    draw.rectangle(plate, fill=brass, outline=mixed(brass, (90, 70, 40), 0.5), width=2)
    write(draw, one.lines, ink_on(brass))
    return sheet


def _window(
    draw: ImageDraw.ImageDraw,
    rng: np.random.Generator,
    pane: tuple[float, float, float, float],
    glow: Colour,
) -> None:
    left, top, right, bottom = pane
    w, h = right - left, bottom - top
    for k in range(14):
        y = top + h * k / 14
        draw.rectangle(
            (left, y, right, bottom), fill=mixed(mixed(glow, (60, 50, 44), 0.55), glow, k / 13)
        )
    goods = [
        NAMED[name]
        for name in ("red", "yellow", "blue", "white", "brown", "pink", "green", "orange")
    ]
    for shelf in (0.46, 0.72, 0.985):
        y = top + h * shelf
        x = left + w * 0.04
        while x < right - w * 0.08:
            wide, tall = w * rng.uniform(0.045, 0.12), h * rng.uniform(0.07, 0.20)
            tone = mixed(goods[int(rng.integers(len(goods)))], glow, float(rng.uniform(0.05, 0.4)))
            form = int(rng.integers(3))
            if form == 0:
                draw.rectangle((x, y - tall, x + wide, y), fill=tone)
                draw.rectangle(
                    (x, y - tall * 0.7, x + wide, y - tall * 0.45),
                    fill=mixed(tone, (255, 255, 255), 0.5),
                )
            elif form == 1:
                draw.ellipse((x, y - wide, x + wide, y), fill=tone)
            else:
                draw.polygon(
                    [
                        (x + wide * 0.35, y - tall),
                        (x + wide * 0.65, y - tall),
                        (x + wide, y - tall * 0.4),
                        (x + wide * 0.9, y),
                        (x + wide * 0.1, y),
                        (x, y - tall * 0.4),
                    ],
                    fill=tone,
                )
            x += wide + w * rng.uniform(0.01, 0.04)
        draw.rectangle((left, y, right, y + h * 0.014), fill=(92, 70, 52))
    if rng.random() < 0.4:
        a = left + w * 0.18
        gleam = mixed(glow, (255, 255, 255), 0.2)
        draw.polygon(
            [(a, bottom), (a + w * 0.22, top), (a + w * 0.29, top), (a + w * 0.07, bottom)],
            fill=gleam,
        )
    draw.line(
        (left + w / 2, top, left + w / 2, bottom), fill=(60, 52, 46), width=max(3, round(w * 0.015))
    )


def _awning(
    draw: ImageDraw.ImageDraw, w: int, h: int, colour: Colour, rng: np.random.Generator
) -> None:
    stripes = 2 * int(rng.integers(4, 7)) + 1
    white = (246, 242, 232) if rng.random() < 0.75 else mixed(colour, (255, 255, 255), 0.22)
    for k in range(stripes):
        tone = colour if k % 2 == 0 else white
        a, b = (w * (0.05 + 0.90 * (k + s) / stripes) for s in (0, 1))
        c, d = (w * (0.005 + 0.99 * (k + s) / stripes) for s in (0, 1))
        draw.polygon([(a, h * 0.145), (b, h * 0.145), (d, h * 0.305), (c, h * 0.305)], fill=tone)
        under = mixed(tone, (0, 0, 0), 0.18)
        draw.rectangle((c, h * 0.305, d, h * 0.33), fill=under)
        draw.pieslice((c, h * 0.31, d, h * 0.35), 0, 180, fill=under)
    draw.rectangle((w * 0.05, h * 0.14, w * 0.95, h * 0.155), fill=mixed(colour, (0, 0, 0), 0.35))
