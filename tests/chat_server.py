"""A real chat endpoint on 127.0.0.1 that answers, refuses, stalls and sends garbage."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Raw:
    """An answer as it goes over the wire."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    drop: bool = False
    stall: bool = False


@dataclass(frozen=True)
class Request:
    body: dict[str, Any]
    headers: dict[str, str]
    path: str

    @property
    def texts(self) -> list[str]:
        """The text of every message."""
        return [text_of(message) for message in self.body["messages"]]

    @property
    def images(self) -> list[str]:
        """The addresses of every picture in the conversation."""
        return [
            part["image_url"]["url"]
            for message in self.body["messages"]
            if isinstance(message["content"], list)
            for part in message["content"]
            if part["type"] == "image_url"
        ]


Script = Callable[[Request, int], "str | dict[str, Any] | Raw"]
"""From a request and its number to an answer: text, a message, or raw bytes."""


def text_of(message: Mapping[str, Any]) -> str:
    content = message["content"]
    if isinstance(content, str):
        return content
    return "".join(part.get("text", "") for part in content)


def completion(message: Mapping[str, Any]) -> bytes:
    return json.dumps(
        {
            "choices": [{"message": {"role": "assistant", **message}, "finish_reason": "stop"}],
            "usage": {"prompt_tokens": 7, "completion_tokens": 3},
        }
    ).encode()


class ChatServer:
    """Serves a script until it is closed."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.requests: list[Request] = []
        self.most_at_once = 0
        self._running = 0
        self._lock = threading.Lock()
        self._closing = threading.Event()
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                data = self.rfile.read(int(self.headers["content-length"]))
                server._serve(self, Request(json.loads(data), dict(self.headers), self.path))

            def log_message(self, *_: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request: object, client_address: object) -> None:
                """A client that gave up is no news."""

        self._http = Server(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_port}/v1"

    def _serve(self, handler: BaseHTTPRequestHandler, request: Request) -> None:
        with self._lock:
            number = len(self.requests)
            self.requests.append(request)
            self._running += 1
            self.most_at_once = max(self.most_at_once, self._running)
        try:
            answer = self.script(request, number)
        finally:
            with self._lock:
                self._running -= 1
        if isinstance(answer, str):
            answer = {"content": answer}
        raw = answer if isinstance(answer, Raw) else Raw(body=completion(answer))
        if raw.drop:
            handler.close_connection = True
            return
        if raw.stall:
            self._closing.wait(20)
            handler.close_connection = True
            return
        handler.send_response(raw.status)
        for name, value in raw.headers.items():
            handler.send_header(name, value)
        handler.send_header("content-length", str(len(raw.body)))
        handler.end_headers()
        handler.wfile.write(raw.body)

    def close(self) -> None:
        self._closing.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def __enter__(self) -> ChatServer:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def in_pieces(pieces: Sequence[Mapping[str, Any]], *, end: str = "data: [DONE]\n\n") -> Raw:
    """A reply as server-sent events, one a piece of its message."""
    events = [{"choices": [{"index": 0, "delta": {"role": "assistant", "content": None}}]}]
    events += [{"choices": [{"index": 0, "delta": dict(piece)}]} for piece in pieces]
    events += [{"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}]
    usage = {"choices": [], "usage": {"prompt_tokens": 7, "completion_tokens": 3}}
    lines = [f"data: {json.dumps(event)}\n\n" for event in (*events, usage)]
    body = ": ping\n\n" + "".join(lines) + end
    return Raw(body=body.encode(), headers={"content-type": "text/event-stream; charset=utf-8"})
