"""Draws a flag from its design, hung in a scene with sky, folds and light."""

from __future__ import annotations

import math

import numpy as np

from searchvl_gym.types import Image
from searchvl_gym.world.pictures import textures
from searchvl_gym.world.pictures.exact import wave
from searchvl_gym.world.pictures.scene import Scene, leaning_quad
from searchvl_gym.world.pictures.sheet import Sheet
from searchvl_gym.world.pictures.sky import sky
from searchvl_gym.world.sources.earth.flag_designs import FLAGS
from searchvl_gym.world.sources.earth.wear import creases

WIDTH, HEIGHT = 768, 576
_FLAG_SEED = 0x666C6167

Colour = tuple[int, int, int]
Point = tuple[float, float]


def draw_flag(code: str) -> Image:
    """The flag of a country on a pole, 768 × 576; the same pixels every time.

    Args:
        code: One of `FLAGS`.

    Raises:
        KeyError: When there is no design.
    """
    ratio, design = FLAGS[code]
    rng = np.random.default_rng([_FLAG_SEED, *code.encode()])
    field, _ = sky(rng, WIDTH, HEIGHT, HEIGHT)
    scene = Scene(field)
    across = min(WIDTH * 0.84, HEIGHT * 0.66 * ratio)
    down = across / ratio
    sheet = flat_flag(design, ratio, round(down * 1.25))
    sheet.set_pixels(_folds(rng, sheet))
    left = (WIDTH - across) / 2
    top = (HEIGHT - down) * 0.36
    pole = Sheet(16, HEIGHT * 0.96, (120, 116, 108))
    pole.draw.rectangle((4, 0, 8, pole.height), fill=(188, 184, 174))
    x = left - 10
    scene.place(
        pole,
        ((x - 8, HEIGHT * 0.04), (x + 8, HEIGHT * 0.04), (x + 8, HEIGHT), (x - 8, HEIGHT)),
        shadow=(2, 2, 3),
        darkness=0.3,
    )
    centre = (left + across / 2, top + down / 2)
    quad = leaning_quad(rng, centre, across, down, turn=1.6, depth=0.035)
    scene.place(sheet, quad, label="flag", shadow=(5, 7, 8), darkness=0.25)
    scene.light(rng, 0.2)
    return scene.finish(rng).pixels


def flat_flag(design: str, ratio: float, height: int) -> Sheet:
    """A flag without folds.

    Args:
        design: See `flag_designs.py`.
        ratio: Width as a share of the height.
        height: Pixels.
    """
    sheet = Sheet(height * ratio, height, (255, 255, 255))
    for part in design.split():
        form, _, rest = part.partition(":")
        colours, _, numbers = rest.partition("@")
        sizes = [float(number) * height for number in numbers.split(",") if number]
        _draw_part(sheet, form, colours.split(","), sizes)
    return sheet


def _draw_part(sheet: Sheet, form: str, colours: list[str], sizes: list[float]) -> None:
    w, h = float(sheet.width), float(sheet.height)
    if form in ("h", "v"):
        _stripes(sheet, form, colours)
        return
    colour = _rgb(colours[0])
    if form == "cross":
        x, y, thick = sizes
        sheet.draw.rectangle((x - thick / 2, 0, x + thick / 2, h), fill=colour)
        sheet.draw.rectangle((0, y - thick / 2, w, y + thick / 2), fill=colour)
    elif form == "box":
        x, y, across, down = sizes
        sheet.draw.rectangle((x, y, x + across, y + down), fill=colour)
    elif form == "disc":
        x, y, r = sizes
        sheet.disc(x, y, r, colour)
    elif form in ("upper", "lower"):
        x, y, r = sizes
        start = 180 if form == "upper" else 0
        sheet.draw.pieslice((x - r, y - r, x + r, y + r), start, start + 180, fill=colour)
    elif form == "star":
        sheet.polygon(_star(*sizes), colour)
    elif form == "wedge":
        sheet.polygon([(0, 0), (sizes[0], h / 2), (0, h)], colour)
    elif form == "trapeze":
        sheet.polygon([(0, 0), (sizes[0], h / 3), (sizes[0], 2 * h / 3), (0, h)], colour)
    elif form == "teeth":
        x, depth, count = sizes[0], sizes[1], round(sizes[2] / h)
        edge: list[Point] = [(0, 0), (x, 0)]
        for tooth in range(count):
            edge += [(x + depth, h * (tooth + 0.5) / count), (x, h * (tooth + 1) / count)]
        sheet.polygon([*edge, (0, h)], colour)
    elif form == "saltire":
        sides = _rgb(colours[2])
        sheet.draw.rectangle((0, 0, w, h), fill=_rgb(colours[1]))
        sheet.polygon([(0, 0), (w / 2, h / 2), (0, h)], sides)
        sheet.polygon([(w, 0), (w / 2, h / 2), (w, h)], sides)
        for end in (((0, 0), (w, h)), ((0, h), (w, 0))):
            sheet.draw.line(end, fill=colour, width=round(sizes[0]))
    else:
        raise ValueError(f"a flag has no part {form!r}; see flag_designs.py")


def _stripes(sheet: Sheet, form: str, colours: list[str]) -> None:
    stripes = [(name, float(share or 1)) for name, _, share in (c.partition("*") for c in colours)]
    total = sum(share for _, share in stripes)
    length = sheet.height if form == "h" else sheet.width
    start = 0.0
    for name, share in stripes:
        end = start + share / total * length
        box = (0, start, sheet.width, end) if form == "h" else (start, 0, end, sheet.height)
        sheet.draw.rectangle(box, fill=_rgb(name))
        start = end


def _star(x: float, y: float, radius: float) -> list[Point]:
    points = []
    for corner in range(10):
        reach = radius if corner % 2 == 0 else radius * 0.382
        angle = math.pi * (corner / 5 - 0.5)
        points.append((x + reach * math.cos(angle), y + reach * math.sin(angle)))
    return points


def _folds(rng: np.random.Generator, sheet: Sheet) -> Image:
    """Light and shade of a cloth in the wind, with its weave."""
    h, w = sheet.height, sheet.width
    y, x = np.mgrid[0 : 1 : complex(0, h), 0 : 1 : complex(0, w)].astype(np.float32)
    phase, tilt = rng.uniform(0, 2 * np.pi), rng.uniform(0.6, 1.6)
    waves = wave(2 * np.pi * (x * rng.uniform(1.6, 2.6) + tilt * 0.3 * y) + phase)
    waves *= 0.3 + 0.7 * x
    cloth = creases(rng, w, h, 7, 0.2) - 1
    weave = rng.normal(0, 0.022, (h, w)).astype(np.float32)
    shade = 0.92 + 0.12 * waves + cloth + weave
    return textures.as_pixels(sheet.pixels()[..., :3] * shade[..., None])


def _rgb(text: str) -> Colour:
    value = int(text, 16)
    return value >> 16, value >> 8 & 255, value & 255
