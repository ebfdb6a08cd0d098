"""Finding numbers and quantities in text, and comparing them by value."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

from searchvl_gym.rewards.units import UNITS, Unit
from searchvl_gym.world.folding import fold

_MAGNITUDES = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
_SHORT_MAGNITUDES = {"k": 1e3, "K": 1e3, "M": 1e6, "bn": 1e9}
"""Written right behind the digits: `3.67M`. A small `m` is a metre."""

_SMALL = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen",
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_WORDS: dict[str, int] = {word: value for value, word in enumerate(_SMALL)} | {
    word: 10 * value for value, word in enumerate(_TENS, 2)
}

_DIGITS = (
    r"(?<![\w.,])[-+−]?(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?![\d])"
    r"|\d{1,3}(?:\.\d{3}){2,}|\d+(?:[.,]\d+)?)(?![\d])"
)
_SPELLED = (
    rf"(?:{'|'.join([*_SMALL, *_TENS])})"
    rf"(?:[ -](?:and |)?(?:{'|'.join([*_SMALL, *_TENS, 'hundred'])}))*"
)
_NUMBER = re.compile(rf"(?P<digits>{_DIGITS})|(?<!\w)(?P<spelled>{_SPELLED})(?!\w)", re.IGNORECASE)
_MAGNITUDE = re.compile(rf"[ -]?(?P<word>{'|'.join(_MAGNITUDES)})(?!\w)", re.IGNORECASE)
_SHORT_MAGNITUDE = re.compile(rf"(?P<word>{'|'.join(_SHORT_MAGNITUDES)})(?!\w)")
_UNIT = re.compile(
    r"[ \u00a0\u202f-]?(?P<unit>"
    + "|".join(
        re.escape(name).replace(r"\ ", " ")
        for name in sorted([*UNITS, "m²", "km²", "cm²", "mm²", "m³"], key=len, reverse=True)
    )
    # "12 in 1982": between two numbers it is the preposition, not the inch.
    + r")(?!\w)(?<! in(?= \d))",
    re.IGNORECASE,
)
_UNIT_WORD = re.compile(r"[ \u00a0\u202f](?P<unit>[^\W\d_]+)")
_JOINT = re.compile(r",? (?:and )?|")


@dataclass(frozen=True)
class Quantity:
    """A number that stands in a text.

    Attributes:
        start: Index of its first character.
        end: Index after its last character, the unit included.
        value: The number as written.
        unit: Its unit, or None when no known one follows.
        word: The folded word that follows when that is no known unit, or "".
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

    Digits inside words (`img_2`, `B12`, `3rd`) are no numbers.

    >>> [q.value for q in find_quantities("1,200 of 2.5 million, or twelve")]
    [1200.0, 2500000.0, 12.0]
    >>> round(find_quantities("5 ft 10 in")[0].in_base, 3)
    1.778
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
                word_end=quantity.end,
                step=previous.step * 1e-3,
            )
        else:
            found.append(quantity)
    return found


def _single(text: str) -> Iterator[Quantity]:
    for match in _NUMBER.finditer(text):
        end = match.end()
        if match["digits"] is not None:
            value, step = _read_digits(match["digits"])
        else:
            value, step = _read_words(match["spelled"]), 1.0
        magnitude = _MAGNITUDE.match(text, end)
        if magnitude is not None:
            size = _MAGNITUDES[magnitude["word"].lower()]
            value, step, end = value * size, step * size, magnitude.end()
        elif match["digits"] is not None and (short := _SHORT_MAGNITUDE.match(text, end)):
            size = _SHORT_MAGNITUDES[short["word"]]
            value, step, end = value * size, step * size, short.end()
        unit = _UNIT.match(text, end)
        if unit is not None:
            name = fold(unit["unit"])
            yield Quantity(match.start(), unit.end(), value, UNITS[name], "", unit.end(), step)
            continue
        if end < len(text) and (text[end].isalpha() or text[end] == "_"):
            continue
        word = _UNIT_WORD.match(text, end)
        if word is None:
            yield Quantity(match.start(), end, value, None, "", end, step)
        else:
            yield Quantity(match.start(), end, value, None, fold(word["unit"]), word.end(), step)


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


def _read_words(words: str) -> float:
    total = 0
    for word in re.split(r"[ -]+", words.lower()):
        if word == "hundred":
            total = max(total, 1) * 100
        elif word != "and":
            total += _WORDS[word]
    return float(total)


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
    """Whether two numbers have the same value, units aside."""
    return math.isclose(first.value, second.value, rel_tol=1e-9, abs_tol=1e-12)


def same_quantity(given: Quantity, wanted: Quantity) -> bool:
    """Whether a given quantity states a wanted one, in whatever unit.

    In the same unit, or without one, the values must be equal. In another unit of the same
    dimension the wanted value may have been rounded as the given number shows, by 1 % at most.
    Units that we cannot convert must have the same name.

    >>> one, two = find_quantities("1.2 km and 1,200 metres")
    >>> same_quantity(one, two)
    True
    """
    if given.unit is None or wanted.unit is None:
        other_word = given.word and wanted.word and _singular(given.word) != _singular(wanted.word)
        if given.unit is None and wanted.unit is None and other_word:
            return False
        return same_number(given, wanted)
    if given.unit.dimension != wanted.unit.dimension:
        return False
    if given.unit == wanted.unit:
        return same_number(given, wanted)
    expected = (wanted.in_base - given.unit.offset) / given.unit.factor
    difference = abs(given.value - expected)
    return difference <= 1e-9 * abs(expected) or (
        difference <= given.step / 2 * (1 + 1e-9) and difference <= 0.01 * abs(expected)
    )


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") else word
