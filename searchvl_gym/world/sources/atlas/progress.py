"""A progress bar on stderr with the time that is left."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import TypeVar

Item = TypeVar("Item")


class ProgressBar:
    """Shows how far the parts of a build are; a context manager.

    Args:
        visible: Whether to show anything.
    """

    def __init__(self, visible: bool) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
        from rich.progress import TimeRemainingColumn as TimeLeft

        self._visible = visible
        self._progress = Progress(
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeLeft(),
            console=Console(stderr=True), disable=not visible,
        )  # fmt: skip

    def __enter__(self) -> ProgressBar:
        """Start to show."""
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop showing."""
        self.stop()

    def stop(self) -> None:
        """Stop showing, so that something else can write to the terminal."""
        # Older releases of rich end even a hidden bar with an empty line.
        if self._visible:
            self._progress.stop()

    def track(self, what: str, items: Iterable[Item], total: int) -> Iterator[Item]:
        """Pass items on and count them."""
        task = self._progress.add_task(what, total=total)
        for item in items:
            yield item
            self._progress.advance(task)
