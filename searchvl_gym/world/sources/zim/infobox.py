"""The table of facts beside an article, as labels and values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from searchvl_gym.world.sources.zim.html_rules import is_furniture
from searchvl_gym.world.sources.zim.html_walk import walk
from searchvl_gym.world.sources.zim.paths import resolve_path
from searchvl_gym.world.sources.zim.text_flow import Anchor, TextFlow

_SEPARATED = frozenset(["br", "li", "p", "div", "tr", "dd", "dt"])
_BULLETS = "•·–-▪ \u00a0"
_MAX_LABEL, _MAX_VALUE = 80, 500


@dataclass(frozen=True)
class InfoboxRow:
    """One line of an infobox.

    Attributes:
        label: For example `Architect`; a sub-line carries its heading, `Population – Total`.
        value: Plain text; several values are parted by commas.
        links: The links in the value.
    """

    label: str
    value: str
    links: tuple[Anchor, ...] = ()


def read_infobox(table: Any, path: str) -> list[InfoboxRow]:
    """Read the rows that have a label and a value.

    Args:
        table: The table (or the box of a `portable-infobox`).
        path: Path of the page.
    """
    rows: list[InfoboxRow] = []
    heading = ""
    for line in _lines(table):
        cells = [cell for cell in line if cell.tag in ("th", "td", "h3", "div", "h2")]
        if len(cells) == 1:
            found = _read(cells[0], path)[0]
            heading = found if cells[0].tag in ("th", "h2") and len(found) <= _MAX_LABEL else ""
        if len(cells) != 2:
            continue
        label, (value, links) = _read(cells[0], path)[0], _read(cells[1], path)
        if not label or not value or len(label) > _MAX_LABEL:
            continue
        bare = label.lstrip(_BULLETS).rstrip(": ")
        if bare != label.rstrip(": ") and heading:
            bare = f"{heading} – {bare}"
        elif bare == label.rstrip(": "):
            heading = bare
        if bare:
            rows.append(InfoboxRow(bare, value[:_MAX_VALUE], links))
    return rows


def _lines(table: Any) -> list[Any]:
    if table.tag == "table":
        # Rows of a table inside a cell belong to that cell's value.
        return [row for row in table.iter("tr") if next(row.iterancestors("table")) is table]
    return [row for row in table.iter("div") if "pi-data" in (row.get("class") or "").split()]


def _read(cell: Any, path: str) -> tuple[str, tuple[Anchor, ...]]:
    flow = TextFlow()

    def enter(element: Any) -> bool:
        if element is not cell and is_furniture(element):
            return False
        if element.tag in _SEPARATED:
            flow.line()
        if element.tag == "a":
            target = resolve_path(path, element.get("href") or "")
            if target is not None:
                flow.open_link(target)
        return True

    def leave(element: Any) -> None:
        if element.tag == "a":
            flow.close_link()
        elif element.tag in _SEPARATED:
            flow.line()

    walk(cell, enter, leave, flow.write)
    text, links = flow.finish()
    parts = [part.strip(" ,;") for part in text.split("\n")]
    return ", ".join(part for part in parts if part), links
