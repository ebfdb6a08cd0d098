"""The measures of language on questions whose measures one can see."""

import base64
import hashlib
import json
from pathlib import Path

import pytest

from benchmarks.question_language.__main__ import main, table
from benchmarks.question_language.human import decrypt, read_human_questions
from benchmarks.question_language.measures import (
    has_stock_phrase,
    measure,
    nesting,
    sentences,
    skeleton,
)
from benchmarks.question_language.reading import prepare, show, tally
from searchvl_gym.tasks import TaskSet
from searchvl_gym.types import Task

BAD = (
    "I am looking for the IATA code of the structure whose country is recorded as the place whose "
    "population is 92,666 and whose entry under “Languages” is the work whose code is “eng” and "
    "whose entry under “Spoken in” is the place that is the country of the place named here."
)
GOOD = "The sign names an airport. In the country where it lies, which river is the longest?"


@pytest.mark.parametrize(
    ("question", "depth"),
    [
        (BAD, 4),
        (GOOD, 1),
        ("Who designed it?", 0),
        ("Which river flows under that bridge?", 0),
        ("How high is the bridge that crosses the river where this poet died?", 2),
        ("Name the town where the man who built the bridge that you see was born.", 3),
        ("Whom did he teach, and in which town did that pupil die?", 0),
        ("Name the bridge that is long and that crosses the Kel.", 1),
    ],
)
def test_nesting(question: str, depth: int) -> None:
    assert nesting(question) == depth


def test_stock_phrases() -> None:
    assert has_stock_phrase(BAD) and not has_stock_phrase(GOOD)
    for text in ("the height listed as 3 m", "What do sources say?", "this structure", "the work"):
        assert has_stock_phrase(text)
    for text in ("the place of birth", "Who works there?", "known to science"):
        assert not has_stock_phrase(text)


def test_sentences_and_skeletons() -> None:
    assert len(sentences(GOOD)) == 2
    same = "The poster names a bridge. In the town where it stands, which tower is the tallest?"
    assert skeleton(GOOD) != skeleton(BAD)
    assert skeleton(same.replace("names a", "names an")) == skeleton(GOOD)


def test_measures_of_a_set() -> None:
    measured = measure([GOOD, GOOD, BAD])
    assert (measured.questions, measured.words_median, measured.skeletons) == (3, 16, 2)
    assert measured.commonest == pytest.approx(2 / 3) and measured.stock == pytest.approx(1 / 3)
    assert measured.nesting == pytest.approx((0, 2 / 3, 0, 1 / 3))
    with pytest.raises(ValueError, match="no questions"):
        measure([])


def sealed(text: str, canary: str) -> str:
    key = hashlib.sha256(canary.encode()).digest()
    data = text.encode()
    return base64.b64encode(
        bytes(sign ^ key[place % 32] for place, sign in enumerate(data))
    ).decode()


@pytest.fixture
def human(tmp_path: Path) -> Path:
    path = tmp_path / "human.jsonl"
    texts = [f"Which river is number {number}, and where is it?" for number in range(60)]
    texts.append("哪条河？")
    rows = [{"question": sealed(text, "c"), "canary": "c", "id": 1} for text in texts]
    path.write_text("\n".join(json.dumps(row) for row in rows))
    return path


def test_questions_of_people_are_decrypted_in_memory(human: Path) -> None:
    questions = read_human_questions(human)
    assert len(questions) == 60 and questions[7].startswith("Which river is number 7,")
    assert decrypt(sealed("größer", "x"), "x") == "größer"


def test_the_table(tmp_path: Path, human: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "tasks.jsonl"
    TaskSet([Task("a", GOOD, "x"), Task("b", BAD, "y")], "two").save(path)
    assert main([f"ours={path}", "--human", str(human)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "| | ours | people |"
    assert "| questions | 2 | 60 |" in lines
    assert "| more than two deep | 50.0% | 0.0% |" in lines
    assert main([str(path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["two"]["questions"] == 2
    assert "log-probability" in table({"a": {**vars(measure([GOOD])), "log_probability": -3.0}})


def test_a_blind_reading(tmp_path: Path, human: Path) -> None:
    path, folder = tmp_path / "tasks.jsonl", tmp_path / "reading"
    tasks = [Task(str(number), f"How high is tower {number}?", "x") for number in range(120)]
    TaskSet(tasks, "towers").save(path)
    assert prepare(folder, {"towers": path}, human) == 150
    shown = show(folder, human)
    assert len(shown) == 150 and shown[0].startswith("1. ")
    assert sum("How high" in line for line in shown) == 100
    # Neither file holds what people wrote.
    assert not any("river" in file.read_text("utf-8") for file in folder.iterdir())
    marks = folder / "marks.csv"
    lines = marks.read_text("utf-8").splitlines()
    marks.write_text("\n".join([lines[0], *(f"{line}1" for line in lines[1:])]), "utf-8")
    counted = tally(folder)
    assert counted["towers"]["1"] == 100 and counted["people"]["1"] == 50
    with pytest.raises(FileExistsError, match="not overwritten"):
        prepare(folder, {"towers": path}, human)
    marks.write_text("number,mark\n1,good\n", "utf-8")
    with pytest.raises(ValueError, match="has the mark 'good'"):
        tally(folder)
