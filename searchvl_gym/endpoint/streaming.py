"""Replies that come in pieces (server-sent events), put together again."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

EVENT_STREAM = "text/event-stream"
"""Content type of a reply in pieces."""

_DONE = "[DONE]"
_JOINED = ("content", "reasoning_content", "reasoning")
"""Fields of a message whose pieces are joined."""


def assemble(data: bytes) -> dict[str, Any]:
    r"""One chat completion from its pieces, as if it had come whole.

    Args:
        data: The body; comments and empty events, which keep the connection alive, are skipped.

    Raises:
        ValueError: When the server broke off or reported an error in the middle.

    >>> piece = 'data: {"choices": [{"delta": {"content": "hi"}, "finish_reason": "stop"}]}\n\n'
    >>> assemble(piece.encode())["choices"][0]["message"]
    {'content': 'hi'}
    """
    message: dict[str, Any] = {}
    calls: dict[Any, dict[str, Any]] = {}
    finished: Any = None
    usage: Any = None
    done = False
    for event in _events(data):
        if event == _DONE:
            done = True
            continue
        piece = json.loads(event)
        if not isinstance(piece, Mapping):
            raise ValueError("a piece of the reply is no JSON object")
        if "error" in piece:
            error = piece["error"]
            said = error.get("message", error) if isinstance(error, Mapping) else error
            raise ValueError(f"the server broke off: {said}")
        usage = piece.get("usage") or usage
        choices = piece.get("choices")
        if not isinstance(choices, list) or not choices or not isinstance(choices[0], Mapping):
            continue
        finished = choices[0].get("finish_reason") or finished
        delta = choices[0].get("delta")
        if isinstance(delta, Mapping):
            _add(delta, message, calls)
    if not done and finished is None:
        raise ValueError("the reply broke off before its end")
    if calls:
        message["tool_calls"] = list(calls.values())
    return {"choices": [{"message": message, "finish_reason": finished}], "usage": usage}


def _events(data: bytes) -> Iterator[str]:
    """What follows `data:` in each event; an event of llama.cpp's may begin with `error:`."""
    # Splits at line ends of the format only: U+2028 and the like stand in a model's text.
    for line in data.decode("utf-8", "replace").replace("\r\n", "\n").split("\n"):
        name, colon, value = line.partition(":")
        if not colon or not value.strip():
            continue
        if name == "data":
            yield value.strip()
        elif name == "error":
            yield json.dumps({"error": value.strip()})


def _add(
    delta: Mapping[str, Any], message: dict[str, Any], calls: dict[Any, dict[str, Any]]
) -> None:
    for name in _JOINED:
        if isinstance(delta.get(name), str):
            message[name] = message.get(name, "") + delta[name]
    pieces = delta.get("tool_calls")
    for piece in pieces if isinstance(pieces, list) else ():
        if not isinstance(piece, Mapping):
            raise ValueError("a piece of a tool call is no JSON object")
        # Some servers number the calls, others send each one whole under a name of its own.
        place = piece.get("index", piece.get("id"))
        call = calls.setdefault(place, {"function": {"name": "", "arguments": ""}})
        if piece.get("id"):
            call["id"] = piece["id"]
        function = piece.get("function")
        for name in ("name", "arguments"):
            value = function.get(name) if isinstance(function, Mapping) else None
            if isinstance(value, Mapping):
                value = json.dumps(value)
            if isinstance(value, str):
                call["function"][name] += value
