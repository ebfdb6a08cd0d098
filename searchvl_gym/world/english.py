"""What extracts need to know of English: stop-words, abbreviations, endings, related words."""

from __future__ import annotations

from functools import lru_cache

_ABBREVIATIONS = """
mr mrs ms dr prof st ste mt ft rev hon gen col capt lt sgt sr jr c ca cf ed eds vs approx est inc
ltd co dept univ e.g i.e u.s u.k d.c a.d b.c jan feb mar apr jun jul aug sep sept oct nov dec
"""
_BEFORE_NUMBERS = "no nos vol fig p pp fl"
_STOP_WORDS = """
a an and are as at be been by did do does for from had has have how in into is it its of on or that
the their there these this to was were what when where which who whom whose why will with name named
called tell me about find information
"""
_SUFFIXES = """
ational ations ation ators ator ingly edly ments ment ions ion ings ing ers ors er or ies ied ives
ive als al ed es ly s e y
"""
_RELATED = """
architect architecture design designer designed plan drawings
build built builder construct construction erect raise raised complete completion finish
open opening inaugurate unveil
born birth birthplace birthdate native
die died death dead
spouse married marry marriage wife husband partner
parent father mother son daughter child
student pupil studied study teacher taught mentor trained
educated education attended graduated university school alma
occupation profession worked work career job
employer employed employ worked joined staff
author wrote written write writer penned
creator created create made maker make manufacturer manufactured produced workshop
founder founded found foundation established establish inception
discoverer discovered described identified collected
located location stands situated lies site city town
country nation state region province
capital seat
population inhabitants residents people
area covers square extent
elevation altitude level
height tall high rises metres
length long span spans
width wide broad across
weight weighs mass heavy kilograms
depth deep
material made stone wood bronze
owner owned owns belongs property
collection museum housed kept held displayed
habitat lives grows range inhabits
diet eats feeds food
lifespan lives years age
award prize medal honour honoured received
named namesake eponym commemorates honour
year date when dated
style manner
depicts depicted subject shows portrays
flower flowers blooms flowering blossom
colour color coloured hue
status conservation threatened endangered
cost price worth budget
floors storeys stories levels
river flows stream
mayor governed governor head leader
nationality citizen citizenship
genus family order species
"""

ABBREVIATIONS = frozenset(_ABBREVIATIONS.split())
"""Words whose full stop does not end a sentence, in lower case."""

BEFORE_NUMBERS = frozenset(_BEFORE_NUMBERS.split())
"""Abbreviations only when a number follows: `No. 5`."""

STOP_WORDS = frozenset(_STOP_WORDS.split())
"""Words of a query that say nothing about its subject."""

_ENDINGS = _SUFFIXES.split()


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """A crude English stem: the longest known ending is cut off.

    >>> {stem(word) for word in ("design", "designed", "designer", "designs")}
    {'design'}
    """
    for suffix in _ENDINGS:
        if word.endswith(suffix) and len(word) - len(suffix) >= 4:
            return word[: -len(suffix)]
    return word[:-1] if len(word) > 3 and word.endswith(("s", "e")) else word


@lru_cache(maxsize=1)
def related_stems() -> dict[str, frozenset[str]]:
    """Stems of words that are used for one another in statements of fact, by stem."""
    table: dict[str, set[str]] = {}
    for group in _RELATED.strip().splitlines():
        stems = {stem(word) for word in group.split()}
        for member in stems:
            table.setdefault(member, set()).update(stems - {member})
    return {word: frozenset(others) for word, others in table.items()}
