import gymnasium
import msgspec
import numpy as np
import pytest
from gymnasium.vector import AutoresetMode

from searchvl_gym.env import SearchEnv
from searchvl_gym.tools import Faults
from searchvl_gym.types import ToolCall
from searchvl_gym.vector import SearchVectorEnv

FAULTS = Faults(rate=0.3, burst=2.0)


def encode(trajectory):
    return msgspec.json.encode(trajectory, enc_hook=repr)


def actions_of(seed):
    """An endless, seeded stream of calls that mostly succeed."""
    rng = np.random.default_rng(seed)
    while True:
        kind = rng.integers(6)
        if kind == 0:
            yield ToolCall("answer", {"text": str(rng.integers(1900, 1906))})
        elif kind == 1:
            yield ToolCall("crop", {"image": "img_9"})
        elif kind <= 3:
            yield ToolCall("text_search", {"q": f"Brücke {rng.integers(6)}"})
        else:
            x, y = rng.integers(0, 200, 2).tolist()
            box = {"image": "img_1", "x": x, "y": y, "width": 60, "height": 40}
            yield ToolCall("crop", box)


def play_alone(settings, seed, episodes):
    env = SearchEnv(**settings, faults=FAULTS)
    stream, played = actions_of(seed), []
    for number in range(episodes):
        env.reset(seed=seed if number == 0 else None)
        ended = False
        while not ended:
            _, _, terminated, truncated, _ = env.step(next(stream))
            ended = terminated or truncated
        played.append(encode(env.trajectory()))
    return played


@pytest.mark.parametrize("mode", list(AutoresetMode))
@pytest.mark.parametrize("workers", [1, 3])
def test_each_plays_as_it_would_alone(settings, mode, workers):
    count, episodes = 4, 3
    envs = SearchVectorEnv(count, **settings, faults=FAULTS, autoreset_mode=mode, workers=workers)
    streams = [actions_of(10 + i) for i in range(count)]
    played = [[] for _ in range(count)]
    observations, _ = envs.reset(seed=10)
    assert observations in envs.observation_space
    ended = np.zeros(count, bool)
    while min(map(len, played)) < episodes:
        resetting = ended & (mode is AutoresetMode.NEXT_STEP)
        # The step that resets ignores its action, so none may be taken from the stream.
        actions = [None if resetting[i] else next(streams[i]) for i in range(count)]
        observations, rewards, terminated, truncated, infos = envs.step(actions)
        assert observations in envs.observation_space
        assert rewards.shape == terminated.shape == truncated.shape == (count,)
        ended = terminated | truncated
        for i in np.flatnonzero(ended):
            played[i].append(encode(envs.trajectories()[i]))
        if mode is AutoresetMode.SAME_STEP and ended.any():
            first = int(np.flatnonzero(ended)[0])
            assert infos["final_obs"][first] in envs.single_observation_space
            assert infos["final_info"]["termination"][first] != ""
            assert infos["termination"][first] == ""
        if mode is AutoresetMode.DISABLED and ended.any():
            before = observations
            observations, infos = envs.reset(options={"reset_mask": ended})
            for i in range(count):
                kept = not ended[i]
                assert (observations["text"][i] == before["text"][i]) or not kept
                assert infos["_task_id"][i] == ended[i]
            ended = np.zeros(count, bool)
    envs.close()
    for i in range(count):
        assert played[i][:episodes] == play_alone(settings, 10 + i, episodes)


