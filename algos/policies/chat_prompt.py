"""What a model is told first: our prompts, or the one that it was trained with."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from searchvl_gym.chat import FORMATS
from searchvl_gym.chat.calling import ANSWER_FUNCTION

NATIVE = "native"
"""Tool calls through the interface instead of a wire format."""

NATIVE_PROMPT = """\
You answer a question about one or more pictures. The pictures are named img_1, img_2 and so on; \
each picture that a tool makes gets the next name. In each turn, think and then call exactly one \
tool. Look at the picture, repair or crop it if it is hard to read, search for what it shows and \
for the facts about it, and follow the facts until they reach the question. When you are sure, \
call the tool "answer" with a short answer: a name, a number with its unit, or a date."""


@dataclass(frozen=True)
class Prompt:
    """A system prompt and the schemas that go with it.

    Attributes:
        text: The prompt.
        tools: What is sent as the request's `tools`, or None.
    """

    text: str
    tools: tuple[Mapping[str, Any], ...] | None = None


def own_prompt(wire_format: str, schemas: Sequence[Mapping[str, Any]]) -> Prompt:
    """Our prompt for a wire format, or for native tool calls."""
    if wire_format == NATIVE:
        return Prompt(NATIVE_PROMPT, (*schemas, {"type": "function", "function": ANSWER_FUNCTION}))
    return Prompt(FORMATS[wire_format].system_prompt(schemas))


def read_prompt(path: str | Path) -> Prompt:
    """The prompt of a released checkpoint, sent as it is.

    Args:
        path: A text file, which is the prompt; or a `.json` or `.jsonl` file whose first object
            has `system` and maybe `tools`, as a row of the release's training data has. The tools
            are then sent beside the prompt, for the server's chat template to write them in as
            in training.

    Raises:
        ValueError: When it cannot be read, or holds no prompt.
    """
    file = Path(path).expanduser()
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"system_prompt: cannot read {file}: {error}") from None
    if file.suffix.lower() not in (".json", ".jsonl"):
        if not text.strip():
            raise ValueError(f"system_prompt: {file} is empty")
        return Prompt(text)
    try:
        row = json.JSONDecoder().raw_decode(text.lstrip(" \n[\ufeff"))[0]
        tools = row.get("tools") or None
        tools = json.loads(tools) if isinstance(tools, str) else tools
        system = row["system"]
    except (ValueError, KeyError, AttributeError) as error:
        raise ValueError(f"system_prompt: {file} has no object with 'system' ({error})") from None
    sound = tools is None or (isinstance(tools, list) and all(map(_is_schema, tools)))
    if not isinstance(system, str) or not system.strip() or not sound:
        raise ValueError(f"system_prompt: 'system' of {file} must be text, 'tools' schemas")
    return Prompt(system, None if tools is None else tuple(map(_as_function, tools)))


def _is_schema(tool: Any) -> bool:
    if not isinstance(tool, Mapping):
        return False
    function = tool.get("function", tool)
    return isinstance(function, Mapping) and isinstance(function.get("name"), str)


def _as_function(tool: Mapping[str, Any]) -> Mapping[str, Any]:
    """A schema as the interface wants it; the release's data leave out what is around it."""
    return tool if "function" in tool else {"type": "function", "function": dict(tool)}
