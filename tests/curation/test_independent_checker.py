"""No leak and no ambiguity in what the curation makes, by code that shares nothing with it."""

from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from benchmarks.curation_checker import LEAK, NOT_UNIQUE, WRONG, Checker, main
from searchvl_gym.curation import Curator, Question
from searchvl_gym.tasks import TaskSet
from searchvl_gym.types import Task, TaskImage
from searchvl_gym.world import World


@pytest.fixture(scope="module")
def checker(mini_world: World) -> Checker:
    return Checker(mini_world)


@pytest.fixture(scope="module")
def tasks(curator: Curator, questions: list[Question]) -> list[Task]:
    return [curator.task(question) for question in questions]


def altered(task: Task, **curation: Any) -> Task:
    metadata = deepcopy(dict(task.metadata))
    metadata["curation"].update(curation)
    return replace(task, metadata=metadata)


def kinds(checker: Checker, task: Task) -> set[str]:
    return {problem.kind for problem in checker.check([task])}


def test_nothing_leaks_and_everything_is_unique(checker: Checker, tasks: list[Task]) -> None:
    assert len(tasks) > 80
    assert checker.check(tasks) == []


def test_leaks_are_found(checker: Checker, tasks: list[Task], mini_world: World) -> None:
    for task in tasks[:20]:
        pages = {hop.subject for hop in task.hops} | {hop.target for hop in task.hops[:-1]}
        for page in (mini_world.page(number) for number in pages if number is not None):
            for name in (page.title, *page.aliases, *page.redirects, f"{page.title.upper()}s"):
                assert LEAK in kinds(checker, replace(task, question=f"{task.question} ({name})"))
        assert LEAK in kinds(checker, replace(task, question=f"{task.question} {task.answer}"))


def test_ambiguity_is_found(checker: Checker, tasks: list[Task]) -> None:
    narrowed = [
        task
        for task in tasks
        if any(descriptor["qualifiers"] for descriptor in task.metadata["curation"]["descriptors"])
    ]
    assert len(narrowed) > 5
    forms = {
        form
        for task in narrowed
        for descriptor in task.metadata["curation"]["descriptors"]
        for _, _, form, _ in descriptor["qualifiers"]
    }
    assert "most" in forms or "least" in forms
    found = 0
    for task in narrowed:
        descriptors = deepcopy(task.metadata["curation"]["descriptors"])
        for descriptor in descriptors:
            descriptor["qualifiers"] = []
        found += NOT_UNIQUE in kinds(checker, altered(task, descriptors=descriptors))
    assert found > 0.5 * len(narrowed)  # the others are unique without the facts they add


def test_another_answer_is_found(checker: Checker, tasks: list[Task]) -> None:
    for task in tasks[:10]:
        assert NOT_UNIQUE in kinds(checker, altered(task, value="something else"))
        assert WRONG in kinds(checker, replace(task, answer="something else"))


def test_what_no_fact_states_is_found(checker: Checker, tasks: list[Task]) -> None:
    for task in tasks[:10]:
        first, *rest = task.hops
        other = replace(first, target=(first.target or 0) + 1)
        assert WRONG in kinds(checker, replace(task, hops=(other, *rest)))
        assert WRONG in kinds(checker, replace(task, question="How high is it?"))
        [image] = task.images
        assert image.world_image is not None
        shown = TaskImage(world_image=(image.world_image + 3) % 250)
        assert WRONG in kinds(checker, replace(task, images=(shown,)))


def test_command(
    tasks: list[Task], mini_world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "tasks.jsonl"
    TaskSet(tasks, "curated").save(path)
    assert main([str(path), "--world", str(mini_world.path)]) == 0
    assert '"leak": 0, "not_unique": 0, "wrong": 0' in capsys.readouterr().out
    TaskSet([replace(tasks[0], answer="nothing"), *tasks[1:]], "curated").save(path)
    assert main([str(path), "--world", str(mini_world.path)]) == 1
    assert f"{tasks[0].id} wrong" in capsys.readouterr().out
