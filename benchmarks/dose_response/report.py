"""The dose–response as figures and a table, from the rows of the finished runs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.dose_response.statistics import Outcomes, paired_difference, trend

Row = Mapping[str, Any]

WAYS = ("sampled", "greedy", "dosed")
FAILURES = {"infrastructure": "i", "model": "m", "unanswered": "u"}


def read_rows(directory: Path) -> list[Row]:
    """The finished runs, by name."""
    files = sorted(directory.glob("*.json"))
    return [json.loads(file.read_text(encoding="utf-8")) for file in files]


def outcomes(
    rows: Sequence[Row], shape: tuple[int, int, int], mark: str, way: str, figure: str
) -> Outcomes:
    """A figure of one variant at one dose.

    Args:
        rows: Runs of one rung and one dose.
        shape: Checkpoints, seeds, tasks; NaN where there is no run.
        mark: Step of the curve.
        way: How the test tasks were played.
        figure: `right`, `turns`, `calls`, or a letter of a failure.
    """
    found = np.full(shape, np.nan)
    for row in rows:
        if mark not in row["marks"]:
            continue
        played = row["marks"][mark][way]
        values: Sequence[Any] = played["failure"] if figure in FAILURES.values() else played[figure]
        if figure in FAILURES.values():
            values = [float(sign == figure) for sign in values]
        found[row["checkpoint"], row["seed"]] = [float(value) for value in values]
    return found


def summarise(rows: Sequence[Row]) -> dict[str, Any]:
    """Differences `fatal_aware − vanilla` by dose, mark and way, and their trend over the dose."""
    doses = sorted({(row["rate"], row["dose"]) for row in rows})
    marks = sorted({mark for row in rows for mark in row["marks"]}, key=int)
    anchors = rows[0]["anchors"]
    most = [1 + max(int(row[level]) for row in rows) for level in ("checkpoint", "seed")]
    shape = (most[0], most[1], len(anchors))
    summary: dict[str, Any] = {"runs": len(rows), "doses": [], "trend": {}}
    gaps: dict[tuple[str, str], dict[float, Outcomes]] = {}
    for rate, name in doses:
        here = [row for row in rows if row["dose"] == name]
        full, vanilla = (
            [row for row in here if row["rung"] == rung] for rung in ("fatal_aware", "vanilla")
        )
        start = float(np.mean([row["start"] for row in here]))
        entry: dict[str, Any] = {"dose": name, "rate": rate, "start": start, "runs": len(here)}
        for mark in marks:
            for way in WAYS:
                if not (full and vanilla):
                    continue
                for figure in ("right", "turns", *FAILURES.values()):
                    pair = [outcomes(each, shape, mark, way, figure) for each in (full, vanilla)]
                    if np.isnan(pair[0] - pair[1]).all():
                        continue
                    found = paired_difference(pair[0], pair[1], anchors)
                    entry[f"{figure}/{way}/{mark}"] = vars(found)
                    if figure == "right":
                        gaps.setdefault((way, mark), {})[start] = pair[0] - pair[1]
        summary["doses"].append(entry)
    for (way, mark), by_dose in gaps.items():
        if len(by_dose) > 1:
            summary["trend"][f"{way}/{mark}"] = vars(trend(by_dose, anchors))
    return summary


def as_table(summary: Mapping[str, Any], mark: str) -> str:
    """The summary at one mark as Markdown."""
    lines = [
        f"| dose (rate) | fatal at the start | runs | full − vanilla at {mark}, sampled | greedily "
        "| under the dose | turns |",
        "|---|---|---|---|---|---|---|",
    ]
    for entry in summary["doses"]:
        names = [f"right/{way}/{mark}" for way in WAYS] + [f"turns/sampled/{mark}"]
        cells = [_shown(entry.get(name)) for name in names]
        lines.append(
            f"| {entry['dose']} ({entry['rate']:g}) | {entry['start']:.2f} | {entry['runs']} | "
            f"{' | '.join(cells)} |"
        )
    found = summary["trend"].get(f"sampled/{mark}")
    lines += ["", f"Trend of the sampled gap over the dose: {_shown(found)}."]
    return "\n".join(lines) + "\n"


def _shown(found: Mapping[str, float] | None) -> str:
    if found is None:
        return "not run"
    return f"{found['mean']:.3f} [{found['low']:.3f}, {found['high']:.3f}]"
