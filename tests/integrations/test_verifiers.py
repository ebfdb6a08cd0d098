"""Task sets in the real verifiers, with recorded turns behind a server instead of a model."""

import asyncio
import json
import socket
import sys
import types

import pytest
import verifiers.v1 as vf
from verifiers.v1.serve import EnvClient, EnvServer

from searchvl_gym.chat.calling import NO_CALL, ONE_CALL
from searchvl_gym.tasks import TaskSet
from searchvl_gym.types import Task, TaskImage
from tests.chat_server import ChatServer, Raw

BOX = {"image": "img_1", "x": 0, "y": 0, "width": 64, "height": 48}


def said(turn, number):
    """A reply of an OpenAI-compatible server: a text, a call or several."""
    calls = [] if isinstance(turn, str) else turn if isinstance(turn, list) else [turn]
    message = {
        "role": "assistant",
        "content": turn if isinstance(turn, str) else None,
        "tool_calls": [
            {
                "id": f"call-{number}-{place}",
                "type": "function",
                "function": {
                    "name": name,
                    "arguments": given if isinstance(given, str) else json.dumps(given),
                },
            }
            for place, (name, given) in enumerate(calls)
        ]
        or None,
    }
    finish = "tool_calls" if calls else "stop"
    body = {
        "id": f"reply-{number}",
        "object": "chat.completion",
        "created": 0,
        "model": "recorded",
        "choices": [{"index": 0, "message": message, "finish_reason": finish}],
        "usage": {"prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 10},
    }
    return Raw(body=json.dumps(body).encode(), headers={"content-type": "application/json"})


@pytest.fixture
def play(settings, monkeypatch, request):
    made = types.ModuleType(f"settings_of_{request.node.name}")
    made.make = lambda: settings
    monkeypatch.setitem(sys.modules, made.__name__, made)

    def play(turns, task=0, agent=None, run=in_process, **taskset):
        taskset |= {"id": "searchvl-verifiers", "settings": f"{made.__name__}:make"}
        config = vf.resolve_env_config({"taskset": taskset, "agent": agent or {}})
        with ChatServer(lambda _, number: said(turns[number], number)) as server:
            client = vf.EvalClientConfig(base_url=server.base_url)
            episode = asyncio.run(run(config, task, client))
            (trace,) = episode.traces
            return trace, server.requests

    return play


async def in_process(config, task, client):
    env = vf.load_environment(config)
    context = vf.ModelContext(model="recorded", client=client, sampling=vf.SamplingConfig())
    async with env.serving():
        (slot,) = env.slots(list(env.taskset)[task])
        return await env.run_slot(slot, context)


async def over_the_wire(config, task, client):
    """As prime-rl does: tasks are loaded here, and sent to a server that plays them."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
    server = EnvServer(config, address)
    running = asyncio.create_task(server.run())
    caller = EnvClient(address)
    try:
        await caller.wait_for_server_startup()
        told = list(vf.load_taskset(config.taskset))[task].data.model_dump(mode="json")
        return await caller.run(client, "recorded", vf.SamplingConfig(), told)
    finally:
        await caller.close()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


def kinds(message):
    return [part.type for part in message.content] if isinstance(message.content, list) else []


def test_a_scored_episode_with_a_picture_in_a_result(play):
    turns = [("crop", BOX), ("text_search", {"q": "Mill"}), ("answer", {"text": "1901"})]
    trace, requests = play(turns, task=1, seed=5)
    assert trace.ok, trace.errors
    assert trace.reward == 1.0
    assert trace.metrics["right"] == 1.0 and trace.metrics["steps"] == 3.0
    assert (trace.metrics["fatal"], trace.metrics["fatal_step"]) == (0.0, -1.0)
    result = trace.info["searchvl"]
    assert (result["seed"], result["task_id"], result["answer"]) == (5, "mill-1", "1901")
    assert trace.task.key == "mill-1"
    (branch,) = trace.branches
    roles = [message.role for message in branch.messages]
    assert roles == ["system", "user", *["assistant", "tool"] * 2, "assistant"]
    assert kinds(branch.messages[1]) == ["image_url", "text"]
    assert kinds(branch.messages[3]) == ["image_url", "text"]
    assert [tool["function"]["name"] for tool in requests[0].body["tools"]] == [
        "crop",
        "text_search",
        "answer",
    ]
    assert len(requests[1].images) == 2
    assert json.loads(trace.model_dump_json())["info"]["searchvl"] == result


def test_mistakes_are_read_and_end_fatally(play):
    trace, requests = play(["I do not know.", ("fly", {}), ("crop", "{broken"), "never said"])
    assert trace.ok, trace.errors
    assert (trace.metrics["fatal"], trace.metrics["fatal_step"]) == (1.0, 0.0)
    assert trace.metrics["steps"] == 3.0 and trace.reward == 0.0
    assert NO_CALL in requests[1].texts[-1] and "fly" in requests[2].texts[-1]


def test_the_first_of_several_calls_counts(play):
    trace, requests = play([[("crop", BOX), ("fly", {})], ("answer", {"text": "1900"})])
    assert trace.ok and trace.metrics["steps"] == 2.0 and trace.reward == 1.0
    assert requests[1].body["messages"][-1]["content"] == ONE_CALL


def test_a_limit_of_verifiers_ends_the_episode(play):
    trace, requests = play([("crop", BOX), "never said"], agent={"max_turns": 1})
    assert trace.ok and trace.stop_condition == "max_turns" and len(requests) == 1
    assert (trace.metrics["fatal"], trace.metrics["fatal_step"]) == (1.0, 1.0)


def test_an_episode_that_cannot_be_scored_is_no_zero(play):
    trace, _ = play([("answer", {"text": "unscorable"})])
    assert not trace.ok and trace.rewards["reward"] is None
    assert "could not be scored" in trace.errors[0].message


def test_a_server_that_fails_is_an_error_and_no_episode(play):
    trace, _ = play([("crop", BOX)])
    assert not trace.ok and "searchvl" not in trace.info


def test_a_server_of_environments_plays_the_task_that_it_is_sent(play):
    turns = [("crop", BOX), ("answer", {"text": "1902"})]
    trace, _ = play(turns, task=2, run=over_the_wire, seed=7)
    assert trace.ok and trace.reward == 1.0 and trace.metrics["fatal"] == 0.0
    assert trace.info["searchvl"]["seed"] == 7
    assert kinds(trace.branches[0].messages[3]) == ["image_url", "text"]


def test_tasks_are_told_with_all_that_another_process_needs(mills, tmp_path):
    world = str(mills.path)
    config = {"id": "searchvl-verifiers", "world": world, "tasks": str(tmp_path / "tasks.jsonl")}
    task = Task("a", "When?", "1900", (TaskImage(world_image=0),), world=mills.fingerprint)
    TaskSet([task], "mills").save(tmp_path / "tasks.jsonl")
    taskset = vf.load_taskset(vf.taskset_config_type("searchvl-verifiers")(**config))
    (told,) = taskset
    data = told.data.model_dump(mode="json")
    assert (data["id"], data["prompt"], data["answer"]) == ("a", "When?", "1900")
    assert data["source"]["world"] == world and data["source"]["tools"] == "release"
    assert type(told.data).model_validate(data) == told.data
