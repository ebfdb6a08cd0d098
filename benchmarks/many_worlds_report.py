"""The study of many worlds as rows, a table and a figure, from the runs that are finished."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

RENAMING = {
    "renaming": "1\nrenamed",
    "16+renaming": "16\nrenamed",
    "64+renaming": "64\nrenamed",
}
"""Conditions in which names are other ones each time, in so many worlds; labels of the figure."""

CONDITIONS = ("1", "4", "16", "64", *RENAMING)
"""Numbers of training worlds, and those with renaming."""

PLACES = ("seen", "unseen", "kinds")
PHASES = ("sft", "grpo")
WAYS = ("sampled", "greedy")
ROWS, TABLE, PLOT = "many-worlds.json", "many-worlds-table.md", "many-worlds.png"
TITLE = "Training in many worlds: all figures"
RESAMPLES = 10_000

Row = dict[str, Any]


def finished_rows(out: Path) -> list[Row]:
    """One row a run, phase, place and way of playing that was measured."""
    rows = []
    for condition in CONDITIONS:
        for directory in sorted(out.glob(f"{condition}-*")):
            seed = directory.name.removeprefix(f"{condition}-")
            for phase in PHASES:
                for place in PLACES:
                    file = directory / f"{phase}-{place}" / "evaluation.json"
                    if not seed.isdigit() or not file.is_file():
                        continue
                    found = json.loads(file.read_text(encoding="utf-8"))
                    for way, figures in found.items():
                        rows.append(
                            {
                                "condition": condition,
                                "seed": int(seed),
                                "phase": phase,
                                "place": place,
                                "sampling": way,
                                "right": "".join(map(str, figures["right"])),
                                "accuracy": float(np.mean(figures["right"])),
                                "slips": figures["slips"] / max(1, figures["names"]),
                                "turns": figures["turns"],
                                "well_formed": figures["well_formed"],
                            }
                        )
    return rows


def name_of(row: Row) -> str:
    """The run that a row is of, as its directory is named."""
    return f"{row['condition']}-{row['seed']}"


def kept_rows(target: Path) -> list[Row]:
    """The rows that a report has already; none where there is no report."""
    file = target / ROWS
    found: list[Row] = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else []
    return found


def whole_runs(rows: Iterable[Row]) -> set[str]:
    """The runs of which every phase, place and way of playing is among the rows."""
    counts = Counter(name_of(row) for row in rows)
    return {name for name, rows in counts.items() if rows == len(PHASES) * len(PLACES) * len(WAYS)}


def write_report(out: Path, target: Path) -> list[Row]:
    """Write the rows and, where there are any, table and figure.

    Rows that the report has already of runs that are not in `out` stay in it, so that a study can
    be played a part at a time, each part on a machine of its own.
    """
    rows = finished_rows(out)
    here = {name_of(row) for row in rows}
    rows += [row for row in kept_rows(target) if name_of(row) not in here]
    rows.sort(key=lambda row: (CONDITIONS.index(row["condition"]), row["seed"]))
    target.mkdir(parents=True, exist_ok=True)
    (target / ROWS).write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    if rows:
        (target / TABLE).write_text(f"# {TITLE}\n\n{as_table(rows)}", encoding="utf-8")
        draw(rows, target / PLOT)
    return rows


def as_table(rows: Sequence[Row]) -> str:
    """Means over the seeds, and how far unseen worlds are behind seen ones, with intervals."""
    lines = [
        "| training worlds | phase | played | seeds | seen | unseen | other kinds | "
        "unseen − seen | kinds − seen | slips: seen, unseen, kinds |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for condition in CONDITIONS:
        for phase in PHASES:
            for way in WAYS:
                found = {
                    place: {
                        row["seed"]: row for row in matching(rows, condition, phase, place, way)
                    }
                    for place in PLACES
                }
                seeds = set.intersection(*(set(each) for each in found.values()))
                if not seeds:
                    continue
                right = {
                    place: [[int(sign) for sign in each[seed]["right"]] for seed in sorted(seeds)]
                    for place, each in found.items()
                }
                means = [
                    f"{np.mean([np.mean(run) for run in right[place]]):.3f}" for place in PLACES
                ]
                gaps = [behind(right[place], right["seen"]) for place in PLACES[1:]]
                slips = [
                    f"{np.mean([found[place][seed]['slips'] for seed in seeds]):.3f}"
                    for place in PLACES
                ]
                lines.append(
                    f"| {condition} | {phase} | {way} | {len(seeds)} | {' | '.join(means)} | "
                    f"{' | '.join(gaps)} | {', '.join(slips)} |"
                )
    return "\n".join(lines) + "\n"


def behind(there: Sequence[Sequence[int]], seen: Sequence[Sequence[int]]) -> str:
    """The mean difference of two places and its middle 95 %.

    Seeds are drawn with replacement, and in each the tasks of either place.

    Args:
        there: Whether each task was right, by seed.
        seen: The same in the worlds of training, by the same seeds.
    """
    rng = np.random.default_rng(0)
    difference = np.mean(
        [np.mean(one) - np.mean(two) for one, two in zip(there, seen, strict=True)]
    )
    # A run's mean over tasks drawn with replacement is binomial.
    drawn = [
        rng.binomial(len(one), np.mean(one), RESAMPLES) / len(one)
        - rng.binomial(len(two), np.mean(two), RESAMPLES) / len(two)
        for one, two in zip(there, seen, strict=True)
    ]
    often = rng.multinomial(len(drawn), np.full(len(drawn), 1 / len(drawn)), RESAMPLES)
    low, high = np.quantile((often * np.array(drawn).T).sum(1) / len(drawn), [0.025, 0.975])
    return f"{difference:+.3f} [{low:+.3f}, {high:+.3f}]"


def matching(rows: Iterable[Row], condition: str, phase: str, place: str, way: str) -> list[Row]:
    """The rows of one cell, a seed each."""
    wanted = (condition, phase, place, way)
    return [
        row
        for row in rows
        if (row["condition"], row["phase"], row["place"], row["sampling"]) == wanted
    ]


def draw(rows: Sequence[Row], file: Path) -> None:
    """Accuracy and slips over the number of training worlds: means, and a dot a seed."""
    from matplotlib.figure import Figure

    played = {row["condition"] for row in rows}
    shown = [condition for condition in CONDITIONS if condition in played]
    figure = Figure(figsize=(10, 6.4), layout="constrained")
    axes = figure.subplots(2, len(PHASES), squeeze=False, sharex=True, sharey="row")
    for column, phase in enumerate(PHASES):
        for row, what in enumerate(("accuracy", "slips")):
            axis = axes[row][column]
            for colour, place in zip(("#1b6ca8", "#c8553d", "#588157"), PLACES, strict=True):
                found = [
                    [row[what] for row in matching(rows, condition, phase, place, "sampled")]
                    for condition in shown
                ]
                means = {at: np.mean(values) for at, values in enumerate(found) if values}
                if not means:
                    continue
                # Renaming is no number of worlds: it stands beside the line.
                line = [at for at in means if shown[at] not in RENAMING]
                axis.plot(line, [means[at] for at in line], color=colour)
                axis.plot([*means], [*means.values()], "D", color=colour, label=place)
                for at in means:
                    axis.plot([at] * len(found[at]), found[at], ".", color=colour, alpha=0.4)
            axis.set_title(f"{what}, after {phase.upper()}, sampled", fontsize=10)
            labels = [RENAMING.get(condition, condition) for condition in shown]
            axis.set_xticks(range(len(shown)), labels)
            axis.grid(alpha=0.25)
    axes[1][0].set_xlabel("training worlds")
    axes[0][0].legend(fontsize=8, frameon=False)
    figure.savefig(file, dpi=110)
