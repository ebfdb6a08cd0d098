"""Three tools whose results are a line or two, for models with a tiny context.

They are the real tools (the same OCR, the same indexes, the same pages); only what they say is
shorter. One sentence of one page often does not state what was asked, so an agent does better
when it opens the page before it goes on.

A title stands behind its label, never at the beginning of a line: with the blank before it, it is
the same tokens in a result and in the call that names it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, ClassVar

import numpy as np
from msgspec import Meta

from searchvl_gym.tools import Arguments, ToolContext, ToolSuite
from searchvl_gym.tools.fields import ImageName, Query
from searchvl_gym.tools.memory import Remembered
from searchvl_gym.tools.text_layout import arrange
from searchvl_gym.tools.text_recognition import recognise
from searchvl_gym.types import ErrorKind, ToolError, ToolResult
from searchvl_gym.world import Page, World
from searchvl_gym.world.folding import words
from searchvl_gym.world.summary import extract

CONSIDERED = 10
"""Results among which a search looks for a page that the query names."""


class ReadArguments(Arguments, frozen=True):
    """Arguments of the brief `layout_parsing`."""

    image: ImageName


class BriefReading:
    """`layout_parsing` without boxes: a line a block, its label before it."""

    name: ClassVar[str] = "layout_parsing"
    description: ClassVar[str] = "Read the text in a picture."
    arguments: ClassVar[type[Arguments]] = ReadArguments
    argument_aliases: ClassVar[dict[str, str]] = {}
    bounded: ClassVar[bool] = True

    def run(self, arguments: ReadArguments, context: ToolContext) -> ToolResult:
        """See `Tool.run`."""
        lines = recognise(np.asarray(context.images.get(arguments.image)))
        blocks = [(block.label, block.text.replace("\n", " ")) for block in arrange(lines)]
        return ToolResult("\n".join(f"{label}: {text}" for label, text in blocks) or "no text")


class SearchArguments(Arguments, frozen=True):
    """Arguments of the brief `text_search`."""

    q: Query


class BriefSearch:
    """`text_search` that shows the title of the best page and one sentence."""

    name: ClassVar[str] = "text_search"
    description: ClassVar[str] = "Find a page: its title and one sentence."
    arguments: ClassVar[type[Arguments]] = SearchArguments
    argument_aliases: ClassVar[dict[str, str]] = {"query": "q"}
    bounded: ClassVar[bool] = True

    def run(self, arguments: SearchArguments, context: ToolContext) -> ToolResult:
        """See `Tool.run`."""
        world = _world(context)
        page = best_page(world, arguments.q)
        if page is None:
            return ToolResult("no results")
        sentence = extract(page.text, arguments.q, 1)
        return of_page(page, f"text: {sentence}")


def best_page(world: World, query: str) -> Page | None:
    """The page that a search shows: of the first ten the first that the query names, or the first.

    A bridge or museum is often named after its town and short enough to rank before it; who asks
    for the town by name is meant to find the town.
    """
    found = [world.page(hit.page) for hit in world.text_index.search(query, CONSIDERED)]
    asked = f" {' '.join(words(query))} "
    named = (page for page in found if f" {' '.join(words(page.title))} " in asked)
    return next(named, found[0] if found else None)


class VisitArguments(Arguments, frozen=True):
    """Arguments of the brief `visit`."""

    page: Annotated[
        str, Meta(min_length=1, max_length=200, description="Title of the page, from a search.")
    ]
    goal: Annotated[str, Meta(max_length=2000, description="What you want to know.")]


class BriefVisit:
    """`visit` that shows the line of a page's infobox that suits the goal best."""

    name: ClassVar[str] = "visit"
    description: ClassVar[str] = "Open a page by its title and look for one fact."
    arguments: ClassVar[type[Arguments]] = VisitArguments
    argument_aliases: ClassVar[dict[str, str]] = {}
    bounded: ClassVar[bool] = True

    def run(self, arguments: VisitArguments, context: ToolContext) -> ToolResult:
        """See `Tool.run`."""
        world = _world(context)
        found = world.find(arguments.page)
        if found is None:
            raise ToolError(ErrorKind.TOOL_FAILURE, f"visit: no page {arguments.page[:80]!r}.")
        page = world.page(found)
        wanted = set(words(arguments.goal))
        scored = [
            (len(wanted & set(words(label))) / max(1, len(wanted | set(words(label)))), line)
            for line, label in ((f"{name}: {value}", name) for name, value in page.infobox)
        ]
        best = max(scored, key=lambda each: each[0], default=(0.0, ""))
        said = best[1] if best[0] > 0 else "nothing about that"
        return of_page(page, said)


def of_page(page: Page, said: str) -> ToolResult:
    """What a tool says of a page: its title behind a label, the rest on the next line."""
    return ToolResult(f"page: {page.title}\n{said}", evidence=(page.id,))


def brief_suite(memory: str | Path | None = None) -> ToolSuite:
    """The three brief tools; what was read in a picture is remembered.

    Args:
        memory: File that keeps the readings across processes, or None.
    """
    reading: Any = Remembered(BriefReading(), memory)
    return ToolSuite([reading, BriefSearch(), BriefVisit()])


def _world(context: ToolContext) -> World:
    if context.world is None:
        raise ToolError(ErrorKind.UNAVAILABLE, "there is no world to search")
    return context.world
