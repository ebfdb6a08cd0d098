"""Titles: every page has its own, and a name that many places bear leads to a list of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from searchvl_gym.world.folding import fold
from searchvl_gym.world.sources.earth.geodesy import coordinates
from searchvl_gym.world.sources.earth.records import Airport, City, Country, Currency, Language

_FAME = 4
"""A city keeps its bare name when it has so many times the inhabitants of the next namesake."""


@dataclass(frozen=True)
class Ambiguity:
    """A name that several pages could have.

    Attributes:
        title: Title of the page that lists them.
        name: The name.
        cities: Positions in the sequence of cities.
    """

    title: str
    name: str
    cities: tuple[int, ...]


class TitleBook:
    """Gives out titles, none of them twice (after folding)."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def take(self, *wishes: str) -> str:
        """The first wish that is free.

        Raises:
            RuntimeError: When none is; the last one should always be free.
        """
        for wish in wishes:
            if fold(wish) not in self._taken:
                self._taken.add(fold(wish))
                return wish
        raise RuntimeError(f"every title is taken: {', '.join(wishes)}")

    def is_free(self, title: str) -> bool:
        """Whether a title may still be taken."""
        return fold(title) not in self._taken

    def for_currency(self, currency: Currency) -> str:
        """`Yen`, or `Yen (currency)` where something else is called so."""
        return self.take(currency.name, f"{currency.name} (currency)", f"{currency.code} currency")

    def for_language(self, language: Language) -> str:
        """`Finnish language`."""
        name = language.name
        return self.take(
            name if name.endswith("Language") else f"{name} language", f"{name} ({language.code})"
        )

    def for_airport(self, airport: Airport) -> str:
        """Its name; namesakes add their code."""
        return self.take(airport.name, f"{airport.name} ({airport.iata})")


def title_cities(
    book: TitleBook,
    cities: Sequence[City],
    countries: Mapping[str, Country],
    states: Mapping[str, str],
) -> tuple[list[str], list[Ambiguity]]:
    """Title cities, the most populous first served.

    Args:
        book: Holds the titles of countries and the like already.
        cities: By falling population.
        countries: By code.
        states: Names of the states of the USA.

    Returns:
        A title for every city, and the names that need a page which tells the places apart.
    """
    groups: dict[str, list[int]] = defaultdict(list)
    for position, city in enumerate(cities):
        groups[fold(city.name)].append(position)
    titles = [""] * len(cities)
    ambiguities = []
    for position, city in enumerate(cities):
        group = groups[fold(city.name)]
        alone = len(group) == 1
        famous = group[0] == position and (
            alone or city.population >= _FAME * cities[group[1]].population
        )
        where = states.get(city.region) if city.country == "US" else None
        outer = where or countries[city.country].name
        place = coordinates((city.latitude, city.longitude))
        wishes = [city.name] if famous else []
        wishes += [
            f"{city.name}, {outer}",
            f"{city.name}, {outer} ({place})",
            f"{city.name}, {outer} ({city.number})",
        ]
        titles[position] = book.take(*wishes)
    for group in groups.values():
        if len(group) > 1:
            name = cities[group[0]].name
            title = book.take(name, f"{name} (disambiguation)", f"{name} (cities)")
            ambiguities.append(Ambiguity(title, name, tuple(group)))
    return titles, ambiguities
