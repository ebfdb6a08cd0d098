"""Answers that put the right value beside one of another kind: `restoring clocks, 11 September`.

Whoever does not know what is asked for can name everything that was read. So a part that is
nothing but another value makes an answer wrong, whatever kind it is of.
"""

from __future__ import annotations

import re
from collections.abc import Sequence, Set

from searchvl_gym.rewards.claims.other_values import Values
from searchvl_gym.rewards.reading.segments import OTHER, RIGHT, Segment
from searchvl_gym.rewards.reading.spellings import fold_word as fold
from searchvl_gym.rewards.reading.vocabulary import (
    ALTERNATIVES,
    CLASS_NOUNS,
    CLAUSE,
    FILLERS,
    GENERIC,
    NEGATIONS,
    OPEN_ENDS,
    PERSON_NOUNS,
    PERSONAL_TITLES,
    PREPOSITIONS,
    TITLES,
)
from searchvl_gym.rewards.values.calendar_names import months, weekdays

_ARTICLES = frozenset({"the", "a", "an"})
_STATES = frozenset(
    {
        "built",
        "begun",
        "born",
        "made",
        "est",
        "founded",
        "held",
        "found",
        "written",
        "drawn",
        "shown",
    }
)
"""Words beside a date that say what happened then; so do those that end in -ed."""

_ADJECTIVE = re.compile(r"(?:an|ish|ese|ic|al|ern|ed|y)$")
_LABELS = PERSON_NOUNS | GENERIC | CLASS_NOUNS
_VERBS = frozenset((
    "is", "was", "are", "were", "be", "been", "has", "have", "had", "does", "did", "do", "can",
    "could", "might", "may", "it", "he", "she", "they", "i", "we", "this", "that", "which", "who",
    "answer", "think", "believe", "guess", "seems", "appears", "named", "called", "known",
))  # fmt: skip
ELABORATING = frozenset({"specifically", "particularly", "especially", "including", "precisely"})
"""Words before what only makes an answer more exact."""

_OPENING = CLAUSE | PREPOSITIONS | OPEN_ENDS | NEGATIONS | frozenset((
    "according", "including", "excluding", "counting", "depending", "following", "give", "based",
    "roughly", "more", "plus", "minus", "tax", "early", "late", "mid", "formerly", "previously",
    "long", "wide", "high", "tall", "deep", "thick", "old", "away", "total", "altogether", "each",
    "then", "now", "today", "again", "if", "although", "though", "but", "etc",
))  # fmt: skip
_MOST_TOKENS = 6


def joins_other_kind(
    segments: Sequence[Segment], own: Segment, asked: Set[str], values: Values
) -> bool:
    """Whether an answer names a value of another kind beside the right one.

    >>> own = Segment("", [RIGHT])
    >>> joins_other_kind([own, Segment(",", ["11", "September"])], own, frozenset(), Values())
    True
    """
    if _joins_inside(own, asked, values):
        return True
    following = [*segments[1:], Segment("")]
    for segment, after in zip(segments, following, strict=True):
        if RIGHT in segment.tokens or segment.is_rejected or segment.aside:
            continue
        if after.joint == ":" and is_label(segment, asked):
            continue
        offered = segment.joint in ALTERNATIVES or after.joint in ALTERNATIVES
        if offered and _offers(segment, values):
            return True
        if own.said != [RIGHT]:
            continue
        if values.dates and _is_calendar(segment.said):
            continue
        if values.words and after is own and own.joint == "," and is_apposition(segment):
            continue
        numbered = any(token.isdigit() for token in segment.said) and not values.digits
        if (numbered or not values.words) and _is_bare(segment.said, asked):
            return True
        if segment.folded[0] in ELABORATING:
            continue
        if _is_phrase(segment, asked) and not _belongs(segment, values):
            return True
    return False


def _is_phrase(segment: Segment, asked: Set[str]) -> bool:
    """Whether a part is a phrase that says nothing of another: `Rain after Stone`."""
    folded = segment.folded
    said = segment.said_folded
    if not 0 < len(said) <= _MOST_TOKENS or said[0] in _OPENING or said[0] in asked:
        return False
    if any(word in _VERBS for word in folded) or said[0].endswith("ly"):
        return False
    if _is_calendar(segment.said):
        return False
    return not any(word in asked for word in said if word not in CLAUSE)


def _is_calendar(tokens: Sequence[str]) -> bool:
    """Whether tokens are a weekday or a day of a month."""
    folded = [fold(token) for token in tokens]
    named = [word in weekdays() or word in months() for word in folded]
    return any(named) and all(
        known or word.isdigit() for known, word in zip(named, folded, strict=True)
    )


