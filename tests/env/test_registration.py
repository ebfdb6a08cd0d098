import subprocess
import sys

import gymnasium
import pytest
from gymnasium.utils.env_checker import check_env

from searchvl_gym.env import SearchEnv
from searchvl_gym.live.cassette import Cassette
from searchvl_gym.registration import ENVIRONMENTS, register_environments
from searchvl_gym.spaces import Unicode
from searchvl_gym.vector import SearchVectorEnv


@pytest.fixture
def passed(settings, tmp_path):
    """By id, settings that Gymnasium can copy, with the world as a path."""
    suite, world = settings["tools"], str(settings["world"].path)
    found = {**settings, "world": world, "tools": [suite[name] for name in suite.names]}
    cassette = tmp_path / "empty.cassette"
    Cassette(cassette, "record").close()
    live = {**found, "replay": str(cassette), "pictures": found["world"], "tools": "release"}
    del live["world"]
    endless = {"tools": found["tools"], "reward": found["reward"], "size": 1_001, "ahead": 0}
    endless["episodes_per_world"] = 64  # so that the checker's seeds are of few worlds
    special = {"SearchVL/Live-v0": live, "SearchVL/AtlasEndless-v0": endless}
    return {name: special.get(name, found) for name in ENVIRONMENTS}


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_every_id_passes_the_checker_without_a_warning(name, passed):
    env = gymnasium.make(name, **passed[name])
    assert isinstance(env.unwrapped, SearchEnv) and env.unwrapped.spec.id == name
    check_env(env.unwrapped)
    env.close()


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_every_id_makes_a_vector_environment(name, passed):
    envs = gymnasium.make_vec(name, num_envs=2, **passed[name])
    menu = name == "SearchVL/AtlasMenu-v0"
    assert isinstance(envs, SearchVectorEnv) != menu and envs.spec.id == name
    text = isinstance(envs.single_action_space, Unicode)
    assert text == (name == "SearchVL/AtlasText-v0")
    envs.reset(seed=0)
    envs.close()


def test_the_world_must_be_named():
    for make in (gymnasium.make, gymnasium.make_vec):
        with pytest.raises(ValueError, match="needs a world"):
            make("SearchVL/World-v0")


def test_registering_twice_is_harmless(recwarn):
    register_environments()
    register_environments()
    assert not recwarn.list


def test_registering_loads_nothing_else():
    code = (
        "import sys, searchvl_gym.registration as r; r.register_environments();"
        "print([name for name in sys.modules if name.startswith('searchvl_gym.')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['searchvl_gym.registration']"
