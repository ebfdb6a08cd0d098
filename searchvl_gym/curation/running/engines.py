"""Where shards are made: in this process, in several, or on a Ray cluster.

An engine is opened for a job, asked for some shards at a time, and closed. The shards are the
same bytes wherever they are made.
"""

from __future__ import annotations

import signal
from collections.abc import Generator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import Protocol

from searchvl_gym.curation.errors import CurationError
from searchvl_gym.curation.running.shards import ShardJob, ShardMaker

ENGINES = ("local", "ray")
"""Names of the engines."""


class Engine(Protocol):
    """Makes shards of one job."""

    def make(self, numbers: Sequence[int]) -> Generator[tuple[int, bytes], None, None]:
        """Make shards; yields each with its number as soon as it is finished, in any order."""

    def close(self) -> None:
        """Give back what the engine holds."""


def open_engine(name: str, job: ShardJob, workers: int) -> Engine:
    """An engine by its name.

    Args:
        name: One of `ENGINES`.
        job: What to make.
        workers: Processes that work side by side, at least 1.

    Raises:
        ValueError: When there is no such engine.
        RuntimeError: When Ray is not installed.
    """
    if name == "ray":
        from searchvl_gym.curation.running.ray_engine import RayEngine

        return RayEngine(job, workers)
    if name == "local":
        return InProcess(job) if workers == 1 else InProcesses(job, workers)
    raise ValueError(f"there is no engine {name!r}; available: {', '.join(ENGINES)}")


class InProcess:
    """Makes shards in this process."""

    def __init__(self, job: ShardJob) -> None:
        self._maker = ShardMaker(job)

    def make(self, numbers: Sequence[int]) -> Generator[tuple[int, bytes], None, None]:
        """See `Engine.make`."""
        for number in numbers:
            yield number, self._maker.make(number)

    def close(self) -> None:
        """Nothing to give back."""


class InProcesses:
    """Makes shards in new processes of this machine."""

    def __init__(self, job: ShardJob, workers: int) -> None:
        self._pool = ProcessPoolExecutor(workers, get_context("spawn"), _begin, (job,))

    def make(self, numbers: Sequence[int]) -> Generator[tuple[int, bytes], None, None]:
        """See `Engine.make`.

        Raises:
            CurationError: When a process is ended from outside.
        """
        waiting = [self._pool.submit(_make, number) for number in numbers]
        try:
            for done in as_completed(waiting):
                yield done.result()
        except BrokenProcessPool:
            raise CurationError(
                "a worker process was ended (fewer --workers if memory ran out); finished shards "
                "are kept, run the same command again to go on"
            ) from None
        finally:
            for future in waiting:
                future.cancel()

    def close(self) -> None:
        """End the processes; what they have not finished is lost."""
        self._pool.shutdown(wait=True, cancel_futures=True)


_JOBS: list[ShardJob] = []
_MAKERS: list[ShardMaker] = []


def _begin(job: ShardJob) -> None:
    """The first thing that a worker process does."""
    # Ctrl-C reaches the whole group; the parent alone decides what happens then.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _JOBS.append(job)


def _make(number: int) -> tuple[int, bytes]:
    # Made here rather than in `_begin`, whose errors would only be told as a broken pool.
    if not _MAKERS:
        _MAKERS.append(ShardMaker(_JOBS[0]))
    return number, _MAKERS[0].make(number)
