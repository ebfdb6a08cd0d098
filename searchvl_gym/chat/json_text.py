"""Reading JSON that a model wrote."""

from __future__ import annotations

import json
import re
from typing import Any

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_SURROGATE_ESCAPE = re.compile(r"\\u[dD][89a-fA-F]")

_LENIENT = json.JSONDecoder(strict=False)

MAX_DEPTH = 100
"""How deep lists and objects may be nested, so that whoever walks through them has enough stack."""


def decode_json(text: str) -> Any:
    r"""Decode JSON; every string in the result can be encoded as UTF-8.

    Half characters, which JSON can spell as `\ud800`, become U+FFFD.

    Raises:
        ValueError: When it is not valid JSON, is nested too deeply or holds a number of too many
            digits; the message is short and says where.

    >>> decode_json('{"q": "\\ud83c\\udf09"}')
    {'q': '🌉'}
    >>> decode_json('{"q": 1')
    Traceback (most recent call last):
    ValueError: Expecting ',' delimiter at character 7
    """
    try:
        value = json.loads(text)
        if text.count("[") + text.count("{") > MAX_DEPTH and not _is_shallow(value, MAX_DEPTH):
            raise RecursionError
        return _whole(value) if _SURROGATE_ESCAPE.search(text) else value
    except json.JSONDecodeError as error:
        raise ValueError(f"{error.msg} at character {error.pos}") from None
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    except ValueError:
        raise ValueError("a number in it has too many digits") from None


def raw_decode_json(text: str, start: int) -> tuple[Any, int]:
    r"""Decode the JSON that begins at an index, whatever follows it; and the index after it.

    Line breaks and other control characters may stand in strings as they are.

    Raises:
        ValueError: As for `decode_json`.

    >>> raw_decode_json('x {"q": "a\nb"} and more', 2)
    ({'q': 'a\nb'}, 14)
    """
    try:
        value, end = _LENIENT.raw_decode(text, start)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    if text.count("[", start, end) + text.count("{", start, end) > MAX_DEPTH and not _is_shallow(
        value, MAX_DEPTH
    ):
        raise ValueError("it is nested too deeply")
    return _whole(value) if _SURROGATE_ESCAPE.search(text, start, end) else value, end


def _is_shallow(value: Any, depth: int) -> bool:
    if not isinstance(value, (list, dict)):
        return True
    inner = value.values() if isinstance(value, dict) else value
    return depth > 0 and all(_is_shallow(item, depth - 1) for item in inner)


def _whole(value: Any) -> Any:
    if isinstance(value, str):
        return _LONE_SURROGATE.sub("\ufffd", value)
    if isinstance(value, list):
        return [_whole(item) for item in value]
    if isinstance(value, dict):
        return {_whole(key): _whole(item) for key, item in value.items()}
    return value
