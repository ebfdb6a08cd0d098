"""Deep tasks: right, unique, without leaks, as deep as they say, the same every time."""

import itertools
import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from algos.policies.deep_oracle import play_deep
from benchmarks.deep.checker import check
from searchvl_gym.curation.trajectories.process_check import check_process
from searchvl_gym.env import SearchEnv
from searchvl_gym.rewards.accuracy import verify
from searchvl_gym.tasks import TaskSet
from searchvl_gym.tasks.deep import Bounds, deep_tasks, program_of
from searchvl_gym.tasks.deep.depth import hit_all
from searchvl_gym.tasks.deep.program import query_graph, treewidth
from searchvl_gym.tasks.deep.sampler import draw_task
from searchvl_gym.types import Task, Trajectory
from searchvl_gym.world import World


def play(spread: World, tasks: TaskSet, number: int, calls: int | None) -> Trajectory:
    env = SearchEnv(spread, tasks, tools="reading", max_steps=80)
    observation, _ = env.reset(seed=1, options={"task": number})
    program = program_of(tasks[number])
    assert program is not None
    player = play_deep(tasks[number], program, np.random.default_rng(2), calls=calls)
    action = next(player)
    while True:
        observation, _, terminated, truncated, _ = env.step(action)
        if terminated or truncated:
            return env.trajectory()
        action = player.send(observation)


def test_another_program_finds_no_fault(spread: World, tasks: TaskSet) -> None:
    told = check(spread, tasks)
    assert told == {"tasks": 12, "wrong": 0, "not_unique": 0, "leaks": 0, "shallow": 0}


def test_the_checker_sees_faults(spread: World, tasks: TaskSet) -> None:
    task = next(each for each in tasks if each.answer_kind != "text")
    anchor = task.metadata["anchors"][0]
    deeper = {**task.metadata, "least_calls": task.metadata["least_calls"] + 40}
    for changed, fault in (
        (replace(task, answer="7 metres"), "wrong"),
        (replace(task, question=f"{task.question} Not {anchor}."), "leaks"),
        (replace(task, metadata=deeper), "shallow"),
    ):
        assert check(spread, [changed])[fault] == 1


def test_depth_is_met_and_half_of_it_is_not_enough(spread: World, tasks: TaskSet) -> None:
    for number, task in enumerate(tasks):
        assert abs(task.metadata["least_calls"] - 8) <= 1
        assert task.metadata["plan_calls"] >= task.metadata["least_calls"]
        if number < 4:
            half = play(spread, tasks, number, task.metadata["least_calls"] // 2)
            assert verify(half.answer or "", task).right is not True


def test_the_oracle_solves_them_in_no_fewer_calls_than_were_proved(
    spread: World, tasks: TaskSet
) -> None:
    for number in range(2):
        played = play(spread, tasks, number, None)
        assert verify(played.answer or "", tasks[number]).right is True
        assert len(played.steps) - 1 >= tasks[number].metadata["least_calls"]
        assert check_process(played) is None


def test_fewer_tasks_are_the_beginning_of_more(spread: World, tasks: TaskSet) -> None:
    again = deep_tasks(spread, split="train", n=5, depth=8)
    assert [task.id for task in again] == [task.id for task in tasks[:5]]


def test_a_task_depends_on_its_number_only(spread: World, tasks: TaskSet) -> None:
    drawn = draw_task(spread.path, "train", 0, Bounds(8), 0)
    assert drawn.question == tasks[0].question


@pytest.mark.parametrize(
    ("bounds", "message"),
    [
        ({"treewidth": 3, "shapes": ("total",), "depth": 8}, "cannot meet treewidth 3"),
        ({"depth": 8, "pictures": 2, "shapes": ("total",)}, "cannot meet pictures 2"),
    ],
)
def test_bounds_that_no_draft_meets(spread: World, bounds: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        deep_tasks(spread, split="train", n=1, depth=8, bounds=Bounds(**bounds))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "wrong", [{"depth": 1}, {"depth": 8, "treewidth": 4}, {"depth": 8, "shapes": ("ring",)}]
)
def test_bounds_out_of_range(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"must be|there is no shape"):
        Bounds(**wrong)  # type: ignore[arg-type]


def test_a_torn_program_is_told_by_its_task(tasks: TaskSet) -> None:
    torn = Task("t", "?", "1", metadata={"program": {"shape": "x", "moves": [{"move": "fly"}]}})
    with pytest.raises(ValueError, match="task t: its program is torn"):
        program_of(torn)
    assert program_of(Task("t", "?", "1")) is None


def test_tasks_survive_their_file(tasks: TaskSet, tmp_path: Path) -> None:
    tasks.save(tmp_path / "deep.jsonl")
    read = TaskSet.load(tmp_path / "deep.jsonl")
    assert [program_of(task) for task in read] == [program_of(task) for task in tasks]


def test_smallest_sets_of_pages_are_smallest() -> None:
    rng = random.Random(4)
    for _ in range(200):
        groups = [
            frozenset(rng.sample(range(7), rng.randint(1, 3))) for _ in range(rng.randint(1, 6))
        ]
        chosen, bound = hit_all(groups)
        assert all(group & set(chosen) for group in groups)
        least = next(
            size
            for size in range(8)
            if any(
                all(group & set(each) for group in groups)
                for each in itertools.combinations(range(7), size)
            )
        )
        assert len(chosen) == bound == least


@pytest.mark.parametrize(("pages", "expected"), [(2, 1), (3, 2), (4, 3), (5, 4)])
def test_treewidth_of_complete_graphs(pages: int, expected: int) -> None:
    names = "abcde"[:pages]
    assert treewidth(set(itertools.combinations(names, 2))) == expected


def test_treewidth_of_a_ring_and_a_grid() -> None:
    ring = {(str(n), str((n + 1) % 6)) for n in range(6)}
    grid = {((x, y), (x + 1, y)) for x in range(2) for y in range(3)}
    grid |= {((x, y), (x, y + 1)) for x in range(3) for y in range(2)}
    assert treewidth(ring) == 2
    assert treewidth({(str(one), str(two)) for one, two in grid}) == 3


def test_graphs_are_those_of_the_programs(tasks: TaskSet) -> None:
    for task in tasks:
        program = program_of(task)
        assert program is not None
        assert treewidth(query_graph(program)) == task.metadata["treewidth"]
