"""The tools an agent has: their schemas, validation, time limits, faults and dispatch.

Everything that a call can do wrong ends in a `ToolError`; any other exception that leaves `run`
is a bug in a tool.
"""

from __future__ import annotations

import difflib
import logging
import math
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import msgspec
import numpy as np

from searchvl_gym.tools.arguments import ArgumentReader
from searchvl_gym.tools.base import Arguments, Tool, ToolContext
from searchvl_gym.tools.control_tokens import clean_result
from searchvl_gym.tools.deadline import DeadlineExceeded, DeadlineRunner
from searchvl_gym.tools.faults import Faults, FaultStream
from searchvl_gym.tools.limits import MAX_PIXELS
from searchvl_gym.types import ErrorKind, ToolCall, ToolError, ToolResult

_LOG = logging.getLogger(__name__)


class ToolSuite:
    """A set of tools behind one door. Safe to share between environments and threads.

    Args:
        tools: The tools, or None for the ten of the release.
        time_limit: Seconds that one call may take. It holds for tools whose cost the input's
            caps do not bound; tools with `bounded = True` run in the caller's thread.
        faults: How the infrastructure fails, or None for a perfect one.

    Raises:
        ValueError: When two tools share a name or the time limit is not positive.

    >>> suite = ToolSuite()
    >>> suite.names[:2]
    ('crop', 'sharpen')
    >>> suite.validate(ToolCall("sharpen", {"image": "img_1"})).amount
    1.5
    """

    def __init__(
        self,
        tools: Sequence[Tool] | None = None,
        *,
        time_limit: float = 60.0,
        faults: Faults | None = None,
    ) -> None:
        if not (math.isfinite(time_limit) and time_limit > 0):
            raise ValueError(f"time_limit must be a positive number of seconds, got {time_limit!r}")
        if tools is None:
            from searchvl_gym.tools.catalog import default_tools

            tools = default_tools()
        self._tools = {tool.name: tool for tool in tools}
        if len(self._tools) != len(tools):
            raise ValueError(f"tool names must be unique, got {[tool.name for tool in tools]}")
        self.time_limit = time_limit
        self.faults = faults
        self._parameters = {name: parameters(tool) for name, tool in self._tools.items()}
        self._readers = {
            name: ArgumentReader(tool, self._parameters[name]["properties"])
            for name, tool in self._tools.items()
        }
        self._runner = DeadlineRunner()

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the tools in their order."""
        return tuple(self._tools)

    def schemas(self) -> list[dict[str, Any]]:
        """OpenAI-style function schemas, one a tool; a fresh copy each time."""
        return [
            {
                "type": "function",
                "function": {
                    "name": name,
                    "description": tool.description,
                    "parameters": msgspec.json.decode(msgspec.json.encode(self._parameters[name])),
                },
            }
            for name, tool in self._tools.items()
        ]

    def __deepcopy__(self, memo: dict[int, Any] | None) -> ToolSuite:
        """A suite is shared, never copied: its models are large and hold locks."""
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        """Another process gets a suite of the same tools with its own threads."""
        return partial(ToolSuite, time_limit=self.time_limit, faults=self.faults), (
            list(self._tools.values()),
        )

    def __getitem__(self, name: str) -> Tool:
        """The tool called `name`; KeyError when there is none."""
        return self._tools[name]

    def validate(self, call: ToolCall) -> Arguments:
        """Check a call and give its typed arguments.

        Raises:
            ToolError: `unknown_tool` or `bad_arguments`.
        """
        reader = self._readers.get(call.name) if isinstance(call.name, str) else None
        if reader is None:
            raise self._unknown(call.name)
        return reader.read(call.arguments)

    def fault_stream(self, rng: np.random.Generator) -> FaultStream | None:
        """The faults of a new episode, or None when there are none.

        Args:
            rng: The episode's generator; one number is drawn from it when faults are on.
        """
        return None if self.faults is None else self.faults.stream(rng)

    def run(
        self, call: ToolCall, context: ToolContext, *, faults: FaultStream | None = None
    ) -> ToolResult:
        """Validate and run one call.

        Args:
            call: What the agent wants.
            context: The episode's pictures and the world.
            faults: The episode's faults, from `fault_stream`.

        Returns:
            The result, its text free of model control tokens and invisible characters.

        Raises:
            ToolError: Whatever went wrong; nothing else but bugs is raised.
        """
        arguments = self.validate(call)
        tool = self._tools[call.name]
        fault = None if faults is None else faults.draw(call.name)
        if fault is not None:
            _LOG.info("injected fault: %s", fault.message)
            raise fault
        try:
            if getattr(tool, "bounded", False):
                result = tool.run(arguments, context)
            else:
                result = self._runner.run(lambda: tool.run(arguments, context), self.time_limit)
        except DeadlineExceeded:
            raise ToolError(
                ErrorKind.TIMEOUT,
                f"{call.name}: not finished after {self.time_limit:g} seconds; "
                "try again with a smaller picture or a simpler request.",
            ) from None
        except ToolError as error:
            raise _clean(error) from None
        except ImportError as error:
            raise _without_back_end(call.name, error) from error
        return _checked(result, call.name)

    def _unknown(self, name: object) -> ToolError:
        shown = repr(name)[:60] if isinstance(name, str) else f"of type {type(name).__name__}"
        close = (
            difflib.get_close_matches(name[:60], self._tools, n=1) if isinstance(name, str) else []
        )
        hint = f" did you mean {close[0]}?" if close else ""
        return ToolError(
            ErrorKind.UNKNOWN_TOOL,
            clean_result(
                f"There is no tool {shown};{hint} the tools are {', '.join(self._tools)}."
            ),
        )


def parameters(tool: Tool) -> dict[str, Any]:
    """JSON schema of a tool's arguments as one self-contained object schema.

    Args:
        tool: Its argument class must not refer to other structs.
    """
    schema = msgspec.json.schema(tool.arguments)
    body: Mapping[str, Any] = schema["$defs"][schema["$ref"].rpartition("/")[2]]
    return {
        "type": "object",
        "properties": {name: dict(value) for name, value in body["properties"].items()},
        "required": list(body.get("required", [])),
        "additionalProperties": False,
    }


def _without_back_end(name: str, error: ImportError) -> ToolError:
    """What to say when a package that the tool needs is missing or broken.

    Raises:
        ImportError: The same, when it is a module of ours that is missing: a bug.
    """
    package = (error.name or "").partition(".")[0]
    if package in ("searchvl_gym", "algos"):
        raise error
    needed = f"the package {package}" if package else "a package that it needs"
    return ToolError(
        ErrorKind.UNAVAILABLE,
        f"{name}: {needed} is not installed or cannot be loaded (searchvl doctor says which); use "
        "another tool.",
    )


def _clean(error: ToolError) -> ToolError:
    text = clean_result(error.message)
    if text == error.message:
        return error
    return ToolError(error.kind, text, infrastructure=error.infrastructure)


def _checked(result: ToolResult, name: str) -> ToolResult:
    """Hold every tool to the picture format and neutralise its text."""
    image = result.image
    if image is not None:
        if image.dtype != np.uint8 or image.ndim != 3 or image.shape[2] != 3 or not image.size:
            raise TypeError(f"{name} returned a picture of {image.dtype} {image.shape}, not RGB")
        if image.shape[0] * image.shape[1] > MAX_PIXELS:
            raise ValueError(f"{name} returned {image.shape}, more than {MAX_PIXELS} pixels")
    text = clean_result(result.text)
    if text == result.text:
        return result
    return ToolResult(text, result.image, result.evidence)
