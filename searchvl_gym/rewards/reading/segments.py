"""An answer in parts: what stands between two separators, and how each part is introduced.

The verifier marks in an answer what is right and, for numbers and dates, what is another value.
"Lund, or in Paris" has the parts "Lund" and "in Paris", and the second one's joint is "or".
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from searchvl_gym.rewards.reading.spellings import fold_word as fold
from searchvl_gym.rewards.reading.vocabulary import (
    FILLERS,
    JOINING_WORDS,
    NEGATIONS,
    PREPOSITIONS,
    RANGE,
    REJECTING,
)
from searchvl_gym.world.folding import words

RIGHT = "\ue000"
"""Stands for a right value in a marked text."""

OTHER = "\ue001"
"""Stands for another value of the same kind."""

MAYBE = "\ue002"
"""Stands for a value of which a rule cannot tell whether it is right."""

MAX_CHARS = 1_200
"""Longest text in which doubts and first guesses are looked for."""

MAX_WORDS = 60
"""Longest statement that is still read; of longer ones only the part after "answer is"."""

_TOKEN = re.compile(
    rf"[{RIGHT}{OTHER}]|[^\W_]+(?:['’][^\W_]+)*|[,;:/|()\n&–—~-]"
    r"|(?<!\b[A-Z])[.!?](?=\s|$)|[^\s\w]"
)
_INITIAL = re.compile(
    r"\b([A-Z]|Rev|Mr|Mrs|Ms|Dr|Prof|St|Mt|Ft|Gen|Col|Capt|Lt|Sgt|Gov|Sen|Pres|Hon|Jr|Sr)"
    r"\.(?=\s*[A-Z\d\ue000])"
)
_SEPARATORS = frozenset(",;:\n.!?()")
_TAIL = re.compile(r"\banswer(?:\s+is|\s+was|\s*:)", re.IGNORECASE)


@dataclass
class Segment:
    """Tokens between two separators, and what stands before them.

    Attributes:
        joint: The separator or joining word before it; "" at the beginning.
        tokens: Its words and marks as they are written.
        aside: Whether it stands in brackets.
    """

    joint: str
    tokens: list[str] = field(default_factory=list)
    aside: bool = False

    @property
    def folded(self) -> list[str]:
        """The tokens in one spelling."""
        return [fold(token) for token in self.tokens]

    @property
    def said(self) -> list[str]:
        """The tokens that say something, as they are written."""
        # A capital C is more often a language or an option than "circa".
        return [token for token in self.tokens if fold(token) not in FILLERS or token == "C"]

    @property
    def said_folded(self) -> list[str]:
        """The tokens that say something, in one spelling."""
        return [fold(token) for token in self.said]

    @property
    def begins_as_name(self) -> bool:
        """Whether its first telling word has a capital."""
        return bool(self.said) and self.said[0][0].isupper()

    @property
    def is_rejected(self) -> bool:
        """Whether it says that something is not the answer."""
        leading = self.said_folded
        text = " ".join(self.folded)
        return bool(leading) and (leading[0] in NEGATIONS or text.startswith(REJECTING))

    @property
    def introduced_by(self) -> str:
        """The preposition before the right value, or "".

        >>> Segment("", ["built", "in", "the", "year", RIGHT]).introduced_by
        'in'
        """
        said = self.said_folded
        before = said[said.index(RIGHT) - 1 : said.index(RIGHT)] if RIGHT in said else []
        return before[0] if before and before[0] in PREPOSITIONS else ""


def without_prepositions(tokens: list[str]) -> list[str]:
    """Tokens without the prepositions that they begin with.

    >>> without_prepositions(["In", "Lund"])
    ['Lund']
    """
    first = 0
    while first < len(tokens) and fold(tokens[first]) in PREPOSITIONS:
        first += 1
    return tokens[first:]


def last_statement(text: str) -> str | None:
    """A text of at most `MAX_CHARS`, or what follows its last "answer is"; None when too long.

    >>> last_statement("word " * 1000 + "So the answer is Paris.").strip()
    'Paris.'
    """
    if len(text) <= MAX_CHARS:
        return text
    found = list(_TAIL.finditer(text))
    tail = text[found[-1].end() :] if found else text
    return tail if len(tail) <= MAX_CHARS else None


def shorten(text: str) -> str | None:
    """The part of a long answer that states the answer, or None when it cannot be told.

    >>> shorten("word " * 100 + "So the answer is Paris.").strip()
    'Paris.'
    """
    if len(words(text)) <= MAX_WORDS:
        return text
    found = list(_TAIL.finditer(text))
    if not found:
        return None
    tail = text[found[-1].end() :]
    return tail if len(words(tail)) <= MAX_WORDS else None


def split(marked: str) -> list[Segment]:
    """The segments of a marked text that say anything.

    >>> [(part.joint, part.tokens) for part in split("Paris, or Rome")]
    [('', ['Paris']), ('or', ['Rome'])]
    """
    segments = [Segment("")]
    depth = 0
    for token in _TOKEN.findall(_INITIAL.sub(r"\1", marked)):
        folded = fold(token)
        if token in "()":
            depth = max(0, depth + (1 if token == "(" else -1))
        # "Galaxy S9 Plus" is a name; "S9 plus S8" are two.
        joins = folded in JOINING_WORDS and not (folded == "plus" and token[0].isupper())
        if token in _SEPARATORS or joins:
            if segments[-1].tokens:
                segments.append(Segment(folded or token, aside=depth > 0))
            else:
                # "(or", ", and": the word says more than the sign before it.
                segments[-1].joint = folded if folded in JOINING_WORDS else segments[-1].joint
                segments[-1].aside = depth > 0
        elif token.isalnum() or "'" in token or "’" in token or token in (RIGHT, OTHER, *RANGE):
            segments[-1].tokens.append(token)
    return [segment for segment in segments if segment.tokens]
