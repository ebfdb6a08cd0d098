"""`text_search`: search the world's pages by words and show a summary of each hit."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from searchvl_gym.tools.base import Arguments, ToolContext
from searchvl_gym.tools.fields import Language, Query, TopK
from searchvl_gym.types import ErrorKind, ToolError, ToolResult
from searchvl_gym.world.summary import extract

Summariser = Callable[[str, str], str]
"""`(page text, query) -> summary of 2 to 4 sentences`."""

DEFAULT_TOP_K = 5
SENTENCES = 3


class TextSearchArguments(Arguments, frozen=True):
    """Arguments of `text_search`."""

    q: Query
    hl: Language = "en"
    top_k: TopK = DEFAULT_TOP_K


class TextSearch:
    """Searches titles, aliases and text of all pages.

    `hl` is checked and handed to worlds that are multilingual; a world of one language answers
    in that language. A query without hits is a normal result that says so.

    Args:
        summarise: Replaces the extract of the most relevant sentences, e.g. by a language
            model. It may take long, so such a tool runs under the suite's time limit.

    Errors: `unavailable` without a world; whatever a given summariser raises as `ToolError`.
    """

    name: ClassVar[str] = "text_search"
    description: ClassVar[str] = (
        "Search the encyclopaedia with a text query. Returns passages with title, URL and a "
        "summary focused on the query."
    )
    arguments: ClassVar[type[Arguments]] = TextSearchArguments
    argument_aliases: ClassVar[dict[str, str]] = {"query": "q", "lang": "hl"}

    def __init__(self, summarise: Summariser | None = None) -> None:
        self._summarise = summarise
        self.bounded = summarise is None

    def run(self, arguments: TextSearchArguments, context: ToolContext) -> ToolResult:
        """See `Tool.run`."""
        return self.search(arguments.q, arguments.top_k, context)

    def search(self, query: str, top_k: int, context: ToolContext) -> ToolResult:
        """Find and summarise the `top_k` best pages for `query`."""
        world = context.world
        if world is None:
            raise ToolError(
                ErrorKind.UNAVAILABLE, f"{self.name}: there is no world to search; answer without."
            )
        if not query.strip():
            raise ToolError(ErrorKind.BAD_ARGUMENTS, f"{self.name}: argument 'q' must hold words.")
        hits = world.text_index.search(query, top_k)
        if not hits:
            return ToolResult("No results. Try fewer or other words.")
        passages = []
        for number, hit in enumerate(hits, 1):
            page = world.page(hit.page)
            if self._summarise is None:
                summary = extract(page.text, query, SENTENCES)
            else:
                summary = self._summarise(page.text, query)
            passages.append(f"[Passage {number}] {page.title}\nURL: {page.url}\n{summary}")
        return ToolResult("\n\n".join(passages), evidence=tuple(hit.page for hit in hits))
