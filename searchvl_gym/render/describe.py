"""Short wordings that every rendering shares."""

from __future__ import annotations

import msgspec

from searchvl_gym.types import ANSWER, Step, Termination, ToolCall

ENDINGS = {
    Termination.ANSWER: "answered",
    Termination.FATAL: "ended by a run of errors",
    Termination.MAX_STEPS: "cut off: too many steps",
    Termination.BUDGET: "cut off: text budget used up",
    Termination.TIMEOUT: "cut off: out of time",
}
"""How each ending is called."""


def describe_call(call: ToolCall | None) -> str:
    """A call as one line.

    >>> describe_call(ToolCall("text_search", {"q": "Zürich", "top_k": 3}))
    'text_search(q="Zürich", top_k=3)'
    """
    if call is None:
        return "no readable action"
    arguments = ", ".join(
        f"{name}={msgspec.json.encode(value).decode()}" for name, value in call.arguments.items()
    )
    return f"{call.name}({arguments})"


def thought_of(step: Step) -> str:
    """The reasoning that came with a step; empty when there was none."""
    return "" if step.call is None else step.call.thought.strip()


def cut(text: str, most: int) -> str:
    """A text of at most `most` characters, and how many more there were.

    >>> cut("abc", 3), cut("abcd", 3)
    ('abc', 'abc … (1 more characters)')
    """
    if len(text) <= most:
        return text
    return f"{text[:most]} … ({len(text) - most:,} more characters)"


def is_answer(step: Step) -> bool:
    """Whether the step gave the final answer."""
    return step.call is not None and step.call.name == ANSWER and step.error is None
