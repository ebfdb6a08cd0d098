"""Results as the model hub takes them: YAML for the folder `.eval_results` of a model's repository.

The form is that of https://huggingface.co/docs/hub/eval-results: a list of the data set that holds
the benchmark, its task, and the value, here right answers in percent. No date is written: the hub
takes that of the commit.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from searchvl_gym.leaderboard.results import Row
from searchvl_gym.leaderboard.results_file import Entry
from searchvl_gym.rollout.record import replace_file

FOLDER = ".eval_results"


def write_eval_results(
    out: Path, entries: Sequence[Entry], datasets: Mapping[str, tuple[str, str]]
) -> list[Path]:
    """Write a file a policy, with what it reached on benchmarks that stand on the hub.

    Rows that are incomplete, unscored in part, or played without tools are left out.

    Args:
        out: Directory of the board; the files go into its folder `.eval_results`.
        entries: Of the board.
        datasets: Data set and task on the hub, by the suite as given on the command line.

    Returns:
        The files.
    """
    files: dict[str, list[str]] = {}
    for entry in entries:
        row = entry.row
        whole = row.complete and not row.unscored and not row.tools_off
        if whole and row.accuracy is not None and row.suite in datasets:
            files.setdefault(row.policy, []).append(as_yaml(row, *datasets[row.suite]))
    written = []
    for policy, parts in files.items():
        (out / FOLDER).mkdir(parents=True, exist_ok=True)
        plain = re.sub(r"[^A-Za-z0-9._=-]+", "_", policy)[:80]
        written.append(out / FOLDER / f"{plain}.yaml")
        replace_file(written[-1], "".join(parts).encode())
    return written


def as_yaml(row: Row, dataset: str, task: str) -> str:
    """One result as an item of the list.

    Args:
        row: With an accuracy.
        dataset: Data set on the hub, e.g. `cais/hle`.
        task: Its task there, e.g. `default`.
    """
    assert row.accuracy is not None
    notes = [f"{row.n} items", f"judge {row.judge}", "tools"]
    if row.ci95 is not None:
        notes.append(f"95 % interval {100 * row.ci95[0]:.1f}-{100 * row.ci95[1]:.1f}")
    if row.samples > 1:
        notes.append(f"mean of {row.samples} samples")
    notes.append(f"searchvl leaderboard, items {row.items[:12]}, run {row.fingerprint[:12]}")
    # A string of JSON is one of YAML as well.
    return (
        f"- dataset:\n    id: {json.dumps(dataset)}\n    task_id: {json.dumps(task)}\n"
        f"  value: {100 * row.accuracy:.2f}\n"
        f"  notes: {json.dumps(', '.join(notes), ensure_ascii=False)}\n"
    )
