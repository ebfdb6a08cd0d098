"""Values as numbers that can be compared: for superlatives, years and rounded numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from searchvl_gym.curation.facts.fact_base import FactBase
from searchvl_gym.curation.records import Qualifier

_NUMBER = re.compile(r"(?P<number>\d[\d,]*(?:\.\d+)?)(?: (?P<unit>\D+))?")
_DATE = re.compile(r"(?P<day>\d{1,2}) (?P<month>[A-Z][a-z]+) (?P<year>\d{4})")
_YEAR = re.compile(r"[12]\d{3}")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip

MARGIN = 0.1
"""Two numbers nearer than this share of the greater one are both `about` the same."""


@dataclass(frozen=True)
class Magnitude:
    """A value that can be compared with others of the same unit."""

    number: float
    unit: str


def magnitude(value: str) -> Magnitude | None:
    """A number, quantity or date; None for other values.

    >>> magnitude("1,200 metres"), magnitude("4 May 1893")
    (Magnitude(number=1200.0, unit='metres'), Magnitude(number=18930504.0, unit='date'))
    """
    date = _DATE.fullmatch(value)
    if date is not None and date["month"] in _MONTHS:
        month = _MONTHS.index(date["month"]) + 1
        return Magnitude(float(int(date["year"]) * 10_000 + month * 100 + int(date["day"])), "date")
    number = _NUMBER.fullmatch(value)
    if number is None:
        return None
    return Magnitude(float(number["number"].replace(",", "")), number["unit"] or "")


def year_of(value: str) -> str:
    """The year of a full date, or "".

    >>> year_of("4 May 1893"), year_of("1893")
    ('1893', '')
    """
    date = _DATE.fullmatch(value)
    return date["year"] if date is not None else ""


def is_year(value: str) -> bool:
    """Whether a value is a year by itself.

    >>> is_year("1893"), is_year("1,893")
    (True, False)
    """
    return _YEAR.fullmatch(value) is not None


def rounded(value: str) -> str:
    """A large whole number to two significant digits, or "" for other values.

    >>> rounded("92,666"), rounded("1,234 metres"), rounded("87"), rounded("1954")
    ('93,000', '1,200 metres', '', '')
    """
    match = _NUMBER.fullmatch(value)
    if match is None or "." in match["number"] or is_year(value):
        return ""
    number = int(match["number"].replace(",", ""))
    if number < 1_000:
        return ""
    step = 10 ** (len(str(number)) - 2)
    coarse = (number + step // 2) // step * step
    unit = f" {match['unit']}" if match["unit"] else ""
    return "" if coarse == number else f"{coarse:,}{unit}"


def is_about(value: str, coarse: str) -> bool:
    """Whether somebody might round a value to a coarse one.

    >>> is_about("92,666", "93,000"), is_about("99,000", "93,000"), is_about("120,000", "93,000")
    (True, True, False)
    """
    exact, about = magnitude(value), magnitude(coarse)
    if exact is None or about is None or exact.unit != about.unit:
        return False
    greater = max(exact.number, about.number)
    return abs(exact.number - about.number) <= MARGIN * greater


def ranked(facts: FactBase, pages: Iterable[int], qualifier: Qualifier) -> int | None:
    """The page to which a superlative belongs, among some pages.

    Every page must state each of the qualifier's readings that any of them states, once and in
    one unit, and all of them must give the same page; otherwise nobody can say.
    """
    members = sorted(pages)
    found: set[int] = set()
    for relation in qualifier.readings:
        values = [facts.stated(page, (relation,)) for page in members]
        if not any(values):
            continue
        numbers = [magnitude(stated[0].value) if len(stated) == 1 else None for stated in values]
        if any(number is None for number in numbers) or len(members) < max(2, qualifier.rank):
            return None
        known = [number for number in numbers if number is not None]
        if len({number.unit for number in known}) > 1:
            return None
        sign = -1.0 if qualifier.form == "most" else 1.0
        order = sorted(range(len(members)), key=lambda place: sign * known[place].number)
        place = order[qualifier.rank - 1]
        if sum(number.number == known[place].number for number in known) > 1:
            return None
        found.add(members[place])
    return found.pop() if len(found) == 1 else None
