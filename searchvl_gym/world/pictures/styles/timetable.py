"""Departure boards and timetables behind glass."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from searchvl_gym.world.pictures import textures
from searchvl_gym.world.pictures.bands import bands
from searchvl_gym.world.pictures.ornament import pick, rosette
from searchvl_gym.world.pictures.recipe import Picture
from searchvl_gym.world.pictures.scene import Scene, leaning_quad
from searchvl_gym.world.pictures.sheet import Sheet
from searchvl_gym.world.pictures.style import Style, table_rows

_BOARDS = (  # header, header letters, ground, stripes, ink
    ((22, 58, 112), (255, 255, 250), (248, 248, 242), (226, 234, 242), (24, 34, 52)),
    ((176, 38, 36), (255, 250, 240), (250, 246, 236), (244, 226, 212), (44, 26, 26)),
    ((250, 196, 40), (28, 26, 24), (34, 36, 40), (48, 52, 58), (250, 232, 170)),
    ((16, 96, 78), (250, 252, 240), (244, 248, 240), (218, 236, 224), (20, 46, 40)),
)
_WALLS = ((186, 176, 160), (156, 96, 76), (128, 142, 150), (216, 206, 186))


def paint(fields: Mapping[str, str], rng: np.random.Generator, width: int, height: int) -> Picture:
    """Draw a framed board; rows are its lines, and without rows it shows hours."""
    wall = (textures.brick, textures.plaster, textures.stone)[int(rng.integers(3))]
    scene = Scene(wall(rng, width, height, _WALLS[int(rng.integers(len(_WALLS)))]))
    across, down = width * rng.uniform(0.84, 0.92), height * rng.uniform(0.84, 0.92)
    header, bright, ground, stripe, ink = pick(rng, _BOARDS)
    sheet = Sheet(across * 1.25, down * 1.25, ground)
    w, h = sheet.width, sheet.height
    sheet.draw.rectangle((0, 0, w, h * 0.25), fill=header)
    rosette(sheet, rng, (w * 0.095, h * 0.135), h * 0.085, (bright, header, bright))
    sheet.write(
        fields["title"],
        (w * 0.18, h * 0.045, w * 0.95, h * 0.22),
        face="grotesque_bold",
        size=h * 0.115,
        colour=bright,
        role="title",
        align="left",
        max_lines=2,
    )
    y = h * 0.27
    y = sheet.write(
        fields.get("subtitle", ""),
        (w * 0.06, y, w * 0.70, y + h * 0.07),
        face="sans_semibold",
        size=h * 0.052,
        colour=ink,
        role="subtitle",
        align="left",
    )[3]
    right_end = sheet.write(
        fields.get("year", ""),
        (w * 0.74, h * 0.27, w * 0.94, h * 0.34),
        face="sans_bold",
        size=h * 0.052,
        colour=ink,
        role="year",
        align="right",
    )[3]
    y = max(y, right_end) + h * 0.012
    rows = table_rows(fields)
    drawn_rows = rows[:8] if rows else _hours(rng)
    floor = h * (0.87 if fields.get("note") or fields.get("place") else 0.95)
    step = min((floor - y) / len(drawn_rows), h * 0.105)
    columns = max(len(row) for row in drawn_rows)
    for i, row in enumerate(drawn_rows):
        top = y + i * step
        if i % 2 == 0:
            sheet.draw.rectangle((w * 0.04, top, w * 0.96, top + step), fill=stripe)
        first = 0.84 if columns == 1 else 0.48
        for j, cell in enumerate(row):
            left = 0.06 if j == 0 else 0.06 + first + (j - 1) * (0.88 - first) / max(1, columns - 1)
            end = 0.06 + first - 0.02 if j == 0 else left + (0.88 - first) / max(1, columns - 1)
            sheet.write(
                cell,
                (w * left, top, w * end, top + step),
                face="sans_semibold" if j else "sans",
                size=step * 0.62,
                colour=ink,
                role="rows" if rows else "decor",
                align="left" if j == 0 else "right",
            )
    sheet.write(
        fields.get("place", ""),
        (w * 0.06, h * 0.885, w * 0.40, h * 0.955),
        face="sans_bold",
        size=h * 0.045,
        colour=ink,
        role="place",
        align="left",
    )
    sheet.write(
        fields.get("note", ""),
        (w * 0.42, h * 0.885, w * 0.94, h * 0.955),
        face="sans",
        size=h * 0.042,
        colour=ink,
        role="note",
        align="right",
    )
    frame = (58, 60, 64)
    sheet.draw.rectangle((0, 0, w - 1, h - 1), outline=frame, width=round(w * 0.015))
    sheet.draw.rectangle((3, 3, w - 4, h - 4), outline=(150, 152, 156), width=2)
    sheet.shade(_glass(rng, w, h))
    where = leaning_quad(rng, (width / 2, height / 2), across, down, turn=1.5, depth=0.035)
    scene.place(sheet, where, label="timetable", shadow=(7, 9, 9), darkness=0.55)
    scene.light(rng, 0.22)
    return scene.finish(rng)


def _hours(rng: np.random.Generator) -> list[list[str]]:
    """Lines of a board that no recipe filled: platform and minutes."""
    return [
        [f"{hour:02d}:{int(rng.integers(60)):02d}", f"{int(rng.integers(1, 13))}"]
        for hour in np.sort(rng.choice(np.arange(5, 23), 6, replace=False))
    ]


def _glass(rng: np.random.Generator, w: int, h: int) -> textures.Field:
    """Reflections in a pane: slanted bands, smudges."""
    x, y = (np.linspace(0, 1, side, dtype=np.float32) for side in (w, h))
    lean, start = rng.uniform(0.3, 0.7), rng.uniform(0.3, 1.0)
    smudges = textures.lumps(rng, w, h, 6, 3)
    shine = np.empty((h, w), np.float32)
    for rows in bands(0, h):
        slant = x + lean * y[rows, None]
        shine[rows] = (
            0.96 + 0.07 * ((slant > start) & (slant < start + 0.2)) + 0.05 * smudges.rows(rows)
        )
    return shine


STYLE = Style(
    "timetable",
    ("location", "building"),
    ("title", "subtitle", "place", "year", "note", "rows"),
    "timetable",
    paint,
)
