"""Tool calls as the OpenAI chat interface has them: `tool_calls` with arguments as JSON text."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from json import JSONDecoder
from typing import Any, ClassVar

from searchvl_gym.chat.json_text import decode_json
from searchvl_gym.chat.native import NativeFormat, tool_lines
from searchvl_gym.chat.tool_calls import read_arguments
from searchvl_gym.chat.wire_format import Schema
from searchvl_gym.types import ToolCall, ToolError

_BLOCK = """\
You have these functions, one JSON schema a line:
{tools}

To call one, write nothing but a JSON object:
{{"tool_calls": [{{"type": "function", "function": {{"name": "<function-name>", \
"arguments": "<arguments as a JSON text>"}}}}]}}"""


@dataclass(frozen=True)
class OpenAIJson(NativeFormat):
    r"""One JSON object a turn; a bare `{"name": …, "arguments": {…}}` is read as well.

    >>> form = OpenAIJson()
    >>> form.write(ToolCall("text_search", {"q": "old mill"}))[:42]
    '{"tool_calls": [{"type": "function", "func'
    >>> form.parse('{"name": "text_search", "parameters": {"q": "old mill"}}').arguments
    {'q': 'old mill'}
    """

    name: ClassVar[str] = "openai_json"
    opening: ClassVar[str] = "{"
    example: ClassVar[str] = (
        '{"tool_calls": [{"type": "function", "function": {"name": "…", "arguments": "{…}"}}]}'
    )

    def tool_block(self, schemas: Sequence[Schema]) -> str:
        """See `NativeFormat.tool_block`."""
        return _BLOCK.format(tools=tool_lines(schemas))

    def write(self, call: ToolCall) -> str:
        """See `NativeFormat.write`."""
        arguments = json.dumps(dict(call.arguments), ensure_ascii=False)
        # Escaped, so that no text can look like the end of a thought.
        function = {"name": call.name, "arguments": arguments.replace("<", "\\u003c")}
        calls = {"tool_calls": [{"type": "function", "function": function}]}
        return json.dumps(calls, ensure_ascii=False).replace("<", "\\u003c")

    def find(self, body: str) -> tuple[int, int, ToolCall] | None:
        """See `NativeFormat.find`: the first object that stands at the beginning of a line."""
        start = 0 if body.startswith("{") else body.find("\n{") + 1
        if not body[start:].startswith("{"):
            return None
        try:
            end = start + JSONDecoder().raw_decode(body[start:])[1]
            # Once more, with the limits and repairs that hold for all JSON of a model.
            found = decode_json(body[start:end])
            function = _function_of(found)
            arguments = function.get("arguments", function.get("parameters"))
            name = str(function["name"]).strip()
            call = read_arguments(name, "{}" if arguments is None else arguments)
        except ToolError as error:
            raise self.error(error.message) from None
        except (ValueError, RecursionError, LookupError, TypeError, AttributeError):
            raise self.error("The turn is no JSON object that holds a tool call.") from None
        return start, end, call


def _function_of(found: Any) -> dict[str, Any]:
    """The function of an object that is a call, or that holds calls."""
    if "tool_calls" in found:
        found = found["tool_calls"][0]
    found = found.get("function", found)
    if not isinstance(found, dict) or not isinstance(found["name"], str) or not found["name"]:
        raise TypeError
    return found
