"""What the wire formats share that are a model's own: its tool calls as it was trained to write.

A turn is an optional `<think>…</think>` and one call. The final answer is a call of the tool
`answer`, so that prose which was cut off is never taken for one.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar

from searchvl_gym.chat.aliases import normalise_call
from searchvl_gym.chat.blocks import after_thought, thought_of
from searchvl_gym.chat.calling import ANSWER_FUNCTION
from searchvl_gym.chat.repair import repair_call, without_thoughts
from searchvl_gym.chat.wire_format import Schema
from searchvl_gym.tools.control_tokens import neutralise
from searchvl_gym.types import ErrorKind, ToolCall, ToolError

ANSWER_TOOL: Schema = {
    "type": "function",
    "function": {
        **ANSWER_FUNCTION,
        # Chat templates print what they are given; models were trained without this word.
        "parameters": {
            name: value
            for name, value in ANSWER_FUNCTION["parameters"].items()
            if name != "additionalProperties"
        },
    },
}
"""The tool that ends an episode."""

RULES = """\
You answer a question about one or more pictures. The pictures are named img_1, img_2 and so on; \
the first ones come with the question, and each picture that a tool makes gets the next name. All \
of them can be used again at any time.

You work in turns. In each turn, think first and then call exactly one tool; the next turn begins \
with its result. When you are sure, call answer with a name, a number with its unit, or a date.

Look at the picture before you search. If it is small, blurred, tilted or dark, repair it or crop \
to the part that matters, then read it. A search for the picture tells what it shows; text \
searches and visits tell the facts about it. Search for something new each time. When a tool \
reports an error, change the call. Never guess while a tool can tell."""


class NativeFormat(ABC):
    """A wire format of one kind of tool calls; a subclass reads and writes a single call.

    Attributes:
        name: What it is chosen by.
        opening: How a call begins, by which an unfinished one is told from an answer.
        example: A call as the model should write it, for messages.
    """

    name: ClassVar[str]
    opening: ClassVar[str]
    example: ClassVar[str]

    @abstractmethod
    def tool_block(self, schemas: Sequence[Schema]) -> str:
        """The tools and how to call them, as the model's chat template writes it."""

    @abstractmethod
    def write(self, call: ToolCall) -> str:
        """A call without its thought."""

    @abstractmethod
    def find(self, body: str) -> tuple[int, int, ToolCall] | None:
        """The first whole call of a text with its beginning and end, or None.

        Raises:
            ToolError: `parse`, when there is one that cannot be read.
        """

    def system_prompt(self, schemas: Sequence[Schema]) -> str:
        """See `WireFormat.system_prompt`."""
        return f"{RULES}\n\n{self.tool_block([*schemas, ANSWER_TOOL])}"

    def parse(self, text: str) -> ToolCall:
        """See `WireFormat.parse`. What stands before the end of the thought is not read."""
        body, thought = after_thought(text), thought_of(text)
        found = self.find(body)
        if found is not None:
            call = normalise_call(found[2])
            return ToolCall(call.name, call.arguments, thought)
        if self.opening in body:
            raise self.error("The tool call is not finished.")
        raise self.error("There is neither a tool call nor an answer.")

    def parse_leniently(self, text: str) -> tuple[ToolCall, bool]:
        """See `WireFormat.parse_leniently`: calls of other styles are read as well."""
        try:
            return self.parse(text), False
        except ToolError:
            call = repair_call(without_thoughts(text))
            if call is None:
                raise
            return ToolCall(call.name, call.arguments, thought_of(text)), True

    def render_call(self, call: ToolCall) -> str:
        """See `WireFormat.render_call`. Control tokens in the thought are neutralised."""
        thought = neutralise(call.thought).strip()
        return (f"<think>\n{thought}\n</think>\n\n" if thought else "") + self.write(call)

    def render_result(self, text: str, image: str | None) -> str:
        """See `WireFormat.render_result`; the picture itself stands in the chat."""
        shown = neutralise(text)
        return shown if image is None or image in shown else f"{shown}\nNew picture: {image}"

    def is_well_formed(self, text: str) -> bool:
        """Whether a turn is at most one thought and then one call, with nothing around it."""
        body = text.strip()
        if body.count("<think>") > 1 or body.count("</think>") > 1:
            return False
        if "<think>" in body and not body.startswith("<think>"):
            return False
        rest = after_thought(body).strip()
        try:
            found = self.find(rest)
        except ToolError:
            return False
        return found is not None and found[0] == 0 and found[1] == len(rest)

    def error(self, what: str) -> ToolError:
        """A `parse` error that says how to write a call."""
        return ToolError(ErrorKind.PARSE, f"{what} Write {self.example}")


def tool_lines(schemas: Sequence[Schema]) -> str:
    """Schemas as chat templates list them: one JSON object a line."""
    return "\n".join(json.dumps(_plain(schema), ensure_ascii=False) for schema in schemas)


def _plain(schema: Schema) -> dict[str, Any]:
    found = dict(schema)
    return {"type": found.pop("type", "function"), **found}
