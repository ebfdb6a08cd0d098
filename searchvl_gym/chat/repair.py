"""Calls as models really write them: what is unambiguous is read, and only that.

The strict readers of this package do what the release does. This one first leaves out the thought,
in which a call is only mentioned, and then reads the first call that follows: near-JSON
(`near_json`), code fences, a missing closing tag, the nesting of OpenAI's interface, XML and GLM
styles, calls in Python's notation. A call that was cut off, or that can be read in two ways, is
none. `docs/wire_formats.md` lists the kinds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from searchvl_gym.chat.aliases import LEGACY_TAGS, normalise_call
from searchvl_gym.chat.call_styles import read_other_style
from searchvl_gym.chat.json_text import decode_json, raw_decode_json
from searchvl_gym.chat.near_json import read_near_json
from searchvl_gym.types import ToolCall

_TAG = r"<tool_calls?>|<function_call>|\[TOOL_CALLS\]"
_TAGS = re.compile(_TAG, re.IGNORECASE)
_OPENING = re.compile(rf"{_TAG}|(?=<function[= ]|<invoke )", re.IGNORECASE)

_ANSWER = re.compile(r"<(?:response|answer)>")
_LEGACY = re.compile(rf"<({'|'.join(LEGACY_TAGS)})>")
_CLOSING = re.compile(r"</(?:tool_calls?|function_call)>|<\|(?:im_end|endoftext)\|>", re.I)
_FENCE = re.compile(r"\s*+(?:```[A-Za-z_]*+[ \t]*+\n?|json(?=\s*+\{))")
_AFTER_CALL = re.compile(
    r"(?:\s|```|</(?:tool_calls?|function_call|function|invoke)>|<\|(?:im_end|endoftext)\|>)*+\Z",
    re.IGNORECASE,
)
_MAX_BLOCKS = 8
"""How many openings of a turn, and closings of a block, are tried: a turn has one call."""

_NAMES = ("name", "tool", "tool_name", "function", "action")
_ARGUMENTS = ("arguments", "parameters", "args", "params", "input", "action_input", "tool_input")
_WRAPPERS = ("tool_calls", "tool_call", "function_call", "function")
_NO_ARGUMENTS = frozenset({"type", "id", "index", "thought", "reasoning"})


def repair_call(text: str) -> ToolCall | None:
    r"""The call in a turn whose thoughts are left out, mended where that is unambiguous.

    Never raises, and takes time linear in the text.

    Args:
        text: From `without_thoughts`.

    >>> repair_call("<tool_call>{'name': 'crop', 'arguments': {'x': 1},}")
    ToolCall(name='crop', arguments={'x': 1}, thought='')
    >>> repair_call("<tool_call>crop\n<arg_key>x</arg_key><arg_value>1</arg_value></tool_call>")
    ToolCall(name='crop', arguments={'x': 1}, thought='')
    >>> repair_call('<tool_call>{"name": "text_search", "arguments": {"q": "red bri') is None
    True
    """
    for _, call, _ in _calls(text):
        return call
    legacy = _LEGACY.search(text)
    if legacy is not None:
        arguments = _read_object(text, legacy.end(), f"</{legacy[1]}>")
        if isinstance(arguments, dict):
            return normalise_call(ToolCall(legacy[1], arguments))
    return _read_bare(text)


def repair_arguments(text: str) -> dict[str, Any] | None:
    """The arguments of a call, which interfaces send as the text of an object.

    >>> repair_arguments("{'x': 1,}")
    {'x': 1}
    """
    text = text.strip() or "{}"
    try:
        arguments, _ = read_near_json(text, complete=text.endswith(("}", "]")))
    except ValueError:
        return None
    return arguments if isinstance(arguments, dict) else None


def without_thoughts(text: str) -> str:
    r"""What a turn says, without the thoughts that stand before it.

    Unlike a cut at the last `</think>`, a tag inside an argument ends no thought. In a thought
    that is never closed there is only a call that ends the turn.

    >>> without_thoughts("<think>maybe <tool_call>…</tool_call></think><response>1</response>")
    '<response>1</response>'
    >>> without_thoughts("a thought that the prompt opened</think> Paris")
    ' Paris'
    >>> without_thoughts("<think>cut off <tool_call>{} or")
    ''
    """
    at = 0
    action = _first_action(text, 0)
    opened, closed = text.find("<think>"), text.find("</think>")
    if closed >= 0 and not 0 <= opened < closed:
        inside = action is not None and action < closed < _end_of_call(text, action)
        if not inside:
            at = closed + len("</think>")
    while True:
        if action is not None and action < at:
            action = _first_action(text, at)
        opened = text.find("<think>", at)
        if opened < 0 or (action is not None and action < opened):
            break
        closed = text.find("</think>", opened)
        if closed < 0:
            return _unclosed_thought(text[opened + len("<think>") :])
        at = closed + len("</think>")
    stray = text.rfind("</think>", at, len(text) if action is None else action)
    return text[at if stray < 0 else stray + len("</think>") :]


def _first_action(text: str, at: int) -> int | None:
    found = [pattern.search(text, at) for pattern in (_OPENING, _ANSWER, _LEGACY)]
    starts = [match.start() for match in found if match is not None]
    return min(starts) if starts else None


def _end_of_call(text: str, at: int) -> int:
    """Where the call that begins at an index ends; that index when there is none."""
    opening = _OPENING.match(text, at)
    found = None if opening is None else _read_block(text, opening.end())
    return at if found is None else found[1]


def _unclosed_thought(thought: str) -> str:
    """The call that ends a thought which was never closed, or nothing."""
    for start, _, end in _calls(thought):
        if _AFTER_CALL.match(thought, end):
            return thought[start:]
    return ""


def _calls(text: str) -> Iterator[tuple[int, ToolCall, int]]:
    """Calls that can be read, with their beginnings and ends."""
    at = 0
    for _ in range(_MAX_BLOCKS):
        opening = _OPENING.search(text, at)
        if opening is None:
            return
        found = _read_block(text, opening.end())
        if found is not None:
            yield opening.start(), *found
        at = opening.end() + (opening.end() == opening.start())


def _read_block(text: str, start: int) -> tuple[ToolCall, int] | None:
    """The call behind an opening tag, and the index after it."""
    fence = _FENCE.match(text, start)
    begin = start if fence is None else fence.end()
    while text[begin : begin + 1].isspace():
        begin += 1
    if text[begin : begin + 1] in ("{", "["):
        try:
            # Sound JSON says itself where it ends, so tags within its texts do not matter.
            payload, end = raw_decode_json(text, begin)
        except ValueError:
            pass
        else:
            call = _as_call(payload)
            return None if call is None else (call, end)
    following = _TAGS.search(text, begin)
    limit = len(text) if following is None else following.start()
    at = begin
    for _ in range(_MAX_BLOCKS):
        closing = _CLOSING.search(text, at, limit)
        end = limit if closing is None else closing.start()
        call = _read_content(text[begin:end], closed=closing is not None)
        if call is not None:
            return call, end
        if closing is None:
            return None
        at = closing.end()
    return None


def _read_content(content: str, *, closed: bool) -> ToolCall | None:
    """The call that the content of a block is, in whatever style it is written."""
    content = content.strip().removesuffix("```").rstrip()
    for form in _encoded_forms(content):
        # A turn that was cut off may lack more than brackets.
        complete = closed or form.endswith(("}", "]"))
        try:
            return _as_call(read_near_json(form, complete=complete)[0])
        except ValueError:
            pass
    return read_other_style(content, closed=closed)


def _encoded_forms(content: str) -> Iterator[str]:
    """A content that begins as an object does, and what it is when it was encoded once more."""
    yield content
    if content.startswith("{{") and content.endswith("}}"):  # a template's braces
        yield content[1:-1]
        yield content.replace("{{", "{").replace("}}", "}")
    if content.startswith(('"', '{\\"')):  # JSON within JSON
        try:
            inner = decode_json(content if content.startswith('"') else f'"{content}"')
        except ValueError:
            return
        if isinstance(inner, str):
            yield inner.strip()


def _read_object(text: str, start: int, closing: str) -> Any:
    end = text.find(closing, start)
    if end < 0:
        return None
    try:
        return read_near_json(text[start:end].strip(), complete=True)[0]
    except ValueError:
        return None


def _read_bare(text: str) -> ToolCall | None:
    """A turn that is nothing but an object with a name and arguments: a server ate the tags."""
    fence = _FENCE.match(text)
    content = text[0 if fence is None else fence.end() :].lstrip()
    if not content.startswith("{"):
        return None
    try:
        payload, end = read_near_json(content)
    except ValueError:
        return None
    if not _AFTER_CALL.match(content, end) or not any(key in payload for key in _ARGUMENTS):
        return None
    return _as_call(payload)


def _as_call(payload: Any) -> ToolCall | None:
    """The call that an object says, in one of the ways in which interfaces write calls."""
    for _ in range(4):
        if isinstance(payload, list):
            payload = payload[0] if payload else None
        if not isinstance(payload, Mapping):
            return None
        inner = next((payload[key] for key in _WRAPPERS if _is_nested(payload, key)), None)
        if inner is None:
            break
        payload = inner
    named = [key for key in _NAMES if isinstance(payload.get(key), str) and payload[key].strip()]
    if not named:
        return None
    given = [key for key in _ARGUMENTS if key in payload]
    if given:
        arguments = payload[given[0]]
    else:
        known = (*_NO_ARGUMENTS, named[0])
        arguments = {key: value for key, value in payload.items() if key not in known}
    if isinstance(arguments, str):
        arguments = repair_arguments(arguments)
    elif arguments is None:
        arguments = {}
    if not isinstance(arguments, dict):
        return None
    return normalise_call(ToolCall(payload[named[0]].strip(), arguments))


def _is_nested(payload: Mapping[str, Any], key: str) -> bool:
    return isinstance(payload.get(key), (dict, list)) and bool(payload[key])
