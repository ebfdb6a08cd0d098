"""Notes of the World Factbook are cut to short statements, or left out."""

import pytest

from searchvl_gym.world.sources.earth.factbook import first_clause, plain, prose, read_factbook


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<p>Bras&iacute;lia<br></p>", "Brasília"),
        ("word <em>kere </em>, or", "word kere, or"),
        ("one<br><br>two", "one two"),
    ],
)
def test_mark_up_goes(text: str, expected: str) -> None:
    assert plain(text) == expected


def test_clauses_end_where_asides_begin() -> None:
    assert first_clause("federal republic (since 1949)") == "federal republic"
    assert first_clause("x" * 61) == ""


def test_prose_is_cut_at_a_boundary() -> None:
    long = "; ".join(f"clause number {number} of many" for number in range(40))
    assert prose(long).endswith("of many")
    assert len(prose(long)) <= 420
    assert prose("flat; note: see elsewhere") == "flat"
    assert prose("tea, coffee (2023)") == "tea, coffee"


def test_a_country_has_numbers_dates_and_names() -> None:
    kenya = read_factbook("KE")
    assert kenya["peak_height"] == "5,199"
    assert kenya["independence"] == "12 December 1963"
    assert kenya["anthem"] == "Ee Mungu Nguvu Yetu"
    assert "dependency" not in kenya
    assert read_factbook("GI")["dependency"] == "overseas territory of the UK"
    assert read_factbook("no such code") == {}
