"""Which pictures an article gets: flags and maps that are drawn now, signs and boards on demand."""

from __future__ import annotations

import hashlib
import io
import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import astuple
from importlib.metadata import version

from searchvl_gym.types import Image
from searchvl_gym.world.pictures.recipe import PictureRecipe
from searchvl_gym.world.records import ImageRecord
from searchvl_gym.world.sources.atlas.draws import Draws
from searchvl_gym.world.sources.earth.flag_designs import FLAGS
from searchvl_gym.world.sources.earth.flags import draw_flag
from searchvl_gym.world.sources.earth.gazetteer import Gazetteer, Subject
from searchvl_gym.world.sources.earth.maps import MappedCity, draw_map, has_map
from searchvl_gym.world.sources.earth.records import Airport, City, Country

JPEG_QUALITY = 88
_PICTURES = 2
"""Purpose number of the draws here; see `Draws`."""

_ILLUSTRATED = 3_000
"""About so many cities and airports get a picture, if there are that many."""

_MOST_OFTEN = 0.5

_MAPPED_CITIES = 60
_UNMAPPED_AREA = 5_000
_CHARTED = 20_000
"""Inhabitants of the smallest city on a chart."""

_SIZES = ((768, 576), (800, 600), (720, 720), (640, 600), (896, 640))
_CITY_STYLES = ("street_sign", "street_sign", "skyline", "bronze_plaque", "poster")
_AIRPORT_STYLES = ("timetable", "timetable", "street_sign")
_CAPTIONS = {
    "street_sign": "A sign", "skyline": "A sign by the water", "bronze_plaque": "A plaque",
    "poster": "A poster", "timetable": "A departure board",
}  # fmt: skip


class Illustrator:
    """Chooses and draws pictures; the same ones in every process.

    Args:
        gazetteer: The subjects.
    """

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer
        places = len(gazetteer.cities) + len(gazetteer.airports)
        self._share = min(_MOST_OFTEN, _ILLUSTRATED / max(1, places))
        self._mapped: dict[str, list[MappedCity]] = defaultdict(list)
        for city in gazetteer.all_cities:
            shown = MappedCity(city.name, city.latitude, city.longitude, city.is_capital)
            self._mapped[city.country].append(shown)
        self._unmapped = [
            (city.latitude, city.longitude)
            for code, cities in self._mapped.items()
            if not has_map(code) and self._country(code).area > _UNMAPPED_AREA
            for city in cities
        ]

    def _country(self, code: str) -> Country:
        record = self._gazetteer.subjects[self._gazetteer.country[code]].record
        assert isinstance(record, Country)
        return record

    def illustrate(self, subject: Subject, first_image: int) -> list[ImageRecord]:
        """The pictures of a subject, none to three.

        Args:
            subject: The subject.
            first_image: Id for the first of them.
        """
        record = subject.record
        if isinstance(record, Country):
            return list(self._of_country(subject, record, first_image))
        if not isinstance(record, City | Airport):
            return []
        draws = Draws(0, subject.id, _PICTURES)
        if not draws.chance(self._share):
            return []
        styles = _CITY_STYLES if isinstance(record, City) else _AIRPORT_STYLES
        style = draws.choice(styles)
        width, height = draws.choice(_SIZES)
        fields = {"title": subject.title, **self._fields(subject, style, draws)}
        recipe = PictureRecipe(style, draws.below(2**31), fields, width, height)
        caption = f"{_CAPTIONS[style]} of {subject.title}"
        return [ImageRecord(first_image, subject.id, caption, recipe, width, height)]

    def _of_country(self, subject: Subject, record: Country, first: int) -> Iterator[ImageRecord]:
        drawn: list[tuple[str, str, Image]] = []
        if record.code in FLAGS:
            made_from = json.dumps({"flag": record.code, "design": FLAGS[record.code]})
            drawn.append((f"The flag of {subject.spoken}", made_from, draw_flag(record.code)))
        if has_map(record.code):
            cities = self._mapped[record.code][:_MAPPED_CITIES]
            pixels = draw_map(record.code, subject.title, cities, self._unmapped)
            made_from = _origin_of_map(record.code, subject.title, cities, self._unmapped)
            drawn.append((f"A map of {subject.spoken}", made_from, pixels))
        for number, (caption, made_from, pixels) in enumerate(drawn, first):
            height, width = pixels.shape[:2]
            data = encode_jpeg(pixels)
            yield ImageRecord(number, subject.id, caption, None, width, height, data, made_from)
        if (rows := self._largest_cities(record.code)).count(";") >= 2:
            fields = {
                "title": subject.title,
                "subtitle": "Largest cities",
                "note": "Inhabitants in thousands; source: GeoNames",
                "rows": rows,
            }
            draws = Draws(0, subject.id, _PICTURES)
            width, height = draws.choice(_SIZES)
            recipe = PictureRecipe("chart", draws.below(2**31), fields, width, height)
            caption = f"A chart of the largest cities of {subject.spoken}"
            yield ImageRecord(first + len(drawn), subject.id, caption, recipe, width, height)

    def _largest_cities(self, code: str) -> str:
        """Rows of a chart: the largest cities of a country, up to five, none of them left out."""
        rows = []
        for rank, page in enumerate(self._gazetteer.cities_of.get(code, [])[:5], 1):
            city = self._gazetteer.subjects[page].record
            assert isinstance(city, City)
            if self._gazetteer.rank[page] != rank or city.population < _CHARTED:
                break
            rows.append(f"{city.name.replace(';', ' ')}|{round(city.population / 1000):,}")
        return ";".join(rows)

    def _fields(self, subject: Subject, style: str, draws: Draws) -> dict[str, str]:
        """Words beside the title; they give away none of the subject's facts."""
        if style == "timetable":
            return {
                "subtitle": "Departures",
                "note": "Times are subject to change",
                "rows": self._departures(subject, draws),
            }
        if style == "street_sign":
            airport = isinstance(subject.record, Airport)
            return {"subtitle": "Airport" if airport else "Welcome"}
        if style == "poster":
            return {"subtitle": "Visit the city", "note": "Information at the station"}
        return {}

    def _departures(self, subject: Subject, draws: Draws) -> str:
        """Destinations on a board: real airports' cities, invented hours."""
        airports = self._gazetteer.airports
        minute, rows = draws.between(300, 700), []
        seen = {subject.id}
        for page in draws.some(airports, 12):
            record = self._gazetteer.subjects[page].record
            assert isinstance(record, Airport)
            place = record.city.split("/")[0].split("(")[0].strip()
            if page in seen or not place or len(place) > 18 or not place.isascii():
                continue
            seen.add(page)
            rows.append(f"{place}|{minute // 60 % 24:02d}:{minute % 60:02d}|{draws.between(1, 40)}")
            minute += draws.between(5, 70)
        return ";".join(rows[:7])


def _origin_of_map(
    code: str, title: str, cities: list[MappedCity], unmapped: list[tuple[float, float]]
) -> str:
    """Everything that decides a map: its arguments and the package that has the outlines."""
    places = json.dumps([[astuple(city) for city in cities], unmapped]).encode()
    origin = {
        "map": code,
        "title": title,
        "outlines": f"countryinfo {version('countryinfo')}",
        "places": hashlib.sha256(places).hexdigest(),
    }
    return json.dumps(origin, ensure_ascii=False)


def encode_jpeg(pixels: Image) -> bytes:
    """A picture as a JPEG file."""
    from PIL import Image as PillowImage

    stream = io.BytesIO()
    PillowImage.fromarray(pixels).save(stream, "JPEG", quality=JPEG_QUALITY, subsampling=0)
    return stream.getvalue()
