from __future__ import annotations

import pytest

from searchvl_gym.tasks.perception.goals import (
    Compute,
    Fact,
    Identify,
    Inverse,
    PagePicture,
    Plan,
    ReadValue,
    Repair,
    as_metadata,
    pictures_read,
    plan_of,
)
from searchvl_gym.tasks.task_set import TaskSet
from searchvl_gym.types import Task

PLAN = Plan(
    "pair",
    (
        Identify(1, "Kel Bridge", "KEL", (4, 5, 60, 20), (Repair("sharpen", {"amount": 5.0}),)),
        Identify(2, "Ulm", features=("its ground is red",)),
        ReadValue(2, "14:35"),
        Fact("Ulm", "Population", "1,200"),
        Inverse("Ulm", "Birthplace", "person", "Ida Ek"),
        PagePicture("Ida Ek", 2, "412"),
        Compute(("1,200", "412"), "print(1200 / 412)", "2.91", "3"),
    ),
    letter_height=1.5,
)


def test_a_plan_survives_the_task_file(tmp_path) -> None:  # type: ignore[no-untyped-def]
    task = Task("a", "How many?", "2.91", metadata={"plan": as_metadata(PLAN)}, needs=("crop",))
    TaskSet([task], "one").save(tmp_path / "tasks.jsonl")
    read = TaskSet.load(tmp_path / "tasks.jsonl")[0]
    assert plan_of(read) == PLAN
    assert read.needs == ("crop",)


def test_other_tasks_have_no_plan() -> None:
    assert plan_of(Task("a", "When?", "1907")) is None


def test_a_torn_plan_is_told_with_the_task() -> None:
    torn = {"family": "find", "goals": [{"type": "identify", "picture": 1}]}
    with pytest.raises(ValueError, match="task a: its plan"):
        plan_of(Task("a", "When?", "1907", metadata={"plan": torn}))


def test_the_given_pictures_that_are_looked_at() -> None:
    assert pictures_read(PLAN.goals) == (1, 2)
