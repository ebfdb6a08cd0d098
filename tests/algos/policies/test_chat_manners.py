"""Models without eyes; released ones with the prompt and tools that they were trained with."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import algos
from searchvl_gym.chat import FORMATS
from searchvl_gym.rollout.usage import Usage
from searchvl_gym.types import Task, ToolCall
from tests.chat_server import ChatServer, Request, text_of

TASK = Task("t", "Which town?", "Basel")
PICTURE = np.zeros((24, 32, 3), np.uint8)
SHARPEN = ToolCall("sharpen", {"image": "img_1"}, "Look.")


def seen(text: str = "", count: int = 1) -> dict[str, Any]:
    images = (PICTURE,) * count
    return {"question": TASK.question, "text": text, "image": PICTURE, "images": images}


def policy_of(server: ChatServer, **arguments: Any) -> Any:
    policy = algos.make("chat", base_url=server.base_url, model="m", **arguments)
    policy.reset(0, TASK, np.random.default_rng(0))
    return policy


@pytest.mark.parametrize("form", ["opensearch_vl", "compact", "native"])
def test_a_model_without_eyes_is_sent_sizes_and_no_pictures(form: str) -> None:
    def script(request: Request, number: int) -> Any:
        if form == "native":
            call = {"function": {"name": "sharpen", "arguments": '{"image": "img_1"}'}}
            return {"content": "", "tool_calls": [call]}
        return FORMATS[form].render_call(SHARPEN)

    with ChatServer(script) as server:
        policy = policy_of(server, wire_format=form, vision=False)
        assert policy.act({0: seen()})[0].call.name == "sharpen"
        policy.act({0: seen("img_2: img_1 sharpened.", 2)})
    first, second = server.requests
    assert first.images == second.images == []
    assert all(isinstance(message["content"], str) for message in second.body["messages"])
    question = text_of(first.body["messages"][1])
    assert question.startswith("Pictures: img_1 (32x24 pixels)\n")
    assert "layout_parsing, image_search" in question and question.endswith("Which town?")
    assert "img_2" in text_of(second.body["messages"][-1])


def test_one_with_eyes_is_not_told_so() -> None:
    with ChatServer(lambda request, number: "answer Basel") as server:
        policy_of(server, wire_format="compact").act({0: seen()})
    [request] = server.requests
    assert text_of(request.body["messages"][1]) == "Pictures: img_1\nQuestion: Which town?"
    assert len(request.images) == 1


SYSTEM = "You are the Visual Investigation Agent.\n  {not a template}"
SCHEMAS = [
    {"name": "crop", "description": "Cut.", "parameters": {"type": "object", "properties": {}}},
    {"type": "function", "function": {"name": "ocr", "parameters": {"type": "object"}}},
]


@pytest.mark.parametrize("kind", ["txt", "json", "jsonl", "list"])
def test_a_released_prompt_is_sent_unchanged(kind: str, tmp_path: Path) -> None:
    file = tmp_path / f"prompt.{'json' if kind == 'list' else kind}"
    row = {"conversations": [], "images": [], "system": SYSTEM, "tools": json.dumps(SCHEMAS)}
    content = {
        "txt": SYSTEM,
        "json": json.dumps(row, indent=1),
        "jsonl": json.dumps(row) + "\n" + json.dumps({"system": "another"}),
        "list": json.dumps([row, row]),
    }
    file.write_text(content[kind], encoding="utf-8")
    # The server reads the tags of the format and sends calls apart from the text.
    call = {"function": {"name": "ocr", "arguments": '{"image": "img_1"}'}}
    reply = {"content": "<think>Read it.</think>", "tool_calls": [call]}
    with ChatServer(lambda request, number: reply) as server:
        policy = policy_of(server, system_prompt=str(file))
        attempt = policy.act({0: seen()})[0]
        assert policy.usage(0) == Usage(1, 7, 3) and policy.prompt_tokens(0) == 7
        policy.act({0: seen("Basel")})
        # Of the last request alone, while usage adds up.
        assert policy.usage(0) == Usage(2, 14, 6) and policy.prompt_tokens(0) == 7
    body = server.requests[0].body
    assert body["messages"][0] == {"role": "system", "content": SYSTEM}
    if kind == "txt":
        assert "tools" not in body
    else:
        assert body["tools"] == [{"type": "function", "function": SCHEMAS[0]}, SCHEMAS[1]]
    assert attempt.call == ToolCall("layout_parsing", {"image": "img_1"}, "Read it.")
    assert attempt.well_formed


@pytest.mark.parametrize(
    ("content", "arguments", "said"),
    [
        (None, {}, "cannot read"),
        ("", {}, "is empty"),
        ("{}", {}, "has no object with 'system'"),
        ('{"system": 3}', {}, "must be text"),
        ('{"system": "a", "tools": [{}]}', {}, "'tools' schemas"),
        ('{"system": "a", "tools": "["}', {}, "has no object with 'system'"),
        ('{"system": "a"}', {"wire_format": "native"}, "goes with the wire format opensearch_vl"),
    ],
)
def test_what_is_no_prompt_is_refused(
    content: str | None, arguments: dict[str, Any], said: str, tmp_path: Path
) -> None:
    file = tmp_path / ("prompt.txt" if content == "" else "prompt.json")
    if content is not None:
        file.write_text(content)
    with pytest.raises(ValueError, match=said):
        algos.make("chat", base_url="http://x", model="m", system_prompt=str(file), **arguments)


def test_switches_are_true_or_false() -> None:
    with pytest.raises(ValueError, match="must be true or false"):
        algos.make("chat", base_url="http://x", model="m", vision="no")
