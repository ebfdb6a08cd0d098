"""Worlds without end: each seed plays in a world of its own kin, made before it is needed."""

import pickle
import shutil

import pytest
from small_setting import CHEAP, ExactAnswer

from searchvl_gym.endless import EndlessEnv, EndlessVectorEnv
from searchvl_gym.tools import ToolSuite
from searchvl_gym.tools.catalog import default_tools
from searchvl_gym.types import ToolCall
from searchvl_gym.world import WorldError
from searchvl_gym.world.many import UnknownWorldError
from searchvl_gym.world.many.endless import EndlessWorlds, endless_seed
from searchvl_gym.world.many.maker import WorldMaker

SIZE = 1_001  # its pictures are drawn on demand: a world is made in a second


@pytest.fixture
def settings():
    tools = ToolSuite([tool for tool in default_tools() if tool.name in CHEAP])
    return {"size": SIZE, "tools": tools, "reward": ExactAnswer(), "ahead": 0}


def play(env, seed=None):
    observation, info = env.reset(seed=seed)
    env.step(ToolCall("answer", {"text": "1901"}))
    return env.task, info["seed"], observation["question"]


def test_a_seed_says_world_and_task(settings):
    env = EndlessEnv(episodes_per_world=2, **settings)
    first = [play(env, 4), play(env), play(env)]
    assert [seed for _, seed, _ in first] == [4, 5, 6]
    worlds = [task.world for task, *_ in first]
    assert worlds[0] == worlds[1] != worlds[2]
    assert env.world.info.seed == endless_seed(3) and env.world.fingerprint == worlds[2]
    again = EndlessEnv(episodes_per_world=2, **settings)
    assert [play(again, seed) for seed in (6, 4, 5)] == [first[2], first[0], first[1]]
    copy = pickle.loads(pickle.dumps(env))
    assert copy.world is env.world and play(copy)[1] == 7


def test_places_of_a_vector_count_on_side_by_side(settings):
    envs = EndlessVectorEnv(3, episodes_per_world=2, autoreset_mode="SameStep", **settings)
    _, infos = envs.reset(seed=0)
    assert infos["seed"].tolist() == [0, 1, 2]
    *_, infos = envs.step([ToolCall("answer", {"text": "x"})] * 3)
    assert infos["seed"].tolist() == [3, 4, 5]
    assert len({id(env.unwrapped.worlds) for env in envs.envs}) == 1
    envs.close()


def test_worlds_are_made_ahead_and_deleted_beyond_the_budget(tmp_path):
    maker = WorldMaker(SIZE, tmp_path, workers=1)
    seeds = [endless_seed(number) for number in range(2)]
    maker.prepare(seeds)
    for future in list(maker._under_way.values()):
        future.result()
    held = maker.get(seeds[0])
    assert maker.waits == 0
    maker.disk_budget = 1
    other = maker.get(seeds[1])  # beyond the budget, but one that is open is never deleted
    assert maker.path_of(seeds[0]).exists()
    title = held.page(0).title
    del held, other
    maker.get(seeds[1])
    assert not maker.path_of(seeds[0]).exists()
    assert maker.get(seeds[0]).page(0).title == title and maker.waits == 1
    maker.close()


def test_a_world_that_cannot_be_made_is_one_line_and_loses_no_episode(settings, tmp_path):
    env = EndlessEnv(episodes_per_world=2, **settings)
    task = play(env, 0)[0]
    maker = env.worlds.maker
    wanted = maker.path_of(endless_seed(77))
    shutil.rmtree(wanted, ignore_errors=True)
    wanted.write_text("in the way")  # as a disk that is full would, it lets no world be written
    with pytest.raises(WorldError, match="disk_budget") as caught:
        env.reset(seed=154)
    wanted.unlink()
    assert "\n" not in str(caught.value)
    assert env.task == task
    assert play(env)[1] == 1  # it goes on where it was


def test_worlds_that_nobody_played_in_are_unknown():
    worlds = EndlessWorlds(SIZE, ahead=0)
    with pytest.raises(UnknownWorldError, match="none of the endless ones"):
        worlds.of("f" * 64)
    assert worlds.names_of(["f" * 64]) == {}


@pytest.mark.parametrize(
    ("wrong", "message"),
    [({"size": 7}, "got 7"), ({"episodes_per_world": 0}, "episodes_per_world"),
     ({"ahead": -1}, "ahead"), ({"stride": 0}, "stride"), ({"world": "x"}, "world cannot be given"),
     ({"disk_budget": 0}, "disk_budget"), ({"workers": 0}, "workers")],
)  # fmt: skip
def test_what_is_out_of_range_is_refused(wrong, message, settings):
    with pytest.raises(ValueError, match=message):
        EndlessEnv(**(settings | wrong))
