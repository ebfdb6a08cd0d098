"""The facts of every subject: what the packages state, and what follows from it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from searchvl_gym.world.records import Fact
from searchvl_gym.world.sources.earth.gazetteer import Gazetteer, Subject
from searchvl_gym.world.sources.earth.geodesy import coordinates, distance
from searchvl_gym.world.sources.earth.records import (
    Airport,
    City,
    Continent,
    Country,
    Currency,
    Language,
)

_METRES_A_FOOT = 0.3048
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_SIGNS = {
    "square kilometres": ("km²", "sq km", "km2"), "kilometres": ("km",), "metres": ("m",),
    "feet": ("ft",), "years": (),
}  # fmt: skip

Value = tuple[str, tuple[str, ...]]
"""What the article says, and other right spellings."""


class FactBook:
    """States the facts of any subject.

    Args:
        gazetteer: The subjects.
    """

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer
        self._countries = [
            (page, gazetteer.subjects[page].record) for page in gazetteer.country.values()
        ]

    def of(self, subject: Subject) -> list[Fact]:
        """The facts of a subject, in the order of its infobox."""
        record = subject.record
        if isinstance(record, Country):
            found = self._of_country(subject.id, record)
        elif isinstance(record, City):
            found = self._of_city(subject.id, record)
        elif isinstance(record, Airport):
            found = self._of_airport(subject.id, record)
        elif isinstance(record, Currency):
            found = self._of_currency(subject.id, record)
        elif isinstance(record, Language):
            found = self._of_language(subject.id, record)
        else:
            found = self._of_continent(subject.id, record)
        return list(found)

    def inhabitants(self, country: int) -> int:
        """Population of a country, 0 when unknown."""
        record = self._gazetteer.subjects[country].record
        assert isinstance(record, Country)
        return _whole(record.factbook.get("population", "0"))

    def countries_where(self, relation: str, code: str) -> list[int]:
        """Countries with a currency, a language or a continent; the most populous first."""
        found = [
            page
            for page, record in self._countries
            if isinstance(record, Country)
            and (
                record.currency == code
                if relation == "currency"
                else code in record.languages
                if relation == "language"
                else record.continent == code
            )
        ]
        return sorted(found, key=lambda page: (-self.inhabitants(page), page))

    def _link(self, subject: int, relation: str, target: int) -> Fact:
        other = self._gazetteer.subjects[target]
        return Fact(subject, relation, other.title, target, other.aliases)

    def _of_country(self, page: int, record: Country) -> Iterator[Fact]:
        gazetteer, notes = self._gazetteer, record.factbook
        if (capital := gazetteer.capital_of.get(page)) is not None:
            yield self._link(page, "capital", capital)
        cities = gazetteer.cities_of.get(record.code)
        if cities and gazetteer.rank[cities[0]] == 1:
            yield self._link(page, "largest_city", cities[0])
        yield self._link(page, "continent", gazetteer.continent[record.continent])
        if record.currency in gazetteer.currency:
            yield self._link(page, "currency", gazetteer.currency[record.currency])
        for number, code in enumerate(record.languages):
            if number == 0:
                yield self._link(page, "main_language", gazetteer.language[code])
            yield self._link(page, "language", gazetteer.language[code])
        for code in record.neighbours:
            if code in gazetteer.country:
                yield self._link(page, "neighbour", gazetteer.country[code])
        if area := _whole(notes.get("area", "")) or record.area:
            yield _fact(page, "area", quantity(area, "square kilometres"))
        for relation, key, unit in (
            ("population", "population", ""),
            ("peak_height", "peak_height", "metres"),
            ("coastline", "coastline", "kilometres"),
            ("border_length", "border_length", "kilometres"),
            ("airfields", "airfields", ""),
        ):
            if (value := _whole(notes.get(key, ""))) > 1:
                yield _fact(page, relation, quantity(value, unit) if unit else number_of(value))
        for relation, key in (
            ("highest_point", "highest_point"),
            ("government_type", "government"),
            ("sovereign", "dependency"),
            ("national_holiday", "holiday"),
            ("anthem", "anthem"),
            ("national_symbol", "symbol"),
            ("demonym", "adjective"),
        ):
            if key in notes:
                yield _fact(page, relation, (notes[key], ()))
        for relation, key in (("independence", "independence"), ("holiday_date", "holiday_date")):
            if key in notes:
                yield _fact(page, relation, date(notes[key]))
        for relation, key in (("median_age", "median_age"), ("life_expectancy", "life_expectancy")):
            if key in notes:
                yield _fact(page, relation, (f"{notes[key]} years", (notes[key],)))
        if record.calling_code:
            digits = record.calling_code.lstrip("+")
            yield _fact(page, "calling_code", (record.calling_code, (digits, f"00{digits}")))
        if record.domain:
            yield _fact(page, "internet_domain", (record.domain, (record.domain.lstrip("."),)))
        yield _fact(page, "country_code", (record.code3, ()))

    def _of_city(self, page: int, record: City) -> Iterator[Fact]:
        gazetteer = self._gazetteer
        yield self._link(page, "country", gazetteer.country[record.country])
        yield _fact(page, "city_population", number_of(record.population))
        if (airport := gazetteer.nearest_airport.get(page)) is not None:
            yield self._link(page, "nearest_airport", airport)
            away = round(distance(gazetteer.position(page), gazetteer.position(airport)))
            if away:
                yield _fact(page, "airport_distance", quantity(away, "kilometres"))
        yield _fact(page, "city_time_zone", (record.time_zone, ()))
        yield _fact(page, "city_coordinates", (coordinates(gazetteer.position(page)), ()))

    def _of_airport(self, page: int, record: Airport) -> Iterator[Fact]:
        gazetteer = self._gazetteer
        if (city := gazetteer.city_served.get(page)) is not None:
            yield self._link(page, "city_served", city)
        yield self._link(page, "airport_country", gazetteer.country[record.country])
        yield _fact(page, "iata_code", (record.iata, ()))
        if re.fullmatch("[A-Z0-9]{4}", record.icao):
            yield _fact(page, "icao_code", (record.icao, ()))
        if record.elevation > 0:
            spoken, others = quantity(record.elevation, "feet")
            metres, more = quantity(round(record.elevation * _METRES_A_FOOT), "metres")
            yield _fact(page, "airport_elevation", (spoken, (*others, metres, *more)))
        yield _fact(page, "airport_time_zone", (record.time_zone, ()))

    def _of_currency(self, page: int, record: Currency) -> Iterator[Fact]:
        yield _fact(page, "currency_code", (record.code, ()))
        yield _fact(page, "currency_number", (record.numeric, ()))
        yield from self._users(page, "currency", record.code, "used_in", "largest_user")

    def _of_language(self, page: int, record: Language) -> Iterator[Fact]:
        yield _fact(page, "language_code", (record.code, ()))
        yield from self._users(page, "language", record.code, "spoken_in", "largest_speaker")

    def _users(
        self, page: int, relation: str, code: str, every: str, largest: str
    ) -> Iterable[Fact]:
        users = self.countries_where(relation, code)
        if len(users) > 1 and self.inhabitants(users[0]):
            yield self._link(page, largest, users[0])
        for user in users:
            yield self._link(page, every, user)

    def _of_continent(self, page: int, record: Continent) -> Iterator[Fact]:
        members = self.countries_where("continent", record.code)
        if not members:
            return
        areas = {page: _whole(fact.value) for page in members for fact in self._area(page)}
        if areas:
            largest = max(areas, key=lambda page: (areas[page], -page))
            yield self._link(page, "largest_country", largest)
        yield self._link(page, "most_populous_country", members[0])
        yield _fact(page, "country_count", number_of(len(members)))

    def _area(self, page: int) -> list[Fact]:
        return [fact for fact in self.of(self._gazetteer.subjects[page]) if fact.relation == "area"]


def _fact(subject: int, relation: str, value: Value) -> Fact:
    said, others = value
    return Fact(subject, relation, said, None, tuple(o for o in others if o != said))


def _whole(text: str) -> int:
    """The whole number at the beginning of a text, 0 when there is none."""
    found = re.match(r"[\d,]+(?![\d.])", text)
    return int(found[0].replace(",", "")) if found and found[0].strip(",") else 0


def number_of(value: int) -> Value:
    """A whole number.

    >>> number_of(12345)
    ('12,345', ('12345', '12 345'))
    """
    grouped = f"{value:,}"
    return grouped, (str(value), grouped.replace(",", " ")) if "," in grouped else ()


def quantity(value: int, unit: str) -> Value:
    """A number with its unit.

    >>> quantity(1200, "metres")
    ('1,200 metres', ('1200 metres', '1,200 m', '1200 m'))
    """
    spoken, plain = f"{value:,}", str(value)
    forms = [f"{text} {sign}" for sign in (unit, *_SIGNS[unit]) for text in (spoken, plain)]
    first, *others = dict.fromkeys(forms)
    return first, tuple(others)


def date(text: str) -> Value:
    """A day, with or without its year.

    >>> date("12 December 1963")
    ('12 December 1963', ('December 12, 1963', '1963-12-12'))
    """
    day, month, *year = text.split()
    if not year:
        return text, (f"{month} {day}",)
    number = _MONTHS.index(month) + 1
    return text, (f"{month} {day}, {year[0]}", f"{int(year[0]):04d}-{number:02d}-{int(day):02d}")
