"""Dates that the first sentence gives in brackets after a name."""

from __future__ import annotations

import re

from searchvl_gym.world.sources.prose.words import is_person

_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_DAY = rf"(?:\d{{1,2}} (?:{_MONTHS}),? \d{{3,4}}|(?:{_MONTHS}) \d{{1,2}}, \d{{3,4}})"
_DATE = rf"(?:{_DAY}|(?:{_MONTHS}) \d{{4}}|\d{{3,4}})"
_ABOUT = r"(?:c\. ?|circa |ca\. ?|about )"
_LIFE = re.compile(
    rf"(?:^|[\s(;,])(?P<born>(?:{_ABOUT})?{_DATE})(?: \([^)]*\))?\s*[–—-]\s*"
    rf"(?P<died>(?:{_ABOUT})?{_DATE})(?=[\s);,]|$)"
)
_BORN = re.compile(rf"\bborn\b[^;)]{{0,60}}?(?P<born>{_DATE})")
_DIED = re.compile(rf"\bdied (?P<died>{_DATE})")
_BRACKET = re.compile(r"\(([^()]*(?:\([^()]*\)[^()]*)*)\)")


def lifetime(sentence: str, nouns: tuple[str, ...]) -> tuple[tuple[str, str, int], ...]:
    """When a person was born and died.

    Only for those whom the sentence calls by a noun of persons: a war has years in brackets too.

    Args:
        sentence: The first sentence.
        nouns: What it says that the subject is.

    Returns:
        `("born", date, place in the sentence)` and the same with `died`, as far as stated.

    >>> lifetime("Ida Ek (4 May 1907 – 2 June 1983) was a singer.", ("singer",))
    (('born', '4 May 1907', 8), ('died', '2 June 1983', 21))
    >>> lifetime("The war (1914–1918) was a conflict.", ("conflict",))
    ()
    """
    if not any(is_person(noun) for noun in nouns):
        return ()
    for bracket in _BRACKET.finditer(sentence[:400]):
        start, text = bracket.start(1), bracket[1]
        if found := _LIFE.search(text):
            return tuple(
                (name, found[name], start + found.start(name)) for name in ("born", "died")
            )
        dates = [
            (name, found[name], start + found.start(name))
            for name, pattern in (("born", _BORN), ("died", _DIED))
            if (found := pattern.search(text))
        ]
        if dates:
            return tuple(dates)
    return ()
