"""Draws a run's curves: accuracy and turns over steps, several runs with a band."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

PANELS = (
    ("evaluation_accuracy", "accuracy on validation tasks, without faults"),
    ("evaluation_turns", "turns on validation tasks, without faults"),
    ("accuracy", "accuracy in training"),
    ("turns", "turns in training"),
    ("fatal_rate", "fatal episodes in training"),
    ("model_error_rate", "errors of the model's own, share of turns"),
)
"""Figure of the log, and its title."""

COLOURS = ("#1b6ca8", "#c8553d", "#588157", "#8e6c8a", "#b08900")


def draw_curves(
    runs: Mapping[str, Sequence[Sequence[Mapping[str, Any]]]],
    file: str | Path,
    *,
    panels: Sequence[tuple[str, str]] = PANELS,
    smooth: int = 5,
) -> None:
    """Draw figures over steps, one line a group of runs, with the range of its runs.

    Args:
        runs: Logs by the name of what they share (a variant), one log a seed.
        file: PNG or SVG to write.
        panels: Figures and titles.
        smooth: Length of the running mean of figures of training; evaluations are shown as
            they are.
    """
    from matplotlib.figure import Figure

    columns = 2
    figure = Figure(figsize=(10, 3.1 * -(-len(panels) // columns)), layout="constrained")
    axes = figure.subplots(-(-len(panels) // columns), columns, squeeze=False)
    for axis, (name, title) in zip(axes.flat, panels, strict=False):
        for colour, (label, logs) in zip(COLOURS, runs.items(), strict=False):
            lines = [
                _series(log, name, 1 if name.startswith("evaluation_") else smooth) for log in logs
            ]
            lines = [line for line in lines if len(line[0])]
            if not lines:
                continue
            steps = lines[0][0]
            values = np.stack([line[1] for line in lines if len(line[1]) == len(steps)])
            axis.plot(steps, values.mean(axis=0), color=colour, label=label, linewidth=1.8)
            if len(values) > 1:
                axis.fill_between(
                    steps, values.min(axis=0), values.max(axis=0), color=colour, alpha=0.15
                )
        axis.set_title(title, fontsize=10)
        axis.set_xlabel("step", fontsize=9)
        axis.grid(alpha=0.25)
        axis.spines[["top", "right"]].set_visible(False)
    axes.flat[0].legend(fontsize=8, frameon=False)
    for axis in list(axes.flat)[len(panels) :]:
        axis.set_visible(False)
    figure.savefig(Path(file), dpi=110)


def _series(
    log: Sequence[Mapping[str, Any]], name: str, smooth: int
) -> tuple[np.ndarray, np.ndarray]:
    found = [(line["step"] + 1, float(line[name])) for line in log if name in line]
    steps = np.array([step for step, _ in found], float)
    values = np.array([value for _, value in found], float)
    if smooth > 1 and len(values) >= smooth:
        kernel = np.ones(smooth) / smooth
        values = np.convolve(np.pad(values, smooth // 2, mode="edge"), kernel, "valid")
        values = values[: len(steps)]
    return steps, values
