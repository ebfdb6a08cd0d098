"""Words that the reading of sentences knows: ends of phrases, adjectives, persons."""

from __future__ import annotations

_BOUNDARY_WORDS = """
of in on at by from for to with without within that which who whom whose where when whereby wherein
used known called named considered regarded situated located based found made born written composed
recorded released produced directed performed sung published founded established created
developed designed built held spoken consisting containing comprising comprised
belonging featuring including involving covering relating related concerned
concerning dealing about as if than since during after before between among against through over
under near around along across throughout toward towards into onto upon via per while because
although though but not it its he she they there this these and/or i.e. having being
given divided bordered bounded surrounded starring originating inhabited led
above below behind beyond beneath beside besides off up out until till amid despite fought won lost
sent shot drawn run sung told sold brought bought worn grown thrown
"""
BOUNDARY = frozenset(_BOUNDARY_WORDS.split())
"""Words that end a noun phrase."""

BOUNDARY_BEFORE_MORE = frozenset(
    ["famous", "native", "capable", "able", "similar", "responsible", "common", "typical", "best"]
)
"""Adjectives that end one where a preposition follows: *a plant native to Asia*."""

_KIND_WORDS = """
type kind form sort variety species subspecies genus family order class subfamily suborder tribe
phylum breed category
"""
KIND_WORDS = frozenset(_KIND_WORDS.split())
"""Nouns behind whose *of* the more telling noun stands; both are true of the subject."""

_NO_HEADS_WORDS = """
only first last second third main largest smallest same other one most oldest youngest longest
highest former latter more less set and or
"""
NO_HEADS = frozenset(_NO_HEADS_WORDS.split()) - {"set"}
"""Words that name no kind of thing."""

_ADJECTIVE_ENDINGS = (
    "al", "ic", "ive", "ous", "able", "ible", "ful", "less", "ary", "ish", "like", "level",
    "based", "wide", "ese", "ing", "ed", "ial", "ical", "scale", "term", "class",
)  # fmt: skip
_PLAIN_ADJECTIVES = """
rare large small short long hard tough great high low old young new early late major minor great
dense deep wide broad thin thick heavy light strong weak warm cold hot dry wet red blue green white
black brown yellow grey gray dark bright free open closed double single triple four two three
civil male female human modern ancient contemporary track left right top upper lower inner outer
urban rural northern southern eastern western central global local royal noble
"""
_ADJECTIVES = frozenset(_PLAIN_ADJECTIVES.split())
_NOUNS_ALL_THE_SAME = """
capital animal festival criminal material intellectual cardinal general admiral musical canal
signal metal mineral hospital manual journal cathedral individual official rival crystal terminal
cereal chemical mammal meal goal portal trial ritual vegetal tribunal signal medal pedal
music clinic republic comic critic mystic topic fabric logic mechanic cleric medic relic garlic
graphic epic academic arsenic rhetoric traffic magic picnic ceramic
archive captive detective executive native relative drive hive olive initiative narrative
king painting building being thing ring string spring wing setting meeting writing drawing
offering ceiling clothing opening recording engraving etching dwelling crossing wedding clearing
landing housing mapping programming engineering training sibling viking duckling evening morning
dictionary library diary secretary missionary revolutionary territory tributary boundary summary
sanctuary january february commentary documentary military luminary
bed seed weed feed shed breed deed reed bread head shield field
table cable vegetable constable fable bible crucible fish dish goal class
"""
_NOUNS = frozenset(_NOUNS_ALL_THE_SAME.split())
_NO_ADVERBS = frozenset(
    ["family", "assembly", "anomaly", "monopoly", "butterfly", "fly", "ally", "bully", "jelly",
     "belly", "lily", "homily", "supply", "reply", "rally", "folly", "italy", "july"]
)  # fmt: skip

_PERSON_ENDINGS = (
    "er", "or", "ist", "ian", "man", "woman", "ess", "eon", "path", "wright",
)  # fmt: skip
_PERSON_WORDS = """
king queen prince princess saint monk nun priest bishop pope poet judge hero heroine rabbi imam
athlete chef general admiral marshal colonel captain model coach pilot spy slave emperor empress
sultan shah tsar duke duchess count countess knight lord lady baron diplomat aristocrat autocrat
democrat novelist critic mystic mechanic cleric polymath actress nurse architect figure activist
guitarist revolutionary missionary sage guru dramatist statesman nobleman pharaoh caliph khan
musician magnate scholar prophet president student resident superintendent correspondent
merchant assistant accountant consultant servant lieutenant sergeant commandant descendant chef
"""
_PERSONS = frozenset(_PERSON_WORDS.split())
_NO_PERSONS_WORDS = """
river water number order chapter letter paper member computer tower power theater theatre center
hunger disorder border corner former matter motor factor sector vector color colour error
harbor harbour manor tumor element instrument continent monument document government department
movement event settlement component agent content current accident argument plant elephant giant
restaurant covenant human container layer fiber fibre computer printer reactor generator conductor
processor sensor semiconductor transistor capacitor resistor filter newspaper discover supercluster
cluster register winter summer weather leather feather flower shower finger cancer ulcer fever
descent ascent extent talent patent parent process business wilderness illness congress fortress
mattress success access press dress fitness address ingredient gradient orient nutrient
environment equipment treatment amendment pigment segment fragment sediment garment tournament
parliament testament armament ornament filament ligament development investment management
cement basement apartment experiment implement supplement complement tower helicopter character
"""
_NO_PERSONS = frozenset(_NO_PERSONS_WORDS.split())


def is_adjective(word: str) -> bool:
    """Whether a word looks like an adjective.

    >>> [is_adjective(word) for word in ("political", "rare", "capital", "singer", "American")]
    [True, True, False, False, True]
    """
    folded = word.casefold()
    if folded in _NOUNS:
        return False
    if word[:1].isupper() and folded.endswith(("an", "ish", "ese", "ic", "ch", "i")):
        return True
    return folded in _ADJECTIVES or (len(folded) > 4 and folded.endswith(_ADJECTIVE_ENDINGS))


def is_participle(word: str) -> bool:
    """Whether a word looks like a participle that begins a part of its own.

    >>> [is_participle(word) for word in ("focusing", "sparked", "painting", "bed")]
    [True, True, False, False]
    """
    folded = word.casefold()
    return (
        word.islower()
        and len(folded) > 4
        and folded.endswith(("ing", "ed"))
        and (folded not in _NOUNS)
    )


def is_adverb(word: str) -> bool:
    """Whether a word looks like an adverb.

    >>> is_adverb("entirely"), is_adverb("family")
    (True, False)
    """
    return len(word) > 3 and word.endswith("ly") and word.casefold() not in _NO_ADVERBS


def is_person(noun: str) -> bool:
    """Whether a noun names persons.

    >>> [is_person(noun) for noun in ("singer", "politician", "river", "song", "monument")]
    [True, True, False, False, False]
    """
    folded = noun.casefold()
    if folded in _NO_PERSONS:
        return False
    return folded in _PERSONS or (len(folded) > 4 and folded.endswith(_PERSON_ENDINGS))
