"""A model that crops, searches and answers, and episodes to play with it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from real_setting import settings

from searchvl_gym.chat import FORMATS
from searchvl_gym.rollout import Store, Summary, run
from searchvl_gym.rollout.record import read_record
from searchvl_gym.types import ToolCall, Trajectory
from tests.chat_server import ChatServer, Request, Script

FORMS = ("opensearch_vl", "compact", "native")
CROP = ToolCall("crop", {"image": "img_1", "x": 4, "y": 6, "width": 20, "height": 16}, "Closer.")
SEARCH = ToolCall("text_search", {"q": "town"}, "Which towns are there?")
ANSWER = ToolCall("answer", {"text": "Basel"}, "Found.")
TURNS = (CROP, SEARCH, ANSWER)


def said(call: ToolCall, form: str, number: int = 0) -> str | dict[str, Any]:
    """A turn as a model of that form writes it."""
    if form != "native":
        return FORMATS[form].render_call(call)
    function = {"name": call.name, "arguments": json.dumps(dict(call.arguments))}
    calls = [{"id": f"call-{number}", "type": "function", "function": function}]
    return {"content": None, "reasoning_content": call.thought, "tool_calls": calls}


def turn_of(request: Request) -> int:
    """How many turns the model has had."""
    return sum(message["role"] == "assistant" for message in request.body["messages"])


def model(form: str) -> Script:
    return lambda request, _: said(TURNS[turn_of(request)], form, turn_of(request))


def environment(folder: Path) -> dict[str, Any]:
    return {**settings(folder), "faults": None}


def play(server: ChatServer, out: Path, folder: Path, **changes: Any) -> Summary:
    """Play with the model behind a server; arguments that `run` has not are the policy's."""
    of_run = ("episodes", "seed", "slots", "workers")
    arguments = {"episodes": 1, **{key: changes.pop(key) for key in of_run if key in changes}}
    policy = {"base_url": server.base_url, "model": "tiny", "backoff": 0.0, **changes}
    return run(
        "SearchVL/World-v0", "chat", out=out, env_kwargs=environment(folder),
        policy_kwargs=policy, **arguments,
    )  # fmt: skip


def played(out: Path) -> list[Trajectory]:
    """The trajectories in a store."""
    record = read_record(out)
    assert record is not None
    with Store(out, record) as store:
        return [trajectory for _, trajectory in store.trajectories(len(store.finished))]
