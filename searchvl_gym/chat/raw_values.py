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

_CLOSING = re.compile("</(?:arg_value|parameter)>")
"""What ends a value: as text it is made harmless, as other control tokens are."""


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
            return _CLOSING.sub(lambda found: f"‹{found.group()[1:-1]}›", neutralise(value))
        if value == value.strip() and value and not _is_json(value) and "<" not in value:
            return value
    # Escaped, so that no value can close its tag.
    return json.dumps(value, ensure_ascii=False).replace("<", "\\u003c")


def read_value(tool: str, argument: str, text: str) -> Any:
    """The value that stands between tags."""
    if (tool, argument) in text_arguments():
        return text
    try:
        return decode_json(text.strip())
    except ValueError:
        return text.strip()


def _is_json(text: str) -> bool:
    try:
        decode_json(text)
    except ValueError:
        return False
    return True
