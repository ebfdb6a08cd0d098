"""Reads the parts of an archive in several processes.

The workers are plain child interpreters that write parts into the staging directory and say on
stdout which one is done. Unlike a pool of `multiprocessing` they need no `if __name__ ==
"__main__"` in the user's script.
"""

from __future__ import annotations

import os
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Protocol

import msgspec

from searchvl_gym.world.format import WorldError
from searchvl_gym.world.sources.zim.archive import Survey, ZimArchive
from searchvl_gym.world.sources.zim.convert import Converter, Options
from searchvl_gym.world.sources.zim.staging import Staging


class Job(msgspec.Struct, frozen=True):
    """What one worker does: every `step`-th part of an archive from `first` on."""

    archive: str
    staging: str
    options: Options
    first: int
    step: int


class PartReader(Protocol):
    """Reads parts of an archive somewhere else, such as on a cluster."""

    def __call__(
        self, converter: Converter, survey: Survey, parts: Sequence[int]
    ) -> Iterator[tuple[int, bytes, bytes]]:
        """Each part with its two files, see `staging.encode_part`."""
        ...


def read_parts(
    converter: Converter,
    staging: Staging,
    workers: int,
    elsewhere: PartReader | None = None,
) -> Iterator[int]:
    """Read every part that is missing; gives the numbers of parts as they are done.

    Args:
        converter: Reads them in this process when there is one worker.
        staging: Where the parts go; it holds the survey already.
        workers: Number of processes.
        elsewhere: Reads the parts instead of this machine.

    Raises:
        WorldError: When a worker ends before its work is done.
    """
    missing = [part for part in range(converter.parts) if not staging.has(part)]
    yield from (part for part in range(converter.parts) if part not in set(missing))
    survey = staging.survey()
    if elsewhere is not None and missing and survey is not None:
        for part, pages, index in elsewhere(converter, survey, missing):
            staging.keep(part, pages, index)
            yield part
        return
    workers = min(workers, len(missing))
    if workers <= 1:
        for part in missing:
            converter.convert(part, staging)
            yield part
        return
    done: queue.Queue[int | None] = queue.Queue()
    crew = [_start(converter, staging, first, workers, done) for first in range(workers)]
    left, running = set(missing), workers
    try:
        while running:
            finished = done.get()
            if finished is None:
                running -= 1
            elif finished in left:
                left.remove(finished)
                yield finished
    finally:
        for process in crew:
            process.kill()
            process.wait()
    if left:
        codes = sorted({process.returncode for process in crew} - {0})
        raise WorldError(
            f"a process that reads articles ended with status {codes}; its message is above; "
            "start the import again to go on"
        )


def _start(
    converter: Converter,
    staging: Staging,
    first: int,
    step: int,
    done: queue.Queue[int | None],
) -> subprocess.Popen[bytes]:
    job = Job(
        str(converter.archive.path.absolute()),
        str(staging.directory),
        converter.options,
        first,
        step,
    )
    process = subprocess.Popen(
        [sys.executable, "-c", f"from {__name__} import serve; serve()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )
    assert process.stdin is not None and process.stdout is not None
    with process.stdin as stream:
        stream.write(msgspec.json.encode(job))
    threading.Thread(target=_listen, args=(process.stdout, done), daemon=True).start()
    return process


def _listen(stream: IO[bytes], done: queue.Queue[int | None]) -> None:
    for line in stream:
        done.put(int(line))
    done.put(None)


def serve() -> None:
    """Do the job that comes on stdin; the work of a child interpreter."""
    job = msgspec.json.decode(sys.stdin.buffer.read(), type=Job)
    archive, staging = ZimArchive(job.archive), Staging(Path(job.staging))
    survey = staging.survey()
    if survey is None:
        raise WorldError(f"{job.staging} holds no survey")
    converter = Converter(archive, survey, job.options)
    for part in range(job.first, converter.parts, job.step):
        converter.convert(part, staging)
        print(part, flush=True)
