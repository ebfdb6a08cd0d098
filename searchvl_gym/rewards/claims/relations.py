"""Whether an answer says something *of* the right one instead of giving it.

"The wife of Kern", "Kern's rival Holt", "near Lund" and "Holt, who followed Kern" name Kern or
Lund only to say what else is meant.
"""

from __future__ import annotations

import re
from collections.abc import Set

from searchvl_gym.rewards.reading.segments import RIGHT
from searchvl_gym.rewards.reading.spellings import fold_word as fold
from searchvl_gym.rewards.reading.vocabulary import BESIDE, CLASS_NOUNS, FILLERS

_POSSESSIVE = re.compile(rf"{RIGHT}\s*(?:'s|')\s+(?P<of>[^\W_]+)")
_DENIED_AFTER = re.compile(
    rf"{RIGHT}\s+(?:was|is|are|were|did|does|do|has|had|can|could|would)\s*(?:not\b|n't\b)"
    rf"|{RIGHT}\s+(?:wasn't|isn't|aren't|weren't|didn't|doesn't|can't|cannot|couldn't)\b"
    rf"|{RIGHT}\s+(?:is|was|can be|seems|would be)\s+(?:ruled out|wrong|incorrect|excluded|false"
    r"|impossible|out of the question|mistaken)\b",
    re.IGNORECASE,
)
_OF = re.compile(rf"(?P<noun>[^\W_]+)\s+of\s+(?:(?:the|a|an|this|that)\s+)?{RIGHT}", re.IGNORECASE)
_BESIDE = re.compile(
    rf"(?P<word>{'|'.join(sorted(BESIDE))})(?:\s+(?:to|by|with))?\s+(?:(?:the|a|an)\s+)?{RIGHT}",
    re.IGNORECASE,
)
_OTHER_TIME = re.compile(
    rf"\b(?:before|after|following|preceding)\s+(?:(?:the|a|an)\s+)?{RIGHT}", re.IGNORECASE
)
_RELATIVE = re.compile(r"(?:^|[,(\s])(?:which|who|that|whose|where|whom)\s", re.IGNORECASE)
_NAMING = frozenset((
    "called", "named", "is", "was", "are", "as", "titled", "means", "says", "reads", "by", "in",
    "shows", "depicts", "with", "from", "on", "at",
))  # fmt: skip
_VERB_OF_OTHER = re.compile(
    rf"\b(?:preced|succeed|follow|defeat|fought|beat|replac|resembl|imitat|inspir|met|married"
    rf"|continu|rivall?|oppos)\w*\s+(?:(?:the|a|an|work)\s+)*(?:of\s+)?{RIGHT}",
    re.IGNORECASE,
)


def find_other_subject(marked: str, asked: Set[str], *, words: bool) -> tuple[str, bool] | None:
    """Why the right value is not what is answered, and whether that is sure; None when it is.

    Args:
        marked: The answer with its right values replaced by `RIGHT`.
        asked: Folded words of the question.
        words: Whether the right value is a name or a text rather than a number or a date.

    >>> find_other_subject(f"the wife of {RIGHT}", frozenset(), words=True)
    ('it names the answer only to describe something else', False)
    >>> find_other_subject(f"the city of {RIGHT}", frozenset(), words=True)
    """
    rest = marked
    sure = False
    denied = _DENIED_AFTER.search(rest)
    if denied is not None:
        return "it denies the answer", True
    if not words:
        return None
    for pattern in (_POSSESSIVE, _BESIDE, _OTHER_TIME, _OF, _VERB_OF_OTHER):
        for match in pattern.finditer(rest):
            certain = _describes(match, asked)
            if certain is not None:
                rest = rest.replace(match.group(), match.group().replace(RIGHT, " "))
                sure = sure or certain
    for match in _RELATIVE.finditer(rest):
        clause = re.split(r"[,;.()]", rest[match.end() :], maxsplit=1)[0]
        before = rest[: match.start()]
        if RIGHT in clause and RIGHT not in before and _telling(before, asked):
            words_before = clause[: clause.index(RIGHT)].split()
            while words_before and fold(words_before[-1]) in ("the", "a", "an"):
                words_before.pop()
            last = fold(words_before[-1]) if words_before else ""
            if last not in _NAMING:
                rest = rest[: match.end()] + rest[match.end() :].replace(RIGHT, " ", 1)
                sure = True
    if RIGHT in rest:
        return None
    return "it names the answer only to describe something else", sure


def _describes(match: re.Match[str], asked: Set[str]) -> bool | None:
    """Whether a pattern speaks of something else: sure, not sure (False), or not at all (None)."""
    parts = match.groupdict()
    if "of" in parts:
        word = fold(parts["of"])
        return None if word in asked or word in FILLERS else True
    if "noun" in parts:
        noun = fold(parts["noun"])
        known = noun in CLASS_NOUNS or noun.removesuffix("s") in CLASS_NOUNS
        return None if known or noun in asked or noun in FILLERS else False
    if "word" in parts:
        return None if fold(parts["word"]) in asked else True
    return None if not asked.isdisjoint(("before", "after")) else True


def _telling(text: str, asked: Set[str]) -> bool:
    """Whether a text names anything but what the question does."""
    found = [fold(word) for word in re.findall(r"[^\W_]+", text)]
    return any(word not in asked and word not in FILLERS for word in found)
