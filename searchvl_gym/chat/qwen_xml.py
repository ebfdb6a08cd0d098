"""Tool calls of Qwen3.5: a function and its parameters as tags within `<tool_call>`."""

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

You have access to the following functions:

<tools>
{tools}
</tools>

If you choose to call a function ONLY reply in the following format with NO suffix:

<tool_call>
<function=example_function_name>
<parameter=example_parameter_1>
value_1
</parameter>
<parameter=example_parameter_2>
This is the value for the second parameter
that can span
multiple lines
</parameter>
</function>
</tool_call>"""
_PARAMETER = re.compile(r"\s*<parameter=([^>\n]{1,200})>\n?")
_END = "</parameter>"


@dataclass(frozen=True)
class QwenXml(NativeFormat):
    r"""`<function=…>` and `<parameter=…>`; results within `<tool_response>` in the user's turn.

    >>> print(QwenXml().render_call(ToolCall("text_search", {"q": "old mill"})))
    <tool_call>
    <function=text_search>
    <parameter=q>
    old mill
    </parameter>
    </function>
    </tool_call>
    """

    name: ClassVar[str] = "qwen_xml"
    opening: ClassVar[str] = "<tool_call>"
    example: ClassVar[str] = (
        "<tool_call><function=name>, then <parameter=key>…</parameter> for each argument, then "
        "</function></tool_call>"
    )

    def tool_block(self, schemas: Sequence[Schema]) -> str:
        """See `NativeFormat.tool_block`."""
        return _BLOCK.format(tools=tool_lines(schemas))

    def write(self, call: ToolCall) -> str:
        """See `NativeFormat.write`."""
        parameters = "".join(
            f"<parameter={key}>\n{write_value(call.name, key, value)}\n</parameter>\n"
            for key, value in call.arguments.items()
        )
        return f"<tool_call>\n<function={call.name}>\n{parameters}</function>\n</tool_call>"

    def find(self, body: str) -> tuple[int, int, ToolCall] | None:
        """See `NativeFormat.find`."""
        block = first_block(body, "tool_call")
        if block is None:
            return None
        content = block.content.strip()
        head, closed, rest = content.partition(">")
        name = head.removeprefix("<function=").strip()
        if not head.startswith("<function=") or not closed or not name or "\n" in name:
            raise self.error("The tool call names no function.")
        if not rest.endswith("</function>"):
            raise self.error("The function is not closed.")
        return block.start, block.end, ToolCall(name, self._arguments(name, rest))

    def _arguments(self, name: str, rest: str) -> dict[str, Any]:
        text = rest.removesuffix("</function>")
        arguments: dict[str, Any] = {}
        place = 0
        while (found := _PARAMETER.match(text, place)) is not None:
            end = text.find(_END, found.end())
            # Where the next one begins first, its value would be swallowed.
            if end < 0 or "<parameter=" in text[found.end() : end]:
                raise self.error("A parameter is not closed.")
            arguments[found[1]] = read_value(
                name, found[1], text[found.end() : end].removesuffix("\n")
            )
            place = end + len(_END)
        if text[place:].strip():
            raise self.error("There is something else than parameters in the function.")
        return arguments

    def render_result(self, text: str, image: str | None) -> str:
        """See `WireFormat.render_result`."""
        return f"<tool_response>\n{super().render_result(text, image)}\n</tool_response>"
