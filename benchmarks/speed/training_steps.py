"""How long an update of SFT and a step of GRPO take; for two checkouts, run in turn in each.

    python -m benchmarks.speed.training_steps [--json FILE]

`cpu-tiny` on one core, in the world of mills of `benchmarks.cuda_check`: the same seeds give the
same episodes, and the first losses say whether two checkouts did the same work.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import tempfile
from pathlib import Path

import torch

from algos.training.run_directory import read_log
from benchmarks.cuda_check.check import FULL, Context
from benchmarks.cuda_check.training import run_grpo, warm_up

WARM_UP = 3
"""Updates that are not counted."""


def measure(folder: Path) -> dict[str, float | list[float]]:
    """Medians in seconds, and the losses of the first steps of GRPO.

    Args:
        folder: An empty one.
    """
    context = Context("cpu", FULL, folder)
    warm_up(context)
    run_grpo(context, "device", "fatal_aware")
    updates, steps = read_log(folder / "warm"), read_log(folder / "device-fatal_aware")
    return {
        "an update of SFT": statistics.median(each["seconds"] for each in updates[WARM_UP:]),
        "rollouts of a step": statistics.median(each["rollout_seconds"] for each in steps),
        "updates of a step": statistics.median(each["update_seconds"] for each in steps),
        "first losses": [round(each["loss"], 6) for each in steps[:3]],
    }


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--json", type=Path, metavar="FILE")
    options = parser.parse_args()
    os.environ["ACCELERATE_USE_CPU"] = "true"
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(Path(folder))
    text = json.dumps(figures, indent=1)
    print(text)
    if options.json is not None:
        options.json.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
