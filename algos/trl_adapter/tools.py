"""Methods made from tool schemas, for TRL, which reads signatures and docstrings.

TRL turns a method into a JSON schema again, so the model sees what the suite describes; bounds
and patterns are lost on the way and stand in the descriptions.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any, Literal, Union

_TYPES = {"string": str, "integer": int, "number": float, "boolean": bool, "null": type(None)}


def tool_method(schema: Mapping[str, Any]) -> Callable[..., Any]:
    """A method that looks to TRL as if it had been written by hand, made from a tool's schema.

    It has the schema's name, signature, annotations and docstring. It takes any arguments
    nevertheless: the environment's validation says what is wrong with them.

    Args:
        schema: An OpenAI-style function schema.
    """
    name, properties = schema["name"], schema["parameters"]["properties"]

    def method(self: Any, /, **arguments: Any) -> Any:
        return self.session.call(name, arguments)

    annotations = {key: annotation(value) for key, value in properties.items()}
    lines = [f"    {key}: {value.get('description', key)}" for key, value in properties.items()]
    parameters = [
        inspect.Parameter(
            key,
            inspect.Parameter.KEYWORD_ONLY,
            default=value.get("default", inspect.Parameter.empty),
            annotation=annotations[key],
        )
        for key, value in properties.items()
    ]
    receiver = inspect.Parameter("self", inspect.Parameter.POSITIONAL_ONLY)
    method.__name__ = method.__qualname__ = name
    method.__doc__ = "\n".join([schema["description"], "", "Args:", *lines])
    method.__annotations__ = annotations
    method.__signature__ = inspect.Signature([receiver, *parameters])  # type: ignore[attr-defined]
    return method


def annotation(schema: Mapping[str, Any]) -> Any:
    """The Python type that a JSON schema describes; bounds and patterns have none.

    >>> annotation({"enum": [2, 3, 4]}), annotation({"anyOf": [{"type": "null"}]})
    (typing.Literal[2, 3, 4], <class 'NoneType'>)
    """
    if "enum" in schema:
        return Literal[tuple(schema["enum"])]
    if "anyOf" in schema:
        return Union[tuple(map(annotation, schema["anyOf"]))]  # noqa: UP007  (made at run time)
    if schema.get("type") == "array":
        items = schema.get("prefixItems", [schema.get("items")])[0]
        return list[annotation(items)] if items else list
    return _TYPES.get(schema.get("type", ""), Any)
