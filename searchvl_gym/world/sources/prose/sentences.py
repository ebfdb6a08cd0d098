"""The sentences of a text with their places, and what stands in brackets in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_END = re.compile(r"[.!?]+[\"”’)]*(?=\s|$)")
_ABBREVIATION = re.compile(
    r"(?:\b(?:[A-Z]|St|Mt|Dr|Mr|Mrs|Ms|Jr|Sr|Inc|Ltd|Co|Op|No|vol|vs|ca|c|b|d|fl|lit|pl|approx|"
    r"Prof|Gen|Col|Capt|Lt|Rev|Hon|Ft|U\.S|U\.K|e\.g|i\.e|etc|cf|abbr|pron|Jan|Feb|Mar|Apr|Jun|"
    r"Jul|Aug|Sep|Sept|Oct|Nov|Dec)|\b[A-Z]\.[A-Z])\.$"
)
_LINE = re.compile(r"[^\n]+")


@dataclass(frozen=True)
class Sentence:
    """A sentence.

    Attributes:
        text: Its words.
        start: Index of its first character in the text that it is from.
    """

    text: str
    start: int


def lead_of(text: str) -> str:
    """What stands before the first section."""
    return re.split(r"(?:\A|\n)==", text, maxsplit=1)[0]


def sentences(text: str) -> Iterator[Sentence]:
    """The sentences of a text, line by line; an abbreviation ends none.

    >>> [each.text for each in sentences("J. S. Bach wrote it. It is by St. John.")]
    ['J. S. Bach wrote it.', 'It is by St. John.']
    """
    for line in _LINE.finditer(text):
        start = line.start()
        for end in _END.finditer(text, line.start(), line.end()):
            piece = text[start : end.end()]
            following = text[end.end() : end.end() + 2].strip()[:1]
            if _ABBREVIATION.search(piece) and end.end() < line.end():
                continue
            if following and following.islower():
                continue
            if piece.strip():
                bare = piece.lstrip()
                yield Sentence(bare, start + len(piece) - len(bare))
            start = end.end()
        rest = text[start : line.end()]
        if rest.strip():
            bare = rest.strip()
            yield Sentence(bare, start + rest.index(bare))


def without_brackets(text: str) -> str:
    """A text whose bracketed parts are blanks, so that every place stays the same.

    >>> without_brackets("Ulm (in Swabia (Germany)) is old.")
    'Ulm                       is old.'
    """
    shown, depth = [], 0
    for sign in text:
        depth += sign in "(["
        shown.append(" " if depth else sign)
        depth -= sign in ")]" and depth > 0
    return "".join(shown)
