"""Folding is idempotent and forgives case, marks and spaces."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchvl_gym.world.folding import fold, words


@given(st.text())
def test_fold_is_idempotent(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_fold_ignores_normal_form_case_and_outer_spaces(text: str) -> None:
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))
    assert fold(f"  {text}\t") == fold(text)


@given(st.text())
def test_words_are_folded_and_hold_no_space(text: str) -> None:
    for word in words(text):
        assert word and not any(letter.isspace() for letter in word)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Zürich", "ZURICH"),
        ("Søren Łódź", "soren lodz"),
        ("straße", "STRASSE"),
        ("Ærø\u00a0 Bru", "aero bru"),
        ("O’Brien—Smith", "o'brien-smith"),
        ("ﬁn", "FIN"),
    ],
)
def test_different_spellings_meet(first: str, second: str) -> None:
    assert fold(first) == fold(second)
