"""Writes the article of a subject from its facts."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from searchvl_gym.world.records import Fact, Page
from searchvl_gym.world.sources.atlas.draws import Draws
from searchvl_gym.world.sources.earth.facts import FactBook, number_of
from searchvl_gym.world.sources.earth.gazetteer import Gazetteer, Subject
from searchvl_gym.world.sources.earth.geodesy import distance
from searchvl_gym.world.sources.earth.prose import Prose, page_address, sentence_case
from searchvl_gym.world.sources.earth.records import (
    Airport,
    City,
    Continent,
    Country,
    Currency,
    Language,
)
from searchvl_gym.world.sources.earth.relations import STATEMENTS

_WORDING = 1
"""Purpose number of the draws here; see `Draws`."""

_NOUNS = {
    Country: "the country", City: "the city", Airport: "the airport", Currency: "the currency",
    Language: "the language", Continent: "the continent",
}  # fmt: skip
_ORDER = ("Geography", "People", "Government", "Economy", "Use", "Transport", "Codes")
_NOTES = {
    "Geography": ("location", "climate", "terrain", "resources"),
    "Economy": ("industries", "crops"),
}
_INTRODUCED = {
    "location": "Location", "climate": "Climate", "terrain": "Terrain",
    "resources": "Natural resources", "industries": "Industries", "crops": "Farm products",
}  # fmt: skip
_ORDINALS = {1: "", 2: "second ", 3: "third ", 4: "fourth ", 5: "fifth "}


class Author:
    """Writes articles; the same ones in every process.

    Args:
        gazetteer: The subjects.
        facts: Their facts.
    """

    def __init__(self, gazetteer: Gazetteer, facts: FactBook) -> None:
        self._gazetteer, self._facts = gazetteer, facts

    def write(self, subject: Subject, facts: Sequence[Fact], images: tuple[int, ...]) -> Page:
        """The page of a subject."""
        gazetteer = self._gazetteer
        prose = Prose(subject.id, gazetteer.title, gazetteer.takes_article)
        draws = Draws(0, subject.id, _WORDING)
        self._lead(prose, subject)
        if isinstance(subject.record, Country):
            self._history(prose, subject.record)
        for section in _ORDER:
            prose.heading(section)
            self._statements(prose, subject, facts, section, draws)
            if isinstance(subject.record, Country):
                self._country_notes(prose, subject.record, section)
            elif isinstance(subject.record, City):
                self._city_notes(prose, subject, section)
            elif isinstance(subject.record, Airport):
                self._airport_notes(prose, subject, section)
        text, links = prose.finish()
        return Page(
            id=subject.id,
            title=subject.title,
            kind=subject.kind,
            url=page_address(subject.title, subject.id),
            text=text,
            aliases=subject.aliases,
            infobox=_infobox(subject, facts),
            images=images,
            links=links,
        )

    def _statements(
        self, prose: Prose, subject: Subject, facts: Sequence[Fact], section: str, draws: Draws
    ) -> None:
        first = True
        for fact in facts:
            statement = STATEMENTS[fact.relation]
            if statement.section != section or not statement.sentences:
                continue
            template = draws.choice(statement.sentences)
            name = subject.spoken
            if not first:
                noun = _noun(subject)
                name = "it" if template.startswith("{x}") and draws.chance(0.5) else noun
            prose.sentence(template, name, fact)
            first = False

    def _lead(self, prose: Prose, subject: Subject) -> None:
        record, gazetteer = subject.record, self._gazetteer
        prose.write(subject.spoken[0].upper() + subject.spoken[1:])
        if isinstance(record, Country):
            self._country_lead(prose, subject.id, record)
        elif isinstance(record, City):
            self._city_lead(prose, subject.id, record)
        elif isinstance(record, Airport):
            prose.write(f" ({record.iata}) is an airport in ")
            prose.mention(gazetteer.country[record.country])
            if (city := gazetteer.city_served.get(subject.id)) is not None:
                prose.write(" near ")
                prose.link(city)
            elif record.city:
                prose.write(f" near {record.city}")
            prose.write(f", in {record.region}. " if record.region else ". ")
        elif isinstance(record, Currency):
            self._users_lead(
                prose, f" ({record.code}) is the currency of ", "currency", record.code
            )
        elif isinstance(record, Language):
            prose.write(f" is a {record.sort} language. It is listed for ")
            self._users(prose, "language", record.code)
        else:
            prose.write(" is a continent. ")
            members = self._facts.countries_where("continent", record.code)
            if members:
                prose.write("The countries and territories that are counted to it are ")
                prose.enumerate(members)
                prose.write(". ")

    def _users_lead(self, prose: Prose, opening: str, relation: str, code: str) -> None:
        prose.write(opening)
        self._users(prose, relation, code)

    def _users(self, prose: Prose, relation: str, code: str) -> None:
        users = self._facts.countries_where(relation, code)
        prose.enumerate(users)
        prose.write(". ")

    def _country_lead(self, prose: Prose, page: int, record: Country) -> None:
        gazetteer = self._gazetteer
        if record.official_name and record.official_name != record.name:
            prose.write(f", officially {record.official_name},")
        prose.write(" is a territory in " if record.dependency else " is a country in ")
        prose.mention(gazetteer.continent[record.continent])
        capital, cities = gazetteer.capital_of.get(page), gazetteer.cities_of.get(record.code)
        if capital is not None:
            prose.write(" with its seat of government in ")
            prose.mention(capital)
        prose.write(". ")
        if cities and cities[0] != capital and gazetteer.rank[cities[0]] == 1:
            prose.write("Its most populous city is ")
            prose.mention(cities[0])
            prose.write(". ")

    def _city_lead(self, prose: Prose, page: int, record: City) -> None:
        country = self._gazetteer.country[record.country]
        prose.write(" is the capital of " if record.is_capital else " is a city in ")
        prose.mention(country)
        rank = self._gazetteer.rank[page]
        ordinal = _ORDINALS.get(rank)
        if ordinal is not None:
            prose.write(f" and its {ordinal}most populous city")
        if record.other_names:
            prose.write(f". It is also known as {record.other_names[0]}")
        prose.write(". ")

    def _history(self, prose: Prose, record: Country) -> None:
        prose.heading("History")
        for key, opening in (
            ("background", ""),
            ("etymology", "On its name the World Factbook notes: "),
            ("capital_etymology", "On the name of the capital it notes: "),
        ):
            if note := record.factbook.get(key):
                prose.write(f"{opening}{note if opening else sentence_case(note)}")
                prose.write(". " if opening and not note.endswith(".") else " ")

    def _country_notes(self, prose: Prose, record: Country, section: str) -> None:
        gazetteer = self._gazetteer
        for key in _NOTES.get(section, ()):
            if note := record.factbook.get(key):
                prose.write(f"{_INTRODUCED[key]}: {sentence_case(note)} ")
        if section == "Geography":
            neighbours = [
                gazetteer.country[code] for code in record.neighbours if code in gazetteer.country
            ]
            if neighbours:
                prose.write("It borders ")
                prose.enumerate(neighbours)
                prose.write(". ")
        elif section == "People":
            if record.languages:
                prose.write("Languages that are listed for it are ")
                prose.enumerate([gazetteer.language[code] for code in record.languages])
                prose.write(". ")
            if cities := gazetteer.cities_of.get(record.code, [])[:8]:
                prose.write("Its cities include ")
                prose.enumerate(cities)
                prose.write(". ")
        elif section == "Transport" and (airports := gazetteer.airports_of.get(record.code, [])):
            served = [page for page in airports if page in gazetteer.city_served]
            served.sort(key=lambda page: self._gazetteer.rank[gazetteer.city_served[page]])
            prose.write("Its airports include ")
            prose.enumerate((served or airports)[:6])
            prose.write(". ")

    def _city_notes(self, prose: Prose, subject: Subject, section: str) -> None:
        """Neighbours in rank: true statements that a careless reader might take over."""
        if section != "People":
            return
        record = subject.record
        assert isinstance(record, City)
        pages = self._gazetteer.cities_of[record.country]
        place = _place(pages, subject.id)
        rank = self._gazetteer.rank[subject.id]
        for step, words in ((-1, "larger"), (1, "smaller")):
            other = place + step
            if 0 <= other < len(pages) and self._gazetteer.rank[pages[other]] == rank + step:
                city = self._gazetteer.subjects[pages[other]]
                assert isinstance(city.record, City)
                away = round(
                    distance(
                        self._gazetteer.position(subject.id), self._gazetteer.position(city.id)
                    )
                )
                prose.write(f"The next {words} city of the country is ")
                prose.link(city.id)
                count = number_of(city.record.population)[0]
                prose.write(f", {away:,} kilometres away, with {count} people. ")

    def _airport_notes(self, prose: Prose, subject: Subject, section: str) -> None:
        if section != "Transport":
            return
        record = subject.record
        assert isinstance(record, Airport)
        pages = self._gazetteer.airports_of[record.country]
        place = _place(pages, subject.id)
        others = [pages[(place + step) % len(pages)] for step in (1, 2) if len(pages) > 2]
        if others:
            prose.write("Other airports of the country are ")
            prose.enumerate([page for page in others if page != subject.id])
            prose.write(". ")


def _place(pages: Sequence[int], page: int) -> int:
    """Where a page is among pages in rising order."""
    return bisect_left(pages, page)


def _noun(subject: Subject) -> str:
    if isinstance(subject.record, Country) and subject.record.dependency:
        return "the territory"
    return _NOUNS[type(subject.record)]


def _infobox(subject: Subject, facts: Sequence[Fact]) -> tuple[tuple[str, str], ...]:
    """Labels and values; values of one relation share a row."""
    rows: dict[str, list[str]] = {}
    for fact in facts:
        rows.setdefault(STATEMENTS[fact.relation].relation.label, []).append(fact.value)
    box = [(label, ", ".join(values)) for label, values in rows.items()]
    if subject.aliases:
        box.append(("Also known as", ", ".join(subject.aliases)))
    return tuple(box)
