"""Does an answer commit itself to what it contains, or does it name something else as well?

This module reads the words around the marks of a marked answer. It knows no facts: it goes by
separators ("Paris or Rome", "Paris, Rome"), negation ("not Paris"), comparison ("more than 12")
and order: what is named after the answer may be a remark on it, what is named before it may not.
So a list of guesses never wins by the guess that happens to be right.
"""

from __future__ import annotations

import re
from collections.abc import Sequence, Set

from searchvl_gym.rewards.claims.binding import says_of_other
from searchvl_gym.rewards.claims.joins import ELABORATING, is_apposition, is_label, joins_other_kind
from searchvl_gym.rewards.claims.listings import lists_in_own_words, says_the_same_of
from searchvl_gym.rewards.claims.other_values import Values
from searchvl_gym.rewards.reading.segments import OTHER, RIGHT, Segment, split, without_prepositions
from searchvl_gym.rewards.reading.spellings import fold_word as fold
from searchvl_gym.rewards.reading.vocabulary import (
    ALTERNATIVES,
    CLAUSE,
    COMPARING,
    CORRECTIONS,
    FILLERS,
    HONORIFICS,
    NEGATIONS,
    OPEN_ENDS,
    PREPOSITIONS,
    PRONOUNS,
    RANGE,
    REJECTING,
    SITES,
    TITLES,
)
from searchvl_gym.world.folding import words

MAX_OTHERS = 2
"""Most other values that an answer may speak of."""

_ITEM_JOINTS = frozenset({",", ";", "and", "&", "\n", "/", "|"})
_LONGEST_NAME = 6
_SIGNED = re.compile(
    rf"[<>≤≥]=?\s*{RIGHT}|{RIGHT}\s*(?:[^\W\d_]+\s*)?(?:\+|\bplus\b\s*(?:$|[.,;:!?)]))",
    re.IGNORECASE,
)
"""Signs that make a value a bound: `>12`, `12+`, `12 plus`."""


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
    if not values.words and _SIGNED.search(marked):
        return "it only compares with the answer"
    segments = split(marked)
    asked = frozenset(words(question))
    own = [segment for segment in segments if RIGHT in segment.tokens]
    for segment in own:
        reason = _read_own(segment, asked, values)
        if reason is not None:
            return reason
    if not own:
        return None
    known = asked.union(*(segment.folded for segment in own))
    first = segments.index(own[0])
    if segments[first].joint in CORRECTIONS:
        segments, first = segments[first:], 0
    if says_of_other(segments, own[0], asked, values):
        return "it says it of something else"
    if joins_other_kind(segments, own[0], asked, values):
        return _joined(segments)
    if _offers_too_much(segments, first, known, values):
        return "it names too many other values"
    following = [segment.joint for segment in segments[1:]] + [""]
    for place, (segment, next_joint) in enumerate(zip(segments, following, strict=True)):
        if place + 1 == first and next_joint == "and" and "between" in segment.folded:
            return "it states a range"
        if RIGHT in segment.tokens or segment.is_rejected:
            continue
        if next_joint == ":" and OTHER not in segment.tokens and is_label(segment, asked):
            continue
        if not values.words and _is_bound(segment):
            return "it only compares with the answer"
        if OTHER in segment.tokens and next_joint == "and" and "between" in segment.folded:
            return "it states a range"
        offered = segment.joint in ALTERNATIVES or next_joint in ALTERNATIVES
        rival = OTHER in segment.tokens or segment.folded == ["right"]
        if offered and (rival or values.names_in(segment.folded, known)):
            return "it names an alternative"
        if says_the_same_of(segment, own[0], known, values):
            return "it names another value"
        remark = place > first and _is_remark(segment, asked, values)
        # "The first president, Aldo Kern".
        leads = place + 1 == first and next_joint == "," and own[0].said == [RIGHT]
        remark = remark or (values.words and leads and is_apposition(segment))
        remark = remark or (place > first and segment.folded[0] in ELABORATING)
        last = len(segments) == 2 and place == 1
        remark = remark or (last and _is_place(segment, segments[0], values))
        if remark or segment.aside:
            continue
        if _is_bare_value(segment, own[0], known, values, precedes=place < first):
            return "it names another value"
    return None


def _joined(segments: Sequence[Segment]) -> str:
    """How to say that other values are named: as alternatives, or beside the right one."""
    joints = {segment.joint for segment in segments if segment is not segments[0]}
    if not joints.isdisjoint(ALTERNATIVES):
        return "it names an alternative"
    return "it joins another value to the answer"


