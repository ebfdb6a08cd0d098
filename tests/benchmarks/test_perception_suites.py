"""Packing: the tasks of one family change, all others stay where and what they are."""

from __future__ import annotations

import pytest

from benchmarks import perception_suites
from searchvl_gym.tasks import TaskSet
from searchvl_gym.types import Task


def task(name: str, family: str) -> Task:
    return Task(name, f"What is {name}?", "1", metadata={"family": family})


def test_tasks_of_a_family_are_replaced_in_order() -> None:
    kept = TaskSet([task("a", "pair"), task("b", "find"), task("c", "pair")], "suite")
    drawn = TaskSet([task("d", "pair"), task("e", "pair")], "suite")
    changed = perception_suites.replaced(kept, drawn, ["pair"])
    assert [t.id for t in changed] == ["d", "b", "e"]
    assert changed.name == "suite"


def test_a_suite_that_is_not_packed_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--suite", "atlas-perception:size=151", "--families", "pair"]
    assert perception_suites.main(arguments) == 2
    assert "atlas-perception-151" in capsys.readouterr().err