def is_apposition(segment: Segment) -> bool:
    """Whether a part says what something named beside it is.

    >>> is_apposition(Segment(",", ["the", "44th", "President", "of", "France"]))
    True
    >>> is_apposition(Segment(",", ["the", "last", "week", "of", "August"]))
    False
    """
    first = segment.tokens[0]
    possessed = first.endswith(("'s", "’s"))
    if not possessed and fold(first) not in _ARTICLES:
        return False
    rest = segment.tokens[1:]
    end = next((at for at, token in enumerate(rest) if fold(token) in CLAUSE), len(rest))
    if end == len(rest) and rest and rest[-1].islower():
        return True
    nouns = _LABELS | PERSONAL_TITLES
    return any(fold(token) in nouns for token in rest[:end])


def _belongs(segment: Segment, values: Values) -> bool:
    """Whether a part may belong to the name beside it: `an architect`, a place, `housed in …`."""
    if not values.words:
        return False
    said = segment.said_folded
    participle = said[0].endswith("ed") or said[0] in _STATES
    if participle and segment.said[0].islower() and len(said) > 1 and said[1] in PREPOSITIONS:
        return True
    if segment.joint != ",":
        return False
    return is_apposition(segment) or (values.is_thing and segment.begins_as_name)


def is_label(segment: Segment, asked: Set[str]) -> bool:
    """Whether a part only says what follows its colon: `Author: …`.

    >>> is_label(Segment("", ["Author"]), frozenset())
    True
    """
    return len(segment.said) <= 3 and all(
        word in _LABELS or word in asked or not segment.begins_as_name
        for word in segment.said_folded
    )


def _joins_inside(own: Segment, asked: Set[str], values: Values) -> bool:
    """Whether another value stands right beside the right one, with nothing between them."""
    tokens = own.tokens
    place = tokens.index(RIGHT)
    after = [token for token in tokens[place + 1 :] if fold(token) not in _ARTICLES]
    before = [token for token in tokens[:place] if fold(token) not in _ARTICLES]
    last = next(iter(reversed(before)), "")
    following = after[0] if after else ""
    if values.words:
        numbered = following.isdigit() or (
            any(token.isdigit() for token in before) and _is_bare(before, asked)
        )
        if numbered and not values.digits:
            return True
        named = following[:1].isupper() and _is_name(following, asked)
        if values.common and values.cased:
            strange = last[:1].isupper() and _is_name(last, asked) and not _ADJECTIVE.search(last)
            return named or strange
        return False
    if following.isdigit() and values.dates:
        return True
    if following[:1].isupper() and _is_name(following, asked):
        return values.dates or not following.endswith("s")
    return bool(before) and (_is_bare(before, asked) or _is_unrelated(before, asked))


def _is_unrelated(before: Sequence[str], asked: Set[str]) -> bool:
    """Whether the words before a value neither lead to it nor say what it is."""
    folded = [fold(token) for token in before]
    leads = PREPOSITIONS | CLAUSE | NEGATIONS | FILLERS | TITLES
    if folded[-1] in leads or not folded[-1].isalpha() or not before[-1].isascii():
        return False
    for token, word in zip(before, folded, strict=True):
        verb = word in _VERBS or word in _STATES or word.endswith(("ed", "ly"))
        verb = verb or (token.islower() and word.endswith("s") and len(before) < 3)
        known = word in asked or word in _LABELS or word in ("early", "late", "mid", "end")
        if verb or known or word in weekdays() or word in months():
            return False
    return True


def _offers(segment: Segment, values: Values) -> bool:
    """Whether a part beside "or" says anything: `12 or so` and `12 or more` do not."""
    said = segment.said_folded
    if not values.words:
        return bool(said) and said[0] not in OPEN_ENDS and not NEGATIONS & set(said)
    return any(word.isdigit() for word in said)


def _is_name(token: str, asked: Set[str]) -> bool:
    folded = fold(token)
    calendar = folded in weekdays() or folded in months()
    known = FILLERS | CLAUSE | TITLES | PREPOSITIONS
    short = token.isupper() and len(token) <= 3
    return (
        token.isalpha()
        and not short
        and not calendar
        and folded not in known
        and folded not in asked
    )


def _is_bare(tokens: Sequence[str], asked: Set[str]) -> bool:
    """Whether tokens are names, numbers with their units and dates, and nothing else."""
    counted = False
    telling = 0
    for token in tokens:
        folded = fold(token)
        if token == OTHER or token.isdigit():
            counted, telling = True, telling + 1
        elif folded in weekdays():
            counted = False
        elif token[0].isupper() and token.isalpha() and len(token) > 1:
            verb = folded.endswith(("ed", "ly")) or folded in _STATES or folded in asked
            if verb or folded in CLAUSE or folded in PREPOSITIONS or folded in FILLERS:
                return False
            counted, telling = False, telling + 1
        elif counted and token.isalpha() and folded not in CLAUSE | PREPOSITIONS | OPEN_ENDS:
            counted = False
        else:
            return False
    return telling > 0
