"""Calls that are not written as JSON: the styles of other model families.

<function=crop><parameter=x>1</parameter></function>       Qwen3-Coder
<invoke name="crop"><parameter name="x">1</parameter></invoke>
crop<arg_key>x</arg_key><arg_value>1</arg_value>           GLM
crop{"x": 1}                                               a name before its arguments
crop(x=1)                                                  Python's notation
"""

from __future__ import annotations

import ast
import json
import re
from typing import Any

from searchvl_gym.chat.aliases import normalise_call
from searchvl_gym.chat.json_text import decode_json
from searchvl_gym.chat.near_json import read_near_json
from searchvl_gym.types import ToolCall

TEXT_ARGUMENTS = frozenset({"q", "query", "hl", "lang", "image", "url", "goal", "code"})
"""Arguments of the tools that are text, so that the year in `q` stays text where nothing else says
what a value is."""

_NAME = r"[A-Za-z_][\w.-]{0,100}+"
_FUNCTION = re.compile(
    rf"<(?:function=|function name=|invoke name=)[\"']?({_NAME})[\"']?\s*+>", re.I
)
_FUNCTION_END = re.compile(r"</(?:function|invoke)>", re.I)
_PARAMETER = re.compile(
    rf"<(?:parameter=|parameter name=)[\"']?({_NAME})[\"']?[^<>\n]{{0,40}}+>", re.I
)
_PARAMETER_END = re.compile(r"</parameter>|(?=<parameter[= ])|(?=</(?:function|invoke)>)|\Z", re.I)
_GLM_NAME = re.compile(rf"\s*+({_NAME})\s*+(?=<arg_key>|\Z)")
_GLM_ARGUMENT = re.compile(r"\s*+<arg_key>([^<]{1,100}+)</arg_key>\s*+<arg_value>")
_GLM_END = "</arg_value>"
_NAME_AND_OBJECT = re.compile(rf"\s*+({_NAME})\s*+(?:\[ARGS\])?\s*+(?=\{{)")
_PYTHON = re.compile(rf"\[?\s*+({_NAME})\s*+\(")
_WORDS = {"true": True, "false": False, "null": None, "none": None}
_MAX_PYTHON = 20_000
"""Longest text that Python's own parser is given, which is not linear."""


def read_other_style(content: str, *, closed: bool) -> ToolCall | None:
    r"""The call in a block that holds no JSON object; None when there is none that is whole.

    Args:
        content: Of the block, without its tags.
        closed: Whether the block's closing tag was there.

    >>> read_other_style("<function=visit><parameter=goal>\nyear\n</parameter>", closed=True)
    ToolCall(name='visit', arguments={'goal': 'year'}, thought='')
    >>> read_other_style("text_search(q='1982', top_k=3)", closed=False).arguments
    {'q': '1982', 'top_k': 3}
    """
    for read in (_read_xml, _read_glm, _read_name_and_object, _read_python):
        call = read(content, closed)
        if call is not None:
            return normalise_call(call)
    return None


def _read_xml(content: str, closed: bool) -> ToolCall | None:
    function = _FUNCTION.match(content)
    if function is None:
        return None
    end = _FUNCTION_END.search(content, function.end())
    if end is None and not closed:
        return None
    limit = len(content) if end is None else end.start()
    arguments: dict[str, Any] = {}
    at = function.end()
    while (parameter := _PARAMETER.search(content, at, limit)) is not None:
        value_end = _PARAMETER_END.search(content, parameter.end(), limit)
        assert value_end is not None
        if parameter[1] in arguments:
            return None
        value = content[parameter.end() : value_end.start()]
        arguments[parameter[1]] = _typed(parameter[1], value)
        at = value_end.end()
    return ToolCall(function[1], arguments)


def _read_glm(content: str, closed: bool) -> ToolCall | None:
    name = _GLM_NAME.match(content)
    if name is None or (not closed and not content.rstrip().endswith(_GLM_END)):
        return None
    if "<arg_key>" not in content and not closed:
        return None
    arguments: dict[str, Any] = {}
    at = name.end()
    while (argument := _GLM_ARGUMENT.match(content, at)) is not None:
        end = content.find(_GLM_END, argument.end())
        key = argument[1].strip()
        if end < 0 or key in arguments:
            return None
        arguments[key] = _typed(key, content[argument.end() : end])
        at = end + len(_GLM_END)
    return None if content[at:].strip() else ToolCall(name[1], arguments)


def _read_name_and_object(content: str, closed: bool) -> ToolCall | None:
    name = _NAME_AND_OBJECT.match(content)
    if name is None:
        return None
    complete = closed or content.rstrip().endswith("}")
    try:
        arguments, _ = read_near_json(content, name.end(), complete=complete)
    except ValueError:
        return None
    return ToolCall(name[1], arguments)


def _read_python(content: str, closed: bool) -> ToolCall | None:
    if len(content) > _MAX_PYTHON or _PYTHON.match(content) is None:
        return None
    try:
        tree = ast.parse(content.strip(), mode="eval").body
        if isinstance(tree, ast.List) and tree.elts:
            tree = tree.elts[0]
        if not isinstance(tree, ast.Call) or tree.args:
            return None
        arguments = {
            keyword.arg: ast.literal_eval(keyword.value)
            for keyword in tree.keywords
            if keyword.arg is not None
        }
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    if len(arguments) != len(tree.keywords) or not isinstance(tree.func, (ast.Name, ast.Attribute)):
        return None
    name = ast.unparse(tree.func)
    try:
        # What JSON cannot hold (bytes, sets, complex numbers) is no argument.
        arguments = decode_json(json.dumps(arguments, allow_nan=False))
    except (TypeError, ValueError):
        return None
    return ToolCall(name, arguments)


def _typed(key: str, value: str) -> Any:
    """A value that is written without quotes; one line break at each end is layout."""
    value = value.removeprefix("\r\n").removeprefix("\n").removesuffix("\n").removesuffix("\r")
    if key in TEXT_ARGUMENTS:
        return value
    text = value.strip()
    if text.lower() in _WORDS:
        return _WORDS[text.lower()]
    try:
        return decode_json(text)
    except ValueError:
        return value
