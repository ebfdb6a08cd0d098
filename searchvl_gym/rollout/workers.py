"""Plays episodes in several processes, and notices when one of them dies."""

from __future__ import annotations

import os
import signal
import warnings
from collections.abc import Generator, Iterator
from dataclasses import replace
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Any

from searchvl_gym.rollout.errors import RolloutError
from searchvl_gym.rollout.player import FinishedEpisode, Job, play
from searchvl_gym.rollout.store import save_images
from searchvl_gym.tasks.drawn import OtherPicturesWarning

_PATIENCE = 5.0
"""Seconds that a worker gets to end by itself."""


def play_in_processes(
    job: Job, episodes: list[int], workers: int, out: Path
) -> Generator[FinishedEpisode, None, None]:
    """Play episodes in `workers` new processes.

    Args:
        job: Environment, policy, seed.
        episodes: The numbers to play, handed out in this order.
        workers: Number of processes.
        out: Directory of the store; the workers save the pictures there.

    Yields:
        Each episode in order of completion, without its pictures.

    Raises:
        RolloutError: When a worker dies, or its policy or environment fails.
    """
    context = get_context("spawn")
    connections: dict[Connection[Any, Any], SpawnProcess] = {}
    numbers = iter(episodes)
    try:
        count = min(workers, len(episodes))
        for _ in range(count):
            ours, theirs = context.Pipe()
            process = context.Process(target=_work, args=(theirs, job, out, count), daemon=True)
            try:
                process.start()
            except (AttributeError, TypeError, ValueError, ImportError) as error:
                raise RolloutError(
                    f"the policy or the environment's arguments cannot be sent to another process "
                    f"({error}); give them by name, or use --workers 1"
                ) from None
            # With our copy closed, the pipe breaks as soon as the worker is gone.
            theirs.close()
            connections[ours] = process
        active = set(connections)
        while active:
            for ready in wait(list(active)):
                assert isinstance(ready, Connection)
                process = connections[ready]
                try:
                    kind, content = ready.recv()
                except (EOFError, OSError):
                    raise _death(process) from None
                if kind == "next":
                    ready.send(next(numbers, None))
                elif kind == "finished":
                    yield content
                elif kind == "failed":
                    raise RolloutError(content)
                else:
                    active.discard(ready)
    finally:
        _stop(connections)


def describe_failure(error: BaseException) -> str:
    """One line about what a policy or an environment raised."""
    text = " ".join(str(error).split()) or "no message"
    known = isinstance(error, (RolloutError, ValueError)) or type(error).__module__.startswith(
        ("searchvl_gym.", "algos.")
    )
    return text if known else f"{type(error).__name__}: {text}"


def _work(connection: Connection[Any, Any], job: Job, out: Path, workers: int) -> None:
    """The main function of a worker process, one of so many."""
    # Read when torch is loaded: threads of several workers on the same cores wait for each other.
    os.environ.setdefault("OMP_NUM_THREADS", str(max(1, (os.cpu_count() or 1) // workers)))
    # Ctrl-C reaches the whole group; the parent alone decides what happens then.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # The parent has made an environment of the same tasks and told it already.
    warnings.simplefilter("ignore", OtherPicturesWarning)

    def numbers() -> Iterator[int]:
        while True:
            connection.send(("next", None))
            number = connection.recv()
            if number is None:
                return
            yield number

    try:
        for done in play(job, numbers()):
            save_images(out, done.images)
            connection.send(("finished", replace(done, images={})))
        connection.send(("done", None))
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return  # the parent is gone
    except Exception as error:  # told to the parent, which stops the run
        connection.send(("failed", describe_failure(error)))


def _death(process: SpawnProcess) -> RolloutError:
    process.join(_PATIENCE)
    code = process.exitcode
    how = f"with exit code {code}"
    if code is not None and code < 0:
        how = f"by {signal.Signals(-code).name}"
    return RolloutError(
        f"worker process {process.pid} was ended {how}; finished episodes are kept, run the same "
        "command again to go on (fewer --workers if memory ran out)"
    )


def _stop(connections: dict[Connection[Any, Any], SpawnProcess]) -> None:
    for connection, process in connections.items():
        connection.close()
        if process.is_alive() and process.exitcode is None:
            process.terminate()
    for process in connections.values():
        process.join(_PATIENCE)
        if process.is_alive():
            process.kill()
            process.join()
