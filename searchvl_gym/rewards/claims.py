"""Does an answer commit itself to what it contains, or does it name something else as well?

The verifier marks in an answer what is right and, for numbers and dates, what is another value.
This module then reads the words around the marks. It knows no facts: it goes by separators
("Paris or Rome", "Paris, Rome"), negation ("not Paris") and comparison ("more than 12").
"""

from __future__ import annotations

import re
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
_TITLES = frozenset((
    "mr", "mrs", "ms", "miss", "dr", "prof", "professor", "sir", "dame", "lord", "lady",
    "saint", "st", "king", "queen", "prince", "princess", "president", "captain", "general",
    "colonel", "major", "bishop", "the", "of", "de", "von", "van", "river", "mount", "lake",
    "architect", "engineer", "painter", "sculptor", "writer", "composer", "mayor",
))  # fmt: skip
_TOKEN = re.compile(
    rf"[{RIGHT}{OTHER}]|[^\W_]+(?:['’][^\W_]+)*|[,;:/|()\n&–—~-]|[.!?](?=\s|$)|[^\s\w]"
)
_SEPARATORS = frozenset(",;:\n.!?()")
_TAIL = re.compile(r"\banswer(?:\s+is|\s+was|\s*:)", re.IGNORECASE)


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


def find_contradiction(
    marked: str, *, question: str, words_are_values: bool, cased: bool = True
) -> str | None:
    """Why an answer that contains the right value does not count, or None when it does.

    Args:
        marked: The answer with its right values replaced by `RIGHT` and, where other values
            of the same kind can be told, those by `OTHER`.
        question: Its words are no rivals of the answer.
        words_are_values: Whether any word may be another value (names), rather than only what is
            marked as `OTHER` (numbers, dates).
        cased: Whether capitals tell names from other words in this answer.

    >>> find_contradiction(f"{RIGHT} or Rome", question="", words_are_values=True)
    'it names an alternative'
    >>> find_contradiction(f"It is {RIGHT}, not Rome.", question="", words_are_values=True)
    """
    segments = _split(marked)
    first = next((i for i, segment in enumerate(segments) if RIGHT in segment.tokens), None)
    if first is None:
        return "it does not contain the answer"
    known = set(words(question)) | {
        word for segment in segments if RIGHT in segment.tokens for word in segment.folded
    }
    for segment in segments:
        if RIGHT in segment.tokens:
            reason = _read_own(segment, set(words(question)), words_are_values, cased)
            if reason is not None:
                return reason
    if segments[first].joint in _CORRECTIONS:
        segments = segments[first:]
        first = 0
    for number, segment in enumerate(segments):
        if RIGHT in segment.tokens or segment.is_rejected:
            continue
        following = segments[number + 1].joint if number + 1 < len(segments) else ""
        if OTHER in segment.tokens and following == "and" and "between" in segment.folded:
            return "it states a range"
        offered = segment.joint in _ALTERNATIVES or following in _ALTERNATIVES
        if offered and _has_value(segment, known, words_are_values):
            return "it names an alternative"
        if not segment.aside and _is_bare_value(segment, known, words_are_values):
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


def _read_own(
    segment: _Segment, asked: set[str], words_are_values: bool, cased: bool
) -> str | None:
    """What speaks against the answer in the very segment that contains it."""
    tokens, folded = segment.tokens, segment.folded
    for place, token in enumerate(tokens):
        if token != RIGHT:
            continue
        before = folded[max(0, place - 4) : place]
        if any(word in _NEGATIONS for word in before):
            return "it denies the answer"
        text = " ".join(before)
        if any(text.endswith(phrase) for phrase in _REJECTING):
            return "it denies the answer"
        if not words_are_values and any(text.endswith(phrase) for phrase in _COMPARING):
            return "it only compares with the answer"
        if words_are_values:
            beside = [
                (tokens[i], i > place) for i in (place - 1, place + 1) if 0 <= i < len(tokens)
            ]
            if any(_belongs_to_name(word, follows, asked, cased) for word, follows in beside):
                return "it names something else whose name contains the answer"
    if OTHER in tokens:
        between = [word for word in folded if word not in (RIGHT, OTHER)]
        if any(sign in _RANGE for sign in between) or "between" in between:
            return "it states a range"
        if all(word in _FILLERS for word in between):
            return "it names another value"
    if "between" in folded:
        return "it states a range"
    return None


def _belongs_to_name(token: str, follows: bool, asked: set[str], cased: bool) -> bool:
    """Whether a word beside the answer makes it another, longer name: `Kern` in `Kern Bridge`."""
    folded = fold(token)
    if not token.isalnum() or token.isdigit() or folded in _FILLERS | _CLAUSE | _TITLES:
        return False
    if folded in asked and not (cased and follows):
        return False
    return token[0].isupper() or not cased


def _has_value(segment: _Segment, known: set[str], words_are_values: bool) -> bool:
    if OTHER in segment.tokens:
        return True
    return words_are_values and any(
        word not in _FILLERS | _CLAUSE and word not in known and not word.isdigit()
        for word in segment.folded
        if word.isalnum()
    )


def _is_bare_value(segment: _Segment, known: set[str], words_are_values: bool) -> bool:
    """Whether a segment says nothing but a value, as the items of a list do."""
    rest = [word for word in segment.folded if word not in _FILLERS and word not in (OTHER, RIGHT)]
    if OTHER in segment.tokens and all(word in known or word in _RANGE for word in rest):
        return True
    if not words_are_values or any(word in _CLAUSE for word in rest):
        return False
    names = [word for word in rest if word not in known and not word.isdigit()]
    return 0 < len(names) <= 6 and not all(word in _TITLES for word in names)
