"""Decades, centuries and ranges of years in text."""

from __future__ import annotations

import re
from dataclasses import dataclass

from searchvl_gym.rewards.reading.numerals import number_of_word

_BC = r"(?:\s*(?P<era>BCE|BC|B\.C\.E?\.?|CE|AD|A\.D\.)(?!\w))?"
_CHINESE_BC = r"(?P<bc>公元前|西元前|紀元前|前)?"
_YEAR = r"\d{3,4}"
_DECADES = {
    "twenties": 20, "thirties": 30, "forties": 40, "fifties": 50, "sixties": 60, "seventies": 70,
    "eighties": 80, "nineties": 90,
}  # fmt: skip

_CENTURY = re.compile(
    rf"(?<!\w)(?P<c>\d{{1,2}}(?:st|nd|rd|th)?|[a-z]+(?:-[a-z]+)?)[ -]"
    rf"(?:century|cent\.|c\.(?= |$)){_BC}",
    re.IGNORECASE,
)
_CHINESE_DECADE = re.compile(
    rf"(?:{_CHINESE_BC}(?P<c>\d{{1,2}})世[纪紀]|(?P<last>上世[纪紀]))(?P<d>\d0)年代"
    r"|(?<!\d)(?P<y>\d{3}0)年代|(?P<k>\d{3}0)년대"
)
_CHINESE_CENTURY = re.compile(rf"{_CHINESE_BC}(?:公元)?(?P<c>\d{{1,2}})(?:世[纪紀]|세기)")
_YEARS = re.compile(
    rf"(?<![\w.,/-])(?P<y>\d{{2,3}}0)(?:'?s)(?!\w){_BC}|(?<![\w/-])'?(?P<d>\d0)'?s(?!\w)", re.I
)
_NAMED_DECADE = re.compile(rf"(?<![\w-])(?P<d>{'|'.join(_DECADES)})(?!\w)", re.IGNORECASE)
_RANGE = re.compile(
    rf"(?<![\w.,/-])(?P<open>(?:from|between)\s+)?(?P<a>{_YEAR})(?:\s*年)?(?:\s*(?P<era1>BCE|BC|AD|CE))?"
    rf"\s*(?P<to>-|–|—|~|\bto\b|\bthrough\b|\buntil\b|\btill\b|\band\b|至|到)\s*"
    rf"(?P<b>{_YEAR}|\d{{2}}(?!\d))(?:\s*年)?{_BC}(?!\w|[.,/-]\d)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Period:
    """A range of years.

    Attributes:
        first: Its first year, negative before Christ; of a decade without its century
            ("the sixties") the last two digits.
        last: Its last year.
        kind: `decade`, `short decade`, `century`, `hundred` ("the 1800s", which may be the
            century or its first decade) or `range`.
    """

    first: int
    last: int
    kind: str

    def same_as(self, other: Period) -> bool:
        """Whether two periods are the same one.

        >>> Period(1960, 1969, "decade").same_as(Period(60, 69, "short decade"))
        True
        """
        if "short decade" in (self.kind, other.kind):
            kinds = {self.kind, other.kind} <= {"decade", "short decade"}
            return kinds and self.first % 100 == other.first % 100
        mine, theirs = self._readings(), other._readings()
        return bool(mine & theirs)

    def holds(self, year: int) -> bool:
        """Whether a year lies in a decade or a century; a range is stated by a range only."""
        if self.kind in ("range", "short decade"):
            return False
        return self.first <= year <= self.last

    def _readings(self) -> set[tuple[int, int]]:
        readings = {(self.first, self.last)}
        if self.kind == "century":
            # The 18th century is 1701–1800, and people mean the 1700s.
            readings.add((self.first - 1, self.last - 1))
        if self.kind == "hundred":
            readings.add((self.first, self.first + 9 if self.first > 0 else self.last))
            # "The 400s BC" are 499 to 400 BC, which is the 5th century BC but for a year.
            step = 1 if self.first > 0 else -1
            readings.add((self.first + step, self.last + step))
        return readings


def find_periods(text: str) -> list[tuple[Period, int, int]]:
    """The periods in a text with their first index and the index after their last.

    >>> [period for period, _, _ in find_periods("the 5th century BC, 1939-45")]
    [Period(first=-500, last=-401, kind='century'), Period(first=1939, last=1945, kind='range')]
    """
    found: list[tuple[Period, int, int]] = []
    taken = bytearray(len(text))
    for pattern, read in _READERS:
        for match in pattern.finditer(text):
            start, end = match.span()
            if any(taken[start:end]):
                continue
            period = read(match)
            if period is not None:
                taken[start:end] = b"\1" * (end - start)
                found.append((period, start, end))
    return found


def _century(number: int, *, before: bool) -> Period:
    if before:
        return Period(-100 * number, -100 * number + 99, "century")
    return Period(100 * number - 99, 100 * number, "century")


def _is_before(match: re.Match[str]) -> bool:
    parts = match.groupdict()
    return bool(parts.get("bc")) or (parts.get("era") or "").upper().startswith("B")


def _read_century(match: re.Match[str]) -> Period | None:
    text = match["c"].lower()
    number = int(text) if text.isdigit() else number_of_word(text)
    if number is None or not 0 < number <= 30:
        return None
    return _century(number, before=_is_before(match))


def _read_chinese_decade(match: re.Match[str]) -> Period:
    if match["y"] or match["k"]:
        first = int(match["y"] or match["k"])
    else:
        century = 20 if match["last"] else int(match["c"])
        first = 100 * (century - 1) + int(match["d"])
    return Period(first, first + 9, "decade")


def _read_years(match: re.Match[str]) -> Period:
    if match["d"]:
        return Period(int(match["d"]), int(match["d"]) + 9, "short decade")
    year = int(match["y"])
    if _is_before(match):
        if year % 100 == 0:
            return Period(-year - 99, -year, "hundred")
        return Period(-year - 9, -year, "decade")
    if year % 100 == 0:
        return Period(year, year + 99, "hundred")
    return Period(year, year + 9, "decade")


def _read_named_decade(match: re.Match[str]) -> Period:
    first = _DECADES[match["d"].lower()]
    return Period(first, first + 9, "short decade")


def _read_range(match: re.Match[str]) -> Period | None:
    first, last = int(match["a"]), int(match["b"])
    if match["to"].lower() == "and" and (match["open"] or "").strip().lower() != "between":
        return None
    if len(match["b"]) == 2:
        if match["to"] not in "-–—" or last <= 12 or len(match["a"]) != 4:
            return None
        last += first - first % 100
    if _is_before(match):
        first = first if (match["era1"] or "").upper() in ("AD", "CE") else -first
        last = -last
    elif (match["era1"] or "").upper().startswith("B"):
        first = -first
    return Period(first, last, "range") if first < last else None


_READERS = (
    (_CHINESE_DECADE, _read_chinese_decade),
    (_CHINESE_CENTURY, _read_century),
    (_CENTURY, _read_century),
    (_RANGE, _read_range),
    (_YEARS, _read_years),
    (_NAMED_DECADE, _read_named_decade),
)
