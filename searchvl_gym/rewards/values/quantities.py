"""Finding numbers and quantities in text, and comparing them by value."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Set
from dataclasses import dataclass

from searchvl_gym.rewards.values.units import CODES, SIGNS, UNITS, YEN_OR_YUAN, Unit
from searchvl_gym.world.folding import fold

_MAGNITUDES = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
_SHORT_MAGNITUDES = {"k": 1e3, "K": 1e3, "M": 1e6, "bn": 1e9}
"""Written right behind the digits: `3.67M`. A small `m` is a metre, but after a currency."""

_DIGITS = (
    r"(?<![\w.,])[-+−]?(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?![\d])"
    r"|\d{1,3}(?:\.\d{3}){2,}|\d+(?:[.,]\d+)?)(?![\d])"
)
_NUMBER = re.compile(
    _DIGITS.replace(r"(?<![\w.,])", r"(?<![A-Za-z0-9_.,\u00aa\u00b5\u00ba\u00c0-\u1fff])")
)
_SIGN = re.compile(
    rf"(?:(?<!\w)(?:{'|'.join(map(re.escape, SIGNS[:10]))})|[$€£¥₩₹₽₺₪₫฿₴]) ?$"
    rf"|(?<!\w)(?:{'|'.join(CODES)}) $",
    re.IGNORECASE,
)
_MAGNITUDE = re.compile(rf"[ -]?(?P<word>{'|'.join(_MAGNITUDES)})(?!\w)", re.IGNORECASE)
_SHORT_MAGNITUDE = re.compile(rf"(?P<word>{'|'.join(_SHORT_MAGNITUDES)})(?!\w)")
_MONEY_MAGNITUDE = re.compile(r"(?P<word>mn|m|b)(?!\w)")
_EAST_ASIAN = sorted((name for name in UNITS if name[0] > "\u3000"), key=len, reverse=True)
_OTHERS = [name for name in UNITS if name[0] <= "\u3000"]
_OTHERS = sorted([*_OTHERS, "m²", "km²", "cm²", "mm²", "m³"], key=len, reverse=True)
_UNIT = re.compile(
    rf"[ \u00a0\u202f-]?(?P<unit>{'|'.join(map(re.escape, _EAST_ASIAN))}"
    # "12 in 1982": between two numbers it is the preposition, not the inch.
    rf"|(?:{'|'.join(map(re.escape, _OTHERS))})"
    r"(?![A-Za-z0-9_\u00aa\u00b5\u00ba\u00c0-\u1fff])(?<! in(?= \d)))",
    re.IGNORECASE,
)
_UNIT_WORD = re.compile(r"[ \u00a0\u202f](?P<unit>[^\W\d_]+)")
_JOINT = re.compile(r",? (?:and )?|")
_LONGEST_SIGN = max(map(len, (*SIGNS, *CODES))) + 1


@dataclass(frozen=True)
class Quantity:
    """A number that stands in a text.

    Attributes:
        start: Index of its first character, a currency before it included.
        end: Index after its last character, the unit included.
        value: The number as written.
        unit: Its unit, or None when no known one follows.
        word: The folded name of the unit, or the word that follows when that is no known one.
        word_end: Index after that word; `end` without one.
        step: The smallest amount that the way it is written tells apart: 0.1 for `1.5`, 10 for
            `3,940`.
    """

    start: int
    end: int
    value: float
    unit: Unit | None = None
    word: str = ""
    word_end: int = 0
    step: float = 1.0

    @property
    def in_base(self) -> float:
        """The value in the base unit of its dimension."""
        if self.unit is None:
            return self.value
        return self.value * self.unit.factor + self.unit.offset


def find_quantities(text: str) -> list[Quantity]:
    """All numbers in a text, in order; neighbours like `5 ft 10 in` become one.

    Digits inside words (`img_2`, `B12`, `3rd`) are no numbers, nor are words: see `as_digits`.

    >>> [q.value for q in find_quantities("1,200 of 2.5 million")]
    [1200.0, 2500000.0]
    >>> round(find_quantities("5 ft 10 in")[0].in_base, 3)
    1.778
    >>> find_quantities("€5")[0].unit == find_quantities("5 euros")[0].unit
    True
    """
    found: list[Quantity] = []
    for quantity in _single(text):
        previous = found[-1] if found else None
        if previous is not None and _continues(previous, quantity, text):
            assert previous.unit is not None
            total = (previous.in_base + quantity.in_base) / previous.unit.factor
            found[-1] = Quantity(
                previous.start,
                quantity.end,
                total,
                previous.unit,
                previous.word,
                word_end=quantity.end,
                step=previous.step * 1e-3,
            )
        else:
            found.append(quantity)
    return found


def _single(text: str) -> Iterator[Quantity]:
    for match in _NUMBER.finditer(text):
        start, end = match.span()
        value, step = _read_digits(match.group())
        before = max(0, start - _LONGEST_SIGN)
        sign = _SIGN.search(text[before:start])
        size, end = _magnitude(text, end, money=sign is not None)
        value, step = value * size, step * size
        if sign is not None:
            # "$5 million dollars" says it twice.
            name = sign.group().strip().lower()
            yield Quantity(before + sign.start(), end, value, UNITS[name], name, end, step)
            continue
        unit = _UNIT.match(text, end)
        if unit is not None:
            name = _unit_name(unit["unit"])
            yield Quantity(start, unit.end(), value, UNITS[name], name, unit.end(), step)
            continue
        if end < len(text) and (text[end] == "_" or (text[end].isalpha() and text[end] < "\u3000")):
            continue
        word = _UNIT_WORD.match(text, end)
        if word is None:
            yield Quantity(start, end, value, None, "", end, step)
        else:
            yield Quantity(start, end, value, None, fold(word["unit"]), word.end(), step)


def _unit_name(written: str) -> str:
    """Folding takes marks off, which are part of the letter in Japanese: ドル is no トル."""
    return written if written in UNITS else fold(written)


def _magnitude(text: str, end: int, *, money: bool) -> tuple[float, int]:
    """What a number is multiplied by, and where that ends."""
    if magnitude := _MAGNITUDE.match(text, end):
        return _MAGNITUDES[magnitude["word"].lower()], magnitude.end()
    if short := _SHORT_MAGNITUDE.match(text, end):
        return _SHORT_MAGNITUDES[short["word"]], short.end()
    if small := _MONEY_MAGNITUDE.match(text, end):
        unit = _UNIT.match(text, small.end())
        spoken = unit is not None and UNITS[_unit_name(unit["unit"])].dimension.startswith(
            "currency"
        )
        if money or spoken:
            return (1e9 if small["word"] == "b" else 1e6), small.end()
    return 1.0, end


def _read_digits(digits: str) -> tuple[float, float]:
    sign = -1.0 if digits[0] in "-−" else 1.0
    plain = re.sub(r"[\s\u00a0\u202f]", "", digits.lstrip("-+−"))
    if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", plain):
        plain = plain.replace(",", "")
    elif re.fullmatch(r"\d{1,3}(\.\d{3}){2,}", plain):
        plain = plain.replace(".", "")
    plain = plain.replace(",", ".")
    whole, _, decimals = plain.partition(".")
    if decimals:
        step = 10.0 ** -min(len(decimals), 300)
    else:
        zeros = len(whole) - len(whole.rstrip("0"))
        step = 10.0 ** min(zeros, 300) if whole.strip("0") else 1.0
    return sign * float(plain), step


def _continues(first: Quantity, second: Quantity, text: str) -> bool:
    """Whether `second` is the smaller part of a compound such as `5 ft 10 in`."""
    if first.unit is None or second.unit is None or first.value < 0 or second.value < 0:
        return False
    return (
        first.unit.dimension == second.unit.dimension
        and first.unit.dimension in ("length", "mass", "time")
        and second.unit.factor < first.unit.factor
        and second.value * second.unit.factor < first.unit.factor
        and _JOINT.fullmatch(text, first.end, second.start) is not None
    )


def same_number(first: Quantity, second: Quantity) -> bool:
    """Whether two numbers have the same value, units aside; 75 % is 0.75."""
    if _is_share(first) != _is_share(second) and _isclose(_share(first), _share(second)):
        return True
    return _isclose(first.value, second.value)


def same_quantity(given: Quantity, wanted: Quantity, silent: Set[str] = frozenset()) -> bool:
    """Whether a given quantity states a wanted one, in whatever unit.

    In the same unit, or without one, the values must be equal. In another unit of the same
    dimension the wanted value may have been rounded as the given number shows, by 1 % at most.
    Units that we cannot convert must have the same name.

    Args:
        given: A quantity of an answer.
        wanted: The right one.
        silent: Words that may follow a number without being its unit: `long`, `of`.

    >>> one, two = find_quantities("1.2 km and 1,200 metres")
    >>> same_quantity(one, two)
    True
    """
    if given.unit is None and wanted.unit is None:
        differ = given.word and wanted.word and singular(given.word) != singular(wanted.word)
        return not (differ and given.word not in silent) and same_number(given, wanted)
    if given.unit is None:
        return (not given.word or given.word in silent) and same_number(given, wanted)
    if wanted.unit is None:
        return not wanted.word and same_number(given, wanted)
    if given.unit.dimension != wanted.unit.dimension:
        return _reads_alike(given, wanted) and _isclose(given.value, wanted.value)
    if given.unit == wanted.unit:
        return _isclose(given.value, wanted.value)
    expected = (wanted.in_base - given.unit.offset) / given.unit.factor
    difference = abs(given.value - expected)
    return difference <= 1e-9 * abs(expected) or (
        difference <= given.step / 2 * (1 + 1e-9) and difference <= 0.01 * abs(expected)
    )


def _reads_alike(given: Quantity, wanted: Quantity) -> bool:
    """Whether a unit is one of two that its name may mean: pounds, degrees, `¥`."""
    assert given.unit is not None and wanted.unit is not None
    degrees = given.unit.dimension == "angle" and wanted.unit.dimension == "temperature"
    pounds = given.word in ("pound", "pounds") and wanted.unit.dimension == "currency GBP"
    pair = {given.unit.dimension, wanted.unit.dimension}
    yen = YEN_OR_YUAN.dimension in pair and bool(pair & {"currency JPY", "currency CNY"})
    return degrees or pounds or yen


def _is_share(quantity: Quantity) -> bool:
    return quantity.unit is not None and quantity.unit.dimension == "share"


def _share(quantity: Quantity) -> float:
    return quantity.value / 100 if _is_share(quantity) else quantity.value


def _isclose(first: float, second: float) -> bool:
    return math.isclose(first, second, rel_tol=1e-9, abs_tol=1e-12)


def singular(word: str) -> str:
    """A word without the s of its plural.

    >>> singular("florins"), singular("gas")
    ('florin', 'gas')
    """
    return word[:-1] if len(word) > 3 and word.endswith("s") else word
