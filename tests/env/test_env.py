import gc
import subprocess
import sys
import warnings
from dataclasses import dataclass
from typing import ClassVar

import gymnasium
import msgspec
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env
from small_setting import picture

from searchvl_gym.env import SearchEnv
from searchvl_gym.episode import Info
from searchvl_gym.tools import Faults
from searchvl_gym.tools.sharpen import SharpenArguments
from searchvl_gym.types import Task, TaskImage, Termination, ToolCall, ToolResult, image_digest
from searchvl_gym.world import World


def test_the_checker_has_nothing_to_say(settings):
    tools = [settings["tools"][name] for name in settings["tools"].names]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        env = gymnasium.make("SearchVL/Atlas-v0", **{**settings, "tools": tools})
        assert env.unwrapped is env
        check_env(env)


def test_an_episode_from_reset_to_answer(make_env, tasks):
    env = make_env()
    observation, info = env.reset(seed=1, options={"task": "task-4"})
    assert observation in env.observation_space
    assert observation["question"] == tasks[4].question and env.task is tasks[4]
    assert np.array_equal(observation["image"], picture(4))
    assert info["task_id"] == "task-4" and info["steps"] == 0 and info["termination"] == ""

    crop = env.action("crop", image="img_1", x=10, y=20, width=100, height=50)
    assert crop in env.action_space
    observation, reward, terminated, truncated, info = env.step(crop)
    assert (reward, terminated, truncated) == (0.0, False, False)
    assert info["new_image"] == "img_2" and not info["step_error"]
    assert np.array_equal(observation["image"], picture(4)[20:70, 10:110])
    assert len(observation["images"]) == 2

    observation, *_, info = env.step(ToolCall("text_search", {"query": "Brücke 4"}))
    assert 4 in info["evidence"] and "Brücke 4" in observation["text"]

    observation, reward, terminated, truncated, info = env.step(env.action("answer", text="1904"))
    assert (reward, terminated, truncated) == (1.0, True, False)
    assert info["termination"] is Termination.ANSWER and info["scored"]
    assert info["reward_parts"] == {"accuracy": 1.0, "format": 1.0}
    assert observation["text"] == "" and observation in env.observation_space

    trajectory = env.trajectory()
    assert [step.call.name for step in trajectory.steps] == ["crop", "text_search", "answer"]
    assert trajectory.steps[0].call.arguments == {
        "image": "img_1",
        "x": 10,
        "y": 20,
        "width": 100,
        "height": 50,
    }
    assert trajectory.images[0] == image_digest(picture(4)) and len(trajectory.images) == 2
    assert trajectory.reward == 1.0 and trajectory.answer == "1904" and trajectory.seed == 1
    msgspec.json.encode(trajectory.steps[0].call)


def test_stepping_without_a_running_episode_is_the_programs_mistake(make_env):
    env = make_env()
    with pytest.raises(gymnasium.error.ResetNeeded):
        env.step(env.action("answer", text="x"))
    env.reset(seed=0)
    with pytest.raises(ValueError, match="still running"):
        env.trajectory()
    env.step(env.action("answer", text="x"))
    with pytest.raises(gymnasium.error.ResetNeeded, match="ended"):
        env.step(env.action("answer", text="x"))
    env.reset()
    env.step(env.action("answer", text="x"))


def test_three_errors_in_a_row_are_fatal(make_env):
    env = make_env()
    env.reset(seed=0)
    bad = ToolCall("crop", {"image": "img_9", "x": 0, "y": 0, "width": 9, "height": 9})
    seen = [env.step(bad) for _ in range(3)]
    assert [info["consecutive_errors"] for *_, info in seen] == [1, 2, 3]
    assert [info["is_fatal"] for *_, info in seen] == [False, False, True]
    assert seen[-1][2] and seen[-1][4]["fatal_step"] == 0
    assert seen[-1][4]["termination"] is Termination.FATAL
    assert "img_1" in seen[0][0]["text"] and seen[0][4]["error_kind"] == "bad_arguments"
    assert env.trajectory().fatal_step == 0


def test_continue_goes_on_after_a_fatal_run(make_env):
    env = make_env(on_fatal="continue")
    env.reset(seed=0)
    for _ in range(3):
        *_, terminated, truncated, info = env.step(None)
    assert info["is_fatal"] and not terminated and not truncated
    *_, terminated, _, info = env.step(env.action("answer", text="1900"))
    assert terminated and info["is_fatal"] and info["fatal_step"] == 0


