"""The HTML of an article, read into text, links, facts and pictures."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from searchvl_gym.world.sources.zim.html_rules import (
    BLOCKS,
    HEADINGS,
    is_back_matter,
    is_figure,
    is_furniture,
    is_infobox,
    marks_disambiguation,
)
from searchvl_gym.world.sources.zim.html_walk import plain_text, walk
from searchvl_gym.world.sources.zim.infobox import InfoboxRow, read_infobox
from searchvl_gym.world.sources.zim.paths import resolve_path
from searchvl_gym.world.sources.zim.text_flow import Anchor, TextFlow

_REFRESH = re.compile(r"url\s*=\s*['\"]?([^'\"]+)", re.IGNORECASE)
_CONTENT = (
    "//*[@id='mw-content-text']",
    "//*[contains(concat(' ', @class, ' '), ' mw-parser-output ')]",
    "//main",
    "//article",
    "//body",
)
_CAPTION_CLASSES = ("thumbcaption", "gallerytext", "infobox-caption")
_MAX_CAPTION = 300


@dataclass(frozen=True)
class PictureLink:
    """A picture that a page shows: its path inside the archive, and what stands under it."""

    path: str
    caption: str


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
    """

    text: str = ""
    links: tuple[Anchor, ...] = ()
    infobox: tuple[InfoboxRow, ...] = ()
    pictures: tuple[PictureLink, ...] = ()
    redirect: str | None = None
    disambiguation: bool = False


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
    root = next((found[0] for query in _CONTENT if (found := document.xpath(query))), document)
    return _Reader(path).read(root)


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
        self._disambiguation = False
        self._silent_level = 0

    def read(self, root: Any) -> ParsedPage:
        walk(root, self._start, self._end, self._text)
        text, links = self._flow.finish()
        pictures = dict.fromkeys(self._lead_pictures + self._pictures)
        return ParsedPage(
            text, links, tuple(self._rows), tuple(pictures), None, self._disambiguation
        )

    def _start(self, element: Any) -> bool:
        """Enter an element; False leaves out all that is in it."""
        if marks_disambiguation(element):
            self._disambiguation = True
        tag = element.tag
        if is_infobox(element):
            self._rows += read_infobox(element, self._path)
            self._lead_pictures += pictures_in(element, self._path)
            return False
        if is_furniture(element):
            return False
        if tag in HEADINGS:
            self._heading(HEADINGS[tag], element)
            return False
        if is_figure(element):
            if not self._silent_level:
                self._pictures += pictures_in(element, self._path)
            return False
        if tag == "img":
            if not self._silent_level:
                self._pictures += pictures_in(element, self._path)
            return False
        if tag == "math":
            self._text(f" {element.get('alttext') or ' '.join(element.itertext())} ")
            return False
        self._lay_out(tag)
        if tag == "a" and not self._silent_level:
            target = resolve_path(self._path, element.get("href") or "")
            if target is not None:
                self._flow.open_link(target)
        return True

    def _lay_out(self, tag: Any) -> None:
        if tag in BLOCKS or tag == "br":
            self._flow.line()
        if tag == "tr":
            self._cells.append(0)
        elif tag in ("td", "th") and self._cells:
            if self._cells[-1]:
                self._text(" | ")
            self._cells[-1] += 1
        elif tag == "li":
            self._text("- ")

    def _end(self, element: Any) -> None:
        tag = element.tag
        if tag == "a":
            self._flow.close_link()
        elif tag == "tr" and self._cells:
            self._cells.pop()
        if tag in BLOCKS:
            self._flow.line()

    def _heading(self, level: int, element: Any) -> None:
        title = plain_text(element)
        if self._silent_level and level > self._silent_level:
            return
        self._silent_level = level if is_back_matter(title) else 0
        if level > 1:
            self._flow.heading(level, title)

    def _text(self, text: str) -> None:
        if not self._silent_level:
            self._flow.write(text)


def pictures_in(element: Any, path: str) -> list[PictureLink]:
    """The pictures in an element (or the element itself), with their captions."""
    captions = (part for part in element.iter() if _is_caption(part))
    caption = plain_text(found) if (found := next(captions, None)) is not None else ""
    pictures = []
    for image in element.iter("img"):
        source = resolve_path(path, image.get("data-src") or image.get("src") or "")
        if source is not None:
            said = caption or " ".join((image.get("alt") or "").split())
            pictures.append(PictureLink(source, said[:_MAX_CAPTION]))
    return pictures


def _is_caption(element: Any) -> bool:
    name = element.get("class") or ""
    return element.tag == "figcaption" or any(mark in name for mark in _CAPTION_CLASSES)
