"""Times of day: `8:30 pm`, `20:30`, `half past eight in the evening`, `下午3点`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from searchvl_gym.rewards.reading.numerals import as_digits

_HALF_DAY = (
    r"(?:\s*(?P<half>a\.?\s?m\b\.?|p\.?\s?m\b\.?|noon|midnight|in the (?:morning|afternoon|evening)"
    r"|at night|h\b|hours\b|o'clock(?: in the (?:morning|afternoon|evening)| at night)?))?"
)
_CHINESE_HALF = r"(?P<zh>凌晨|早上|上午|中午|下午|晚上|午前|午後|오전|오후)?\s*"
_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?<![\w.:])(?P<past>half|quarter|\d{{1,2}})(?: minutes?)? (?P<way>past|to|before|after)"
        rf" (?P<h>\d{{1,2}})(?![\w:]){_HALF_DAY}",
        rf"(?<![\w.:])(?P<h>[01]?\d|2[0-3]):(?P<m>[0-5]\d)(?::[0-5]\d)?(?!\d|:){_HALF_DAY}",
        rf"(?<![\w.:])(?P<h>\d{{1,2}})\.(?P<m>[0-5]\d)(?=\s*[ap]\.?\s?m){_HALF_DAY}",
        rf"(?<![\w.:])(?P<h>\d{{1,2}})(?: (?P<m>[0-5]\d))?(?=\s*(?:[ap]\.?\s?m\b|o'clock|noon))"
        rf"{_HALF_DAY}",
        rf"{_CHINESE_HALF}(?P<h>\d{{1,2}})\s?[点點時时시](?:\s?(?P<m>[0-5]?\d)\s?[分분]?|(?P<zhhalf>半))?",
        r"(?<!\w)(?P<name>noon|midday|midnight)(?!\w)|(?P<zhname>正午|午夜)",
    )
)
_SPOKEN = re.compile(r"(?<![\w.:])(?P<h>\d|1[0-2]) (?P<m>[1-5]\d)(?!\w|[.:])")
_QUARTER = re.compile(r"\b(?:a )?(?:0\.25|quarter)(?= (?:past|to)\b)")
_HALF = re.compile(r"\b0\.5(?= past\b)")


@dataclass(frozen=True)
class Moment:
    """A time of day that stands in a text.

    Attributes:
        start: Index of its first character.
        end: Index after its last character.
        minutes: Minutes since midnight, or since noon where it is not `exact`.
        is_exact: Whether it says which half of the day.
    """

    start: int
    end: int
    minutes: int
    is_exact: bool


def read_clock(text: str) -> str:
    """A text whose spelled numbers are digits, with halves and quarters of hours kept.

    >>> read_clock("half past eight, a quarter to three")
    'half past 8, quarter to 3'
    """
    return _HALF.sub("half", _QUARTER.sub("quarter", as_digits(text)))


def find_moments(text: str, *, spoken: bool = False) -> list[Moment]:
    """All times of day in a text that `read_clock` has read.

    Args:
        text: What was said.
        spoken: Whether two numbers in a row are a time: `6 30`.

    >>> [(one.minutes, one.is_exact) for one in find_moments("8:30 pm, 20:30, half past 8")]
    [(1230, True), (1230, True), (510, False)]
    """
    found: list[Moment] = []
    taken = bytearray(len(text))
    for pattern in (*_PATTERNS, *((_SPOKEN,) if spoken else ())):
        for match in pattern.finditer(text):
            if any(taken[match.start() : match.end()]):
                continue
            moment = _read(match)
            if moment is not None:
                taken[match.start() : match.end()] = b"\1" * (match.end() - match.start())
                found.append(moment)
    return sorted(found, key=lambda moment: moment.start)


def same_moment(given: Moment, wanted: Moment) -> bool | None:
    """Whether two times are the same; None when one does not say which half of the day.

    A face of a clock does not tell it, so where the right time leaves it open any will do.
    """
    if given.minutes == wanted.minutes and given.is_exact == wanted.is_exact:
        return True
    if given.minutes % 720 != wanted.minutes % 720:
        return False
    if not wanted.is_exact:
        return True
    return None if not given.is_exact else given.minutes == wanted.minutes


def _read(match: re.Match[str]) -> Moment | None:
    parts = match.groupdict()
    start, end = match.span()
    if parts.get("name") or parts.get("zhname"):
        night = (parts.get("name") or "").lower() == "midnight" or parts.get("zhname") == "午夜"
        return Moment(start, end, 0 if night else 720, True)
    hour = int(parts["h"])
    if hour > 24:
        return None
    minutes = hour * 60
    if parts.get("past"):
        size = {"half": 30, "quarter": 15}.get(parts["past"].lower())
        size = int(parts["past"]) if size is None else size
        if hour > 12 or size > 59:
            return None
        minutes += size if parts["way"].lower() in ("past", "after") else -size
    elif parts.get("zhhalf"):
        minutes += 30
    elif parts.get("m"):
        minutes += int(parts["m"])
    half = (parts.get("half") or "").lower().replace(".", "").replace(" ", "")
    chinese = parts.get("zh") or ""
    if half.startswith("p") or half.endswith(("afternoon", "evening", "night", "noon")):
        return Moment(start, end, minutes % 720 + 720, True)
    if chinese in ("中午", "下午", "晚上", "午後", "오후"):
        return Moment(start, end, minutes % 720 + 720, True)
    if half.startswith("a") or half.endswith("morning") or half == "midnight" or chinese:
        return Moment(start, end, minutes % 720, True)
    written = match.group().lstrip()
    exact = hour > 12 or hour == 0 or written.startswith("0") or half in ("h", "hours")
    return Moment(start, end, minutes % 1440, exact)
