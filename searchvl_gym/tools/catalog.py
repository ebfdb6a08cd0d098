"""The sets of tools: the ten of the release in the order of its schema, and those with ours."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from searchvl_gym.tools.base import Tool
from searchvl_gym.tools.crop import Coordinates, Crop
from searchvl_gym.tools.image_search import ImageSearch
from searchvl_gym.tools.layout_parsing import LayoutParsing
from searchvl_gym.tools.note import Note
from searchvl_gym.tools.open_image import OpenImage
from searchvl_gym.tools.perspective_correct import PerspectiveCorrect
from searchvl_gym.tools.python_interpreter import PythonInterpreter
from searchvl_gym.tools.sharpen import Sharpen
from searchvl_gym.tools.suite import ToolSuite
from searchvl_gym.tools.super_resolution import SuperResolution
from searchvl_gym.tools.text_search import TextSearch
from searchvl_gym.tools.view_image import ViewImage
from searchvl_gym.tools.visit import Visit
from searchvl_gym.tools.web_search import WebSearch


def default_tools(*, crop_coordinates: Coordinates = "pixels") -> list[Tool]:
    """New instances of the release's tools with their default back ends; models load on first use.

    Args:
        crop_coordinates: In what `crop` is given its box; the release takes pixels.
    """
    return _ten(Visit(), crop_coordinates)


def perception_tools(*, crop_coordinates: Coordinates = "pixels") -> list[Tool]:
    """The ten, where `visit` lists a page's pictures, and `open_image`, which brings one in.

    Args:
        crop_coordinates: In what `crop` is given its box.
    """
    return [*_ten(Visit(list_pictures=True), crop_coordinates), OpenImage()]


def reading_tools(*, crop_coordinates: Coordinates = "pixels") -> list[Tool]:
    """The release's tools without `image_search`, for worlds whose pictures are not indexed.

    Args:
        crop_coordinates: In what `crop` is given its box.
    """
    tools = default_tools(crop_coordinates=crop_coordinates)
    return [tool for tool in tools if tool.name != "image_search"]


TOOL_SETS: Mapping[str, Callable[..., list[Tool]]] = {
    "release": default_tools,
    "perception": perception_tools,
    "reading": reading_tools,
}
"""The sets that can be asked for by name."""

CONTEXT_TOOLS: Mapping[str, Callable[[], Tool]] = {"view_image": ViewImage, "note": Note}
"""Tools of contexts; any set takes them on: `release+view_image`."""


def make_suite(
    tools: ToolSuite | Sequence[Tool] | str | None = None,
    crop_coordinates: Coordinates = "pixels",
) -> ToolSuite:
    """A suite from what a caller gave.

    Args:
        tools: A suite, which is taken as it is; tools; the name of a set; or None for that of
            the release. Sets by name are one suite that the whole process shares.
        crop_coordinates: In what `crop` of a set by name is given its box.

    Raises:
        ValueError: For an unknown name, or where the tools come with a `crop` of their own and
            other coordinates than pixels are asked for.
    """
    if tools is None or isinstance(tools, str):
        name = "release" if tools is None else tools
        base, *extra = name.split("+")
        if base not in TOOL_SETS or not set(extra) <= set(CONTEXT_TOOLS):
            raise ValueError(
                f"tools must be one of {', '.join(TOOL_SETS)}, with "
                f"{' or '.join(f'+{each}' for each in CONTEXT_TOOLS)} where a context needs them, "
                f"or a sequence of tools, got {name!r}"
            )
        return _shared_suite(name, crop_coordinates)
    if crop_coordinates != "pixels":
        raise ValueError(
            f"crop_coordinates={crop_coordinates!r} goes with a set of tools by name; among tools "
            "of one's own pass Crop(coordinates=…)"
        )
    return tools if isinstance(tools, ToolSuite) else ToolSuite(tools)


@lru_cache(maxsize=8)
def _shared_suite(name: str, crop_coordinates: Coordinates) -> ToolSuite:
    base, *extra = name.split("+")
    tools = TOOL_SETS[base](crop_coordinates=crop_coordinates)
    return ToolSuite([*tools, *(CONTEXT_TOOLS[each]() for each in extra)])


def _ten(visit: Visit, crop_coordinates: Coordinates) -> list[Tool]:
    return [
        Crop(crop_coordinates),
        Sharpen(),
        SuperResolution(),
        PerspectiveCorrect(),
        LayoutParsing(),
        TextSearch(),
        WebSearch(),
        ImageSearch(),
        visit,
        PythonInterpreter(),
    ]
