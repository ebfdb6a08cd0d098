"""Numbers and quantities with their ranges and bounds: `10–15 cm`, `at least 18`, `12+`."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass

from searchvl_gym.rewards.reading.numerals import as_digits
from searchvl_gym.rewards.reading.segments import OTHER, RIGHT
from searchvl_gym.rewards.reading.vocabulary import CLAUSE, FILLERS, PREPOSITIONS
from searchvl_gym.rewards.values.quantities import (
    Quantity,
    find_quantities,
    same_number,
    same_quantity,
)
from searchvl_gym.world.folding import words

_TO = re.compile(r"\s*(?:-|–|—|~|−|\bto\b|\bthrough\b|\btill\b|至|到)\s*")
_AND = re.compile(r"\s*and\s*")
_BETWEEN = re.compile(r"(?:between|from)\s+(?:about |around )?$", re.IGNORECASE)

_BEFORE = (
    (
        ">=",
        r"at least|no less than|not less than|a minimum of|minimum|≥|>=|至少|最少|不少于|不低于",
    ),
    ("<=", r"at most|no more than|not more than|a maximum of|maximum|up to|≤|<=|至多|最多|不超过"),
    (">", r"more than|over|above|greater than|exceeding|>|超过|多于|高于|大于"),
    ("<", r"less than|fewer than|under|below|<|少于|低于|小于|不到|不足"),
)
_AFTER = (
    (
        ">=",
        r"(?:years? |\w+ )?(?:or|and) (?:more|older|over|above|up|upwards?|higher|longer|later)"
        r"|at least|\+|以上|이상",
    ),
    (
        "<=",
        r"(?:\w+ )?(?:or|and) (?:less|fewer|under|below|younger|lower|shorter)"
        r"|at most|以下|以内|이하",
    ),
)
_BOUND_BEFORE = [(sign, re.compile(rf"(?:{text})\s*$", re.IGNORECASE)) for sign, text in _BEFORE]
_BOUND_AFTER = [(sign, re.compile(rf"\s*(?:{text})(?!\w)", re.IGNORECASE)) for sign, text in _AFTER]

_DESCRIBING = frozenset((
    "long", "wide", "high", "tall", "deep", "thick", "old", "away", "heavy", "each", "or", "and",
    "but", "total", "altogether", "so", "plus",
))  # fmt: skip
_NONE = re.compile(
    r"(?<!\w)(?:none|nil|nobody|nothing|nought|no one|no(?! (?:idea|way|doubt|evidence|information"
    r"|answer|clue|more|less|fewer)\b)(?= [a-z]))(?!\w)|没有|沒有|一个也没有",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Measure:
    """A number, a range of numbers or a bound that stands in a text.

    Attributes:
        start: Index of its first character.
        end: Index after its last character.
        low: The number, or the lower end of a range.
        high: The upper end of a range, or None.
        bound: `>`, `>=`, `<`, `<=`, or "" for a plain number.
    """

    start: int
    end: int
    low: Quantity
    high: Quantity | None = None
    bound: str = ""


def find_measures(text: str, *, bounds: bool = False) -> list[Measure]:
    """All numbers in a text in order, ranges joined.

    Args:
        text: What was said, spelled numbers as digits.
        bounds: Whether to read bounds too.

    >>> [(one.low.value, one.high and one.high.value) for one in find_measures("10 to 15 cm, 7")]
    [(10.0, 15.0), (7.0, None)]
    >>> [one.bound for one in find_measures("18 years or older", bounds=True)]
    ['>=']
    """
    found: list[Measure] = []
    quantities = find_quantities(text)
    place = 0
    while place < len(quantities):
        first = quantities[place]
        second = quantities[place + 1] if place + 1 < len(quantities) else None
        place += 1
        start, high = first.start, None
        between = _BETWEEN.search(text, 0, first.start)
        if second is not None and first.end <= second.start:
            joint = text[first.end : second.start]
            if _TO.fullmatch(joint) or (between is not None and _AND.fullmatch(joint)):
                high, place = second, place + 1
                start = between.start() if between is not None else start
        found.append(_bounded(text, start, first, high, bounds=bounds))
    return found


def _bounded(
    text: str, start: int, low: Quantity, high: Quantity | None, *, bounds: bool
) -> Measure:
    end = low.end if high is None else high.end
    if bounds and high is None:
        for sign, before in _BOUND_BEFORE:
            if match := before.search(text, 0, start):
                return Measure(match.start(), end, low, None, sign)
        for sign, after in _BOUND_AFTER:
            if match := after.match(text, end):
                return Measure(start, match.end(), low, None, sign)
    if high is not None and low.unit is None and high.unit is not None:
        low = Quantity(low.start, low.end, low.value, high.unit, high.word, low.end, low.step)
    return Measure(start, end, low, high)


def measures_wanted(forms: Sequence[str]) -> list[Measure]:
    """The value of each form that holds exactly one and little else.

    >>> measures_wanted(["about 1,200 m"])[0].low.value
    1200.0
    """
    found = [find_measures(as_digits(form), bounds=True) for form in forms]
    return [measures[0] for measures in found if len(measures) == 1]


def mark_measures(
    text: str, wanted: Sequence[Measure], *, units: bool, asked: Set[str] = frozenset()
) -> str:
    """A text with its numbers marked as the right one or as another.

    Args:
        text: What was said, spelled numbers as digits.
        wanted: The values of which each is right.
        units: Whether the unit counts.
        asked: Words of the question; they may follow a number without being its unit.

    >>> mark_measures("12 or 13", measures_wanted(["12"]), units=False).split()[1]
    'or'
    """
    silent = _DESCRIBING | CLAUSE | FILLERS | PREPOSITIONS | asked
    bounded = any(one.bound for one in wanted)

    def alike(given: Quantity, right: Quantity) -> bool:
        return same_quantity(given, right, silent) if units else same_number(given, right)

    # Of a unit that we do not know, the word after the number is the unit.
    own_unit = units and any(one.low.unit is None and one.low.word for one in wanted)
    pieces = []
    for given in find_measures(text, bounds=bounded):
        right = any(_states(given, one, alike) for one in wanted)
        end = max(given.end, given.low.word_end) if own_unit and given.high is None else given.end
        pieces.append((given.start, end, RIGHT if right else OTHER))
    if not pieces and any(not units and one.low.value == 0 and not one.bound for one in wanted):
        pieces = [(none.start(), none.end(), RIGHT) for none in _NONE.finditer(text)][:1]
    return replace(text, pieces)


def _states(given: Measure, wanted: Measure, alike: Callable[[Quantity, Quantity], bool]) -> bool:
    if (given.high is None) != (wanted.high is None) or given.bound != wanted.bound:
        return False
    if given.high is not None and wanted.high is not None and not alike(given.high, wanted.high):
        return False
    return alike(given.low, wanted.low)


def replace(text: str, pieces: Sequence[tuple[int, int, str]]) -> str:
    """A text with marks in the place of the pieces.

    >>> replace("in Paris", [(3, 8, "X")])
    'in  X '
    """
    for start, end, mark in sorted(pieces, reverse=True):
        text = f"{text[:start]} {mark} {text[end:]}"
    return text


def words_of(text: str) -> frozenset[str]:
    """The folded words of a text, as a set."""
    return frozenset(words(text))
