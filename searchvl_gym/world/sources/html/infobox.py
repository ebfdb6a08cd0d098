"""The table of facts beside an article, as labels and values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from searchvl_gym.world.sources.html.infobox_values import Line, sorted_rows, work_rows
from searchvl_gym.world.sources.html.paths import resolve_path
from searchvl_gym.world.sources.html.rules import classes, is_formula, is_furniture, is_infobox
from searchvl_gym.world.sources.html.text_flow import Anchor, TextFlow
from searchvl_gym.world.sources.html.walk import formula_text, plain_text, walk

_SEPARATED = frozenset(["br", "li", "p", "div", "tr", "dd", "dt", "ul", "ol", "table"])
_CELLS = frozenset(["th", "td", "h2", "h3", "div"])
_BULLETS = "•·–-▪↙↳\u00a0 "
_MAX_LABEL, _MAX_VALUE = 80, 2_000


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


def read_infobox(box: Any, path: str) -> list[InfoboxRow]:
    """Read the rows that have a label and a value.

    Reads the boxes of the English, German, French, Spanish, Japanese and Chinese Wikipedia, whose
    labels stand in `th` or in the first `td`, in one table or in several of one box, and the
    `portable-infobox` of other wikis. What a value says in lines of its own is told apart: see
    `infobox_values`.

    Args:
        box: The table, or the box that holds it.
        path: Path of the page.
    """
    rows: list[InfoboxRow] = []
    heading = ""
    for line in _lines(box):
        cells = [cell for cell in line if cell.tag in _CELLS and not is_furniture(cell)]
        if len(cells) == 1:
            lines = _read(cells[0], path)
            found = " ".join(each.text for each in lines)
            is_heading = cells[0].tag in ("th", "h2") and len(found) <= _MAX_LABEL
            heading = found if is_heading else ""
            rows += [InfoboxRow(*row) for row in work_rows(found, lines)]
        if len(cells) != 2:
            continue
        label = plain_text(cells[0])
        if not label or len(label) > _MAX_LABEL or is_infobox(cells[1]):
            continue
        bare = label.lstrip(_BULLETS).rstrip(":： ")
        if bare != label.rstrip(":： ") and heading:
            bare = f"{heading} – {bare}"
        elif bare == label.rstrip(":： "):
            heading = bare
        if any(map(str.isalnum, bare)):
            rows += [
                InfoboxRow(name, _shortened(value), links)
                for name, value, links in sorted_rows(bare, _read(cells[1], path))
            ]
    return rows


def _lines(box: Any) -> list[Any]:
    """The rows that belong to the box itself: those of a table in a cell are that cell's value."""
    if "portable-infobox" in classes(box):
        return [row for row in box.iter("div") if "pi-data" in classes(row)]
    lines = []
    for row in box.iter("tr"):
        table = next(row.iterancestors("table"))
        outer = next((each for each in table.iterancestors("table") if each is not table), None)
        own = table is box or outer is None or not _is_inside(outer, box) or is_infobox(table)
        if own and not is_furniture(row):
            lines.append(row)
    return lines


def _is_inside(element: Any, box: Any) -> bool:
    return element is box or any(each is box for each in element.iterancestors())


def _read(cell: Any, path: str) -> list[Line]:
    """The lines of a cell, each with its links."""
    flow = TextFlow()

    def breaks(element: Any) -> bool:
        style = (element.get("style") or "").replace(" ", "")
        return element.tag in _SEPARATED and "display:inline" not in style

    def enter(element: Any) -> bool:
        if is_formula(element):
            flow.write(f" {formula_text(element)} ")
            return False
        if element is not cell and (is_furniture(element) or is_infobox(element)):
            return False
        if breaks(element) and element is not cell:
            flow.line()
        if element.tag == "a":
            target = resolve_path(path, element.get("href") or "")
            if target is not None:
                flow.open_link(target)
        return True

    def leave(element: Any) -> None:
        if element.tag == "a":
            flow.close_link()
        elif breaks(element):
            flow.line()

    walk(cell, enter, leave, flow.write)
    text, links = flow.finish()
    lines, start = [], 0
    for part in text.split("\n"):
        end = start + len(part)
        held = tuple(link for link in links if start <= link.start < end)
        if words := part.strip(" ,;，；、"):
            lines.append(Line(words, held))
        start = end + 1
    return lines


def _shortened(value: str) -> str:
    """A value that is not too long; a list loses whole items, never half of one."""
    if len(value) <= _MAX_VALUE:
        return value
    cut = value.rfind(", ", 0, _MAX_VALUE)
    return value[: cut if cut > 0 else _MAX_VALUE]