def test_a_call_that_failed_before_is_told_so_where_asked(make_env):
    def told(wrong, **settings):
        env = make_env(on_fatal="continue", **settings)
        env.reset(seed=0, options={"task": 0})
        return [env.step(call)[0]["text"] for call in wrong]

    lost = ToolCall("crop", {"image": "img_9", "x": 0, "y": 0, "width": 9, "height": 9}, "again")
    other = ToolCall("crop", {**lost.arguments, "x": 1})
    plain = told([lost, other, lost, lost])
    assert plain[0] == plain[1] == plain[2] and "before" not in plain[2]
    first, another, second, third = told([lost, other, lost, lost], note_repeats=True)
    assert [first, another] == plain[:2]
    assert second == plain[2] + (
        "\nThis very call failed before (turn 1): change it, or do something else."
    )
    assert "(turn 1, 3)" in third
    down = Faults(rate=1.0, kinds=("outage",))
    search = ToolCall("text_search", {"query": "Brücke"})
    assert not any("before" in said for said in told([search] * 2, note_repeats=True, faults=down))


def test_max_steps_and_budget_truncate(make_env):
    env = make_env(max_steps=2)
    env.reset(seed=0)
    search = env.action("text_search", q="bridge")
    assert env.step(search)[3] is False
    *_, terminated, truncated, info = env.step(search)
    assert truncated and not terminated and info["termination"] is Termination.MAX_STEPS
    env = make_env(max_text_chars=60)
    env.reset(seed=0)
    *_, truncated, info = env.step(search)
    assert truncated and info["termination"] is Termination.BUDGET


def test_an_unscored_episode_says_why(make_env):
    env = make_env()
    env.reset(seed=0)
    _, reward, terminated, _, info = env.step(env.action("answer", text="unscorable"))
    assert terminated and reward == 0.0
    assert not info["scored"] and info["unscored_reason"] == "the judge is down"
    assert env.trajectory().reward is None


def test_info_has_the_same_keys_and_types_throughout(make_env):
    env = make_env()
    _, info = env.reset(seed=0)
    infos = [info]
    for action in (None, env.action("text_search", q="x"), env.action("answer", text="a")):
        infos.append(env.step(action)[4])
    for info in infos:
        assert info.keys() == Info.__annotations__.keys()
        assert None not in info.values()
        for key, value in infos[0].items():
            assert isinstance(info[key], type(value)), key


def test_observations_share_only_pixels_that_nobody_can_change(make_env):
    env = make_env()
    first, _ = env.reset(seed=0)
    second = env.step(env.action("text_search", q="x"))[0]
    assert first["images"][0] is second["images"][0]
    with pytest.raises(ValueError, match="read-only"):
        first["images"][0][0, 0] = 0
    first["image"][:] = 0
    assert np.array_equal(second["image"], second["images"][0]) and second["image"].any()


def test_an_environment_holds_no_pixels_of_the_tasks_pictures(make_env, small_world):
    env = make_env()
    observation, _ = env.reset(seed=0, options={"task": 1})
    before = np.array(observation["image"])
    del observation
    other = make_env()
    # Episodes of one task share its picture, so these play another one.
    for seed in range(8):
        other.reset(seed=seed, options={"task": 0})
    gc.collect()
    assert env.pictures._alive[0]() is None
    assert np.array_equal(env.step(None)[0]["image"], before)


def test_the_same_seed_plays_the_same_episode(make_env):
    def play(env, seed):
        env.reset(seed=seed)
        env.action_space.seed(seed)
        ended = False
        while not ended:
            _, _, terminated, truncated, _ = env.step(env.action_space.sample())
            ended = terminated or truncated
        return msgspec.json.encode(as_json(env.trajectory()))

    faults = Faults(rate=0.4, burst=2.0, seed=5)
    one, other = make_env(faults=faults), make_env(faults=faults)
    played = [play(one, seed) for seed in range(8)]
    assert [play(other, seed) for seed in reversed(range(8))] == played[::-1]
    assert len(set(played)) == 8


def as_json(trajectory):
    return msgspec.to_builtins(trajectory, enc_hook=lambda error: repr(error))


