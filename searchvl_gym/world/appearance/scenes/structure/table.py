"""A sheet of a yearbook: a statistical table with a head row."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from searchvl_gym.world.appearance.scenes.structure.cells import (
    CellQuestion,
    column_cells,
    number_in,
    ranked,
    unique,
)
from searchvl_gym.world.appearance.scenes.structure.grid import (
    OVER,
    column_shares,
    photograph,
    set_rows,
)
from searchvl_gym.world.pictures import textures
from searchvl_gym.world.pictures.recipe import Picture
from searchvl_gym.world.pictures.sheet import Colour, Sheet
from searchvl_gym.world.pictures.style import Style, table_rows

_PAPERS: tuple[tuple[Colour, Colour, Colour, Colour], ...] = (  # paper, head, stripe, ink
    ((250, 247, 238), (52, 72, 104), (234, 236, 240), (32, 34, 44)),
    ((248, 244, 230), (112, 48, 40), (242, 230, 214), (48, 32, 28)),
    ((244, 248, 244), (32, 84, 66), (226, 238, 230), (24, 40, 34)),
)


def paint(fields: Mapping[str, str], rng: np.random.Generator, width: int, height: int) -> Picture:
    """Draw a table; the first of the rows is its head."""
    rows = table_rows(fields)[:15]
    wood = ((150, 112, 78), (96, 84, 78), (120, 128, 128))[int(rng.integers(3))]
    across, down = width * 0.92, height * 0.93
    paper, head, stripe, ink = _PAPERS[int(rng.integers(len(_PAPERS)))]
    sheet = Sheet(across * OVER, down * OVER, paper)
    w, h = sheet.width, sheet.height
    sheet.write(
        fields.get("title", ""), (w * 0.06, h * 0.04, w * 0.94, h * 0.13), face="serif_bold",
        size=h * 0.058, colour=head, role="title", align="left", max_lines=2,
    )  # fmt: skip
    top, bottom = h * 0.15, h * 0.93
    step = min((bottom - top) / len(rows), h * 0.085)
    box = (w * 0.06, top, w * 0.94, top + step * len(rows))
    sheet.draw.rectangle((box[0], top + step, box[2], box[3]), fill=paper)
    set_rows(sheet, rows, box, ink=ink, stripe=stripe, face="sans", bold=0, role="rows")
    # The head is set again over its plain row, in white on the colour of the head.
    sheet.lines = [
        line for line in sheet.lines if line.quad[0][1] > top + step or line.role != "rows"
    ]
    sheet.draw.rectangle((box[0], top, box[2], top + step), fill=head)
    _head(sheet, rows, box, step)
    sheet.draw.line((box[0], box[3], box[2], box[3]), fill=head, width=5)
    sheet.write(
        fields.get("note", ""), (w * 0.06, h * 0.94, w * 0.94, h * 0.985), face="serif_italic",
        size=h * 0.026, colour=(110, 104, 100), role="note", align="left",
    )  # fmt: skip
    grain = textures.paper(rng, w, h, (255, 254, 250), 0.35) / 255
    sheet.set_pixels(textures.as_pixels(sheet.pixels()[..., :3] * grain))
    return photograph(sheet, rng, textures.wood(rng, width, height, wood), (across, down), "table")


def _head(
    sheet: Sheet, rows: list[list[str]], box: tuple[float, float, float, float], step: float
) -> None:
    x = box[0]
    for c, (cell, share) in enumerate(zip(rows[0], column_shares(rows), strict=False)):
        wide = share * (box[2] - box[0])
        sheet.write(
            cell, (x + 12, box[1], x + wide - 12, box[1] + step), face="sans_bold",
            size=min(step * 0.62, 44), colour=(252, 250, 244), role="rows",
            align="left" if c == 0 else "right",
        )  # fmt: skip
        x += wide


def ask(
    fields: Mapping[str, str], rng: np.random.Generator, width: int, height: int
) -> list[CellQuestion]:
    """A cell by its row and column, and the row that is first or last in a column."""
    rows = table_rows(fields)[:15]
    if len(rows) < 3 or len({len(row) for row in rows}) != 1 or len(rows[0]) < 2:
        return []
    head, found = rows[0], []
    once = [False, *unique([row[0] for row in rows[1:]])]
    for r in range(1, len(rows)):
        for c in range(1, len(head)):
            if once[r] and rows[r][c] and head[c]:
                phrase = f"the entry for {rows[r][0]} in the column “{head[c]}”"
                found.append(CellQuestion(phrase, rows[r][c], r, c, ((r, 0), (0, c), (r, c))))
    for c in range(1, len(head)):
        for prefix, r in ranked(rows, c, 1):
            if once[r] and number_in(rows[r][c]) is not None:
                word = prefix[1:] + ("largest" if prefix[0] == "+" else "smallest")
                phrase = f"the row with the {word} value in the column “{head[c]}”"
                needed = (*column_cells(rows, c), (r, 0))
                found.append(CellQuestion(phrase, rows[r][0], r, 0, needed))
    return found


STYLE = Style("table", (), ("title", "note", "rows"), "table", paint, required="rows")
