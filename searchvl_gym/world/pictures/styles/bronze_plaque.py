"""Cast bronze plaques with raised letters."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from searchvl_gym.world.pictures import textures
from searchvl_gym.world.pictures.bands import bands, rounded
from searchvl_gym.world.pictures.exact import fading
from searchvl_gym.world.pictures.ornament import divider, guilloche, rosette
from searchvl_gym.world.pictures.recipe import Picture
from searchvl_gym.world.pictures.resampling import soften
from searchvl_gym.world.pictures.scene import Scene, leaning_quad
from searchvl_gym.world.pictures.sheet import Sheet
from searchvl_gym.world.pictures.style import Style

_METALS = ((92, 64, 38), (74, 66, 48), (60, 76, 66), (104, 62, 40))
_LETTERS = ((244, 218, 160), (240, 224, 184), (226, 230, 196), (250, 214, 168))
_WALLS = ((186, 178, 164), (150, 146, 142), (202, 190, 166), (128, 120, 116), (170, 112, 90))


def paint(fields: Mapping[str, str], rng: np.random.Generator, width: int, height: int) -> Picture:
    """Draw a plaque with a patina, four bolts and a medallion."""
    wall = (textures.stone, textures.plaster, textures.brick)[int(rng.integers(3))]
    scene = Scene(wall(rng, width, height, _WALLS[int(rng.integers(len(_WALLS)))]))
    across = width * rng.uniform(0.62, 0.72)
    down = min(across * rng.uniform(0.78, 0.92), height * 0.84)
    kind = int(rng.integers(len(_METALS)))
    relief = Sheet(across * 1.25, down * 1.25, (0, 0, 0))
    w, h = relief.width, relief.height
    white, grey = (255, 255, 255), (150, 150, 150)
    relief.draw.rounded_rectangle(
        (w * 0.03, w * 0.03, w * 0.97, h - w * 0.03),
        w * 0.02,
        outline=white,
        width=round(w * 0.010),
    )
    relief.draw.rounded_rectangle(
        (w * 0.05, w * 0.05, w * 0.95, h - w * 0.05),
        w * 0.014,
        outline=grey,
        width=round(w * 0.004),
    )
    if rng.random() < 0.5:
        rosette(relief, rng, (w / 2, h * 0.185), h * 0.10, (white, grey, white))
    else:
        guilloche(relief, rng, (w / 2, h * 0.185), h * 0.105, white, 3, 3)
    y = h * 0.32
    y = relief.write(
        fields.get("place", ""),
        (w * 0.12, y, w * 0.88, y + h * 0.08),
        face="serif_italic",
        size=h * 0.055,
        colour=white,
        role="place",
    )[3]
    y = relief.write(
        fields["title"],
        (w * 0.09, y, w * 0.91, y + h * 0.28),
        face="serif_bold",
        size=h * 0.115,
        colour=white,
        role="title",
        upright="top",
        max_lines=3,
    )[3]
    y += h * 0.035
    divider(relief, rng, y, w * 0.2, w * 0.8, white)
    y += h * 0.025
    for role, face, size in (
        ("subtitle", "serif_semibold", 0.062),
        ("year", "serif_bold", 0.075),
        ("number", "serif_semibold", 0.06),
        ("note", "serif_italic", 0.052),
    ):
        room = h * 0.93 - y
        if room > h * 0.05:
            y = relief.write(
                fields.get(role, ""),
                (w * 0.1, y, w * 0.9, y + min(room, h * 0.13)),
                face=face,
                size=h * size,
                colour=white,
                role=role,
                upright="top",
                max_lines=2,
            )[3]
    sheet = Sheet.of(_cast(relief.pixels()[..., 0], rng, kind))
    sheet.round_corners(w * 0.035)
    for x, y_bolt in ((0.075, 0.075), (0.925, 0.075), (0.075, 0.925), (0.925, 0.925)):
        sheet.disc(w * x + 2, h * y_bolt + 3, w * 0.016, (30, 22, 14))
        sheet.disc(w * x, h * y_bolt, w * 0.015, (150, 116, 70))
        sheet.disc(w * x - 2, h * y_bolt - 3, w * 0.007, (240, 214, 160))
    sheet.lines = relief.lines
    centre = (width * rng.uniform(0.46, 0.54), height * rng.uniform(0.48, 0.52))
    scene.place(
        sheet,
        leaning_quad(rng, centre, across, down, turn=2.0, depth=0.045),
        label="bronze plaque",
        shadow=(9, 12, 10),
        darkness=0.65,
    )
    scene.light(rng, 0.30)
    return scene.finish(rng)


def _cast(
    relief: np.ndarray[tuple[int, ...], np.dtype[np.uint8]], rng: np.random.Generator, kind: int
) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """Light a height map from the upper left: bevels, highlights, patina in the hollows."""
    import cv2

    h, w = relief.shape
    # A rim as wide as the filter looks.
    raised = np.pad(soften(relief, 1.3), 1, mode="edge")
    cast = np.roll(soften(relief, 4), (4, 3), axis=(0, 1))
    rough, patina = textures.lumps(rng, w, h, 90, 2), textures.lumps(rng, w, h, 7)
    x, y = (np.linspace(0, 1, side, dtype=np.float32) for side in (w, h))
    place = rng.uniform(0.3, 1.2)
    plate = np.empty((h, w, 3), np.uint8)
    for rows in bands(0, h):
        mask = relief[rows].astype(np.float32) / 255
        slope = _slope(raised[rows.start : rows.stop + 2]) / np.float32(255) * 26
        drop = 1 - 0.55 * (cast[rows] / np.float32(255))
        grit, old = rough.rows(rows), patina.rows(rows)
        ground, letters = (0.72 + 0.35 * grit) + 0.18 * old, 0.92 + 0.12 * grit
        green = np.clip((old - 0.62) * 3, 0, 0.5)
        sheen = fading((x + y[rows, None] * 0.6 - place) ** 2 / 0.06)
        channels = []
        for metal, letter, rust, shine, glint in zip(
            _METALS[kind], _LETTERS[kind], (84, 122, 104), (46, 36, 22), (1, 0.9, 0.66), strict=True
        ):
            channel = ground * metal
            channel += green * (rust - channel)
            channel *= drop
            channel += sheen * shine
            channel += mask * (letters * letter - channel)
            channel += slope * glint
            channels.append(channel)
        rounded(np.asarray(cv2.merge(channels), np.float32), plate[rows])
    return plate


def _slope(raised: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> textures.Field:
    """How much a height map within a rim rises to the right and downwards: both Sobel filters."""
    around = raised.astype(np.float32)
    rise = around[2:, 2:] - around[:-2, :-2]
    rise += around[1:-1, 2:] - around[1:-1, :-2]
    rise += around[2:, 1:-1] - around[:-2, 1:-1]
    return 2 * rise


STYLE = Style(
    "bronze_plaque",
    ("person", "building", "location"),
    ("title", "subtitle", "place", "year", "number", "note"),
    "bronze plaque",
    paint,
)
