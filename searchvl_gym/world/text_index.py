"""Full-text search over the pages of a world, on tantivy.

Three fields of folded words: title, other names (aliases and redirects) and body. A query is
taken apart into words by us, never parsed, so nothing that a model types is an error.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from searchvl_gym.world.folding import fold, words
from searchvl_gym.world.format import WorldError
from searchvl_gym.world.records import Page

MAX_QUERY_CHARACTERS = 2_000
MAX_QUERY_WORDS = 32
_HEAP_BYTES = 256 << 20


@dataclass(frozen=True)
class TextHit:
    """A page that matches a query, and how well; scores compare within one query only."""

    page: int
    score: float


def build_text_index(directory: Path, pages: Iterable[Page]) -> None:
    """Index pages into a new directory."""
    import tantivy

    directory.mkdir(parents=True)
    index = tantivy.Index(_schema(), path=str(directory))
    _register(index)
    # One thread and one segment after another: documents keep the order of the page ids.
    writer = index.writer(_HEAP_BYTES, 1)
    for page in pages:
        document = tantivy.Document()
        document.add_integer("page", page.id)
        document.add_text("title", fold(page.title))
        document.add_text("exact", fold(page.title))
        for name in (*page.aliases, *page.redirects):
            document.add_text("names", fold(name))
        document.add_text("body", fold(page.text))
        writer.add_document(document)
    writer.commit()
    writer.wait_merging_threads()
    for lock in directory.glob(".tantivy-*.lock"):
        lock.unlink()


class TextIndex:
    """Searches the index in a directory. Thread-safe.

    Args:
        directory: What `build_text_index` wrote.

    Raises:
        WorldError: When there is no index.
    """

    def __init__(self, directory: Path) -> None:
        import tantivy

        try:
            self._index = tantivy.Index.open(str(directory))
        except ValueError as error:
            raise WorldError(f"{directory} is torn ({error}); rebuild the world") from error
        _register(self._index)
        self._searcher = self._index.searcher()
        self._lock = threading.Lock()

    def search(self, query: str, top_k: int = 5) -> list[TextHit]:
        """Find pages.

        Args:
            query: Anything; words beyond the first 32 are ignored.
            top_k: How many hits at most, at least 1.

        Returns:
            Hits by falling score, equal scores by page id; empty when no word occurs.

        Raises:
            ValueError: When `top_k` is below 1.
        """
        if top_k < 1:
            raise ValueError(f"top_k must be at least 1, got {top_k}")
        parsed = self._query(query[:MAX_QUERY_CHARACTERS])
        if parsed is None:
            return []
        hits = self._searcher.search(parsed, top_k, count=False).hits
        pages = self._searcher.fast_field_values("page", [address for _, address in hits])
        scored = [(score, page) for (score, _), page in zip(hits, pages, strict=True)]
        scored.sort(key=lambda hit: (-hit[0], hit[1]))
        return [TextHit(page, score) for score, page in scored]

    def _query(self, text: str) -> Any | None:
        import tantivy

        schema = self._index.schema
        terms = list(dict.fromkeys(words(text)))[:MAX_QUERY_WORDS]
        clauses = []
        for term in terms:
            for field, boost in (("title", 3.0), ("names", 1.5), ("body", 1.0)):
                query = tantivy.Query.term_query(schema, field, term, "freq")
                clauses.append((tantivy.Occur.Should, tantivy.Query.boost_query(query, boost)))
        return tantivy.Query.boolean_query(clauses) if clauses else None


def _schema() -> Any:
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("page", stored=False, indexed=False, fast=True)
    builder.add_text_field("exact", tokenizer_name="raw", index_option="basic")
    for field in ("title", "names", "body"):
        builder.add_text_field(field, tokenizer_name="folded", index_option="freq")
    return builder.build()


def _register(index: Any) -> None:
    import tantivy

    analyzer = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple()).build()
    index.register_tokenizer("folded", analyzer)
