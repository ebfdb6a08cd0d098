"""The committed answers: how many of which kind, and how often the verifier agrees with them."""

import json
from pathlib import Path

import pytest

from benchmarks.verifier_check import COMMITTED, Pair, judge, main, read_pairs
from searchvl_gym.world.folding import words


@pytest.fixture(scope="module")
def pairs() -> list[Pair]:
    return read_pairs(COMMITTED)


def holds_right_words(pair: Pair) -> bool:
    """Whether a response holds all words of an accepted form, or its characters."""
    for form in (pair.task.answer, *pair.task.aliases):
        found = words(form)
        if found and (form in pair.response or set(found) <= set(words(pair.response))):
            return True
    return False


def test_the_set_is_as_large_and_as_hard_as_it_says(pairs: list[Pair]) -> None:
    assert len(pairs) >= 600
    assert sum(pair.group.startswith("Chinese") for pair in pairs) >= 120
    assert sum(not pair.right and holds_right_words(pair) for pair in pairs) >= 200
    assert {"Japanese", "Korean"} <= {pair.group for pair in pairs}
    keys = {(p.task.answer, p.task.question, p.task.answer_kind, p.response) for p in pairs}
    assert len(keys) == len(pairs)


def test_the_verifier_agrees_with_the_labels(pairs: list[Pair]) -> None:
    tables, mistakes = judge(pairs)
    assert tables["all"].precision >= 0.98 and tables["all"].recall >= 0.93
    assert tables["all"].unsure < 0.05 * len(pairs)
    assert len(mistakes) == tables["all"].false_right + tables["all"].false_wrong
    for name, table in tables.items():
        assert table.precision >= 0.9 and table.recall >= 0.85, name


def test_the_command_prints_a_table_and_one_object(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [("Lund", True), ("Lund or Malmö", False), ("Malmö", True)]
    line = {"gold": "Lund", "aliases": [], "kind": "entity", "question": ""}
    file = tmp_path / "pairs.jsonl"
    file.write_text("\n".join(json.dumps(line | {"response": r, "right": b}) for r, b in rows))
    assert main(["--pairs", str(file)]) == 0
    *shown, last = capsys.readouterr().out.splitlines()
    result = json.loads(last)
    assert result["pairs"] == 3 and result["precision"] == 1.0 and result["recall"] == 0.5
    assert result["groups"]["entity"]["false_wrong"] == 1
    assert any("'Malmö'" in row and "labelled right" in row for row in shown)


def test_a_line_that_is_no_pair_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "pairs.jsonl"
    file.write_text('{"gold": "Lund"}\n')
    assert main(["--pairs", str(file)]) == 2
    assert "pairs.jsonl:1 is no pair" in capsys.readouterr().err
