"""The contexts: pure functions from the episode so far to what the model is shown of it.

What the model said itself is always shown. A context changes observations only, and never the
one that awaits an answer, so that nothing is taken away before it could be read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Protocol

from searchvl_gym.context.shortening import shorten
from searchvl_gym.context.turns import Shown, Turn

KEPT = 3
"""So many of the newest observations stay whole."""

VIEW_IMAGE, NOTE = "view_image", "note"


class Context(Protocol):
    """Chooses what a model is shown.

    Attributes:
        name: What it is asked for by.
        tools: Names of the tools that it needs.
    """

    name: str
    tools: tuple[str, ...]

    def show(self, turns: Sequence[Turn], shown: Sequence[Shown]) -> tuple[Shown, ...]:
        """What is shown of each turn.

        Args:
            turns: The episode so far; the last one awaits an answer.
            shown: What is shown of them before this context.
        """


class WholeContext:
    """Everything, as it came: what the release does."""

    name = "whole"
    tools: tuple[str, ...] = ()

    def show(self, turns: Sequence[Turn], shown: Sequence[Shown]) -> tuple[Shown, ...]:
        """See `Context.show`."""
        return tuple(shown)


class RecentContext:
    """Older observations are shortened to title, address and the evidence that was used.

    Args:
        keep: So many of the newest observations stay whole, at least 1.
    """

    name = "recent"
    tools: tuple[str, ...] = ()

    def __init__(self, keep: int = KEPT) -> None:
        self.keep = _check_keep(keep)

    def show(self, turns: Sequence[Turn], shown: Sequence[Shown]) -> tuple[Shown, ...]:
        """See `Context.show`."""
        made = list(shown)
        for number in _older(turns, self.keep):
            used = "\n".join(turn.said for turn in turns[number:])
            made[number] = _shortened(made[number], used)
        return tuple(made)


class ReferencesContext:
    """Pictures are seen when they come; later a line stands for each, and `view_image` helps."""

    name = "references"
    tools: tuple[str, ...] = (VIEW_IMAGE,)

    def show(self, turns: Sequence[Turn], shown: Sequence[Shown]) -> tuple[Shown, ...]:
        """See `Context.show`."""
        made = []
        last = len(turns) - 1
        for number, (turn, before) in enumerate(zip(turns, shown, strict=True)):
            asked = _viewed(turns[:number]) if number else None
            pictures = before.pictures if asked is None else (asked,)
            if number == last:
                made.append(Shown(before.text, pictures))
                continue
            lines = [
                reference(picture, size, turn.text, given=number == 0)
                for picture, size in zip(turn.pictures, turn.sizes, strict=True)
                if picture in before.pictures
            ]
            made.append(Shown("\n".join([*lines, before.text]), ()))
        return tuple(made)


class NotesContext:
    """Older observations are reduced to what they were about; what was noted always stays.

    Args:
        keep: So many of the newest observations stay whole, at least 1.
    """

    name = "notes"
    tools: tuple[str, ...] = (NOTE,)

    def __init__(self, keep: int = KEPT) -> None:
        self.keep = _check_keep(keep)

    def show(self, turns: Sequence[Turn], shown: Sequence[Shown]) -> tuple[Shown, ...]:
        """See `Context.show`."""
        made = list(shown)
        for number in _older(turns, self.keep):
            made[number] = _shortened(made[number], "")
        notes = [
            str(turn.call.arguments.get("text", ""))
            for turn in turns
            if turn.call is not None and turn.call.name == NOTE
        ]
        if notes:
            listed = "\n".join(f"{number}. {note}" for number, note in enumerate(notes, 1))
            made[-1] = Shown(f"Your notes so far:\n{listed}\n\n{made[-1].text}", made[-1].pictures)
        return tuple(made)


class JoinedContext:
    """Several contexts, one after another."""

    def __init__(self, parts: Sequence[Context]) -> None:
        self.parts = tuple(parts)
        self.name = "+".join(part.name for part in parts)
        self.tools = tuple(dict.fromkeys(tool for part in parts for tool in part.tools))

    def show(self, turns: Sequence[Turn], shown: Sequence[Shown]) -> tuple[Shown, ...]:
        """See `Context.show`."""
        made = tuple(shown)
        for part in self.parts:
            made = part.show(turns, made)
        return made


MODES: Mapping[str, Callable[[], Context]] = MappingProxyType(
    {
        "whole": WholeContext,
        "recent": RecentContext,
        "references": ReferencesContext,
        "notes": NotesContext,
    }
)
"""The contexts by name."""


def make_context(mode: str | Context) -> Context:
    """A context by its name, or several joined by `+`: `references+recent`.

    Raises:
        ValueError: When there is none of that name.

    >>> make_context("references+recent").tools
    ('view_image',)
    """
    if not isinstance(mode, str):
        return mode
    names = mode.split("+")
    unknown = [name for name in names if name not in MODES]
    if unknown or len(set(names)) < len(names):
        raise ValueError(
            f"context must be one of {', '.join(MODES)}, or several joined by +, got {mode!r}"
        )
    parts = [MODES[name]() for name in names if name != "whole"]
    if not parts:
        return WholeContext()
    return parts[0] if len(parts) == 1 else JoinedContext(parts)


def show(context: Context, turns: Sequence[Turn]) -> tuple[Shown, ...]:
    """What a context shows of an episode so far."""
    return context.show(turns, [Shown(turn.text, turn.pictures) for turn in turns])


def reference(picture: int, size: tuple[int, int], text: str, *, given: bool) -> str:
    """One line that stands for a picture: `img_7: crop of img_1, 400 × 300`."""
    width, height = size
    origin = "given with the question" if given else "made by a tool"
    for line in text.splitlines():
        if line.startswith(f"img_{picture}: "):
            origin = line.removeprefix(f"img_{picture}: ").split(" pixels")[0].rstrip(".")
            break
    return f"[img_{picture}: {origin}, {width} × {height}; not shown, view_image shows it]"


def _check_keep(keep: int) -> int:
    """Give `keep` back.

    Raises:
        ValueError: When it is below 1.
    """
    if keep < 1:
        raise ValueError(f"keep must be at least 1, got {keep}")
    return keep


def _older(turns: Sequence[Turn], keep: int) -> range:
    """Numbers of the observations before the newest `keep`; the question is none of them."""
    return range(1, len(turns) - keep)


def _shortened(shown: Shown, used: str) -> Shown:
    return Shown(shorten(shown.text, used), shown.pictures)


def _viewed(turns: Sequence[Turn]) -> int | None:
    """Number of the picture that the last answer asks to see again; None without a sound call."""
    call = turns[-1].call
    if call is None or call.name != VIEW_IMAGE:
        return None
    digits = str(call.arguments.get("image", "")).removeprefix("img_")
    known = sum(len(turn.sizes) for turn in turns)
    return int(digits) if digits.isdecimal() and 1 <= int(digits) <= known else None
