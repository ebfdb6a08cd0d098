"""Lines of the leaderboard: what they hold, how they are shown and written."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.suites import Suite, published_results


@dataclass(frozen=True)
class Result:
    """One line of the leaderboard.

    Attributes:
        suite: As given on the command line, without secrets.
        policy: As given on the command line, without secrets.
        judge: As given on the command line, without secrets.
        episodes: Number of episodes played.
        unscored: Those among them that no reward could be told for; they count nowhere else.
        accuracy: Share of right answers among the scored episodes; None when there are none.
        low: Lower end of its 95 % interval, or None.
        high: Upper end of its 95 % interval, or None.
        mean_turns: Mean number of turns, the answer included.
        fatal_rate: Share of fatal episodes.
        error_rate: Share of turns that were step errors.
        seconds: Wall-clock time.
        world: Fingerprint of the world.
        tasks: Fingerprint of the task set.
        fingerprint: Hash over all trajectories.
        report: Path of the HTML report.
    """

    suite: str
    policy: str
    judge: str
    episodes: int
    unscored: int
    accuracy: float | None
    low: float | None
    high: float | None
    mean_turns: float
    fatal_rate: float
    error_rate: float
    seconds: float
    world: str
    tasks: str
    fingerprint: str
    report: str


def print_table(results: Sequence[Result], suites: Sequence[Suite]) -> None:
    """Print the leaderboard, and what was published for the same suites."""
    from rich.console import Console
    from rich.table import Table

    console = Console()
    if not console.is_terminal:
        console = Console(width=120)
    table = Table(title="SearchVL Gym leaderboard")
    table.add_column("suite", overflow="fold")
    table.add_column("policy", overflow="fold")
    for heading in ("played", "accuracy (95 %)", "turns", "fatal", "errors", "seconds"):
        table.add_column(heading, justify="right", no_wrap=True)
    for result in results:
        table.add_row(
            result.suite,
            result.policy,
            str(result.episodes),
            accuracy_text(result),
            f"{result.mean_turns:.1f}",
            f"{100 * result.fatal_rate:.1f} %",
            f"{100 * result.error_rate:.1f} %",
            f"{result.seconds:.0f}",
        )
    console.print(table)
    for suite in suites:
        published = published_results(suite.column)
        if published:
            listed = Table("model", "workflow", "accuracy", title=f"Published on {suite.column}")
            for row in published:
                listed.add_row(row.model, row.workflow, f"{row.accuracy:.1f} %")
            console.print(listed)


def accuracy_text(result: Result) -> str:
    """Accuracy and interval in percent; how many episodes are unscored, when some are."""
    unscored = f" {result.unscored} unscored" if result.unscored else ""
    if result.accuracy is None or result.low is None or result.high is None:
        return f"–{unscored}"
    interval = f"{100 * result.low:.1f}–{100 * result.high:.1f}"
    return f"{100 * result.accuracy:.1f} ({interval}){unscored}"


def write_json(path: Path, results: Sequence[Result], settings: dict[str, Any]) -> None:
    """Write results and settings; the file appears whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {"settings": settings, "results": [asdict(result) for result in results]}
    temporary = path.with_suffix(".partial")
    temporary.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    temporary.replace(path)
