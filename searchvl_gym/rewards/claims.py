"""Does an answer commit itself to what it contains, or does it name something else as well?

The verifier marks in an answer what is right and, for numbers and dates, what is another value.
This module then reads the words around the marks. It knows no facts: it goes by separators
("Paris or Rome", "Paris, Rome"), negation ("not Paris") and comparison ("more than 12").
"""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass, field

from searchvl_gym.world.folding import fold, words

RIGHT = "\ue000"
"""Stands for a right value in a marked text."""

OTHER = "\ue001"
"""Stands for another value of the same kind."""

MAX_WORDS = 60
"""Longest statement that is still read; of longer ones only the part after "answer is"."""

_FILLERS = frozenset((
    "a", "an", "the", "it", "this", "that", "its", "these", "those", "he", "she", "they", "him",
    "her", "i", "we", "you", "is", "was", "are", "were", "be", "been", "being", "would",
    "could", "might", "may", "must", "should", "can", "will", "do", "does", "did", "answer",
    "correct", "right", "think", "believe", "guess", "say", "probably", "maybe", "perhaps",
    "possibly", "presumably", "likely", "apparently", "seems", "appears", "approximately",
    "about", "around", "roughly", "circa", "ca", "c", "nearly", "almost", "exactly",
    "precisely", "just", "only", "called", "named", "known", "name", "named", "title", "titled",
    "so", "therefore", "thus", "hence", "because", "sure", "also", "too", "definitely",
    "certainly", "clearly", "final", "fact", "based", "image", "picture", "photo", "question",
    "well", "as", "some", "yes", "there", "here", "both", "total", "year", "date", "then",
))  # fmt: skip
_CLAUSE = frozenset((
    "in", "on", "at", "of", "by", "for", "from", "with", "which", "who", "whose", "whom",
    "where", "when", "while", "near", "after", "before", "during", "since", "until", "as",
    "has", "have", "had", "to", "into", "over", "under", "because", "between", "not", "than",
))  # fmt: skip
_NEGATIONS = frozenset((
    "not", "never", "neither", "nor", "no", "isn't", "wasn't", "aren't", "weren't", "cannot",
    "can't", "couldn't", "isnt", "wasnt", "without", "unlike", "except", "excluding",
))  # fmt: skip
_REJECTING = ("instead of", "rather than", "other than", "as opposed to")
_COMPARING = (
    "more than", "less than", "fewer than", "greater than", "at least", "at most", "up to",
    "over", "under", "above", "below", "before", "after", "until", "exceeding",
)  # fmt: skip
_ALTERNATIVES = frozenset({"or", "either", "versus", "vs", "alternatively", "/", "|"})
_CORRECTIONS = frozenset({"but", "however", "actually"})
_JOINING_WORDS = frozenset({"and", "plus", "&"}) | _ALTERNATIVES | _CORRECTIONS
_RANGE = frozenset({"to", "through", "till", "-", "–", "—", "~"})
_HONORIFICS = frozenset((
    "mr", "mrs", "ms", "miss", "dr", "prof", "professor", "sir", "dame", "lord", "lady", "st",
))  # fmt: skip
_TITLES = _HONORIFICS | frozenset((
    "saint", "king", "queen", "prince", "princess", "president", "captain", "general", "colonel",
    "major", "bishop", "mayor", "de", "von", "van", "architect", "engineer", "painter",
    "sculptor", "writer", "composer",
))  # fmt: skip
"""Words that may stand beside a name without making it another one."""
_LONGEST_NAME = 6
_TOKEN = re.compile(
    rf"[{RIGHT}{OTHER}]|[^\W_]+(?:['’][^\W_]+)*|[,;:/|()\n&–—~-]|[.!?](?=\s|$)|[^\s\w]"
)
_SEPARATORS = frozenset(",;:\n.!?()")
_TAIL = re.compile(r"\banswer(?:\s+is|\s+was|\s*:)", re.IGNORECASE)


@dataclass(frozen=True)
class Values:
    """What other values of the answer's kind look like.

    Attributes:
        words: Any word may be one (names, texts), rather than only what is marked as `OTHER`
            (numbers, dates).
        digits: So may digits (codes).
        hold_clauses: They may hold words such as `before` and `of`.
        cased: Capitals tell names from other words.
    """

    words: bool = True
    digits: bool = False
    hold_clauses: bool = False
    cased: bool = True

    def names_in(self, folded: Sequence[str], known: Set[str]) -> list[str]:
        """The words that may be (part of) another value."""
        return [
            word
            for word in folded
            if self.words
            and word.isalnum()
            and word not in _FILLERS
            and word not in _CLAUSE
            and word not in known
            and (self.digits or not word.isdigit())
        ]


def values_like(accepted: Sequence[str], statement: str) -> Values:
    """What rivals of the accepted texts may look like in a statement.

    >>> values_like(["08579"], "08579 or 04229").digits
    True
    """
    forms = [word for form in accepted for word in words(form)]
    return Values(
        digits=any(word.isdigit() for word in forms),
        hold_clauses=any(word in _CLAUSE for word in forms),
        cased=statement not in (statement.lower(), statement.upper()),
    )


