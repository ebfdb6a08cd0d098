"""A task set as the parquet file that verl reads.

    python -m algos.verl_adapter.dataset tasks.jsonl train.parquet

A row carries its task whole: rollouts need the world and this file. Pictures are not in it; the
environment draws or loads them.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from algos.verl_adapter.versions import AGENT_NAME
from searchvl_gym.tasks.task_set import TaskSet, TaskSetError, completed
from searchvl_gym.types import Task


def task_row(task: Task, index: int) -> dict[str, Any]:
    """A task as a row.

    Args:
        task: The task.
        index: Its place in the set; verl groups what it logs by it.
    """
    return {
        "data_source": f"searchvl/{task.split}",
        "agent_name": AGENT_NAME,
        "ability": "search",
        # What the model reads is made by the agent loop; verl shows this in its logs.
        "prompt": [{"role": "user", "content": task.question}],
        "reward_model": {"style": "rule", "ground_truth": task.answer},
        "extra_info": {
            "index": index,
            "split": task.split,
            "task": msgspec.json.encode(task, order="sorted").decode(),
        },
    }


def task_of_row(row: Mapping[str, Any]) -> Task:
    """The task that a row carries.

    Raises:
        ValueError: When it carries none, or one that cannot be read.
    """
    extra = row.get("extra_info")
    written = extra.get("task") if isinstance(extra, Mapping) else None
    if not isinstance(written, str):
        raise ValueError(
            "the row carries no task in extra_info; make the file with "
            "python -m algos.verl_adapter.dataset TASKS FILE"
        )
    try:
        return completed(msgspec.json.decode(written, type=Task))
    except msgspec.DecodeError as error:
        raise ValueError(f"the row's task cannot be read: {error}") from None


def write_parquet(tasks: Sequence[Task], path: str | Path) -> Path:
    """Write tasks as a parquet file; an older one stays whole until the new one is complete.

    Args:
        tasks: At least one.
        path: Of the file; its directory is made when missing.

    Raises:
        ValueError: When there is no task.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    if not len(tasks):
        raise ValueError("there is no task to write")
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        rows = [task_row(task, index) for index, task in enumerate(tasks)]
        pq.write_table(pa.Table.from_pylist(rows), temporary)
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)
    return target


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; returns the exit status."""
    parser = argparse.ArgumentParser(description="Write a task set as verl's parquet.")
    parser.add_argument("tasks", type=Path, help="a task set, as TaskSet.save writes it")
    parser.add_argument("out", type=Path, help="the parquet file")
    options = parser.parse_args(arguments)
    try:
        tasks = TaskSet.load(options.tasks)
        write_parquet(tasks, options.out)
    except (TaskSetError, ValueError, OSError) as error:
        print(f"dataset: {error}", file=sys.stderr)
        return 1
    print(f"{options.out}: {len(tasks)} tasks")
    return 0


if __name__ == "__main__":
    sys.exit(main())
