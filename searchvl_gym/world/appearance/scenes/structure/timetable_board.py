"""A board of departures seen from near: time, destination, platform."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

import numpy as np

from searchvl_gym.world.appearance.scenes.structure.cells import CellQuestion, unique
from searchvl_gym.world.appearance.scenes.structure.grid import OVER, photograph, set_rows
from searchvl_gym.world.pictures import textures
from searchvl_gym.world.pictures.recipe import Picture
from searchvl_gym.world.pictures.sheet import Colour, Sheet
from searchvl_gym.world.pictures.style import Style, table_rows

_BOARDS: tuple[tuple[Colour, Colour, Colour], ...] = (  # ground, stripe, letters
    ((22, 28, 42), (34, 42, 60), (250, 228, 130)),
    ((16, 36, 80), (26, 50, 102), (246, 248, 252)),
    ((30, 30, 32), (46, 46, 50), (255, 190, 84)),
)


def paint(fields: Mapping[str, str], rng: np.random.Generator, width: int, height: int) -> Picture:
    """Draw a board; rows are `time|destination|platform`."""
    rows = table_rows(fields)[:14]
    across, down = width * 0.92, height * 0.90
    ground, stripe, ink = _BOARDS[int(rng.integers(len(_BOARDS)))]
    sheet = Sheet(across * OVER, down * OVER, ground)
    w, h = sheet.width, sheet.height
    sheet.write(
        fields.get("title", "Departures"), (w * 0.05, h * 0.045, w * 0.95, h * 0.145),
        face="grotesque_bold", size=h * 0.075, colour=ink,
        role="title" if "title" in fields else "decor", align="left", max_lines=1,
    )  # fmt: skip
    top, bottom = h * 0.165, h * 0.95
    step = min((bottom - top) / (len(rows) + 1), h * 0.1)
    heads = ["Time", "Destination", "Platform"][: max(len(row) for row in rows)]
    box = (w * 0.05, top, w * 0.95, top + step * (len(rows) + 1))
    # One grid for the heads and the rows, so that they share their columns.
    set_rows(
        sheet, [heads, *rows], box, ink=ink, stripe=stripe, face="grotesque_medium",
        aligns=("left", "left", "right"), largest=50,
    )  # fmt: skip
    sheet.lines = [
        line for line in sheet.lines if line.role != "rows" or line.quad[0][1] > top + step * 0.9
    ]
    sheet.draw.line((box[0], top + step, box[2], top + step), fill=ink, width=4)
    for number in range(1, len(rows) + 1):  # the joints of the flaps
        y = top + step * (number + 0.5)
        sheet.draw.line((box[0], y, box[2], y), fill=ground, width=1)
    sheet.draw.rectangle((0, 0, w - 1, h - 1), outline=(74, 78, 84), width=round(w * 0.016))
    sheet.draw.rectangle((3, 3, w - 4, h - 4), outline=(160, 164, 168), width=3)
    gloss = 0.92 + 0.12 * textures.clouds(rng, w, h, 3, 2)[..., None]
    sheet.set_pixels(textures.as_pixels(sheet.pixels()[..., :3] * gloss))
    wall = (textures.plaster, textures.stone)[int(rng.integers(2))]
    tone = ((186, 178, 164), (150, 160, 168), (196, 180, 150))[int(rng.integers(3))]
    return photograph(sheet, rng, wall(rng, width, height, tone), (across, down), "board", 0.2)


def ask(
    fields: Mapping[str, str], rng: np.random.Generator, width: int, height: int
) -> list[CellQuestion]:
    """Destination by time, time and platform by destination, and the next after a time."""
    rows = table_rows(fields)[:14]
    if any(len(row) != 3 or not all(row) for row in rows):
        return []
    times, places = [row[0] for row in rows], [row[1] for row in rows]
    whole = unique([f"{row[0]} {row[2]}" for row in rows])
    found = []
    for r, (time, place, platform) in enumerate(rows):
        if whole[r]:
            phrase = f"the destination of the {time} departure from platform {platform}"
            found.append(CellQuestion(phrase, place, r, 1, ((r, 0), (r, 2), (r, 1))))
        if unique(places)[r]:
            named = f"the departure to {place}"
            found.append(CellQuestion(f"the time of {named}", time, r, 0, ((r, 1), (r, 0))))
            found.append(CellQuestion(f"the platform of {named}", platform, r, 2, ((r, 1), (r, 2))))
    return found + _from_platforms(rows) + _after(times, places)


def _from_platforms(rows: list[list[str]]) -> list[CellQuestion]:
    """The first departure from a platform that has several."""
    found = []
    for platform in sorted({row[2] for row in rows}):
        here = sorted((row[0], r) for r, row in enumerate(rows) if row[2] == platform)
        if len(here) > 1 and here[0][0] != here[1][0]:
            needed = (*((r, 2) for r in range(len(rows))), *((r, 0) for _, r in here))
            phrase = f"the destination of the first departure from platform {platform}"
            row = here[0][1]
            found.append(CellQuestion(phrase, rows[row][1], row, 1, (*needed, (row, 1))))
    return found


def _after(times: list[str], places: list[str]) -> list[CellQuestion]:
    """The departure that comes next after another one."""
    order = sorted(range(len(times)), key=lambda r: times[r])
    once = unique(times)
    found = []
    for one, other in pairwise(order):
        if once[one] and once[other]:
            phrase = f"the destination of the departure next after the one at {times[one]}"
            needed = (*((r, 0) for r in range(len(times))), (other, 1))
            found.append(CellQuestion(phrase, places[other], other, 1, needed))
    return found


STYLE = Style("timetable_board", (), ("title", "rows"), "departure board", paint, required="rows")
