"""The chat policy when the endpoint fails, and when the model writes what no one can read."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import algos
from searchvl_gym.endpoint import EndpointError
from searchvl_gym.env import SearchEnv
from searchvl_gym.rollout import RolloutError, decode_trajectory, encode_trajectory
from searchvl_gym.types import ErrorKind, Task
from tests.algos.policies.chat_play import (
    ANSWER,
    FORMS,
    TURNS,
    environment,
    model,
    play,
    played,
    said,
)
from tests.chat_server import ChatServer, Raw, Request

TASK = Task("t", "Which town?", "Basel")
KEY = "sk-very-secret-0123456789"
BLANK = np.zeros((9, 9, 3), np.uint8)
SEEN = {"question": TASK.question, "text": "", "image": BLANK, "images": (BLANK,)}
DEEP = "[" * 600 + "]" * 600
LONG = "x" * 300_000


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("failures")


@pytest.fixture(scope="module")
def env(folder: Path) -> SearchEnv:
    return SearchEnv(**environment(folder))


def refused(server: ChatServer, out: Path, folder: Path, **changes: Any) -> str:
    with pytest.raises(RolloutError) as caught:
        play(server, out, folder, api_key=KEY, **changes)
    line = str(caught.value)
    assert "\n" not in line and KEY not in line
    assert (f"kept in {out}" in line) == (out / "run.json").exists()
    for path in out.rglob("*"):
        assert path.is_dir() or KEY.encode() not in path.read_bytes()
    return line


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    "failure", [Raw(503), Raw(429, headers={"retry-after": "0"}), Raw(drop=True), Raw(body=b"{}")]
)
def test_what_passes_leaves_no_trace(form: str, failure: Raw, folder: Path, tmp_path: Path) -> None:
    def shaky(request: Request, number: int) -> Any:
        return failure if number % 2 == 0 else model(form)(request, number)

    with ChatServer(model(form)) as server:
        expected = play(server, tmp_path / "steady", folder, wire_format=form).fingerprint
    with ChatServer(shaky) as server:
        fingerprint = play(server, tmp_path / "shaky", folder, wire_format=form).fingerprint
    assert fingerprint == expected and len(server.requests) == 2 * len(TURNS)
    assert [request.body for request in server.requests[::2]] == [
        request.body for request in server.requests[1::2]
    ]


@pytest.mark.parametrize("slots", [1, 2])
def test_a_wrong_key_stops_the_run_at_once(slots: int, folder: Path, tmp_path: Path) -> None:
    body = json.dumps({"error": {"message": f"invalid key {KEY}"}}).encode()
    with ChatServer(lambda request, number: Raw(401, body)) as server:
        line = refused(server, tmp_path, folder, episodes=4, slots=slots)
    assert "status 401" in line and "check the API key" in line
    assert len(server.requests) == slots


def test_an_endpoint_that_is_down_stops_the_run(folder: Path, tmp_path: Path) -> None:
    with ChatServer(model("compact")) as server:
        pass
    line = refused(server, tmp_path, folder, retries=1)
    assert "in 2 attempts" in line and "is the server running?" in line
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("form", FORMS)
def test_after_an_outage_the_run_goes_on_as_if_there_had_been_none(
    form: str, folder: Path, tmp_path: Path
) -> None:
    down = False

    def script(request: Request, number: int) -> Any:
        return Raw(500, b"out of memory") if down and number >= 5 else model(form)(request, number)

    settings = {"episodes": 4, "retries": 0, "wire_format": form, "api_key": KEY}
    with ChatServer(script) as server:
        expected = play(server, tmp_path / "whole", folder, **settings).fingerprint
        down = True
        server.requests.clear()
        settings.pop("api_key")
        line = refused(server, tmp_path / "cut", folder, **settings)
        assert "status 500: out of memory" in line
        assert len(played(tmp_path / "cut")) == 1
        down = False
        server.requests.clear()
        # The key is no part of the run: another one may finish it.
        summary = play(server, tmp_path / "cut", folder, **settings, api_key="another")
    assert summary.fingerprint == expected and summary.success_rate == 1
    assert len(server.requests) == 3 * len(TURNS)


def test_more_tokens_a_turn_are_another_run(folder: Path, tmp_path: Path) -> None:
    with ChatServer(model("compact")) as server:
        play(server, tmp_path, folder, wire_format="compact", max_tokens=50)
        assert json.loads((tmp_path / "run.json").read_text())["policy_arguments"] == {
            "base_url": server.base_url, "model": "tiny", "backoff": 0.0,
            "wire_format": "compact", "max_tokens": 50,
        }  # fmt: skip
        with pytest.raises(RolloutError, match="policy_arguments"):
            play(server, tmp_path, folder, wire_format="compact", max_tokens=60, episodes=2)


@pytest.mark.parametrize("form", FORMS)
def test_a_turn_that_failed_can_be_tried_again(form: str) -> None:
    def script(request: Request, number: int) -> Any:
        return Raw(400, b"not now") if number in (0, 2) else model(form)(request, number)

    with ChatServer(script) as server:
        policy = algos.make("chat", base_url=server.base_url, model="m", wire_format=form)
        policy.reset(0, TASK, np.random.default_rng(0))
        attempts = []
        for text in ("", "img_2: cropped"):
            observation = {**SEEN, "text": text, "images": (BLANK,) * (2 if text else 1)}
            with pytest.raises(EndpointError, match="not now"):
                policy.act({0: observation})
            attempts.append(policy.act({0: observation})[0])
    assert [attempt.call for attempt in attempts] == list(TURNS[:2])
    first, again, second, second_again = (request.body for request in server.requests)
    assert first == again and second == second_again


TOO_LONG = [
    Raw(400, b'{"error": {"message": "This model\'s maximum context length is 4096 tokens."}}'),
    Raw(400, b'{"error": {"message": "the request exceeds the available context size (4096)"}}'),
    Raw(400, b'{"message": "The input (5000 tokens) is longer than the model\'s context length"}'),
    Raw(413, b"Payload Too Large"),
]


@pytest.mark.parametrize("refusal", TOO_LONG, ids=range(len(TOO_LONG)))
@pytest.mark.parametrize("form", FORMS)
def test_a_conversation_that_outgrows_the_model_ends_scored(
    form: str, refusal: Raw, folder: Path, tmp_path: Path
) -> None:
    def script(request: Request, number: int) -> Any:
        long = len(request.body["messages"]) > 3
        return refusal if long else model(form)(request, number)

    with ChatServer(script) as server:
        summary = play(server, tmp_path, folder, wire_format=form, retries=0)
    assert summary.unscored == 0 and summary.fatal_rate == 1.0 and summary.success_rate == 0.0
    assert len(server.requests) == 2 * summary.episodes


@pytest.mark.parametrize("form", FORMS)
def test_a_first_turn_that_is_too_long_stops_the_run(
    form: str, folder: Path, tmp_path: Path
) -> None:
    with ChatServer(lambda request, number: TOO_LONG[0]) as server:
        line = refused(server, tmp_path, folder, wire_format=form)
    assert "maximum context length" in line and len(server.requests) == 1


def test_one_slot_that_fails_does_not_cut_the_others_short() -> None:
    def script(request: Request, number: int) -> Any:
        return Raw(400, b"bad") if "Why" in request.texts[1] else "answer Basel"

    with ChatServer(script) as server:
        policy = algos.make("chat", base_url=server.base_url, model="m", wire_format="compact")
        for slot in range(4):
            policy.reset(slot, TASK, np.random.default_rng(slot))
        with pytest.raises(EndpointError, match="bad"):
            policy.act({0: {**SEEN, "question": "Why?"}, **{slot: SEEN for slot in (1, 2, 3)}})
    assert len(server.requests) == 4


def native(arguments: Any, name: str = "crop", **more: Any) -> dict[str, Any]:
    return {"content": None, "tool_calls": [{"function": {"name": name, "arguments": arguments}}],
            **more}  # fmt: skip


def tags(arguments: str) -> str:
    return f'<think>a</think><tool_call>{{"name": "crop", "arguments": {arguments}}}</tool_call>'


PARSE, UNKNOWN, BAD = ErrorKind.PARSE, ErrorKind.UNKNOWN_TOOL, ErrorKind.BAD_ARGUMENTS
GARBAGE: list[tuple[str, Any, ErrorKind]] = [
    ("opensearch_vl", "", PARSE),
    ("opensearch_vl", "I cannot help with that.", PARSE),
    ("opensearch_vl", "<think>a</think><tool_call>{", PARSE),
    ("opensearch_vl", "<think>a</think><response> </response>", PARSE),
    ("opensearch_vl", "<|im_end|>\x00\ud83c", PARSE),
    ("opensearch_vl", tags("{"), BAD),  # read leniently: only the last brace is missing
    ("opensearch_vl", tags('{"image": "img'), PARSE),
    ("opensearch_vl", tags("[1]"), PARSE),
    ("opensearch_vl", tags(f'{{"x": {DEEP}}}'), PARSE),
    ("opensearch_vl", tags(f'{{"x": {"9" * 5000}}}'), PARSE),
    ("opensearch_vl", tags(f'{{"x": {"9" * 50}}}'), BAD),
    ("opensearch_vl", tags('{"x": 1e999, "y": NaN}'), BAD),
    ("opensearch_vl", tags('{"image": "\\ud83c", "\\udf09": 1}'), BAD),
    ("opensearch_vl", tags("{}").replace("crop", "\ud83c"), UNKNOWN),
    ("opensearch_vl", LONG, PARSE),
    ("compact", "", PARSE),
    ("compact", "call ", PARSE),
    ("compact", "call crop|x", PARSE),
    ("compact", f"call crop|x={DEEP}", BAD),
    ("compact", "call crop|x=-Infinity", BAD),
    ("compact", "call \ud83c|x=1", UNKNOWN),
    ("compact", f"think {LONG}", PARSE),
    ("native", {"content": None}, PARSE),
    ("native", {"content": [], "tool_calls": []}, PARSE),
    ("native", {"content": LONG}, BAD),
    ("native", native("{"), PARSE),
    ("native", native("[1]"), PARSE),
    ("native", native('"{}"'), PARSE),
    ("native", native("\ud83c"), PARSE),
    ("native", native(f'{{"x": {DEEP}}}'), PARSE),
    ("native", native({"x": "9" * 50}), BAD),
    ("native", native('{"x": "\ud83c", "\\udf09": 1e999}'), BAD),
    ("native", native(""), BAD),
    ("native", native(None), BAD),
    ("native", native(f'{{"x": "{LONG}"}}'), BAD),
    ("native", native("{}", reasoning_content=LONG), BAD),
    ("native", native("{}", reasoning_content="\ud83c"), BAD),
    ("native", native("{}", name=""), UNKNOWN),
    ("native", native("{}", name="cr\ud83cop"), UNKNOWN),
    ("native", native('{"text": 3}', name="answer"), BAD),
]


@pytest.mark.parametrize(("form", "garbage", "kind"), GARBAGE, ids=range(len(GARBAGE)))
def test_garbage_is_a_step_error_that_the_model_sees(
    form: str, garbage: Any, kind: ErrorKind, env: SearchEnv
) -> None:
    def script(request: Request, number: int) -> Any:
        return garbage if number < 2 else said(ANSWER, form)

    with ChatServer(script) as server:
        policy = algos.make(
            "chat", base_url=server.base_url, model="m", wire_format=form, retries=0
        )
        policy.reset(0, TASK, np.random.default_rng(0))
        observation, _ = env.reset(seed=0, options={"task": 0})
        for _ in range(3):
            observation, reward, terminated, *_ = env.step(policy.act({0: observation})[0])
    assert terminated and reward == 1
    trajectory = env.trajectory()
    for step in trajectory.steps[:2]:
        assert step.error is not None and step.error.kind is kind
        assert not step.error.infrastructure
        assert form != "native" or kind is not PARSE or not step.well_formed
    stored = encode_trajectory(trajectory)
    assert encode_trajectory(decode_trajectory(stored)) == stored
    last = server.requests[2].body["messages"]
    assert any(str(kind) in str(message["content"]) for message in last[3:])
    if form == "native":
        assert not any("<tool_call>" in str(message["content"]) for message in last)


def test_three_turns_of_garbage_end_the_episode(folder: Path, tmp_path: Path) -> None:
    with ChatServer(lambda request, number: "Sorry.") as server:
        summary = play(server, tmp_path, folder)
    assert summary.fatal_rate == 1 and len(server.requests) == 3
    assert played(tmp_path)[0].fatal_step == 0
