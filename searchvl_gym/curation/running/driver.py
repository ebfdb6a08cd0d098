"""The whole curation, resumable: shards in any order, by any number of workers, then the merge.

```
OUT/run.json          what the result depends on
OUT/shards/*.jsonl    finished shards; each appears whole or not at all
OUT/tasks.jsonl       the task set
OUT/rejections.jsonl  every record that was dropped, with stage, reason and detail
OUT/funnel.json       how many, by stage and reason, and what became of the damaged pictures
OUT/replies.sqlite    what a language model said, where one writes the questions
OUT/experts/          the experts' rollouts, where they were asked for
OUT/dataset/          the sets made of them; see `dataset.py`
```
"""

from __future__ import annotations

import dataclasses
import math
import time
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from searchvl_gym.curation.errors import CurationError
from searchvl_gym.curation.language_model.settings import open_model
from searchvl_gym.curation.running.engines import Engine, open_engine
from searchvl_gym.curation.running.merging import Merger
from searchvl_gym.curation.running.run_directory import REPLIES, SHARDS, check_run, hold
from searchvl_gym.curation.running.shards import (
    SHARD_RECORDS,
    Outcome,
    ShardJob,
    is_searchable,
    read_shard,
)
from searchvl_gym.curation.settings import CurationSettings
from searchvl_gym.rollout.progress import show_progress
from searchvl_gym.rollout.record import describe, replace_file
from searchvl_gym.tasks import TaskSet
from searchvl_gym.tasks.drawn import drawn_files

if TYPE_CHECKING:
    from searchvl_gym.curation.language_model.completions import Usage
    from searchvl_gym.curation.sets.records import Dataset
    from searchvl_gym.world import World

TASKS, REJECTIONS, FUNNEL = "tasks.jsonl", "rejections.jsonl", "funnel.json"
EXPERTS, DATASET = "experts", "dataset"

MOST_RECORDS_A_TASK = 30
"""A run gives up after so many records for each task that is wanted."""

_FIRST_GUESS = 0.75
"""Share of the records that become tasks, as long as nothing is known about it."""


@dataclass(frozen=True)
class CurationSummary:
    """What a run came to.

    Attributes:
        accepted: Number of tasks.
        rejected: How many records were dropped, by `stage.reason`.
        sft: Trajectories of the SFT set; 0 without experts.
        rl: Tasks of the RL set; 0 without experts.
        seconds: Wall-clock time of this run without the experts; what was finished before cost
            none.
        expert_seconds: The same for the experts and the sets.
        fingerprint: Of the task set, or of both sets where there are some.
        funnel: All counts.
        model: What the language model was asked so far, earlier runs included; None where rules
            write the questions.
    """

    accepted: int
    rejected: dict[str, int]
    sft: int
    rl: int
    seconds: float
    expert_seconds: float
    fingerprint: str
    funnel: dict[str, Any]
    model: Usage | None = None

    def to_json(self) -> dict[str, Any]:
        """The keys that `searchvl curate --json` promises."""
        model = {} if self.model is None else {"model": dataclasses.asdict(self.model)}
        return {
            "accepted": self.accepted,
            "rejected": self.rejected,
            "sft": self.sft,
            "rl": self.rl,
            "seconds": self.seconds,
            "expert_seconds": self.expert_seconds,
            "fingerprint": self.fingerprint,
            **model,
        }


def curate(
    world: World,
    out: str | Path,
    *,
    n: int,
    seed: int = 0,
    settings: CurationSettings | None = None,
    workers: int = 1,
    engine: str = "local",
    experts: bool = False,
    progress: bool = True,
) -> CurationSummary:
    """Make `n` tasks of a world; go on where an earlier run stopped.

    The files are the same bytes for any number of workers, for either engine, and after any
    number of interruptions. Where a language model writes the questions that holds for one cache
    of replies: the first reply to a request stays.

    Args:
        world: The world. Without an image index there is no filter B, and damaged pictures have
            only reading to defeat.
        out: Directory of the result.
        n: How many tasks, at least 1.
        seed: Of all draws, at least 0.
        settings: The rules of all stages; None for the preset that suits the world's size and
            its pictures.
        workers: Processes, or Ray actors.
        engine: `local` or `ray`.
        experts: Whether the expert of the settings then plays the tasks, and the SFT and RL sets
            are written. It may be asked for later: the tasks are not made again.
        progress: Show a bar on a terminal.

    Raises:
        ValueError: When an argument is wrong.
        CurationError: When the directory belongs to another run or is in use, a worker was
            ended, the world gives too few tasks, or the model's budget is used up.
        EndpointError: When the language model cannot be asked; what is finished is kept.
        RolloutError: When a file cannot be written.
        WorldError: When the world's image index is torn.
    """
    from searchvl_gym.curation.paths.picture_sizes import fitting_gate, fitting_side
    from searchvl_gym.curation.running.settings_file import preset_settings

    for name, value, least in (("n", n, 1), ("seed", seed, 0), ("workers", workers, 1)):
        if value < least:
            raise ValueError(f"{name} must be at least {least}, got {value}")
    began = time.perf_counter()
    settings = settings or preset_settings(
        len(world), image_side=fitting_side(world), gate=fitting_gate(world)
    )
    path = Path(out)
    searchable = is_searchable(world)
    replies = path.absolute() / REPLIES
    job = ShardJob(world.path.resolve(), world.fingerprint, settings, seed, searchable, replies)
    with hold(path):
        check_run(path, job, n)
        merger = _work(path, job, n, workers, engine, progress)
        drawn = drawn_files(world, merger.tasks)
        tasks = TaskSet(merger.tasks, path.name or "curated", drawn)
        tasks.save(path / TASKS)
        replace_file(path / REJECTIONS, merger.rejection_lines())
        funnel = merger.funnel()
        encoded = msgspec.json.format(msgspec.json.encode(funnel), indent=2) + b"\n"
        replace_file(path / FUNNEL, encoded)
        seconds = round(time.perf_counter() - began, 3)
        began = time.perf_counter()
        made = _play(world, path, tasks, job, funnel, workers, progress) if experts else None
    return CurationSummary(
        accepted=len(tasks),
        rejected=merger.rejected(),
        sft=0 if made is None else made.sft,
        rl=0 if made is None else made.rl,
        seconds=seconds,
        expert_seconds=round(time.perf_counter() - began, 3),
        fingerprint=tasks.fingerprint if made is None else made.fingerprint,
        funnel=funnel,
        model=_model_usage(job),
    )


