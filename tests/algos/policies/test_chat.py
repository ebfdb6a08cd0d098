"""The chat policy against a real server: what it sends, what it makes of the replies."""

import base64
import io
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
import pytest
from PIL import Image

import algos
from searchvl_gym.chat import FORMATS
from searchvl_gym.endpoint import EndpointError
from searchvl_gym.episode import Attempt
from searchvl_gym.rollout import run
from searchvl_gym.tools import ToolSuite
from searchvl_gym.types import Task, ToolCall, image_digest
from searchvl_gym.wrappers import TextActions
from tests.algos.policies.chat_play import (
    ANSWER,
    CROP,
    FORMS,
    SEARCH,
    TURNS,
    environment,
    model,
    play,
    played,
    said,
    turn_of,
)
from tests.chat_server import ChatServer, Request, text_of

TASK = Task("t", "Which town?", "Basel")
PICTURE = np.random.default_rng(0).integers(0, 256, (24, 32, 3), np.uint8)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("chat")


@pytest.fixture(autouse=True)
def no_settings_of_the_user(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("BASE_URL", "MODEL", "API_KEY"):
        monkeypatch.delenv(f"SEARCHVL_{name}", raising=False)
        monkeypatch.delenv(f"SEARCHVL_CHAT_{name}", raising=False)
    yield


def policy_of(server: ChatServer, **arguments: Any) -> Any:
    return algos.make("chat", base_url=server.base_url, model="tiny", **arguments)


def seen(text: str = "", *images: np.ndarray) -> dict[str, Any]:
    images = images or (PICTURE,)
    return {"question": TASK.question, "text": text, "image": images[-1], "images": images}


def pixels(url: str) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(url.partition("base64,")[2]))))


@pytest.mark.parametrize("lenient", [True, False])
@pytest.mark.parametrize("form", ["opensearch_vl", "native"])
def test_calls_are_mended_unless_the_releases_reading_is_wanted(form: str, lenient: bool) -> None:
    arguments = "{'image': 'img_1', 'amount': 2,}"
    written: Any = f"<think>a</think><tool_call>{{'name': 'sharpen', 'arguments': {arguments}}}"
    if form == "native":
        call = {"function": {"name": "sharpen", "arguments": arguments}}
        written = {"content": "a", "tool_calls": [call]}
    with ChatServer(lambda request, number: written) as server:
        policy = policy_of(server, wire_format=form, lenient=lenient)
        policy.reset(0, TASK, np.random.default_rng(0))
        attempt = policy.act({0: seen()})[0]
    assert not attempt.well_formed
    if lenient:
        assert attempt.call == ToolCall("sharpen", {"image": "img_1", "amount": 2}, "a")
    else:
        assert attempt.call is None and attempt.error is not None


@pytest.mark.parametrize("form", FORMS)
def test_an_episode_in_each_form(form: str, folder: Path, tmp_path: Path) -> None:
    with ChatServer(model(form)) as server:
        summary = play(server, tmp_path, folder, wire_format=form)
    assert (summary.success_rate, summary.mean_steps, summary.error_rate) == (1, 3, 0)
    [trajectory] = played(tmp_path)
    assert tuple(step.call for step in trajectory.steps) == TURNS
    assert all(step.well_formed for step in trajectory.steps)
    assert trajectory.policy == "chat" and trajectory.answer == "Basel"
    first, second, third = (request.body for request in server.requests)
    assert first["model"] == "tiny" and first["messages"][0]["role"] == "system"
    assert "Which town?" in text_of(first["messages"][1])
    assert "img_1" in text_of(first["messages"][1])
    schemas = ToolSuite().schemas()
    if form == "native":
        assert first["tools"][:-1] == schemas
        assert first["tools"][-1]["function"]["name"] == "answer"
    else:
        assert "tools" not in first
        assert text_of(first["messages"][0]) == FORMATS[form].system_prompt(schemas)
        assert [step.text for step in trajectory.steps] == [said(call, form) for call in TURNS]
    # What was said once is never changed, so that a server can keep it in its cache.
    assert second["messages"][: len(first["messages"])] == first["messages"]
    assert third["messages"][: len(second["messages"])] == second["messages"]
    results = "".join(map(text_of, third["messages"][3:]))
    assert "img_2" in results and "https://two/1" in results


