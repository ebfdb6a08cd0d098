r"""Reading the final answer out of a model's text, as the released parser does."""

from __future__ import annotations

import re

from searchvl_gym.chat.blocks import after_thought, first_block, without_blocks

ANSWER_TAGS = ("answer", "response")
"""Tags around a final answer, in the order in which they are looked for."""

_BOX = "\\boxed{"
_BRACE_OR_ESCAPE = re.compile(r"\\.|[{}]", re.DOTALL)
_TEXT_COMMAND = re.compile(r"\\(?:text|textbf|textit|textrm|mathrm|mathbf|mathit)\{([^{}]*)\}")
_ESCAPED = re.compile(r"\\([%#$&_{}])")


def extract_final_answer(text: str, *, skip_thought: bool = False) -> str:
    r"""The final answer in a model's text.

    In this order: the first `\boxed{…}` anywhere, cleaned of LaTeX; the first `<answer>` block;
    the first `<response>` block; what follows the last `</think>` and is left when the tool calls
    are taken out of it; the text itself, as it is. Runs in linear time and never raises.

    Args:
        text: What the model wrote.
        skip_thought: Whether to ignore what stands before the last `</think>`. The release
            does not, so a box inside the thought wins there.

    >>> extract_final_answer("<think>…</think><response>It was \\boxed{1982}.</response>")
    '1982'
    >>> extract_final_answer("<response>Lyon</response><answer>Paris</answer>")
    'Paris'
    >>> extract_final_answer("<think>hm</think> Paris \n")
    'Paris'
    >>> extract_final_answer("<think>hm</think><tool_call>{}</tool_call> Paris")
    'Paris'
    """
    if skip_thought:
        text = after_thought(text)
    boxed = first_box(text)
    if boxed is not None:
        return boxed
    for tag in ANSWER_TAGS:
        block = first_block(text, tag)
        if block is not None:
            return block.content.strip()
    rest = after_thought(text)
    left = without_blocks(rest, "tool_call").strip() if rest != text else ""
    return left if left and "<tool_call>" not in left else text


def extract_answer_block(text: str) -> str | None:
    r"""The final answer inside the first `<response>` or else `<answer>` block, or None.

    This is what ends an episode: unlike `extract_final_answer` it asks for a block, and looks
    for a box only inside it.

    >>> extract_answer_block("<think>\\boxed{1}?</think><response>\\boxed{2}</response>")
    '2'
    >>> extract_answer_block("Paris") is None
    True
    """
    for tag in reversed(ANSWER_TAGS):
        block = first_block(text, tag)
        if block is not None:
            boxed = first_box(block.content)
            return block.content.strip() if boxed is None else boxed
    return None


def first_box(text: str) -> str | None:
    r"""Content of the first closed `\boxed{…}`, braces nested, cleaned of LaTeX; or None.

    >>> first_box(r"so \boxed{\text{Red} \frac{1}{2}}")
    'Red \\frac{1}{2}'
    >>> first_box(r"\boxed{a\%b")
    """
    start = text.find(_BOX)
    if start < 0:
        return None
    depth = 1
    for found in _BRACE_OR_ESCAPE.finditer(text, start + len(_BOX)):
        if found.group() == "{":
            depth += 1
        elif found.group() == "}":
            depth -= 1
            if depth == 0:
                return _without_latex(text[start + len(_BOX) : found.start()])
    return None


def _without_latex(text: str) -> str:
    return _ESCAPED.sub(r"\1", _TEXT_COMMAND.sub(r"\1", text)).strip()
