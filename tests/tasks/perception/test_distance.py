"""Great circles: known distances, symmetry, and programs that print the same."""

from __future__ import annotations

import contextlib
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchvl_gym.tasks.perception.distance import (
    EARTH_RADIUS,
    Place,
    flat_kilometres,
    kilometres,
    program,
    spoken,
)

DEGREE = 3.141592653589793 * EARTH_RADIUS / 180
PLACES = st.tuples(
    st.floats(-62, 62).map(lambda x: round(x, 4)),
    st.floats(-180, 179.9999).map(lambda x: round(x, 4)),
)


@pytest.mark.parametrize(
    ("first", "second", "degrees"),
    [
        ((0.0, 0.0), (0.0, 1.0), 1),
        ((10.0, 20.0), (11.0, 20.0), 1),
        ((0.0, 179.5), (0.0, -179.5), 1),
        ((60.0, 0.0), (60.0, 180.0), 60),
        ((45.0, 30.0), (-45.0, -150.0), 180),
    ],
)
def test_along_meridians_and_the_equator(first: Place, second: Place, degrees: int) -> None:
    assert kilometres(first, second) == pytest.approx(degrees * DEGREE, rel=1e-9)


@given(PLACES, PLACES)
def test_a_distance_is_the_same_both_ways_and_what_its_program_prints(a: Place, b: Place) -> None:
    assert kilometres(a, b) == pytest.approx(kilometres(b, a), abs=1e-6)
    assert 0 <= kilometres(a, b) <= 180 * DEGREE + 1e-6
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(program(a, b), {})
    assert printed.getvalue() == f"{kilometres(a, b):.2f}\n"


@given(PLACES)
def test_a_flat_map_does_for_neighbours(a: Place) -> None:
    b = (a[0] + 0.1, a[1])
    assert flat_kilometres(a, b) == pytest.approx(kilometres(a, b), rel=0.01)


@given(PLACES)
def test_a_table_tells_the_hemispheres(place: Place) -> None:
    latitude, longitude = spoken(place)
    north = float(latitude[:-2]) * (1 if latitude.endswith("N") else -1)
    east = float(longitude[:-2]) * (1 if longitude.endswith("E") else -1)
    assert (north, east) == place
