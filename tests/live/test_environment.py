"""`SearchVL/Live-v0`: made by its id, vectorised, with the pictures of a world on disk."""

import pickle
from pathlib import Path

import gymnasium
import numpy as np
import pytest

import searchvl_gym  # noqa: F401  (registers the environments)
from benchmarks.live.environment import town_tasks
from benchmarks.live.local import local_web
from benchmarks.live.server import LocalServer
from benchmarks.live.sites import page_url
from searchvl_gym.live.settings import LiveSettings
from searchvl_gym.types import Task, TaskImage, ToolCall
from searchvl_gym.world import World

pytestmark = pytest.mark.needs("serpapi", "tenacity", "protego", "trafilatura")


def test_tasks_must_be_given() -> None:
    with pytest.raises(ValueError, match="needs tasks"):
        gymnasium.make("SearchVL/Live-v0")


def test_one_web_for_all_of_a_process(server: LocalServer, tmp_path: Path) -> None:
    path = tmp_path / "web.cassette"
    local_web(server.url, LiveSettings(record=str(path))).close()
    made = [
        gymnasium.make("SearchVL/Live-v0", tasks=town_tasks(2), replay=str(path)) for _ in range(2)
    ]
    worlds = [environment.get_wrapper_attr("world") for environment in made]
    assert worlds[0].web is worlds[1].web
    assert pickle.loads(pickle.dumps(worlds[0])).fingerprint == worlds[0].fingerprint


def test_many_at_once_play_as_one_alone(server: LocalServer) -> None:
    web = local_web(server.url)
    tasks = town_tasks(6)
    calls = [
        ToolCall("text_search", {"q": "Town 5"}),
        ToolCall("visit", {"url": page_url(5), "goal": "founded"}),
        ToolCall("open_image", {"url": page_url(5) + "#1"}),
        ToolCall("image_search", {"url": "img_1"}),
        ToolCall("image_search", {"url": page_url(7)}),
        ToolCall("visit", {"url": "http://169.254.169.254/"}),
        ToolCall("answer", {"text": "1385"}),
    ]
    settings = {"tasks": tasks, "web": web, "tools": "perception"}
    many = gymnasium.make_vec("SearchVL/Live-v0", num_envs=6, **settings)
    alone = gymnasium.make("SearchVL/Live-v0", **settings)
    many.reset(seed=[7] * 6, options={"task": [0] * 6})
    alone.reset(seed=7, options={"task": 0})
    for call in calls:
        together = many.step([call] * 6)[0]
        single = alone.step(call)[0]
        assert set(together["text"]) == {single["text"]}
        assert all(np.array_equal(image, single["image"]) for image in together["image"])
    first, *others = many.unwrapped.trajectories()  # type: ignore[attr-defined]
    assert first == alone.get_wrapper_attr("trajectory")()
    assert all(other == first for other in others)
    many.close()


def test_tasks_of_a_world_bring_its_pictures(server: LocalServer, mini_world: World) -> None:
    task = Task(
        "t", "What is it?", "x", images=(TaskImage(world_image=0),), world=mini_world.fingerprint
    )
    web = local_web(server.url)
    with_world = gymnasium.make("SearchVL/Live-v0", tasks=[task], web=web, pictures=mini_world)
    observation, _ = with_world.reset(seed=0)
    assert np.array_equal(observation["image"], mini_world.pixels(0))
    without = gymnasium.make("SearchVL/Live-v0", tasks=[task], web=web)
    with pytest.raises(ValueError, match="name that world"):
        without.reset(seed=0)


def test_it_can_be_played_through_text(server: LocalServer) -> None:
    environment = gymnasium.make(
        "SearchVL/Live-v0",
        tasks=town_tasks(1),
        web=local_web(server.url),
        wire_format="opensearch_vl",
    )
    environment.reset(seed=0)
    observation, *_ = environment.step(
        '<think>I search.</think><tool_call>{"name": "web_search", "arguments": {"q": "Town 5"}}'
        "</tool_call>"
    )
    assert observation["text"].startswith("<tool_response>\n[Passage 1] Town 5")


def test_a_page_without_that_picture(server: LocalServer) -> None:
    environment = gymnasium.make(
        "SearchVL/Live-v0", tasks=town_tasks(1), web=local_web(server.url), tools="perception"
    )
    environment.reset(seed=0)
    observation, *_, info = environment.step(ToolCall("open_image", {"url": page_url(5) + "#2"}))
    assert "has 1 pictures, there is no number 2" in observation["text"]
    assert info["error_kind"] == "tool_failure" and not info["infrastructure"]
    observation, *_, info = environment.step(ToolCall("open_image", {"url": "img_1"}))
    assert info["error_kind"] == "bad_arguments"


def test_a_provider_of_ones_own_by_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "own_search.py").write_text(
        "from searchvl_gym.live.results import WebHit\n"
        "class Own:\n"
        "    name = 'own'\n"
        "    def search(self, query, *, language):\n"
        "        return (WebHit(query.upper(), 'https://a.example/'),)\n"
        "    def search_image(self, picture, *, language):\n"
        "        return ()\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    settings = {"tasks": town_tasks(1), "summaries": "snippet"}
    environment = gymnasium.make("SearchVL/Live-v0", provider="own_search:Own", **settings)
    environment.reset(seed=0)
    observation, *_ = environment.step(ToolCall("web_search", {"q": "ulm"}))
    assert observation["text"] == "[Passage 1] ULM\nURL: https://a.example/\n"
    for missing in ("own_search:Other", "no_such_module:Own", ":"):
        with pytest.raises(ValueError, match="cannot be loaded"):
            gymnasium.make("SearchVL/Live-v0", provider=missing, **settings)
