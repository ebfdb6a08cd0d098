"""A progress bar with the time left, on standard error of a terminal and nowhere else."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def show_progress(
    total: int, done: int, *, shown: bool, unit: str = "episodes"
) -> Iterator[Callable[[], None]]:
    """Show a bar while the body runs.

    Args:
        total: Number of episodes, or of other units.
        done: Of which are finished already.
        shown: False for no bar; there is none either where standard error is no terminal.
        unit: What is counted.

    Yields:
        A function to call after each episode.
    """
    if not shown or not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    with Progress(
        TextColumn(unit),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
    ) as bar:
        number = bar.add_task(unit, total=total, completed=done)
        yield lambda: bar.advance(number)
