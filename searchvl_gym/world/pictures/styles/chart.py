"""Printed charts: bars, lines or dots of labelled values."""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np

from searchvl_gym.world.pictures import textures
from searchvl_gym.world.pictures.ornament import pick
from searchvl_gym.world.pictures.recipe import Picture
from searchvl_gym.world.pictures.scene import Scene, leaning_quad
from searchvl_gym.world.pictures.sheet import Sheet
from searchvl_gym.world.pictures.style import Style, table_rows

_PALETTES = (  # paper, ink, rules, then series
    ((250, 246, 236), (38, 40, 48), (206, 200, 188), (206, 76, 56), (38, 96, 128), (230, 166, 62)),
    (
        (240, 244, 246),
        (26, 40, 58),
        (196, 206, 214),
        (44, 118, 148),
        (228, 122, 74),
        (92, 148, 108),
    ),
    ((252, 240, 228), (62, 34, 46), (226, 206, 194), (160, 52, 86), (222, 134, 74), (84, 90, 138)),
)
_NUMBER = re.compile(r"-?\d[\d,.\u202f ]*")


def paint(fields: Mapping[str, str], rng: np.random.Generator, width: int, height: int) -> Picture:
    """Draw a chart on a sheet of a report; rows are `label|value`."""
    scene = Scene(
        textures.wood(
            rng,
            width,
            height,
            ((168, 132, 96), (92, 72, 62), (120, 118, 116))[int(rng.integers(3))],
        )
    )
    across, down = width * 0.93, height * 0.93
    paper, ink, rule, *series = pick(rng, _PALETTES)
    sheet = Sheet(across * 1.25, down * 1.25, paper)
    w, h = sheet.width, sheet.height
    sheet.draw.rectangle((w * 0.05, h * 0.045, w * 0.13, h * 0.058), fill=series[0])
    end = sheet.write(
        fields["title"],
        (w * 0.05, h * 0.065, w * 0.95, h * 0.225),
        face="sans_bold",
        size=h * 0.090,
        colour=ink,
        role="title",
        align="left",
        upright="top",
        max_lines=2,
    )[3]
    words = [(k, fields[k]) for k in ("subtitle", "place", "year") if k in fields]
    x = w * 0.05
    for role, text in words:
        share = 0.5 if role == "subtitle" else 0.19
        sheet.write(
            text,
            (x, end, x + w * share, end + h * 0.055),
            face="sans",
            size=h * 0.045,
            colour=(110, 104, 104),
            role=role,
            align="left",
        )
        x += w * (share + 0.02)
    data = [(row[0], row[1], _value(row[1])) for row in table_rows(fields) if len(row) > 1]
    shown = [(a, b, v) for a, b, v in data if v is not None][:8]
    role = "rows" if shown else "decor"
    if not shown:
        years = 1900 + 10 * int(rng.integers(0, 5)) + 10 * np.arange(6)
        shown = [
            (str(y), str(v), float(v)) for y, v in zip(years, rng.integers(12, 96, 6), strict=True)
        ]
    box = (w * 0.08, h * 0.34, w * 0.94, h * 0.80)
    _plot(sheet, rng, shown, box, (ink, rule, *series), role)
    sheet.write(
        fields.get("note", ""),
        (w * 0.05, h * 0.905, w * 0.95, h * 0.955),
        face="serif_italic",
        size=h * 0.038,
        colour=(110, 104, 104),
        role="note",
        align="left",
    )
    texture = textures.paper(rng, w, h, (255, 254, 250), 0.35, as_factor=True)
    sheet.shade(texture)
    where = leaning_quad(rng, (width / 2, height / 2), across, down, turn=1.6, depth=0.015)
    scene.place(sheet, where, label="chart", shadow=(5, 7, 7), darkness=0.55)
    scene.light(rng, 0.16)
    return scene.finish(rng)


def _value(text: str) -> float | None:
    """The first number in a cell, thousands separators removed; None without one."""
    found = _NUMBER.search(text)
    if found is None:
        return None
    digits = re.sub(r"[,\u202f ]", "", found.group()).rstrip(".")
    try:
        return float(digits)
    except ValueError:
        return None


def _plot(
    sheet: Sheet,
    rng: np.random.Generator,
    data: list[tuple[str, str, float]],
    box: tuple[float, float, float, float],
    colours: tuple[tuple[int, int, int], ...],
    role: str,
) -> None:
    left, top, right, bottom = box
    ink, rule, *series = colours
    peak = max(max(v for _, _, v in data), 1e-9)
    for i in range(5):
        y = bottom - (bottom - top) * i / 4
        sheet.draw.line((left, y, right, y), fill=rule if i else ink, width=2)
    slot = (right - left) / len(data)
    form = int(rng.integers(3))
    tops = [
        (left + slot * (i + 0.5), bottom - (bottom - top) * max(v, 0) / peak)
        for i, (_, _, v) in enumerate(data)
    ]
    hatch = int(rng.integers(9, 18))
    if form == 1:
        sheet.polygon([(tops[0][0], bottom), *tops, (tops[-1][0], bottom)], series[2])
        sheet.draw.line(tops, fill=series[0], width=7, joint="curve")
    for i, ((label, text, _), (x, y)) in enumerate(zip(data, tops, strict=True)):
        half = slot * 0.32
        colour = series[i % len(series)]
        if form == 0:
            sheet.draw.rectangle((x - half, y, x + half, bottom), fill=colour)
            pale = tuple(min(255, c + 34) for c in colour)
            for k in range(int(y), int(bottom), hatch):
                sheet.draw.line(
                    (x - half, k, x + half, max(y, k - 2 * half * 0.5)), fill=pale, width=2
                )
            sheet.mark("bar", (x - half, y, x + half, bottom))
        elif form == 1:
            sheet.disc(x, y, 11, series[0])
            sheet.disc(x, y, 6, (255, 255, 250))
        else:
            sheet.draw.line((x, y, x, bottom), fill=colour, width=6)
            sheet.disc(x, y, slot * 0.16, colour)
            sheet.disc(x, y, slot * 0.09, (255, 255, 250))
        lift = slot * 0.18 if form == 2 else 14
        sheet.write(
            text,
            (x - slot / 2, y - lift - 40, x + slot / 2, y - lift),
            face="sans_bold",
            size=34,
            colour=ink,
            role=role,
            upright="bottom",
            halo=(252, 248, 240),
        )
        sheet.write(
            label,
            (x - slot * 0.48, bottom + 8, x + slot * 0.48, bottom + sheet.height * 0.075),
            face="sans_semibold",
            size=sheet.height * 0.046,
            colour=ink,
            role=role,
            upright="top",
        )


STYLE = Style(
    "chart",
    ("location", "organism", "building"),
    ("title", "subtitle", "place", "year", "note", "rows"),
    "chart",
    paint,
)
