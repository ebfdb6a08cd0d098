"""Names of months, weekdays and seasons."""

from __future__ import annotations

from functools import cache

LANGUAGES = ("en", "de", "fr", "es", "it", "pt", "nl")
"""Languages whose month names are read; Chinese, Japanese and Korean number their months."""

SEASONS = {"spring": 1, "summer": 2, "autumn": 3, "fall": 3, "winter": 4}
SEASONS |= {"春": 1, "夏": 2, "秋": 3, "冬": 4}
"""Seasons by name."""

_EAST_ASIAN_WEEKDAYS = (
    ("一", "二", "三", "四", "五", "六", "日"),
    ("1", "2", "3", "4", "5", "6", "天"),
)
_JAPANESE_WEEKDAYS = "月火水木金土日"
_KOREAN_WEEKDAYS = "월화수목금토일"


@cache
def months() -> dict[str, int]:
    """Months by lower-case name, from CLDR; English ones also cut to three letters.

    >>> months()["juillet"], months()["sept"]
    (7, 9)
    """
    from babel import Locale

    names = {"sept": 9}
    for language in LANGUAGES:
        for number, name in Locale(language).months["format"]["wide"].items():
            names[name.lower()] = number
            if language == "en":
                names[name.lower()[:3]] = number
    return names


@cache
def weekdays() -> dict[str, int]:
    """Weekdays by lower-case name, Monday is 1, from CLDR.

    >>> weekdays()["fri"], weekdays()["fridays"], weekdays()["星期三"]
    (5, 5, 3)
    """
    from babel import Locale

    names: dict[str, int] = {}
    for number, name in Locale("en").days["format"]["wide"].items():
        for form in (name, f"{name}s", name[:3]):
            names[form.lower()] = number + 1
    names |= {"tues": 2, "thur": 4, "thurs": 4}
    for digits in _EAST_ASIAN_WEEKDAYS:
        for number, digit in enumerate(digits, 1):
            names |= {f"{week}{digit}": number for week in ("星期", "周", "礼拜")}
    names |= {f"{name}曜日": number for number, name in enumerate(_JAPANESE_WEEKDAYS, 1)}
    names |= {f"{name}요일": number for number, name in enumerate(_KOREAN_WEEKDAYS, 1)}
    return names
