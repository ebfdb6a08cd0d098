"""Marks in an answer: where it gives the right value, and where another of the same kind."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from functools import lru_cache

from searchvl_gym.rewards.east_asian.names import mark_east_asian
from searchvl_gym.rewards.east_asian.numbers import as_east_asian_digits
from searchvl_gym.rewards.east_asian.text import LETTER, is_east_asian, romanise, simplify
from searchvl_gym.rewards.names.finding import find_named
from searchvl_gym.rewards.names.places import country_code, country_names, other_countries_with
from searchvl_gym.rewards.names.regions import drop_regions
from searchvl_gym.rewards.reading.numerals import as_digits, number_of_word
from searchvl_gym.rewards.reading.segments import MAYBE, OTHER, RIGHT
from searchvl_gym.rewards.reading.spellings import compact
from searchvl_gym.rewards.reading.vocabulary import FILLERS
from searchvl_gym.rewards.values.clock import Moment, find_moments, read_clock, same_moment
from searchvl_gym.rewards.values.dates import Date, find_dates, states_date
from searchvl_gym.rewards.values.measures import Measure, find_measures, mark_measures, replace
from searchvl_gym.world.folding import words

KINDS = ("clock", "date", "quantity", "number")
"""Kinds of values that are compared by what they say rather than by their words."""

_ASKS_WHEN = re.compile(
    r"\b(?:when|year|date|since|until|how old is)\b"
    r"|哪年|哪一年|何年|什么时候|何时|年份|いつ|언제|몇 년",
    re.IGNORECASE,
)
_ONE_UNIT = re.compile(
    r"(?<!\w)an? (?=(?:year|month|week|fortnight|day|hour|minute|second|decade|century|kilo\w*"
    r"|metre|meter|mile|litre|liter|dollar|euro|tonne?)\b)",
    re.IGNORECASE,
)
"""`a year` is a quantity where no number stands beside it."""

_MOST_RUNS = 12
_SILENT = FILLERS | {"on", "in", "at", "of", "early", "ca", "th"}


def to_digits(text: str) -> str:
    """A text with the numerals of all languages as digits."""
    return as_digits(as_east_asian_digits(text) if is_east_asian(text) else text)


@lru_cache(maxsize=512)
def value_kind(gold: str, question: str, declared: str) -> str | None:
    """Which kind of value a right answer is, one of `KINDS`; None for names and texts.

    Args:
        gold: The right answer.
        question: Tells years from other numbers.
        declared: The kind that the task states; values declared as texts are recognised too.

    >>> value_kind("12 km", "", "text"), value_kind("Apollo 11", "", "text")
    ('quantity', None)
    >>> value_kind("1982", "When did it open?", "text"), value_kind("1982", "", "number")
    ('date', 'number')
    """
    gold = simplify(gold)
    if find_moments(read_clock(gold)) and _covers(find_moments(read_clock(gold)), read_clock(gold)):
        return "clock"
    digits = to_digits(gold)
    if declared in ("number", "quantity", "date"):
        if declared == "date":
            return "date" if len(wanted_dates([gold])) == 1 else None
        return declared if len(find_measures(digits, bounds=True)) == 1 else None
    if not re.search(r"\d", digits) and not find_dates(digits, vague=True):
        return None
    dates = find_dates(digits, vague=True)
    year_only = len(dates) == 1 and (dates[0].month, dates[0].period, dates[0].season) == (
        None, None, None,
    ) and dates[0].weekday is None  # fmt: skip
    if year_only and not re.search(r"[\d一二三四五六七八九〇零]", gold):
        return None
    if len(dates) == 1 and _covers(dates, digits):
        plain_month = gold.strip().lower() in ("may", "march", "august") and not question
        plain_year = year_only and gold.strip().isdigit()
        if not plain_month and (not plain_year or _ASKS_WHEN.search(question)):
            return "date"
    measures = find_measures(digits, bounds=True)
    if len(measures) != 1 or not _covers(measures, digits) or not re.search(r"\d", digits):
        return None
    if re.match(r"0\d", gold.strip()) or not re.search(
        r"[\d一二两三四五六七八九十百千万亿半]", gold
    ):
        return None
    return "quantity" if measures[0].low.unit is not None else "number"


def _covers(found: Sequence[Moment | Date | Measure], text: str) -> bool:
    """Whether a text is one value and nothing else that says anything."""
    if len(found) != 1:
        return False
    rest = f"{text[: found[0].start]} {text[found[0].end :]}"
    return all(word in _SILENT for word in words(rest)) and not re.search(r"[#$€+&]", rest)


def mark_values(text: str, accepted: Sequence[str], kind: str, asked: Set[str]) -> str | None:
    """A text whose values of a kind are marked; None when no accepted form is of that kind.

    Args:
        text: What was said.
        accepted: The right answers.
        kind: One of `KINDS`.
        asked: Folded words of the question.
    """
    simple = simplify(text)
    if kind == "clock":
        wanted = [m[0] for form in accepted if len(m := find_moments(read_clock(form))) == 1]
        return _mark_moments(read_clock(simple), wanted) if wanted else None
    digits = to_digits(simple)
    if kind == "date":
        dates = wanted_dates([simplify(form) for form in accepted])
        return _mark_dates(_days_of_month(digits), dates) if dates else None
    found = [find_measures(to_digits(simplify(form)), bounds=True) for form in accepted]
    measures = [one[0] for one in found if len(one) == 1]
    if not measures:
        return None
    if kind == "quantity" and not re.search(r"\d", digits):
        digits = _ONE_UNIT.sub("1 ", digits)
    return mark_measures(digits, measures, units=kind == "quantity", asked=asked)


def wanted_dates(forms: Sequence[str]) -> list[Date]:
    """The date of each form that holds exactly one."""
    found = []
    for form in forms:
        digits = _days_of_month(to_digits(form))
        dates = find_dates(digits) or find_dates(digits, vague=True)
        exact = [date for date in dates if date.weekday is None]
        if len(exact or dates) == 1:
            found.append((exact or dates)[0])
    return found


_ORDINAL = re.compile(
    r"\b(?:[a-z]+-)?[a-z]+(?:st|nd|rd|th)\b(?! (?:century|decade))", re.IGNORECASE
)
_REIGNS = {"明治": 1867, "大正": 1911, "昭和": 1925, "平成": 1988, "令和": 2018}
_REIGN = re.compile(rf"({'|'.join(_REIGNS)})(\d{{1,2}})年")


def _days_of_month(text: str) -> str:
    """A text whose ordinals are digits (`the 4th of May`), and Japanese years of the West."""

    def spell(match: re.Match[str]) -> str:
        number = number_of_word(match.group().lower())
        return match.group() if number is None or number > 31 else f"{number}th"

    text = _REIGN.sub(lambda year: f"{_REIGNS[year[1]] + int(year[2])}年", text)
    return _ORDINAL.sub(spell, text)


def _mark_dates(text: str, wanted: Sequence[Date]) -> str:
    small = any(one.year is not None and abs(one.year) < 100 for one in wanted)
    vague = any(one.year is None and one.period is None and one.day is None for one in wanted)
    weekdays = any(one.weekday is not None for one in wanted)
    pieces = []
    for given in find_dates(text, small=small, vague=vague):
        if given.weekday is not None and not weekdays:
            continue
        right = any(states_date(given, one) for one in wanted)
        if weekdays and given.weekday is None:
            # "Friday, 13 October" says more than the weekday.
            continue
        pieces.append((given.start, given.end, RIGHT if right else OTHER))
    return replace(text, pieces)


def _mark_moments(text: str, wanted: Sequence[Moment]) -> str:
    pieces = []
    for given in find_moments(text, spoken=True):
        verdicts = [same_moment(given, one) for one in wanted]
        mark = RIGHT if True in verdicts else MAYBE if None in verdicts else OTHER
        pieces.append((given.start, given.end, mark))
    return replace(text, pieces)


def mark_names(text: str, accepted: Sequence[str], question: str) -> str:
    """A text with the places marked where it names one of the accepted forms.

    >>> mark_names("It is Obama.", ["Barack Obama"], "").count(RIGHT)
    1
    """
    own = [form for form in accepted if is_east_asian(form)]
    latin = [form for form in accepted if not is_east_asian(form)]
    for form in own:
        latin.extend(_in_latin(form))
    if is_east_asian(text):
        text = simplify(text)
        for form in latin:
            code = country_code(form)
            own.extend(n for n in country_names(code) if is_east_asian(n)) if code else None
            own.extend(_spelt_like(text, form))
    else:
        latin.extend(romanise(form) for form in latin if not _is_latin(form))
        if latin and not _is_latin(text):
            text = romanise(text)
    text = drop_regions(text, accepted)
    for form in latin:
        text = _without_other_countries(text, form)
    pieces = [
        (one.start, one.end, RIGHT if one.is_sure else MAYBE)
        for one in find_named(text, latin, question)
    ]
    marked = replace(text, pieces)
    if own and is_east_asian(text):
        marked = mark_east_asian(marked, own, question)
    return marked


def _without_other_countries(text: str, form: str) -> str:
    """A text in which the Republic of China is no mention of China."""
    code = country_code(form)
    if code is None or not text.isascii():
        return text
    own = {name for name in country_names(code)}
    lowered = text.lower()
    for name in other_countries_with(code):
        place = lowered.find(name)
        if place >= 0 and name not in own and not lowered[place + len(name) :][:1].isalnum():
            before = lowered[:place].rstrip().rpartition(" ")[2]
            if f"{before} {name}" in own or any(
                o.endswith(f" {name}") and o in lowered for o in own
            ):
                continue
            text = f"{text[:place]} {OTHER} {text[place + len(name) :]}"
            lowered = text.lower()
    return text


def _spelt_like(text: str, form: str) -> list[str]:
    """Pieces of an East Asian text that are written like a name in Latin letters."""
    wanted = compact(form)
    found: list[str] = []
    for run in re.findall(f"[{LETTER}]+", text)[:_MOST_RUNS]:
        for size in range(2, min(6, len(run)) + 1):
            pieces = [run[at : at + size] for at in range(min(len(run) - size + 1, 20))]
            found.extend(piece for piece in pieces if compact(romanise(piece)) == wanted)
    return found


@lru_cache(maxsize=512)
def _in_latin(form: str) -> tuple[str, ...]:
    """Names of an East Asian answer in Latin letters."""
    code = country_code(form)
    if code is not None:
        return tuple(name.title() for name in country_names(code) if name.isascii())
    ordinal = re.fullmatch(r"第(\d+).?", as_east_asian_digits(form))
    if ordinal:
        return (f"{ordinal[1]}th",)
    return (romanise(form),)


def _is_latin(text: str) -> bool:
    return all(letter < "\u0250" or not letter.isalpha() for letter in text)
