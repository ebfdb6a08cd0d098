"""An episode as a coloured transcript for the terminal."""

from __future__ import annotations

import textwrap

from searchvl_gym.episode import Episode
from searchvl_gym.render.describe import ENDINGS, describe_call, is_answer, thought_of

_BOLD, _DIM, _RESET = "\x1b[1m", "\x1b[2m", "\x1b[0m"
_RED, _GREEN, _BLUE = "\x1b[31m", "\x1b[32m", "\x1b[34m"
_WIDTH = 96
_MAX_LINES = 12


def transcript(episode: Episode) -> str:
    """The question, every turn with what came back (at most 12 lines of it), and the end."""
    lines = [f"{_BOLD}{_wrap(_safe(episode.task.question), '')}{_RESET}"]
    for step in episode.steps:
        colour = _RED if step.error is not None else _GREEN if is_answer(step) else _BLUE
        call = _wrap(_safe(describe_call(step.call)), "      ")
        lines += ["", f"{_DIM}{step.index + 1:>3}{_RESET}  {colour}{call.lstrip()}{_RESET}"]
        if thought := thought_of(step):
            lines.append(f"{_DIM}{_wrap(_safe(thought), '     ')}{_RESET}")
        if step.image is not None:
            lines.append(f"     {_DIM}+ {step.image}{_RESET}")
        if step.observation:
            lines.append(_shortened(_wrap(_safe(step.observation), "     ")))
    if episode.termination is not None:
        lines += ["", f"{_BOLD}{ENDINGS[episode.termination]}{_RESET}"]
        if episode.answer is not None:
            lines.append(_wrap(_safe(episode.answer), "     "))
    return "\n".join(lines)


def _safe(text: str) -> str:
    """Text without control characters, which could steer a terminal."""
    return "".join(c if c == "\n" or c.isprintable() else "�" for c in text)


def _wrap(text: str, indent: str) -> str:
    wrapped = [
        textwrap.fill(line, _WIDTH, initial_indent=indent, subsequent_indent=indent)
        for line in text.splitlines()
        if line.strip()
    ]
    return "\n".join(wrapped)


def _shortened(text: str) -> str:
    lines = text.splitlines()
    if len(lines) <= _MAX_LINES:
        return text
    rest = len(lines) - _MAX_LINES
    return "\n".join([*lines[:_MAX_LINES], f"     {_DIM}… {rest} more lines{_RESET}"])
