"""An environment with many worlds: each task plays in the one that it was made from."""

import pickle

import pytest
from small_setting import CHEAP, ExactAnswer, make_world

from searchvl_gym.env import SearchEnv
from searchvl_gym.rollout import read_trajectories, run
from searchvl_gym.tasks import TaskSet
from searchvl_gym.tools import ToolSuite
from searchvl_gym.tools.catalog import default_tools
from searchvl_gym.types import Task, TaskImage, ToolCall
from searchvl_gym.vector import SearchVectorEnv
from searchvl_gym.world.many import UnknownWorldError, Worlds

PAGES = (3, 4, 5)
"""By which the worlds differ."""

ASK = ToolCall("text_search", {"q": "Mill built"})


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    folder = tmp_path_factory.mktemp("many")
    return [make_world(folder / f"mills-{pages}", pages).path for pages in PAGES]


@pytest.fixture
def many(folders):
    worlds = Worlds(folders)
    tasks = [
        Task(f"t{number}", "When?", "1901", images=(TaskImage(world_image=1),),
             world=worlds.at(number % 3).fingerprint)
        for number in range(9)
    ]  # fmt: skip
    tools = ToolSuite([tool for tool in default_tools() if tool.name in CHEAP])
    return {"world": folders, "tasks": TaskSet(tasks, "many"), "tools": tools,
            "reward": ExactAnswer()}  # fmt: skip


def found(observation):
    """How many mills a search has found: as many as the world has."""
    return observation["text"].count("was built in")


def test_each_task_plays_in_its_world(many):
    env = SearchEnv(**many)
    for number in (4, 0, 2, 1):
        env.reset(seed=1, options={"task": number})
        assert len(env.world) == PAGES[number % 3]
        assert env.world.fingerprint == env.task.world
        assert found(env.step(ASK)[0]) == PAGES[number % 3]
        env.step(ToolCall("answer", {"text": "1901"}))
        assert env.trajectory().task.world == env.world.fingerprint


def test_places_of_a_vector_are_in_different_worlds(many):
    envs = SearchVectorEnv(6, **many)
    envs.reset(seed=0, options={"task": list(range(6))})
    observations, *_ = envs.step([ASK] * 6)
    counts = [text.count("was built in") for text in observations["text"]]
    assert counts == [*PAGES, *PAGES]
    assert len({id(env.unwrapped.worlds) for env in envs.envs}) == 1
    envs.close()


def test_a_copy_plays_on_in_the_same_world(many):
    env = SearchEnv(**many)
    env.reset(options={"task": 2})
    again = pickle.loads(pickle.dumps(env))
    assert again.world is env.world
    assert again.step(ASK)[0]["text"] == env.step(ASK)[0]["text"]


def test_a_task_of_another_world_leaves_the_episode_as_it_was(many, folders):
    env = SearchEnv(**(many | {"world": folders[:2]}))
    env.reset(options={"task": 1})
    with pytest.raises(UnknownWorldError, match=r"task 't2' was made from .*none of the 2 given"):
        env.reset(options={"task": 2})
    assert env.task.id == "t1" and found(env.step(ASK)[0]) == 4
    with pytest.raises(ValueError, match="says of no world"):
        env.reset(options={"task": Task("lost", "When?", "1901")})


@pytest.mark.parametrize("workers", [1, 2])
def test_a_run_notes_its_worlds(many, folders, tmp_path, workers):
    summary = run("SearchVL/World-v0", "random", episodes=6, out=tmp_path / "run", env_kwargs=many,
                  workers=workers, seed=3)  # fmt: skip
    record = (tmp_path / "run" / "run.json").read_text()
    page = (tmp_path / "run" / "report.html").read_text()
    for folder in folders:
        assert str(folder) in record and f"<dd>{folder} (" in page
    worlds = {each.task.world for each in read_trajectories(tmp_path / "run")}
    assert len(worlds) == 3 and summary.world not in worlds and len(summary.world) == 64
