import datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchvl_gym.rewards.values.dates import find_dates, states_date


def seen(text: str) -> list[tuple[int | None, int | None, int | None]]:
    return [(date.year, date.month, date.day) for date in find_dates(text)]


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("1982-03-12", [(1982, 3, 12)]),
        ("1982/3/12", [(1982, 3, 12)]),
        ("12.03.1982", [(1982, 3, 12)]),
        ("31/12/1982", [(1982, 12, 31)]),
        ("12/31/1982", [(1982, 12, 31)]),
        ("12 March 1982", [(1982, 3, 12)]),
        ("12-Mar-1982", [(1982, 3, 12)]),
        ("the 1st of Sept. 1982", [(1982, 9, 1)]),
        ("MARCH 12, 1982", [(1982, 3, 12)]),
        ("March 1982", [(1982, 3, None)]),
        ("12 March", [(None, 3, 12)]),
        ("March 12th", [(None, 3, 12)]),
        ("44 BC", [(-44, None, None)]),
        ("440 BC", [(-440, None, None)]),
        ("in 1982.", [(1982, None, None)]),
        ("1979, 1982", [(1979, None, None), (1982, None, None)]),
        ("19820", []),
        ("40/40/1982", []),
        ("", []),
    ],
)
def test_dates(text: str, dates: list[tuple[int | None, int | None, int | None]]) -> None:
    assert seen(text) == dates


FORMATS = ("%d %B %Y", "%B %d, %Y", "%Y-%m-%d", "%d.%m.%Y", "%d %b %Y", "%d/%m/%Y", "%m/%d/%Y")


@given(st.dates(datetime.date(1000, 1, 1)), st.sampled_from(FORMATS), st.sampled_from(FORMATS))
def test_every_way_to_write_a_day_says_the_same(day: datetime.date, one: str, other: str) -> None:
    [given_date], [wanted] = find_dates(day.strftime(one)), find_dates(day.strftime(other))
    if other.startswith("%m/") and wanted.swapped:
        return  # as a right answer, an ambiguous date is read day first
    assert states_date(given_date, wanted)


@given(st.dates(datetime.date(1000, 1, 1)), st.dates(datetime.date(1000, 1, 1)))
def test_other_days_do_not(one: datetime.date, other: datetime.date) -> None:
    [first], [second] = (find_dates(day.strftime("%d %B %Y")) for day in (one, other))
    assert states_date(first, second) is (one == other)


@given(st.text(alphabet="0123456789-/. MarchJune,thBC", max_size=60))
def test_spans_do_not_overlap(text: str) -> None:
    found = find_dates(text)
    assert all(a.end <= b.start for a, b in pairwise(found))
