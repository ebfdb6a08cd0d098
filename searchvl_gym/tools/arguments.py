"""From what a model sent to a typed argument struct, or to one clear sentence about the mistake.

Rules, the same for every tool:

* aliases of the release are applied (`query` for `q`); an argument given twice is an error;
* a whole number may come as an integral float (`10.0`), as the released models send them; it may
  not come as a string or a boolean;
* numpy scalars and arrays count as the plain values that they hold;
* NaN and infinity are refused everywhere;
* text must not hold control characters (line breaks and tabs are fine), lone surrogates or
  model control tokens.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

import msgspec
import numpy as np

from searchvl_gym.tools.base import Arguments, Tool
from searchvl_gym.tools.control_tokens import find_control_token
from searchvl_gym.types import ErrorKind, ToolError

_BAD_CHARACTER = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_PATH = re.compile(r" - at `\$\.([^`.\[]+)")
_MAX_DEPTH = 8
_MAX_ITEMS = 1_000


class ArgumentReader:
    """Validates the arguments of one tool.

    Args:
        tool: Gives the argument class and the aliases.
        properties: The properties of its JSON schema; the error messages quote their bounds.
    """

    def __init__(self, tool: Tool, properties: Mapping[str, Mapping[str, Any]]) -> None:
        self._name = tool.name
        self._type = tool.arguments
        self._aliases = dict(tool.argument_aliases)
        self._properties = properties
        self._whole = frozenset(
            name for name, schema in properties.items() if _takes_whole_numbers(schema)
        )

    def read(self, arguments: Any) -> Arguments:
        """Validate `arguments`.

        Raises:
            ToolError: `bad_arguments`; the message names the argument, what it must be and what
                came.
        """
        if not isinstance(arguments, Mapping):
            raise self._error(f"arguments must be an object, got {_show(arguments)}")
        plain: dict[str, Any] = {}
        for key, value in arguments.items():
            if not isinstance(key, str):
                raise self._error(f"argument names must be strings, got {_show(key)}")
            name = self._aliases.get(key, key)
            if name in plain:
                raise self._error(f"argument '{name}' was given twice (as an alias as well)")
            plain[name] = self._plain(name, value, 0)
        try:
            return msgspec.convert(plain, self._type)
        except msgspec.ValidationError as error:
            raise self._explain(str(error), plain) from None

    def _plain(self, name: str, value: Any, depth: int) -> Any:
        """`value` without numpy types, checked for what no argument may hold."""
        if isinstance(value, np.generic):
            value = value.item()
        if isinstance(value, str):
            self._check_text(name, value)
        elif isinstance(value, float):
            if not math.isfinite(value):
                raise self._error(f"argument '{name}' must be finite, got {value}")
            if name in self._whole and value.is_integer():
                return int(value)
        elif isinstance(value, (list, tuple, np.ndarray)):
            count = value.size if isinstance(value, np.ndarray) else len(value)
            if depth > _MAX_DEPTH or count > _MAX_ITEMS:
                raise self._error(f"argument '{name}' is too large or too deeply nested")
            items = value.tolist() if isinstance(value, np.ndarray) else value
            return [self._plain(name, item, depth + 1) for item in items]
        return value

    def _check_text(self, name: str, text: str) -> None:
        limit = self._properties.get(name, {}).get("maxLength", 100_000)
        if len(text) > limit:
            raise self._error(
                f"argument '{name}' must be at most {limit} characters long, got {len(text)}"
            )
        bad = _BAD_CHARACTER.search(text)
        if bad is not None:
            raise self._error(
                f"argument '{name}' must not hold control characters, got U+{ord(bad.group()):04X}"
            )
        token = find_control_token(text)
        if token is not None:
            shown = token.replace("<", "‹").replace(">", "›")
            raise self._error(
                f"argument '{name}' must not hold model control tokens, got {shown}; leave it out"
            )

    def _explain(self, message: str, plain: Mapping[str, Any]) -> ToolError:
        """Turn a message of msgspec into one that names the expected values."""
        missing = re.search(r"missing required field `([^`]+)`", message)
        if missing is not None:
            name = missing.group(1)
            return self._error(f"argument '{name}' is missing; it must be {self._expected(name)}")
        unknown = re.search(r"unknown field `([^`]*)`", message)
        if unknown is not None:
            names = ", ".join(self._properties)
            return self._error(
                f"there is no argument {_show(unknown.group(1))}; the arguments are {names}"
            )
        path = _PATH.search(message)
        if path is None:
            return self._error(message)
        name = path.group(1)
        return self._error(
            f"argument '{name}' must be {self._expected(name)}, got {_show(plain[name])}"
        )

    def _expected(self, name: str) -> str:
        return describe(self._properties.get(name, {}))

    def _error(self, problem: str) -> ToolError:
        return ToolError(ErrorKind.BAD_ARGUMENTS, f"{self._name}: {problem}.")


def describe(schema: Mapping[str, Any]) -> str:
    """Say in words what a JSON schema asks for.

    >>> describe({"type": "integer", "minimum": 1, "maximum": 20})
    'a whole number from 1 to 20'
    >>> describe({"enum": [2, 3, 4]})
    '2, 3 or 4'
    """
    if "enum" in schema:
        values = [_show(value) for value in schema["enum"]]
        return " or ".join(filter(None, [", ".join(values[:-1]), values[-1]]))
    if "anyOf" in schema:
        return " or ".join(describe(option) for option in schema["anyOf"])
    kind = schema.get("type")
    if kind in ("integer", "number"):
        words = "a whole number" if kind == "integer" else "a number"
        if "minimum" in schema and "maximum" in schema:
            return f"{words} from {schema['minimum']:g} to {schema['maximum']:g}"
        return words
    if kind == "string":
        if str(schema.get("pattern", "")).startswith("^img_"):
            return "the name of a picture such as img_1"
        if "pattern" in schema:
            return f"a string that matches {schema['pattern']}"
        if "maxLength" in schema:
            return f"a string of {schema.get('minLength', 0)} to {schema['maxLength']} characters"
        return "a string"
    if kind == "array":
        count = f" of {schema['minItems']}" if "minItems" in schema else ""
        inner = schema.get("items")
        if isinstance(inner, Mapping) and "prefixItems" in inner:
            return f"a list{count} points [x, y]"
        return f"a list{count}"
    return {"boolean": "true or false", "null": "null"}.get(str(kind), "something else")


def _takes_whole_numbers(schema: Mapping[str, Any]) -> bool:
    if "enum" in schema:
        return all(type(value) is int for value in schema["enum"])
    return schema.get("type") == "integer"


def _show(value: Any) -> str:
    """A short, safe rendering of something that a model sent."""
    if isinstance(value, str):
        text = repr(value[:80]) + ("…" if len(value) > 80 else "")
        return text if find_control_token(text) is None else "text with control tokens"
    if value is None:
        return "null"
    if isinstance(value, (bool, int, float)):
        if isinstance(value, bool):
            return str(value).lower()
        if isinstance(value, int) and value.bit_length() > 200:
            return "a number of more than 60 digits"
        return str(value)
    if isinstance(value, (list, tuple)):
        shown = ", ".join(_show(item) for item in value[:4])
        return f"[{shown}{', …' if len(value) > 4 else ''}]"
    return f"a value of type {type(value).__name__}"
