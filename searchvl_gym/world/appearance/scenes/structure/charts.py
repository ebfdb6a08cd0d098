"""Charts with an axis: bars or a line over labelled entries."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from searchvl_gym.world.appearance.scenes.palette import mixed
from searchvl_gym.world.appearance.scenes.structure.cells import (
    CellQuestion,
    column_cells,
    number_in,
    ranked,
    unique,
)
from searchvl_gym.world.appearance.scenes.structure.grid import OVER, photograph
from searchvl_gym.world.pictures import textures
from searchvl_gym.world.pictures.recipe import Picture
from searchvl_gym.world.pictures.sheet import Box, Colour, Sheet
from searchvl_gym.world.pictures.style import Painter, Style, table_rows

_PALETTES: tuple[tuple[Colour, ...], ...] = (  # paper, ink, rules, series
    ((251, 248, 240), (38, 42, 52), (212, 208, 198), (44, 104, 148), (214, 96, 64), (82, 140, 98)),
    ((246, 248, 250), (28, 40, 54), (204, 212, 220), (154, 58, 88), (222, 152, 60), (70, 110, 150)),
    ((252, 244, 232), (60, 40, 36), (226, 214, 200), (40, 116, 110), (196, 84, 60), (150, 120, 60)),
)


def _entries(fields: Mapping[str, str]) -> list[tuple[str, str, float]]:
    found = []
    for row in table_rows(fields)[:10]:
        value = number_in(row[1]) if len(row) > 1 else None
        if value is not None and row[0]:
            found.append((row[0], row[1], max(value, 0.0)))
    return found


def _step(peak: float) -> float:
    """The distance of the axis' marks: 1, 2 or 5 times a power of ten."""
    raw = max(peak, 1e-6) / 5
    power = 10.0 ** math.floor(math.log10(raw))
    return next(power * k for k in (1, 2, 5, 10) if power * k >= raw * 0.999999)


def painter(form: str) -> Painter:
    """What draws charts of a form, `bar` or `line`."""

    def paint(
        fields: Mapping[str, str], rng: np.random.Generator, width: int, height: int
    ) -> Picture:
        data = _entries(fields)
        if not data:
            raise ValueError("The rows of a chart are label|value; none of these has a number.")
        paper, ink, rule, *series = _PALETTES[int(rng.integers(len(_PALETTES)))]
        across, down = width * 0.93, height * 0.93
        sheet = Sheet(across * OVER, down * OVER, paper)
        w, h = sheet.width, sheet.height
        sheet.draw.rectangle((w * 0.06, h * 0.05, w * 0.13, h * 0.062), fill=series[0])
        sheet.write(
            fields.get("title", ""), (w * 0.06, h * 0.07, w * 0.95, h * 0.17), face="sans_bold",
            size=h * 0.06, colour=ink, role="title", align="left", max_lines=2,
        )  # fmt: skip
        box = (w * 0.13, h * 0.24, w * 0.95, h * 0.84)
        top = _axis(sheet, data, box, ink, rule)
        tone = series[int(rng.integers(len(series)))]
        _draw(sheet, data, box, top, (ink, paper, tone), form, fields.get("values") != "hidden")
        grain = textures.paper(rng, w, h, (255, 254, 250), 0.3) / 255
        sheet.set_pixels(textures.as_pixels(sheet.pixels()[..., :3] * grain))
        desk = ((150, 116, 84), (88, 90, 94), (176, 160, 138))[int(rng.integers(3))]
        ground = textures.wood(rng, width, height, desk)
        return photograph(sheet, rng, ground, (across, down), "chart", 0.14)

    return paint


def _axis(
    sheet: Sheet, data: list[tuple[str, str, float]], box: Box, ink: Colour, rule: Colour
) -> float:
    """Rules and numbers at the left; gives the value at the top."""
    left, top, right, bottom = box
    peak = max(value for *_, value in data)
    step = _step(peak)
    marks = max(1, math.ceil(peak / step - 1e-9))
    for k in range(marks + 1):
        y = bottom - (bottom - top) * k / marks
        sheet.draw.line((left, y, right, y), fill=ink if k == 0 else rule, width=4 if k == 0 else 3)
        sheet.write(
            f"{k * step:,.10g}", (left * 0.15, y - 30, left - 18, y + 30), face="sans",
            size=sheet.height * 0.034, colour=ink, align="right",
        )  # fmt: skip
    return marks * step


