"""Rows of the released files, one at a time, and what can be wrong with one.

The released JSON is one array of many gigabytes in the end, so it is taken apart as it is read.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import IO, Any, TypeVar

_CHUNK = 1 << 20

Row = TypeVar("Row")
Made = TypeVar("Made")


class ReleaseReason(StrEnum):
    """What is wrong with a released file or a row of it."""

    UNREADABLE = "unreadable"
    WRONG_COLUMNS = "wrong_columns"
    BAD_CONVERSATION = "bad_conversation"
    BAD_CALL = "bad_call"
    UNKNOWN_TOOL = "unknown_tool"
    NO_ANSWER = "no_answer"
    MISSING_IMAGE = "missing_image"
    PLACEHOLDERS = "placeholders"


class ReleaseFileError(RuntimeError):
    """A released file, or a row of it, that cannot be used; the message is one line.

    Args:
        reason: What is wrong.
        message: Where, and what to do.
    """

    def __init__(self, reason: ReleaseReason, message: str) -> None:
        super().__init__(" ".join(message.split()))
        self.reason = reason


@dataclass(frozen=True)
class ImportReport:
    """What came of an import.

    Attributes:
        kind: `sft` or `rl`.
        path: Where it was written.
        imported: Rows that were taken over.
        skipped: Rows that were left out, by reason.
    """

    kind: str
    path: Path
    imported: int
    skipped: Mapping[str, int] = field(default_factory=dict)


def json_rows(path: Path) -> Iterator[Any]:
    """The elements of a JSON array, or the lines of a JSONL file, in bounded memory.

    Raises:
        ReleaseFileError: When the file cannot be read, or is neither.
    """
    try:
        with path.open(encoding="utf-8") as stream:
            yield from _elements(stream, path)
    except OSError as error:
        raise ReleaseFileError(
            ReleaseReason.UNREADABLE, f"cannot read {path}: {error.strerror}"
        ) from None
    except UnicodeDecodeError as error:
        raise ReleaseFileError(ReleaseReason.UNREADABLE, f"{path} is no UTF-8: {error}") from None


def _elements(stream: IO[str], path: Path) -> Iterator[Any]:
    decoder = json.JSONDecoder()
    held, at, number = stream.read(_CHUNK).lstrip("\ufeff"), 0, 0
    array = held.lstrip().startswith("[")
    if array:
        at = held.index("[") + 1
    wanted = _CHUNK
    while True:
        while at < len(held) and held[at] in " \t\r\n,":
            at += 1
        if array and held[at : at + 1] == "]":
            return
        try:
            element, at = decoder.raw_decode(held, at)
        except json.JSONDecodeError as error:
            # Cut off, perhaps: read more, each time twice as much, so that it stays linear.
            more = stream.read(wanted)
            wanted *= 2
            if more:
                held, at = held[at:] + more, 0
                continue
            if not array and at >= len(held):
                return
            raise ReleaseFileError(
                ReleaseReason.UNREADABLE, f"{path}, row {number + 1}: not JSON ({error.msg})"
            ) from None
        wanted = _CHUNK
        number += 1
        yield element
        if at > _CHUNK:
            held, at = held[at:], 0


def take_rows(
    path: Path,
    rows: Iterator[Row],
    make: Callable[[int, Row], Made],
    *,
    skip_bad: bool,
    counts: Counter[str],
) -> Iterator[Made]:
    """What `make` makes of each row; rows that it refuses are counted or end the import.

    Args:
        path: The file, for the message.
        rows: Its rows.
        make: From a row's number, 1-based, and the row.
        skip_bad: Leave bad rows out, instead of raising at the first.
        counts: Gets the reasons of the rows that were left out.

    Raises:
        ReleaseFileError: At the first bad row, unless `skip_bad`; at the end, when no row could be
            used.
    """
    used = False
    for number, row in enumerate(rows, 1):
        try:
            made = make(number, row)
        except ReleaseFileError as error:
            if not skip_bad:
                raise
            counts[error.reason.value] += 1
        else:
            used = True
            yield made
    if not used:
        raise ReleaseFileError(
            ReleaseReason.UNREADABLE, f"{path} holds no row that can be used {dict(counts)}"
        )
