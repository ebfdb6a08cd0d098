"""All subjects of Earth with their page ids, and who stands in what relation to whom."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from searchvl_gym.world.folding import fold
from searchvl_gym.world.sources.earth.geodesy import Point, distance, nearest
from searchvl_gym.world.sources.earth.records import (
    Airport,
    City,
    Continent,
    Country,
    Currency,
    Language,
    Packages,
)
from searchvl_gym.world.sources.earth.titles import TitleBook, title_cities

Record = Continent | Country | Currency | Language | City | Airport

_KINDS = {
    Continent: "location", Country: "location", Currency: "artifact", Language: "artifact",
    City: "location", Airport: "building",
}  # fmt: skip
_WITH_ARTICLE = re.compile(
    r"^(?:United |Democratic |Republic |Central African|Dominican Republic|Czech Republic|"
    r"Philippines|Maldives|Bahamas|Gambia|Comoros|Seychelles|British |French Southern|Isle of)"
    r"|Islands$|Territor"
)
_SERVED = 80.0
"""An airport serves a city of the name that it states when this many kilometres lie between."""


@dataclass(frozen=True)
class Subject:
    """A page to be: its id, title, other names, and what the packages say."""

    id: int
    title: str
    aliases: tuple[str, ...]
    record: Record

    @property
    def takes_article(self) -> bool:
        """Whether a sentence says `the` before the title."""
        if isinstance(self.record, Country):
            return bool(_WITH_ARTICLE.search(self.title))
        return isinstance(self.record, Currency | Language)

    @property
    def spoken(self) -> str:
        """The title as a sentence says it."""
        return f"the {self.title}" if self.takes_article else self.title

    @property
    def kind(self) -> str:
        """Kind of the page."""
        return _KINDS[type(self.record)]


class Gazetteer:
    """The subjects, and where to find them.

    Args:
        packages: What the data packages say.
        size: Most subjects, or 0 for all; countries, currencies and languages are always in.

    Attributes:
        subjects: In the order of their page ids.
        ambiguities: Names that several cities bear; positions count among the cities.
        country, currency, language, continent: Page ids by code.
        cities: Page ids of the cities by falling population; those of a country by its code.
        airports: Page ids of the airports; those of a country by its code.
        all_cities: Cities by falling population, those without a page included.
        rank: Rank of a city among all of its country, those without a page included.
    """

    def __init__(self, packages: Packages, size: int = 0) -> None:
        self.packages = _choose(packages, size)
        self.all_cities = packages.cities
        ranks = _ranks(packages.cities)
        self._countries = {country.code: country for country in self.packages.countries}
        book = TitleBook()
        self.subjects: list[Subject] = []
        self.country: dict[str, int] = {}
        self.currency: dict[str, int] = {}
        self.language: dict[str, int] = {}
        self.continent: dict[str, int] = {}
        for continent in self.packages.continents:
            self.continent[continent.code] = self._add(book.take(continent.name), (), continent)
        for country in self.packages.countries:
            title = book.take(country.name, f"{country.name} (country)")
            names = (country.official_name, country.code3)
            self.country[country.code] = self._add(title, names, country)
        for currency in self.packages.currencies:
            title = book.for_currency(currency)
            self.currency[currency.code] = self._add(title, (), currency)
        for language in self.packages.languages:
            title = book.for_language(language)
            self.language[language.code] = self._add(title, (language.name,), language)
        titles, self.ambiguities = title_cities(
            book, self.packages.cities, self._countries, self.packages.states
        )
        self.cities = [
            self._add(title, (city.name, *city.other_names), city)
            for title, city in zip(titles, self.packages.cities, strict=True)
        ]
        self.rank = {
            page: ranks[city.number]
            for page, city in zip(self.cities, self.packages.cities, strict=True)
        }
        self.airports = [
            self._add(book.for_airport(airport), (airport.name,), airport)
            for airport in self.packages.airports
        ]
        self.book = book
        self.cities_of = self._by_country(self.cities)
        self.airports_of = self._by_country(self.airports)
        self.capital_of = {
            self.country[record.country]: city
            for city in self.cities
            if isinstance(record := self.subjects[city].record, City) and record.is_capital
        }
        self._link_airports()

    def _add(self, title: str, names: Iterable[str], record: Record) -> int:
        number = len(self.subjects)
        others = {fold(name): name for name in reversed(tuple(names)) if name}
        others.pop(fold(title), None)
        self.subjects.append(Subject(number, title, tuple(reversed(others.values())), record))
        return number

    def _by_country(self, pages: list[int]) -> dict[str, list[int]]:
        groups: dict[str, list[int]] = defaultdict(list)
        for page in pages:
            record = self.subjects[page].record
            assert isinstance(record, City | Airport)
            groups[record.country].append(page)
        return groups

    def _link_airports(self) -> None:
        """The airport nearest to each city, and the city that each airport serves."""
        where = [self.position(page) for page in self.airports]
        self.nearest_airport: dict[int, int] = {}
        self.city_served: dict[int, int] = {}
        if not where or not self.cities:
            return
        found = nearest([self.position(page) for page in self.cities], where)
        for city, index in zip(self.cities, found, strict=True):
            self.nearest_airport[city] = self.airports[index]
        by_name: dict[tuple[str, str], list[int]] = defaultdict(list)
        for city in self.cities:
            subject = self.subjects[city]
            assert isinstance(subject.record, City)
            for name in (subject.record.name, *subject.aliases):
                by_name[subject.record.country, fold(name)].append(city)
        for page in self.airports:
            airport = self.subjects[page].record
            assert isinstance(airport, Airport)
            for city in by_name.get((airport.country, fold(airport.city)), ()):
                if distance(self.position(city), self.position(page)) <= _SERVED:
                    self.city_served[page] = city
                    break

    def position(self, page: int) -> Point:
        """Where a city or airport is."""
        record = self.subjects[page].record
        assert isinstance(record, City | Airport)
        return _position(record)

    def title(self, page: int) -> str:
        """Title of a page."""
        return self.subjects[page].title

    def takes_article(self, page: int) -> bool:
        """Whether a sentence says `the` before the title of a page."""
        return self.subjects[page].takes_article


def _choose(packages: Packages, size: int) -> Packages:
    """The capitals and largest cities, each with its nearest airport, up to a number of subjects.

    Whoever is left out must not make a fact untrue, so nearest airports and ranks are those
    among all places, and a city comes together with its airport.
    """
    fixed = sum(
        len(part)
        for part in (
            packages.continents, packages.countries, packages.currencies, packages.languages,
        )
    )  # fmt: skip
    room = max(0, size - fixed)
    if not size or room >= len(packages.cities) + len(packages.airports):
        return packages
    first = {city.country: city.number for city in reversed(packages.cities)}
    ranked = sorted(
        packages.cities,
        key=lambda city: not (city.is_capital or first[city.country] == city.number),
    )[:room]
    near = nearest(list(map(_position, ranked)), list(map(_position, packages.airports)))
    cities: list[City] = []
    airports: set[int] = set()
    for city, airport in zip(ranked, near, strict=True):
        if len(cities) + len(airports | {airport}) >= room:
            break
        cities.append(city)
        airports.add(airport)
    return replace(
        packages,
        cities=tuple(sorted(cities, key=lambda city: (-city.population, city.number))),
        airports=tuple(packages.airports[index] for index in sorted(airports)),
    )


def _position(record: City | Airport) -> Point:
    return record.latitude, record.longitude


def _ranks(cities: Iterable[City]) -> dict[int, int]:
    """Rank of every city among those of its country, the largest first, by its number."""
    count: Counter[str] = Counter()
    ranks = {}
    for city in cities:
        count[city.country] += 1
        ranks[city.number] = count[city.country]
    return ranks