def _draw(
    sheet: Sheet,
    data: list[tuple[str, str, float]],
    box: Box,
    peak: float,
    colours: tuple[Colour, Colour, Colour],
    form: str,
    printed: bool,
) -> None:
    left, top, right, bottom = box
    ink, paper, tone = colours
    slot = (right - left) / len(data)
    points = [
        (left + slot * (i + 0.5), bottom - (bottom - top) * value / peak)
        for i, (*_, value) in enumerate(data)
    ]
    if form == "line":
        area = [(points[0][0], bottom), *points, (points[-1][0], bottom)]
        sheet.polygon(area, mixed(paper, tone, 0.18))
        sheet.draw.line(points, fill=tone, width=9, joint="curve")
    for (label, text, _), (x, y) in zip(data, points, strict=True):
        half = slot * 0.31
        if form == "bar":
            sheet.draw.rectangle((x - half, y, x + half, bottom - 2), fill=tone)
            sheet.draw.rectangle(
                (x - half, y, x - half * 0.72, bottom - 2), fill=mixed(tone, (255, 255, 255), 0.22)
            )
            sheet.draw.rectangle(
                (x + half * 0.8, y, x + half, bottom - 2), fill=mixed(tone, (0, 0, 0), 0.16)
            )
            if bottom - y > 3:
                sheet.mark("bar", (x - half, y, x + half, bottom))
        else:
            sheet.disc(x, y, 14, tone)
            sheet.disc(x, y, 7, paper)
        if printed:
            # In a valley of a line the number stands below, where no line runs through it.
            under = form == "line" and _is_valley(points, x) and bottom - y > 96
            sheet.write(
                text,
                (x - slot * 0.49, y + 18, x + slot * 0.49, y + 76)
                if under
                else (x - slot * 0.49, y - 78, x + slot * 0.49, y - 20),
                face="sans_bold",
                size=sheet.height * 0.036,
                colour=ink,
                role="rows",
                upright="top" if under else "bottom",
                halo=paper,
            )
        sheet.write(
            label, (x - slot * 0.48, bottom + 14, x + slot * 0.48, bottom + sheet.height * 0.085),
            face="sans_semibold", size=sheet.height * 0.036, colour=ink, role="rows", upright="top",
        )  # fmt: skip


def _is_valley(points: list[tuple[float, float]], x: float) -> bool:
    """Whether the line rises on both sides of a point (downwards is larger)."""
    here = next(i for i, point in enumerate(points) if point[0] == x)
    beside = points[max(0, here - 1) : here] + points[here + 1 : here + 2]
    return all(point[1] < points[here][1] for point in beside)


def ask(
    fields: Mapping[str, str], rng: np.random.Generator, width: int, height: int
) -> list[CellQuestion]:
    """The entry whose bar or point is highest or lowest, and the value of an entry."""
    data = _entries(fields)
    rows = [[label, text] for label, text, _ in data]
    once = unique([row[0] for row in rows])
    found = []
    for prefix, r in ranked(rows, 1):
        word = prefix[1:] + ("highest" if prefix[0] == "+" else "lowest")
        if once[r]:
            needed = (*column_cells(rows, 1), (r, 0))
            phrase = f"the entry with the {word} value in the chart"
            found.append(CellQuestion(phrase, rows[r][0], r, 0, needed))
    if fields.get("values") != "hidden":
        for r, (label, text) in enumerate(rows):
            if once[r]:
                phrase = f"the value that the chart gives for {label}"
                found.append(CellQuestion(phrase, text, r, 1, ((r, 0), (r, 1))))
    return found


_FIELDS = ("title", "rows", "values")
BAR = Style("bar_chart", (), _FIELDS, "bar chart", painter("bar"), required="rows")
LINE = Style("line_chart", (), _FIELDS, "line chart", painter("line"), required="rows")