def test_a_drawn_seed_can_be_replayed(make_env):
    env = make_env(faults=Faults(rate=0.5))
    env.reset(seed=3)
    _, info = env.reset()
    first = [env.step(env.action("text_search", q="x"))[4] for _ in range(2)]
    env.reset(seed=info["seed"])
    assert [env.step(env.action("text_search", q="x"))[4] for _ in range(2)] == first


def test_the_first_result_announces_an_outage(make_env):
    down = Faults(1.0, kinds=("outage",), tools=("text_search",), announced=True)
    env = make_env(faults=down, k=2)
    env.reset(seed=0)
    crop = env.action("crop", image="img_1", x=0, y=0, width=9, height=9)
    said = [env.step(crop)[0]["text"] for _ in range(2)]
    assert said[0].splitlines()[-1] == "Out of service: text_search." not in said[1]
    for _ in range(2):
        *_, info = env.step(ToolCall("text_search", {"q": "river"}))
        assert "out of service in this episode" in env.episode.steps[-1].observation
    assert info["infrastructure"] and info["fatal_step"] is not None
    assert env.trajectory().steps[0].observation == said[0]


def test_faults_are_infrastructure_and_need_not_be_the_agents(make_env):
    env = make_env(faults=Faults(rate=1.0, kinds=("timeout",)))
    env.reset(seed=0)
    *_, info = env.step(env.action("text_search", q="x"))
    assert info["step_error"] and info["infrastructure"] and info["error_kind"] == "timeout"
    *_, terminated, _, info = env.step(env.action("answer", text="x"))
    assert terminated and not info["step_error"]


def test_tasks_by_object_index_and_id(make_env, tasks):
    env = make_env()
    for wanted in (tasks[3], 3, np.int64(3), "task-3"):
        assert env.reset(options={"task": wanted})[1]["task_id"] == "task-3"
    own = Task("mine", "What?", "x")
    observation, _ = env.reset(options={"task": own})
    assert len(observation["images"]) == 0 and observation in env.observation_space


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"task": 6}, "0 to 5"),
        ({"task": "nope"}, "nope"),
        ({"tusk": 1}, "tusk"),
        ({"task": Task("x", "q", "a", world="ff" * 32)}, "another|made from"),
    ],
)
def test_wrong_reset_options_are_refused(make_env, options, message):
    with pytest.raises(ValueError, match=message):
        make_env().reset(options=options)


@pytest.mark.parametrize(
    "wrong",
    [
        {"render_mode": "human"},
        {"split": "dev"},
        {"max_steps": 0},
        {"on_fatal": "x"},
        {"max_pixels": 0},
    ],
)
def test_wrong_settings_are_refused(make_env, wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        make_env(**wrong)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("fly", {}),
        ("crop", {"image": "img_1"}),
        ("crop", {"image": "first", "x": 0, "y": 0, "width": 9, "height": 9}),
        ("crop", {"image": "img_1", "x": 10**30, "y": 0, "width": 9, "height": 9}),
        ("crop", {"image": "img_1", "x": -1, "y": 0, "width": 9, "height": 9}),
        ("sharpen", {"image": "img_1", "force": 2}),
    ],
)
def test_building_a_wrong_action_raises(make_env, name, arguments):
    with pytest.raises(ValueError):
        make_env().action(name, **arguments)


def test_large_pictures_of_a_task_are_shrunk(make_env):
    env = make_env(max_pixels=10_000)
    observation, _ = env.reset(seed=0)
    assert 9_000 < observation["image"].shape[0] * observation["image"].shape[1] <= 10_000
    assert observation in env.observation_space
    small = make_env(max_pixels=100)
    small.reset(seed=0)
    assert small.pictures[0].shape[0] * small.pictures[0].shape[1] <= 100


@dataclass(frozen=True)
class Enlarge:
    """A tool that makes any picture eight times as wide and high."""

    name = "enlarge"
    description = "Enlarge."
    arguments = SharpenArguments
    argument_aliases: ClassVar[dict[str, str]] = {}

    def run(self, arguments, context):
        pixels = context.images.get(arguments.image)
        return ToolResult("img_2: large.", np.repeat(np.repeat(pixels, 8, 0), 8, 1))


def test_a_result_beyond_max_pixels_is_a_step_error(make_env):
    env = make_env(tools=[Enlarge()], max_pixels=400_000)
    env.reset(seed=0)
    observation, *_, info = env.step(ToolCall("enlarge", {"image": "img_1"}))
    assert info["step_error"] and info["new_image"] == "" and "400000" in observation["text"]
    assert len(observation["images"]) == 1


