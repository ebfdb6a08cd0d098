"""List pages of countries, and pages that tell places of one name apart."""

from __future__ import annotations

from collections.abc import Iterator

from searchvl_gym.world.records import Page
from searchvl_gym.world.sources.earth.gazetteer import Gazetteer
from searchvl_gym.world.sources.earth.prose import Prose, page_address
from searchvl_gym.world.sources.earth.records import Airport, City

LONGEST = 500
"""Most entries of a list."""

_SHORTEST = 3


class Listings:
    """The pages that stand after those of the subjects.

    Args:
        gazetteer: The subjects.
    """

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer
        self._lists: list[tuple[str, str, list[int]]] = []
        for code, country in gazetteer.country.items():
            name = gazetteer.title(country)
            for noun, pages in (
                ("cities", gazetteer.cities_of.get(code, [])),
                ("airports", gazetteer.airports_of.get(code, [])),
            ):
                if len(pages) >= _SHORTEST:
                    title = gazetteer.book.take(
                        f"List of {noun} in {name}", f"List of {noun} in {name} ({code})"
                    )
                    self._lists.append((title, noun, [country, *pages[:LONGEST]]))

    def __len__(self) -> int:
        """Number of pages."""
        return len(self._lists) + len(self._gazetteer.ambiguities)

    def pages(self) -> Iterator[Page]:
        """The pages, numbered after the subjects."""
        number = len(self._gazetteer.subjects)
        for title, noun, pages in self._lists:
            yield self._list(number, title, noun, pages)
            number += 1
        for position in range(len(self._gazetteer.ambiguities)):
            yield self._disambiguation(number, position)
            number += 1

    def _list(self, number: int, title: str, noun: str, pages: list[int]) -> Page:
        prose = Prose(number, self._gazetteer.title, self._gazetteer.takes_article)
        country, *members = pages
        order = "by population" if noun == "cities" else "by their code"
        prose.write(f"This is a list of {noun} in ")
        prose.mention(country)
        prose.write(f" {order}.\n")
        for page in members:
            prose.write("- ")
            prose.link(page)
            record = self._gazetteer.subjects[page].record
            if isinstance(record, City):
                prose.write(f", {record.population:,} inhabitants\n")
            elif isinstance(record, Airport):
                prose.write(f", {record.iata}\n")
        return self._page(number, title, "list", prose)

    def _disambiguation(self, number: int, position: int) -> Page:
        ambiguity = self._gazetteer.ambiguities[position]
        prose = Prose(number, self._gazetteer.title, self._gazetteer.takes_article)
        prose.write(f"{ambiguity.name} may refer to:\n")
        for place in ambiguity.cities[:LONGEST]:
            page = self._gazetteer.cities[place]
            record = self._gazetteer.subjects[page].record
            assert isinstance(record, City)
            prose.write("- ")
            prose.link(page)
            country = self._gazetteer.country[record.country]
            prose.write(f", a city in {self._gazetteer.subjects[country].spoken}\n")
        return self._page(number, ambiguity.title, "disambiguation", prose)

    @staticmethod
    def _page(number: int, title: str, kind: str, prose: Prose) -> Page:
        text, links = prose.finish()
        return Page(
            id=number,
            title=title,
            kind=kind,
            url=page_address(title, number),
            text=text.rstrip(),
            links=links,
        )
