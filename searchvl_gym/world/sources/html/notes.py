"""Footnotes, their marks, notices of scrapers and boxes of reviews: about a text, not in it."""

from __future__ import annotations

import re
from typing import Any

_NOTE_CLASSES_WORDS = """
reference references reference-text mw-ref mw-references mw-cite-backlink Inline-Template
cite_crochet cite-bracket
"""
_NOTE_CLASSES = frozenset(_NOTE_CLASSES_WORDS.split())
_MARK = re.compile(r"[\[［(]?\s*[^\[\]]{1,60}\s*[\]］)]?")
_BRACKETED = re.compile(r"[\[［][^\[\]］]{1,60}[\]］]")
_NOTE_ADDRESS = re.compile(r"#(?:cite_note|cite_ref|_?ref|_?note|fn|endnote|footnote)", re.I)
_CONTAINERS = frozenset({"div", "p", "footer", "section", "small", "center", "td", "aside"})
_LICENCES = (
    ".//a[contains(@href,'creativecommons.org/') or contains(@href,'gnu.org/') "
    "or contains(@href,'oldid=') or @rel='license']"
)
_LICENCE = re.compile(
    r"https?://(?:www\.)?(creativecommons\.org/(?:licenses|publicdomain)/[^\s?#]+)"
)
_MAX_NOTICE = 600

_REVIEWS = re.compile(
    r"\s*(?:professional (?:ratings|reviews)|review scores|aggregate scores?|"
    r"calificaciones profesionales|compilation des critiques|professionelle bewertungen|"
    r"専門評論家によるレビュー|专业评分|專業評分|专业评价|專業評價)\s*",
    re.IGNORECASE,
)
_SOURCES = frozenset({"source", "publication", "reviewer", "aggregator", "quelle", "périodique"})
_RATINGS = frozenset({"rating", "score", "ratings", "bewertung", "note", "reviews"})


def is_note(element: Any) -> bool:
    """Whether an element is a footnote or its mark, in the markup of any year.

    >>> from lxml import html
    >>> marks = ("<sup id='cite_ref-2'><a href='#cite_note-2'>[2]</a></sup>",
    ...          "<sup class='mw-ref reference'>[3]</sup>", "<sup>[<i>citation needed</i>]</sup>",
    ...          "<span typeof='mw:Extension/ref'>[a]</span>", "<sup>2</sup>")
    >>> [is_note(html.fragment_fromstring(mark)) for mark in marks]
    [True, True, True, True, False]
    """
    name = element.get("id") or ""
    if name.startswith(("cite_ref", "cite_note", "cite-ref", "cite-note", "fnref")):
        return True
    if (element.get("typeof") or "").startswith(("mw:Extension/ref",)):
        return True
    if not _NOTE_CLASSES.isdisjoint((element.get("class") or "").split()):
        return True
    if element.tag == "a":
        address = element.get("href") or ""
        return bool(_NOTE_ADDRESS.search(address)) and bool(
            _MARK.fullmatch("".join(element.itertext()).strip() or "x")
        )
    if element.tag == "sup":
        return bool(_BRACKETED.fullmatch("".join(element.itertext()).strip()))
    return False


def take_notices(document: Any) -> tuple[str, str]:
    """Remove what a scraper adds about itself: who issued a page, and under which licence.

    A notice is the innermost block around a link to a licence or to a revision of the page, as
    long as it is short; prose that links to a licence is longer than that, or a list.

    Returns:
        The address of the licence that was stated, without `https://`, and that of the page; ""
        for what was not.

    >>> from lxml import html
    >>> page = html.fromstring("<div><p>Ulm.</p><div>Issued from <a href='https://w/Ulm?oldid=1'>W"
    ...     "</a>, <a href='https://creativecommons.org/licenses/by-sa/4.0/'>CC</a>.</div></div>")
    >>> take_notices(page), page.text_content()
    (('creativecommons.org/licenses/by-sa/4.0', 'https://w/Ulm'), 'Ulm.')
    """
    stated = address = ""
    for link in document.xpath(_LICENCES):
        block = next((each for each in link.iterancestors() if each.tag in _CONTAINERS), None)
        if block is None or block.getparent() is None or block.tag == "td":
            continue
        if len("".join(block.itertext())) > _MAX_NOTICE or block.get("id") == "mw-content-text":
            continue
        if next(block.iter("p", "table", "img", "ul"), block) is not block:
            continue
        for told in block.iter("a"):
            where = told.get("href") or ""
            if found := _LICENCE.match(where):
                stated = stated or found[1].rstrip("/")
            elif "oldid=" in where:
                address = address or where.partition("?")[0]
        block.drop_tree()
    return stated, address


def is_review_box(table: Any) -> bool:
    """Whether a table says what critics thought of a work, which is no fact about it.

    >>> from lxml import html
    >>> is_review_box(html.fromstring("<table><tr><th>Source<th>Rating<tr><td>A<td>5</table>"))
    True
    """
    if table.tag != "table":
        return False
    for number, cell in enumerate(table.iter("th", "caption")):
        if number == 3:
            break
        if _REVIEWS.fullmatch("".join(cell.itertext())):
            return True
    row = next((row for row in table.iter("tr") if len(list(row.iterchildren("th"))) == 2), None)
    if row is None:
        return False
    first, second = ("".join(cell.itertext()).strip().casefold() for cell in row.iterchildren("th"))
    return first in _SOURCES and second in _RATINGS
