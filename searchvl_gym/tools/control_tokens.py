"""Model control tokens in text: refused in what a model sends, neutralised in what it gets.

Web text, OCR and program output are data. If a page said `<|im_end|>` or `</tool_response>`, a
chat template would turn it into structure: a turn that ends early, a picture that is not there,
a forged tool result. The scheme: the angle brackets of every control token become the single
guillemets `‹` (U+2039) and `›` (U+203A), which no template or tokenizer treats specially;
everything else stays as it was, so a reader still sees what stood there.
"""

from __future__ import annotations

import re

_TAGS = (
    "think",
    "tool_call",
    "tool_response",
    "tools",
    "response",
    "answer",
    "observation",
    "image",
    "video",
    "text_search",
    "web_search",
    "image_search",
    "local_search",
    "local_image_search",
    "lens_scan",
    "ocr",
    "image_ocr",
    "vision_start",
    "vision_end",
    "image_pad",
    "video_pad",
)
"""Tags of the wire formats and the release's older names for them."""

CONTROL_TOKEN = re.compile(
    r"<[|｜][^<>|｜\s]{1,64}[|｜]>"  # <|im_start|>, <|image_pad|>, and the full-width variant
    rf"|<\s{{0,8}}/?\s{{0,8}}(?:{'|'.join(_TAGS)})\s{{0,8}}/?\s{{0,8}}>",
    re.IGNORECASE,
)
"""Matches one control token."""


def find_control_token(text: str) -> str | None:
    """The first control token in `text`, or None.

    >>> find_control_token("a <|im_start|> b")
    '<|im_start|>'
    >>> find_control_token("if a < b: print('>')") is None
    True
    """
    if "<" not in text:
        return None
    found = CONTROL_TOKEN.search(text)
    return None if found is None else found.group()


def neutralise(text: str) -> str:
    """Make every control token in `text` harmless; any other text is returned as it is.

    >>> neutralise("See <|im_end|> and </tool_response>, but not <b>bold</b>.")
    'See ‹|im_end|› and ‹/tool_response›, but not <b>bold</b>.'
    """
    # Again, because what stood inside one token may have hidden another: <|<think>|>.
    while "<" in text:
        clean = CONTROL_TOKEN.sub(lambda found: f"‹{found.group()[1:-1]}›", text)
        if clean == text:
            break
        text = clean
    return text
