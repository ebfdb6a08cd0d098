"""The tools for any agent that speaks the Model Context Protocol: `searchvl mcp`.

Two ways: over pictures of one's own (`serve_pictures`), where the tools are all there is, or over
tasks (`serve_tasks`), where the tool `begin` gives a question and its pictures and `answer` is
scored. Pictures that tools make come back as image content, errors as tool errors.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from searchvl_gym.chat.calling import RULES
from searchvl_gym.env import SearchEnv
from searchvl_gym.integrations.session import PlaySession, Reply
from searchvl_gym.types import ANSWER, Task, TaskImage

if TYPE_CHECKING:
    from mcp.server import Server

BEGIN = "begin"
BEGIN_SCHEMA: dict[str, Any] = {
    "name": BEGIN,
    "description": "Begin a new episode: returns a question and its pictures.",
    "parameters": {
        "type": "object",
        "properties": {
            "task": {"type": "string", "description": "Id of a task; left out, one is drawn."},
            "seed": {"type": "integer", "minimum": 0, "description": "Of the episode."},
        },
        "additionalProperties": False,
    },
}
"""The tool that begins an episode."""

OPEN_ENDED = 100_000
"""Steps of an episode over a picture of one's own: it ends when the connection does."""


def serve_tasks(env: SearchEnv) -> Server[Any]:
    """A server that plays the environment's tasks.

    Args:
        env: The environment; one connection plays it at a time.

    Raises:
        ImportError: When the package `mcp` is missing.
    """
    session = PlaySession(env)

    def carry_out(name: str, arguments: dict[str, Any]) -> tuple[Reply, dict[str, Any]]:
        if name == BEGIN:
            try:
                return session.begin(arguments.get("task"), arguments.get("seed")), {}
            except ValueError as error:
                return Reply(str(error), error="bad_arguments"), {}
        reply = session.call(name, arguments)
        return reply, session.result() if reply.ended and reply.error != "ended" else {}

    return _server([BEGIN_SCHEMA, *session.schemas()], carry_out, RULES)


def serve_pictures(pictures: Sequence[str | Path], **settings: Any) -> Server[Any]:
    """A server with the tools over pictures of one's own, which are `img_1` and so on.

    Args:
        pictures: Picture files, at least one.
        **settings: What `SearchEnv` takes: the world to search, tools, view_pixels.

    Raises:
        ImportError: When the package `mcp` is missing.
        ValueError: When there is no picture.
        UnreadableImage: When a file is no picture.
    """
    if not pictures:
        raise ValueError("give at least one picture, or --tasks")
    images = tuple(TaskImage(path=str(Path(each).resolve())) for each in pictures)
    task = Task("pictures", "What do the pictures show?", "", images=images)
    settings = {"max_steps": OPEN_ENDED, "on_fatal": "continue", **settings}
    session = PlaySession(SearchEnv(tasks=[task], **settings))
    names = ", ".join(f"img_{number}" for number in range(1, len(images) + 1))
    first = session.begin(0, seed=0)

    def carry_out(name: str, arguments: dict[str, Any]) -> tuple[Reply, dict[str, Any]]:
        if name == "show_pictures":
            return Reply(names, first.pictures), {}
        return session.call(name, arguments), {}

    show = {
        "name": "show_pictures",
        "description": f"Look at the pictures that were given: {names}.",
        "parameters": {"type": "object", "properties": {}, "additionalProperties": False},
    }
    tools = [schema for schema in session.schemas() if schema["name"] != ANSWER]
    about = f"Tools to look at and search with. The pictures are {names}."
    return _server([show, *tools], carry_out, about)


def _server(schemas: Sequence[dict[str, Any]], carry_out: Any, instructions: str) -> Server[Any]:
    try:
        import anyio.to_thread
        from mcp import types
        from mcp.server import Server
    except ImportError as error:
        raise ImportError(
            f"searchvl mcp needs the package mcp, 2.0 or later ({error}); run: "
            "pip install 'searchvl-gym[mcp]'"
        ) from error
    known = {schema["name"] for schema in schemas}
    turn = anyio.Lock()

    async def list_tools(context: Any, request: Any) -> Any:
        return types.ListToolsResult(
            tools=[
                types.Tool(
                    name=schema["name"],
                    description=schema["description"],
                    input_schema=schema["parameters"],
                )
                for schema in schemas
            ]
        )

    async def call_tool(context: Any, request: Any) -> Any:
        arguments = dict(request.arguments or {})
        # Calls of one connection come one after the other: pictures are numbered in their order.
        async with turn:
            reply, result = await anyio.to_thread.run_sync(carry_out, request.name, arguments)
        content: list[Any] = [
            types.ImageContent(type="image", data=data, mime_type="image/png")
            for data in reply.pictures
        ]
        content.append(types.TextContent(type="text", text=reply.text))
        return types.CallToolResult(
            content=content,
            structured_content=result or None,
            is_error=bool(reply.error) or request.name not in known,
        )

    return Server(
        "searchvl",
        instructions=instructions,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )


async def serve_stdio(server: Server[Any]) -> None:
    """Speak over standard input and output until they are closed."""
    from mcp.server.stdio import stdio_server

    async with stdio_server() as (reading, writing):
        await server.run(reading, writing, server.create_initialization_options())
