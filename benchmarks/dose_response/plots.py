"""Two figures of the dose–response: the gap over the dose, and turns over the steps."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.dose_response.report import MAIN, PAIR, WAYS

COLOURS = {"sampled": "#1b6ca8", "greedy": "#588157", "dosed": "#c8553d"}
NAMES = {"sampled": "sampled", "greedy": "greedily", "dosed": "sampled, under the dose"}
STYLES = {"vanilla": "--", "fatal_aware": "-"}
DOSES = ("#9aa0a6", "#1b6ca8", "#7b4f9d", "#d98e04", "#c8553d")
GAPS, TURNS = "gaps.png", "turns.png"


def draw(summary: Mapping[str, Any], marks: tuple[str, str], target: Path) -> None:
    """Write both figures.

    Args:
        summary: From `summarise`.
        marks: Steps that the first figure shows.
        target: Directory.
    """
    doses = [entry for entry in summary["doses"] if entry["dose"].startswith(MAIN)]
    _draw_gaps(doses, summary["trend"], marks, target / GAPS)
    _draw_turns(doses, target / TURNS)


def _draw_gaps(
    doses: list[dict[str, Any]], trend: Mapping[str, Any], marks: tuple[str, str], file: Path
) -> None:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 4.2), layout="constrained")
    for axis, mark in zip(figure.subplots(1, 2, sharey=True), marks, strict=True):
        axis.axhline(0, color="#666", linewidth=0.8)
        for offset, way in enumerate(WAYS):
            points = [
                (entry["start"] + 0.004 * (offset - 1), found)
                for entry in doses
                for full in (entry["rungs"].get("fatal_aware", {"differences": {}}),)
                if (found := full["differences"].get(f"right/{way}/{mark}")) is not None
            ]
            if not points:
                continue
            middle = [100 * found["mean"] for _, found in points]
            reach = [
                [100 * (found["mean"] - found["low"]) for _, found in points],
                [100 * (found["high"] - found["mean"]) for _, found in points],
            ]
            axis.errorbar(
                [dose for dose, _ in points], middle, reach,
                fmt="o-", color=COLOURS[way], capsize=3, label=NAMES[way],
            )  # fmt: skip
        slope = trend.get(f"sampled/{mark}")
        told = "" if slope is None else (
            f"\nslope of the sampled gap {slope['mean']:+.2f} [{slope['low']:+.2f}, "
            f"{slope['high']:+.2f}]"
        )  # fmt: skip
        axis.set_title(f"after {mark} steps{told}", fontsize=10)
        axis.set_xlabel("share of fatal rollouts at the start")
        axis.grid(alpha=0.25)
    figure.axes[0].set_ylabel("fatal_aware − vanilla, points")
    figure.axes[0].legend(fontsize=8, frameon=False)
    figure.savefig(file, dpi=110)


def _draw_turns(doses: list[dict[str, Any]], file: Path) -> None:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 4.2), layout="constrained")
    shown = (("turns", "turns without faults"), ("right", "right without faults"))
    for axis, (figure_name, title) in zip(figure.subplots(1, 2), shown, strict=True):
        for colour, entry in zip(DOSES, doses, strict=False):
            for rung in PAIR:
                means = entry["rungs"].get(rung, {"means": {}})["means"]
                start = entry["before"].get(f"{figure_name}/sampled")
                points = [(0, start)] if start is not None else []
                points += [
                    (int(key.rpartition("/")[2]), mean)
                    for key, mean in means.items()
                    if key.startswith(f"{figure_name}/sampled/")
                ]
                if means:
                    axis.plot(
                        *zip(*points, strict=True), STYLES[rung], marker="o", markersize=3,
                        color=colour, label=f"{rung}, {entry['start']:.2f} fatal",
                    )  # fmt: skip
        axis.set_title(f"{title}, sampled", fontsize=10)
        axis.set_xlabel("steps of GRPO")
        axis.grid(alpha=0.25)
    figure.axes[0].legend(fontsize=8, frameon=False)
    figure.savefig(file, dpi=110)
