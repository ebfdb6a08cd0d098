"""A query-focused extract of a page: its few sentences that say most about the query."""

from __future__ import annotations

import math
import re

from searchvl_gym.world.english import (
    ABBREVIATIONS,
    BEFORE_NUMBERS,
    STOP_WORDS,
    related_stems,
    stem,
)
from searchvl_gym.world.folding import words

MAX_TEXT = 200_000
MAX_SENTENCE = 500
_LEAD_BONUS = 0.35
_SYNONYM_WEIGHT = 0.8
_LEAD_WEIGHT = 0.25
"""What the first sentence says is mostly who the page is about, not what is asked of it."""

_HEADING = re.compile(r"\s*=+\s.*\s=+\s*$")
_END = re.compile(r"[.!?…][\"'”’)\]]*\s+(?=[\"'“‘(\[]?[^\W_a-z])")
_LAST_WORD = re.compile(r"([^\s(\[\"'“‘]+)\.[\"'”’)\]]*\s*$")


def extract(text: str, query: str, sentences: int = 3) -> str:
    r"""The sentences of a text that say most about a query, in the text's order.

    Every word of the query counts the more the fewer sentences hold it; related words
    (`architect`, `designed`) count a little less. A word that is covered by one chosen sentence
    counts less for the next. The first sentence is favoured for context, and without any match
    the extract is the beginning of the text.

    Args:
        text: Plain text; lines `== Heading ==` are left out.
        query: What is asked.
        sentences: How many sentences at most, at least 1.

    Returns:
        The extract; empty when the text has no sentence.

    Raises:
        ValueError: When `sentences` is below 1.

    >>> page = "The Ahr Bridge is in Ulm. It spans 40 m.\n== Past ==\nIt was designed by Ida Ek."
    >>> extract(page, "Ahr Bridge architect", 2)
    'The Ahr Bridge is in Ulm. It was designed by Ida Ek.'
    """
    if sentences < 1:
        raise ValueError(f"sentences must be at least 1, got {sentences}")
    parts = split_sentences(text[:MAX_TEXT])
    stems = [frozenset(map(stem, words(part))) for part in parts]
    terms = _query_stems(query)
    related = {term: related_stems().get(term, frozenset()) for term in terms}
    matches = [
        {
            term: 1.0 if term in found else _SYNONYM_WEIGHT
            for term in terms
            if term in found or not related[term].isdisjoint(found)
        }
        for found in stems
    ]
    weights = {
        term: math.log1p(len(parts) / count) * (_LEAD_WEIGHT if parts and term in stems[0] else 1)
        for term in terms
        if (count := sum(term in match for match in matches))
    }
    chosen = _choose(matches, weights, min(sentences, len(parts)))
    return " ".join(_shorten(parts[index]) for index in chosen)


def split_sentences(text: str) -> list[str]:
    """Split plain text into sentences; headings are dropped.

    >>> split_sentences("Dr. J. Ek built it c. 1900. It is 3.5 km long! Nice.")
    ['Dr. J. Ek built it c. 1900.', 'It is 3.5 km long!', 'Nice.']
    """
    found = []
    for line in text.splitlines():
        if not line.strip() or _HEADING.match(line):
            continue
        start = 0
        for end in _END.finditer(line):
            piece = line[start : end.end()]
            if not _is_abbreviation(piece, line[end.end()]):
                found.append(piece.strip())
                start = end.end()
        if rest := line[start:].strip():
            found.append(rest)
    return found


def _query_stems(query: str) -> list[str]:
    found = words(query[:2_000])[:64]
    content = [word for word in found if word not in STOP_WORDS] or found
    return list(dict.fromkeys(map(stem, content)))


def _choose(matches: list[dict[str, float]], weights: dict[str, float], count: int) -> list[int]:
    """Greedy choice of sentences; positions in the order of the text."""
    if not weights:
        return list(range(count))
    remaining = dict(weights)
    lead = _LEAD_BONUS * max(weights.values())
    chosen: list[int] = []
    for _ in range(count):
        gains = {
            index: sum(remaining[term] * share for term, share in match.items())
            + (lead if index == 0 else 0.0)
            for index, match in enumerate(matches)
            if index not in chosen
        }
        best = max(gains, key=lambda index: (gains[index], -index))
        if gains[best] <= 0:
            break
        chosen.append(best)
        for term in matches[best]:
            remaining[term] *= 0.6
    return sorted(chosen)


def _is_abbreviation(piece: str, following: str) -> bool:
    """Whether the full stop at the end of a piece belongs to an abbreviation or an initial."""
    last = _LAST_WORD.search(piece)
    if last is None:
        return False
    word = last[1]
    if len(word) == 1 and word.isalpha() and word.isupper():
        return True
    word = word.lower()
    return word in ABBREVIATIONS or (word in BEFORE_NUMBERS and following.isdigit())


def _shorten(sentence: str) -> str:
    if len(sentence) <= MAX_SENTENCE:
        return sentence
    return sentence[:MAX_SENTENCE].rsplit(" ", 1)[0] + " …"
