"""Programs that try to get out of the interpreter, or to bring the machine down.

    python -m benchmarks.sandbox [--json FILE]

Counted are escapes: a program that reads a file with a mark in it, sees an environment variable,
writes a file, or starts another program; and calls after it that do not work. The peak memory is
that of the largest sandbox process, as Linux keeps it.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.sandbox_programs import VARIABLE, programs
from searchvl_gym.episode import EpisodePictures
from searchvl_gym.tools import ToolSuite
from searchvl_gym.tools.base import ToolContext
from searchvl_gym.tools.python_interpreter import PythonInterpreter
from searchvl_gym.types import ToolCall, ToolError

MARK = "mark-that-no-program-may-see-8741"


@dataclass(frozen=True)
class SandboxFigures:
    """What came of the programs.

    Attributes:
        programs: How many ran.
        escapes: Those that saw or changed what they may not.
        broken: Those after which the next call did not work.
        errors: Those that ended in a typed error.
        longest: Seconds of the longest call.
        peak_megabytes: Largest memory of a sandbox process; 0 where the system does not tell.
    """

    programs: int
    escapes: int
    broken: int
    errors: int
    longest: float
    peak_megabytes: int


def measure(chosen: slice = slice(None), seconds: float = 0.5) -> SandboxFigures:
    """Run the programs one after the other.

    Args:
        chosen: Which of them.
        seconds: Time that each may take.
    """
    suite = ToolSuite([PythonInterpreter(seconds=seconds, processes=1)])
    context = ToolContext(EpisodePictures(()))
    escapes = broken = errors = count = 0
    longest = 0.0
    peak = 0
    os.environ[VARIABLE] = MARK

    def call(code: str) -> str:
        nonlocal errors
        try:
            return suite.run(ToolCall("python_interpreter", {"code": code}), context).text
        except ToolError as error:
            errors += 1
            return error.message

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        mark = folder / "mark.txt"
        mark.write_text(MARK)
        for program in programs(folder)[chosen]:
            began = time.perf_counter()
            said = call(program)
            longest = max(longest, time.perf_counter() - began)
            count += 1
            failed = errors
            changed = sorted(path.name for path in folder.iterdir()) != ["mark.txt"]
            # A message quotes the program's own line, and that may name the file but not the mark.
            escapes += MARK in said or changed or mark.read_text() != MARK
            broken += call("6 * 7") != "Value: 42"
            errors = failed
            peak = max(peak, _peak_of_children())
    del os.environ[VARIABLE]
    return SandboxFigures(count, escapes, broken, errors, round(longest, 2), peak >> 20)


def _peak_of_children() -> int:
    """Largest resident memory that a child process ever had, in bytes."""
    largest = 0
    for path in Path("/proc").glob("[0-9]*/status"):
        try:
            fields = dict(
                line.split(":", 1) for line in path.read_text().splitlines() if ":" in line
            )
        except OSError:
            continue
        if int(fields.get("PPid", "0")) == os.getpid() and "VmHWM" in fields:
            largest = max(largest, int(fields["VmHWM"].split()[0]) * 1024)
    return largest


def main(arguments: Sequence[str] | None = None) -> int:
    """Run all and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--json", type=Path)
    options = parser.parse_args(arguments)
    figures = measure()
    text = json.dumps(asdict(figures))
    print(text)
    if options.json:
        options.json.write_text(text + "\n", encoding="utf-8")
    return int(bool(figures.escapes or figures.broken))


if __name__ == "__main__":
    sys.exit(main())
