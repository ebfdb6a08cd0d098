"""Rows and columns of text on a sheet, with stripes and rules."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

from searchvl_gym.world.pictures.fonts import font
from searchvl_gym.world.pictures.recipe import Picture
from searchvl_gym.world.pictures.scene import Scene, leaning_quad
from searchvl_gym.world.pictures.sheet import Box, Colour, Sheet
from searchvl_gym.world.pictures.textures import Field

Align = Literal["left", "center", "right"]
OVER = 1.25
"""How many times larger sheets are drawn than they are shown."""


def column_shares(rows: Sequence[Sequence[str]], face: str = "sans") -> list[float]:
    """How wide each column should be, as shares of the whole."""
    columns = max(len(row) for row in rows)
    sizes = [
        max((font(face, 40).getlength(row[c]) for row in rows if c < len(row)), default=0.0) + 60
        for c in range(columns)
    ]
    return [size / sum(sizes) for size in sizes]


def set_rows(
    sheet: Sheet,
    rows: Sequence[Sequence[str]],
    box: Box,
    *,
    ink: Colour,
    stripe: Colour | None = None,
    face: str = "sans",
    bold: int = -1,
    largest: float = 46,
    aligns: Sequence[Align] = (),
    role: str = "rows",
) -> None:
    """Set rows into a box, one line each.

    Args:
        sheet: Where to.
        rows: Cells.
        box: `(left, top, right, bottom)` in pixels of the sheet.
        ink: Colour of the letters.
        stripe: Ground of every second row; None for none.
        face: One of `fonts.FACES`.
        bold: A column that is set in the semibold face.
        largest: Most pixels per em.
        aligns: Of each column; the first is set left and the others right where it is empty.
        role: What the lines are noted as.
    """
    left, top, right, bottom = box
    step = (bottom - top) / len(rows)
    shares = column_shares(rows, face)
    for number, row in enumerate(rows):
        y = top + number * step
        if stripe is not None and number % 2 == 0:
            sheet.draw.rectangle((left, y, right, y + step), fill=stripe)
        x = left
        for c, cell in enumerate(row):
            wide = shares[c] * (right - left)
            align: Align = aligns[c] if c < len(aligns) else "left" if c == 0 else "right"
            sheet.write(
                cell,
                (x + 12, y, x + wide - 12, y + step),
                face="sans_semibold" if c == bold else face,
                size=min(step * 0.62, largest),
                colour=ink,
                role=role,
                align=align,
            )
            x += wide


def photograph(
    sheet: Sheet,
    rng: np.random.Generator,
    ground: Field,
    size: tuple[float, float],
    label: str,
    light: float = 0.18,
) -> Picture:
    """Lay a sheet on a ground, a little askew, and photograph it."""
    scene = Scene(ground)
    middle = (scene.width / 2, scene.height / 2)
    quad = leaning_quad(rng, middle, *size, turn=1.4, depth=0.015)
    scene.place(sheet, quad, label=label, shadow=(6, 8, 8), darkness=0.55)
    scene.light(rng, light)
    return scene.finish(rng)