@pytest.mark.parametrize("form", FORMS)
def test_each_picture_is_sent_once_where_it_was_made(
    form: str, folder: Path, tmp_path: Path
) -> None:
    with ChatServer(model(form)) as server:
        play(server, tmp_path, folder, wire_format=form, image_format="png")
    assert [len(request.images) for request in server.requests] == [1, 2, 2]
    whole, part = server.requests[2].images
    assert whole.startswith("data:image/png;base64,")
    expected = np.asarray(Image.open(folder / "noise.png"))
    np.testing.assert_array_equal(pixels(whole), expected)
    np.testing.assert_array_equal(pixels(part), expected[6:22, 4:24])
    messages = server.requests[2].body["messages"]
    holders = [n for n, message in enumerate(messages) if isinstance(message["content"], list)]
    assert all(messages[number]["role"] == "user" for number in holders)
    assert "img_2" in text_of(messages[holders[1]])
    assert "https://two/1" in text_of(messages[-1])
    if form == "native":
        roles = [message["role"] for message in messages]
        assert roles == ["system", "user", "assistant", "tool", "user", "assistant", "tool"]
        assert messages[3]["tool_call_id"] == messages[2]["tool_calls"][0]["id"] == "call-0"
        assert messages[-1]["tool_call_id"] == "call-1"


def test_pictures_are_jpegs_unless_png_is_asked_for() -> None:
    with ChatServer(model("compact")) as server:
        policy = policy_of(server, wire_format="compact")
        policy.reset(0, TASK, np.random.default_rng(0))
        policy.act({0: seen()})
        policy.reset(0, TASK, np.random.default_rng(0))
        policy.act({0: {**seen(), "images": ()}})
    [url] = server.requests[0].images
    assert url.startswith("data:image/jpeg;base64,") and pixels(url).shape == PICTURE.shape
    assert server.requests[1].images == []
    assert server.requests[1].texts[1] == "Question: Which town?"


@pytest.mark.parametrize("form", ["opensearch_vl", "compact"])
def test_a_text_environment_gets_the_models_own_words(form: str, folder: Path) -> None:
    with ChatServer(model(form)) as server:
        policy = policy_of(server, wire_format=form, text_environment=True)
        inner = gymnasium.make("SearchVL/World-v0", **environment(folder))
        env = TextActions(inner, form)
        observation, _ = env.reset(seed=0, options={"task": 0})
        policy.reset(0, TASK, np.random.default_rng(0))
        for call in TURNS:
            action = policy.act({0: observation})[0]
            assert action == said(call, form)
            observation, reward, terminated, *_ = env.step(action)
    assert terminated and reward == 1
    # The environment has put the results into the wire format; that is not done twice.
    tags = text_of(server.requests[1].body["messages"][-1]).count("tool_response>")
    assert tags == (2 if form == "opensearch_vl" else 0)
    assert [len(request.images) for request in server.requests] == [1, 2, 2]


def test_only_the_first_of_several_native_calls_is_carried_out() -> None:
    calls = [said(call, "native", number)["tool_calls"][0] for number, call in enumerate(TURNS)]
    with ChatServer(lambda request, _: {"content": "So.", "tool_calls": calls}) as server:
        policy = policy_of(server, wire_format="native")
        policy.reset(0, TASK, np.random.default_rng(0))
        attempt = policy.act({0: seen()})[0]
        policy.act({0: seen("img_2: cropped", PICTURE, PICTURE[:9])})
    assert attempt == Attempt(ToolCall("crop", CROP.arguments, "So."))
    *_, turn, first, second, third, picture = server.requests[1].body["messages"]
    assert [call["id"] for call in turn["tool_calls"]] == ["call-0", "call-1", "call-2"]
    assert [first["content"], second["content"]] == [
        "img_2: cropped", "Not carried out: one call a turn.",
    ]  # fmt: skip
    assert third["tool_call_id"] == "call-2" and third["content"] == second["content"]
    assert picture["role"] == "user" and text_of(picture) == "img_2"


