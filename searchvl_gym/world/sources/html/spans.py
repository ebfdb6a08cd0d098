"""Cells of a table that reach over several rows or columns."""

from __future__ import annotations

from typing import Any

_MOST = 1_000
"""Longest span that is followed; browsers stop here as well."""


class SpanGrid:
    """Says, row by row, which cells of the rows above reach into this one.

    Args:
        read: Reads a cell as text.

    >>> from lxml import html
    >>> table = html.fromstring(
    ...     "<table><tr><td rowspan=2>1957<td>A<td>Atco<tr><td>B<td>Atco</table>")
    >>> grid = SpanGrid(lambda cell: cell.text)
    >>> for row in table.iter("tr"):
    ...     grid.open_row()
    ...     for cell in row: print(grid.before(cell), cell.text, end=" ")
    ...     print(grid.close_row())
    [] 1957 [] A [] Atco []
    ['1957'] B [] Atco []
    """

    def __init__(self, read: Any) -> None:
        self._read = read
        self._held: dict[int, tuple[str, int]] = {}
        self._row = -1
        self._column = 0

    def open_row(self) -> None:
        """Begin a row."""
        self._row += 1
        self._column = 0
        self._held = {
            column: (text, last) for column, (text, last) in self._held.items() if last >= self._row
        }

    def before(self, cell: Any) -> list[str]:
        """Texts of the cells from above that come before a cell of this row."""
        texts = self._reach()
        wide, high = _span(cell, "colspan"), _span(cell, "rowspan")
        if high > 1:
            text = self._read(cell)
            for column in range(self._column, self._column + wide):
                self._held[column] = (text, self._row + high - 1)
        self._column += wide
        return texts

    def close_row(self) -> list[str]:
        """Texts of the cells from above that come after the last cell of this row."""
        texts = self._reach()
        while rest := [column for column in self._held if column > self._column]:
            self._column = min(rest)
            texts += self._reach()
        return texts

    def _reach(self) -> list[str]:
        texts = []
        while self._column in self._held:
            texts.append(self._held[self._column][0])
            self._column += 1
        return texts


def repeats(cell: Any) -> int:
    """How often a cell is written: once for each of its columns, unless it is alone in its row.

    >>> from lxml import html
    >>> row = html.fragment_fromstring("<tr><th>Year</th><th colspan=2>Peak</th></tr>")
    >>> [repeats(cell) for cell in row]
    [1, 2]
    """
    alone = cell.getnext() is None and cell.getprevious() is None
    return 1 if alone else _span(cell, "colspan")


def _span(cell: Any, name: str) -> int:
    try:
        return min(max(int(cell.get(name) or 1), 1), _MOST)
    except ValueError:
        return 1