def test_make_vec_and_its_batches(settings):
    envs = gymnasium.make_vec("SearchVL/Atlas-v0", num_envs=3, **settings)
    assert isinstance(envs, SearchVectorEnv)
    assert envs.metadata["autoreset_mode"] is AutoresetMode.NEXT_STEP
    observations, infos = envs.reset(seed=0, options={"task": [2, 0, 1]})
    assert list(infos["task_id"]) == ["task-2", "task-0", "task-1"]
    assert list(infos["seed"]) == [0, 1, 2] and infos["_seed"].all()
    assert len(observations["image"]) == 3
    envs.action_space.seed(0)
    sampled = envs.action_space.sample()
    assert sampled in envs.action_space
    _, _, _, _, infos = envs.step(sampled)
    assert infos["step_error"].dtype == np.bool_ and infos["fatal_step"].dtype == np.int64
    assert [task.id for task in envs.get_attr("task")] == ["task-2", "task-0", "task-1"]
    element = envs.call("action", "answer", text="x")[0]
    assert element in envs.single_action_space
    envs.close()
    envs.close()


def test_gymnasiums_own_vector_environment_gives_the_same(settings):
    ours = SearchVectorEnv(2, **settings)
    theirs = gymnasium.make_vec(
        "SearchVL/Atlas-v0", num_envs=2, vectorization_mode="sync", **settings
    )
    seen, expected = ours.reset(seed=5)[0], theirs.reset(seed=5)[0]
    for number in range(8):
        for key in ("question", "text"):
            assert seen[key] == expected[key]
        for mine, other in zip(seen["image"], expected["image"], strict=True):
            assert np.array_equal(mine, other)
        name = "answer" if number == 4 else "text_search"
        argument = {"text": "1900"} if number == 4 else {"q": f"Brücke {number}"}
        actions = ours.call("action", name, **argument)
        seen, *mine, infos = ours.step(actions)
        expected, *other, their_infos = theirs.step(actions)
        assert all(np.array_equal(a, b) for a, b in zip(mine, other, strict=True))
        assert infos.keys() == their_infos.keys()


@pytest.mark.parametrize(
    "arguments",
    [
        {"seed": [1]},
        {"options": {"task": [0]}},
        {"options": {"reset_mask": np.zeros(2, bool)}},
        {"options": {"reset_mask": [True, True]}},
    ],
)
def test_batches_of_the_wrong_size_are_refused(settings, arguments):
    with pytest.raises(ValueError):
        SearchVectorEnv(2, **settings).reset(**arguments)


def test_wrong_settings_are_refused_at_once(settings):
    with pytest.raises(ValueError, match="num_envs"):
        SearchVectorEnv(0, **settings)
    with pytest.raises(ValueError, match="workers"):
        SearchVectorEnv(1, workers=0, **settings)
    envs = SearchVectorEnv(2, **settings)
    envs.reset(seed=0)
    with pytest.raises(ValueError, match="expected 2 actions"):
        envs.step([None])


def test_an_ended_environment_must_be_reset_when_nothing_resets_it(settings):
    envs = SearchVectorEnv(1, **settings, autoreset_mode="Disabled")
    envs.reset(seed=0)
    envs.step([ToolCall("answer", {"text": "x"})])
    with pytest.raises(gymnasium.error.ResetNeeded):
        envs.step([ToolCall("answer", {"text": "x"})])


def test_nothing_leaves_an_environment_as_it_is_when_nothing_resets_it(settings):
    envs = SearchVectorEnv(3, **settings, autoreset_mode="Disabled")
    envs.reset(seed=0)
    search = ToolCall("text_search", {"q": "bridge"})
    first, *_ = envs.step([ToolCall("answer", {"text": "x"}), search, None])
    second, rewards, terminated, truncated, _ = envs.step([None, search, None])
    assert terminated.tolist() == [True, False, False] and not truncated.any()
    assert rewards.tolist() == [0.0, 0.0, 0.0]
    assert [len(env.unwrapped.episode.steps) for env in envs.envs] == [1, 2, 0]
    assert first["text"][1] == second["text"][1] and second["text"][2] == ""


def test_rendering_all(settings):
    envs = SearchVectorEnv(2, **settings, render_mode="ansi")
    envs.reset(seed=0)
    assert [type(frame) for frame in envs.render()] == [str, str]
