"""What a question asks for, and whether a name looks like a person's."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from searchvl_gym.rewards.names.places import country_code, is_large_city
from searchvl_gym.rewards.reading.spellings import Word
from searchvl_gym.rewards.reading.vocabulary import (
    GENERIC,
    NAME_BEGINNINGS,
    PARTICLES,
    PERSON_NOUNS,
    PERSONAL_TITLES,
)

_WHO = re.compile(
    r"\b(?:who|whom|whose)\b|谁|誰|哪位|누구|누가|作者|导演|導演|演员|作家|画家", re.I
)
_ASKED_NOUN = re.compile(
    r"\b(?:which|what)(?: (?:is|was|are|were))?(?: the| this| a)? ([a-z]+)", re.I
)
_KIND = re.compile(
    r"\b(?:which|what)(?: (?:is|was))?(?: (?:the|this))?(?: name of (?:the|this))? ([a-z]+)", re.I
)
_WHERE = re.compile(r"\bwhere\b|哪里|哪儿|何处|どこ|어디|哪个城市|哪个国家|哪座", re.I)


@lru_cache(maxsize=1024)
def asked_nouns(question: str) -> frozenset[str]:
    """The nouns that say what kind of thing a question asks for.

    >>> sorted(asked_nouns("Which bridge is it?") | asked_nouns("What is the name of the lake?"))
    ['bridge', 'lake']
    """
    return frozenset(noun.lower() for noun in _KIND.findall(question))


@lru_cache(maxsize=1024)
def asks_for_person(question: str) -> bool | None:
    """Whether a question asks for a person; None when it does not say.

    >>> asks_for_person("Who built it?"), asks_for_person("Which city is it?"), asks_for_person("")
    (True, False, None)
    """
    if _WHO.search(question):
        return True
    nouns = [noun.lower() for noun in _ASKED_NOUN.findall(question)]
    if any(noun in PERSON_NOUNS or noun.rstrip("s") in PERSON_NOUNS for noun in nouns):
        return True
    if _WHERE.search(question) or nouns:
        return False
    return None


def is_personal(name: Sequence[Word], question: str) -> bool:
    """Whether a name of several words is, for all that can be told, that of a person.

    >>> from searchvl_gym.rewards.reading.spellings import read_words
    >>> is_personal(read_words("Barack Obama"), ""), is_personal(read_words("Tower Bridge"), "")
    (True, False)
    """
    asked = asks_for_person(question)
    if asked is False:
        return False
    folded = [min(word.spellings, key=len) for word in name]
    plain = [word for word in name if word.text.lower() not in PARTICLES]
    written = " ".join(word.text for word in name)
    if not plain or any(word.number or not word.is_capitalised for word in plain):
        return False
    if asked:
        return True
    return not (
        any(word.text.lower() in GENERIC for word in name)
        or folded[0] in NAME_BEGINNINGS
        or name[0].text.lower() in NAME_BEGINNINGS
        or any(word.text.isupper() and len(word.text) > 2 for word in name)
        or country_code(written) is not None
        or is_large_city(written)
    )


def is_title(word: Word) -> bool:
    """Whether a word is a form of address: `Dr.`, `Pope`."""
    return word.text.lower() in PERSONAL_TITLES
