"""`visit`: read one page, focused on a goal."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, ClassVar

from msgspec import Meta

from searchvl_gym.tools.base import Arguments, ToolContext
from searchvl_gym.tools.fields import Url
from searchvl_gym.tools.limits import MAX_OUTPUT_CHARS, MAX_QUERY_CHARS, shorten
from searchvl_gym.tools.page_pictures import list_page_pictures
from searchvl_gym.types import ErrorKind, ToolError, ToolResult

if TYPE_CHECKING:
    from searchvl_gym.world import World
    from searchvl_gym.world.records import Page

MAX_LINKS = 40
"""How many of a page's links are listed."""

MAX_BODY_CHARS = 6_000
"""Most characters of the page's own text that are shown."""

_HEADING = re.compile(r"^==+ *(.*?) *==+ *$", re.MULTILINE)
_WORD = re.compile(r"\w{3,}")


class VisitArguments(Arguments, frozen=True):
    """Arguments of `visit`."""

    url: Annotated[Url, Meta(description="Address of the page, as a search result gave it.")]
    goal: Annotated[
        str,
        Meta(max_length=MAX_QUERY_CHARS, description="What you want to learn from the page."),
    ] = ""


class Visit:
    """Shows a page: title, infobox, the sections that serve the goal, links with addresses.

    Sections are shown whole, the lead first, then those that share most words with the goal;
    all of them in reading order when the page is short or no goal is given.

    Errors: `unavailable` without a world; `tool_failure` for an address that the world does not
    have, with the nearest titles' addresses.

    Args:
        list_pictures: List the page's pictures at the end, with the addresses that `open_image`
            and `image_search` take. The release does not.
    """

    name: ClassVar[str] = "visit"
    arguments: ClassVar[type[Arguments]] = VisitArguments
    argument_aliases: ClassVar[dict[str, str]] = {}
    bounded: ClassVar[bool] = True

    def __init__(self, *, list_pictures: bool = False) -> None:
        self.list_pictures = list_pictures
        parts = (
            "relevant sections, the page's links and its pictures' addresses"
            if list_pictures
            else "relevant sections and the page's links"
        )
        self.description = (
            "Open a page by its URL and read what it says about a goal. Returns the title, the "
            f"infobox, the {parts}."
        )

    def run(self, arguments: VisitArguments, context: ToolContext) -> ToolResult:
        """See `Tool.run`."""
        world = context.world
        if world is None:
            raise ToolError(
                ErrorKind.UNAVAILABLE, "visit: there is no world to read; answer without."
            )
        page_id = world.by_url(arguments.url.strip())
        if page_id is None:
            raise ToolError(
                ErrorKind.TOOL_FAILURE,
                f"visit: there is no page at {arguments.url[:200]}; "
                f"{_suggestions(world, arguments.url)}.",
            )
        page = world.page(page_id)
        parts = [f"# {page.title}\nURL: {page.url}"]
        if page.infobox:
            parts.append("\n".join(f"{label}: {value}" for label, value in page.infobox))
        parts.append(focus(page.text, arguments.goal))
        links = _links(world, page)
        if links:
            parts.append("Links:\n" + "\n".join(links))
        # Addresses that are cut off could not be opened, so the rest is what is shortened.
        pictures = list_page_pictures(world, page) if self.list_pictures else []
        end = "\n\nPictures:\n" + "\n".join(pictures) if pictures else ""
        left = max(MAX_OUTPUT_CHARS - len(end), MAX_BODY_CHARS)
        text = shorten("\n\n".join(parts), left)
        return ToolResult(text + end, evidence=(page_id,))


def focus(text: str, goal: str, limit: int = MAX_BODY_CHARS) -> str:
    """The lead and the sections that serve `goal` best, in reading order, within `limit`.

    Args:
        text: Page text with `== Heading ==` lines.
        goal: Words to look for; may be empty.
        limit: Most characters; the lead is cut when it alone is longer.
    """
    if len(text) <= limit:
        return text.strip()
    sections = split_sections(text)
    wanted = {word.casefold() for word in _WORD.findall(goal)}

    def relevance(number: int) -> tuple[int, int]:
        words = [word.casefold() for word in _WORD.findall(sections[number])]
        return (-len(wanted & set(words)), number)

    chosen = [0]
    left = limit - len(sections[0])
    for number in sorted(range(1, len(sections)), key=relevance):
        if len(sections[number]) <= left:
            chosen.append(number)
            left -= len(sections[number])
    body = shorten("\n\n".join(sections[number] for number in sorted(chosen)), limit)
    missing = [number for number in range(len(sections)) if number not in chosen]
    if not missing:
        return body
    headings = [_HEADING.match(sections[number]) for number in missing]
    names = ", ".join(heading.group(1) for heading in headings if heading)
    return f"{body}\n\n[Sections left out: {names}]"


def split_sections(text: str) -> list[str]:
    r"""The lead and the sections, each with its heading.

    >>> split_sections("Lead.\n== A ==\nOne.")
    ['Lead.', '== A ==\nOne.']
    """
    starts = [0] + [found.start() for found in _HEADING.finditer(text)]
    ends = [*starts[1:], len(text)]
    return [text[start:end].strip() for start, end in zip(starts, ends, strict=True)]


def _links(world: World, page: Page) -> list[str]:
    seen: dict[int, str] = {}
    for link in page.links:
        seen.setdefault(link.target, link.anchor)
    lines = [
        f"- {anchor}: {world.page(target).url}" for target, anchor in list(seen.items())[:MAX_LINKS]
    ]
    if len(seen) > MAX_LINKS:
        lines.append(f"[{len(seen) - MAX_LINKS} more links left out]")
    return lines


def _suggestions(world: World, url: str) -> str:
    """Pages whose title resembles the address's last part."""
    words = re.sub(r"[\W_]+", " ", url.rstrip("/").rpartition("/")[2]).strip()
    pages = [world.page(hit.page) for hit in world.text_index.search(words, 5)] if words else []
    urls: Sequence[str] = [page.url for page in pages]
    nearest = difflib.get_close_matches(url, urls, n=3, cutoff=0.0)
    if not nearest:
        return "use text_search to find pages"
    return f"the nearest pages are {', '.join(nearest)}"
