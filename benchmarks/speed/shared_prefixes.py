"""What reading shared beginnings once saves in a step of GRPO, on the recipe's own work.

    make recipe
    python -m benchmarks.speed.shared_prefixes [--model runs/recipe/sft/model] [--steps 6]

The recipe's steps with outages on one core, from the same checkpoint: each sequence by itself, then
as trees and branches. With one minibatch a step both do the same work and their losses are equal
but for rounding until an update has blown it up. Steps that meet a picture for the first time
recognise its text and are slower, so everything is played once before it is timed.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from algos.configs import load_config
from algos.fatal_grpo import train
from algos.models import load_checkpoint
from algos.recipe import Setting, recipe_faults
from algos.training.run_directory import read_log

Figures = dict[str, Any]


def measure(model: Path, steps: int, *, share_prefixes: bool) -> Figures:
    """Medians of the first steps, in seconds, and the first losses."""
    setting = Setting()
    config = replace(
        load_config("cpu-tiny").grpo,
        steps=steps,
        minibatches=1,
        share_prefixes=share_prefixes,
        evaluate_every=0,
        checkpoint_every=steps,
    )
    environment = setting.environment(setting.tasks("train", 1024), faults=recipe_faults())
    with tempfile.TemporaryDirectory() as folder:
        train(load_checkpoint(model), config, environment, folder)
        log = read_log(folder)
    return {
        "rollouts": round(statistics.median(line["rollout_seconds"] for line in log), 2),
        "updates": round(statistics.median(line["update_seconds"] for line in log), 2),
        "losses": [round(line["loss"], 5) for line in log[:3]],
    }


def main() -> None:
    """The command line; the last line is JSON."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--model", type=Path, default=Path("runs/recipe/sft/model"))
    parser.add_argument("--steps", type=int, default=6, help="(%(default)s)")
    options = parser.parse_args()
    os.environ["ACCELERATE_USE_CPU"] = "true"
    torch.set_num_threads(1)
    measure(options.model, options.steps, share_prefixes=True)
    apart = measure(options.model, options.steps, share_prefixes=False)
    shared = measure(options.model, options.steps, share_prefixes=True)
    print(json.dumps({"apart": apart, "shared": shared}))


if __name__ == "__main__":
    main()
