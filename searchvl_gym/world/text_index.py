"""Full-text search over the pages of a world, on tantivy.

Fields: title, other names (aliases and redirects), body, and the whole title or name as one
term. A query is taken apart into words by us, never parsed, so nothing that a model types is an
error, and operators are just punctuation. A word that stands on no page is read as several if that
gives a title or name: `AhrBridge`, as text recognition reads it, is `Ahr Bridge`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from searchvl_gym.world.folding import fold, words
from searchvl_gym.world.format import WorldError
from searchvl_gym.world.records import Page

MAX_QUERY_CHARACTERS = 2_000
MAX_QUERY_WORDS = 32
MAX_PHRASE_WORDS = 8
MAX_TIES = 4_096
MIN_JOINED, MAX_JOINED = 5, 64
"""Letters of a word that may be several without their spaces."""

_TITLE_WEIGHT, _NAMES_WEIGHT, _BODY_WEIGHT = 2.5, 1.5, 1.0
_WHOLE_QUERY_WEIGHT, _WHOLE_NAME_WEIGHT, _PHRASE_WEIGHT = 40.0, 20.0, 1.5
_HEAP_BYTES = 32 << 20
_PLAIN, _ENGLISH = "searchvl_plain", "searchvl_english"


@dataclass(frozen=True)
class TextHit:
    """A page that matches a query, and how well; scores compare within one query only."""

    page: int
    score: float


def build_text_index(directory: Path, pages: Iterable[Page]) -> None:
    """Index pages into a new directory; memory is bounded by 32 MiB.

    Args:
        directory: Directory to create.
        pages: In the order of their ids.
    """
    import tantivy

    directory.mkdir(parents=True)
    index = tantivy.Index(_schema(), path=str(directory))
    _register(index)
    # One thread writes one segment after another, so documents keep the order of the ids.
    writer = index.writer(_HEAP_BYTES, 1)
    for page in pages:
        document = tantivy.Document()
        # `Document(page=…)` would guess a type for the number, and the wrong one.
        document.add_integer("page", page.id)
        document.add_text("title", fold(page.title))
        document.add_text("whole_title", _as_phrase(page.title))
        for name in (*page.aliases, *page.redirects):
            document.add_text("names", fold(name))
            document.add_text("whole_name", _as_phrase(name))
        document.add_text("body", fold(page.text))
        for label, value in page.infobox:
            document.add_text("body", fold(f"{label} {value}"))
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
        WorldError: When there is no readable index.
    """

    def __init__(self, directory: Path) -> None:
        import tantivy

        try:
            self._index = tantivy.Index.open(str(directory))
        except (ValueError, OSError) as error:
            raise WorldError(
                f"the text index {directory} is torn ({error}); rebuild the world"
            ) from error
        _register(self._index)
        self._english = _english_analyzer()
        self._schema = self._index.schema
        self._searcher = self._index.searcher()

    def __len__(self) -> int:
        """Number of pages."""
        return int(self._searcher.num_docs)

    def search(self, query: str, top_k: int = 5) -> list[TextHit]:
        """Find pages.

        A page whose title is the query comes first, then pages that are called so otherwise,
        then the rest by BM25 over the fields.

        Args:
            query: Anything; only the first 2,000 characters and 32 different words count.
            top_k: How many hits at most, at least 1.

        Returns:
            Hits by falling score, equal scores by page id; empty when no word occurs.

        Raises:
            ValueError: When `top_k` is below 1.
        """
        if top_k < 1:
            raise ValueError(f"top_k must be at least 1, got {top_k}")
        clauses = list(self._clauses(self._apart(query[:MAX_QUERY_CHARACTERS])))
        if not clauses or not len(self):
            return []
        import tantivy

        should = [(tantivy.Occur.Should, clause) for clause in clauses]
        scored = self._collect(tantivy.Query.boolean_query(should), min(top_k, len(self)))
        return [TextHit(page, score) for score, page in scored[:top_k]]

    def _collect(self, query: Any, top_k: int) -> list[tuple[float, int]]:
        """The best pages; of several segments, all pages whose score equals the last one's."""
        # One segment breaks ties by document, so by page; the order of several is random.
        several = self._searcher.num_segments > 1
        limit = top_k + 8
        while True:
            hits = self._searcher.search(query, limit, count=False).hits
            addresses = [address for _, address in hits]
            found: list[Any] = self._searcher.fast_field_values("page", addresses)
            # Segments may add up the same score in another order: compare rounded.
            scores = [round(float(score), 4) for score, _ in hits]
            scored = list(zip(scores, map(int, found), strict=True))
            complete = len(hits) < limit or scored[-1][0] < scored[top_k - 1][0]
            if complete or not several or limit >= max(MAX_TIES, top_k):
                return sorted(scored, key=lambda hit: (-hit[0], hit[1]))
            limit *= 4

    def _apart(self, text: str) -> str:
        """The text with spaces in words that are names without theirs, `AhrBridge`."""
        found = words(text)
        apart: list[str] = []
        for place, word in enumerate(found):
            parts = self._split(word) if place < MAX_QUERY_WORDS else ()
            complete = parts and self._completes_name(apart, parts, found[place + 1 :])
            apart += parts if complete else [word]
        return " ".join(apart) if len(apart) > len(found) else text

    def _split(self, word: str) -> tuple[str, ...]:
        """The fewest words of names that make up a word that is on no page; () when none do."""
        if not MIN_JOINED <= len(word) <= MAX_JOINED or self._is_in_a_name(word):
            return ()
        if any(self._occurs(stem, "body") for stem in self._english.analyze(word)):
            return ()
        # The parts up to each place that can be reached; those with the fewest come first.
        reached: dict[int, tuple[str, ...]] = {0: ()}
        waiting = deque([0])
        while waiting and len(word) not in reached:
            start = waiting.popleft()
            for end in range(start + 1, len(word) + 1):
                if end not in reached and self._is_in_a_name(word[start:end]):
                    reached[end] = (*reached[start], word[start:end])
                    waiting.append(end)
        return reached.get(len(word), ())

    def _completes_name(self, before: list[str], parts: Sequence[str], after: list[str]) -> bool:
        """Whether words, with their neighbours or alone, are a whole title or other name."""
        spare = MAX_PHRASE_WORDS - len(parts)
        runs = (
            " ".join([*before[len(before) - left :], *parts, *after[:right]])
            for left in range(min(spare, len(before)) + 1)
            for right in range(min(spare - left, len(after)) + 1)
        )
        return any(self._occurs(run, "whole_title", "whole_name") for run in runs)

    def _is_in_a_name(self, word: str) -> bool:
        return self._occurs(word, "title", "names")

    def _occurs(self, term: str, *fields: str) -> bool:
        return any(self._searcher.doc_freq(field, term) for field in fields)

    def _clauses(self, text: str) -> Iterator[Any]:
        """The parts of the disjunction for a query."""
        found = words(text)
        for term in dict.fromkeys(found[:MAX_QUERY_WORDS]):
            yield self._term("title", term, _TITLE_WEIGHT)
            yield self._term("names", term, _NAMES_WEIGHT)
        stems = self._english.analyze(" ".join(found[:MAX_QUERY_WORDS]))
        for stem in dict.fromkeys(stems):
            yield self._term("body", stem, _BODY_WEIGHT)
        if whole := _as_phrase(text):
            yield self._term("whole_title", whole, _WHOLE_QUERY_WEIGHT)
            yield self._term("whole_name", whole, _WHOLE_NAME_WEIGHT)
        for phrase in _phrases(found[:MAX_QUERY_WORDS]):
            yield self._term("whole_title", phrase, _PHRASE_WEIGHT)
            yield self._term("whole_name", phrase, _PHRASE_WEIGHT)

    def _term(self, field: str, term: str, weight: float) -> Any:
        import tantivy

        query = tantivy.Query.term_query(self._schema, field, term, "freq")
        return tantivy.Query.boost_query(query, weight)


