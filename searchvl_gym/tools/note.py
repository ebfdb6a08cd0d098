"""`note`: write down a finding, so that it stays when observations are shortened."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from searchvl_gym.tools.base import Arguments, ToolContext
from searchvl_gym.types import ErrorKind, ToolError, ToolResult

MAX_NOTE_CHARS = 600
"""Longest note, in characters: a finding, not a page."""


class NoteArguments(Arguments, frozen=True):
    """Arguments of `note`."""

    text: Annotated[str, Meta(min_length=1, description="The finding, in a sentence or two.")]


class Note:
    """Takes a note, which stands in the call and is not repeated in the result.

    So what a model writes down never counts as something that it has read. Ours, not the release's.

    Errors: `bad_arguments` for a note that is empty or too long.
    """

    name: ClassVar[str] = "note"
    description: ClassVar[str] = (
        "Write down a finding that you will need later. Your notes stay in view when older "
        "results are shortened."
    )
    arguments: ClassVar[type[Arguments]] = NoteArguments
    argument_aliases: ClassVar[dict[str, str]] = {"content": "text", "note": "text"}
    bounded: ClassVar[bool] = True

    def run(self, arguments: NoteArguments, context: ToolContext) -> ToolResult:
        """See `Tool.run`."""
        length = len(arguments.text)
        if not arguments.text.strip():
            raise ToolError(ErrorKind.BAD_ARGUMENTS, "note: the note is empty; write a finding.")
        if length > MAX_NOTE_CHARS:
            raise ToolError(
                ErrorKind.BAD_ARGUMENTS,
                f"note: the note has {length} characters, more than {MAX_NOTE_CHARS}; write down "
                "only what you will need.",
            )
        return ToolResult("Noted.")
