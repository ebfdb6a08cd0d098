"""Coarser forms of an answer: the year of a date, a rounded number.

Whoever finds the page must still work the answer out, and a search for it finds nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from searchvl_gym.curation.records import Answer

_DATE = re.compile(r"\d{1,2} [A-Z][a-z]+ (?P<year>\d{4})|[A-Z][a-z]+ \d{1,2}, (?P<other>\d{4})")
_YEAR = re.compile(r"\d{4}")
_NUMBER = re.compile(r"(?P<number>\d[\d,]*(?:\.\d+)?)(?P<unit> \D+)?")
_DIGITS = 2


@dataclass(frozen=True)
class CoarseAnswer:
    """A coarser form.

    Attributes:
        form: `year`, `decade` or `rounded`.
        answer: What is right then.
    """

    form: str
    answer: Answer


def coarser(answer: Answer) -> tuple[CoarseAnswer, ...]:
    """The coarser forms that an answer has.

    >>> born = Answer("4 May 1893", "date", (), "4 May 1893")
    >>> [(coarse.form, coarse.answer.text) for coarse in coarser(born)]
    [('year', '1893'), ('decade', '1890s')]
    >>> [coarse.answer.text for coarse in coarser(Answer("678,548", "number", (), "678,548"))]
    ['680,000']
    """
    if answer.kind == "date":
        return tuple(_of_date(answer))
    if answer.kind in ("number", "quantity"):
        return tuple(_of_number(answer))
    return ()


def _of_date(answer: Answer) -> Sequence[CoarseAnswer]:
    found = []
    match = _DATE.fullmatch(answer.value)
    if match is not None:
        year = match["year"] or match["other"]
        coarse = Answer(year, "date", (), answer.value)
        found.append(CoarseAnswer("year", coarse))
    elif _YEAR.fullmatch(answer.value):
        year = answer.value
    else:
        return found
    decade = f"{year[:3]}0s"
    coarse = Answer(decade, "text", (f"the {decade}",), answer.value)
    return [*found, CoarseAnswer("decade", coarse)]


def _of_number(answer: Answer) -> Sequence[CoarseAnswer]:
    match = _NUMBER.fullmatch(answer.value)
    if match is None:
        return []
    number = Decimal(match["number"].replace(",", ""))
    unit = match["unit"] or ""
    if number == 0:
        return []
    step = Decimal(1).scaleb(number.adjusted() - _DIGITS + 1)
    rounded = (number / step).quantize(Decimal(1), ROUND_HALF_UP) * step
    # A number half-way between two is rounded either way by different people.
    if rounded == number or (number / step) % 1 == Decimal("0.5"):
        return []
    forms = [f"{rounded:,f}{unit}", f"{rounded:f}{unit}"]
    text, *aliases = dict.fromkeys(forms)
    coarse = Answer(text, answer.kind, tuple(aliases), answer.value)
    return [CoarseAnswer("rounded", coarse)]
