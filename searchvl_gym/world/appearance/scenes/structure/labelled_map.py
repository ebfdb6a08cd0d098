"""A map whose places bear numbers, and the legend that names them."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from searchvl_gym.world.appearance.scenes.landmarks import picture_of
from searchvl_gym.world.appearance.scenes.palette import NAMED
from searchvl_gym.world.appearance.scenes.structure.cells import CellQuestion, unique
from searchvl_gym.world.appearance.scenes.structure.grid import OVER, photograph
from searchvl_gym.world.appearance.scenes.town_map import relief
from searchvl_gym.world.pictures import textures
from searchvl_gym.world.pictures.recipe import Picture, Point
from searchvl_gym.world.pictures.sheet import Sheet
from searchvl_gym.world.pictures.style import Style, table_rows

_SIGHTS = ("church", "castle", "windmill", "lighthouse")
_INK = (44, 34, 30)
_MOST = 16
_Spots = tuple[list[Point], list[int], list[tuple[str, Point]]]


def _names(fields: Mapping[str, str]) -> list[str]:
    return [row[0] for row in table_rows(fields) if row and row[0]][:_MOST]


def _spots(count: int, rng: np.random.Generator) -> _Spots:
    """Where places stand (shares of the map), their numbers, and the sights between them."""
    rows = 3 if count <= 8 else 4
    columns = math.ceil((count + 3) / rows)
    cells = rng.permutation(rows * columns).tolist()
    places = [
        (
            (cell % columns + 0.5 + float(rng.uniform(-0.22, 0.22))) / columns,
            (cell // columns + 0.5 + float(rng.uniform(-0.22, 0.22))) / rows,
        )
        for cell in cells
    ]
    numbers = (rng.permutation(count) + 1).tolist()
    sights = [_SIGHTS[i] for i in rng.permutation(len(_SIGHTS))[:3].tolist()]
    return places[:count], numbers, list(zip(sights, places[count : count + 3], strict=True))


def paint(fields: Mapping[str, str], rng: np.random.Generator, width: int, height: int) -> Picture:
    """Draw the map at the left and the legend at the right; rows are names of places."""
    names = _names(fields)
    places, numbers, sights = _spots(len(names), rng)
    across, down = width * 0.94, height * 0.93
    sheet = Sheet(across * OVER, down * OVER, (248, 243, 230))
    w, h = sheet.width, sheet.height
    left, top, right, bottom = w * 0.035, h * 0.14, w * 0.665, h * 0.955
    size = (round(right - left), round(bottom - top))
    land = Sheet.of(textures.as_pixels(relief(rng, *size)))
    sheet.image.paste(land.image, (round(left), round(top)))
    sheet.draw.rectangle((left, top, right, bottom), outline=_INK, width=6)
    sheet.write(
        fields.get("title", ""), (w * 0.035, h * 0.03, w * 0.96, h * 0.125), face="serif_bold",
        size=h * 0.06, colour=_INK, role="title", align="left",
    )  # fmt: skip
    for name, (x, y) in sights:
        side = h * 0.085
        at = (round(left + x * size[0] - side / 2), round(top + y * size[1] - side / 2))
        drawn = picture_of(name, rng, side, side)
        sheet.image.paste(drawn, at, drawn)
        sheet.mark(name, (at[0], at[1], at[0] + side, at[1] + side))
    tone = NAMED[("red", "blue", "purple")[int(rng.integers(3))]]
    for number, (x, y) in zip(numbers, places, strict=True):
        a, b, r = left + x * size[0], top + y * size[1], h * 0.030
        sheet.disc(a, b, r + 4, (250, 248, 240))
        sheet.disc(a, b, r, tone)
        sheet.write(
            str(number), (a - r, b - r, a + r, b + r), face="sans_bold", size=r * 1.35,
            colour=(255, 255, 250),
        )  # fmt: skip
    _legend(sheet, names, numbers, (w * 0.69, top, w * 0.965, bottom), fields)
    grain = textures.paper(rng, w, h, (255, 252, 244), 0.4) / 255
    sheet.set_pixels(textures.as_pixels(sheet.pixels()[..., :3] * grain))
    desk = ((110, 78, 56), (72, 84, 88), (146, 106, 74))[int(rng.integers(3))]
    ground = textures.wood(rng, width, height, desk)
    return photograph(sheet, rng, ground, (across, down), "map", 0.16)


def _legend(
    sheet: Sheet,
    names: list[str],
    numbers: list[int],
    box: tuple[float, float, float, float],
    fields: Mapping[str, str],
) -> None:
    left, top, right, bottom = box
    sheet.draw.rectangle(box, fill=(252, 249, 240), outline=_INK, width=4)
    head = sheet.height * 0.075
    sheet.write(
        "Legend",
        (left + 20, top, right - 20, top + head),
        face="serif_semibold",
        size=head * 0.6,
        colour=_INK,
        align="left",
    )
    sheet.draw.line((left + 20, top + head, right - 20, top + head), fill=_INK, width=3)
    step = min((bottom - top - head * 1.2) / len(names), sheet.height * 0.07)
    for line, number in enumerate(sorted(numbers)):
        y = top + head * 1.1 + line * step
        name = names[numbers.index(number)]
        gap = sheet.width * 0.045
        sheet.write(
            str(number),
            (left + 14, y, left + 8 + gap, y + step),
            face="sans_bold",
            size=step * 0.6,
            colour=_INK,
            align="right",
        )
        sheet.write(
            name,
            (left + 24 + gap, y, right - 12, y + step),
            face="sans",
            size=step * 0.6,
            colour=_INK,
            role="rows",
            align="left",
        )


def ask(
    fields: Mapping[str, str], rng: np.random.Generator, width: int, height: int
) -> list[CellQuestion]:
    """The place of a number, the number of a place, and the place nearest to a sight."""
    names = _names(fields)
    places, numbers, sights = _spots(len(names), rng)
    # Distances are compared on the map as it is drawn.
    wide, tall = width * 0.63, height * 0.93 * 0.815
    once = unique(names)
    found = []
    for r, (name, number) in enumerate(zip(names, numbers, strict=True)):
        if once[r]:
            phrase = f"the place marked {number} on the map"
            found.append(CellQuestion(phrase, name, r, 0, ((r, 0),)))
            phrase = f"the number of {name} in the legend of the map"
            found.append(CellQuestion(phrase, str(number), r, 0, ((r, 0),)))
    for sight, (x, y) in sights:
        away = sorted(
            (math.hypot((p[0] - x) * wide, (p[1] - y) * tall), r) for r, p in enumerate(places)
        )
        if len(away) > 1 and away[0][0] < 0.75 * away[1][0] and once[away[0][1]]:
            r = away[0][1]
            phrase = f"the place whose number is nearest to the {sight} on the map"
            found.append(CellQuestion(phrase, names[r], r, 0, ((r, 0),)))
    return found


STYLE = Style("labelled_map", (), ("title", "rows"), "map with a legend", paint, required="rows")
