"""Finding dates in text, whatever way they are written, and comparing them by what they say."""

from __future__ import annotations

import re
from dataclasses import dataclass

_NAMES = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_MONTHS = {name.lower(): number for number, name in enumerate(_NAMES, 1)}
_MONTHS |= {name[:3]: number for name, number in _MONTHS.items()} | {"sept": 9}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_YEAR = r"\d{3,4}"
_END = r"(?![\w]|[.,/-]\d)"
_ERA = r"(?:\s*(?P<era>BCE|BC|B\.C\.E?\.?)(?!\w))?"

_PATTERNS = tuple(
    re.compile(rf"(?<![\w.,/-]){pattern}", re.IGNORECASE)
    for pattern in (
        rf"(?P<y>\d{{4}})(?P<s>[-/.])(?P<m>0?[1-9]|1[0-2])(?P=s)(?P<d>{_DAY}){_END}",
        rf"(?P<a>{_DAY})(?P<s>[-/.])(?P<b>{_DAY})(?P=s)(?P<y>\d{{4}}){_END}",
        rf"(?P<d>{_DAY})(?:st|nd|rd|th)?[ -]+(?:day )?(?:of )?(?P<n>{_MONTH})\.?,?[ -]+"
        rf"(?:of )?(?P<y>{_YEAR}){_ERA}{_END}",
        rf"(?P<n>{_MONTH})\.?[ -]+(?:the )?(?P<d>{_DAY})(?:st|nd|rd|th)?,?[ -]+"
        rf"(?:of )?(?P<y>{_YEAR}){_ERA}{_END}",
        rf"(?P<n>{_MONTH})\.?,?[ -]+(?:of )?(?P<y>{_YEAR}){_ERA}{_END}",
        rf"(?P<d>{_DAY})(?:st|nd|rd|th)?[ -]+(?:day )?(?:of )?(?P<n>{_MONTH})(?!\w)",
        rf"(?P<n>{_MONTH})\.?[ -]+(?:the )?(?P<d>{_DAY})(?:st|nd|rd|th)?{_END}",
        rf"(?P<y>{_YEAR}){_ERA}{_END}",
    )
)
"""From the most to the least specific; where two match, the first one counts."""


@dataclass(frozen=True)
class Date:
    """A date that stands in a text, as exact as it is written.

    Attributes:
        start: Index of its first character.
        end: Index after its last character.
        year: Negative before Christ; None when not said.
        month: 1 to 12, or None.
        day: 1 to 31, or None.
        swapped: `12/03/1982` may be read both ways: the other reading's month and day.
    """

    start: int
    end: int
    year: int | None
    month: int | None = None
    day: int | None = None
    swapped: tuple[int, int] | None = None


def find_dates(text: str) -> list[Date]:
    """All dates in a text in order: full ones, months of a year, days of a year, years.

    A number of three or four digits counts as a year.

    >>> [(d.year, d.month, d.day) for d in find_dates("12th of March, 1982; May 1990; 1907")]
    [(1982, 3, 12), (1990, 5, None), (1907, None, None)]
    """
    found: list[Date] = []
    taken = bytearray(len(text))
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            date = _read(match)
            if date is None or any(taken[match.start() : match.end()]):
                continue
            taken[match.start() : match.end()] = b"\1" * (match.end() - match.start())
            found.append(date)
    return sorted(found, key=lambda date: date.start)


def states_date(given: Date, wanted: Date) -> bool:
    """Whether a given date says all that the wanted one does, and nothing else.

    It may be more exact: a day in 1982 states the year 1982, but not the other way round.

    >>> day, year = find_dates("12 March 1982, 1982")
    >>> states_date(day, year), states_date(year, day)
    (True, False)
    """
    if wanted.year is not None and given.year != wanted.year:
        return False
    readings = [(given.month, given.day)]
    if given.swapped is not None:
        readings.append(given.swapped)
    return any(
        (wanted.month is None or wanted.month == month)
        and (wanted.day is None or wanted.day == day)
        for month, day in readings
    )


def _read(match: re.Match[str]) -> Date | None:
    parts = match.groupdict()
    year = int(parts["y"]) if parts.get("y") else None
    if year is not None and parts.get("era"):
        year = -year
    if parts.get("a"):
        # Day first, unless that cannot be.
        first, second = int(parts["a"]), int(parts["b"])
        readings = [(m, d) for d, m in ((first, second), (second, first)) if m <= 12]
        if not readings:
            return None
        month, day = readings[0]
        other = readings[1] if len(readings) > 1 and readings[1] != readings[0] else None
        return Date(match.start(), match.end(), year, month, day, other)
    named = _MONTHS[parts["n"].lower()] if parts.get("n") else None
    numbered = int(parts["m"]) if parts.get("m") else None
    of_month = int(parts["d"]) if parts.get("d") else None
    return Date(match.start(), match.end(), year, named or numbered, of_month)
