"""What the agent is shown, apart from what the tools work on."""

import gc

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env
from PIL import Image as Pillow
from small_setting import picture

from searchvl_gym.env import SearchEnv
from searchvl_gym.tools.catalog import perception_tools
from searchvl_gym.tools.image_files import UnreadableImage
from searchvl_gym.tools.limits import MAX_PIXELS
from searchvl_gym.types import Task, TaskImage, ToolCall, image_digest
from searchvl_gym.vector import SearchVectorEnv
from searchvl_gym.wrappers import TextActions, opening_text

CROP = ToolCall("crop", {"image": "img_1", "x": 0, "y": 0, "width": 200, "height": 200})
SMALL_CROP = ToolCall("crop", {"image": "img_1", "x": 20, "y": 10, "width": 60, "height": 50})


def test_the_agent_sees_reduced_pictures_and_the_tools_the_full_ones(make_env):
    env = make_env(view_pixels=4800)
    observation, _ = env.reset(seed=0, options={"task": 4})
    assert observation in env.observation_space
    assert observation["image"].shape == observation["images"][0].shape == (60, 80, 3)
    mean = picture(4).reshape(60, 4, 80, 4, 3).mean((1, 3))
    assert np.abs(observation["image"] - mean).mean() < 3
    assert observation["text"] == "img_1: 320x240 pixels, shown at 80x60."

    observation, *_, info = env.step(CROP)
    assert observation in env.observation_space and info["new_image"] == "img_2"
    assert observation["text"].endswith("\nimg_2: 200x200 pixels, shown at 69x69.")
    assert env.episode.steps[-1].observation == observation["text"]
    assert [shown.shape[:2] for shown in observation["images"]] == [(60, 80), (69, 69)]
    assert np.array_equal(env.pictures.get("img_2"), picture(4)[:200, :200])

    observation, *_ = env.step(SMALL_CROP)
    assert "shown at" not in observation["text"]
    assert np.array_equal(observation["image"], picture(4)[10:60, 20:80])

    env.step(env.action("answer", text="1904"))
    full = [picture(4), picture(4)[:200, :200], picture(4)[10:60, 20:80]]
    assert env.trajectory().images == tuple(map(image_digest, full))


def test_without_a_view_nothing_is_said_and_nothing_reduced(make_env):
    for extra in ({}, {"view_pixels": None}, {"view_pixels": 320 * 240}):
        env = make_env(**extra)
        observation, _ = env.reset(seed=0, options={"task": 4})
        assert observation["text"] == "" and np.array_equal(observation["image"], picture(4))
        text = env.step(CROP)[0]["text"]
        assert text == "img_2: img_1 cropped to 200x200 pixels at (0, 0)."


@pytest.mark.filterwarnings("error")
def test_the_checker_accepts_a_view_and_the_other_tools(settings):
    chosen = {"view_pixels": 4800, "tools": "perception", "crop_coordinates": "thousandths"}
    env = gymnasium.make("SearchVL/Atlas-v0", **{**settings, **chosen})
    assert env.unwrapped.suite.names[-1] == "open_image"
    check_env(env.unwrapped)


def test_few_bytes_of_pictures_are_held_for_later(make_env, monkeypatch):
    monkeypatch.setattr("searchvl_gym.episode.pictures._MAX_HELD_BYTES", 320 * 240 * 3)
    envs = [make_env(view_pixels=4800) for _ in range(2)]
    for task, env in zip((1, 3), envs, strict=True):
        shown, _ = env.reset(seed=0, options={"task": task})
        assert shown["image"].shape == (60, 80, 3)
    gc.collect()
    assert envs[0].pictures._alive[0]() is None
    assert envs[0].pictures[0].shape == (240, 320, 3)


def test_a_picture_is_reduced_once(make_env):
    env = make_env(view_pixels=4800)
    first, _ = env.reset(seed=0, options={"task": 1})
    held = [env.step(ToolCall("text_search", {"q": "x"}))[0]["images"][0] for _ in range(2)]
    assert all(one is first["images"][0] for one in held)
    with pytest.raises(ValueError, match="read-only"):
        held[0][:] = 0
    first["image"][:] = 0
    assert held[0].any()


def test_the_budget_counts_what_is_said_of_the_pictures(make_env):
    text = "img_1: 320x240 pixels, shown at 80x60."
    search = ToolCall("text_search", {"q": "bridge"})
    costs = []
    for view in (None, 4800):
        env = make_env(view_pixels=view)
        env.reset(seed=0)
        env.step(search)
        costs.append(env.episode._text_chars)
    assert costs[1] - costs[0] == len(text)


@pytest.mark.parametrize("wrong", [0, -1, 2.5, True, "4800"])
def test_a_view_must_be_a_number_of_pixels(make_env, wrong):
    with pytest.raises(ValueError, match="view_pixels"):
        make_env(view_pixels=wrong)


def test_through_text(make_env):
    env = TextActions(make_env(view_pixels=4800))
    observation, _ = env.reset(seed=0)
    question = observation["question"]
    assert opening_text(observation).splitlines() == [observation["text"], question]
    assert observation["image"].shape == (60, 80, 3)


