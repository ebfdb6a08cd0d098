"""Draws a real map of a country: its outline, its neighbours, its largest cities."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from searchvl_gym.types import Image
from searchvl_gym.world.pictures import textures
from searchvl_gym.world.pictures.scene import Scene, leaning_quad
from searchvl_gym.world.pictures.sheet import Box, Sheet
from searchvl_gym.world.sources.earth.outlines import Frame, main_frame, outlines
from searchvl_gym.world.sources.earth.wear import creases

WIDTH, HEIGHT = 800, 600
_MAP_SEED = 0x6D617073
_MARGIN = 0.16
_SHOWN = 12
_LAND_AROUND = 0.4
"""Degrees of latitude."""
_PALETTES = (  # sea, other land, own land, rim
    ((178, 206, 220), (226, 222, 208), (246, 232, 176), (150, 110, 70)),
    ((160, 190, 206), (214, 216, 204), (214, 228, 186), (86, 112, 74)),
    ((196, 208, 210), (232, 226, 214), (244, 214, 196), (150, 78, 64)),
)
_DESKS = ((110, 78, 56), (72, 84, 88), (146, 106, 74))

Colour = tuple[int, int, int]


@dataclass(frozen=True)
class MappedCity:
    """A city to put on a map: name, latitude, longitude, whether it is the capital."""

    name: str
    latitude: float
    longitude: float
    is_capital: bool = False


def has_map(code: str) -> bool:
    """Whether there is an outline to draw a map from."""
    return code in outlines()


def draw_map(
    code: str,
    title: str,
    cities: Sequence[MappedCity],
    unmapped: Sequence[tuple[float, float]] = (),
) -> Image:
    """A sheet map on a table, 800 × 600; the same pixels every time.

    Args:
        code: ISO 3166-1 code of a country that `has_map`.
        title: What the map says at its top.
        cities: The largest first; those that fit are shown.
        unmapped: Latitude and longitude of places in countries without an outline; the ground
            around them is shown as land, for otherwise it would look like a sea.
    """
    rng = np.random.default_rng([_MAP_SEED, *code.encode()])
    scene = Scene(textures.wood(rng, WIDTH, HEIGHT, _DESKS[int(rng.integers(len(_DESKS)))]))
    across, down = WIDTH * 0.94, HEIGHT * 0.93
    sea, other, own, rim = _PALETTES[int(rng.integers(len(_PALETTES)))]
    sheet = Sheet(across * 1.3, down * 1.3, sea)
    plan = _Plan(main_frame(outlines()[code]), sheet.width, sheet.height)
    _graticule(sheet, plan, tuple(max(0, part - 22) for part in sea))
    reach = _LAND_AROUND * plan.scale
    for latitude, longitude in unmapped:
        sheet.disc(*plan.place(longitude, latitude), reach, other)
    for country, rings in outlines().items():
        for ring in rings:
            if plan.window.meets(ring):
                line = [plan.place(x, y) for x, y in ring.tolist()]
                sheet.draw.polygon(line, fill=own if country == code else other)
                sheet.draw.line([*line, line[0]], fill=rim, width=6 if country == code else 3)
    _cities(sheet, plan, cities)
    _title(sheet, title, rim)
    paper = textures.paper(rng, sheet.width, sheet.height, (255, 252, 244), 0.5)
    worn = creases(rng, sheet.width, sheet.height, 12, 0.18)
    shade = np.asarray(paper / 255 * worn[..., None], np.float32)
    sheet.set_pixels(textures.as_pixels(sheet.pixels()[..., :3] * shade))
    quad = leaning_quad(rng, (WIDTH / 2, HEIGHT / 2), across, down, turn=1.4, depth=0.012)
    scene.place(sheet, quad, label="map", shadow=(4, 6, 6), darkness=0.6)
    scene.light(rng, 0.18)
    return scene.finish(rng).pixels


class _Plan:
    """From degrees to pixels: degrees of longitude are shortened as at the map's middle."""

    def __init__(self, frame: Frame, width: int, height: int) -> None:
        frame = frame.grown(_MARGIN)
        middle = math.radians((frame.south + frame.north) / 2)
        self._squeeze = max(0.2, math.cos(middle))
        room = (width * 0.94, height * 0.80)
        self.scale = min(
            room[0] / ((frame.east - frame.west) * self._squeeze),
            room[1] / (frame.north - frame.south),
        )
        self._centre = ((frame.west + frame.east) / 2, (frame.south + frame.north) / 2)
        self._middle = (width / 2, height * 0.56)
        half_x = width / 2 / self.scale / self._squeeze
        half_y = height / self.scale
        self.window = Frame(
            self._centre[0] - half_x, self._centre[1] - half_y,
            self._centre[0] + half_x, self._centre[1] + half_y,
        )  # fmt: skip

    def place(self, longitude: float, latitude: float) -> tuple[float, float]:
        x = self._middle[0] + (longitude - self._centre[0]) * self._squeeze * self.scale
        return x, self._middle[1] - (latitude - self._centre[1]) * self.scale


