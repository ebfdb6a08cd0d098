"""Numbers, quantities, times and dates as rules, with values drawn at random."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchvl_gym.rewards import verify
from searchvl_gym.types import Task

MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
NUMERALS = "〇一二三四五六七八九"
FRAMES = ["{}", "It is {}.", "about {}", "I believe it is {}"]


def right(answer: str, gold: str, kind: str, question: str = "") -> bool | None:
    return verify(answer, Task("t", question, gold, answer_kind=kind)).right


numbers = st.integers(13, 9_999_999)
days = st.dates(date(1000, 1, 1), date(2030, 12, 31))


@settings(max_examples=40)
@given(numbers, st.sampled_from(FRAMES), st.sampled_from(["number", "text"]))
def test_numbers_however_they_are_separated(number: int, frame: str, kind: str) -> None:
    gold = f"{number:,}"
    spaced = gold.replace(",", " ")
    for said in (str(number), gold, spaced, f"{number}.0"):
        assert right(frame.format(said), gold, kind), said
    for said in (str(number + 1), str(number * 10), f"{number} or {number + 1}"):
        assert not right(frame.format(said), gold, kind), said


@settings(max_examples=40)
@given(numbers, st.integers(1, 50))
def test_bounds_and_ranges_are_no_numbers(number: int, more: int) -> None:
    gold, other = f"{number:,}", f"{number + more:,}"
    bounds = ("more than {}", "at least {}", "up to {}", "{} or more", "under {}", "{}+", ">{}")
    for bound in bounds:
        assert not right(bound.format(gold), gold, "number"), bound
    for said in (f"{gold}–{other}", f"between {gold} and {other}", f"{gold} to {other}"):
        assert not right(said, gold, "number"), said
        assert right(said, f"{gold}-{other}", "number"), said
    assert not right(f"not {gold}", gold, "number")
    assert right(f"{gold}, not {other}", gold, "number")
    assert right(f"At first I counted {other}, but there are {gold}.", gold, "number")


@given(st.integers(1, 99), st.integers(1, 99))
def test_millions_and_thousands(whole: int, part: int) -> None:
    millions = f"{whole}.{part:02}"
    value = whole * 1_000_000 + part * 10_000
    for said in (f"{millions} million", f"{millions}M", f"{value}", f"{value / 1000:.1f}K"):
        assert right(said, f"{value:,}", "number"), said
    assert right(f"{value / 10_000:g}万", f"{value:,}", "number")
    assert not right(f"{millions} billion", f"{value:,}", "number")


@pytest.mark.parametrize(
    ("unit", "same", "factor", "other"),
    [
        ("km", "m", 1000.0, "kg"),
        ("kg", "g", 1000.0, "lb"),
        ("hours", "minutes", 60.0, "days"),
        ("litres", "ml", 1000.0, "gallons"),
        ("feet", "inches", 12.0, "metres"),
        ("公里", "米", 1000.0, "里"),
        ("公斤", "斤", 2.0, "克"),
        ("GB", "MB", 1000.0, "TB"),
    ],
)
@settings(max_examples=15)
@given(value=st.integers(2, 400))
def test_quantities_in_other_units(
    unit: str, same: str, factor: float, other: str, value: int
) -> None:
    gold = f"{value} {unit}"
    assert right(f"{value * factor:.0f} {same}", gold, "quantity")
    assert not right(f"{value} {same}", gold, "quantity")
    assert not right(f"{value} {other}", gold, "quantity")
    assert not right(f"{value + 1} {unit}", gold, "quantity")


@given(st.integers(-40, 300))
def test_temperatures(celsius: int) -> None:
    gold = f"{celsius} °C"
    fahrenheit = celsius * 9 / 5 + 32
    assert right(f"{fahrenheit:.1f} °F", gold, "quantity")
    assert right(f"{celsius} degrees Celsius", gold, "quantity")
    if celsius != -40:
        assert not right(f"{celsius} °F", gold, "quantity")


@pytest.mark.parametrize(
    ("sign", "name", "code", "other"),
    [("$", "dollars", "USD", "€"), ("€", "euros", "EUR", "£"), ("£", "pounds", "GBP", "$")],
)
@settings(max_examples=15)
@given(value=st.integers(2, 5000))
def test_currencies(sign: str, name: str, code: str, other: str, value: int) -> None:
    gold = f"{sign}{value}"
    for said in (f"{value} {name}", f"{code} {value}", f"{sign} {value}", f"{sign}{value}.00"):
        assert right(said, gold, "quantity"), said
    assert not right(f"{other}{value}", gold, "quantity")
    assert not right(f"{sign}{value} million", gold, "quantity")


@settings(max_examples=40)
@given(days, st.sampled_from(["{}", "on {}", "It was on {}."]))
def test_days_in_all_common_orders(day: date, frame: str) -> None:
    month, gold = MONTHS[day.month - 1], f"{day.day} {MONTHS[day.month - 1]} {day.year}"
    suffix = {1: "st", 2: "nd", 3: "rd"}.get(day.day % 10, "th")
    ordinal = f"{day.day}{'th' if 10 < day.day < 20 else suffix}"
    for said in (
        gold,
        f"{month} {day.day}, {day.year}",
        f"{month} {ordinal}, {day.year}",
        f"the {ordinal} of {month} {day.year}",
        f"{day.day} {month[:3]} {day.year}",
        day.isoformat(),
        f"{day.day}.{day.month}.{day.year}",
        f"{day.month}/{day.day}/{day.year}",
        f"{day.year}年{day.month}月{day.day}日",
    ):
        assert right(frame.format(said), gold, "date"), said
        assert right(frame.format(said), str(day.year), "date"), said
    for said in (f"{month} {day.year}", str(day.year), f"before {gold}", f"{gold} or earlier"):
        assert not right(frame.format(said), gold, "date"), said
    later = day + timedelta(days=40)
    assert not right(f"{later.day} {MONTHS[later.month - 1]} {later.year}", gold, "date")


@settings(max_examples=40)
@given(st.integers(1000, 2029))
def test_years(year: int) -> None:
    gold = f"{year}年"
    chinese = "".join(NUMERALS[int(digit)] for digit in str(year)) + "年"
    for said in (str(year), gold, chinese, f"{year} AD", f"公元{year}年"):
        assert right(said, gold, "date"), said
    for said in (f"{year} BC", f"公元前{year}年", f"{year}年以后", f"{year - 1}年或{year}年"):
        assert not right(said, gold, "date"), said
    begun = f"It was begun in {year} and finished in {year + 3}."
    assert not right(begun, str(year), "date", "When was it finished?")
    assert right(begun, str(year + 3), "date", "When was it finished?")


@settings(max_examples=40)
@given(st.integers(2, 20))
def test_centuries(number: int) -> None:
    suffix = {1: "st", 2: "nd", 3: "rd"}.get(number % 10 if number != 11 else 0, "th")
    suffix = "th" if 10 < number < 20 else suffix
    gold, before = f"{number}{suffix} century", f"{number}{suffix} century BC"
    assert right(f"the {gold}", gold, "date") and right(f"{number}世纪", gold, "date")
    assert right(f"{100 * number - 99}–{100 * number}", gold, "date")
    assert not right(before, gold, "date") and not right(gold, before, "date")
    assert right(f"{100 * number}–{100 * number - 99} BC", before, "date")
    assert not right(f"before the {gold}", gold, "date")


@settings(max_examples=40)
@given(st.integers(0, 23), st.integers(1, 59))
def test_times_of_day(hour: int, minute: int) -> None:
    gold = f"{hour:02}:{minute:02}"
    half, other = ("am", "pm") if hour < 12 else ("pm", "am")
    short = f"{hour % 12 or 12}:{minute:02}"
    assert right(f"{short} {half}", gold, "text") and right(f"It shows {gold}.", gold, "text")
    # From ten to twelve a clock without "am" or "pm" does not say which half of the day it means.
    if not 10 <= hour <= 12:
        assert not right(f"{short} {other}", gold, "text")
        assert right(short, gold, "text") is None
        assert right(f"{short} {half}", short, "text")