def test_many_at_once(settings):
    envs = SearchVectorEnv(2, **settings, view_pixels=4800)
    observations, _ = envs.reset(seed=0)
    assert observations in envs.observation_space
    assert [image.shape for image in observations["image"]] == [(60, 80, 3)] * 2
    observations, *_ = envs.step([CROP, ToolCall("answer", {"text": "x"})])
    assert "shown at 69x69" in observations["text"][0] and observations["text"][1] == ""
    observations, *_ = envs.step([CROP, None])
    assert observations["text"][1] == "img_1: 320x240 pixels, shown at 80x60."
    envs.close()


def test_in_processes(settings):
    tools = [settings["tools"][name] for name in settings["tools"].names]
    given = {**settings, "world": str(settings["world"].path), "tools": tools}
    envs = gymnasium.make_vec(
        "SearchVL/Atlas-v0",
        num_envs=2,
        vectorization_mode="async",
        vector_kwargs={"shared_memory": False},
        **given,
        view_pixels=4800,
    )
    try:
        observations, _ = envs.reset(seed=0)
        assert observations["text"] == ("img_1: 320x240 pixels, shown at 80x60.",) * 2
        observations, *_ = envs.step((CROP, CROP))
        assert [image.shape for image in observations["image"]] == [(69, 69, 3)] * 2
    finally:
        envs.close()


def test_the_sets_of_tools_by_name(make_env, small_world):
    env = make_env(tools="perception", crop_coordinates="thousandths")
    assert env.suite.names[-1] == "open_image"
    env.reset(seed=0, options={"task": 4})
    page = small_world.page(2)
    text = env.step(env.action("visit", url=page.url))[0]["text"]
    assert text.endswith(f"Pictures:\n- {page.url}#1: a view")
    observation, *_, info = env.step(env.action("open_image", url=page.url))
    assert info["new_image"] == "img_2" and np.array_equal(observation["image"], picture(2))
    box = {"image": "img_2", "x": 500, "y": 500, "width": 500, "height": 500}
    observation, *_ = env.step(env.action("crop", **box))
    assert np.array_equal(observation["image"], picture(2)[120:, 160:])
    with pytest.raises(ValueError, match="release, perception"):
        make_env(tools="all")
    with pytest.raises(ValueError, match="crop_coordinates"):
        make_env(crop_coordinates="thousandths")
    envs = SearchVectorEnv(1, world=small_world, tools="perception", crop_coordinates="thousandths")
    assert envs.envs[0].unwrapped.suite is env.suite
    envs.close()


def test_an_opened_picture_fits_the_episode(make_env, small_world):
    env = make_env(tools=perception_tools(), max_pixels=4800, view_pixels=1200)
    env.reset(seed=0)
    observation, *_, info = env.step(ToolCall("open_image", {"url": small_world.page(3).url}))
    assert not info["step_error"] and env.pictures[1].shape == (60, 80, 3)
    first, _, last = observation["text"].splitlines()
    assert first.endswith("80x60 pixels, reduced from 320x240.")
    assert last == "img_2: 80x60 pixels, shown at 40x30."


def test_a_telephones_picture_is_reduced_with_a_word_about_it(make_env, tmp_path):
    path = tmp_path / "photo.jpg"
    Pillow.new("RGB", (8160, 6144), (200, 80, 40)).save(path)
    env = make_env(view_pixels=4800)
    task = Task("photo", "What?", "", images=(TaskImage(path=str(path)),))
    observation, _ = env.reset(options={"task": task})
    height, width = env.pictures[0].shape[:2]
    assert height * width <= MAX_PIXELS
    assert observation["text"] == (
        f"img_1: {width}x{height} pixels, reduced from 8160x6144, shown at 79x60."
    )
    tight = make_env(max_pixels=10_000)
    observation, _ = tight.reset(options={"task": task})
    assert observation["text"] == "img_1: 115x86 pixels, reduced from 8160x6144."


def test_an_episode_holds_a_camera_picture(small_world, tmp_path):
    path = tmp_path / "camera.png"
    Pillow.new("RGB", (6000, 4000), (9, 8, 7)).save(path)
    env = SearchEnv(small_world, [Task("c", "?", "", images=(TaskImage(path=str(path)),))])
    observation, _ = env.reset()
    assert observation["text"] == "" and observation["image"].shape == (4000, 6000, 3)


def test_a_picture_that_cannot_be_loaded_leaves_the_episode_as_it_was(make_env, tmp_path):
    env = make_env()
    env.reset(seed=0, options={"task": 4})
    missing = Task("gone", "?", "", images=(TaskImage(path=str(tmp_path / "gone.png")),))
    with pytest.raises(UnreadableImage, match="cannot read"):
        env.reset(options={"task": missing})
    observation, *_, info = env.step(SMALL_CROP)
    assert info["task_id"] == "task-4"
    assert np.array_equal(observation["image"], picture(4)[10:60, 20:80])
