"""The client against a real server that answers, refuses, stalls and sends garbage."""

import base64
import io
import json
import pickle
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

import numpy as np
import pytest
from PIL import Image

from searchvl_gym.endpoint import (
    Endpoint,
    EndpointError,
    EndpointSettings,
    EndpointSummariser,
    NativeCall,
    data_url,
    user_message,
)
from searchvl_gym.endpoint.messages import read_reply
from searchvl_gym.types import ErrorKind, ToolError
from tests.chat_server import ChatServer, Raw, Script, completion

KEY = "sk-very-secret-0123456789"
HELLO = [{"role": "user", "content": "hello"}]
Serve = Callable[..., tuple[ChatServer, Endpoint]]


@pytest.fixture
def serve() -> Iterator[Serve]:
    with ExitStack() as stack:

        def start(script: Script, **options: Any) -> tuple[ChatServer, Endpoint]:
            server = stack.enter_context(ChatServer(script))
            options = {"api_key": KEY, "retries": 3, "backoff": 0.0, **options}
            connections = options.pop("connections", 32)
            settings = EndpointSettings(server.base_url, "tiny", **options)
            return server, stack.enter_context(Endpoint(settings, connections=connections))

        yield start


def test_a_completion(serve: Serve) -> None:
    server, endpoint = serve(lambda request, number: "hi")
    reply = endpoint.chat(HELLO, temperature=0.5, max_tokens=9, seed=3, stop=["\n"], extra={"n": 1})
    assert (reply.text, reply.finish_reason) == ("hi", "stop")
    assert (reply.prompt_tokens, reply.completion_tokens) == (7, 3)
    [request] = server.requests
    assert request.path == "/v1/chat/completions"
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert request.body == {
        "model": "tiny", "messages": HELLO, "temperature": 0.5, "max_tokens": 9, "seed": 3,
        "stop": ["\n"], "n": 1,
    }  # fmt: skip


def test_without_a_key_no_header_is_sent(serve: Serve) -> None:
    server, endpoint = serve(lambda request, number: "hi", api_key="")
    endpoint.chat(HELLO)
    assert "authorization" not in {name.lower() for name in server.requests[0].headers}


def test_native_calls_and_reasoning(serve: Serve) -> None:
    calls = [
        {"id": "c1", "function": {"name": "crop", "arguments": '{"x": 1}'}},
        {"function": {"name": "visit", "arguments": {"url": "u"}}},
    ]
    message = {"content": None, "tool_calls": calls, "reasoning_content": "hm"}
    server, endpoint = serve(lambda request, number: message)
    tools = [{"type": "function", "function": {"name": "crop"}}]
    reply = endpoint.chat(HELLO, tools=tools)
    assert server.requests[0].body["tools"] == tools
    assert reply.text == "" and reply.thought == "hm"
    assert reply.calls == (
        NativeCall("c1", "crop", '{"x": 1}'),
        NativeCall("call_1", "visit", '{"url": "u"}'),
    )


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 529])
def test_what_may_pass_is_tried_again(serve: Serve, status: int) -> None:
    server, endpoint = serve(lambda request, n: "hi" if n == 2 else Raw(status, b"later"))
    assert endpoint.chat(HELLO).text == "hi"
    assert len(server.requests) == 3


GARBAGE = [
    Raw(body=b""),
    Raw(body=b"<html>login</html>"),
    Raw(body=b"[]"),
    Raw(body=b"{}"),
    Raw(body=b'{"choices": []}'),
    Raw(body=b'{"choices": [{}]}'),
    Raw(body=b'{"choices": [{"message": {"content": 3}}]}'),
    Raw(body=b'{"choices": [{"message": {"tool_calls": [1]}}]}'),
    Raw(body=b"\xff\xfe\x00"),
    Raw(body=b"[" * 100_000),
    Raw(body=completion({"content": "cut"})[:40]),
    Raw(drop=True),
    Raw(headers={"content-encoding": "gzip"}, body=b"no gzip"),
]


