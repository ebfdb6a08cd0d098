"""The dose–response as figures and tables, from the rows of the finished runs."""

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
FIGURES = ("right", "turns", *FAILURES.values(), "degenerate")
PAIR = ("vanilla", "fatal_aware")
MAIN = "visit-"
"""Begins the names of the doses that the trend is over; others are controls."""


def read_rows(directory: Path) -> list[Row]:
    """The finished runs, by name."""
    files = sorted(directory.glob("*.json"))
    return [json.loads(file.read_text(encoding="utf-8")) for file in files]


def values(played: Mapping[str, Any], figure: str) -> list[float]:
    """A figure of a set of episodes, one number a task."""
    if figure in FAILURES.values():
        return [float(sign == figure) for sign in played["failure"]]
    return [float(value) for value in played[figure]]


def checkpoints_of(rows: Sequence[Row]) -> dict[tuple[int, str], int]:
    """A place in the tables for each SFT checkpoint: seeds trained elsewhere may have others."""
    found = sorted({(int(row["checkpoint"]), str(row["weights"])) for row in rows})
    return {each: place for place, each in enumerate(found)}


def outcomes(
    rows: Sequence[Row],
    places: Mapping[tuple[int, str], int],
    shape: tuple[int, int],
    mark: str,
    way: str,
    figure: str,
) -> Outcomes:
    """A figure of one variant at one dose.

    Args:
        rows: Runs of one rung and one dose.
        places: See `checkpoints_of`.
        shape: Seeds, tasks.
        mark: Step of the curve.
        way: How the test tasks were played.
        figure: One of `FIGURES`.

    Returns:
        Shape (checkpoints, seeds, tasks); NaN where there is no run.
    """
    found = np.full((len(places), *shape), np.nan)
    for row in rows:
        if way in row["marks"].get(mark, {}):
            place = places[row["checkpoint"], row["weights"]]
            found[place, row["seed"]] = values(row["marks"][mark][way], figure)
    return found


def summarise(rows: Sequence[Row]) -> dict[str, Any]:
    """Differences of each rung and `vanilla` by dose, mark and way, and the trend of the gap.

    Returns:
        `runs`; for each of `doses` its name, `rate`, share of fatal rollouts at the `start`,
        number of `runs`, `before` (means of the SFT checkpoints), and for each of its `rungs` the
        `means` and the paired `differences` to `vanilla`, by `figure/way/mark`; and the `trend` of
        `fatal_aware − vanilla` over the share of fatal rollouts, by `way/mark`.
    """
    marks = sorted({mark for row in rows for mark in row["marks"]}, key=int)
    anchors = rows[0]["anchors"] if rows else []
    shape = (1 + max((int(row["seed"]) for row in rows), default=0), len(anchors))
    places = checkpoints_of(rows)
    summary: dict[str, Any] = {"runs": len(rows), "doses": [], "trend": {}}
    gaps: dict[tuple[str, str], dict[float, Outcomes]] = {}
    for rate, name in sorted({(row["rate"], row["dose"]) for row in rows}):
        here = [row for row in rows if row["dose"] == name]
        start = float(np.mean([row["start"] for row in here]))
        entry: dict[str, Any] = {
            "dose": name, "rate": rate, "start": start, "runs": len(here), "rungs": {},
            "before": means_before(here),
        }  # fmt: skip
        by_rung = {
            rung: [row for row in here if row["rung"] == rung]
            for rung in sorted({row["rung"] for row in here})
        }
        for rung, runs in by_rung.items():
            means, differences = {}, {}
            for mark, way, figure in ((m, w, f) for m in marks for w in WAYS for f in FIGURES):
                found = outcomes(runs, places, shape, mark, way, figure)
                if np.isnan(found).all():
                    continue
                key = f"{figure}/{way}/{mark}"
                means[key] = float(np.nanmean(found))
                usual = by_rung.get("vanilla", [])
                gap = found - outcomes(usual, places, shape, mark, way, figure)
                if rung == "vanilla" or np.isnan(gap).all():
                    continue
                differences[key] = vars(paired_difference(gap, np.zeros_like(gap), anchors))
                if rung == "fatal_aware" and figure == "right" and name.startswith(MAIN):
                    gaps.setdefault((way, mark), {})[start] = gap
            entry["rungs"][rung] = {"runs": len(runs), "means": means, "differences": differences}
        summary["doses"].append(entry)
    for (way, mark), by_dose in gaps.items():
        if len(by_dose) > 1:
            summary["trend"][f"{way}/{mark}"] = vars(trend(by_dose, anchors))
    return summary


def means_before(rows: Sequence[Row]) -> dict[str, float]:
    """Means of the SFT checkpoints that runs started from, each once, by `figure/way`."""
    starts = {(row["checkpoint"], row["weights"]): row["before"] for row in rows}.values()
    return {
        f"{figure}/{way}": float(np.mean([np.mean(values(each[way], figure)) for each in starts]))
        for way in WAYS
        for figure in FIGURES
        if all(way in each for each in starts)
    }


def as_table(summary: Mapping[str, Any], mark: str) -> str:
    """The gaps at one mark as Markdown, then what all rungs came to."""
    lines = [
        f"| dose (rate) | fatal at the start | runs | full − vanilla at {mark}, sampled | greedily "
        "| under the dose | turns |",
        "|---|---|---|---|---|---|---|",
    ]
    for entry in summary["doses"]:
        full = entry["rungs"].get("fatal_aware", {}).get("differences", {})
        names = [f"right/{way}/{mark}" for way in WAYS] + [f"turns/sampled/{mark}"]
        cells = [_shown(full.get(name)) for name in names]
        lines.append(
            f"| {entry['dose']} ({entry['rate']:g}) | {entry['start']:.2f} | {entry['runs']} | "
            f"{' | '.join(cells)} |"
        )
    found = summary["trend"].get(f"sampled/{mark}")
    lines += ["", f"Trend of the sampled gap over the dose: {_shown(found)}.", ""]
    return "\n".join([*lines, *_rungs(summary, mark)]) + "\n"


def _rungs(summary: Mapping[str, Any], mark: str) -> list[str]:
    """Means of every rung at every dose without faults, and its difference to vanilla."""
    lines = [
        f"| dose | rung at {mark} | runs | right, sampled (− vanilla) | greedily (− vanilla) | "
        "turns | cascades: infrastructure, model | unanswered | degenerate |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for entry in summary["doses"]:
        before = {f"{name}/{mark}": mean for name, mean in entry["before"].items()}
        rungs = {"sft": {"runs": "–", "means": before, "differences": {}}, **entry["rungs"]}
        for rung, found in rungs.items():
            means, differences = found["means"], found["differences"]
            if f"right/sampled/{mark}" not in means:
                continue
            right = [
                f"{means[f'right/{way}/{mark}']:.3f}"
                + (f" ({_shown(differences[key], '+')})" if key in differences else "")
                for way in ("sampled", "greedy")
                for key in (f"right/{way}/{mark}",)
            ]
            turns, i, m, u, degenerate = (means[f"{f}/sampled/{mark}"] for f in FIGURES[1:])
            lines.append(
                f"| {entry['dose']} | {rung} | {found['runs']} | {right[0]} | {right[1]} | "
                f"{turns:.2f} | {i:.3f}, {m:.3f} | {u:.3f} | {degenerate:.3f} |"
            )
    return lines


def _shown(found: Mapping[str, float] | None, sign: str = "") -> str:
    if found is None:
        return "not run"
    return f"{found['mean']:{sign}.3f} [{found['low']:{sign}.3f}, {found['high']:{sign}.3f}]"
