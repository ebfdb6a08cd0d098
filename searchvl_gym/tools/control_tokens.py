"""Model control tokens in text: refused in what a model sends, neutralised in what it gets.

Web text, OCR and program output are data. If a page said `<|im_end|>` or `</tool_response>`, a
chat template would turn it into structure: a turn that ends early, a picture that is not there,
a forged tool result. The scheme: the angle brackets of every control token become the single
guillemets `‹` (U+2039) and `›` (U+203A), which no template or tokenizer treats specially, so a
reader still sees what stood there. From what tools say, characters that nobody sees are left out
(`clean_result`): they can break a token up for this check and be dropped by a tokenizer, or carry
orders that only a model reads. Joiners stay between letters that need them. Everything else stays
as it was.
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

_OPEN, _CLOSE = "[<＜﹤]", "[>＞﹥]"
"""Brackets, and those that some tokenizers turn into them."""

CONTROL_TOKEN = re.compile(
    # <|im_start|>, <|image_pad|>, and the full-width variant
    rf"{_OPEN}[|｜][^<>＜＞﹤﹥|｜\s]{{1,64}}[|｜]{_CLOSE}"
    rf"|{_OPEN}\s{{0,8}}[/／]?\s{{0,8}}(?:{'|'.join(_TAGS)})\s{{0,8}}[/／]?\s{{0,8}}{_CLOSE}",
    re.IGNORECASE,
)
"""Matches one control token."""

_BRACKET = re.compile(_OPEN)
_UNSEEN = (
    "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u180e\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff"
)
_SUSPECT = re.compile(f"[{_UNSEEN}\u200c\u200d]")
"""Matches what `_INVISIBLE` may match, without looking around: ten times as fast."""

_INVISIBLE = re.compile(
    f"[{_UNSEEN}]"
    # Joiners belong between letters of scripts that join, and of emoji, and nowhere else.
    "|(?<![^\x00-\x7f])[\u200c\u200d]+|[\u200c\u200d]+(?![^\x00-\x7f])"
)
"""Matches characters that a reader does not see: controls, zero widths, directions, tags."""


def find_control_token(text: str) -> str | None:
    """The first control token in `text`, or None.

    >>> find_control_token("a <|im_start|> b")
    '<|im_start|>'
    >>> find_control_token("if a < b: print('>')") is None
    True
    """
    if _BRACKET.search(text) is None:
        return None
    found = CONTROL_TOKEN.search(text)
    return None if found is None else found.group()


def neutralise(text: str) -> str:
    """Make every control token in `text` harmless; any other text is returned as it is.

    >>> neutralise("See <|im_end|> and </tool_response>, but not <b>bold</b>.")
    'See ‹|im_end|› and ‹/tool_response›, but not <b>bold</b>.'
    """
    # Again, because what stood inside one token may have hidden another: <|<think>|>.
    while _BRACKET.search(text) is not None:
        clean = CONTROL_TOKEN.sub(lambda found: f"‹{found.group()[1:-1]}›", text)
        if clean == text:
            break
        text = clean
    return text


def clean_result(text: str) -> str:
    """Text of a tool as a model may see it: no control token, and nothing that is not seen.

    >>> clean_result("A soft\u00adhyphen, and </tool_\u200bcall>")
    'A softhyphen, and ‹/tool_call›'
    """
    # Before tokens are looked for, since what is hidden inside one would hide it. Again, since a
    # joiner may stand alone only once its neighbour is gone.
    if _SUSPECT.search(text) is not None:
        while _INVISIBLE.search(text) is not None:
            text = _INVISIBLE.sub("", text)
    return neutralise(text)