@pytest.mark.parametrize("garbage", GARBAGE, ids=range(len(GARBAGE)))
def test_garbage_is_tried_again_and_then_an_error(serve: Serve, garbage: Raw) -> None:
    _, endpoint = serve(lambda request, number: garbage if number == 0 else "hi")
    assert endpoint.chat(HELLO).text == "hi"
    server, endpoint = serve(lambda request, number: garbage, retries=1)
    with pytest.raises(EndpointError, match="no usable reply in 2 attempts") as caught:
        endpoint.chat(HELLO)
    assert len(server.requests) == 2 and "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (400, "refused the request (status 400): no such thing"),
        (401, "check the API key"),
        (403, "check the API key"),
        (404, "check base_url and model"),
        (302, "status 302"),
    ],
)
def test_what_will_not_pass_is_said_at_once_without_the_key(
    serve: Serve, status: int, said: str
) -> None:
    body = json.dumps({"error": {"message": f"no such thing, {KEY}\nfor you"}}).encode()
    server, endpoint = serve(lambda request, number: Raw(status, body))
    with pytest.raises(EndpointError) as caught:
        endpoint.chat(HELLO)
    line = str(caught.value)
    assert said in line and "<key>" in line and KEY not in line and "\n" not in line
    assert len(server.requests) == 1


def test_errors_in_any_form_are_shown_short(serve: Serve) -> None:
    for body in (
        b'{"detail": "d"}',
        b'{"message": "d"}',
        b'{"error": "d"}',
        b"d",
        b'{"error": {}}',
    ):
        _, endpoint = serve(lambda request, number, body=body: Raw(400, body))
        with pytest.raises(EndpointError, match=r"\(status 400\)"):
            endpoint.chat(HELLO)
    _, endpoint = serve(lambda request, number: Raw(400, b"long " * 10_000))
    with pytest.raises(EndpointError) as caught:
        endpoint.chat(HELLO)
    assert len(str(caught.value)) < 500


def test_a_server_that_stalls_runs_out_of_time(serve: Serve) -> None:
    server, endpoint = serve(lambda request, number: Raw(stall=True), timeout=0.2, retries=1)
    with pytest.raises(EndpointError, match=r"no reply within 0\.2 seconds"):
        endpoint.chat(HELLO)
    assert len(server.requests) == 2


def test_a_reply_without_end_is_cut(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("searchvl_gym.endpoint.client.MAX_REPLY_BYTES", 1 << 20)
    _, endpoint = serve(lambda request, number: "x" * (2 << 20), retries=0)
    with pytest.raises(EndpointError, match="longer than 1 MiB"):
        endpoint.chat(HELLO)


def test_nobody_there() -> None:
    with ChatServer(lambda request, number: "hi") as server:
        address = server.base_url
    with (
        Endpoint(EndpointSettings(address, "m", retries=1, backoff=0.0)) as endpoint,
        pytest.raises(EndpointError, match="is the server running") as caught,
    ):
        endpoint.chat(HELLO)
    assert address in str(caught.value)


def test_threads_share_an_endpoint_within_its_limit(serve: Serve) -> None:
    server, endpoint = serve(lambda request, n: request.texts[0], connections=3)
    words = [f"word {number}" for number in range(40)]
    with ThreadPoolExecutor(12) as pool:
        said = list(
            pool.map(lambda word: endpoint.chat([{"role": "user", "content": word}]).text, words)
        )
    assert said == words and server.most_at_once <= 3
    assert len(server.requests) == len(words)  # nothing had to be asked again


def test_waits_grow_have_jitter_and_heed_the_server(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    monkeypatch.setattr("searchvl_gym.endpoint.client.time.sleep", waits.append)
    _, endpoint = serve(lambda request, n: Raw(503), retries=4, backoff=1.0, max_backoff=6.0)
    with pytest.raises(EndpointError):
        endpoint.chat(HELLO)
    rng = np.random.default_rng(0)
    assert waits == [min(2.0**n * (0.5 + 0.5 * rng.random()), 6.0) for n in range(4)]
    waits.clear()
    for asked, wait in (("3", 3.0), ("3600", 30.0), ("Wed, 21 Oct 2026 07:28:00 GMT", 0.0)):
        _, endpoint = serve(
            lambda request, n, asked=asked: Raw(429, headers={"retry-after": asked}),
            retries=1,
        )
        with pytest.raises(EndpointError):
            endpoint.chat(HELLO)
        assert waits.pop() == wait


def test_the_key_is_never_shown(serve: Serve) -> None:
    _, endpoint = serve(lambda request, number: "hi")
    assert KEY not in repr(endpoint) + repr(endpoint.settings) + str(vars(endpoint))


def test_it_survives_pickling_and_closing(serve: Serve) -> None:
    _, endpoint = serve(lambda request, number: "hi")
    assert endpoint.chat(HELLO).text == "hi"
    with pickle.loads(pickle.dumps(endpoint)) as copy:
        assert copy.chat(HELLO).text == "hi"
    endpoint.close()
    assert endpoint.chat(HELLO).text == "hi"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"base_url": "localhost:8000"}, "http://"),
        ({"base_url": "ftp://x"}, "http://"),
        ({"base_url": "http://"}, "http://"),
        ({"base_url": "http://x:99999"}, "http://"),
        ({"base_url": "http://user:pw@x"}, "no user"),
        ({"base_url": "http://x?key=1"}, "no user"),
        ({"model": " "}, "model"),
        ({"api_key": "a\nb"}, "typo"),
        ({"api_key": "schlüssel"}, "typo"),
        ({"timeout": 0}, "timeout"),
        ({"retries": -1}, "retries"),
        ({"backoff": float("nan")}, "timeout"),
    ],
)
def test_wrong_settings(options: dict[str, Any], said: str) -> None:
    with pytest.raises(EndpointError, match=said) as caught:
        EndpointSettings(**{"base_url": "http://x/v1", "model": "m", **options})
    assert "pw" not in str(caught.value) and "schlüssel" not in str(caught.value)


