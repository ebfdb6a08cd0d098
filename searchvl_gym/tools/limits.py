"""The limits that every tool keeps, in one place.

They are caps on what a model may send and on what it may get back; the environment may set
tighter ones. Argument bounds that concern one tool only stand in that tool's file.
"""

from __future__ import annotations

MAX_PIXELS = 6144 * 4096
"""Most pixels of any picture, in or out: 25.2 million, about 75 MB of RGB.

A camera's 24 megapixels fit; what is larger is reduced on its way in.
"""

MAX_FILE_PIXELS = 200_000_000
"""Most pixels of a file that is decoded at all: what claims more is taken for a bomb."""

MAX_ENLARGED_PIXELS = 2048 * 2048
"""Most pixels of an enlarged picture: 4.2 million, more than any tool reads or compares.

Enlarging is what makes an episode's pictures grow, and what costs most time: 4 to 5 seconds of one
core for a million pixels of the picture that is enlarged, whatever the scale. The cap keeps one
call to seconds, so it needs no time limit, which a busy machine would reach and an idle one not.
"""

MAX_READ_PIXELS = 1_500_000
"""Pixels to which a larger picture is reduced before its text is read: bounds time and memory."""

MAX_SIDE = 16_384
"""Longest side of any picture, in pixels."""

MAX_QUERY_CHARS = 2_000
"""Longest search query or goal, in characters."""

MAX_URL_CHARS = 2_000
"""Longest address, in characters."""

MAX_CODE_CHARS = 20_000
"""Longest program for the interpreter, in characters."""

MAX_OUTPUT_CHARS = 12_000
"""Longest text that a tool returns, in characters; what is left out is said in the text."""


def shorten(text: str, limit: int = MAX_OUTPUT_CHARS) -> str:
    r"""Cut `text` to `limit` characters and say how much is missing.

    >>> shorten("abcdef", 4)
    'abcd\n[2 more characters left out]'
    >>> shorten("abc", 4)
    'abc'
    """
    if len(text) <= limit:
        return text
    return f"{text[:limit]}\n[{len(text) - limit} more characters left out]"
