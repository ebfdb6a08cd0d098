"""The tools that search and read the live web; names, arguments and texts of the others."""

from __future__ import annotations

import hashlib
import re
from typing import ClassVar

from searchvl_gym.live.errors import LiveError
from searchvl_gym.live.results import PageLink, WebHit, WebPage
from searchvl_gym.live.web import LiveWeb
from searchvl_gym.tools.base import ToolContext
from searchvl_gym.tools.image_search import ImageSearch, ImageSearchArguments
from searchvl_gym.tools.limits import MAX_OUTPUT_CHARS, shorten
from searchvl_gym.tools.open_image import OpenImage, OpenImageArguments, address_of, opened
from searchvl_gym.tools.page_pictures import IMAGE_NAME, MAX_LISTED
from searchvl_gym.tools.text_search import (
    DEFAULT_TOP_K,
    SENTENCES,
    TextSearch,
    TextSearchArguments,
)
from searchvl_gym.tools.visit import MAX_BODY_CHARS, MAX_LINKS, Visit, VisitArguments, focus
from searchvl_gym.tools.web_search import WebSearch, WebSearchArguments
from searchvl_gym.types import ErrorKind, Image, ToolError, ToolResult
from searchvl_gym.world.summary import extract

_WORD = re.compile(r"\w{3,}")
_ORDINAL = re.compile(r"#([0-9]{1,6})$", re.ASCII)


def page_number(url: str) -> int:
    """What stands for a page where worlds have an id: the same for a URL in every run.

    >>> page_number("https://a.example/") == page_number("https://a.example/") >= 0
    True
    """
    digest = hashlib.sha256(url.encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:6])


class LiveTextSearch(TextSearch):
    """`text_search` on the live web.

    Args:
        web: The live web.
    """

    description: ClassVar[str] = (
        "Search the web with a text query. Returns passages with title, URL and a summary focused "
        "on the query."
    )

    def __init__(self, web: LiveWeb) -> None:
        super().__init__()
        self._web = web
        self.bounded = web.settings.offline

    def run(self, arguments: TextSearchArguments, context: ToolContext) -> ToolResult:
        """See `Tool.run`."""
        return _search(self.name, self._web, arguments.q, arguments.hl, arguments.top_k)


class LiveWebSearch(WebSearch):
    """`web_search` on the live web.

    Args:
        web: The live web.
    """

    def __init__(self, web: LiveWeb) -> None:
        super().__init__()
        self._web = web
        self.bounded = web.settings.offline

    def run(self, arguments: WebSearchArguments, context: ToolContext) -> ToolResult:  # type: ignore[override]
        """See `Tool.run`."""
        return _search(self.name, self._web, arguments.q, arguments.hl, DEFAULT_TOP_K)


class LiveImageSearch(ImageSearch):
    """`image_search` through a service; a picture of the episode is uploaded to it.

    Args:
        web: The live web.
    """

    def __init__(self, web: LiveWeb) -> None:
        self._web = web
        self.bounded = web.settings.offline  # type: ignore[misc]

    def run(self, arguments: ImageSearchArguments, context: ToolContext) -> ToolResult:
        """See `Tool.run`."""
        reference = arguments.url.strip()
        try:
            if IMAGE_NAME.fullmatch(reference):
                pixels = context.images.get(reference)
            else:
                pixels = _open_picture(self._web, self.name, reference)[0]
            found = self._web.search_image(pixels)[: arguments.top_k]
        except LiveError as error:
            raise error.as_tool_error(self.name) from None
        if not found:
            return ToolResult(
                "No match: no page was found that shows the same thing. Try a crop, or repair the "
                "picture first."
            )
        matches = []
        for number, match in enumerate(found, 1):
            kind = "the same picture" if match.exact else "looks alike"
            site = f" on {_line(match.source)}" if match.source else ""
            matches.append(
                f"[Match {number}] {_line(match.title)}\nSource: {match.url}\n({kind}{site})"
            )
        return ToolResult(
            "\n\n".join(matches),
            evidence=tuple(dict.fromkeys(page_number(match.url) for match in found)),
        )


