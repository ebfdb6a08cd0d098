"""`searchvl mcp`: the tools over a world, for any agent that speaks the Model Context Protocol."""

from __future__ import annotations

import argparse
from typing import Any

from searchvl_gym.commands.options import path


def add_to(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser("mcp", help="the tools for agents, over standard input and output")
    parser.add_argument("pictures", metavar="IMAGE", nargs="*", help="pictures to work on")
    parser.add_argument(
        "--world", default="atlas-mini", metavar="PATH", help="what to search (%(default)s)"
    )
    parser.add_argument(
        "--tasks", type=path, metavar="FILE", help="play the tasks of a file instead of pictures"
    )
    parser.add_argument(
        "--set",
        choices=("release", "perception"),
        default="release",
        help="the ten tools of the release, or those with open_image (%(default)s)",
    )
    parser.set_defaults(run=run_mcp)


def run_mcp(options: argparse.Namespace) -> int:
    """Run the command until standard input is closed.

    Raises:
        ValueError: When both pictures and tasks are given, or neither.
        RuntimeError: When the package `mcp` is missing.
    """
    if bool(options.pictures) == bool(options.tasks):
        raise ValueError("give pictures, or --tasks FILE: searchvl mcp photo.jpg")
    from functools import partial

    from searchvl_gym.env import SearchEnv
    from searchvl_gym.integrations.mcp import serve_pictures, serve_stdio, serve_tasks
    from searchvl_gym.world.by_name import find_world

    world = find_world(options.world)
    try:
        if options.tasks:
            server = serve_tasks(SearchEnv(world, options.tasks, tools=options.set))
        else:
            server = serve_pictures(options.pictures, world=world, tools=options.set)
    except ImportError as error:
        raise RuntimeError(str(error)) from error
    import anyio

    anyio.run(partial(serve_stdio, server))
    return 0