def test_reasoning_that_the_server_parted_from_the_text_is_put_back() -> None:
    turn = said(SEARCH, "opensearch_vl")
    assert isinstance(turn, str)
    rest = turn.partition("</think>")[2]
    message = {"content": rest, "reasoning_content": f" {SEARCH.thought}\n"}
    with ChatServer(lambda request, _: message) as server:
        policy = policy_of(server)
        policy.reset(0, TASK, np.random.default_rng(0))
        attempt = policy.act({0: seen()})[0]
        policy.act({0: seen("Nothing.")})
    assert attempt == Attempt(SEARCH, text=turn, well_formed=True)
    assert server.requests[1].body["messages"][2] == {"role": "assistant", "content": turn}


def test_native_text_without_a_call_is_the_answer() -> None:
    replies = ["<think>Bern?</think>It is \\boxed{Basel}.", "Basel", "<think>hm</think>"]
    with ChatServer(lambda request, number: replies[number]) as server:
        policy = policy_of(server, wire_format="native")
        policy.reset(0, TASK, np.random.default_rng(0))
        attempts = [policy.act({0: seen()})[0] for _ in replies]
    for attempt in attempts[:2]:
        assert (attempt.call.name, attempt.call.arguments) == ("answer", ANSWER.arguments)
    assert attempts[2].call is None and not attempts[2].well_formed
    assert text_of(server.requests[2].body["messages"][-1]) == ""


def bodies(requests: list[Request]) -> list[str]:
    """What was asked, in an order that does not depend on which slot was faster."""
    return sorted(json.dumps(request.body, sort_keys=True) for request in requests)


@pytest.mark.parametrize("form", FORMS)
def test_requests_depend_neither_on_slots_nor_on_the_run(
    form: str, folder: Path, tmp_path: Path
) -> None:
    asked = {}
    with ChatServer(model(form)) as server:
        for name, changes in {
            "one": {"seed": 5},
            "again": {"seed": 5},
            "slots": {"seed": 5, "slots": 3},
            "other": {"seed": 6},
        }.items():
            server.requests.clear()
            settings = {"episodes": 4, "wire_format": form, **changes}
            fingerprint = play(server, tmp_path / name, folder, **settings).fingerprint
            asked[name] = (bodies(server.requests), fingerprint)
    assert asked["one"] == asked["again"] == asked["slots"]
    assert asked["one"] != asked["other"]
    seeds = [json.loads(body)["seed"] for body in asked["one"][0]]
    assert len(set(seeds)) == len(seeds) == 4 * len(TURNS) and min(seeds) >= 0


def test_sampling_options_are_sent() -> None:
    sampling = {"temperature": 0.1, "top_p": 0.9, "max_tokens": 77}
    with ChatServer(model("compact")) as server:
        for arguments in ({**sampling, "seed": None, "api_key": "k"}, {}):
            policy = policy_of(server, wire_format="compact", **arguments)
            policy.reset(0, TASK, np.random.default_rng(0))
            policy.act({0: seen()})
    chosen, usual = server.requests
    assert {key: chosen.body[key] for key in sampling} == sampling and "seed" not in chosen.body
    assert chosen.headers["authorization"] == "Bearer k"
    assert (usual.body["temperature"], usual.body["max_tokens"]) == (0.7, 4096)
    assert "top_p" not in usual.body


def test_all_slots_ask_at_the_same_time(folder: Path, tmp_path: Path) -> None:
    everybody = threading.Barrier(3)

    def together(request: Request, number: int) -> Any:
        everybody.wait(60)
        return model("compact")(request, number)

    with ChatServer(together) as server:
        summary = play(server, tmp_path, folder, episodes=6, slots=3, wire_format="compact")
    assert summary.success_rate == 1 and server.most_at_once == 3


