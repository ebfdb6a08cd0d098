from dataclasses import replace

from benchmarks.curation_ablation import Rates, as_table, commonest, names_in
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
