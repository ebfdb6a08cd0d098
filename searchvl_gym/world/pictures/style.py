"""What a style of picture is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from searchvl_gym.world.pictures.recipe import Picture

Painter = Callable[[Mapping[str, str], np.random.Generator, int, int], Picture]
"""Draws `(fields, rng, width, height)`."""


@dataclass(frozen=True)
class Style:
    """A kind of picture.

    Attributes:
        name: Identifier.
        kinds: Kinds of page that it suits (`person`, `building`, `location`, `organism`,
            `artifact`).
        fields: Recipe fields that it shows; `required` always among them.
        shows: A short noun for questions, e.g. `street sign`.
        paint: Draws it.
        required: The field without which there is nothing to draw.
    """

    name: str
    kinds: tuple[str, ...]
    fields: tuple[str, ...]
    shows: str
    paint: Painter
    required: str = "title"


def table_rows(fields: Mapping[str, str]) -> list[list[str]]:
    """The recipe field `rows` as cells: rows end with `;`, cells with `|`.

    >>> table_rows({"rows": "Axenstad|09:15; Brym|10:40"})
    [['Axenstad', '09:15'], ['Brym', '10:40']]
    """
    rows = [row for row in fields.get("rows", "").split(";") if row.strip()]
    return [[" ".join(cell.split()) for cell in row.split("|")] for row in rows]
