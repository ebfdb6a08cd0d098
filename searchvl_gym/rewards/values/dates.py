"""Finding dates in text, whatever way they are written, and comparing them by what they say."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from searchvl_gym.rewards.values.calendar_names import SEASONS, months, weekdays
from searchvl_gym.rewards.values.periods import Period, find_periods

_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_MONTH_NUMBER = r"(?:1[0-2]|0?[1-9])"
_YEAR = r"(?:\d{3,4}|\d{1,2}(?=\s*(?:BC|AD|CE|B\.C|A\.D)))"
_END = r"(?![A-Za-z\u00c0-\u1fff]|\d|[.,/-]\d)"
_ERA = r"(?:\s*(?P<era>BCE|BC|B\.C\.E?\.?|CE|AD|A\.D\.|C\.E\.)(?!\w))?"
_SUFFIX = r"(?:st|nd|rd|th|er|º|\.(?= ))?"
_OF = r"(?:of (?:the year )?|de |del )?"
_BEFORE_CHRIST = r"(?:(?P<bc>公元前|西元前|紀元前|纪元前|기원전|前)|公元|西元|서기)?\s*"


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
        season: 1 (spring) to 4 (winter), or None.
        weekday: 1 (Monday) to 7, for a weekday that stands alone, or None.
        period: The decade, the century or the range of years that it is, or None.
    """

    start: int
    end: int
    year: int | None = None
    month: int | None = None
    day: int | None = None
    swapped: tuple[int, int] | None = None
    season: int | None = None
    weekday: int | None = None
    period: Period | None = None


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    """From the most to the least specific; where two match, the first one counts."""
    month = "|".join(sorted(map(re.escape, months()), key=len, reverse=True))
    season = "|".join(SEASONS)
    named = rf"(?P<n>{month})\.?"
    return tuple(
        re.compile(rf"(?<![A-Za-z0-9_.,/-]){pattern}", re.IGNORECASE)
        for pattern in (
            rf"(?P<y>\d{{4}})(?P<s>[-/.])(?P<m>{_MONTH_NUMBER})(?P=s)(?P<d>{_DAY}){_END}",
            rf"(?P<a>{_DAY})(?P<s>[-/.])(?P<b>{_DAY})(?P=s)(?P<y>\d{{4}}){_END}",
            rf"{_BEFORE_CHRIST}(?P<y>\d{{1,4}})\s?[年년]\s?(?P<m>{_MONTH_NUMBER})\s?[月월]"
            rf"\s?(?P<d>{_DAY})\s?[日号號일]",
            rf"(?P<m>{_MONTH_NUMBER})\s?[月월]\s?(?P<d>{_DAY})\s?[日号號일],?\s?"
            rf"(?P<y>\d{{3,4}})\s?[年년]",
            rf"{_BEFORE_CHRIST}(?P<y>\d{{1,4}})\s?[年년]\s?(?P<m>{_MONTH_NUMBER})\s?[月월]份?",
            rf"(?P<d>{_DAY}){_SUFFIX}[ -]+(?:day )?{_OF}{named},?[ -]+{_OF}(?P<y>{_YEAR}){_ERA}"
            rf"{_END}",
            rf"{named}[ -]+(?:the )?(?P<d>{_DAY}){_SUFFIX},?[ -]+{_OF}(?P<y>{_YEAR}){_ERA}{_END}",
            # 24–29 October 1929 says the month only, as far as one day is asked for.
            rf"{_DAY}\s?[–-]\s?{_DAY} {named},?[ -]+(?P<y>{_YEAR}){_END}",
            rf"{named},?[ -]+{_OF}(?P<y>{_YEAR}){_ERA}{_END}",
            rf"(?P<m>{_MONTH_NUMBER})/(?P<y>\d{{4}}){_END}",
            rf"(?P<y>\d{{4}})-(?P<m>0[1-9]|1[0-2]){_END}",
            rf"(?P<season>{season}),? {_OF}(?:the )?(?P<y>{_YEAR}){_ERA}{_END}",
            rf"(?P<d>{_DAY}){_SUFFIX}[ -]+(?:day )?{_OF}{named}(?!\w)",
            rf"{named}[ -]+(?:the )?(?P<d>{_DAY}){_SUFFIX}{_END}",
            rf"(?P<m>{_MONTH_NUMBER})\s?[月월]\s?(?P<d>{_DAY})\s?[日号號일]",
            rf"{_BEFORE_CHRIST}(?P<y>\d{{1,4}})\s?[年년](?!代|间|間|以?[内後后])",
            rf"(?:AD|A\.D\.|CE) (?P<y>\d{{1,4}}){_END}",
            r"(?P<y>\d{1,4})\s*(?P<era>BCE|BC|B\.C\.E?\.?|CE|AD|A\.D\.|C\.E\.)(?!\w)",
            rf"(?P<y>{_YEAR}){_END}",
        )
    )


