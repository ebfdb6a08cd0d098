"""Rows of the check: what was looked at, what came out; kept in a file from the first row on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any


class Verdict(StrEnum):
    """What became of a row."""

    EQUAL = "equal"
    """As on the CPU, within the row's tolerance."""
    DIFFERS = "differs"
    MEASURED = "measured"
    """A figure without a bound."""
    LACKING = "lacking"
    """Something optional is not installed."""
    OUT_OF_MEMORY = "out of memory"
    OUT_OF_TIME = "out of time"
    FAILED = "failed"
    PLANNED = "planned"
    """There is no GPU; this is what would be done."""


BAD = (Verdict.DIFFERS, Verdict.FAILED, Verdict.OUT_OF_TIME)
"""Verdicts that make the exit status 1."""

Figure = float | str | None


@dataclass(frozen=True)
class Row:
    """One line of the table.

    Attributes:
        check: Which check it is from.
        name: What was looked at.
        verdict: What came out.
        figures: Numbers with their units in the names; None where there is none on this device.
        note: The reason, or what to set.
    """

    check: str
    name: str
    verdict: Verdict
    figures: Mapping[str, Figure] = field(default_factory=dict)
    note: str = ""


class Report:
    """Rows as they come, and the file that holds them.

    Args:
        path: A JSON file that is written anew after each row, or None.
        head: What else it holds: machine, command, device.
    """

    def __init__(self, path: Path | None, head: Mapping[str, Any]) -> None:
        self._path = path
        self._head = dict(head)
        self.rows: list[Row] = []
        self._write(finished=False)

    def add(self, row: Row) -> None:
        """Print a row and keep it."""
        self.rows.append(row)
        print(line_of(row), flush=True)
        self._write(finished=False)

    def finish(self, seconds: float) -> None:
        """Note that nothing is missing."""
        self._head["seconds"] = round(seconds, 1)
        self._write(finished=True)

    @property
    def bad(self) -> list[Row]:
        """Rows that were meant to come out otherwise."""
        return [row for row in self.rows if row.verdict in BAD]

    def content(self, *, finished: bool = True) -> dict[str, Any]:
        """What the file holds."""
        return {**self._head, "finished": finished, "rows": [asdict(row) for row in self.rows]}

    def _write(self, *, finished: bool) -> None:
        if self._path is None:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(self.content(finished=finished), indent=2, ensure_ascii=False) + "\n"
        # A run that is killed leaves what it had.
        temporary = self._path.with_name(f".{self._path.name}")
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(self._path)


def line_of(row: Row) -> str:
    """A row for the terminal.

    >>> line_of(Row("device", "memory", Verdict.MEASURED, {"GiB": 79.25}))
    'device           measured      memory: GiB 79.25'
    """
    text = f"{row.check:<16} {row.verdict:<13} {row.name}"
    shown = figures_text(row)
    return "".join([text, f": {shown}" if shown else "", f" ({row.note})" if row.note else ""])


def figures_text(row: Row) -> str:
    """The figures of a row in a line; those that the device does not have are left out."""
    return ", ".join(
        f"{name} {value:.4g}" if isinstance(value, float) else f"{name} {value}"
        for name, value in row.figures.items()
        if value is not None
    )


def page_of(content: Mapping[str, Any]) -> str:
    """The Markdown page of a file's content: what was run, on what, and the table."""
    device = content["device"]
    ran = device["kind"] == "cuda"
    lines = ["# Does it work on a GPU?", ""]
    if ran:
        lines.append(
            f"On one {device['name']} ({device['memory_gib']} GiB), torch {device['torch']}, "
            f"transformers {device['transformers']}, Python {device['python']}."
        )
    else:
        lines.append(
            "**Not yet run on a GPU.** None of the figures below is of one; what a run there does "
            "is listed, and the program itself is rehearsed on a CPU by the tests."
        )
    lines += ["", "```", f"{content['command']}", "```", ""]
    if not content["finished"]:
        lines += ["The run did not come to its end.", ""]
    lines += ["| check | what | verdict | figures | note |", "|---|---|---|---|---|"]
    for each in content["rows"]:
        row = Row(**each)
        cells = (row.check, row.name, str(row.verdict), figures_text(row), row.note)
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines) + "\n"
