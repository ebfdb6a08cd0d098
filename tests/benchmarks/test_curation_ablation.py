from dataclasses import replace

from benchmarks.curation_ablation import (
    Rates,
    as_guess_table,
    as_table,
    commonest,
    guess,
    names_in,
)
from searchvl_gym.types import Task

TASK = Task(
    "t",
    "How high is the tower of Old Mill?",
    "3 m",
    metadata={"titles": ["Old Mill", "Tower"], "curation": {"ask": {"relation": "height"}}},
)


def test_the_commonest_answer_of_the_others() -> None:
    answers = ("3 m", "3 m", "4 m")
    tasks = [replace(TASK, answer=answer) for answer in answers]
    assert commonest(tasks[:1]) == 0
    assert commonest(tasks[:2]) == 1
    assert commonest([tasks[0], tasks[2]]) == 0


def test_names_in_a_question() -> None:
    assert names_in(TASK) == ["Old Mill", "Tower"]
    assert names_in(replace(TASK, question="How high is it?")) == []


def test_the_table_has_a_row_for_each_variant() -> None:
    rates = Rates("full", 3, 0.0, None, 0.25, 0.0, 0.0, 0.0, 0.0, 1.0, 3.5)
    *_, row = as_table([rates]).splitlines()
    assert row.startswith("| full | 3 | 0.000 | – | 0.250 |")
    assert row.endswith("| 3.50 |")


def test_ten_pages_of_eleven_hold_ten_tasks_in_eleven() -> None:
    tasks = [
        replace(TASK, metadata={"curation": {"ask": {"relation": "height"}, "path": [1, last]}})
        for last in range(11)
    ]
    found = guess("full", tasks)
    assert found.ten_pages == 10 / 11
    assert found.commonest == 1
    assert as_guess_table([found]).splitlines()[-1] == "| full | 11 | 1.000 | 0.909 |"
