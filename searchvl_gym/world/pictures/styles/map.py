"""Maps with relief, water, roads and labelled places."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from searchvl_gym.world.pictures import textures
from searchvl_gym.world.pictures.bands import bands, rounded, spread
from searchvl_gym.world.pictures.ornament import star
from searchvl_gym.world.pictures.recipe import Picture
from searchvl_gym.world.pictures.scene import Scene, leaning_quad
from searchvl_gym.world.pictures.sheet import Sheet
from searchvl_gym.world.pictures.style import Style, table_rows

_TINTS = (  # deep water, shallow water, then land from low to high
    (
        (120, 164, 190),
        (168, 204, 214),
        (214, 222, 176),
        (236, 228, 178),
        (226, 196, 138),
        (196, 150, 110),
    ),
    (
        (176, 190, 186),
        (208, 216, 204),
        (240, 230, 204),
        (232, 214, 176),
        (214, 186, 146),
        (180, 146, 116),
    ),
    (
        (92, 132, 158),
        (140, 182, 192),
        (186, 206, 164),
        (214, 216, 170),
        (228, 218, 196),
        (246, 242, 234),
    ),
)
_DESKS = ((110, 78, 56), (72, 84, 88), (146, 106, 74))


def paint(fields: Mapping[str, str], rng: np.random.Generator, width: int, height: int) -> Picture:
    """Draw a sheet map lying on a table; rows name further places."""
    scene = Scene(textures.wood(rng, width, height, _DESKS[int(rng.integers(len(_DESKS)))]))
    across, down = width * 0.94, height * 0.93
    w, h = round(across * 1.25), round(down * 1.25)
    sheet = Sheet.of(_relief(rng, w, h))
    ink = (48, 38, 34)
    places = [row[0] for row in table_rows(fields) if row and row[0]][:5]
    spots = _spots(rng, w, h, len(places) + 4)
    centre = (w * 0.5, h * 0.46)
    for i, spot in enumerate(spots):
        sheet.curve(
            [spot, ((spot[0] + centre[0]) / 2 + rng.normal(0, w * 0.05), spot[1]), centre],
            (150, 66, 52),
            4 if i < 3 else 2,
        )
    for name, (x, y) in zip(places, spots, strict=False):
        sheet.disc(x, y, 6, ink)
        sheet.disc(x, y, 3, (250, 246, 236))
        left = min(max(x + 12, w * 0.05), w * 0.72)
        sheet.write(
            name,
            (left, y - 20, left + w * 0.22, y + 20),
            face="serif_semibold",
            size=h * 0.040,
            colour=ink,
            role="rows",
            align="left",
            halo=(250, 246, 232),
        )
    sheet.polygon(star(centre[0], h * 0.385, h * 0.028, 5), (176, 40, 36))
    sheet.write(
        fields["title"],
        (w * 0.12, h * 0.42, w * 0.88, h * 0.60),
        face="serif_bold",
        size=h * 0.088,
        colour=(40, 26, 26),
        role="title",
        max_lines=2,
        halo=(252, 248, 236),
    )
    _cartouche(sheet, fields, rng)
    sheet.draw.rectangle((0, 0, w - 1, h - 1), outline=(246, 240, 224), width=round(h * 0.024))
    for i in range(28):
        a, b = w * (0.024 + 0.952 * i / 28), w * (0.024 + 0.952 * (i + 1) / 28)
        for y in (h * 0.024, h * 0.970):
            sheet.draw.rectangle((a, y, b, y + h * 0.008), fill=ink if i % 2 else (250, 246, 236))
    folds = np.ones((h, w), np.float32)
    for share in (1 / 3, 2 / 3):
        folds[:, int(w * share) :] *= 0.965
        folds[:, int(w * share) : int(w * share) + 2] *= 1.08
    folds[h // 2 :] *= 0.97
    paper = textures.paper(rng, w, h, (255, 252, 244), 0.5, as_factor=True)
    sheet.shade(paper, folds)
    quad = leaning_quad(rng, (width / 2, height / 2), across, down, turn=1.4, depth=0.012)
    scene.place(sheet, quad, label="map", shadow=(4, 6, 6), darkness=0.6)
    scene.light(rng, 0.18)
    return scene.finish(rng)


def _relief(
    rng: np.random.Generator, w: int, h: int
) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """Layer tints, hill shading and contour lines of a random terrain."""
    tints = np.array(_TINTS[int(rng.integers(len(_TINTS)))], np.float32)
    rise = textures.clouds(rng, w, h, rng.uniform(3.0, 5.5), 5)
    sea = rng.uniform(0.30, 0.44)
    land = np.empty((h, w, 3), np.uint8)
    for rows in bands(0, h):
        above = max(rows.start - 2, 0)  # Contours and shores look at the rows before.
        band = _terrain(rise[above : rows.stop], sea, tints)[rows.start - above :]
        for i in range(1, 12):  # graticule
            band[:, w * i // 12] *= 0.90
            if rows.start <= h * i // 12 < rows.stop:
                band[h * i // 12 - rows.start] *= 0.90
        rounded(band, land[rows])
    return land


def _terrain(rise: textures.Field, sea: float, tints: textures.Field) -> textures.Field:
    """Colours of rows of the terrain; those of its first two rows lack what is above them."""
    level = np.where(rise < sea, rise / sea * 2, 2 + (rise - sea) / (1 - sea) * 4)
    step = np.clip(level.astype(np.int32), 0, 5)
    hill = np.zeros_like(rise)
    hill[1:, 1:] = rise[1:, 1:] - rise[:-1, :-1]
    shade = 1 + np.clip(hill * 9, -0.16, 0.16) * (rise > sea)
    fine = (level * 3).astype(np.int16)
    shade[1:, 1:][(fine[1:, 1:] != fine[:-1, 1:]) | (fine[1:, 1:] != fine[1:, :-1])] *= 0.88
    land = spread(shade.astype(np.float32))
    land *= np.take(tints, step, axis=0)
    wet = rise < sea
    land[2:, 2:][(wet[2:, 2:] != wet[:-2, 2:]) | (wet[2:, 2:] != wet[2:, :-2])] = (58, 82, 104)
    return land


def _spots(rng: np.random.Generator, w: int, h: int, count: int) -> list[tuple[float, float]]:
    """Places in two bands above and below the title, one to a cell so that none collide."""
    cells = [(a, b) for b in (0.12, 0.21, 0.29, 0.66) for a in (0.08, 0.40, 0.68)]
    order = rng.permutation(len(cells))[:count]
    return [
        (
            w * (cells[i][0] + rng.uniform(0, 0.05)),
            h * (cells[i][1] + rng.uniform(-0.01, 0.01)),
        )
        for i in order
    ]


def _cartouche(sheet: Sheet, fields: Mapping[str, str], rng: np.random.Generator) -> None:
    """The legend in a lower corner, a compass in the other."""
    w, h = sheet.width, sheet.height
    on_left = rng.random() < 0.5
    left = w * (0.06 if on_left else 0.52)
    words = [(k, fields[k]) for k in ("subtitle", "place", "year", "note") if k in fields]
    if words:
        top = h * (0.92 - 0.055 * len(words))
        box = (left, top - h * 0.015, left + w * 0.42, h * 0.935)
        sheet.draw.rectangle(box, fill=(250, 244, 226), outline=(60, 46, 40), width=2)
        for role, text in words:
            sheet.write(
                text,
                (left + 14, top, left + w * 0.42 - 14, top + h * 0.053),
                face="sans_semibold",
                size=h * 0.038,
                colour=(56, 42, 38),
                role=role,
                align="left",
            )
            top += h * 0.055
    x, y, r = w * (0.82 if on_left else 0.16), h * 0.82, h * 0.085
    sheet.disc(x, y, r * 1.05, (246, 238, 218))
    sheet.polygon(star(x, y, r * 0.7, 8, 0.4), (176, 150, 110))
    sheet.polygon(star(x, y, r, 4, 0.24), (72, 44, 40))
    sheet.draw.ellipse((x - r, y - r, x + r, y + r), outline=(72, 44, 40), width=2)


STYLE = Style(
    "map",
    ("location",),
    ("title", "subtitle", "place", "year", "note", "rows"),
    "map",
    paint,
)
