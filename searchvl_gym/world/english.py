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
architect architecture design designer designed plan plans drawings drawn
build built builder construct construction began begun start started erect stone laid work
complete completed completion finish finished
open opened opening inaugurate inaugurated unveil ceremony public entered
born birth birthday birthplace birthdate native came registers eldest
die died death dead deceased passed illness buried
spouse married marry marriage wife husband partner house
parent father mother son daughter child eldest
student pupil studied study teacher taught mentor trained master learned influence
educated education attended graduated university school alma degree studied entered
occupation profession worked work career job trade
employer employed employ worked joined staff post position income
known fame famous widely name
active debut began career appeared public since
nickname nicknamed called call known
hobby pastime favourite devoted loved hours free leisure
letters correspondence writer archives preserve survive
author wrote written write writer penned work
works books catalogue left
creator created create made maker make manufacturer manufactured produced workshop work
origin made done comes provenance
presented premiere first debut published public saw shown performed
time duration months took finished lasts perform
founder founded found foundation founding established establish inception charter
explored explorer explore surveyed survey expedition maps shown
discoverer discovered discovery described identified collected owed description science known
locality discovered collected found country near specimen
specimen type holds kept study
scientific binomial latin literature science name calls goes
individuals number population wild count counted stock specimens remain
record highest seen found climbers above
season time easiest look come month week bloom
located location stands situated lies site city town
country nation state citizenship citizen part lies belonged
nationality citizen citizenship subject belonged
capital seat governed government
commissioned patron money paid client ordered
cost price worth budget spent paid came expense
price paid sold auction collector sum highest
prize award money sum granted jury won medal awarded honour
population inhabitants residents people census
area covers square extent extends
elevation altitude level above sea
source rises springs spring begins stream
mouth flows reaches water empties
coast lies sea washed shore
height tall high rises reaches metres centimetres stood ground
length long measures mouth overall
span spans main longest measures
width wide broad across measures
wingspan wings across span
size measures reaches full grown millimetres centimetres
weight weighs mass heavy kilograms grams show grown
depth deep deepest
rainfall rain falls
lifespan lives age reaches years
speed fast trials ran knots
bottle holds sold volume
ingredient made contains chiefly
pages print runs fills
run printed copies edition
steps stairs staircase stairway
windows broken fronts
petals flower flowers
material made stone wood bronze built chose
owner owned owns belongs property
collection museum housed kept held displayed seen belongs
native habitat lives grows range inhabits confined found
food diet eats feeds eat prey
pollinator pollinated pollen seed carried
emblem arms symbol show chosen
motto words slogan device
inscription words carved reads stand entrance
named namesake eponym commemorates honour honours name remembers chosen
dedicated dedication bears
landmark sight visitors best known come
twin twinned friendship treaty sister
dialling code numbers begin telephone phone
festival holiday holds celebrates
head director directed led leader
visitors people receives year visit
monument register listed number
catalogue catalogued number lists
port registered harbour home
performed premiere stage staged house given
subject depicts depicted shows portrays takes
year date when dated day
style manner work count
crosses crossed over carries road
colour color coloured hue turns
status conservation threatened endangered
floors storeys stories levels
mayor governed governor head leader
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