class LiveVisit(Visit):
    """`visit` on the live web.

    Args:
        web: The live web.
        list_pictures: See `Visit`.
    """

    def __init__(self, web: LiveWeb, *, list_pictures: bool = False) -> None:
        super().__init__(list_pictures=list_pictures)
        self._web = web
        self.bounded = web.settings.offline  # type: ignore[misc]

    def run(self, arguments: VisitArguments, context: ToolContext) -> ToolResult:
        """See `Tool.run`."""
        try:
            page = self._web.read(arguments.url)
        except LiveError as error:
            raise error.as_tool_error(self.name) from None
        parts = [f"# {_line(page.title) or page.url}\nURL: {page.url}"]
        parts.append(focus(page.text, arguments.goal))
        if links := _choose_links(page, arguments.goal):
            lines = [f"- {_line(link.anchor)}: {link.url}" for link in links]
            if left := len(page.links) - len(links):
                lines.append(f"[{left} more links left out]")
            parts.append("Links:\n" + "\n".join(lines))
        end = _list_pictures(page) if self.list_pictures else ""
        # Addresses that are cut off could not be opened, so the rest is what is shortened.
        text = shorten("\n\n".join(parts), max(MAX_OUTPUT_CHARS - len(end), MAX_BODY_CHARS))
        return ToolResult(text + end, evidence=(page_number(page.url),))


class LiveOpenImage(OpenImage):
    """`open_image` on the live web.

    Args:
        web: The live web.
    """

    def __init__(self, web: LiveWeb) -> None:
        self._web = web
        self.bounded = web.settings.offline  # type: ignore[misc]

    def run(self, arguments: OpenImageArguments, context: ToolContext) -> ToolResult:
        """See `Tool.run`."""
        reference = address_of(arguments, context)
        try:
            pixels, page, number = _open_picture(self._web, self.name, reference)
        except LiveError as error:
            raise error.as_tool_error(self.name) from None
        title = _line(page.title) or page.url
        evidence = page_number(page.url)
        return opened(context, pixels, number, title, page.url, evidence=evidence)


def _search(tool: str, web: LiveWeb, query: str, language: str, top_k: int) -> ToolResult:
    if not query.strip():
        raise ToolError(ErrorKind.BAD_ARGUMENTS, f"{tool}: argument 'q' must hold words.")
    try:
        hits = web.search(query, language)[:top_k]
        summaries = _summarise(web, hits, query)
    except LiveError as error:
        raise error.as_tool_error(tool) from None
    if not hits:
        return ToolResult("No results. Try fewer or other words.")
    passages = [
        f"[Passage {number}] {_line(hit.title)}\nURL: {hit.url}\n{summary}"
        for number, (hit, summary) in enumerate(zip(hits, summaries, strict=True), 1)
    ]
    return ToolResult(
        "\n\n".join(passages),
        evidence=tuple(dict.fromkeys(page_number(hit.url) for hit in hits)),
    )


def _summarise(web: LiveWeb, hits: tuple[WebHit, ...], query: str) -> list[str]:
    """What is shown of each hit."""
    if web.settings.summaries == "snippet":
        return [_line(hit.snippet) for hit in hits]
    summaries = []
    for hit, page in zip(hits, web.read_all([hit.url for hit in hits]), strict=True):
        if isinstance(page, LiveError):
            summaries.append(f"{_line(hit.snippet)}\n(The page could not be read.)".strip())
        elif web.settings.summaries == "llm":
            summaries.append(web.summary(page.text, query))
        else:
            summaries.append(extract(page.text, query, SENTENCES))
    return summaries


def _choose_links(page: WebPage, goal: str) -> list[PageLink]:
    """The links that share words with the goal, then the first ones; in the page's order."""
    wanted = {word.casefold() for word in _WORD.findall(goal)}

    def relevance(number: int) -> tuple[int, int]:
        words = {word.casefold() for word in _WORD.findall(page.links[number].anchor)}
        return (-len(wanted & words), number)

    chosen = sorted(range(len(page.links)), key=relevance)[:MAX_LINKS]
    return [page.links[number] for number in sorted(chosen)]


def _list_pictures(page: WebPage) -> str:
    if not page.pictures:
        return ""
    lines = []
    for number, picture in enumerate(page.pictures[:MAX_LISTED], 1):
        caption = f": {_line(picture.caption)}" if picture.caption else ""
        lines.append(f"- {page.url}#{number}{caption}")
    left = len(page.pictures) - MAX_LISTED
    if left > 0:
        lines.append(f"[{left} more pictures left out; {page.url}#n opens the n-th]")
    return "\n\nPictures:\n" + "\n".join(lines)


def _open_picture(web: LiveWeb, tool: str, reference: str) -> tuple[Image, WebPage, int]:
    """The picture that `URL` or `URL#n` means, its page, and its number there."""
    ordinal = _ORDINAL.search(reference)
    page = web.read(reference)
    number = int(ordinal[1]) if ordinal else 1
    if not 1 <= number <= len(page.pictures):
        raise ToolError(
            ErrorKind.TOOL_FAILURE,
            f"{tool}: the page {page.url[:200]} has {len(page.pictures)} pictures, there is no "
            f"number {number}; visit lists the pictures that it has.",
        )
    return web.picture(page.pictures[number - 1].url), page, number


def _line(text: str) -> str:
    """Text of a page as one line, so that it cannot look like the next result."""
    return " ".join(text.split())
