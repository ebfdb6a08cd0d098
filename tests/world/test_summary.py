"""Extracts hold the sentence that answers, in the text's order, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchvl_gym.world.summary import extract, split_sentences

PAGE = (
    "The Söderqvist Bridge is a steel bridge in Ulm. It crosses the Ahr near the old mill.\n"
    "== History ==\n"
    "It was designed by Ida M. Ek, a pupil of Dr. Olof Lind. Work began in 1893. "
    "The bridge was completed on 4 May 1901 at a cost of 3.5 million crowns. "
    "A fire closed it for a year.\n"
    "== Description ==\n"
    "The span measures 240 metres. It was named after Karl Söderqvist."
)


@pytest.mark.parametrize(
    ("query", "value"),
    [
        ("Söderqvist Bridge architect", "Ida M. Ek"),
        ("who designed soderqvist bridge", "Ida M. Ek"),
        ("When was the Söderqvist Bridge built?", "4 May 1901"),
        ("soderqvist bridge completion year", "4 May 1901"),
        ("Söderqvist Bridge length", "240 metres"),
        ("Söderqvist Bridge cost", "3.5 million"),
        ("river crossed by the Söderqvist Bridge", "Ahr"),
        ("Söderqvist Bridge namesake", "Karl"),
    ],
)
def test_the_answering_sentence_is_in_the_extract(query: str, value: str) -> None:
    assert value in extract(PAGE, query, 3)
    assert len(split_sentences(extract(PAGE, query, 3))) <= 3


def test_the_lead_comes_along_for_context() -> None:
    assert extract(PAGE, "fire", 2).startswith("The Söderqvist Bridge is a steel bridge")


def test_without_any_match_it_is_the_beginning() -> None:
    expected = "The Söderqvist Bridge is a steel bridge in Ulm."
    assert extract(PAGE, "zebra", 1) == extract(PAGE, "", 1) == expected


def test_headings_are_no_sentences() -> None:
    assert "==" not in extract(PAGE, "history description", 8)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Dr. A. B. Ek came c. 1900. He left.",
            ["Dr. A. B. Ek came c. 1900.", "He left."],
        ),
        ("It is 3.5 m tall. 12 people saw it!", ["It is 3.5 m tall.", "12 people saw it!"]),
        ('He said "No." Then he left…  Why?', ['He said "No."', "Then he left…", "Why?"]),
        ("St. Olav St. is long. Yes.", ["St. Olav St. is long.", "Yes."]),
        ("No full stop", ["No full stop"]),
        ("Österreich won. Ål lost. éclair is lower.", None),
        ("", []),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text: str, expected: list[str] | None) -> None:
    found = split_sentences(text)
    assert " ".join(" ".join(found).split()) == " ".join(text.split())
    if expected is not None:
        assert found == expected


@given(st.text(max_size=300), st.text(max_size=40), st.integers(1, 5))
def test_any_text_and_query_give_an_ordered_part_of_the_text(
    text: str, query: str, count: int
) -> None:
    found = extract(text, query, count)
    position = 0
    for sentence in split_sentences(text):
        if found.startswith(sentence, position):
            position += len(sentence) + 1
    assert position >= len(found)


def test_long_sentences_are_cut_and_fewer_than_one_is_refused() -> None:
    assert len(extract("word " * 10_000, "word", 1)) < 510
    with pytest.raises(ValueError, match="at least 1"):
        extract("x", "x", 0)
