"""The ten tools of the release, in the order of its schema."""

from __future__ import annotations

from searchvl_gym.tools.base import Tool
from searchvl_gym.tools.crop import Crop
from searchvl_gym.tools.image_search import ImageSearch
from searchvl_gym.tools.layout_parsing import LayoutParsing
from searchvl_gym.tools.perspective_correct import PerspectiveCorrect
from searchvl_gym.tools.python_interpreter import PythonInterpreter
from searchvl_gym.tools.sharpen import Sharpen
from searchvl_gym.tools.super_resolution import SuperResolution
from searchvl_gym.tools.text_search import TextSearch
from searchvl_gym.tools.visit import Visit
from searchvl_gym.tools.web_search import WebSearch


def default_tools() -> list[Tool]:
    """New instances of all tools with their default back ends; models load on first use."""
    return [
        Crop(),
        Sharpen(),
        SuperResolution(),
        PerspectiveCorrect(),
        LayoutParsing(),
        TextSearch(),
        WebSearch(),
        ImageSearch(),
        Visit(),
        PythonInterpreter(),
    ]
