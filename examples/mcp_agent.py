"""An episode through the Model Context Protocol: a real server process, a client, a score.

    pip install 'searchvl-gym[mcp]'
    python examples/mcp_agent.py [TASKS]

The player is none: it crops the picture, searches for it, opens the first page and answers with the
first value of its infobox. An agent would think in between.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import anyio
from mcp import StdioServerParameters
from mcp.client import Client
from mcp.client.stdio import stdio_client

from searchvl_gym.menu.candidates import infobox
from searchvl_gym.tasks import sample_tasks
from searchvl_gym.tools.observations import search_results
from searchvl_gym.world.catalog import default_world


def text_of(result: Any) -> str:
    """The text of a tool's result."""
    return "\n".join(part.text for part in result.content if part.type == "text")


def pictures_of(result: Any) -> int:
    """How many pictures came with it."""
    return sum(part.type == "image" for part in result.content)


async def play(tasks: str) -> dict[str, Any]:
    """Play one episode; what came of it."""
    command = ["-m", "searchvl_gym", "mcp", "--tasks", tasks]
    # From a checkout the server needs the variables that this process has.
    server = stdio_client(
        StdioServerParameters(command=sys.executable, args=command, env=dict(os.environ))
    )
    async with Client(server) as client:
        listed = await client.list_tools()
        print("tools:", ", ".join(tool.name for tool in listed.tools))
        opening = await client.call_tool("begin", {"seed": 0})
        print(text_of(opening), f"({pictures_of(opening)} picture)")
        box = {"image": "img_1", "x": 0, "y": 0, "width": 256, "height": 256}
        cropped = await client.call_tool("crop", box)
        print(text_of(cropped), f"({pictures_of(cropped)} picture)")
        found = await client.call_tool("image_search", {"url": "img_1"})
        results = search_results(text_of(found))
        answer = "unknown"
        if results:
            page = await client.call_tool("visit", {"url": results[0].url})
            answer = next((value for _, value in infobox(text_of(page))), answer)
        ended = await client.call_tool("answer", {"text": answer})
        result: dict[str, Any] = ended.structured_content
        return result


def main() -> None:
    """Play, and print the score."""
    with tempfile.TemporaryDirectory() as folder:
        path = sys.argv[1] if len(sys.argv) > 1 else str(Path(folder) / "tasks.jsonl")
        if len(sys.argv) < 2:
            sample_tasks(default_world("mini"), split="test", n=5, hops=(1,)).save(path)
        result = anyio.run(play, path)
    print({name: result[name] for name in ("answer", "right", "reward", "fatal", "steps")})


if __name__ == "__main__":
    main()
