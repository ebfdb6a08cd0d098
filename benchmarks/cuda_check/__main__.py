"""Show on any GPU what of the training code works, how fast, and in how much memory.

    python -m benchmarks.cuda_check [--json FILE] [--page FILE] [--minutes 8] [--only NAME …]

Runs from a plain checkout with what is installed and fetches nothing. Rows are printed and written
as they come; each check has a process and a time box of its own, and one that fails, lacks
something or runs out of memory is a row with the reason. Without a GPU it says what it would do.
`--device cpu` rehearses everything in miniature.
"""

from __future__ import annotations

import argparse
import shlex
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.cuda_check.check import FULL, MINIATURE, Check, Context
from benchmarks.cuda_check.device_facts import describe_device
from benchmarks.cuda_check.rows import Report, Row, Verdict, page_of


def parser() -> argparse.ArgumentParser:
    """The command line."""
    made = argparse.ArgumentParser(
        prog="python -m benchmarks.cuda_check", description=(__doc__ or "").split("\n", 1)[0]
    )
    made.add_argument("--json", type=Path, help="write the rows to this file as they come")
    made.add_argument("--page", type=Path, help="write them to this Markdown page at the end")
    made.add_argument("--minutes", type=float, default=8.0, help="for all of it (%(default)s)")
    made.add_argument("--only", nargs="+", default=[], metavar="NAME", help="these checks only")
    made.add_argument(
        "--device", choices=("cuda", "cpu"), default="cuda", help="`cpu` rehearses in miniature"
    )
    return made


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; returns the exit status: 1 when a row is not as it should be."""
    made = parser()
    options = made.parse_args(arguments)
    if not options.minutes > 0:
        made.error("--minutes must be above 0")
    import torch

    from benchmarks.cuda_check.checks import choose_checks, make_checks
    from benchmarks.cuda_check.runner import run_checks

    absent = options.device == "cuda" and not torch.cuda.is_available()
    rehearsal = options.device == "cpu"
    size = MINIATURE if rehearsal else FULL
    try:
        checks = choose_checks(make_checks(size), options.only)
    except ValueError as error:
        made.error(str(error))
    given = sys.argv[1:] if arguments is None else arguments
    device = "none" if absent else options.device
    head = {
        "command": shlex.join(["python", "-m", "benchmarks.cuda_check", *given]),
        "device": describe_device(device),
        "minutes": options.minutes,
    }
    try:
        report = Report(options.json, head)
        start = time.monotonic()
        if absent:
            plan(checks, report)
        else:
            with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
                context = Context(options.device, size, Path(folder))
                run_checks(checks, context, report, 60 * options.minutes)
        report.finish(time.monotonic() - start)
        if options.page is not None:
            options.page.parent.mkdir(parents=True, exist_ok=True)
            options.page.write_text(page_of(report.content()), encoding="utf-8")
    except OSError as error:
        print(f"cuda_check: cannot write: {error}", file=sys.stderr)
        return 2
    for row in report.bad:
        print(f"cuda_check: {row.check}, {row.name}: {row.verdict}", file=sys.stderr)
    return 1 if report.bad else 0


def plan(checks: Sequence[Check], report: Report) -> None:
    """What would be done on a GPU."""
    print("There is no GPU that torch can use; on one this would be done:")
    whole = sum(check.share for check in checks) or 1
    for check in checks:
        share = {} if check.reference else {"share of the time": check.share / whole}
        report.add(Row(check.name, check.does, Verdict.PLANNED, share))
    print("`--device cpu` rehearses it here in miniature.")


if __name__ == "__main__":
    raise SystemExit(main())
