"""From a document to a page: text in sections, links, pictures."""

from __future__ import annotations

import io
import logging
import re
from dataclasses import replace
from typing import Any
from urllib.parse import urljoin

from searchvl_gym.live.errors import Fault, LiveError
from searchvl_gym.live.fetch import Fetched, Fetcher, asks_for_a_person, captcha
from searchvl_gym.live.results import PageLink, PagePicture, WebPage
from searchvl_gym.live.texts import MAX_TEXT_CHARS, from_markdown
from searchvl_gym.live.urls import read_url

MAX_LINKS = 300
MAX_PICTURES = 60
MAX_PDF_PAGES = 60
_MAX_WORDS = 200
"""Most characters of a link's words, a caption or a title."""

_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d]*[1-9])"
    r"|opacity\s*:\s*0(?![.\d]*[1-9])",
    re.IGNORECASE,
)
_UNHEARD = ("pypdf", "trafilatura")
"""Libraries that would print what is wrong with a page to standard error."""

_ANYTHING = re.compile(r"\w")


class FetchReader:
    """Reads pages by visiting them.

    Args:
        fetcher: Visits.
    """

    name = "fetch"
    billed = False

    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher

    def close(self) -> None:
        """Close the connections."""
        self._fetcher.close()

    def read(self, url: str) -> WebPage:
        """See `Reader.read`."""
        return read_document(self._fetcher.fetch(url))


def read_document(document: Fetched) -> WebPage:
    """The page that a document is.

    Args:
        document: HTML, plain text or PDF.

    Raises:
        LiveError: `unreadable` when no text is in it, `captcha` when it only asks for a person.
    """
    for name in _UNHEARD:
        if not logging.getLogger(name).handlers:
            logging.getLogger(name).addHandler(logging.NullHandler())
    try:
        if document.content_type == "application/pdf":
            page = _read_pdf(document)
        elif document.content_type in ("text/plain", "text/markdown"):
            text = _decode(document)
            plain = document.content_type == "text/plain"
            page = WebPage(document.url, "", text.strip() if plain else from_markdown(text))
        else:
            page = _read_html(document)
    except LiveError:
        raise
    except Exception:  # parsers raise almost anything on a damaged document
        page = WebPage(document.url, "", "")
    page = replace(page, title=_whole(page.title), text=_whole(page.text))
    if asks_for_a_person(document.body, page.text):
        raise captcha(document.url)
    if not _ANYTHING.search(page.text):
        raise LiveError(
            Fault.UNREADABLE, f"{document.url[:200]} has no readable text; try another page."
        )
    return page


def _whole(text: str) -> str:
    """Text without half characters, which PDF files can hold."""
    return text.encode("utf-8", "replace").decode()


def _decode(document: Fetched) -> str:
    try:
        text = document.body.decode(document.charset or "utf-8", "replace")
    except LookupError:
        text = document.body.decode("utf-8", "replace")
    return text[:MAX_TEXT_CHARS]


def _read_html(document: Fetched) -> WebPage:
    import trafilatura

    # Decoded as the header says; a document without a statement tells by itself.
    content: Any = _decode(document) if document.charset else document.body
    tree = trafilatura.load_html(content)
    if tree is None and not document.body.lstrip().startswith(b"<"):
        return WebPage(document.url, "", "")
    if tree is None:  # a fragment without a head is none to it, but a page to a browser
        from lxml import html

        tree = html.document_fromstring(content)
    title = " ".join("".join(tree.xpath("(//title)[1]//text()")).split())[:_MAX_WORDS]
    _drop_hidden(tree)
    base = document.url
    for href in tree.xpath("//base/@href")[:1]:
        base = urljoin(base, href)
    links, pictures = _links(tree, base), _pictures(tree, base)
    markdown = trafilatura.extract(
        tree,
        output_format="markdown",
        include_tables=True,
        include_comments=False,
        include_formatting=True,
        favor_recall=True,
    )
    return WebPage(document.url, title, from_markdown(markdown or ""), links, pictures)


def _drop_hidden(tree: Any) -> None:
    """Take out what a reader of the page would not see: it is there for machines."""
    for element in tree.xpath("//*[@style or @hidden or self::template]"):
        never = element.tag == "template" or element.get("hidden") is not None
        if never or _HIDDEN.search(element.get("style") or ""):
            parent = element.getparent()
            if parent is not None:
                _keep_tail(element, parent)
                parent.remove(element)


def _keep_tail(element: Any, parent: Any) -> None:
    """The text after an element is no part of it, though lxml keeps it there."""
    if not element.tail:
        return
    before = element.getprevious()
    if before is None:
        parent.text = (parent.text or "") + element.tail
    else:
        before.tail = (before.tail or "") + element.tail
    element.tail = None


def _links(tree: Any, base: str) -> tuple[PageLink, ...]:
    found: dict[str, PageLink] = {}
    for anchor in tree.iter("a"):
        words = " ".join(anchor.text_content().split())[:_MAX_WORDS]
        url = _absolute(anchor.get("href"), base)
        if words and url is not None:
            found.setdefault(url, PageLink(words, url))
            if len(found) >= MAX_LINKS:
                break
    return tuple(found.values())


def _pictures(tree: Any, base: str) -> tuple[PagePicture, ...]:
    found: dict[str, PagePicture] = {}
    for picture in tree.iter("img"):
        url = _absolute(picture.get("src"), base)
        if url is not None:
            caption = " ".join((picture.get("alt") or "").split())[:_MAX_WORDS]
            found.setdefault(url, PagePicture(url, caption))
            if len(found) >= MAX_PICTURES:
                break
    return tuple(found.values())


def _absolute(reference: str | None, base: str) -> str | None:
    """An address that could be visited, or None."""
    if not reference or reference.startswith("#"):
        return None
    try:
        return str(read_url(urljoin(base, reference.strip())))
    except (LiveError, ValueError):
        return None


def _read_pdf(document: Fetched) -> WebPage:
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(document.body), strict=False)
    parts = []
    left = MAX_TEXT_CHARS
    for number, sheet in enumerate(reader.pages):
        if number >= MAX_PDF_PAGES or left <= 0:
            break
        text = sheet.extract_text()[:left]
        left -= len(text)
        parts.append(text)
    information = reader.metadata
    title = str((information.title if information else "") or "")
    return WebPage(document.url, " ".join(title.split())[:_MAX_WORDS], "\n\n".join(parts).strip())