def _read_own(segment: Segment, asked: Set[str], values: Values) -> str | None:
    """What speaks against the answer in the very segment that contains it."""
    tokens, folded = segment.tokens, segment.folded
    for place, token in enumerate(tokens):
        if token != RIGHT:
            continue
        before = folded[max(0, place - 4) : place]
        text = " ".join(word for word in before if word not in ("the", "a", "an"))
        if any(word in NEGATIONS for word in before) or text.endswith(REJECTING):
            return "it denies the answer"
        after = " ".join(folded[place + 1 : place + 4])
        bound = "at least" in after or "at most" in after or after.endswith(("upwards", "onwards"))
        if not values.words and (bound or text.endswith(COMPARING)):
            return "it only compares with the answer"
        if values.words and not values.common:
            nearby = [word for word in folded[place + 1 : place + 3] if word in SITES - asked]
            if nearby and all(word not in CLAUSE for word in folded[place + 1 : place + 3]):
                return "it names something else whose name contains the answer"
            beside = [(word, False) for word in tokens[max(0, place - 1) : place]]
            beside += [(word, True) for word in tokens[place + 1 : place + 2]]
            if any(_belongs_to_name(word, follows, asked, values) for word, follows in beside):
                return "it names something else whose name contains the answer"
    if OTHER in tokens:
        between = [word for word in folded if word not in (RIGHT, OTHER)]
        if any(sign in RANGE for sign in between):
            return "it states a range"
        skipped = FILLERS | PREPOSITIONS if values.dates or segment.introduced_by else FILLERS
        if all(word in skipped for word in between):
            return "it names another value"
    if values.words and lists_in_own_words(segment, asked, values):
        return "it names another value"
    return "it states a range" if "between" in folded else None


def _belongs_to_name(token: str, follows: bool, asked: Set[str], values: Values) -> bool:
    """Whether a word beside the answer makes it another, longer name: `Kern` in `Kern Bridge`."""
    folded = fold(token)
    if folded == "people's":
        return True
    if not token.isalnum() or token.isdigit() or folded in FILLERS | CLAUSE | TITLES:
        return False
    if folded in asked and not (values.cased and follows):
        return False
    return token[0].isupper() or not values.cased


def _offers_too_much(
    segments: Sequence[Segment], first: int, known: Set[str], values: Values
) -> bool:
    """Whether more than `MAX_OTHERS` other values are named and not rejected."""
    offered = [segment for segment in segments if not segment.is_rejected]
    if not values.words:
        return sum(segment.tokens.count(OTHER) for segment in offered) > MAX_OTHERS
    before = [segment for segment in segments[:first] if not segment.is_rejected]
    asides = [segment for segment in offered if segment.aside and RIGHT not in segment.tokens]
    return any(
        sum(bool(values.rivals_in(segment, known)) for segment in group) > MAX_OTHERS
        for group in (before, asides)
    )


def _is_bound(segment: Segment) -> bool:
    """Whether a part makes the value before it a bound: `or more`, `and later`."""
    said = segment.said_folded
    if OTHER in said or not said or said[0] not in OPEN_ENDS:
        return False
    return segment.joint == "or" or (segment.joint == "and" and len(said) == 1)


def _is_remark(segment: Segment, asked: Set[str], values: Values) -> bool:
    """Whether a part says something about the answer before it: `it spans the Kern`."""
    if not values.cased or not values.words:
        return False
    tokens = [token for token in segment.tokens if fold(token) not in ("the", "a", "an")]
    if segment.joint == "," and is_apposition(segment):
        return True
    subject = fold(tokens[0]) if tokens else ""
    if len(tokens) < 2 or not (subject in PRONOUNS or subject in asked):
        return False
    verb = fold(tokens[1])
    known = verb in FILLERS or verb in CLAUSE or verb in asked or verb in NEGATIONS
    return tokens[1].islower() and not known


def _is_place(segment: Segment, own: Segment, values: Values) -> bool:
    """Whether a part may tell where the answer before it is: `Söderqvist Bridge, Axenstad`.

    It must be the only one, begin like a name and be shorter than the answer, which must stand
    alone. Nobody can win by two guesses that way: only the first counts.
    """
    alone = own.said == [RIGHT]
    plain = values.words and values.cased and not (values.digits or values.hold_clauses)
    shorter = len(segment.said) < values.length and values.is_thing
    return plain and alone and segment.joint == "," and segment.begins_as_name and shorter


def _is_bare_value(
    segment: Segment, own: Segment, known: Set[str], values: Values, *, precedes: bool
) -> bool:
    """Whether a segment says nothing but a value, as the items of a list do."""
    rest = [word for word in segment.said_folded if word != OTHER]
    is_item = values.cased and segment.joint in _ITEM_JOINTS and segment.begins_as_name
    if not values.words:
        skipped = PREPOSITIONS if values.dates or own.introduced_by else frozenset[str]()
        plain = all(word in known or word in RANGE or word in skipped for word in rest)
        return OTHER in segment.tokens and plain
    bare = without_prepositions(segment.said)
    if precedes and len(bare) < len(rest):
        named = bool(bare) and bare[0][0].isupper()
        if named if values.cased else bool(own.introduced_by):
            rest, is_item = [fold(token) for token in bare], values.cased
    is_item = is_item or (precedes and values.is_title(segment))
    # "…, which is in France", "…, capital of France" are remarks. An item of a list that begins
    # like a name, or values that hold such words themselves ("Salt before Thunder"), are not,
    # unless the very first word tells.
    remark = rest[:1] if values.hold_clauses or is_item else rest
    if any(word in CLAUSE for word in remark):
        return False
    names = values.names_in(rest, known)
    return 0 < len(names) <= _LONGEST_NAME and not all(word in HONORIFICS for word in names)
