"""Figures, curves and intervals of the recipe's ablation.

    python -m benchmarks.ablation_report RUNS [--results DIR]

writes the report of the runs that are finished; `recipe_ablation.py` does so at its end.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from algos.recipe.curves import draw_curves
from algos.training.run_directory import read_log

RESAMPLES = 10_000

PAPER = {"clamped_share": 0.918, "kept_share": 0.082}
"""Of the fatal rollouts; PAPER section 5."""


RUNGS = (
    "sft",
    "vanilla",
    "hard_mask",
    "fatal_mask",
    "fatal_aware",
    "fatal_aware:infrastructure",
)
"""In the order of the report."""


def write_report(out: Path, results: Path | None = None) -> dict[str, Any]:
    """Write `ablation.json`, `ablation.md` and the plots; the figures.

    Args:
        out: Directory of the ablation; `vanilla` and `fatal_aware` are compared if both are there.
        results: A second directory for the same files.
    """
    runs = {rung: finished_runs(out, rung) for rung in RUNGS}
    rungs = [rung for rung in RUNGS if runs[rung]]
    found = {
        rung: [
            json.loads((directory / "evaluation.json").read_text(encoding="utf-8"))
            for directory in runs[rung]
        ]
        for rung in rungs
    }
    logs = {
        rung: [read_log(directory) for directory in runs[rung]] for rung in rungs if rung != "sft"
    }
    played = {
        name: {
            rung: np.array([each[way][of] for each in runs], float) for rung, runs in found.items()
        }
        for name, (way, of) in PLAYED.items()
    }
    summary: dict[str, Any] = {"rungs": {}}
    for rung in rungs:
        summary["rungs"][rung] = {
            **{name: interval(values[rung]) for name, values in played.items()},
            "test_fatal_rate": float(
                np.mean([sum(each["sampled"][kind] for kind in OWN) for each in found[rung]])
            ),
            "runs": [round(float(run.mean()), 4) for run in played["accuracy"][rung]],
            **{name: mean_of(logs.get(rung, []), name) for name in TRAINING},
            **{f"{name}_over_time": ends_of(logs.get(rung, []), name) for name in OVER_TIME},
        }
    if {"vanilla", "fatal_aware"} <= set(rungs):
        summary["fatal_aware_minus_vanilla"] = {
            name: interval(values["fatal_aware"], values["vanilla"])
            for name, values in played.items()
        }
    for directory in filter(None, (out, results)):
        directory.mkdir(parents=True, exist_ok=True)
        text = json.dumps(summary, indent=2) + "\n"
        (directory / "ablation.json").write_text(text, encoding="utf-8")
        (directory / "ablation.md").write_text(as_table(summary), encoding="utf-8")
        draw_curves(logs, directory / "ablation.png")
    return summary


PLAYED = {
    "accuracy": ("sampled", "right"),
    "greedy_accuracy": ("greedy", "right"),
    "turns": ("sampled", "turns_taken"),
}
"""Figures of the test tasks: how they were played, and what is counted."""

TRAINING = ("fatal_rate", "clamped_share", "kept_share", "clamp_bias", "model_error_rate")
"""Means over training that the report shows."""

OWN = ("model_cascade_rate", "unanswered_rate")
"""Kinds of fatal episodes that are the model's own doing."""

OVER_TIME = ("model_error_rate", *OWN, "turns")
"""Figures of training whose first and last steps are compared: does it learn to fail?"""

ENDS = 10
"""Steps at either end."""


def finished_runs(out: Path, rung: str) -> list[Path]:
    """Where the finished runs of a rung are, by seed."""
    name = rung.replace(":", "-")
    found = [file.parent for file in out.glob(f"{name}-*/evaluation.json")]
    seeds = {run: run.name.removeprefix(f"{name}-") for run in found}
    return sorted((run for run in found if seeds[run].isdigit()), key=lambda run: int(seeds[run]))


def mean_of(logs: Sequence[Sequence[dict[str, Any]]], name: str) -> float | None:
    """Mean of a figure over all steps of all runs, or None where it was not logged."""
    values = [line[name] for log in logs for line in log if name in line]
    return float(np.mean(values)) if values else None


def ends_of(logs: Sequence[Sequence[dict[str, Any]]], name: str) -> list[float] | None:
    """Mean of a figure over the first and over the last `ENDS` steps of all runs."""
    series = [[line[name] for line in log if name in line] for log in logs]
    if not any(series):
        return None
    return [
        float(np.mean([value for each in series for value in each[part]]))
        for part in (slice(None, ENDS), slice(-ENDS, None))
    ]


def interval(values: np.ndarray, other: np.ndarray | None = None) -> dict[str, float]:
    """Mean with a 95 % bootstrap interval over seeds and tasks, or that of a difference.

    Both the runs and the tasks are drawn with replacement, since both are samples: of the
    training's luck and of what can be asked. Two rungs share the drawn tasks, not the runs.

    Args:
        values: Shape (seeds, tasks).
        other: What is subtracted, of the same shape.
    """
    rng = np.random.default_rng(0)
    means = []
    for _ in range(RESAMPLES):
        tasks = rng.integers(values.shape[1], size=values.shape[1])
        drawn = values[rng.integers(len(values), size=len(values))].mean(axis=0)[tasks].mean()
        if other is not None:
            drawn -= other[rng.integers(len(other), size=len(other))].mean(axis=0)[tasks].mean()
        means.append(drawn)
    low, high = np.quantile(means, [0.025, 0.975])
    mean = values.mean() - (0.0 if other is None else other.mean())
    return {"mean": float(mean), "low": float(low), "high": float(high)}


def as_table(summary: dict[str, Any]) -> str:
    """The summary as Markdown."""
    lines = [
        "| rung | accuracy, 95 % | accuracy, greedily | turns, 95 % | fatal | clamped | kept "
        "| own errors | turns in training | fatal in test |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for rung, figures in summary["rungs"].items():
        shares = (
            "–" if figures[name] is None else f"{figures[name]:.3f}"
            for name in ("fatal_rate", "clamped_share", "kept_share")
        )
        ends = (_ends(figures[f"{name}_over_time"]) for name in ("model_error_rate", "turns"))
        test = f"{figures['test_fatal_rate']:.3f}"
        cells = [rung, *(_shown(figures[name]) for name in PLAYED), *shares, *ends, test]
        lines.append(f"| {' | '.join(cells)} |")
    difference = summary.get("fatal_aware_minus_vanilla")
    if difference is not None:
        lines += [
            "",
            f"`fatal_aware` − `vanilla`: accuracy {_shown(difference['accuracy'])}, greedily "
            f"{_shown(difference['greedy_accuracy'])}, turns {_shown(difference['turns'])}. "
            "Of the fatal rollouts the paper clamps "
            f"{PAPER['clamped_share']:.1%} and keeps {PAPER['kept_share']:.1%}. Arrows lead "
            f"from the first {ENDS} steps of training to the last.",
        ]
    return "\n".join(lines) + "\n"


def _ends(found: list[float] | None) -> str:
    return "–" if found is None else f"{found[0]:.3f} → {found[1]:.3f}"


def _shown(found: dict[str, float]) -> str:
    return f"{found['mean']:.3f} [{found['low']:.3f}, {found['high']:.3f}]"


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; returns the exit status."""
    parser = argparse.ArgumentParser(description="Report the finished runs of an ablation.")
    parser.add_argument("runs", type=Path, help="what recipe_ablation.py named by --out")
    parser.add_argument("--results", type=Path, help="also write the files here")
    options = parser.parse_args(arguments)
    print(json.dumps(write_report(options.runs, options.results)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