def _model_usage(job: ShardJob) -> Usage | None:
    if job.settings.language_model is None:
        return None
    return open_model(job.settings.language_model, job.replies).spent


def _play(
    world: World,
    path: Path,
    tasks: TaskSet,
    job: ShardJob,
    funnel: dict[str, Any],
    workers: int,
    progress: bool,
) -> Dataset:
    """Let the expert play and write the sets."""
    from searchvl_gym.curation.paths.picture_sizes import anchors_by_side
    from searchvl_gym.curation.sets.dataset import write_dataset
    from searchvl_gym.curation.sets.records import Origin
    from searchvl_gym.curation.trajectories.experts import play_experts

    settings = job.settings
    played = play_experts(
        world,
        tasks,
        path / EXPERTS,
        settings.experts,
        seed=job.seed,
        workers=workers,
        progress=progress,
    )
    command = f"searchvl curate --n {len(tasks)} --seed {job.seed} --experts"
    anchors = anchors_by_side(world, settings.paths)
    origin = Origin(job.seed, command, funnel["rejected"], describe(settings), anchors)
    return write_dataset(world, tasks, played, path / DATASET, settings.sets, origin=origin)


def _work(path: Path, job: ShardJob, n: int, workers: int, engine: str, progress: bool) -> Merger:
    """Make the shards that are missing until the merge has enough tasks."""
    merger = Merger(n)
    ready: dict[int, list[Outcome]] = {}
    following = 0
    with (
        _lazily(engine, job, workers) as opened,
        show_progress(n, 0, shown=progress, unit="tasks") as advance,
    ):
        while not merger.finished:
            missing = _next_shards(merger, following, workers, n)
            for number in missing:
                outcomes = _read(path, number)
                if outcomes is not None:
                    ready[number] = outcomes
            todo = [number for number in missing if number not in ready]
            with closing(opened().make(todo) if todo else _nothing()) as made:
                for number in missing:
                    while number not in ready:
                        finished, content = next(made)
                        replace_file(_shard(path, finished), content)
                        ready[finished] = _parsed(content, finished)
                    before = len(merger.tasks)
                    merger.add(ready.pop(number))
                    following = number + 1
                    for _ in range(len(merger.tasks) - before):
                        advance()
                    if merger.finished:
                        break
    # Which shards beyond the last one were made depends on the workers; the result must not.
    for file in (path / SHARDS).iterdir():
        if file.suffix != ".jsonl" or int(file.stem) >= following:
            file.unlink()
    return merger


def _next_shards(merger: Merger, following: int, workers: int, n: int) -> range:
    """The shards that are probably still needed, at least one a worker.

    Raises:
        CurationError: When there have been too many records already.
    """
    most = MOST_RECORDS_A_TASK * n + 10 * SHARD_RECORDS
    if merger.records >= most:
        reasons = sorted(merger.rejected().items(), key=lambda item: -item[1])[:3]
        listed = ", ".join(f"{reason} {count}" for reason, count in reasons)
        raise CurationError(
            f"only {len(merger.tasks)} of {n} tasks in {merger.records} records (most were dropped "
            f"by {listed}); ask for fewer, take a larger world or loosen the settings"
        )
    share = (len(merger.tasks) + 1) / (merger.records + 1) if merger.records else _FIRST_GUESS
    records = min((n - len(merger.tasks)) / share, most)
    return range(following, following + max(1, workers, math.ceil(records / SHARD_RECORDS)))


@contextmanager
def _lazily(name: str, job: ShardJob, workers: int) -> Iterator[Any]:
    """A function that gives the engine, which is opened when it is first asked for."""
    opened: list[Engine] = []

    def give() -> Engine:
        if not opened:
            opened.append(open_engine(name, job, workers))
        return opened[0]

    try:
        yield give
    finally:
        for engine in opened:
            engine.close()


def _nothing() -> Generator[tuple[int, bytes], None, None]:
    yield from ()


def _parsed(content: bytes, number: int) -> list[Outcome]:
    outcomes = read_shard(content, number)
    assert outcomes is not None
    return outcomes


def _shard(path: Path, number: int) -> Path:
    return path / SHARDS / f"{number:06d}.jsonl"


def _read(path: Path, number: int) -> list[Outcome] | None:
    """A finished shard, or None when it must be made."""
    with suppress(FileNotFoundError):
        return read_shard(_shard(path, number).read_bytes(), number)
    return None
