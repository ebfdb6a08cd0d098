"""Questions for one cell of a structured picture; each has one answer by construction."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_NUMBER = re.compile(r"-?\d[\d,\u202f ]*(?:\.\d+)?")
_RANKS = ("", "second-", "third-")


@dataclass(frozen=True)
class CellQuestion:
    """A noun phrase and what it stands for.

    Attributes:
        phrase: For example `the destination of the 14:35 departure from platform 3`.
        value: What stands in the cell.
        row: The cell's row in the recipe's `rows`.
        column: Its column.
        cells_needed: The cells, as (row, column), that have to be read to find it.
    """

    phrase: str
    value: str
    row: int
    column: int
    cells_needed: tuple[tuple[int, int], ...]


def number_in(text: str) -> float | None:
    """The first number in a cell, thousands separators removed; None without one.

    >>> number_in("1,240 km"), number_in("n/a")
    (1240.0, None)
    """
    found = _NUMBER.search(text)
    return None if found is None else float(re.sub(r"[,\u202f ]", "", found.group()))


def ranked(rows: Sequence[Sequence[str]], column: int, first: int = 0) -> Iterator[tuple[str, int]]:
    """Rows that are distinctly largest, second-largest, … smallest in a column of numbers.

    Yields:
        A prefix (``, `second-`, `third-`) with `+` or `-` before it, and the row.
    """
    values = [number_in(row[column]) for row in rows[first:]]
    if len(values) < 3 or any(value is None for value in values):
        return
    numbers = [value for value in values if value is not None]
    count = Counter(numbers)
    for sign in ("+", "-"):
        ordered = sorted(range(len(numbers)), key=lambda i: numbers[i], reverse=sign == "+")
        for rank, prefix in enumerate(_RANKS):
            if rank < len(ordered) - 1 and all(count[numbers[i]] == 1 for i in ordered[: rank + 1]):
                yield sign + prefix, ordered[rank] + first


def unique(values: Sequence[str]) -> list[bool]:
    """Which values occur once, whatever their case."""
    count = Counter(value.casefold() for value in values)
    return [count[value.casefold()] == 1 and bool(value) for value in values]


def column_cells(
    rows: Sequence[Sequence[str]], column: int, first: int = 0
) -> list[tuple[int, int]]:
    """All cells of a column."""
    return [(row, column) for row in range(first, len(rows))]
