"""Runs of training beside each other, each in a process of its own: here, or on a Ray cluster."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from itertools import islice
from multiprocessing import get_context
from typing import TypeVar

from searchvl_gym.rollout.errors import RolloutError
from searchvl_gym.rollout.ray_cluster import join_cluster

Job = TypeVar("Job")

ENGINES = ("local", "ray")
"""Where jobs are played: in processes of this machine, or in tasks of a Ray cluster."""


def play_all(
    play: Callable[[Job], str], jobs: Sequence[Job], workers: int, engine: str = "local"
) -> Iterator[str]:
    """Play jobs, so many at a time; their names as they end.

    Args:
        play: Plays one job and names it; it can be pickled.
        jobs: What is played.
        workers: How many at a time.
        engine: One of `ENGINES`. The nodes of a cluster must share the disk that jobs write to.

    Raises:
        RolloutError: When Ray is missing or does not start, or has lost a job.
    """
    # A fresh process a run: torch keeps memory for every length of batch that it has seen.
    return (_on_ray if engine == "ray" else _here)(play, jobs, workers)


def _here(play: Callable[[Job], str], jobs: Sequence[Job], workers: int) -> Iterator[str]:
    pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"), max_tasks_per_child=1)
    try:
        for each in as_completed([pool.submit(play, job) for job in jobs]):
            yield each.result()
    finally:
        pool.shutdown(cancel_futures=True)


def _on_ray(play: Callable[[Job], str], jobs: Sequence[Job], workers: int) -> Iterator[str]:
    """Each job has one CPU, and an even share of the GPUs if the cluster has any."""
    ray, started = join_cluster(workers)
    try:
        gpus = ray.cluster_resources().get("GPU", 0) / workers
        task = ray.remote(num_cpus=1, num_gpus=min(1, gpus), max_calls=1, max_retries=0)(play)
        left = iter(jobs)
        running = [task.remote(job) for job in islice(left, workers)]
        while running:
            (ended, *_), running = ray.wait(running)
            name = ray.get(ended)
            running += [task.remote(job) for job in islice(left, 1)]
            yield name
    except ray.exceptions.RayTaskError as error:
        raise error.cause or error from None
    except ray.exceptions.RayError as error:
        raise RolloutError(
            f"a run was lost ({' '.join(str(error).split())}); those that ended are kept, the same "
            "command goes on"
        ) from error
    finally:
        if started:
            ray.shutdown()


def play_and_tell(
    play: Callable[[Job], str],
    jobs: Sequence[Job],
    workers: int,
    *,
    engine: str = "local",
    since: float | None = None,
    keep: Callable[[], object] | None = None,
) -> None:
    """Play jobs, so many at a time, and say of each on stderr when it has ended.

    Args:
        play: See `play_all`.
        jobs: See `play_all`.
        workers: See `play_all`.
        engine: See `play_all`.
        since: From when on seconds are counted, by `time.perf_counter`; None for now.
        keep: Called after each job, to keep what there is.
    """
    began = time.perf_counter() if since is None else since
    for number, name in enumerate(play_all(play, jobs, workers, engine), 1):
        took = time.perf_counter() - began
        print(f"{number}/{len(jobs)} {name} ({took:.0f} s)", file=sys.stderr, flush=True)
        if keep is not None:
            keep()
