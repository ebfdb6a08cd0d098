"""Sets of perception tasks: drawn and proved by several processes, kept as they are finished."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from searchvl_gym.tasks.perception.sampler import (
    HARD_SHARES,
    SHARES,
    check_world,
    perception_task,
    schedule,
)
from searchvl_gym.tasks.perception.site import Site
from searchvl_gym.tasks.task_set import TaskSet, completed
from searchvl_gym.tools.catalog import make_suite
from searchvl_gym.types import Task
from searchvl_gym.world.sources.atlas.progress import ProgressBar
from searchvl_gym.world.world import open_world

if TYPE_CHECKING:
    from searchvl_gym.world import World


def perception_tasks(
    world: World,
    *,
    split: str,
    n: int,
    seed: int = 0,
    families: Sequence[str] = tuple(SHARES),
    hops: Sequence[int] = (1, 2),
    miniature: bool = False,
    workers: int = 1,
    kept: Path | None = None,
    progress: bool = False,
) -> TaskSet:
    """Draw tasks that need eyes; fewer tasks are the beginning of more.

    Args:
        world: An Atlas with photographs (`build_atlas(…, views=2)`) and an image index.
        split: `train`, `validation` or `test`; their anchors are disjoint.
        n: How many, at least 0.
        seed: Of the draw.
        families: Names from `SHARES`, or from `HARD_SHARES` with 3 or 4 hops.
        hops: Numbers of facts that a question may chain after its picture.
        miniature: Whether scenes are small ones of 12 megapixels instead of up to 24.
        workers: Processes; the tasks do not depend on their number.
        kept: A file in which finished tasks are kept, so that a killed draw goes on.
        progress: Show a progress bar on stderr.

    Raises:
        ValueError: When the world has no photographs, a family is unknown, or too few tasks are
            found.
    """
    check_world(world)
    known = (*SHARES, *HARD_SHARES)
    unknown = sorted(set(families) - set(known))
    if unknown or not families:
        raise ValueError(f"families must be of {', '.join(known)}; got {', '.join(unknown)!r}")
    order = schedule(n, tuple(families))
    store = _Kept(kept, repr((world.fingerprint, split, seed, tuple(families), hops, miniature)))
    jobs = [
        _Job(world.path, split, family, number, seed, tuple(hops), miniature)
        for number, family in enumerate(order)
        if number not in store.tasks
    ]
    with ProgressBar(progress) as bar:
        finished = _run(jobs, workers)
        for job, task in bar.track("Proving tasks", finished, len(jobs)):
            store.add(job.number, task)
    tasks = [store.tasks[number] for number in range(n)]
    return TaskSet(tasks, f"{world.info.name}-perception-{split}")


@dataclass(frozen=True)
class _Job:
    """What a process needs to know to make one task."""

    world: Path
    split: str
    family: str
    number: int
    seed: int
    hops: tuple[int, ...]
    miniature: bool


class _Kept:
    """Finished tasks by number, in a file where one is given: a header, then a task a line."""

    def __init__(self, path: Path | None, what: str) -> None:
        self.tasks: dict[int, Task] = {}
        self._path = path
        header = hashlib.sha256(what.encode()).hexdigest()
        if path is None:
            return
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        if lines and lines[0] != header:
            raise ValueError(
                f"{path} keeps tasks of another world, seed or code; delete it to begin anew"
            )
        if not lines:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(header + "\n", encoding="utf-8")
        for line in lines[1:]:
            try:
                number, task = msgspec.json.decode(line, type=tuple[int, Task])
            except msgspec.DecodeError:
                # The last line of a run that was killed while it wrote.
                break
            self.tasks[number] = completed(task)

    def add(self, number: int, task: Task) -> None:
        """Keep a task."""
        self.tasks[number] = task
        if self._path is not None:
            with self._path.open("ab") as stream:
                stream.write(msgspec.json.encode((number, task)) + b"\n")


def _run(jobs: Sequence[_Job], workers: int) -> Iterator[tuple[_Job, Task]]:
    if workers == 1:
        for job in jobs:
            yield job, _make(job)
        return
    # Spawned, not forked: the tools hold threads and models.
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        yield from zip(jobs, pool.map(_make, jobs), strict=True)


def _make(job: _Job) -> Task:
    site = _site(job.world, job.split)
    suite = make_suite("perception")
    return perception_task(
        site,
        suite,
        job.family,
        job.number,
        seed=job.seed,
        hops=job.hops,
        miniature=job.miniature,
    )


@cache
def _site(world: Path, split: str) -> Site:
    return Site(open_world(world), split)