def test_a_task_picture_from_a_file(make_env, tmp_path):
    from PIL import Image as Pillow

    path = tmp_path / "photo.png"
    Pillow.fromarray(picture(9)).save(path)
    env = make_env()
    observation, _ = env.reset(
        options={"task": Task("photo", "What?", "", images=(TaskImage(path=str(path)),))}
    )
    assert np.array_equal(observation["image"], picture(9))


def test_two_processes_play_the_same(make_env, small_world, tmp_path):
    code = f"""
import hashlib, json, msgspec, sys
sys.path.insert(0, {str(__file__.rpartition("/")[0])!r})
from small_setting import ExactAnswer, CHEAP
from test_env import as_json
from searchvl_gym.env import SearchEnv
from searchvl_gym.tools import Faults
from searchvl_gym.tools.catalog import default_tools
from searchvl_gym.types import Task, TaskImage
tools = [tool for tool in default_tools() if tool.name in CHEAP]
tasks = [Task(f"t{{i}}", "When?", "x", images=(TaskImage(world_image=i),)) for i in range(6)]
env = SearchEnv({str(small_world.path)!r}, tasks, tools=tools, reward=ExactAnswer(),
                faults=Faults(0.3))
digest = hashlib.sha256()
for seed in range(5):
    env.reset(seed=seed); env.action_space.seed(seed); ended = False
    while not ended:
        _, _, terminated, truncated, _ = env.step(env.action_space.sample())
        ended = terminated or truncated
    digest.update(msgspec.json.encode(as_json(env.trajectory())))
print(digest.hexdigest())
"""
    printed = {
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            env={"PYTHONHASHSEED": seed, "PATH": ""},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(printed) == 1


@pytest.mark.parametrize("mode", ["ansi", "rgb_array", "html"])
def test_rendering_at_every_moment(make_env, mode):
    env = make_env(render_mode=mode)
    env.reset(seed=0, options={"task": Task("t", "<b>Wie hoch?</b> " * 30, "x")})
    frames = [env.render()]
    env.reset(seed=0, options={"task": 0})
    for action in (
        env.action("crop", image="img_1", x=0, y=0, width=50, height=40),
        ToolCall("visit", {"url": "<script>alert(1)</script>" + "ü" * 900}, thought="\x1b[2J go"),
        env.action("text_search", q="bridge"),
        env.action("answer", text="1900"),
    ):
        env.step(action)
        frames.append(env.render())
    if mode == "rgb_array":
        assert {frame.shape for frame in frames} == {(720, 1280, 3)}
        assert all(frame.dtype == np.uint8 for frame in frames)
        assert len({frame.tobytes() for frame in frames}) == len(frames)
    else:
        assert all(isinstance(frame, str) for frame in frames)
        assert "1900" in frames[-1] and "crop(" in frames[-1]
    if mode == "html":
        assert "<script" not in frames[-1] and "http" not in frames[-1].replace(
            "https://atlas.example", ""
        )
        assert frames[-1].count("data:image/jpeg;base64,") == 2
    if mode == "ansi":
        assert "\x1b[2J" not in frames[-1]


def test_no_render_mode_renders_nothing(make_env):
    env = make_env()
    env.reset(seed=0)
    assert env.render() is None


def test_tasks_that_need_a_tool_that_is_not_there_are_refused_with_the_way_out(
    mini_world: World,
) -> None:
    task = Task("a", "What is high?", "3 m", needs=("crop", "open_image"))
    with pytest.raises(ValueError, match=r"needs open_image.*pass tools='perception'"):
        SearchEnv(mini_world, [task])
    assert SearchEnv(mini_world, [task], tools="perception").tasks[0] == task
    with pytest.raises(ValueError, match=r"task b needs smell.*take the task out"):
        SearchEnv(mini_world, [Task("b", "What?", "3 m", needs=("smell",))], tools="perception")


def test_episodes_of_one_task_share_its_picture_while_somebody_holds_it(make_env):
    first, second = make_env(), make_env()
    one, _ = first.reset(seed=0, options={"task": 1})
    other, _ = second.reset(seed=5, options={"task": 1})
    assert one["images"][0] is other["images"][0]
    third, _ = second.reset(seed=5, options={"task": 0})
    assert third["images"][0] is not one["images"][0]
