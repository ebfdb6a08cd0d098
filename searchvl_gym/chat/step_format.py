"""Whether a turn keeps the released wire format."""

from __future__ import annotations

import re

from searchvl_gym.chat.answers import extract_answer_block
from searchvl_gym.chat.tool_calls import extract_tool_call

_BLOCKS = ("tool_call", "response", "answer")
_TAGS = re.compile(r"</?(?:think|tool_call|response|answer)>")
_THOUGHT_THEN_BLOCK = {tag: re.compile(rf"</think>\s*<{tag}>") for tag in _BLOCKS}


def is_well_formed(text: str, *, strict: bool = False) -> bool:
    """Whether a turn is `<think>…</think>` and then one tool call or one final answer.

    As in the release the turn begins with `<think>`, a block follows a `</think>` with nothing
    but white space between, and its closing tag ends the turn (white space may follow). What
    stands inside is not looked at, so a turn may hold more thoughts, stray tags or broken JSON.
    Runs in time linear in the text and never raises.

    Args:
        text: What the model wrote.
        strict: Ask for exactly one thought and one block as well, and that the block holds a
            call that can be read, or an answer that is not empty.

    >>> is_well_formed("<think>plan</think> <response>1982</response>")
    True
    >>> is_well_formed("<response>1982</response>")
    False
    >>> twice = "<think></think><response>1982</response></response>"
    >>> is_well_formed(twice), is_well_formed(twice, strict=True)
    (True, False)
    """
    if not isinstance(text, str) or not text.startswith("<think>"):
        return False
    body = text.rstrip()
    for tag in _BLOCKS:
        closing = f"</{tag}>"
        if body.endswith(closing):
            opening = _THOUGHT_THEN_BLOCK[tag].search(body, len("<think>"))
            fits = opening is not None and opening.end() <= len(body) - len(closing)
            return fits and (not strict or _is_strict(body, tag))
    return False


def _is_strict(body: str, tag: str) -> bool:
    if _TAGS.findall(body) != ["<think>", "</think>", f"<{tag}>", f"</{tag}>"]:
        return False
    if tag == "tool_call":
        return extract_tool_call(body) is not None
    return bool(extract_answer_block(body))