def test_settings_from_the_environment() -> None:
    known = {
        "SEARCHVL_BASE_URL": "http://general/v1",
        "SEARCHVL_MODEL": "general",
        "SEARCHVL_API_KEY": "k1",
        "SEARCHVL_JUDGE_MODEL": "judge",
        "SEARCHVL_JUDGE_API_KEY": " k2\n",
    }
    judge = EndpointSettings.from_environment("judge", environment=known)
    assert (judge.base_url, judge.model, judge.api_key) == ("http://general/v1", "judge", "k2")
    given = EndpointSettings.from_environment("chat", model="m", api_key="", environment=known)
    assert (given.model, given.api_key) == ("m", "")
    with pytest.raises(EndpointError, match="no model: set SEARCHVL_CHAT_MODEL"):
        EndpointSettings.from_environment("chat", base_url="http://x", environment={})


def test_httpx_missing_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "httpx", None)
    with pytest.raises(EndpointError, match=r"searchvl-gym\[integrations\]"):
        Endpoint(EndpointSettings("http://x", "m"))


def test_pictures_travel_as_data_urls() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (9, 7, 3), dtype=np.uint8)
    message = user_message("What is it?", [pixels, pixels], "png")
    *pictures, text = message["content"]
    assert text == {"type": "text", "text": "What is it?"} and len(pictures) == 2
    head, _, data = pictures[0]["image_url"]["url"].partition(",")
    assert head == "data:image/png;base64"
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(base64.b64decode(data)))), pixels)
    assert data_url(pixels).startswith("data:image/jpeg;base64,")
    assert user_message("x") == {"role": "user", "content": "x"}


def test_replies_in_parts() -> None:
    parts = [{"type": "text", "text": "a"}, {"type": "other"}, {"type": "text", "text": "b"}]
    message = {"content": parts, "tool_calls": [{"function": {"name": "crop"}}]}
    reply = read_reply({"choices": [{"message": message}], "usage": {"prompt_tokens": "many"}})
    assert reply.text == "ab" and reply.calls == (NativeCall("call_0", "crop", "{}"),)
    assert reply.prompt_tokens == 0


def test_the_summariser(serve: Serve) -> None:
    server, endpoint = serve(lambda request, number: "  It opened in 1982. ")
    assert EndpointSummariser(endpoint)("page " * 10_000, "opening") == "It opened in 1982."
    assert "opening" in server.requests[0].texts[1] and len(server.requests[0].texts[1]) < 25_000
    for answer in ("", Raw(401)):
        _, endpoint = serve(lambda request, number, answer=answer: answer)
        with pytest.raises(ToolError) as caught:
            EndpointSummariser(endpoint)("page", "query")
        assert caught.value.kind is ErrorKind.UNAVAILABLE and caught.value.infrastructure
