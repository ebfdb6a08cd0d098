"""The outcome of a curation: an SFT set and an RL set with disjoint instances and anchors.

```
OUT/README.md                     the card
OUT/dataset.json                  sizes and fingerprint; written last
OUT/sft/trajectories.jsonl        what `algos.sft --data OUT/sft` reads, with images/
OUT/sft/sharegpt.json             the release's format; pictures by relative path
OUT/sft/conversational.parquet    TRL's format; pictures inside
OUT/rl/tasks.jsonl                a `TaskSet`
OUT/rl/train.parquet              the release's format: prompt, images, reward_model
OUT/held_out/tasks.jsonl          tasks of anchors that are kept for evaluation
```

All of it is a function of the tasks and the experts' trajectories: a call that was stopped is
made again.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import msgspec

from searchvl_gym.chat import OpenSearchVL
from searchvl_gym.curation.facts.answers import count_values
from searchvl_gym.curation.facts.fact_base import FactBase
from searchvl_gym.curation.sets.anchor_split import SetSettings, TaskSplit, split_by_anchor
from searchvl_gym.curation.sets.card import Statistics, write_card
from searchvl_gym.curation.sets.exports import (
    batches,
    conversational_row,
    conversational_schema,
    encode_picture,
    reinforcement_row,
    reinforcement_schema,
    sharegpt_row,
    turns_of,
)
from searchvl_gym.curation.sets.records import Dataset, Origin
from searchvl_gym.curation.trajectories.experts import Experts
from searchvl_gym.rollout import encode_trajectory
from searchvl_gym.rollout.store import LINES, SCHEMA, StoredLine, image_path
from searchvl_gym.tasks import TaskSet
from searchvl_gym.tasks.drawn import drawn_files
from searchvl_gym.tasks.pictures import load_picture
from searchvl_gym.tools import ToolSuite
from searchvl_gym.types import Task, Trajectory

if TYPE_CHECKING:
    from searchvl_gym.world import World

_ROWS = 16
"""Rows of a row group; they are held in memory with their pictures."""


def write_dataset(
    world: World,
    tasks: Sequence[Task],
    experts: Experts,
    out: Path,
    settings: SetSettings | None = None,
    *,
    origin: Origin,
) -> Dataset:
    """Write both sets, their exports and the card.

    Args:
        world: Where the tasks are from.
        tasks: The accepted instances.
        experts: Rollouts of all or some of them, from `play_experts`.
        out: The directory; files of an earlier call are replaced.
        settings: How instances are shared out.
        origin: What the set came from; its seed also shares out the anchors.
    """
    settings = settings or SetSettings()
    split = split_by_anchor(tasks, settings, seed=origin.seed)
    for folder in ("sft/images", "rl", "held_out"):
        (out / folder).mkdir(parents=True, exist_ok=True)
    statistics = Statistics()
    _write_sft(experts, {task.id for task in split.sft}, out / "sft", statistics)
    _write_rl(split, world, out, statistics)
    hashed = (f"sft/{LINES}", "rl/tasks.jsonl", "held_out/tasks.jsonl")
    digest = hashlib.sha256()
    for name in hashed:
        digest.update(f"{name}\0{_file_digest(out / name)}\n".encode())
    made = Dataset(
        path=out,
        sft=statistics.trajectories,
        sft_instances=len(statistics.instances),
        rl=len(split.rl),
        held_out=len(split.held_out),
        fingerprint=digest.hexdigest(),
    )
    facts = FactBase(world)
    stated = (fact for page in range(len(world)) for fact in facts.facts(page))
    values = count_values(stated, facts.lexicon)
    card = write_card(made, statistics, world.info, values, origin, experts, settings)
    with replacing(out / "README.md") as stream:
        stream.write(card.encode())
    record = {name: getattr(made, name) for name in made.__dataclass_fields__ if name != "path"}
    with replacing(out / "dataset.json") as stream:
        stream.write(json.dumps(record, indent=2).encode() + b"\n")
    return made


def _write_sft(experts: Experts, wanted: set[str], out: Path, statistics: Statistics) -> None:
    """The kept trajectories of the SFT instances in three forms, in one pass."""
    import pyarrow.parquet as pq

    form, schemas = OpenSearchVL(), ToolSuite().schemas()
    system = form.system_prompt(schemas)
    schema = conversational_schema()
    with ExitStack() as stack:
        lines = stack.enter_context(replacing(out / LINES))
        sharegpt = stack.enter_context(replacing(out / "sharegpt.json"))
        table = stack.enter_context(replacing(out / "conversational.parquet"))
        writer = stack.enter_context(pq.ParquetWriter(table, schema))

        def rows() -> Iterator[dict[str, Any]]:
            kept = (each for each in experts.trajectories() if each.task.id in wanted)
            for number, trajectory in enumerate(kept):
                _link_pictures(trajectory, experts.path, out)
                encoded = msgspec.Raw(encode_trajectory(trajectory))
                lines.write(msgspec.json.encode(StoredLine(SCHEMA, number, encoded)) + b"\n")
                turns = turns_of(trajectory, form)
                row = json.dumps(sharegpt_row(turns, system, schemas), ensure_ascii=False)
                sharegpt.write(b",\n" if number else b"[\n")
                sharegpt.write(row.encode("utf-8", "replace"))
                statistics.add_trajectory(trajectory)
                data = {each: image_path(out, each).read_bytes() for each in trajectory.images}
                yield conversational_row(turns, system, data)

        for batch in batches(rows(), _ROWS):
            writer.write_table(_table(batch, schema))
        sharegpt.write(b"\n]\n" if statistics.trajectories else b"[]\n")


def _write_rl(split: TaskSplit, world: World, out: Path, statistics: Statistics) -> None:
    import pyarrow.parquet as pq

    system = OpenSearchVL().system_prompt(ToolSuite().schemas())
    schema = reinforcement_schema()
    for name, tasks, folder in (("held-out", split.held_out, "held_out"), ("rl", split.rl, "rl")):
        TaskSet(tasks, name, drawn_files(world, tasks)).save(out / folder / "tasks.jsonl")
    with (
        replacing(out / "rl" / "train.parquet") as stream,
        pq.ParquetWriter(stream, schema) as writer,
    ):

        def rows() -> Iterator[dict[str, Any]]:
            for task in split.rl:
                statistics.add_task(task)
                pictures = [encode_picture(load_picture(each, world)) for each in task.images]
                yield reinforcement_row(task, pictures, system)

        for batch in batches(rows(), _ROWS):
            writer.write_table(_table(batch, schema))


def _table(rows: list[dict[str, Any]], schema: Any) -> Any:
    import pyarrow as pa

    return pa.Table.from_pylist(rows, schema)


def _link_pictures(trajectory: Trajectory, source: Path, out: Path) -> None:
    """The pictures of a trajectory at another place; the same file where the disk allows it."""
    for digest in trajectory.images:
        target = image_path(out, digest)
        if not target.exists():
            try:
                os.link(image_path(source, digest), target)
            except OSError:
                shutil.copyfile(image_path(source, digest), target)


@contextmanager
def replacing(target: Path) -> Iterator[IO[bytes]]:
    """A file to write that takes its place only when it is complete."""
    temporary = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with temporary.open("wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)


def _file_digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
