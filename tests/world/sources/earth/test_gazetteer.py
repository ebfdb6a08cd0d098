"""Who is whose capital, airport or namesake."""

import numpy as np

from searchvl_gym.world import fold
from searchvl_gym.world.sources.earth.gazetteer import Gazetteer
from searchvl_gym.world.sources.earth.geodesy import distance, nearest
from searchvl_gym.world.sources.earth.records import Airport, City, Country
from searchvl_gym.world.sources.earth.titles import TitleBook, title_cities


def test_the_nearest_is_the_nearest() -> None:
    rng = np.random.default_rng(3)
    points = list(zip(rng.uniform(-85, 85, 60), rng.uniform(-180, 180, 60), strict=True))
    places = list(zip(rng.uniform(-85, 85, 40), rng.uniform(-180, 180, 40), strict=True))
    found = nearest(points, places)
    for point, index in zip(points, found, strict=True):
        assert index == min(range(40), key=lambda place: distance(point, places[place]))
    assert nearest([(0, 179.9)], [(0, 170.0), (0, -179.9)]) == [1]


def city(number: int, name: str, country: str, population: int, region: str = "") -> City:
    return City(number, name, (), country, region, population, number / 10, 0.0, "UTC")


def country(code: str, name: str) -> Country:
    return Country(code, code * 2, name, "", "EU", "", 1, "", (), (), "", "")


def test_namesakes_are_told_apart() -> None:
    cities = [
        city(1, "Moscow", "RU", 10_000_000),
        city(2, "Ulm", "DE", 120_000),
        city(3, "Zürich", "CH", 90_000),
        city(4, "Zurich", "CH", 80_000),
        city(5, "Zurich", "CH", 70_000),
        city(6, "Moscow", "US", 25_000, "ID"),
        city(7, "Monaco", "MC", 20_000),
    ]
    countries = {c: country(c, n) for c, n in (
        ("RU", "Russia"), ("DE", "Germany"), ("CH", "Switzerland"), ("US", "United States"),
        ("MC", "Monaco"),
    )}  # fmt: skip
    book = TitleBook()
    book.take("Monaco")
    titles, ambiguities = title_cities(book, cities, countries, {"ID": "Idaho"})
    assert titles == [
        "Moscow", "Ulm", "Zürich, Switzerland", "Zurich, Switzerland (0.40° N, 0.00° E)",
        "Zurich, Switzerland (0.50° N, 0.00° E)", "Moscow, Idaho", "Monaco, Monaco",
    ]  # fmt: skip
    assert [(found.title, found.cities) for found in ambiguities] == [
        ("Moscow (disambiguation)", (0, 5)),
        ("Zürich", (2, 3, 4)),
    ]


def test_capitals_and_airports(gazetteer: Gazetteer) -> None:
    titles = {fold(subject.title): subject.id for subject in gazetteer.subjects}
    assert gazetteer.capital_of[gazetteer.country["FR"]] == titles["paris"]
    for page, served in gazetteer.city_served.items():
        airport, place = (gazetteer.subjects[number].record for number in (page, served))
        assert isinstance(airport, Airport) and isinstance(place, City)
        assert airport.country == place.country
        assert distance(gazetteer.position(page), gazetteer.position(served)) <= 80
    assert gazetteer.nearest_airport.keys() == set(gazetteer.cities)


def test_size_is_kept(gazetteer: Gazetteer) -> None:
    assert 880 < len(gazetteer.subjects) <= 900
    assert len(gazetteer.capital_of) > 80
