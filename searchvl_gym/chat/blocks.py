"""Finding tagged blocks in a model's text, in linear time whatever the text is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Block:
    """One `<tag>…</tag>` of a text.

    Attributes:
        start: Index of the opening tag's `<`.
        end: Index after the closing tag's `>`.
        content: What stands between the tags, as it is.
    """

    start: int
    end: int
    content: str


def first_block(text: str, tag: str, start: int = 0) -> Block | None:
    """The first `<tag>` at or after `start` and all up to the next `</tag>`; None when unclosed.

    >>> first_block("a <x>1</x> <x>2</x>", "x").content
    '1'
    >>> first_block("<x>never closed", "x") is None
    True
    """
    opening, closing = f"<{tag}>", f"</{tag}>"
    begin = text.find(opening, start)
    if begin < 0:
        return None
    close = text.find(closing, begin + len(opening))
    if close < 0:
        return None
    return Block(begin, close + len(closing), text[begin + len(opening) : close])


def without_blocks(text: str, tag: str) -> str:
    """The text without its closed `<tag>…</tag>` blocks.

    >>> without_blocks("a<x>1</x>b<x>2</x>c<x>", "x")
    'abc<x>'
    """
    kept, at = [], 0
    while (block := first_block(text, tag, at)) is not None:
        kept.append(text[at : block.start])
        at = block.end
    return "".join([*kept, text[at:]])


def thought_of(text: str) -> str:
    """What the model thought: the first `<think>` block, stripped, or "".

    Chat templates of thinking models put the opening `<think>` into the prompt, so a text that
    only closes one has its thought in front of `</think>`.

    >>> thought_of("<think> Look closer. </think><tool_call>…</tool_call>")
    'Look closer.'
    >>> thought_of("Look closer.</think><tool_call>…</tool_call>")
    'Look closer.'
    """
    block = first_block(text, "think")
    if block is not None:
        return block.content.strip()
    before, closed, _ = text.partition("</think>")
    return before.strip() if closed and "<think>" not in before else ""


def after_thought(text: str) -> str:
    """The text after the last `</think>`, or all of it when there is none.

    >>> after_thought("<think>a</think>b")
    'b'
    """
    return text.rpartition("</think>")[2]
