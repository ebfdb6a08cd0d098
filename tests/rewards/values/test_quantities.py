import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchvl_gym.rewards.values.quantities import find_quantities, same_quantity
from searchvl_gym.rewards.values.units import UNITS


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("12", [12]),
        ("-12.5 and +3", [-12.5, 3]),
        ("−4", [-4]),
        ("1,234,567.8", [1234567.8]),
        ("1.234.567", [1234567]),
        ("12 345 678", [12345678]),
        ("1,5", [1.5]),
        ("2.5 million", [2.5e6]),
        ("3.67M, 12k, 5K and 1.5bn", [3.67e6, 12e3, 5e3, 1.5e9]),
        ("12 in 1982", [12, 1982]),
        ("3rd B12 img_2 1st x9", []),
        ("1982.", [1982]),
        ("(1982)", [1982]),
        ("10%", [10]),
        ("€3.5m, $40, 12 円", [3.5e6, 40, 12]),
        ("5公里的路", [5]),
        ("", []),
        ("9" * 400, [float("inf")]),
    ],
)
def test_numbers(text: str, values: list[float]) -> None:
    assert [quantity.value for quantity in find_quantities(text)] == values


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1.2 km", "1,200 m"),
        ("5 ft 10 in", "177.8 cm"),
        ("1 h 30 min", "90 minutes"),
        ("2 kg and 500 g", "2.5 kg"),
        ("1 km²", "100 hectares"),
        ("1 square mile", "2.59 km2"),
        ("100 °C", "212 °F"),
        ("0 degrees Celsius", "32 Fahrenheit"),
        ("36 km/h", "10 m/s"),
        ("75 cl", "750 millilitres"),
        ("10 per cent", "10%"),
        ("12 months", "1 year"),
        ("20 knots", "37 km/h"),
    ],
)
def test_the_same_in_other_units(one: str, other: str) -> None:
    [given], [wanted] = find_quantities(one), find_quantities(other)
    assert same_quantity(given, wanted) or same_quantity(wanted, given)


@pytest.mark.parametrize(
    ("given_text", "wanted_text"),
    [("1.3 km", "1,200 m"), ("1 kg", "1 km"), ("4 crowns", "4 florins"), ("2 miles", "3 km")],
)
def test_not_the_same(given_text: str, wanted_text: str) -> None:
    [one], [other] = find_quantities(given_text), find_quantities(wanted_text)
    assert not same_quantity(one, other)


@given(st.integers(-(10**9), 10**9), st.sampled_from(sorted(UNITS)))
def test_a_written_quantity_is_found_whole(value: int, unit: str) -> None:
    [found] = find_quantities(f"{value:,} {unit}")
    assert found.value == value and found.unit == UNITS[unit]
    assert same_quantity(found, found)


@given(st.text(alphabet="0123456789.,- kmft%²°½x\u00a0", max_size=60) | st.text(max_size=60))
def test_spans_are_in_order_and_do_not_overlap(text: str) -> None:
    found = find_quantities(text)
    ends = [0, *(quantity.end for quantity in found)]
    assert all(q.start >= end for q, end in zip(found, ends, strict=False))
    assert all(q.start < q.end <= len(text) for q in found)
