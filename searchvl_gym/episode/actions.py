"""Actions: the action space made from the tools' schemas, and the reading of whatever is sent.

An element of the action space is `(index, arguments)`. Nothing that an agent sends raises:
what cannot be read becomes an `Attempt` with an error, and the agent sees the message.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
from gymnasium import spaces

from searchvl_gym.episode.action_space import ActionSpace
from searchvl_gym.spaces import Unicode, is_encodable
from searchvl_gym.tools import ToolSuite
from searchvl_gym.types import ANSWER, ErrorKind, ToolCall, ToolError

MAX_ACTION_CHARS = 200_000
"""Longest action, in characters; no model writes that much in one turn."""

_MAX_VALUES = 4096
_MAX_DEPTH = 16
_MAX_WHOLE = 2**53
_IMAGE_NAMES = ("img_1", "img_2", "img_3")


@dataclass(frozen=True)
class Attempt:
    """What an agent tried to do in one turn.

    Attributes:
        call: The action, or None when there was none that could be read.
        error: Why there was none, or None.
        text: The model's own text when it acts through text.
        well_formed: Whether the turn kept the wire format; structured actions do.
    """

    call: ToolCall | None
    error: ToolError | None = None
    text: str | None = None
    well_formed: bool = True


class ActionReader:
    """The actions of an environment with a given set of tools.

    Args:
        suite: The tools.

    Attributes:
        names: Names of the actions by index: the tools in their order, then `answer`.
    """

    def __init__(self, suite: ToolSuite) -> None:
        schemas = {
            schema["function"]["name"]: schema["function"]["parameters"]
            for schema in suite.schemas()
        }
        self.names = (*schemas, ANSWER)
        self._properties: dict[str, dict[str, Any]] = {
            name: schema["properties"] for name, schema in schemas.items()
        }
        self._properties[ANSWER] = {"text": {"type": "string"}}
        self._required: dict[str, list[str]] = {
            name: schema["required"] for name, schema in schemas.items()
        }
        self._required[ANSWER] = ["text"]

    def space(self) -> ActionSpace:
        """A new action space: a `OneOf` of one `Dict` a tool, plus `answer` with its `text`.

        Whole numbers, choices and switches are `Discrete`, a real number is a `Box` of shape (1,),
        text `Unicode`, a list of points a `Sequence` in which the empty tuple means "not given".
        """
        return ActionSpace(
            [
                spaces.Dict({key: _space(schema) for key, schema in self._properties[name].items()})
                for name in self.names
            ]
        )

    def build(self, name: str, arguments: Mapping[str, Any]) -> tuple[np.int64, dict[str, Any]]:
        """An element of the space, defaults filled in.

        Raises:
            ValueError: For an unknown action or argument, a missing argument, or a value that
                the space does not hold: the caller's mistake, not an agent's.
        """
        if name not in self.names:
            raise ValueError(f"there is no action {name!r}; there are {', '.join(self.names)}")
        properties = self._properties[name]
        unknown = [key for key in arguments if key not in properties]
        missing = [key for key in self._required[name] if key not in arguments]
        if unknown or missing:
            raise ValueError(
                f"{name} takes {', '.join(properties)}; unknown: {unknown}, missing: {missing}"
            )
        element = {}
        for key, schema in properties.items():
            value = arguments.get(key, schema.get("default"))
            space = _space(schema)
            element[key] = _to_space(value, space, schema)
            if not _holds(space, element[key]):
                raise ValueError(f"{name}: {key}={value!r} is not in {space}")
        return np.int64(self.names.index(name)), element

    def read(self, action: Any) -> Attempt:
        """Whatever an agent sent as an attempt; never raises for built-in and numpy types."""
        if isinstance(action, Attempt):
            return action
        try:
            return Attempt(self._read(action))
        except ToolError as error:
            return Attempt(None, error)

    def _read(self, action: Any) -> ToolCall:
        if isinstance(action, ToolCall):
            return plain_call(action)
        if not isinstance(action, (tuple, list)) or len(action) != 2:
            raise ToolError(
                ErrorKind.PARSE,
                "An action is a ToolCall or a pair (index, arguments); "
                f"got {type(action).__name__}.",
            )
        index, arguments = action
        if isinstance(index, np.ndarray) and index.ndim == 0:
            index = index.item()
        if isinstance(index, bool) or not isinstance(index, (int, np.integer)):
            raise ToolError(
                ErrorKind.PARSE,
                f"The first part of an action is its index, got {type(index).__name__}.",
            )
        if not 0 <= index < len(self.names):
            raise ToolError(
                ErrorKind.UNKNOWN_TOOL,
                f"There is no action of that index; they run from 0 to {len(self.names) - 1}: "
                f"{', '.join(self.names)}.",
            )
        name = self.names[int(index)]
        if not isinstance(arguments, Mapping):
            raise ToolError(
                ErrorKind.BAD_ARGUMENTS,
                f"{name}: arguments must be an object, got {type(arguments).__name__}.",
            )
        properties = self._properties[name]
        given = {
            key: _from_space(value, properties[key])
            if isinstance(key, str) and key in properties
            else value
            for key, value in arguments.items()
            if not (isinstance(value, tuple) and not value and _is_optional(properties, key))
        }
        return plain_call(ToolCall(name, given))


def read_answer(call: ToolCall) -> str:
    """The text of a final answer.

    Raises:
        ToolError: `bad_arguments` when it is missing or no text.
    """
    text = call.arguments.get("text")
    if set(call.arguments) != {"text"} or not isinstance(text, str):
        raise ToolError(ErrorKind.BAD_ARGUMENTS, "answer takes one argument, text: a string.")
    return text


def plain_call(call: ToolCall) -> ToolCall:
    """The call with plain JSON values only, so that it can be stored, compared and replayed.

    Raises:
        ToolError: `parse` or `bad_arguments` for a call that no JSON can hold.
    """
    if not isinstance(call.name, str) or not isinstance(call.thought, str):
        raise ToolError(ErrorKind.PARSE, "A call's name and thought must be text.")
    plain = _PlainCopy()
    name, thought = plain(call.name), plain(call.thought)
    if not isinstance(call.arguments, Mapping):
        raise ToolError(
            ErrorKind.BAD_ARGUMENTS,
            f"{name[:60]}: arguments must be an object, got {type(call.arguments).__name__}.",
        )
    arguments = plain(call.arguments)
    if len(name) + len(thought) + len(msgspec.json.encode(arguments)) > MAX_ACTION_CHARS:
        raise ToolError(
            ErrorKind.BAD_ARGUMENTS,
            f"{name[:60]}: the action is longer than {MAX_ACTION_CHARS} characters.",
        )
    return ToolCall(name, arguments, thought)


class _PlainCopy:
    """Copies foreign values as plain JSON values, up to a number of them in all."""

    def __init__(self) -> None:
        self._left = _MAX_VALUES

    def __call__(self, value: Any, depth: int = 0) -> Any:
        self._count(1)
        if type(value) is str:  # most are, keys among them
            return _sound_text(value)
        if isinstance(value, np.generic):
            value = value.item()
        elif isinstance(value, np.ndarray):
            self._count(value.size)
            value = value.tolist()
        if value is None or isinstance(value, (bool, float)):
            return value
        if isinstance(value, int):
            if abs(value) > _MAX_WHOLE:
                raise _bad("a whole number is beyond 2^53")
            return value
        if isinstance(value, str):
            return _sound_text(value)
        if depth >= _MAX_DEPTH:
            raise _bad(f"values are nested more than {_MAX_DEPTH} deep")
        if isinstance(value, Mapping):
            if not all(isinstance(key, str) for key in value):
                raise _bad("argument names must be text")
            return {self(key): self(item, depth + 1) for key, item in value.items()}
        if isinstance(value, (list, tuple)):
            return [self(item, depth + 1) for item in value]
        raise _bad(f"{type(value).__name__} is neither text, number, list nor object")

    def _count(self, values: int) -> None:
        self._left -= values
        if self._left < 0:
            raise _bad(f"they hold more than {_MAX_VALUES} values")


def _sound_text(text: str) -> str:
    if len(text) > MAX_ACTION_CHARS:
        raise _bad(f"a text is longer than {MAX_ACTION_CHARS} characters")
    if not is_encodable(text):
        raise _bad("a text holds half a character (a lone surrogate)")
    return text


def _bad(reason: str) -> ToolError:
    return ToolError(ErrorKind.BAD_ARGUMENTS, f"The arguments cannot be used: {reason}.")


def _is_optional(properties: Mapping[str, Any], key: Any) -> bool:
    return isinstance(key, str) and "anyOf" in properties.get(key, {})


def _space(schema: Mapping[str, Any]) -> spaces.Space[Any]:
    """The space of one argument.

    Raises:
        TypeError: For a schema that no tool has so far.
    """
    if "enum" in schema:
        choices = schema["enum"]
        if choices != list(range(choices[0], choices[0] + len(choices))):
            raise TypeError(f"choices must be consecutive whole numbers, got {choices}")
        return spaces.Discrete(len(choices), start=choices[0])
    kind = schema.get("type")
    if kind == "boolean":
        return spaces.Discrete(2)
    if kind == "integer":
        low, high = schema["minimum"], schema["maximum"]
        return spaces.Discrete(high - low + 1, start=low)
    if kind == "number":
        return spaces.Box(schema["minimum"], schema["maximum"], (1,), np.float64)
    if kind == "string":
        pattern = schema.get("pattern")
        if pattern is None:
            examples: tuple[str, ...] = ()
        else:
            examples = (schema["default"],) if "default" in schema else _IMAGE_NAMES
        return Unicode(
            min_length=schema.get("minLength", 0),
            max_length=schema.get("maxLength"),
            pattern=pattern,
            examples=examples,
        )
    points = _list_of_points(schema)
    if points is not None:
        coordinate = points["items"]["prefixItems"][0]
        return spaces.Sequence(
            spaces.Box(coordinate["minimum"], coordinate["maximum"], (2,), np.float64)
        )
    raise TypeError(f"no space is known for an argument with the schema {dict(schema)}")


def _list_of_points(schema: Mapping[str, Any]) -> Mapping[str, Any] | None:
    for option in schema.get("anyOf", ()):
        if option.get("type") == "array" and option.get("items", {}).get("prefixItems"):
            return dict(option)
    return None


def _holds(space: spaces.Space[Any], value: Any) -> bool:
    """Whether a space has a value; gymnasium 1.2.0 raises at a number beyond 64 bits."""
    try:
        return space.contains(value)
    except OverflowError:
        return False


def _to_space(value: Any, space: spaces.Space[Any], schema: Mapping[str, Any]) -> Any:
    """A plain value as an element of its argument's space."""
    if isinstance(space, spaces.Box):
        return np.asarray([value], dtype=space.dtype)
    if isinstance(space, spaces.Discrete):
        whole = isinstance(value, (int, np.integer, np.bool_)) and abs(int(value)) <= _MAX_WHOLE
        return np.int64(value) if whole else value
    if isinstance(space, spaces.Sequence):
        return tuple(np.asarray(point, np.float64) for point in value or ())
    return value


def _from_space(value: Any, schema: Mapping[str, Any]) -> Any:
    """An element of an argument's space as the plain value that the tool takes.

    Anything else is passed on for the tool's own validation to refuse.
    """
    if schema.get("type") == "number" and isinstance(value, np.ndarray) and value.shape == (1,):
        return value.item()
    if schema.get("type") == "boolean" and isinstance(value, (int, np.integer)):
        return bool(value) if value in (0, 1) else value
    return value
