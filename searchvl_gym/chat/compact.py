r"""A terse wire format for tiny models: one line a turn.

    call crop|image= img_1|x= 10|y= 20|width= 300|height= 80
    answer 1982

A line `think …` may stand before it. A blank stands before a value, as it does before a word of a
text, so that a name has the same tokens wherever it is copied to; reading needs no blank. Values
that could be read as something else than the text they are (`12`, `true`, a leading space, a `|`)
are written as JSON: `q= "12"`. So everything that JSON can hold comes back as it was.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from searchvl_gym.chat.aliases import normalise_call
from searchvl_gym.chat.json_text import decode_json
from searchvl_gym.chat.wire_format import Schema, signature
from searchvl_gym.tools.control_tokens import neutralise
from searchvl_gym.types import ANSWER, ErrorKind, ToolCall, ToolError

_BARE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_NOTHING = object()


@dataclass(frozen=True)
class Compact:
    r"""One line a turn: `call name|key= value|…` or `answer text`, with an optional thought.

    >>> form = Compact()
    >>> form.render_call(ToolCall("text_search", {"q": "old mill", "top_k": 3}, "Look it up."))
    'think Look it up.\ncall text_search|q= old mill|top_k= 3'
    >>> form.parse("call visit|url=atlas://old-mill|goal=year").arguments
    {'url': 'atlas://old-mill', 'goal': 'year'}
    >>> form.parse("answer 1982")
    ToolCall(name='answer', arguments={'text': '1982'}, thought='')
    """

    name: ClassVar[str] = "compact"

    def system_prompt(self, schemas: Sequence[Schema]) -> str:
        """See `WireFormat.system_prompt`."""
        tools = "\n".join(signature(schema) for schema in schemas)
        tools = tools or "(there are none: answer from what you see and know)"
        return (
            "Answer the question about img_1. Each turn write one line:\n"
            "call tool|argument= value|argument= value\n"
            "answer text\n"
            f"Tools:\n{tools}\n"
        )

    def parse(self, text: str) -> ToolCall:
        """See `WireFormat.parse`: the first line that begins with `call` or `answer` counts."""
        thought = ""
        for line in text.split("\n"):
            word, _, rest = line.strip().partition(" ")
            if word == "think" and not thought:
                thought = _read_text(rest)
            elif word == "call":
                return _read_call(rest.strip(), thought)
            elif word == "answer":
                answer = _read_text(rest)
                if not answer:
                    raise ToolError(ErrorKind.PARSE, "The answer is empty. Write: answer text")
                return ToolCall(ANSWER, {"text": answer}, thought)
        raise ToolError(
            ErrorKind.PARSE,
            "There is neither a call nor an answer. Write one line: "
            "call tool|argument= value  or  answer text",
        )

    def parse_leniently(self, text: str) -> tuple[ToolCall, bool]:
        """See `WireFormat.parse_leniently`: `parse` is lenient already."""
        return self.parse(text), False

    def render_call(self, call: ToolCall) -> str:
        """See `WireFormat.render_call`."""
        thought = f"think {_write_text(call.thought)}\n" if call.thought else ""
        text = call.arguments.get("text")
        if call.name == ANSWER and len(call.arguments) == 1 and isinstance(text, str) and text:
            return f"{thought}answer {_write_text(text)}"
        parts = [_write_name(call.name)]
        parts += [f"{_write_name(key)}= {_write(value)}" for key, value in call.arguments.items()]
        return f"{thought}call {'|'.join(parts)}"

    def render_result(self, text: str, image: str | None) -> str:
        """See `WireFormat.render_result`: the text itself."""
        shown = neutralise(text)
        return shown if image is None or image in shown else f"{shown}\n{image}"

    def is_well_formed(self, text: str) -> bool:
        """Whether a turn is one line that can be read, after at most one thought."""
        lines = text.strip().split("\n")
        if len(lines) == 2 and lines[0].startswith("think "):
            lines = lines[1:]
        if len(lines) != 1 or not lines[0].startswith(("call ", "answer ")):
            return False
        try:
            self.parse(lines[0])
        except ToolError:
            return False
        return True


def _read_call(line: str, thought: str) -> ToolCall:
    head, *pairs = line.split("|")
    name = _read_name(head)
    if not name:
        raise ToolError(ErrorKind.PARSE, "The call names no tool. Write: call tool|argument= value")
    arguments: dict[str, Any] = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals:
            raise ToolError(
                ErrorKind.PARSE,
                f"{pair.strip()[:60]!r} is no argument. Write: call {name[:60]}|argument= value",
            )
        arguments[_read_name(key)] = _read(value)
    return normalise_call(ToolCall(name, arguments, thought))


def _read(value: str) -> Any:
    value = value.strip()
    decoded = _decode(value)
    return value if decoded is _NOTHING else decoded


def _write(value: Any) -> str:
    bare = (
        isinstance(value, str)
        and value
        and value == value.strip()
        and "|" not in value
        and "\n" not in value
        and _decode(value) is _NOTHING
    )
    return str(value) if bare else _escape(value)


def _read_name(name: str) -> str:
    name = name.strip()
    decoded = _decode(name) if name.startswith('"') else _NOTHING
    return decoded if isinstance(decoded, str) else name


def _write_name(name: str) -> str:
    return name if _BARE_NAME.fullmatch(name) else _escape(name)


def _read_text(text: str) -> str:
    return _read_name(text)


def _write_text(text: str) -> str:
    bare = text and text == text.strip() and "\n" not in text and not text.startswith('"')
    return text if bare else _escape(text)


def _escape(value: Any) -> str:
    # `|` and `=` part the line, so they may not stand in it as they are.
    written = json.dumps(value, ensure_ascii=False)
    return written.replace("|", "\\u007c").replace("=", "\\u003d")


def _decode(text: str) -> Any:
    try:
        return decode_json(text)
    except ValueError:
        return _NOTHING
