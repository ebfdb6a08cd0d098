"""Tool calls of GLM-4.5 and its successors: keys and values in tags of their own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from searchvl_gym.chat.blocks import first_block
from searchvl_gym.chat.native import NativeFormat, tool_lines
from searchvl_gym.chat.raw_values import read_value, write_value
from searchvl_gym.chat.wire_format import Schema
from searchvl_gym.types import ToolCall

_BLOCK = """\
# Tools

You may call one or more functions to assist with the user query.

You are provided with function signatures within <tools></tools> XML tags:
<tools>
{tools}
</tools>

For each function call, output the function name and arguments within the following XML format:
<tool_call>{{function-name}}
<arg_key>{{arg-key-1}}</arg_key>
<arg_value>{{arg-value-1}}</arg_value>
<arg_key>{{arg-key-2}}</arg_key>
<arg_value>{{arg-value-2}}</arg_value>
...
</tool_call>"""
_TAG = re.compile(r"<arg_key>|</arg_key>|<arg_value>|</arg_value>")
_NAME = re.compile(r"[\w.:/-]{1,200}")
_ORDER = ("<arg_key>", "</arg_key>", "<arg_value>", "</arg_value>")


@dataclass(frozen=True)
class Glm(NativeFormat):
    r"""A function's name, then `<arg_key>` and `<arg_value>`; results have the role `tool`.

    >>> print(Glm().render_call(ToolCall("crop", {"image": "img_1", "x": 10})))
    <tool_call>crop
    <arg_key>image</arg_key>
    <arg_value>img_1</arg_value>
    <arg_key>x</arg_key>
    <arg_value>10</arg_value>
    </tool_call>
    """

    name: ClassVar[str] = "glm"
    result_role: ClassVar[str] = "tool"
    opening: ClassVar[str] = "<tool_call>"
    example: ClassVar[str] = (
        "<tool_call>name, then <arg_key>…</arg_key> and <arg_value>…</arg_value> for each "
        "argument, then </tool_call>"
    )

    def tool_block(self, schemas: Sequence[Schema]) -> str:
        """See `NativeFormat.tool_block`."""
        return _BLOCK.format(tools=tool_lines(schemas))

    def write(self, call: ToolCall) -> str:
        """See `NativeFormat.write`."""
        lines = [f"<tool_call>{call.name}"]
        for key, value in call.arguments.items():
            lines.append(f"<arg_key>{key}</arg_key>")
            lines.append(f"<arg_value>{write_value(call.name, key, value)}</arg_value>")
        return "\n".join([*lines, "</tool_call>"])

    def find(self, body: str) -> tuple[int, int, ToolCall] | None:
        """See `NativeFormat.find`."""
        block = first_block(body, "tool_call")
        if block is None:
            return None
        tags = list(_TAG.finditer(block.content))
        head = block.content[: tags[0].start()] if tags else block.content
        name = head.strip()
        if _NAME.fullmatch(name) is None:
            raise self.error("The tool call names no function.")
        if len(tags) % 4 or any(tag.group() != _ORDER[n % 4] for n, tag in enumerate(tags)):
            raise self.error("The arguments are not pairs of a key and a value.")
        arguments: dict[str, Any] = {}
        for first in range(0, len(tags), 4):
            opened, closed, begun, ended = tags[first : first + 4]
            key = block.content[opened.end() : closed.start()].strip()
            arguments[key] = read_value(name, key, block.content[begun.end() : ended.start()])
        return block.start, block.end, ToolCall(name, arguments)
