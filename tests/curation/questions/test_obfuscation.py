import pytest

from searchvl_gym.curation.questions.obfuscation import coarser
from searchvl_gym.curation.records import Answer
from searchvl_gym.language.asking import coarsened
from searchvl_gym.rewards.accuracy import verify
from searchvl_gym.types import Task


@pytest.mark.parametrize(
    ("value", "kind", "forms"),
    [
        ("4 May 1893", "date", {"year": "1893", "decade": "1890s"}),
        ("May 4, 1893", "date", {"year": "1893", "decade": "1890s"}),
        ("1893", "date", {"decade": "1890s"}),
        ("4 May", "date", {}),
        ("678,548", "number", {"rounded": "680,000"}),
        ("0.01234", "number", {"rounded": "0.012"}),
        ("1,234 square kilometres", "quantity", {"rounded": "1,200 square kilometres"}),
        ("12", "number", {}),
        ("1,250", "number", {}),  # half-way: rounded either way
        ("0", "number", {}),
        ("red brick", "text", {}),
        ("Ada Müller", "entity", {}),
    ],
)
def test_coarser_forms(value: str, kind: str, forms: dict[str, str]) -> None:
    found = coarser(Answer(value, kind, (), value))
    assert {coarse.form: coarse.answer.text for coarse in found} == forms
    for coarse in found:
        assert coarse.answer.value == value
        asked = coarsened("When was {x} born?", coarse.form, coarse.answer.text)
        assert coarse.answer.text not in asked and asked != "When was {x} born?"


def test_the_exact_value_is_not_the_rounded_one() -> None:
    [coarse] = coarser(Answer("678,548", "number", (), "678,548"))
    task = Task("t", "How many? Round it.", coarse.answer.text, answer_kind="number")
    assert verify("680000", task).right and verify("about 680,000", task).right
    assert not verify("678,548", task).right


def test_the_example_is_never_the_answer() -> None:
    for year in ("1563", "1320"):
        [decade] = coarser(Answer(year, "date", (), year))
        for question in ("When was {x} born?", "What is the date of birth of {x}?"):
            assert decade.answer.text not in coarsened(question, decade.form, decade.answer.text)
