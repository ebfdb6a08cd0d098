"""What a wire format is: how a model and its tools talk in text."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Protocol

from searchvl_gym.types import ToolCall

Schema = Mapping[str, Any]
"""An OpenAI-style function schema: `{"type": "function", "function": {name, …}}`."""


class WireFormat(Protocol):
    """Turns actions into text and text into actions.

    `parse(render_call(call)) == call` for every call whose texts hold no control tokens.

    Attributes:
        name: What it is chosen by.
    """

    name: ClassVar[str]

    def system_prompt(self, schemas: Sequence[Schema]) -> str:
        """What tells a model the rules, the tools and how to write."""

    def parse(self, text: str) -> ToolCall:
        """The action in a model's turn; an answer is `ToolCall("answer", {"text": …})`.

        Raises:
            ToolError: `parse`, when there is neither a call nor an answer; the message, which
                the model gets to read, says what was wrong and how to write it.
        """

    def parse_leniently(self, text: str) -> tuple[ToolCall, bool]:
        """The action in a model's turn as models really write them, and whether it was mended.

        What is merely thought about is no action. What is not sound is mended where it can only
        mean one thing; the turn then does not count as well-formed, whatever `is_well_formed`
        says of it.

        Raises:
            ToolError: As for `parse`.
        """

    def render_call(self, call: ToolCall) -> str:
        """An action as a model would write it."""

    def render_result(self, text: str, image: str | None) -> str:
        """A tool result as the model gets to read it.

        Args:
            text: The tool's text.
            image: Name of the picture that the tool made (`img_2`), or None.
        """

    def is_well_formed(self, text: str) -> bool:
        """Whether a turn keeps the format."""


def signature(schema: Schema) -> str:
    """A function schema as one line: its name and arguments, the optional ones with `=`.

    Defaults are JSON, as models write values: `null`, `true`, `"en"`.

    >>> signature({"function": {"name": "sharpen", "parameters": {
    ...     "properties": {"image": {"type": "string"}, "amount": {"default": 1.5},
    ...         "corners": {"default": None}},
    ...     "required": ["image"]}}})
    'sharpen(image, amount=1.5, corners=null)'
    """
    function = schema["function"]
    parameters = function.get("parameters", {})
    required = parameters.get("required", ())
    arguments = [
        name if name in required else f"{name}={_literal(field.get('default'))}"
        for name, field in parameters.get("properties", {}).items()
    ]
    return f"{function['name']}({', '.join(arguments)})"


def _literal(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
