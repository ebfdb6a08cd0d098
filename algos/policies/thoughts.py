"""What a scripted policy says before a call: varied, and grounded in what it last saw."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

MAX_QUOTE = 60
"""Longest quotation from an observation, in characters."""

TEMPLATES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "repair": (
            "{image} is hard to make out as it is; {tool} should help.",
            "Before I read anything I repair {image} with {tool}.",
            "The picture is damaged, so I use {tool} first.",
        ),
        "read": (
            "The question points at words in the picture, so I read {image}.",
            "I need the name in the picture: I read the text of {image}.",
            "Let me see what is written in {image}.",
        ),
        "read_again": (
            "Larger now; I read {image} again.",
            "With more pixels the words may be legible: I read {image}.",
        ),
        "crop": (
            "No line gives me the name, so I look closer at one part of {image}.",
            "There may be a small sign: I cut out the part at ({x}, {y}).",
        ),
        "enlarge": (
            "The cut-out is small; I enlarge {image}.",
            "To read small letters I enlarge {image}.",
        ),
        "search_picture": (
            "Reading gave me “{last}”, which is no use; I search for the picture itself.",
            "The words alone do not settle it. I look for the same picture elsewhere.",
        ),
        "search": (
            "I have “{last}”. Next I search for “{q}”.",
            "Now I need a page about this: “{q}”.",
            "With that I can look up “{q}”.",
            "“{last}” – the next thing to find is “{q}”.",
        ),
        "visit": (
            "The passage stops short of it; I open {url}.",
            "The summary does not state the {goal}, so I read the page.",
            "This is the page, but I need the {goal}: I open it.",
        ),
        "answer": (
            "The page states it: {text}.",
            "I have read it: {text}. That answers the question.",
            "All steps lead to {text}.",
        ),
        "give_up": (
            "None of what I saw answers the question.",
            "I tried what I could and have not found it.",
        ),
    }
)
"""Wordings by situation; `{last}` quotes the last observation, other names are arguments."""


def think(
    situation: str, last: str, arguments: Mapping[str, str], rng: np.random.Generator, tool: str
) -> str:
    """A thought for the next call.

    Args:
        situation: One of `TEMPLATES`.
        last: Text of the last observation; empty at the beginning.
        arguments: Arguments of the call.
        rng: Chooses the wording.
        tool: Name of the tool.

    >>> think("read", "", {"image": "img_1"}, np.random.default_rng(0), "layout_parsing")[-6:]
    'img_1.'
    """
    options = TEMPLATES[situation]
    template = options[int(rng.integers(len(options)))]
    return template.format(last=quote(last), tool=tool, **arguments)


def quote(text: str) -> str:
    r"""The first telling line of an observation, shortened.

    >>> quote("ALL RECOGNIZED TEXT\nHARBOUR BRIDGE\n\nBLOCKS in reading order\n1. …")
    'HARBOUR BRIDGE'
    """
    for line in text.splitlines():
        line = line.strip()
        if line and not line.startswith(("ALL RECOGNIZED TEXT", "URL:", "Source:", "==")):
            line = line.partition("] ")[2] if line.startswith(("[Passage", "[Match")) else line
            return line if len(line) <= MAX_QUOTE else line[: MAX_QUOTE - 1] + "…"
    return "nothing yet"
