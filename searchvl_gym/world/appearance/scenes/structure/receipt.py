"""A till receipt on a counter: items, prices, a total."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

import numpy as np

from searchvl_gym.world.appearance.scenes.structure.cells import (
    CellQuestion,
    column_cells,
    ranked,
    unique,
)
from searchvl_gym.world.appearance.scenes.structure.grid import OVER, photograph
from searchvl_gym.world.pictures import textures
from searchvl_gym.world.pictures.recipe import Picture
from searchvl_gym.world.pictures.sheet import Box, Colour, Sheet
from searchvl_gym.world.pictures.style import Style, table_rows

_INK: Colour = (52, 52, 58)
_FACE = "grotesque"


def _priced(fields: Mapping[str, str]) -> list[list[str]]:
    return [row[:2] for row in table_rows(fields) if len(row) > 1 and row[0] and row[1]][:14]


def _total(rows: list[list[str]]) -> str:
    """The sum of the prices, or nothing where one is no plain number."""
    try:
        return f"{sum(Decimal(row[1]) for row in rows):.2f}"
    except InvalidOperation:
        return ""


def paint(fields: Mapping[str, str], rng: np.random.Generator, width: int, height: int) -> Picture:
    """Draw a receipt; rows are `item|price`."""
    rows = _priced(fields)
    if not rows:
        raise ValueError("The rows of a receipt are item|price; there is none.")
    down = height * 0.94
    across = min(width * 0.8, down * 0.72)
    sheet = Sheet(across * OVER, down * OVER, (250, 249, 245))
    w, h = sheet.width, sheet.height

    def line(text: str, y: float, share: float, face: str, role: str = "decor") -> None:
        box = (w * 0.07, y, w * 0.93, y + h * share)
        sheet.write(text, box, face=face, size=h * share * 0.72, colour=_INK, role=role)

    line(fields.get("title", "Village Stores"), h * 0.045, 0.075, "grotesque_bold", "title")
    line(fields.get("subtitle", "Thank you for your visit"), h * 0.12, 0.036, _FACE, "subtitle")
    _dashes(sheet, h * 0.172)
    top, bottom = h * 0.185, h * 0.80
    step = min((bottom - top) / len(rows), h * 0.062)
    for number, (name, price) in enumerate(rows):
        _pair(
            sheet,
            name,
            price,
            (w * 0.08, top + number * step, w * 0.92, top + (number + 1) * step),
            "grotesque_medium",
            "rows",
        )
    end = top + step * len(rows) + h * 0.012
    _dashes(sheet, end)
    total = _total(rows)
    if total:
        _pair(
            sheet,
            "TOTAL",
            total,
            (w * 0.08, end + h * 0.01, w * 0.92, end + h * 0.075),
            "grotesque_bold",
            "decor",
        )
    _bars(sheet, rng, h * 0.905)
    x = np.linspace(-1, 1, w, dtype=np.float32)
    fold = 1 - 0.05 * np.abs(x)[None, :] - 0.05 * textures.clouds(rng, w, h, 3, 3)
    fold[round(h * 0.52) : round(h * 0.52) + 5] *= 0.93
    sheet.set_pixels(
        textures.as_pixels(sheet.pixels()[..., :3].astype(np.float32) * fold[..., None])
    )
    desk = ((96, 68, 50), (66, 78, 84), (132, 60, 52), (60, 84, 70))[int(rng.integers(4))]
    ground = textures.wood(rng, width, height, desk)
    return photograph(sheet, rng, ground, (across, down), "receipt", 0.2)


def _pair(sheet: Sheet, name: str, price: str, box: Box, face: str, role: str) -> None:
    left, top, right, bottom = box
    split = left + (right - left) * 0.74
    size = min((bottom - top) * 0.66, 42)
    sheet.write(
        name,
        (left, top, split - 10, bottom),
        face=face,
        size=size,
        colour=_INK,
        role=role,
        align="left",
    )
    sheet.write(
        price,
        (split, top, right, bottom),
        face=face,
        size=size,
        colour=_INK,
        role=role,
        align="right",
    )


def _dashes(sheet: Sheet, y: float) -> None:
    for x in range(round(sheet.width * 0.08), round(sheet.width * 0.92), 22):
        sheet.draw.line((x, y, x + 12, y), fill=_INK, width=3)


def _bars(sheet: Sheet, rng: np.random.Generator, y: float) -> None:
    x = sheet.width * 0.2
    while x < sheet.width * 0.8:
        wide = int(rng.integers(2, 8))
        sheet.draw.rectangle((x, y, x + wide, y + sheet.height * 0.055), fill=_INK)
        x += wide + int(rng.integers(3, 9))


def ask(
    fields: Mapping[str, str], rng: np.random.Generator, width: int, height: int
) -> list[CellQuestion]:
    """The price of an item, and the item that is cheapest or dearest."""
    rows = _priced(fields)
    once = unique([row[0] for row in rows])
    found = []
    for r, (name, price) in enumerate(rows):
        if once[r]:
            phrase = f"the price of “{name}” on the receipt"
            found.append(CellQuestion(phrase, price, r, 1, ((r, 0), (r, 1))))
    for prefix, r in ranked(rows, 1):
        if once[r]:
            kind = "most expensive" if prefix[0] == "+" else "cheapest"
            word = (
                f"{prefix[1:].replace('-', ' ')}{kind}" if prefix[0] == "+" else prefix[1:] + kind
            )
            needed = (*column_cells(rows, 1), (r, 0))
            found.append(CellQuestion(f"the {word} item on the receipt", rows[r][0], r, 0, needed))
    return found


STYLE = Style("receipt", (), ("title", "subtitle", "rows"), "receipt", paint, required="rows")
