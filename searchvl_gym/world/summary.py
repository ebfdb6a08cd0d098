"""A query-focused extract of a page: its few sentences that say most about the query."""

from __future__ import annotations

import math
import re
from functools import lru_cache

from searchvl_gym.world.folding import words

MAX_TEXT = 200_000
MAX_SENTENCE = 500
_LEAD_BONUS = 0.35
_SYNONYM_WEIGHT = 0.8

_HEADING = re.compile(r"\s*=+\s.*\s=+\s*$")
_END = re.compile(r"[.!?…][\"'”’)\]]*\s+(?=[\"'“‘(\[]?[^\W_a-z])")
_LAST_WORD = re.compile(r"([^\s(\[\"'“‘]+)\.[\"'”’)\]]*\s*$")
_ABBREVIATIONS = frozenset(
    "mr mrs ms dr prof st ste mt ft rev hon gen col capt lt sgt sr jr c ca cf ed eds vol no nos "
    "vs fig approx est fl p pp inc ltd co dept univ e.g i.e u.s u.k d.c a.d b.c jan feb mar apr "
    "jun jul aug sep sept oct nov dec".split()
)
_STOP_WORDS = frozenset(
    "a an and are as at be been by did do does for from had has have how in into is it its of on "
    "or that the their there these this to was were what when where which who whom whose why "
    "will with name named called tell me about find information".split()
)
_SUFFIXES = (
    "ational ations ation ators ator ingly edly ments ment ions ion ings ing ers ors er or "
    "ies ied ives ive als al ed es ly s e y"
).split()
_SYNONYMS = (
    "architect architecture design designer plan drawings",
    "build built builder construct construction erect raise raised complete completion finish",
    "open opening inaugurate unveil",
    "born birth birthplace birthdate native",
    "die died death dead",
    "spouse married marry marriage wife husband partner",
    "parent father mother son daughter child",
    "student pupil studied study teacher taught mentor trained",
    "educated education attended graduated university school alma",
    "occupation profession worked work career job",
    "employer employed employ worked joined staff",
    "author wrote written write writer penned",
    "creator created create made maker make manufacturer manufactured produced workshop",
    "founder founded found foundation established establish inception",
    "discoverer discovered described identified collected",
    "located location stands situated lies site city town",
    "country nation state region province",
    "capital seat",
    "population inhabitants residents people",
    "area covers square extent",
    "elevation altitude level",
    "height tall high rises metres",
    "length long span spans",
    "width wide broad across",
    "weight weighs mass heavy kilograms",
    "depth deep",
    "material made stone wood bronze",
    "owner owned owns belongs property",
    "collection museum housed kept held displayed",
    "habitat lives grows range inhabits",
    "diet eats feeds food",
    "lifespan lives years age",
    "award prize medal honour honoured received",
    "named namesake eponym commemorates honour",
    "year date when dated",
    "style manner",
    "depicts depicted subject shows portrays",
    "flower flowers blooms flowering blossom",
    "colour color coloured hue",
    "status conservation threatened endangered",
    "cost price worth budget",
    "floors storeys stories levels",
    "river flows stream",
    "mayor governed governor head leader",
    "nationality citizen citizenship",
    "genus family order species",
)


def extract(text: str, query: str, sentences: int = 3) -> str:
    """The sentences of a text that say most about a query, in the text's order.

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

    >>> page = "The Ahr Bridge is in Ulm. It spans 40 m.\\n== History ==\\nIt was designed by Ida Ek."
    >>> extract(page, "Ahr Bridge architect", 2)
    'The Ahr Bridge is in Ulm. It was designed by Ida Ek.'
    """
    if sentences < 1:
        raise ValueError(f"sentences must be at least 1, got {sentences}")
    parts = split_sentences(text[:MAX_TEXT])
    stems = [frozenset(map(stem, words(part))) for part in parts]
    terms = _query_stems(query)
    related = {term: _related().get(term, frozenset()) for term in terms}
    matches = [
        {
            term: 1.0 if term in found else _SYNONYM_WEIGHT
            for term in terms
            if term in found or not related[term].isdisjoint(found)
        }
        for found in stems
    ]
    weights = {
        term: math.log1p(len(parts) / count)
        for term in terms
        if (count := sum(term in match for match in matches))
    }
    chosen = _choose(matches, weights, min(sentences, len(parts)))
    return " ".join(_shorten(parts[index]) for index in chosen)


def split_sentences(text: str) -> list[str]:
    """Split plain text into sentences; headings are dropped.

    >>> split_sentences("Dr. J. Ek built it c. 1900. It is 3.5 km long! == X")
    ['Dr. J. Ek built it c. 1900.', 'It is 3.5 km long!', '== X']
    """
    found = []
    for line in text.splitlines():
        if not line.strip() or _HEADING.match(line):
            continue
        start = 0
        for end in _END.finditer(line):
            piece = line[start : end.end()]
            if not _is_abbreviation(piece):
                found.append(piece.strip())
                start = end.end()
        if rest := line[start:].strip():
            found.append(rest)
    return found


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """A crude English stem: the longest known ending is cut off.

    >>> {stem(word) for word in ("design", "designed", "designer", "designs")}
    {'design'}
    """
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 4:
            return word[: -len(suffix)]
    return word[:-1] if len(word) > 3 and word.endswith(("s", "e")) else word


def _query_stems(query: str) -> list[str]:
    found = words(query[:2_000])[:64]
    content = [word for word in found if word not in _STOP_WORDS] or found
    return list(dict.fromkeys(map(stem, content)))


@lru_cache(maxsize=1)
def _related() -> dict[str, frozenset[str]]:
    """Stems that mean something related, by stem."""
    table: dict[str, set[str]] = {}
    for group in _SYNONYMS:
        stems = {stem(word) for word in group.split()}
        for member in stems:
            table.setdefault(member, set()).update(stems - {member})
    return {word: frozenset(others) for word, others in table.items()}


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


def _is_abbreviation(piece: str) -> bool:
    """Whether the full stop at the end of a piece belongs to an abbreviation or an initial."""
    last = _LAST_WORD.search(piece)
    if last is None:
        return False
    word = last[1]
    return (len(word) == 1 and word.isalpha() and word.isupper()) or (
        word.lower() in _ABBREVIATIONS
    )


def _shorten(sentence: str) -> str:
    if len(sentence) <= MAX_SENTENCE:
        return sentence
    return sentence[:MAX_SENTENCE].rsplit(" ", 1)[0] + " …"
