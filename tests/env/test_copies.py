"""Environments can be pickled, a running episode included, and filmed."""

import multiprocessing
import pickle

import gymnasium
import numpy as np
import pytest

from searchvl_gym.env import SearchEnv
from searchvl_gym.tools.catalog import make_suite
from searchvl_gym.wrappers import MenuActions, TextActions

BOX = {"image": "img_1", "x": 0, "y": 0, "width": 64, "height": 48}


def play_on(env):
    env.step(env.get_wrapper_attr("action")("crop", **{**BOX, "image": "img_2"}))
    env.step(env.get_wrapper_attr("action")("answer", text="1900"))
    return env.get_wrapper_attr("trajectory")()


@pytest.mark.parametrize("wrap", [lambda env: env, TextActions, MenuActions])
def test_a_pickled_environment_goes_on_as_it_would_have(make_env, wrap):
    env = make_env()
    env.reset(seed=2)
    env.step(env.action("crop", **BOX))
    copy = pickle.loads(pickle.dumps(wrap(env)))
    assert play_on(copy.unwrapped) == play_on(env)


def test_all_ten_tools_can_be_pickled():
    suite = make_suite("release")
    assert pickle.loads(pickle.dumps(suite)).names == suite.names


def test_an_environment_in_another_process(small_world, tasks, make_env):
    env = SearchEnv(small_world, tasks, tools=[make_suite("release")["crop"]])
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        there = pool.apply(play_episode, (env,))
    assert there == play_episode(env)


def play_episode(env):
    env.reset(seed=1)
    env.step(env.action("crop", **BOX))
    env.step(env.action("answer", text="1900"))
    return env.trajectory()


def test_cards_of_one_size_make_a_film(make_env):
    env = make_env(render_mode="rgb_array")
    env.reset(seed=0)
    frames = [env.render()]
    for action in (env.action("crop", **BOX), env.action("answer", text="1900")):
        env.step(action)
        frames.append(env.render())
    assert {frame.shape for frame in frames} == {frames[0].shape}
    assert all(frame.dtype == np.uint8 for frame in frames)


def test_asynchronous_vectors_need_no_shared_memory(settings):
    def make():
        return SearchEnv(**settings)

    envs = gymnasium.vector.AsyncVectorEnv([make] * 2, shared_memory=False)
    try:
        observations, _ = envs.reset(seed=0)
        assert len(observations["image"]) == 2
    finally:
        envs.close()
