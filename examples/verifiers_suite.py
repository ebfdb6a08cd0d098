"""A task of ours in verifiers, with recorded turns behind a server instead of a model: a score.

    pip install 'searchvl-gym[verifiers]'
    python examples/verifiers_suite.py

With a model: vf-eval searchvl-verifiers --env.taskset.split test --client.base-url URL --model NAME
"""

from __future__ import annotations

import asyncio
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import verifiers.v1 as vf

BOX = {"image": "img_1", "x": 0, "y": 0, "width": 256, "height": 256}
TURNS: list[tuple[str, dict[str, Any]]] = [
    ("crop", BOX),
    ("image_search", {"url": "img_1"}),
    ("answer", {"text": "unknown"}),
]


class Recorded(BaseHTTPRequestHandler):
    """An OpenAI-compatible server that says the turns one after the other."""

    def do_POST(self) -> None:
        """Answer a request with the turn that its conversation has come to."""
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        number = sum(message["role"] == "assistant" for message in body["messages"])
        name, arguments = TURNS[number]
        function = {"name": name, "arguments": json.dumps(arguments)}
        call = {"id": f"call-{number}", "type": "function", "function": function}
        message = {"role": "assistant", "content": None, "tool_calls": [call]}
        told = {
            "id": f"reply-{number}",
            "object": "chat.completion",
            "created": 0,
            "model": "recorded",
            "choices": [{"index": 0, "message": message, "finish_reason": "tool_calls"}],
        }
        data = json.dumps(told).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


async def play(base_url: str) -> vf.Trace:
    """Play the first task; its trace."""
    taskset = {"id": "searchvl-verifiers", "world": "atlas-mini", "split": "test", "count": 1}
    env = vf.load_environment(vf.resolve_env_config({"taskset": taskset}))
    context = vf.ModelContext(
        model="recorded",
        client=vf.EvalClientConfig(base_url=base_url),
        sampling=vf.SamplingConfig(),
    )
    async with env.serving():
        (slot,) = env.slots(next(iter(env.taskset)))
        episode = await env.run_slot(slot, context)
    return episode.traces[0]


def main() -> None:
    """Play one episode, and print the score."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Recorded)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        trace = asyncio.run(play(f"http://127.0.0.1:{server.server_port}/v1"))
    finally:
        server.shutdown()
        server.server_close()
    if not trace.ok:
        raise SystemExit(f"the episode failed: {trace.errors[-1].message}")
    for message in trace.branches[0].messages:
        parts = message.content if isinstance(message.content, list) else []
        text = parts[-1].text if parts else message.content or ""
        shown = sum(part.type == "image_url" for part in parts)
        print(f"{message.role}: {text[:60]!r}, {shown} picture(s)")
    print({"reward": trace.reward, **trace.metrics})


if __name__ == "__main__":
    main()
