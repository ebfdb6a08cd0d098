"""Builds many Atlas worlds in several processes, each as it would be built alone.

The workers are plain child interpreters that get jobs on stdin and answer on stdout, as those
that draw pictures: they need no `if __name__ == "__main__"` in the user's script, and no fork of a
process that may already have threads.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import sys
import threading
from concurrent.futures import Future
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType

from searchvl_gym.world.catalog import default_world
from searchvl_gym.world.format import WorldError
from searchvl_gym.world.sources.atlas.kinds import Kinds
from searchvl_gym.world.world import World, open_world


@dataclass(frozen=True)
class BuildJob:
    """A world to build.

    Attributes:
        size: As `build_atlas` takes it.
        seed: As `build_atlas` takes it.
        views: As `build_atlas` takes it.
        path: Directory to create; "" for its place in the cache. A world of the same arguments
            that is there already is kept.
        kinds: As `build_atlas` takes it.
    """

    size: int | str
    seed: int
    views: int = 0
    path: str = ""
    kinds: Kinds = "all"


@dataclass(frozen=True)
class BuiltWorld:
    """A world that was built.

    Attributes:
        path: Its directory.
        fingerprint: Its fingerprint.
    """

    path: str
    fingerprint: str


def build_one(job: BuildJob) -> BuiltWorld:
    """Build a world in this process, or find that it is there.

    Raises:
        ValueError: When an argument is out of range.
        WorldError: When it cannot be written, or something else is at its path.
    """
    world = _build(job)
    return BuiltWorld(str(world.path), world.fingerprint)


def _build(job: BuildJob) -> World:
    if not job.path:
        return default_world(
            job.size, job.seed, views=job.views, kinds=job.kinds, workers=1, progress=False
        )
    if not Path(job.path).exists():
        from searchvl_gym.world.sources.atlas.build import build_atlas

        return build_atlas(
            job.path,
            size=job.size,
            seed=job.seed,
            views=job.views,
            kinds=job.kinds,
            workers=1,
            progress=False,
        )
    world = open_world(job.path)
    settings = world.info.settings
    found = (settings.get("size"), settings.get("views", "0"), settings.get("kinds", "all"))
    wanted = (str(job.size), str(job.views), job.kinds)
    if world.info.source != "atlas" or found != wanted or world.info.seed != job.seed:
        raise WorldError(f"{job.path} is another world; delete it or choose another --out")
    return world


class BuildCrew:
    """Processes that build worlds; a context manager.

    Args:
        workers: How many, at least 1. They start with the first jobs.
    """

    def __init__(self, workers: int) -> None:
        if workers < 1:
            raise ValueError(f"workers must be at least 1, got {workers}")
        self._jobs: queue.SimpleQueue[tuple[BuildJob, Future[BuiltWorld]] | None]
        self._jobs = queue.SimpleQueue()
        self._workers = [_Worker(self._jobs) for _ in range(workers)]

    def __enter__(self) -> BuildCrew:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def submit(self, job: BuildJob) -> Future[BuiltWorld]:
        """Have a world built; jobs begin in the order in which they came.

        The future raises `WorldError` when the world cannot be built, in one line.
        """
        future: Future[BuiltWorld] = Future()
        self._jobs.put((job, future))
        return future

    def close(self) -> None:
        """Stop the processes; what is not finished is not built, and its future is cancelled."""
        for worker in self._workers:
            worker.stop()
        for _ in self._workers:
            self._jobs.put(None)
        for worker in self._workers:
            worker.join()
        while not self._jobs.empty():
            if (left := self._jobs.get()) is not None:
                left[1].cancel()


class _Worker:
    """A thread and the child interpreter that it talks to."""

    def __init__(self, jobs: queue.SimpleQueue[tuple[BuildJob, Future[BuiltWorld]] | None]) -> None:
        self._jobs = jobs
        self._process: subprocess.Popen[str] | None = None
        self._lock = threading.Lock()
        self._stopped = False
        self._thread = threading.Thread(target=self._work, name="searchvl-builder", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        with self._lock:
            self._stopped = True
            if self._process is not None:
                self._process.kill()

    def join(self) -> None:
        self._thread.join()

    def _work(self) -> None:
        while (given := self._jobs.get()) is not None:
            job, future = given
            if self._stopped or not future.set_running_or_notify_cancel():
                future.cancel()
                continue
            try:
                future.set_result(self._build(job))
            except WorldError as error:
                future.set_exception(error)
        self._end()

    def _build(self, job: BuildJob) -> BuiltWorld:
        process = self._running()
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(json.dumps(asdict(job)) + "\n")
            process.stdin.flush()
            line = process.stdout.readline()
        except OSError:
            line = ""
        if not line:
            status = process.wait()
            self._end()
            raise WorldError(
                f"the process that built the world of seed {job.seed} ended with status {status}; "
                "its message is above (too little memory?)"
            )
        answer = json.loads(line)
        if "error" in answer:
            raise WorldError(answer["error"])
        return BuiltWorld(**answer)

    def _running(self) -> subprocess.Popen[str]:
        with self._lock:
            if self._stopped:
                raise WorldError("no world is built any more: the crew was closed")
            if self._process is None:
                # One thread a process: the workers share the cores among themselves.
                one = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
                self._process = subprocess.Popen(
                    [sys.executable, "-c", f"from {__name__} import serve; serve()"],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                    encoding="utf-8",
                    env={
                        **os.environ,
                        **one,
                        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
                    },
                )
            return self._process

    def _end(self) -> None:
        with self._lock:
            process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()


def serve() -> None:
    """Build what comes on stdin; the work of a child interpreter."""
    answers, sys.stdout = sys.stdout, sys.stderr  # whatever a library prints is no answer
    for line in sys.stdin:
        try:
            answer = asdict(build_one(BuildJob(**json.loads(line))))
        except (WorldError, ValueError, OSError) as error:
            answer = {"error": " ".join(str(error).split())}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()
