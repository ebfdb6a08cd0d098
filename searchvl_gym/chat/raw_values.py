"""Values of arguments that stand in a text without quotes, as GLM and Qwen3.5 write them.

Whether `1982` is a number or a text then depends on the argument: those of the tools that take
texts are known by name. All others are JSON where they can be read as such.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import Any

from searchvl_gym.chat.json_text import decode_json
from searchvl_gym.tools.control_tokens import neutralise
from searchvl_gym.types import ANSWER

_TAG = re.compile(
    r"<\s*(?:/\s*(?:arg_key|arg_value|parameter|function)\s*>|arg_(?:key|value)\s*>"
    r"|(?:parameter|function)\s*=)"
)
"""What ends a value, or begins another: as text it is made harmless, as control tokens are."""

_WORDS = {"True": True, "False": False}
"""Python's words for what JSON has others for: older chat templates wrote them."""


@lru_cache(maxsize=1)
def text_arguments() -> frozenset[tuple[str, str]]:
    """Tool and argument of every argument that is a text, over all sets of tools.

    >>> ("text_search", "q") in text_arguments(), ("crop", "x") in text_arguments()
    (True, False)
    """
    from searchvl_gym.tools.catalog import TOOL_SETS, make_suite

    found = {(ANSWER, "text")}
    for name in TOOL_SETS:
        for schema in make_suite(name).schemas():
            function = schema["function"]
            for key, field in function["parameters"]["properties"].items():
                if field.get("type") == "string":
                    found.add((function["name"], key))
    return frozenset(found)


def write_value(tool: str, argument: str, value: Any) -> str:
    """A value as it stands between its tags.

    >>> write_value("text_search", "q", "1982"), write_value("crop", "x", 10)
    ('1982', '10')
    >>> write_value("other", "note", "1982")
    '"1982"'
    """
    if isinstance(value, str):
        if (tool, argument) in text_arguments():
            return _TAG.sub(
                lambda found: found.group().replace("<", "‹").replace(">", "›"), neutralise(value)
            )
        if value == value.strip() and value and not _is_other(value) and "<" not in value:
            return value
    # Escaped, so that no value can close its tag.
    return json.dumps(value, ensure_ascii=False).replace("<", "\\u003c")


def read_value(tool: str, argument: str, text: str) -> Any:
    """The value that stands between tags."""
    if (tool, argument) in text_arguments():
        return text
    bare = text.strip()
    if bare in _WORDS:
        return _WORDS[bare]
    try:
        return decode_json(bare)
    except ValueError:
        return text


def _is_other(text: str) -> bool:
    """Whether a text would be read as something else."""
    if text in _WORDS:
        return True
    try:
        decode_json(text)
    except ValueError:
        return False
    return True
