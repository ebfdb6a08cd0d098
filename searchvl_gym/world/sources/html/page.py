"""The HTML of an article, read into text, links, facts and pictures."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

from searchvl_gym.world.sources.html.figures import PictureLink, is_placeholder, pictures_in
from searchvl_gym.world.sources.html.infobox import InfoboxRow, read_infobox
from searchvl_gym.world.sources.html.notes import is_review_box, take_notices
from searchvl_gym.world.sources.html.paths import resolve_path
from searchvl_gym.world.sources.html.rules import (
    HEADINGS,
    is_back_matter,
    is_block,
    is_figure,
    is_formula,
    is_furniture,
    is_infobox,
    marks_disambiguation,
)
from searchvl_gym.world.sources.html.spans import SpanGrid, repeats
from searchvl_gym.world.sources.html.text_flow import Anchor, TextFlow
from searchvl_gym.world.sources.html.walk import formula_text, plain_text, walk

__all__ = ["ParsedPage", "PictureLink", "parse_page"]

_REFRESH = re.compile(r"url\s*=\s*['\"]?([^'\"]+)", re.IGNORECASE)
_CONTENT = (
    "//*[@id='mw-content-text']",
    "//*[contains(concat(' ', @class, ' '), ' mw-parser-output ')]",
    "//main",
    "//article",
    "//body",
)


@dataclass(frozen=True)
class ParsedPage:
    """What an article says.

    Attributes:
        text: Plain text; sections begin with `== Heading ==`.
        links: Hyperlinks that stay in the archive, in order.
        infobox: Rows of the tables of facts.
        pictures: Pictures in the order of the page, those of infoboxes first.
        redirect: Where the page only forwards to, as a path; None for an article.
        disambiguation: Whether it is marked as a list of a name's meanings.
        title: What the page is called in its head, or "".
        address: The address that it gives as its own, or "".
        licence: The address of the licence that it states, without `https://`, or "".
        reviews: Number of boxes of critics' ratings that were left out.
        further_boxes: Number of tables of facts after the first, which are about other things.
        heading: Its first heading of the first level, or "".
    """

    text: str = ""
    links: tuple[Anchor, ...] = ()
    infobox: tuple[InfoboxRow, ...] = ()
    pictures: tuple[PictureLink, ...] = ()
    redirect: str | None = None
    disambiguation: bool = False
    title: str = ""
    address: str = ""
    licence: str = ""
    reviews: int = 0
    further_boxes: int = 0
    heading: str = ""


def parse_page(html: bytes, path: str) -> ParsedPage:
    """Read a page.

    Args:
        html: The file, in UTF-8; broken mark-up is mended as browsers do.
        path: Its path inside the archive, against which its addresses are resolved.

    Returns:
        What it says; an empty text when there is nothing to read.

    >>> page = parse_page(b"<p>Ulm is in <a href='Swabia'>Swabia</a>.</p><h2>Gone</h2>", "Ulm")
    >>> page.text, page.links[0].path
    ('Ulm is in Swabia.', 'Swabia')
    """
    from lxml import etree
    from lxml import html as parser

    try:
        document = parser.document_fromstring(
            html, parser=parser.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
        )
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return ParsedPage()
    redirect = _forward(document, path)
    if redirect is not None:
        return ParsedPage(redirect=redirect)
    licence, address = take_notices(document)
    address = document.xpath("string(//link[@rel='canonical']/@href)") or address
    root = next((found[0] for query in _CONTENT if (found := document.xpath(query))), document)
    title = document.findtext(".//head/title") or ""
    return replace(
        _Reader(path).read(root),
        title=" ".join(title.split()),
        address=address if address.startswith(("http://", "https://")) else "",
        licence=licence,
    )


def _forward(document: Any, path: str) -> str | None:
    for meta in document.iter("meta"):
        if (meta.get("http-equiv") or "").casefold() == "refresh":
            found = _REFRESH.search(meta.get("content") or "")
            if found:
                return resolve_path(path, found[1])
    return None


class _Reader:
    """Walks a page once, without recursion, so that no depth of nesting can exhaust the stack."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._flow = TextFlow()
        self._rows: list[InfoboxRow] = []
        self._pictures: list[PictureLink] = []
        self._lead_pictures: list[PictureLink] = []
        self._cells: list[int] = []
        self._grids: list[SpanGrid] = []
        self._disambiguation = False
        self._silent_level = 0
        self._reviews = 0
        self._further_boxes = 0
        self._first_heading = ""

    def read(self, root: Any) -> ParsedPage:
        walk(root, self._start, self._end, self._text)
        text, links = self._flow.finish()
        pictures = dict.fromkeys(self._lead_pictures + self._pictures)
        return ParsedPage(
            text=text,
            links=links,
            infobox=tuple(self._rows),
            pictures=tuple(pictures),
            disambiguation=self._disambiguation,
            reviews=self._reviews,
            further_boxes=self._further_boxes,
            heading=self._first_heading,
        )

    def _start(self, element: Any) -> bool:
        """Enter an element; False leaves out all that is in it."""
        if marks_disambiguation(element):
            self._disambiguation = True
        tag = element.tag
        if is_review_box(element):
            self._reviews += 1
            return False
        if is_infobox(element):
            self._take_box(element)
            return False
        if is_formula(element):
            self._text(f" {formula_text(element)} ")
            return False
        if is_placeholder(element):
            self._see(element)
            return False
        if is_furniture(element):
            return False
        if tag in HEADINGS:
            self._heading(HEADINGS[tag], element)
            return False
        if is_figure(element) or tag == "img":
            self._see(element)
            return False
        self._lay_out(element)
        if tag == "a" and not self._silent_level:
            target = resolve_path(self._path, element.get("href") or "")
            if target is not None:
                self._flow.open_link(target)
        return True

    def _take_box(self, element: Any) -> None:
        """Read the first table of facts.

        Further ones are about something else, such as another version of a song.
        """
        if self._rows:
            self._further_boxes += 1
            self._see(element)
        else:
            self._rows = read_infobox(element, self._path)
            self._lead_pictures += pictures_in(element, self._path)

    def _see(self, element: Any) -> None:
        if not self._silent_level:
            self._pictures += pictures_in(element, self._path)

    def _lay_out(self, element: Any) -> None:
        tag = element.tag
        if tag == "br" or is_block(element):
            self._flow.line()
        if tag == "table":
            self._grids.append(SpanGrid(plain_text))
        elif tag == "tr":
            self._flow.hold_line(_is_line(element))
            self._cells.append(0)
            if self._grids:
                self._grids[-1].open_row()
        elif tag in ("td", "th") and self._cells:
            self._spanned(self._grids[-1].before(element) if self._grids else [])
            self._part()
        elif tag == "li":
            self._flow.bullet()

    def _part(self) -> None:
        """Begin a cell."""
        if self._cells[-1]:
            self._text(" | ")
        self._cells[-1] += 1

    def _spanned(self, texts: list[str]) -> None:
        """Write cells again that reach into this row or column."""
        for text in texts:
            self._part()
            self._text(text)

    def _end(self, element: Any) -> None:
        tag = element.tag
        if tag == "a":
            self._flow.close_link()
        elif tag in ("td", "th") and self._cells:
            self._spanned([plain_text(element)] * (repeats(element) - 1))
        elif tag == "tr" and self._cells:
            self._spanned(self._grids[-1].close_row() if self._grids else [])
            self._cells.pop()
            self._flow.hold_line(False)
        elif tag == "table" and self._grids:
            self._grids.pop()
        if is_block(element):
            self._flow.line()

    def _heading(self, level: int, element: Any) -> None:
        title = plain_text(element)
        if self._silent_level and level > self._silent_level:
            return
        self._silent_level = level if is_back_matter(title) else 0
        if level > 1:
            self._flow.heading(level, title)
        self._first_heading = self._first_heading or title * (level == 1)

    def _text(self, text: str) -> None:
        if not self._silent_level:
            self._flow.write(text)


def _is_line(row: Any) -> bool:
    """Whether a row of a table is one line of text; tables that only lay out hold lists."""
    return next(row.iter("ul", "ol", "dl", "table"), None) is None
