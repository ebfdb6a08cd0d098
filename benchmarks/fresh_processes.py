"""Runs of training beside each other, each in a process of its own."""

from __future__ import annotations

import sys
import time
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


def play_and_tell(
    play: Callable[[Job], str],
    jobs: Sequence[Job],
    workers: int,
    *,
    since: float | None = None,
    keep: Callable[[], object] | None = None,
) -> None:
    """Play jobs, so many at a time, and say of each on stderr when it has ended.

    Args:
        play: See `play_all`.
        jobs: See `play_all`.
        workers: See `play_all`.
        since: From when on seconds are counted, by `time.perf_counter`; None for now.
        keep: Called after each job, to keep what there is.
    """
    began = time.perf_counter() if since is None else since
    for number, name in enumerate(play_all(play, jobs, workers), 1):
        took = time.perf_counter() - began
        print(f"{number}/{len(jobs)} {name} ({took:.0f} s)", file=sys.stderr, flush=True)
        if keep is not None:
            keep()