def _graticule(sheet: Sheet, plan: _Plan, colour: tuple[int, ...]) -> None:
    window = plan.window
    step = next(
        (s for s in (0.25, 0.5, 1, 2, 5, 10, 20) if (window.east - window.west) / s < 9), 30
    )
    for number in range(math.floor(window.west / step), math.ceil(window.east / step) + 1):
        x, _ = plan.place(number * step, 0)
        sheet.draw.line((x, 0, x, sheet.height), fill=colour, width=2)
    for number in range(math.floor(window.south / step), math.ceil(window.north / step) + 1):
        _, y = plan.place(0, number * step)
        sheet.draw.line((0, y, sheet.width, y), fill=colour, width=2)


def _cities(sheet: Sheet, plan: _Plan, cities: Sequence[MappedCity]) -> None:
    """Dots and names of the cities whose names do not cover those already there."""
    w, h = sheet.width, sheet.height
    ink: Colour = (40, 34, 34)
    taken: list[Box] = [(0, 0, w, h * 0.15)]
    for city in cities:
        if len(taken) > _SHOWN:
            return
        x, y = plan.place(city.longitude, city.latitude)
        size = h * (0.050 if city.is_capital else 0.042)
        length = size * 0.56 * len(city.name)
        if not (w * 0.03 < x < w * 0.97 and h * 0.16 < y < h * 0.95):
            continue
        left = x + 12 if x + 16 + length < w * 0.97 else x - 12 - length
        box = (left - 4, y - size * 0.7, left + length + 4, y + size * 0.7)
        around = (min(box[0], x - 12), box[1], max(box[2], x + 12), box[3])
        if box[0] < w * 0.02 or any(_overlap(around, other) for other in taken):
            continue
        taken.append(around)
        if city.is_capital:
            sheet.draw.rectangle((x - 9, y - 9, x + 9, y + 9), fill=ink)
            sheet.draw.rectangle((x - 5, y - 5, x + 5, y + 5), fill=(206, 52, 44))
        else:
            sheet.disc(x, y, 7, ink)
            sheet.disc(x, y, 4, (252, 250, 244))
        sheet.write(
            city.name,
            (left, y - size, left + length, y + size),
            face="sans_bold" if city.is_capital else "sans_semibold",
            size=size,
            colour=ink,
            role="rows",
            align="left" if left > x else "right",
            halo=(252, 250, 240),
        )


def _overlap(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _title(sheet: Sheet, title: str, rim: Colour) -> None:
    w, h = sheet.width, sheet.height
    sheet.draw.rectangle((0, 0, w, h * 0.13), fill=(250, 246, 234))
    sheet.draw.rectangle((0, h * 0.13, w, h * 0.138), fill=rim)
    sheet.write(
        title,
        (w * 0.04, h * 0.015, w * 0.96, h * 0.12),
        face="serif_bold",
        size=h * 0.085,
        colour=(44, 34, 34),
        role="title",
    )
    sheet.draw.rectangle((0, 0, w - 1, h - 1), outline=(246, 240, 224), width=round(h * 0.02))
