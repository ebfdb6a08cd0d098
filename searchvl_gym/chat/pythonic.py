"""Tool calls as Python: what Gemma 3 is prompted with, and Llama 4 writes."""

from __future__ import annotations

import ast
import keyword
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from searchvl_gym.chat.native import NativeFormat, tool_lines
from searchvl_gym.chat.wire_format import Schema
from searchvl_gym.types import ToolCall

_BLOCK = """\
You have these functions, one JSON schema a line:
{tools}

To call one, write nothing but a Python list with the call in it:
[function_name(argument="text", other_argument=10)]"""
_BEGINNING = re.compile(r"\[\s{0,8}[^\W\d]\w{0,99}\(")
_FENCE = re.compile(r"```(?:tool_code|python)?\n?|```")
_DEEPEST = 50
"""Brackets within brackets; Python's own parser has a limit not far above."""


@dataclass(frozen=True)
class Pythonic(NativeFormat):
    r"""A list with one call, whose arguments are literals by name; fences around it are read over.

    Names of functions must be identifiers.

    >>> form = Pythonic()
    >>> form.render_call(ToolCall("crop", {"image": "img_1", "x": 10, "chart": True}))
    "[crop(image='img_1', x=10, chart=True)]"
    >>> form.parse('[text_search(q="old mill")]').arguments
    {'q': 'old mill'}
    """

    name: ClassVar[str] = "pythonic"
    opening: ClassVar[str] = "["
    example: ClassVar[str] = '[function_name(argument="text", other_argument=10)]'

    def tool_block(self, schemas: Sequence[Schema]) -> str:
        """See `NativeFormat.tool_block`."""
        return _BLOCK.format(tools=tool_lines(schemas))

    def write(self, call: ToolCall) -> str:
        """See `NativeFormat.write`."""
        plain = {key: value for key, value in call.arguments.items() if _is_name(key)}
        others = {key: value for key, value in call.arguments.items() if key not in plain}
        parts = [f"{key}={value!r}" for key, value in plain.items()]
        if others:
            parts.append(f"**{others!r}")
        # Escaped, so that no text can look like the end of a thought.
        return f"[{call.name}({', '.join(parts)})]".replace("<", "\\x3c")

    def find(self, body: str) -> tuple[int, int, ToolCall] | None:
        """See `NativeFormat.find`."""
        found = _BEGINNING.search(body)
        if found is None:
            return None
        end = body.rfind("]") + 1
        if end <= found.start():
            raise self.error("The list of the tool call is not closed.")
        call = self._read(body[found.start() : end])
        start = found.start()
        before, after = body[:start], body[end:]
        # A fence around the list belongs to it.
        if not _FENCE.sub("", before).strip() and not _FENCE.sub("", after).strip():
            start, end = 0, len(body)
        return start, end, call

    def _read(self, text: str) -> ToolCall:
        try:
            if _depth(text) > _DEEPEST:
                raise ValueError("it is nested too deeply")
            tree = ast.parse(text, mode="eval").body
            if not isinstance(tree, ast.List) or not tree.elts:
                raise ValueError("it is no list")
            call = tree.elts[0]
            if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
                raise ValueError("it holds no call")
            if call.args:
                raise ValueError("every argument needs its name")
            arguments: dict[str, Any] = {}
            for each in call.keywords:
                value = _literal(each.value)
                if each.arg is not None:
                    arguments[each.arg] = value
                elif isinstance(value, dict):
                    arguments.update({str(key): held for key, held in value.items()})
        except (SyntaxError, ValueError, TypeError, RecursionError, MemoryError) as error:
            line = str(getattr(error, "msg", None) or error).split("\n", 1)[0][:120]
            raise self.error(f"The tool call cannot be read ({line}).") from None
        return ToolCall(call.func.id, arguments)


_JSON_WORDS = {"true": True, "false": False, "null": None}


class _Plain(ast.NodeTransformer):
    """Puts what JSON can hold in the place of what means the same and that it cannot."""

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id not in _JSON_WORDS:
            return node
        return ast.copy_location(ast.Constant(_JSON_WORDS[node.id]), node)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.expr:
        """A text with an `f` before it and no value in it."""
        parts = [part.value for part in node.values if isinstance(part, ast.Constant)]
        if len(parts) < len(node.values):
            return node
        return ast.copy_location(ast.Constant("".join(map(str, parts))), node)

    def _visit_items(self, node: ast.Tuple | ast.Set) -> ast.expr:
        self.generic_visit(node)
        return ast.copy_location(ast.List(node.elts, ast.Load()), node)

    visit_Tuple = visit_Set = _visit_items


def _literal(node: ast.expr) -> Any:
    """A literal that JSON can hold; JSON's own words, tuples and sets are read as well."""
    value = ast.literal_eval(_Plain().visit(node))
    _check(value)
    return value


def _check(value: Any) -> None:
    if isinstance(value, dict):
        for key, held in value.items():
            if not isinstance(key, str):
                raise ValueError("keys must be texts")
            _check(key)
            _check(held)
    elif isinstance(value, list):
        for held in value:
            _check(held)
    elif isinstance(value, str):
        value.encode()
    elif not isinstance(value, int | float | None):
        raise ValueError(f"a {type(value).__name__} is no value")


def _is_name(key: str) -> bool:
    # Python folds other spellings of a letter into one when it reads a name.
    return key.isascii() and key.isidentifier() and not keyword.iskeyword(key)


def _depth(text: str) -> int:
    deepest = depth = 0
    for sign in text:
        if sign in "([{":
            depth += 1
            deepest = max(deepest, depth)
        elif sign in ")]}":
            depth -= 1
    return deepest
