"""Names of countries in several languages and of the states of the USA, from CLDR and by rule."""

from __future__ import annotations

import re
from functools import cache

from searchvl_gym.world.folding import fold

LANGUAGES = ("en", "zh", "ja", "ko", "de", "fr", "es", "it", "pt", "ru", "nl")
"""Languages whose names of countries are known."""

_SHORT = {
    "US": ("America", "USA", "US", "United States of America"),
    "GB": (
        "Britain", "Great Britain", "UK",
        "United Kingdom of Great Britain and Northern Ireland",
    ),
    "NL": ("Holland",),
    "CN": ("PRC", "People's Republic of China", "中华人民共和国", "中國"),
    "KR": ("Republic of Korea", "ROK", "Korea (South)"),
    "KP": ("DPRK", "Democratic People's Republic of Korea", "Korea (North)"),
    "TW": ("Republic of China", "中华民国"),
    "RU": ("Russian Federation",),
    "AE": ("UAE",),
    "CI": ("Ivory Coast",),
    "TL": ("East Timor",),
    "CV": ("Cape Verde",),
    "SZ": ("Swaziland",),
    "TR": ("Turkey",),
    "VA": ("Vatican", "Holy See"),
    "MK": ("Macedonia",),
    "CZ": ("Czech Republic",),
}  # fmt: skip
"""Names in common use that CLDR does not list."""

_FORMAL = re.compile(
    r"^(?:the )?(?:(?:federal|federative|democratic|people's|islamic|arab|socialist|united|grand|"
    r"co-operative|cooperative|oriental|bolivarian|plurinational) )*"
    r"(?:republic|kingdom|commonwealth|state|principality|duchy|federation|sultanate|emirate)"
    r" of (?:the )?"
)

_STATES = """Alabama AL|Alaska AK|Arizona AZ|Arkansas AR|California CA|Colorado CO|Connecticut CT
Delaware DE|Florida FL|Georgia GA|Hawaii HI|Idaho ID|Illinois IL|Indiana IN|Iowa IA|Kansas KS
Kentucky KY|Louisiana LA|Maine ME|Maryland MD|Massachusetts MA|Michigan MI|Minnesota MN
Mississippi MS|Missouri MO|Montana MT|Nebraska NE|Nevada NV|New Hampshire NH|New Jersey NJ
New Mexico NM|New York NY|North Carolina NC|North Dakota ND|Ohio OH|Oklahoma OK|Oregon OR
Pennsylvania PA|Rhode Island RI|South Carolina SC|South Dakota SD|Tennessee TN|Texas TX|Utah UT
Vermont VT|Virginia VA|Washington WA|West Virginia WV|Wisconsin WI|Wyoming WY
District of Columbia DC"""
STATES = {
    name: code for name, _, code in (line.rpartition(" ") for line in re.split(r"[|\n]", _STATES))
}
"""The states of the USA with their postal codes."""

_NATIONS = ("England", "Scotland", "Wales", "Northern Ireland")


@cache
def _codes() -> dict[str, str]:
    """ISO codes of countries by folded name."""
    from babel import Locale

    codes: dict[str, str] = {}
    for language in LANGUAGES:
        for code, name in Locale(language).territories.items():
            if len(code) == 2:
                # "Myanmar (Burma)" and "Türkei/Türkiye" hold two names.
                for form in (name, *re.split(r"\s*[(/]\s*", name.rstrip(")"))):
                    codes.setdefault(_folded(form), code)
    for code, names in _SHORT.items():
        codes |= {_folded(name): code for name in names}
    return codes


@cache
def _names() -> dict[str, tuple[str, ...]]:
    names: dict[str, list[str]] = {}
    for name, code in _codes().items():
        names.setdefault(code, []).append(name)
    for code, short in _SHORT.items():
        names[code].extend(short)
    return {code: tuple(forms) for code, forms in names.items()}


@cache
def _zone_countries() -> dict[str, str]:
    """Countries of the large cities that time zones are named after, by folded name of the city."""
    from babel.core import get_global

    countries: dict[str, str] = {}
    for zone, code in get_global("zone_territories").items():
        countries[fold(zone.rpartition("/")[2].replace("_", " "))] = code
    return countries


def country_code(name: str) -> str | None:
    """The ISO code of the country that a name in any of `LANGUAGES` means, or None.

    >>> country_code("the Federal Republic of Germany"), country_code("美国"), country_code("Lund")
    ('DE', 'US', None)
    """
    folded = _folded(name)
    code = _codes().get(folded)
    if code is None and (formal := _FORMAL.match(folded)):
        rest = folded[formal.end() :]
        code = None if rest in ("china", "korea", "congo") else _codes().get(rest)
    return code


def country_names(code: str) -> tuple[str, ...]:
    """Other names of a country.

    >>> "great britain" in country_names("GB")
    True
    """
    return _names().get(code, ())


def may_hold(region: str, place: str) -> bool:
    """Whether a region may be where a place is, as in `Lyon, France` and `Boston, MA`.

    Where the country of the place is known, the region must be (in) that country. Otherwise any
    country or state of the USA will do.

    >>> may_hold("France", "Lyon"), may_hold("Texas", "Paris"), may_hold("Rome", "Lyon")
    (True, False, False)
    """
    known = _zone_countries().get(fold(place))
    region = region.replace(".", "").strip()
    state = region in STATES or region in STATES.values()
    code = "US" if state else country_code(region)
    if code is None and region in _NATIONS:
        code = "GB"
    if code is None or country_code(place) == code:
        return False
    return known is None or known == code


def is_large_city(name: str) -> bool:
    """Whether a name is that of a city after which a time zone is named.

    >>> is_large_city("London"), is_large_city("Tower")
    (True, False)
    """
    return fold(name) in _zone_countries()


def other_countries_with(code: str) -> tuple[str, ...]:
    """Names of other countries that hold a name of this one, the longest first.

    >>> "republic of china" in other_countries_with("CN")
    True
    """
    return _others().get(code, ())


@cache
def _others() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for name, code in _codes().items():
        words_of_name = f" {name} "
        for place in range(len(words_of_name)):
            if words_of_name[place] != " ":
                continue
            for end in range(place + 2, len(words_of_name)):
                inner = words_of_name[place + 1 : end] if words_of_name[end] == " " else ""
                other = _codes().get(inner) if inner != name else None
                if other is not None and other != code and inner:
                    found.setdefault(other, []).append(name)
    return {code: tuple(sorted(set(names), key=len, reverse=True)) for code, names in found.items()}


def _folded(name: str) -> str:
    folded = fold(name).replace(".", "").replace("st ", "saint ").replace("&", "and")
    return folded.removeprefix("the ")
