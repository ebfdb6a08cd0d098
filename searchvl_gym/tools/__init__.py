"""The tool suite: ten tools, their schemas, validation, limits and faults."""

from searchvl_gym.tools.base import Arguments, ImageSource, Tool, ToolContext
from searchvl_gym.tools.control_tokens import neutralise
from searchvl_gym.tools.faults import Faults, FaultStream
from searchvl_gym.tools.suite import ToolSuite

__all__ = [
    "Arguments",
    "FaultStream",
    "Faults",
    "ImageSource",
    "Tool",
    "ToolContext",
    "ToolSuite",
    "neutralise",
]
