"""Names that no real thing bears, made by the rules of a culture."""

from __future__ import annotations

from searchvl_gym.world.folding import fold, words
from searchvl_gym.world.sources.atlas.cultures import Culture
from searchvl_gym.world.sources.atlas.draws import Draws
from searchvl_gym.world.sources.atlas.schema import BY_NAME

_REAL_NAMES = """
abel adam alabama alaska albania alberta algeria andrea anna angola ankara arizona armenia
asia athens austria bali basra belgrade berlin bern bologna bonn boston bravo bremen brno
brazil bulgaria burma cairo cali calabria canada catania chad china cordoba crimea croatia
cuba dakar delhi denmark dover dresden dublin durban england europa finland florence geneva
genoa georgia ghana granada guinea haiti halifax hanoi havana holland hungary iceland india
iran iraq ireland israel istanbul italy jamaica japan java jordan karachi kenya kiev korea
kosovo kyoto lagos laos latvia lebanon libya lima lisbon london macedonia madrid malawi mali
malta manila maria marino mecca milan moldova monaco mongolia moravia moscow nagasaki nagoya
namibia naples nepal niger nigeria norway odessa oman osaka oslo oxford padua palermo panama
paris parma perth peru pisa poland porto prague quito riga roma romania roman rome russia
rwanda saigon samara samoa saudi serbia sicily siena slovakia sofia somalia spain sudan
sweden syria tallinn tirana togo tokyo toronto trieste tripoli tunis turin turkey uganda
ukraine ulm uruguay utrecht venice verona vienna vilnius warsaw yemen zambia zagreb
"""
_REAL = frozenset(_REAL_NAMES.split())
"""Well-known names that the rules could form."""

_COMMON = frozenset(
    word
    for fact_type in BY_NAME.values()
    for template in (
        *fact_type.relation.phrases, *fact_type.relation.questions, fact_type.relation.label,
    )
    for word in words(template)
)  # fmt: skip
"""Words of our questions: a name among them would give itself away, or be unfindable."""

_EPITHETS = (
    "spotted", "crested", "pale", "dusky", "ringed", "woolly", "mottled", "slender", "dwarf",
    "silver", "striped", "bearded", "hooded", "velvet", "scarlet", "marbled", "northern", "coastal",
)  # fmt: skip


def stem(culture: Culture, draws: Draws, syllables: int) -> str:
    """The beginning of a name: syllables without an ending, in lower case."""
    parts = []
    for _ in range(syllables):
        parts.append(draws.choice(culture.onsets) + draws.choice(culture.vowels))
    return "".join(parts) + draws.choice(culture.codas)


def word(culture: Culture, draws: Draws, endings: tuple[str, ...], syllables: int = 1) -> str:
    """One name with one of the endings, capitalised, with neither clashes nor a real bearer."""
    while True:
        made = stem(culture, draws, syllables)
        ending = draws.choice(endings)
        if made[-1] == ending[0]:
            ending = ending[1:]
        if _is_vowel(made[-1]) and ending and _is_vowel(ending[0]):
            made = made[:-1]
        made += ending
        plain = fold(made)
        if 4 <= len(made) <= 12 and plain not in _REAL and plain not in _COMMON:
            return made[0].upper() + made[1:]


def given_name(culture: Culture, draws: Draws) -> str:
    """A given name."""
    return word(culture, draws, culture.given, 1 if draws.chance(0.7) else 2)


def family_name(culture: Culture, draws: Draws) -> str:
    """A surname."""
    return word(culture, draws, culture.family, 1 if draws.chance(0.5) else 2)


def town_name(culture: Culture, draws: Draws, *, long: bool = False) -> str:
    """The name of a town, mountain or river; `long` for worlds that have used up short ones."""
    return word(culture, draws, culture.town, 2 if long or draws.chance(0.5) else 1)


def country_name(culture: Culture, draws: Draws) -> str:
    """The name of a country."""
    return word(culture, draws, culture.country, 1 if draws.chance(0.5) else 2)


def organism_name(group: str, place: str, draws: Draws) -> str:
    """The common name of a species: `Tavrin crested warbler`."""
    return f"{place} {draws.choice(_EPITHETS)} {group}"


def binomial(draws: Draws, endings: tuple[str, ...], honoured: str | None) -> str:
    """A scientific name; the epithet honours a surname when one is given."""
    genus = draws.choice(
        ("Bre", "Cal", "Dro", "Eri", "Fus", "Gal", "Hel", "Ixo", "Lam", "Mor", "Nec", "Oph", "Pel",
         "Rho", "Sti", "Tor", "Umb", "Vex", "Xan", "Zel")
    )  # fmt: skip
    genus += draws.choice(("ad", "an", "et", "ic", "in", "ol", "op", "ur", "yr", "eph"))
    genus += draws.choice(endings)
    if honoured:
        surname = "".join(filter(str.isalpha, fold(honoured)))
        return f"{genus} {surname.rstrip('aeiou')}i"
    epithet = draws.choice(
        ("alb", "brun", "crist", "dens", "falc", "grac", "lut", "macul", "nigr", "obscur",
         "pallid", "rut", "sericat", "tenu", "vari", "vitt")
    )  # fmt: skip
    return f"{genus} {epithet}{draws.choice(('ata', 'ella', 'escens', 'ipes', 'ula', 'ifrons'))}"


def _is_vowel(letter: str) -> bool:
    return fold(letter)[:1] in "aeiouy"
