"""Values as people write them: without stray marks, one at a time.

Infoboxes and reference works are full of values that nobody would give as an answer: `As Sarawat
range,`, `1954[1]`, `lion, elephant`. They are cleaned where that is safe, and left alone
otherwise: then nothing is asked for them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from searchvl_gym.language.lexicon import Lexicon
from searchvl_gym.world.records import Fact

_NOTES = re.compile(r"\s*\[[^\]]{0,12}\]")
_SPACES = re.compile(r"\s+")
_MARKS = " \t,;:/–—-·•"
_QUOTES = (("“", "”"), ('"', '"'), ("'", "'"))
_ENDS = frozenset(
    (
        "a", "an", "and", "are", "as", "at", "but", "by", "for", "from", "he", "her", "his", "in",
        "is", "it", "its", "of", "on", "or", "she", "that", "the", "their", "to", "was", "were",
        "which", "who", "with",
    )
)  # fmt: skip
_LISTED = re.compile(r";|\n|•|·| / | - |(?<=[^\W\d]), (?=[^\W\d])| and ")
_EITHER = re.compile(r"(?P<one>[^,;/]{3,}?)(?:/| or )(?P<other>[^,;/]{3,})")
_ZONE = re.compile(
    r"(?:Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Europe|Indian|Pacific)/"
)
_TITLE = re.compile(r"[A-Z“\"'][^,;]*, [A-Z]")
_TOLD_APART = re.compile(r"\s*\([^()]*\)$")
_WORD = re.compile(r"[^\W\d_]+")


def cleaned(value: str) -> str:
    """A value without footnotes, stray marks at its ends, and quotation marks around it.

    >>> cleaned("As Sarawat range,"), cleaned("October 1977[1]"), cleaned('"Come Back Baby"')
    ('As Sarawat range', 'October 1977', 'Come Back Baby')
    """
    text = _SPACES.sub(" ", _NOTES.sub("", value)).strip(_MARKS)
    for opening, closing in _QUOTES:
        inner = text[len(opening) : -len(closing)]
        if text.startswith(opening) and text.endswith(closing) and opening not in inner and inner:
            text = inner
    if text.count("(") != text.count(")"):
        text = text.replace("(", "").replace(")", "").strip(_MARKS)
    return text


def short_title(title: str) -> str:
    """A title without what tells it from namesakes.

    >>> short_title("Ray (film)")
    'Ray'
    """
    return _TOLD_APART.sub("", title) or title


def has_several(value: str) -> bool:
    """Whether a value lists several things rather than one.

    Names with a comma in them (`Jamaica, Land We Love`) and dates are one thing.

    >>> has_several("lion, elephant"), has_several("Jamaica, Land We Love")
    (True, False)
    >>> has_several("May 4, 1893"), has_several("red brick")
    (False, False)
    """
    text = cleaned(value)
    if not _LISTED.search(text):
        return False
    return not (_TITLE.match(text) and " - " not in text and ";" not in text)


def is_broken(value: str) -> bool:
    """Whether a value stops in the middle of a sentence, or is only the text of a link.

    >>> is_broken("Soufriere Hills volcano pre-eruption height was"), is_broken("Blue Hill")
    (True, False)
    """
    found = _WORD.findall(cleaned(value).lower())
    if found in (["link"], ["edit"], ["website"]):
        return True
    return not cleaned(value) or (len(found) > 2 and found[-1] in _ENDS)


def other_forms(value: str) -> tuple[str, ...]:
    """Further right forms of a text: as it was written, and either side of `/` and `or`.

    >>> other_forms("Aoraki/Mount Cook"), other_forms("Lao or Laotian")
    (('Aoraki', 'Mount Cook'), ('Lao', 'Laotian'))
    >>> other_forms("Asia/Tokyo")
    ()
    """
    text = cleaned(value)
    match = None if _ZONE.match(text) else _EITHER.fullmatch(text)
    sides = () if match is None else (match["one"], match["other"])
    found = (value, *(side.strip() for side in sides))
    return tuple(dict.fromkeys(form for form in found if form and form != text))


@dataclass(frozen=True)
class ValueCount:
    """What was found in the values of a world's facts.

    Attributes:
        values: How many there are that are no pages.
        cleaned: Of these, how many had stray marks.
        several: How many list several things; nothing is asked for them.
        broken: How many stop in the middle; nothing is asked for them.
    """

    values: int
    cleaned: int
    several: int
    broken: int


def is_one_answer(fact: Fact, lexicon: Lexicon) -> bool:
    """Whether the value of a fact is one whole thing that can be asked for."""
    listed = not lexicon[fact.relation].title and has_several(fact.value)
    return not listed and not is_broken(fact.value)


def count_values(facts: Iterable[Fact], lexicon: Lexicon) -> ValueCount:
    """Look at the values of some facts that lead to no page."""
    plain = [fact for fact in facts if fact.target is None]
    broken = sum(is_broken(fact.value) for fact in plain)
    return ValueCount(
        values=len(plain),
        cleaned=sum(cleaned(fact.value) != fact.value for fact in plain),
        several=sum(not is_one_answer(fact, lexicon) for fact in plain) - broken,
        broken=broken,
    )