def _phrases(found: list[str]) -> list[str]:
    """Every run of two to eight words, without repetition."""
    runs = (
        " ".join(found[start : start + length])
        for length in range(2, MAX_PHRASE_WORDS + 1)
        for start in range(len(found) - length + 1)
    )
    return list(dict.fromkeys(runs))


def _as_phrase(text: str) -> str:
    """A name as one term: its words, or its signs when it has none."""
    found = words(text)
    return " ".join(found) if found else fold(text).encode("utf-8", "replace").decode()


def _schema() -> Any:
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("page", stored=False, indexed=False, fast=True)
    for field in ("whole_title", "whole_name"):
        builder.add_text_field(field, tokenizer_name="raw", index_option="freq")
    for field in ("title", "names"):
        builder.add_text_field(field, tokenizer_name=_PLAIN, index_option="freq")
    builder.add_text_field("body", tokenizer_name=_ENGLISH, index_option="freq")
    return builder.build()


def _register(index: Any) -> None:
    import tantivy

    plain = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple()).build()
    index.register_tokenizer(_PLAIN, plain)
    index.register_tokenizer(_ENGLISH, _english_analyzer())


def _english_analyzer() -> Any:
    """Words without stop-words, stemmed; long strings of letters are no words."""
    import tantivy

    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    for step in (
        tantivy.Filter.remove_long(64),
        tantivy.Filter.stopword("english"),
        tantivy.Filter.stemmer("english"),
    ):
        builder = builder.filter(step)
    return builder.build()
