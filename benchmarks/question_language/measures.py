"""What can be counted in questions: words, nested clauses, stock phrases, skeletons."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

STOCK_PHRASES = re.compile(
    r"\b(?:(?:is|are|as|being)? ?(?:recorded|listed|given|named|known|entered) (?:as|under)"
    r"|recorded|sources (?:name|give|list|record)|do sources|entry (?:under|“)|under “"
    r"|(?:the|this|that|which|a) (?:structure|work|place|locality|object|organism|subject)(?! of)"
    r"|building or place)\b",
    re.IGNORECASE,
)
"""Phrases that nobody says: `recorded as`, `sources name`, `entry under`, `the structure`.

`the place of birth` is not among them, `the place whose population …` is.
"""

_FUNCTION_WORDS = frozenset(
    (
        "a", "about", "above", "after", "all", "also", "an", "and", "any", "are", "as", "at", "be",
        "been", "before", "below", "between", "both", "but", "by", "can", "could", "did", "do",
        "does", "during", "each", "every", "few", "first", "for", "from", "had", "has", "have",
        "he", "her", "here", "him", "his", "how", "i", "if", "in", "into", "is", "it", "its",
        "itself", "just", "last", "least", "less", "many", "me", "more", "most", "much", "my",
        "nearest", "next", "no", "not", "of", "off", "on", "once", "one", "only", "onto", "or",
        "other", "our", "out", "over", "own", "please", "second", "than", "that", "the", "their",
        "them", "then", "there", "these", "they", "third", "this", "those", "through", "to",
        "under", "until", "up", "upon", "was", "we", "were", "what", "when", "where", "which",
        "while", "who", "whom", "whose", "why", "will", "with", "within", "without", "would", "you",
        "your",
    )
)  # fmt: skip
_TOKEN = re.compile(r"“[^”]*”|[^\W_]+(?:[-'’.][^\W_]+)*|[.?!,:;]")
_SENTENCE = re.compile(r"(?<=[.?!])\s+(?=[“A-Z])")


def words(question: str) -> int:
    """Number of words.

    >>> words("How high is the 19.1-metre bridge's tower?")
    7
    """
    return len(question.split())


def sentences(question: str) -> list[str]:
    """The sentences of a question.

    >>> sentences("The sign names a bridge. Who designed it?")
    ['The sign names a bridge.', 'Who designed it?']
    """
    return _SENTENCE.split(question)


def nesting(question: str) -> int:
    """Most relative clauses that stand one within another in a sentence.

    Relative words are counted that follow a noun; one that `and` joins to the clause before does
    not go deeper, and a question word or a demonstrative opens no clause.

    >>> nesting("Who designed the bridge that crosses the river which rises there?")
    2
    >>> nesting("In which town was the person who built it born?")
    1
    >>> nesting("Name the bridge whose height is 3 metres and whose town is Sarn.")
    1
    >>> nesting("Give the area of the town where that river rises.")
    1
    """
    return max((_depth(sentence) for sentence in sentences(question)), default=0)


def _depth(sentence: str) -> int:
    tokens = [token.lower() for token in _TOKEN.findall(sentence)]
    # `In the country where it lies, which river is the longest?`: the last one asks.
    asks_late = sentence.endswith("?") and not {*tokens[:2]} & _ASKING
    depth = 0
    for place, token in enumerate(tokens):
        if token not in ("who", "whom", "whose", "which", "that", "where"):
            continue
        before = tokens[place - 1] if place else ""
        earlier = tokens[place - 2] if place > 1 else ""
        preposition = before in _PREPOSITIONS
        noun = earlier if preposition else before
        if not noun or noun in _NO_ANTECEDENT or (preposition and earlier == ""):
            continue
        if noun == "," and token != "that" and asks_late:
            continue
        if token == "that" and _is_demonstrative(tokens, place, before):
            continue
        if noun not in ("and", "or"):
            depth += 1
    return depth


_PREPOSITIONS = frozenset(
    (
        "of", "for", "in", "on", "at", "to", "by", "with", "from", "after", "under", "over", "near",
        "through",
    )
)  # fmt: skip
_NO_ANTECEDENT = frozenset(
    (
        ".", "?", "!", ":", ";", "tell", "find", "out", "say", "me", "know", "please", "is", "are",
        "was", "were", "of", "for", "in", "on", "at", "to", "by", "with", "from", "name", "give",
        "then",
    )
)  # fmt: skip
_ASKING = frozenset(
    (
        "who", "whom", "whose", "which", "what", "where", "when", "how", "is", "are", "was", "were",
        "do", "does", "did", "can", "could",
    )
)  # fmt: skip
_VERBS_BEFORE_THAT = frozenset(
    (
        "in", "of", "on", "at", "to", "by", "for", "from", "with", "near", "does", "did", "is",
        "was", "do", "into", "under", "over", "through", "has", "have", "then", "of", "where",
        "which", "whom",
    )
)  # fmt: skip


def _is_demonstrative(tokens: Sequence[str], place: int, before: str) -> bool:
    """Whether `that` points at something named before: `in that town`, `borders that country.`."""
    owner = any(token.endswith(("'s", "’s")) for token in tokens[place + 1 : place + 3])
    if tokens[place + 1 : place + 2] == ["other"]:
        return True
    if owner or tokens[place + 2 : place + 3] in (["."], ["?"], [","]) or before == "as":
        return True
    if before in _VERBS_BEFORE_THAT or before in (",", "and"):
        following = tokens[place + 1] if place + 1 < len(tokens) else ""
        return before != "and" or following not in ("is", "was", "has", "are")
    return False


def has_stock_phrase(question: str) -> bool:
    """Whether a question has one of the `STOCK_PHRASES`.

    >>> has_stock_phrase("What is recorded as the height of the bridge?")
    True
    >>> has_stock_phrase("How high is the bridge at the place of birth of this person?")
    False
    """
    return STOCK_PHRASES.search(question) is not None


def skeleton(question: str) -> str:
    """A question without its content: function words and marks stay, all else becomes `_`.

    >>> skeleton("How many people live in the capital of Sarn?")
    'how many _ in the _ of _ ?'
    """
    kept: list[str] = []
    for token in _TOKEN.findall(question):
        lowered = token.lower()
        sign = lowered if lowered in _FUNCTION_WORDS or not lowered[0].isalnum() else "_"
        sign = "_" if sign.startswith("“") else sign
        if sign != "_" or kept[-1:] != ["_"]:
            kept.append(sign)
    return " ".join(kept)


@dataclass(frozen=True)
class Language:
    """How a set of questions reads.

    Attributes:
        questions: How many.
        words_median: Of their words.
        words_95: 95th percentile of their words.
        words_most: Words of the longest.
        sentences: Mean number of sentences.
        nesting: Shares of the questions with relative clauses nested 0, 1, 2 and more deep.
        stock: Share with a stock phrase.
        skeletons: Distinct skeletons.
        commonest: Share of the commonest skeleton.
        commonest_skeleton: That skeleton.
    """

    questions: int
    words_median: float
    words_95: float
    words_most: int
    sentences: float
    nesting: tuple[float, float, float, float]
    stock: float
    skeletons: int
    commonest: float
    commonest_skeleton: str


def measure(questions: Sequence[str]) -> Language:
    """Measure some questions.

    Raises:
        ValueError: When there are none.
    """
    if not questions:
        raise ValueError("there are no questions to measure")
    lengths = np.array([words(question) for question in questions])
    depths = np.minimum([nesting(question) for question in questions], 3)
    shares = np.bincount(depths, minlength=4) / len(questions)
    counts = Counter(map(skeleton, questions))
    common, number = counts.most_common(1)[0]
    return Language(
        questions=len(questions),
        words_median=float(np.median(lengths)),
        words_95=float(np.percentile(lengths, 95)),
        words_most=int(np.max(lengths)),
        sentences=float(np.mean([len(sentences(question)) for question in questions])),
        nesting=(float(shares[0]), float(shares[1]), float(shares[2]), float(shares[3])),
        stock=sum(map(has_stock_phrase, questions)) / len(questions),
        skeletons=len(counts),
        commonest=number / len(questions),
        commonest_skeleton=common,
    )