@cache
def _vague_patterns() -> tuple[re.Pattern[str], ...]:
    """Parts of a date that are read only where the right one says no more."""
    month = "|".join(sorted(map(re.escape, months()), key=len, reverse=True))
    day = "|".join(sorted(map(re.escape, weekdays()), key=len, reverse=True))
    season = "|".join(name for name in SEASONS if name.isascii())
    return tuple(
        re.compile(pattern, re.IGNORECASE)
        for pattern in (
            rf"(?<!\w)(?P<n>{month})(?!\w)|(?<![\d年年])(?P<m>{_MONTH_NUMBER})[月월]份?",
            rf"(?<![A-Za-z])(?P<weekday>{day})(?![A-Za-z])",
            rf"(?<!\w)(?P<season>{season})(?!\w)|(?P<season2>[春夏秋冬])[天季]",
        )
    )


def find_dates(text: str, *, small: bool = False, vague: bool = False) -> list[Date]:
    """All dates in a text in order: full ones, months of a year, days of a year, years, periods.

    A number of three or four digits counts as a year.

    Args:
        text: What was said, spelled numbers as digits.
        small: Whether numbers of one or two digits count as years too.
        vague: Whether months, weekdays and seasons alone count too.

    >>> [(d.year, d.month, d.day) for d in find_dates("12th of March, 1982; May 1990; 1907")]
    [(1982, 3, 12), (1990, 5, None), (1907, None, None)]
    >>> find_dates("the 1960s")[0].period
    Period(first=1960, last=1969, kind='decade')
    """
    found: list[Date] = []
    taken = bytearray(len(text))
    for period, start, end in find_periods(text):
        taken[start:end] = b"\1" * (end - start)
        found.append(Date(start, end, period=period))
    patterns = _patterns() + (_vague_patterns() if vague else ())
    if small:
        patterns += (_SMALL_YEAR,)
    for pattern in patterns:
        for match in pattern.finditer(text):
            if any(taken[match.start() : match.end()]):
                continue
            date = _read(match)
            if date is not None:
                taken[match.start() : match.end()] = b"\1" * (match.end() - match.start())
                found.append(date)
    return sorted(found, key=lambda date: date.start)


_SMALL_YEAR = re.compile(rf"(?<![\w.,/-])(?P<y>\d{{1,2}}){_END}")


def states_date(given: Date, wanted: Date) -> bool:
    """Whether a given date says all that the wanted one does, and nothing else.

    It may be more exact: a day in 1982 states the year 1982 and the 1980s, but not the other
    way round. A range of years states only the same range.

    >>> day, year = find_dates("12 March 1982, 1982")
    >>> states_date(day, year), states_date(year, day)
    (True, False)
    """
    if wanted.period is not None:
        if given.period is not None:
            return given.period.same_as(wanted.period)
        return given.year is not None and wanted.period.holds(given.year)
    if given.period is not None:
        return False
    if wanted.weekday is not None or wanted.season is not None:
        if (given.weekday, given.season) != (wanted.weekday, wanted.season):
            return False
        return wanted.year is None or given.year == wanted.year
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
    start, end = match.span()
    year = int(parts["y"]) if parts.get("y") else None
    if year is not None and ((parts.get("era") or "").upper().startswith("B") or parts.get("bc")):
        year = -year
    if parts.get("a"):
        # Day first, unless that cannot be.
        first, second = int(parts["a"]), int(parts["b"])
        readings = [(m, d) for d, m in ((first, second), (second, first)) if m <= 12]
        if not readings:
            return None
        month, day = readings[0]
        other = readings[1] if len(readings) > 1 and readings[1] != readings[0] else None
        return Date(start, end, year, month, day, other)
    season = parts.get("season") or parts.get("season2")
    if season:
        return Date(start, end, year, season=SEASONS[season.lower()])
    if parts.get("weekday"):
        return Date(start, end, weekday=weekdays()[parts["weekday"].lower()])
    named = months()[parts["n"].lower()] if parts.get("n") else None
    numbered = int(parts["m"]) if parts.get("m") else None
    of_month = int(parts["d"]) if parts.get("d") else None
    return Date(start, end, year, named or numbered, of_month)
