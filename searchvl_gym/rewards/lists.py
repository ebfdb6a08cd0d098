"""Answers that are lists: in any order, none missing and none extra."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from searchvl_gym.rewards.names.forms import name_words
from searchvl_gym.rewards.names.persons import given_names
from searchvl_gym.rewards.names.places import country_code, may_hold
from searchvl_gym.rewards.names.roles import is_personal
from searchvl_gym.rewards.reading.vocabulary import CLAUSE, FILLERS, NEGATIONS

_SEPARATOR = re.compile(
    r"\s*(?:[,;、，；\n|]|(?<!\d)/(?!\d)|–|—)\s*(?:and\b|&|和|及|以及)?\s*|\s+(?:and|&)\s+|(?<=[^\W\d_])(?:和|与|及|以及|と|와|과)(?=[^\W\d_])"
)
_NUMBERED = re.compile(r"(?:^|\n)\s*(?:\d{1,2}[.)]|[-•*])\s+")
_PLURAL = re.compile(
    r"\b(?:which|what|name|list) (?:the )?(?:two|three|four|five|six|all|\w+s)\b"
    r"|\bwho are\b|\bare the\b"
    r"|哪些|哪几|哪两|どれとどれ",
    re.IGNORECASE,
)
_OPEN_END = re.compile(
    r"\b(?:etc|and (?:others|more|so on)|among others)\b|等等|など", re.IGNORECASE
)
_LEAD = re.compile(
    r"^.*?(?:\b(?:are|is|were|was|has|have|include[sd]?|contains?|of|from)\b|:)\s+", re.IGNORECASE
)
_SUFFIX = re.compile(r"^(?:jr|sr|inc|ltd|co|llc|phd|m\.?d)\.?$", re.IGNORECASE)


@lru_cache(maxsize=512)
def items_of(gold: str, question: str) -> tuple[str, ...]:
    """The items of a right answer that is a list; empty when it is none.

    Titles such as "Crime and Punishment" come out as lists too, so try the whole first.

    >>> items_of("flour, sugar and eggs", ""), items_of("Springfield, Illinois", "")
    (('flour', 'sugar', 'eggs'), ())
    """
    if re.search(r"\d,\d|[()\"“”:]|;\s*or\b", gold) or len(gold) > 300:
        return ()
    parts = [part.strip(" .") for part in _SEPARATOR.split(gold)]
    parts = [part for part in parts if part]
    if (
        len(parts) < 2
        or len({part.lower() for part in parts}) < len(parts)
        or any(_SUFFIX.match(part) for part in parts)
    ):
        return ()
    if any(len(part.split()) > 5 for part in parts):
        return ()
    if "," in gold and len(parts) == 2 and all(part[0].isupper() for part in parts):
        place, region = parts
        if may_hold(region, place) or (not _PLURAL.search(question) and _is_place(region)):
            return ()
    if "–" in gold or "—" in gold or ("/" in gold and "," not in gold and len(parts) < 3):
        return ()
    return tuple(parts)


def _is_place(name: str) -> bool:
    return country_code(name) is not None


def holds_list(
    text: str,
    items: Sequence[str],
    find: Callable[[str, str], tuple[int, int] | None],
    question: str,
) -> str | None:
    """Why an answer is not the list, or None when it is.

    Args:
        text: What was said.
        items: The right items.
        find: Where a text says an item, as first index and index after the last; or None.
        question: What was asked, for words that are no items.

    >>> def find(text, item):
    ...     place = text.find(item)
    ...     return None if place < 0 else (place, place + len(item))
    >>> holds_list("eggs and flour", ["flour", "eggs"], find, "")
    >>> holds_list("eggs, flour and milk", ["flour", "eggs"], find, "")
    'it lists more than the answer'
    """
    if _OPEN_END.search(text):
        return "it leaves its list open"
    if re.search(r"\b(?:or|either)\b|或", text):
        return "it names an alternative"
    plain = _NUMBERED.sub("\n", f"\n{text}").strip()
    short = _short_names(items)
    parts = [part.strip(" .!?\"'") for part in _SEPARATOR.split(plain)]
    parts = [part for part in parts if part]
    if len(parts) == 1 and len(items) > 1:
        parts = parts[0].split("-") if "-" in parts[0] else parts
    missing = list(items)
    extra = 0
    for part in parts:
        own = [item for item in items if _says(part, item, short.get(item), find)]
        for item in own:
            if item in missing:
                missing.remove(item)
        denied = any(word.lower() in NEGATIONS for word in part.split())
        if own and denied:
            return "it denies the answer"
        if not own and not denied and _is_item(part, question):
            extra += 1
        if len(own) == 1 and _adds_to(part, own[0], find):
            extra += 1
    if missing:
        return (
            "it does not contain the answer"
            if len(missing) == len(items)
            else ("it lists less than the answer")
        )
    return "it lists more than the answer" if extra else None


def _short_names(items: Sequence[str]) -> dict[str, str]:
    """Family names of items that are persons."""
    names = {}
    for item in items:
        words = name_words(item)
        if len(words) > 1 and is_personal(words, "who") and given_names(words):
            names[item] = words[-1].text
    return names


def _says(
    part: str, item: str, short: str | None, find: Callable[[str, str], tuple[int, int] | None]
) -> bool:
    return find(part, item) is not None or (short is not None and part == short)


def _adds_to(part: str, item: str, find: Callable[[str, str], tuple[int, int] | None]) -> bool:
    """Whether a part says more than its item without saying so: `a toy dog house`."""
    span = find(part, item)
    if span is None:
        return False
    rest = (part[: span[0]] + " " + part[span[1] :]).split()
    return any(word[0].isupper() and len(word) > 1 for word in rest[1:] if word.isalpha()) and (
        item[0].isupper() and part[span[1] :].strip()[:1].isupper()
    )


def _is_item(part: str, question: str) -> bool:
    """Whether a part is another item rather than a remark."""
    rest = _LEAD.sub("", part)
    words = [word.lower() for word in re.findall(r"[^\W_]+", rest)]
    asked = set(re.findall(r"[^\W_]+", question.lower()))
    telling = [word for word in words if word not in FILLERS and word not in asked]
    return 0 < len(telling) <= 4 and not any(word in CLAUSE for word in words[:1])
