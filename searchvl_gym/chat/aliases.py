"""Older names of tools and arguments, and what they are called now."""

from __future__ import annotations

from collections.abc import Mapping

from searchvl_gym.types import ToolCall

TOOL_ALIASES: Mapping[str, str] = {
    "local_search": "text_search",
    "local_image_search": "image_search",
    "lens_scan": "image_search",
    "ocr": "layout_parsing",
}
"""Older names of tools and what they are called now."""

LEGACY_TAGS = (
    "text_search",
    "web_search",
    "image_search",
    "local_search",
    "local_image_search",
    "lens_scan",
    "layout_parsing",
    "ocr",
    "crop",
    "sharpen",
    "super_resolution",
    "perspective_correct",
)
"""Tags that carry a tool's arguments directly: `<web_search>{"q": …}</web_search>`."""

ARGUMENT_ALIASES: Mapping[str, str] = {"query": "q", "lang": "hl"}
"""Older names of the text searches' arguments."""

_TEXT_SEARCHES = ("text_search", "web_search")


def normalise_call(call: ToolCall) -> ToolCall:
    """A call with the older names of its tool and arguments replaced by today's.

    >>> normalise_call(ToolCall("local_search", {"query": "old mill", "lang": "de"})).arguments
    {'q': 'old mill', 'hl': 'de'}
    """
    name = TOOL_ALIASES.get(call.name, call.name)
    arguments = call.arguments
    if name in _TEXT_SEARCHES:
        # Where both names are given, today's wins and the older one is left for the validation.
        arguments = {
            key if ARGUMENT_ALIASES.get(key) in arguments else ARGUMENT_ALIASES.get(key, key): value
            for key, value in arguments.items()
        }
    return ToolCall(name, arguments, call.thought)
