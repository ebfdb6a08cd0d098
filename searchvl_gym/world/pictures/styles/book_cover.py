"""Clothbound books on a wooden table."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from searchvl_gym.world.pictures import textures
from searchvl_gym.world.pictures.exact import wave
from searchvl_gym.world.pictures.ornament import border, divider, guilloche, pick, rosette
from searchvl_gym.world.pictures.recipe import Picture
from searchvl_gym.world.pictures.scene import Scene, leaning_quad
from searchvl_gym.world.pictures.sheet import Sheet
from searchvl_gym.world.pictures.style import Style

_CLOTHS = (  # cloth, foil, second colour
    ((112, 32, 38), (240, 208, 136), (60, 14, 20)),
    ((28, 58, 84), (238, 222, 178), (196, 96, 66)),
    ((40, 78, 58), (240, 220, 158), (18, 44, 34)),
    ((226, 214, 188), (44, 40, 58), (178, 60, 46)),
    ((66, 46, 86), (244, 214, 164), (150, 92, 142)),
    ((198, 140, 56), (46, 30, 26), (122, 48, 34)),
)
_TABLES = ((150, 104, 64), (104, 70, 48), (188, 150, 108), (90, 84, 80))


def paint(fields: Mapping[str, str], rng: np.random.Generator, width: int, height: int) -> Picture:
    """Draw a book seen from above, with ornament stamped into its cloth."""
    scene = Scene(textures.wood(rng, width, height, _TABLES[int(rng.integers(len(_TABLES)))]))
    down = height * 0.90
    across = down * rng.uniform(0.74, 0.86)
    cloth, foil, second = pick(rng, _CLOTHS)
    sheet = Sheet(across * 1.25, down * 1.25, cloth)
    w, h = sheet.width, sheet.height
    weave = 0.90 + 0.10 * textures.clouds(rng, w, h, 5)
    weave *= 1 + 0.05 * wave(np.arange(w) * 1.6)[None, :] * wave(np.arange(h) * 1.6)[:, None]
    frame = (w * 0.10, h * 0.05, w * 0.95, h * 0.95)
    border(sheet, rng, frame, h * rng.uniform(0.032, 0.05), (foil, second))
    middle = (frame[0] + frame[2]) / 2
    ornament_y = h * rng.uniform(0.64, 0.70)
    radius = h * 0.15
    if rng.random() < 0.5:
        guilloche(sheet, rng, (middle, ornament_y), radius, foil, 3, 2)
        rosette(sheet, rng, (middle, ornament_y), radius * 0.5, (second, foil))
    else:
        rosette(sheet, rng, (middle, ornament_y), radius, (foil, second, foil))
    inner, right = w * 0.18, w * 0.87
    sheet.write(
        fields.get("subtitle", ""),
        (inner, h * 0.115, right, h * 0.18),
        face="serif_semibold",
        size=h * 0.046,
        colour=foil,
        role="subtitle",
    )
    end = sheet.write(
        fields["title"],
        (inner, h * 0.18, right, h * 0.46),
        face="serif_bold",
        size=h * 0.115,
        colour=foil,
        role="title",
        max_lines=4,
    )[3]
    divider(sheet, rng, min(end + h * 0.025, h * 0.485), w * 0.28, w * 0.77, foil)
    sheet.write(
        fields.get("place", ""),
        (inner, h * 0.835, w * 0.62, h * 0.90),
        face="sans_semibold",
        size=h * 0.038,
        colour=foil,
        role="place",
        align="left",
    )
    sheet.write(
        fields.get("year", ""),
        (w * 0.66, h * 0.835, right, h * 0.90),
        face="sans_semibold",
        size=h * 0.042,
        colour=foil,
        role="year",
        align="right",
    )
    hinge = np.ones(w, np.float32)
    hinge[: int(w * 0.02)] = 0.62
    hinge[int(w * 0.055) : int(w * 0.07)] = 0.66
    hinge[int(w * 0.07) : int(w * 0.078)] = 1.18
    edge = np.minimum(np.arange(w), np.arange(w)[::-1])[None, :] + 0 * np.arange(h)[:, None]
    worn = np.where(edge < 4, 1.18, 1.0).astype(np.float32)
    shade = weave * hinge[None, :] * worn
    sheet.shade(shade)
    sheet.round_corners(w * 0.012)
    centre = (width * rng.uniform(0.42, 0.58), height * 0.5)
    quad = leaning_quad(rng, centre, across, down, turn=2.5, depth=0.012)
    pages = Sheet(60, 60, (228, 216, 190))
    for line in range(2, 60, 4):
        pages.draw.line((line, 0, line, 60), fill=(196, 182, 154))
    a, b, c, d = ((x + 9.0, y + 6.0) for x, y in quad)
    scene.place(pages, (a, b, c, d), shadow=(10, 12, 12), darkness=0.75)
    scene.place(sheet, quad, label="book", shadow=(3, 4, 2), darkness=0.6)
    scene.light(rng, 0.30)
    return scene.finish(rng)


STYLE = Style(
    "book_cover",
    ("person", "artifact"),
    ("title", "subtitle", "place", "year"),
    "book cover",
    paint,
)
