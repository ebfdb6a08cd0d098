"""Runs of training beside each other, each in a process of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from typing import TypeVar

Job = TypeVar("Job")


def play_all(play: Callable[[Job], str], jobs: Sequence[Job], workers: int) -> Iterator[str]:
    """Play jobs, so many at a time; their names as they end.

    Args:
        play: Plays one job and names it; it can be pickled.
        jobs: What is played.
        workers: How many at a time.
    """
    # A fresh process a run: torch keeps memory for every length of batch that it has seen.
    pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"), max_tasks_per_child=1)
    try:
        for each in as_completed([pool.submit(play, job) for job in jobs]):
            yield each.result()
    finally:
        pool.shutdown(cancel_futures=True)
