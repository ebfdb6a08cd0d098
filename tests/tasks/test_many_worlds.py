"""Tests of `searchvl_gym.tasks.many_worlds`."""

import pickle

import pytest

from searchvl_gym.env import SearchEnv
from searchvl_gym.tasks import (
    TasksOfWorlds,
    sample_tasks,
    sample_tasks_of_worlds,
    split_of,
    split_of_world,
)
from searchvl_gym.world.catalog import default_world
from searchvl_gym.world.many import Worlds


@pytest.fixture(scope="module")
def worlds():
    return Worlds([default_world(1_001, seed) for seed in range(3)])


def test_tasks_are_dealt_out_evenly(worlds):
    tasks = sample_tasks_of_worlds(worlds, split="test", n=7)
    places = [worlds.place_of(task.world) for task in tasks]
    assert places == [0, 1, 2, 0, 1, 2, 0]
    assert tasks[:4] == sample_tasks_of_worlds(worlds, split="test", n=4)
    assert len({task.id for task in tasks}) == 7
    assert list(sample_tasks(worlds.at(1), split="test", n=2)) == [tasks[1], tasks[4]]


def test_whole_worlds_belong_to_one_split(worlds):
    splits = [split_of_world(worlds.at(place).fingerprint) for place in range(3)]
    split = splits[0]
    tasks = sample_tasks_of_worlds(worlds, split=split, n=12, by="world")
    assert {split_of_world(task.world) for task in tasks} == {split}
    titles = [task.metadata["titles"][0] for task in tasks]
    seeds = [worlds.of(task.world).info.seed for task in tasks]
    assert len({split_of(title, seed) for title, seed in zip(titles, seeds, strict=True)}) > 1
    missing = next(each for each in ("train", "validation", "test") if each not in splits)
    with pytest.raises(ValueError, match=f"none of the 3 worlds is of the split {missing}"):
        sample_tasks_of_worlds(worlds, split=missing, n=1, by="world")


def test_tasks_are_sampled_when_they_are_first_played(worlds):
    tasks = TasksOfWorlds(worlds, split="train", each=4)
    assert len(tasks) == 12
    assert [worlds.place_of(tasks[place].world) for place in (0, 5, -1)] == [0, 2, 2]
    assert pickle.loads(pickle.dumps(tasks))[7] == tasks[7]
    assert tasks[2:5][1] == tasks[3]
    with pytest.raises(IndexError):
        tasks[12]


def test_an_environment_without_tasks_samples_those_of_the_world_it_plays_in(worlds):
    env = SearchEnv("atlas:size=1001,seeds=0-2", tools=())
    env.reset(seed=0)
    assert len(env.tasks) == 75
    assert env.worlds.opened == 1
    assert env.task.world == env.world.fingerprint
