"""The tools through the real MCP package: a client within the process, and a server process."""

import os
import sys
from pathlib import Path

import anyio
import pytest
from mcp import StdioServerParameters
from mcp.client import Client
from mcp.client.stdio import stdio_client
from PIL import Image as Pillow
from small_setting import picture

from searchvl_gym.cli import main
from searchvl_gym.env import SearchEnv
from searchvl_gym.integrations.mcp import serve_pictures, serve_tasks
from searchvl_gym.tasks import TaskSet

BOX = {"image": "img_1", "x": 0, "y": 0, "width": 64, "height": 48}


def kinds(result):
    return [part.type for part in result.content]


def text_of(result):
    return next(part.text for part in result.content if part.type == "text")


def test_a_scored_episode_with_a_picture_in_a_result(settings):
    async def play():
        async with Client(serve_tasks(SearchEnv(**settings))) as client:
            tools = (await client.list_tools()).tools
            assert [tool.name for tool in tools] == ["begin", "crop", "text_search", "answer"]
            assert tools[1].input_schema["required"][0] == "image"
            opening = await client.call_tool("begin", {"task": "mill-2", "seed": 0})
            assert kinds(opening) == ["image", "text"]
            cropped = await client.call_tool("crop", BOX)
            assert kinds(cropped) == ["image", "text"] and not cropped.is_error
            assert cropped.content[0].mime_type == "image/png"
            wrong = await client.call_tool("crop", {**BOX, "image": "img_9"})
            assert wrong.is_error and "img_9" in text_of(wrong)
            last = await client.call_tool("answer", {"text": "1902"})
            return last.structured_content

    result = anyio.run(play)
    assert (result["reward"], result["right"], result["steps"]) == (1.0, True, 3)
    assert not result["fatal"]


def test_a_fatal_episode_says_so_and_a_new_one_begins(settings):
    async def play():
        async with Client(serve_tasks(SearchEnv(**settings))) as client:
            before = await client.call_tool("crop", BOX)
            assert before.is_error
            unknown = await client.call_tool("begin", {"task": "mill-77"})
            assert unknown.is_error and "mill-77" in text_of(unknown)
            await client.call_tool("begin", {"task": "mill-0"})
            for _ in range(3):
                last = await client.call_tool("crop", {"image": "img_9"})
            assert last.structured_content["fatal_step"] == 0
            after = await client.call_tool("crop", BOX)
            assert after.is_error and after.structured_content is None
            again = await client.call_tool("begin", {"task": "mill-0"})
            assert not again.is_error

    anyio.run(play)


def test_pictures_of_ones_own(settings, tmp_path):
    path = tmp_path / "photo.png"
    Pillow.fromarray(picture(0)).save(path)

    async def play():
        server = serve_pictures([path], world=settings["world"], tools=settings["tools"])
        async with Client(server) as client:
            names = [tool.name for tool in (await client.list_tools()).tools]
            assert names == ["show_pictures", "crop", "text_search"]
            shown = await client.call_tool("show_pictures", {})
            assert kinds(shown) == ["image", "text"] and text_of(shown) == "img_1"
            # Mistakes never end it.
            for _ in range(5):
                assert (await client.call_tool("crop", {"image": "img_9"})).is_error
            cropped = await client.call_tool("crop", BOX)
            assert kinds(cropped) == ["image", "text"] and "img_2" in text_of(cropped)

    anyio.run(play)


def test_the_command_serves_over_standard_input_and_output(settings, tmp_path):
    TaskSet(settings["tasks"], "mills").save(tmp_path / "tasks.jsonl")
    world = str(Path(settings["world"].path))

    async def play():
        command = ["-m", "searchvl_gym", "mcp", "--tasks", str(tmp_path / "tasks.jsonl")]
        # A server gets few variables by itself; ours is run from a checkout.
        parameters = StdioServerParameters(
            command=sys.executable, args=[*command, "--world", world], env=dict(os.environ)
        )
        async with Client(stdio_client(parameters)) as client:
            opening = await client.call_tool("begin", {"task": "mill-1"})
            assert kinds(opening) == ["image", "text"]
            last = await client.call_tool("answer", {"text": "1901"})
            return last.structured_content

    assert anyio.run(play)["right"]


@pytest.mark.parametrize("arguments", [["mcp"], ["mcp", "a.png", "--tasks", "b.jsonl"]])
def test_pictures_or_tasks(arguments, capsys):
    assert main(arguments) == 2
    assert "give pictures, or --tasks" in capsys.readouterr().err
