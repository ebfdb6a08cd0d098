"""Reading a chart's lettering: which numbers are the scale, which words the categories.

Works on recognised text only. The numbers that stand in one column at the left or right are the
scale; the lowest row of several labels is the category axis; a number above a category, within
its column, is that category's value.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from searchvl_gym.tools.text_layout import group_rows
from searchvl_gym.tools.text_recognition import RecognisedLine

_NUMBER = re.compile(r"^[^\w\s]?\s?-?\d[\d.,  ]*\s?(?:%|[^\W\d]{1,4}\.?)?$")


@dataclass(frozen=True)
class ChartReading:
    """A chart's lettering by role.

    Attributes:
        scale: Labels of the value axis, from top to bottom.
        categories: Labels of the category axis, from left to right.
        values: For each category that has one, its label and its number.
        other: Titles, legends and whatever else is written.
    """

    scale: tuple[str, ...]
    categories: tuple[str, ...]
    values: tuple[tuple[str, str], ...]
    other: tuple[str, ...]


def read_chart(lines: Sequence[RecognisedLine]) -> ChartReading | None:
    """Group a chart's lettering, or None when it does not look like a chart."""
    categories = _category_row(lines)
    scale = _scale_column([line for line in lines if line not in categories])
    if len(categories) < 2:
        return None
    values = _values(categories, [line for line in lines if line not in (*categories, *scale)])
    if not scale and not values:
        return None
    used = [*categories, *scale, *(number for _, number in values)]
    other = [
        line.text
        for row in group_rows([line for line in lines if line not in used])
        for line in row
    ]
    return ChartReading(
        scale=tuple(line.text for line in scale),
        categories=tuple(line.text for line in categories),
        values=tuple((label.text, number.text) for label, number in values),
        other=tuple(other),
    )


def _is_number(text: str) -> bool:
    return _NUMBER.match(text.strip()) is not None


def _centre(line: RecognisedLine) -> tuple[float, float]:
    left, top, width, height = line.box
    return left + width / 2, top + height / 2


def _category_row(lines: Sequence[RecognisedLine]) -> list[RecognisedLine]:
    """The lowest row of at least two labels."""
    for row in reversed(group_rows(lines)):
        if len(row) >= 2:
            return row
    return []


def _scale_column(lines: Sequence[RecognisedLine]) -> list[RecognisedLine]:
    """At least three numbers that stand under each other, steadily rising or falling, evenly."""
    numbers = [line for line in lines if _is_number(line.text)]
    best: list[RecognisedLine] = []
    for anchor in numbers:
        right = anchor.box[0] + anchor.box[2]
        column = [
            line
            for line in numbers
            if abs(line.box[0] + line.box[2] - right) <= anchor.height
            or abs(line.box[0] - anchor.box[0]) <= 0.5 * anchor.height
        ]
        column.sort(key=lambda line: _centre(line)[1])
        if len(column) > max(len(best), 2) and _evenly_spaced(column):
            best = column
    return best


def _evenly_spaced(column: Sequence[RecognisedLine]) -> bool:
    steps = np.diff([_centre(line)[1] for line in column])
    return bool(steps.min() > 0 and steps.max() < 1.6 * steps.min() + 4)


def _values(
    categories: Sequence[RecognisedLine], lines: Sequence[RecognisedLine]
) -> list[tuple[RecognisedLine, RecognisedLine]]:
    """The lowest number above each category, within half the distance to its neighbours."""
    centres = np.array([_centre(line)[0] for line in categories])
    reach = 0.45 * float(np.diff(np.sort(centres)).min())
    pairs = []
    for label, centre in zip(categories, centres, strict=True):
        above = [
            line
            for line in lines
            if _is_number(line.text)
            and abs(_centre(line)[0] - centre) <= reach
            and _centre(line)[1] < label.box[1]
        ]
        if above:
            pairs.append((label, max(above, key=lambda line: _centre(line)[1])))
    return pairs
