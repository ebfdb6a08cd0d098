"""Replies in pieces are what they would be whole, and broken ones are noticed."""

import json
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchvl_gym.endpoint import Endpoint, EndpointError, EndpointSettings, NativeCall
from searchvl_gym.endpoint.messages import read_reply
from searchvl_gym.endpoint.streaming import assemble
from tests.chat_server import ChatServer, Raw, Script, completion, in_pieces

HELLO = [{"role": "user", "content": "hello"}]
few = settings(max_examples=60)


def ask(script: Script, **options: Any) -> tuple[Any, list[Any]]:
    with ChatServer(script) as server:
        given = EndpointSettings(server.base_url, "m", stream=True, backoff=0.0, **options)
        with Endpoint(given) as endpoint:
            return endpoint.chat(HELLO, temperature=0.0), server.requests


@few
@given(st.text(), st.text(), st.lists(st.integers(0, 50), max_size=6))
def test_however_a_reply_is_cut_it_is_the_same(text: str, thought: str, cuts: list[int]) -> None:
    pieces: list[dict[str, str]] = []
    for name, value in (("reasoning_content", thought), ("content", text)):
        places = [0, *sorted({cut for cut in cuts if cut < len(value)}), len(value)]
        pieces += [{name: value[start:end]} for start, end in pairwise(places)]
    reply = read_reply(assemble(in_pieces(pieces).body))
    assert (reply.text, reply.thought, reply.finish_reason) == (text, thought, "stop")
    assert (reply.prompt_tokens, reply.completion_tokens) == (7, 3)
    crlf = in_pieces(pieces).body.replace(b"\n", b"\r\n")
    assert read_reply(assemble(crlf)) == reply


def call(name: str = "", arguments: Any = None, **more: Any) -> dict[str, Any]:
    function = {"name": name} if name else {}
    return {"tool_calls": [{"function": {**function, "arguments": arguments}, **more}]}


def test_native_calls_in_pieces() -> None:
    pieces = [
        call("crop", "", index=0, id="c1"),
        call(arguments='{"x":', index=0),
        call("visit", '{"url": "u"}', index=1, id="c2"),
        call(arguments=" 1}", index=0),
    ]
    wanted = (NativeCall("c1", "crop", '{"x": 1}'), NativeCall("c2", "visit", '{"url": "u"}'))
    assert read_reply(assemble(in_pieces(pieces).body)).calls == wanted
    whole = [call("crop", {"x": 1}, id="c1"), call("visit", {"url": "u"}, id="c2")]
    assert read_reply(assemble(in_pieces(whole).body)).calls == wanted


def test_over_the_wire_it_is_asked_for_and_read() -> None:
    reply, [request] = ask(lambda request, number: in_pieces([{"content": "h"}, {"content": "i"}]))
    assert reply.text == "hi" and reply.prompt_tokens == 7
    assert request.body["stream"] is True and request.body["temperature"] == 0.0
    assert request.body["stream_options"] == {"include_usage": True}
    # A server that does not know pieces sends the whole.
    assert ask(lambda request, number: "whole")[0].text == "whole"


EVENTS = {"content-type": "text/event-stream"}
BROKEN = {
    "cut off": (Raw(body=in_pieces([{"content": "h"}]).body[:200], headers=EVENTS), "cannot be"),
    "no end": (Raw(body=b'data: {"choices": []}\n\n', headers=EVENTS), "broke off before its end"),
    "empty": (Raw(headers=EVENTS), "broke off before its end"),
    "error": (
        Raw(body=b'data: {"error": {"message": "out of memory"}}\n\n', headers=EVENTS),
        "broke off: out of memory",
    ),
    "error of llama.cpp": (Raw(body=b"error: no slot\n\n", headers=EVENTS), "broke off: no slot"),
    "no object": (Raw(body=b"data: 3\n\n", headers=EVENTS), "no JSON object"),
    "bad call": (in_pieces([{"tool_calls": [3]}]), "tool call is no JSON object"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_breaks_off_is_tried_again(name: str) -> None:
    broken, said = BROKEN[name]
    reply, requests = ask(lambda request, number: "whole" if number else broken)
    assert reply.text == "whole" and len(requests) == 2
    with pytest.raises(EndpointError, match=said):
        ask(lambda request, number: broken, retries=0)


@few
@given(st.binary(max_size=80), st.integers(0, 200))
def test_garbage_is_no_reply(garbage: bytes, at: int) -> None:
    body = in_pieces([{"content": "hi"}]).body
    try:
        payload = assemble(body[:at] + garbage + body[at:])
    except ValueError:
        return
    assert isinstance(json.dumps(payload), str)


def test_a_server_without_vision_is_said_at_once() -> None:
    said = {"error": {"code": 500, "message": "image input is not supported - hint: mmproj"}}
    with pytest.raises(EndpointError, match=r"takes no pictures .*choose a model with vision"):
        ask(lambda request, number: Raw(500, json.dumps(said).encode()) if number == 0 else "late")
    busy = {"error": {"code": 500, "message": "the slot is busy"}}
    script: Script = lambda request, n: "hi" if n else Raw(500, json.dumps(busy).encode())  # noqa: E731
    assert ask(script)[0].text == "hi"


def test_whole_and_pieces_agree() -> None:
    whole = read_reply(json.loads(completion({"content": "hi"})))
    assert read_reply(assemble(in_pieces([{"content": "hi"}]).body)) == whole
    with pytest.raises(EndpointError, match="stream of the endpoint must be true or false"):
        EndpointSettings("http://x/v1", "m", stream="yes")  # type: ignore[arg-type]
