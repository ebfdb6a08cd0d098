"""Tool calls of the Hermes kind, which Qwen2.5 to Qwen3-VL write: JSON within `<tool_call>`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from searchvl_gym.chat.blocks import first_block
from searchvl_gym.chat.native import NativeFormat, tool_lines
from searchvl_gym.chat.tool_calls import read_call
from searchvl_gym.chat.wire_format import Schema
from searchvl_gym.types import ToolCall

_BLOCK = """\
# Tools

You may call one or more functions to assist with the user query.

You are provided with function signatures within <tools></tools> XML tags:
<tools>
{tools}
</tools>

For each function call, return a json object with function name and arguments within \
<tool_call></tool_call> XML tags:
<tool_call>
{{"name": <function-name>, "arguments": <args-json-object>}}
</tool_call>"""


@dataclass(frozen=True)
class Hermes(NativeFormat):
    r"""JSON within `<tool_call>` tags; results within `<tool_response>` in the user's turn.

    >>> print(Hermes().render_call(ToolCall("text_search", {"q": "old mill"}, "Look it up.")))
    <think>
    Look it up.
    </think>
    <BLANKLINE>
    <tool_call>
    {"name": "text_search", "arguments": {"q": "old mill"}}
    </tool_call>
    """

    name: ClassVar[str] = "hermes"
    opening: ClassVar[str] = "<tool_call>"
    example: ClassVar[str] = '<tool_call>{"name": "…", "arguments": {…}}</tool_call>'

    def tool_block(self, schemas: Sequence[Schema]) -> str:
        """See `NativeFormat.tool_block`."""
        return _BLOCK.format(tools=tool_lines(schemas))

    def write(self, call: ToolCall) -> str:
        """See `NativeFormat.write`."""
        payload = {"name": call.name, "arguments": dict(call.arguments)}
        # Escaped, so that no argument can close the block.
        written = json.dumps(payload, ensure_ascii=False).replace("<", "\\u003c")
        return f"<tool_call>\n{written}\n</tool_call>"

    def find(self, body: str) -> tuple[int, int, ToolCall] | None:
        """See `NativeFormat.find`."""
        block = first_block(body, "tool_call")
        if block is None:
            return None
        return block.start, block.end, read_call(block.content)

    def render_result(self, text: str, image: str | None) -> str:
        """See `WireFormat.render_result`."""
        return f"<tool_response>\n{super().render_result(text, image)}\n</tool_response>"
