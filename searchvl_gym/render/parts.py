"""A long episode in parts of ten turns, the first of them open.

Parts are `<details>`: they need no script, a keyboard opens them, a browser's search looks into
them, and what is in a closed one is neither laid out nor decoded.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from searchvl_gym.types import Step

TURNS_A_PART = 10

MOST_UNFOLDED = 15
"""Most turns of an episode that is shown whole."""


def fold_turns(
    steps: Sequence[Step],
    turns: Sequence[str],
    *,
    opening: str = "",
    closing: str = "",
    fatal_step: int | None = None,
) -> str:
    """Turns as HTML, in parts where there are many.

    Args:
        steps: The turns.
        turns: The HTML of each.
        opening: Begins each part's list, e.g. `<ol>`.
        closing: Ends it.
        fatal_step: 0-based fatal step, or None; its part says so.
    """
    if len(steps) <= MOST_UNFOLDED:
        return f"{opening}{''.join(turns)}{closing}"
    parts = []
    for first in range(0, len(steps), TURNS_A_PART):
        end = min(first + TURNS_A_PART, len(steps))
        fatal = fatal_step is not None and first <= fatal_step < end
        parts.append(
            f'<details class="part"{"" if first else " open"}>'
            f"<summary>{describe_part(steps[first:end], fatal=fatal)}</summary>"
            f"{opening}{''.join(turns[first:end])}{closing}</details>"
        )
    return "".join(parts)


def describe_part(steps: Sequence[Step], *, fatal: bool = False) -> str:
    """What a part holds, in one line without characters that HTML would read.

    >>> from searchvl_gym.types import ToolCall
    >>> calls = ("visit", "visit", "crop")
    >>> steps = [Step(n, ToolCall(name), "", image=None) for n, name in enumerate(calls, 10)]
    >>> describe_part(steps)
    'turns 11–13 · 2 visit, 1 crop'
    """
    words = [f"turns {steps[0].index + 1}–{steps[-1].index + 1}"]
    # A model may call a tool by any name; only what could be one is told.
    names = [step.call.name for step in steps if step.call is not None]
    called = Counter(name for name in names if name.isidentifier() and len(name) <= 40)
    if called:
        words.append(", ".join(f"{count} {name}" for name, count in called.most_common()))
    pictures = sum(step.image is not None for step in steps)
    errors = sum(step.error is not None for step in steps)
    for count, word in ((pictures, "picture"), (errors, "error")):
        if count:
            words.append(f"{count} {word}{'s' if count > 1 else ''}")
    if fatal:
        words.append("fatal from here")
    return " · ".join(words)
