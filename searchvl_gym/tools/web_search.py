"""`web_search`: the release's second name for text search; same backbone, without `top_k`."""

from __future__ import annotations

from typing import ClassVar

from searchvl_gym.tools.base import Arguments, ToolContext
from searchvl_gym.tools.fields import Language, Query
from searchvl_gym.tools.text_search import DEFAULT_TOP_K, TextSearch
from searchvl_gym.types import ToolResult


class WebSearchArguments(Arguments, frozen=True):
    """Arguments of `web_search`."""

    q: Query
    hl: Language = "en"


class WebSearch(TextSearch):
    """Searches like `TextSearch` and always returns the five best pages."""

    name: ClassVar[str] = "web_search"
    description: ClassVar[str] = (
        "Search the web with a text query. Returns the five best passages with title, URL and a "
        "summary focused on the query."
    )
    arguments: ClassVar[type[Arguments]] = WebSearchArguments

    def run(self, arguments: WebSearchArguments, context: ToolContext) -> ToolResult:  # type: ignore[override]
        """See `Tool.run`."""
        return self.search(arguments.q, DEFAULT_TOP_K, context)
