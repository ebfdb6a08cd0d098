"""What the data packages say, as records that know nothing of pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Continent:
    """A continent: two-letter code of GeoNames, name."""

    code: str
    name: str


@dataclass(frozen=True)
class Country:
    """A country or territory.

    Attributes:
        code: ISO 3166-1 alpha-2.
        code3: ISO 3166-1 alpha-3.
        name: Usual English name.
        official_name: Long form, or ''.
        continent: Code of the continent.
        capital: Name of the capital, or ''.
        area: Square kilometres, 0 when unknown.
        currency: ISO 4217 code, or ''.
        languages: ISO 639-3 codes, the most spoken first.
        neighbours: Codes of the countries that it borders.
        calling_code: With the plus sign, or ''.
        domain: Internet domain with its dot, or ''.
        dependency: Whose territory it is, as the World Factbook puts it, or ''.
        factbook: Short statements of the World Factbook by our own keys; see `factbook.py`.
    """

    code: str
    code3: str
    name: str
    official_name: str
    continent: str
    capital: str
    area: int
    currency: str
    languages: tuple[str, ...]
    neighbours: tuple[str, ...]
    calling_code: str
    domain: str
    dependency: str = ""
    factbook: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Currency:
    """A currency: ISO 4217 code, name, numeric code."""

    code: str
    name: str
    numeric: str


@dataclass(frozen=True)
class Language:
    """A language: ISO 639-3 code, name, two-letter code or '', and what sort it is."""

    code: str
    name: str
    code2: str
    sort: str


@dataclass(frozen=True)
class City:
    """A city of GeoNames.

    Attributes:
        number: GeoNames id.
        name: Its name.
        other_names: Names in other languages and scripts.
        country: Code of the country.
        region: Code of the first-level division.
        population: Inhabitants.
        latitude: Degrees, north positive.
        longitude: Degrees, east positive.
        time_zone: IANA name.
        is_capital: Whether it is the capital of its country.
    """

    number: int
    name: str
    other_names: tuple[str, ...]
    country: str
    region: str
    population: int
    latitude: float
    longitude: float
    time_zone: str
    is_capital: bool = False


@dataclass(frozen=True)
class Airport:
    """An airport with an IATA code.

    Attributes:
        iata: Three letters.
        icao: Four letters, or ''.
        name: Its name.
        city: Name of the place that it serves, or ''.
        region: Name of the first-level division, or ''.
        country: Code of the country.
        elevation: Feet above the sea.
        latitude: Degrees, north positive.
        longitude: Degrees, east positive.
        time_zone: IANA name.
    """

    iata: str
    icao: str
    name: str
    city: str
    region: str
    country: str
    elevation: int
    latitude: float
    longitude: float
    time_zone: str


@dataclass(frozen=True)
class Packages:
    """Everything that is read from the data packages, in a fixed order."""

    continents: tuple[Continent, ...]
    countries: tuple[Country, ...]
    currencies: tuple[Currency, ...]
    languages: tuple[Language, ...]
    cities: tuple[City, ...]
    airports: tuple[Airport, ...]
    states: Mapping[str, str]
    """Names of the states of the USA by their two letters."""