def test_concurrency_is_a_limit_and_slots_keep_apart() -> None:
    def echo(request: Request, number: int) -> str:
        return f"answer {request.texts[1].splitlines()[-1]} {turn_of(request)}"

    with ChatServer(echo) as server:
        policy = policy_of(server, wire_format="compact", concurrency=2)
        slots = [3, 1, 9, 4, 7]
        for slot in slots:
            policy.reset(slot, TASK, np.random.default_rng(slot))
        for turn in range(2):
            observations = {slot: {**seen(), "question": f"What is {slot}?"} for slot in slots}
            actions = policy.act(observations)
            assert list(actions) == slots
            for slot, attempt in actions.items():
                assert attempt.call.arguments["text"] == f"Question: What is {slot}? {turn}"
        assert policy.act({}) == {}
    assert 1 <= server.most_at_once <= 2


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"wire_format": "xml"}, "opensearch_vl, compact, .*openai_json or native, got 'xml'"),
        ({"wire_format": "native", "text_environment": True}, "leave text_environment out"),
        ({"image_format": "gif"}, "jpeg or png, got 'gif'"),
        ({"concurrency": 0}, "at least 1"),
        ({"max_tokens": 0}, "at least 1"),
        ({"temperature": 2.5}, "between 0 and 2"),
        ({"base_url": "localhost:80"}, "must look like http"),
        ({"base_url": None}, "SEARCHVL_CHAT_BASE_URL"),
        ({"model": ""}, "SEARCHVL_CHAT_MODEL"),
    ],
)
def test_wrong_arguments_are_said_in_one_line(wrong: dict[str, Any], message: str) -> None:
    arguments = {"base_url": "http://127.0.0.1:9/v1", "model": "m", **wrong}
    with pytest.raises((ValueError, EndpointError), match=message) as caught:
        algos.make("chat", **arguments)
    assert "\n" not in str(caught.value)


def test_the_environment_of_the_process_says_where_the_endpoint_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with ChatServer(model("opensearch_vl")) as server:
        monkeypatch.setenv("SEARCHVL_BASE_URL", server.base_url)
        monkeypatch.setenv("SEARCHVL_MODEL", "everyone's")
        monkeypatch.setenv("SEARCHVL_CHAT_MODEL", "the chat's")
        monkeypatch.setenv("SEARCHVL_API_KEY", "a-key")
        policy = algos.make("chat")
        policy.reset(0, TASK, np.random.default_rng(0))
        assert policy.act({0: seen()})[0].call == CROP
    assert server.requests[0].body["model"] == "the chat's"
    assert server.requests[0].headers["authorization"] == "Bearer a-key"


@pytest.mark.parametrize("form", FORMS)
def test_a_limited_view_and_other_tools_reach_the_model(
    form: str, folder: Path, tmp_path: Path
) -> None:
    given = {**environment(folder), "view_pixels": 300, "tools": "perception"}
    policy = {"model": "tiny", "wire_format": form, "tools": "perception", "image_format": "png"}
    with ChatServer(model(form)) as server:
        policy["base_url"] = server.base_url
        run(
            "SearchVL/World-v0", "chat", episodes=1, out=tmp_path, env_kwargs=given,
            policy_kwargs=policy,
        )  # fmt: skip
    first, second = server.requests[:2]
    assert "open_image" in json.dumps(first.body)
    opening = text_of(first.body["messages"][1])
    assert "img_1: 80x60 pixels, shown at 20x15.\nQuestion: Which town?" in opening
    assert "img_2: 20x16 pixels, shown at 19x15." in "".join(
        map(text_of, second.body["messages"][2:])
    )
    assert [pixels(url).shape for url in second.images] == [(15, 20, 3), (15, 19, 3)]
    noise = np.asarray(Image.open(folder / "noise.png"))
    [trajectory] = played(tmp_path)
    assert trajectory.images == (image_digest(noise), image_digest(noise[6:22, 4:24]))