@dataclass
class _Segment:
    """Tokens between two separators, and what stands before them."""

    joint: str
    tokens: list[str] = field(default_factory=list)
    aside: bool = False

    @property
    def folded(self) -> list[str]:
        return [fold(token) for token in self.tokens]

    @property
    def begins_as_name(self) -> bool:
        said = [token for token in self.tokens if fold(token) not in _FILLERS]
        return bool(said) and said[0][0].isupper()

    @property
    def is_rejected(self) -> bool:
        text = " ".join(self.folded)
        leading = [word for word in self.folded if word not in _FILLERS]
        return bool(leading) and (leading[0] in _NEGATIONS or text.startswith(_REJECTING))


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


def find_contradiction(marked: str, *, question: str, values: Values) -> str | None:
    """Why an answer that contains the right value does not count, or None when it does.

    Args:
        marked: The answer with its right values replaced by `RIGHT` and, where other values
            of the same kind can be told, those by `OTHER`.
        question: Its words are no rivals of the answer.
        values: What a rival may look like.

    >>> find_contradiction(f"{RIGHT} or Rome", question="", values=Values())
    'it names an alternative'
    >>> find_contradiction(f"It is {RIGHT}, not Rome.", question="", values=Values())
    """
    segments = _split(marked)
    asked = frozenset(words(question))
    own = [segment for segment in segments if RIGHT in segment.tokens]
    for segment in own:
        reason = _read_own(segment, asked, values)
        if reason is not None:
            return reason
    known = asked.union(*(segment.folded for segment in own))
    first = segments.index(own[0]) if own else 0
    if segments and segments[first].joint in _CORRECTIONS:
        segments = segments[first:]
    following = [segment.joint for segment in segments[1:]] + [""]
    for segment, next_joint in zip(segments, following, strict=True):
        if RIGHT in segment.tokens or segment.is_rejected:
            continue
        if OTHER in segment.tokens and next_joint == "and" and "between" in segment.folded:
            return "it states a range"
        offered = segment.joint in _ALTERNATIVES or next_joint in _ALTERNATIVES
        if offered and (OTHER in segment.tokens or values.names_in(segment.folded, known)):
            return "it names an alternative"
        if not segment.aside and _is_bare_value(segment, known, values):
            return "it names another value"
    return None


def _split(marked: str) -> list[_Segment]:
    segments = [_Segment("")]
    depth = 0
    for token in _TOKEN.findall(marked):
        folded = fold(token)
        if token in "()":
            depth = max(0, depth + (1 if token == "(" else -1))
        if token in _SEPARATORS or folded in _JOINING_WORDS:
            if segments[-1].tokens:
                segments.append(_Segment(folded or token, aside=depth > 0))
            else:
                # "(or", ", and": the word says more than the sign before it.
                segments[-1].joint = folded if folded in _JOINING_WORDS else segments[-1].joint
                segments[-1].aside = depth > 0
        elif token.isalnum() or "'" in token or "’" in token or token in (RIGHT, OTHER, *_RANGE):
            segments[-1].tokens.append(token)
    return [segment for segment in segments if segment.tokens]


def _read_own(segment: _Segment, asked: frozenset[str], values: Values) -> str | None:
    """What speaks against the answer in the very segment that contains it."""
    tokens, folded = segment.tokens, segment.folded
    for place, token in enumerate(tokens):
        if token != RIGHT:
            continue
        before = folded[max(0, place - 4) : place]
        text = " ".join(before)
        if any(word in _NEGATIONS for word in before) or text.endswith(_REJECTING):
            return "it denies the answer"
        if not values.words and text.endswith(_COMPARING):
            return "it only compares with the answer"
        if values.words:
            beside = [(word, False) for word in tokens[max(0, place - 1) : place]]
            beside += [(word, True) for word in tokens[place + 1 : place + 2]]
            if any(_belongs_to_name(word, follows, asked, values) for word, follows in beside):
                return "it names something else whose name contains the answer"
    if OTHER in tokens:
        between = [word for word in folded if word not in (RIGHT, OTHER)]
        if any(sign in _RANGE for sign in between):
            return "it states a range"
        if all(word in _FILLERS for word in between):
            return "it names another value"
    return "it states a range" if "between" in folded else None


def _belongs_to_name(token: str, follows: bool, asked: frozenset[str], values: Values) -> bool:
    """Whether a word beside the answer makes it another, longer name: `Kern` in `Kern Bridge`."""
    folded = fold(token)
    if not token.isalnum() or token.isdigit() or folded in _FILLERS | _CLAUSE | _TITLES:
        return False
    if folded in asked and not (values.cased and follows):
        return False
    return token[0].isupper() or not values.cased


def _is_bare_value(segment: _Segment, known: frozenset[str], values: Values) -> bool:
    """Whether a segment says nothing but a value, as the items of a list do."""
    rest = [word for word in segment.folded if word not in _FILLERS and word != OTHER]
    if OTHER in segment.tokens and all(word in known or word in _RANGE for word in rest):
        return True
    # "…, which is in France", "…, capital of France" are remarks. An item of a list that begins
    # like a name, or values that hold such words themselves ("Salt before Thunder"), are not,
    # unless the very first word tells.
    is_item = values.cased and segment.joint in (",", ";", "and", "&") and segment.begins_as_name
    remark = rest[:1] if values.hold_clauses or is_item else rest
    if any(word in _CLAUSE for word in remark):
        return False
    names = values.names_in(rest, known)
    return 0 < len(names) <= _LONGEST_NAME and not all(word in _HONORIFICS for word in names)
