"""Which attributes can be added up and compared, and what a question calls them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import NamedTuple

from searchvl_gym.language.nouns import with_article


class Measure(NamedTuple):
    """An attribute that is a number.

    Attributes:
        plural: What the values of several things are called: `heights`.
        most: Fits a thing by the rank of its value: `with the {k}greatest height`, where `{k}` is
            "", `second ` and so on.
        least: The same from the other end.
        above: Fits a thing whose value is more: `more than {n} metres high`.
        below: The same with less.
    """

    plural: str
    most: str
    least: str
    above: str
    below: str


def _with(noun: str, plural: str, unit: str) -> Measure:
    return Measure(
        plural,
        f"with the {{k}}greatest {noun}",
        f"with the {{k}}smallest {noun}",
        f"with {with_article(noun)} of more than {{n}}{unit}",
        f"with {with_article(noun)} of less than {{n}}{unit}",
    )


def _counted(things: str) -> Measure:
    return Measure(
        f"numbers of {things}",
        f"with the {{k}}most {things}",
        f"with the {{k}}fewest {things}",
        f"with more than {{n}} {things}",
        f"with fewer than {{n}} {things}",
    )


MEASURES: Mapping[str, Measure] = MappingProxyType(
    {
        "height": _with("height", "heights", " metres"),
        "span": _with("longest span", "longest spans", " metres"),
        "steps": _counted("steps"),
        "windows": _counted("windows"),
        "area": _with("area", "areas", " square kilometres"),
        "elevation": _with("elevation", "elevations", " metres"),
        "river_length": _with("length", "lengths", " kilometres"),
        "depth": _with("greatest depth", "greatest depths", " metres"),
        "tributaries": _counted("tributaries"),
        "snow_line": _with("snow line", "snow lines", " metres"),
        "population": _counted("inhabitants"),
        "publications": _counted("works"),
        "person_height": _with("body height", "body heights", " centimetres"),
        "letters": _counted("surviving letters"),
        "size": _with("size", "sizes", " millimetres"),
        "wingspan": _with("wingspan", "wingspans", " millimetres"),
        "mass": _with("weight", "weights", " grams"),
        "petals": _counted("petals"),
        "pages": _counted("pages"),
        "print_run": _with("first print run", "first print runs", " copies"),
        "canvas_width": _with("width", "widths", " centimetres"),
        "duration": _with("duration", "durations", " minutes"),
        "ship_length": _with("length overall", "lengths overall", " metres"),
        "speed": _with("top speed", "top speeds", " knots"),
        "bottle_size": _with("bottle size", "bottle sizes", " millilitres"),
    }
)
"""By relation. Sums of money are not among them: they come in several currencies."""

YEARS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "opened": ("opened after {n}", "opened before {n}"),
        "founded": ("founded after {n}", "founded before {n}"),
        "presented": ("first presented after {n}", "first presented before {n}"),
        "described": ("first described after {n}", "first described before {n}"),
        "birth_date": ("born after {n}", "born before {n}"),
        "explored": ("first explored after {n}", "first explored before {n}"),
    }
)
"""Relations whose year can be compared, and how a thing after or before a year is told."""

_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_YEAR = re.compile(r"\b\d{3,4}\b(?!.*\b\d{3,4}\b)")


def number_in(value: str) -> Decimal | None:
    """The number of a stated value, or None.

    >>> number_in("1,234.5 metres")
    Decimal('1234.5')
    """
    found = _NUMBER.search(value)
    return None if found is None else Decimal(found[0].replace(",", ""))


def unit_in(value: str) -> str:
    """What follows the number: `metres`, or ""."""
    found = _NUMBER.search(value)
    return "" if found is None else value[found.end() :].strip()


def year_in(value: str) -> int | None:
    """The year of a stated date.

    >>> year_in("4 May 1907")
    1907
    """
    found = _YEAR.search(value)
    return None if found is None else int(found[0])


def written(number: Decimal, unit: str = "") -> str:
    """A number as an answer.

    >>> written(Decimal("12345.50"), "metres"), written(Decimal("7"))
    ('12,345.5 metres', '7')
    """
    plain = f"{number:,f}"
    if "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    return f"{plain} {unit}".strip()
