"""What other values of the answer's kind look like."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass

from searchvl_gym.rewards.reading.segments import Segment
from searchvl_gym.rewards.reading.spellings import fold_word as fold
from searchvl_gym.rewards.reading.vocabulary import CLAUSE, FILLERS, GENERIC
from searchvl_gym.world.folding import words

_IN_TITLES = frozenset(("of", "the", "de", "von", "van", "du", "la", "le"))


@dataclass(frozen=True)
class Values:
    """What other values of the answer's kind look like.

    Attributes:
        words: Any word may be one (names, texts), rather than only what is marked as `OTHER`
            (numbers, dates).
        dates: They may follow a preposition (`in 1982`), so that says nothing.
        digits: They may hold digits (codes).
        hold_clauses: They may hold words such as `before` and `of`.
        cased: Capitals tell names from other words.
        length: Number of words before the first comma of the answer.
        is_thing: The right answer holds a noun such as `Bridge`, so a place may follow it.
        common: The right answer is no name, so words beside it only describe it: `dark blue`.
    """

    words: bool = True
    dates: bool = False
    digits: bool = False
    hold_clauses: bool = False
    cased: bool = True
    length: int = 0
    common: bool = False
    is_thing: bool = False

    def names_in(self, folded: Sequence[str], known: Set[str]) -> list[str]:
        """The words that may be (part of) another value."""
        return [
            word
            for word in folded
            if self.words
            and word.isalnum()
            # A capital C is more often a language or an option than "circa".
            and (word not in FILLERS or word == "c")
            and word not in CLAUSE
            and word not in known
            and (self.digits or not word.isdigit())
        ]

    def rivals_in(self, segment: Segment, known: Set[str]) -> list[str]:
        """As `names_in`, but where capitals tell only the words with one.

        The first word of a sentence has one anyway.
        """
        starts = segment.joint in ("", ".", "\n")
        tokens = segment.tokens[1:] if starts and len(segment.tokens) > 1 else segment.tokens
        named = [token for token in tokens if not self.cased or token[0].isupper()]
        return self.names_in([fold(token) for token in named], known)

    def is_title(self, segment: Segment) -> bool:
        """Whether a part is written like a name of several words: `University of Lund`."""
        said = segment.said
        linked = all(token[0].isupper() or fold(token) in _IN_TITLES for token in said)
        return self.cased and linked and segment.begins_as_name and said[-1][0].isupper()


def values_like(accepted: Sequence[str], statement: str) -> Values:
    """What rivals of the accepted texts may look like in a statement.

    >>> values_like(["08579"], "08579 or 04229").digits
    True
    """
    forms = [word for form in accepted for word in words(form)]
    first = [word for word in words(statement.partition(",")[0]) if word not in FILLERS]
    return Values(
        digits=any(word.isdigit() for word in forms),
        hold_clauses=any(word in CLAUSE for word in forms),
        cased=statement not in (statement.lower(), statement.upper()),
        length=len(first),
        is_thing=any(word in GENERIC for word in forms),
        common=all(form == form.lower() and form[:1].isalpha() for form in accepted),
    )
