"""The sets of tools with the live ones in the place of those that read a world."""

from __future__ import annotations

from collections.abc import Sequence

from searchvl_gym.live.tools import (
    LiveImageSearch,
    LiveOpenImage,
    LiveTextSearch,
    LiveVisit,
    LiveWebSearch,
)
from searchvl_gym.live.web import LiveWeb
from searchvl_gym.tools.base import Tool
from searchvl_gym.tools.catalog import TOOL_SETS
from searchvl_gym.tools.crop import Coordinates
from searchvl_gym.tools.suite import ToolSuite

TIME_LIMIT = 120.0
"""Seconds that one call may take, retries included."""


def live_suite(
    web: LiveWeb, tools: str | None = None, crop_coordinates: Coordinates = "pixels"
) -> ToolSuite:
    """A set of tools on the live web.

    Args:
        web: What they search and read.
        tools: Name of a set of `TOOL_SETS`; None for the release's.
        crop_coordinates: See `make_suite`.

    Raises:
        ValueError: For an unknown name.
    """
    name = "release" if tools is None else tools
    if name not in TOOL_SETS:
        raise ValueError(f"tools must be one of {', '.join(TOOL_SETS)}, got {name!r}")
    live: Sequence[Tool] = (
        LiveTextSearch(web),
        LiveWebSearch(web),
        LiveImageSearch(web),
        LiveVisit(web, list_pictures=name == "perception"),
        LiveOpenImage(web),
    )
    by_name = {tool.name: tool for tool in live}
    usual = TOOL_SETS[name](crop_coordinates=crop_coordinates)
    return ToolSuite([by_name.get(tool.name, tool) for tool in usual], time_limit=TIME_LIMIT)
