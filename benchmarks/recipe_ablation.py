"""The paper's ablation on a laptop: five rungs, several seeds, one SFT checkpoint.

    python benchmarks/recipe_ablation.py --out runs/ablation

| rung          | training after SFT                                            |
|---------------|---------------------------------------------------------------|
| `sft`         | none                                                          |
| `vanilla`     | GRPO                                                          |
| `hard_mask`   | GRPO without fatal rollouts                                   |
| `fatal_mask`  | GRPO without the tokens from the fatal step on                |
| `fatal_aware` | the same, and no blame for what came before the fatal step    |

All train in the recipe's world with outages that make about a third of the rollouts fatal; the
curves are of validation tasks and the figures of test tasks, both without faults. A further rung,
`fatal_aware:infrastructure`, spares only cascades that were not the model's own. Runs are
independent processes of one thread each; a run that was stopped goes on where it was.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from algos.configs import load_config
from algos.recipe import Setting, recipe_faults
from algos.recipe.setting import parse_pages
from algos.recipe.stages import (
    Sizes,
    is_finished,
    measure,
    play_demonstrations,
    reinforce,
    warm_start,
)
from algos.training.progress import print_progress
from algos.training.run_directory import TrainingError
from benchmarks.ablation_report import RUNGS, write_report
from benchmarks.fresh_processes import play_and_tell


@dataclass(frozen=True)
class Job:
    """One training run and its evaluation.

    Attributes:
        rung: `variant` or `variant:fatal_source`; `sft` for none.
        seed: Of tasks, faults and sampling.
        out: Directory of the whole ablation.
        config: Preset or TOML file.
        pages: Size of the Atlas.
        steps: Updates by GRPO.
        sizes: Numbers of tasks.
    """

    rung: str
    seed: int
    out: Path
    config: str
    pages: int | str
    steps: int
    sizes: Sizes

    @property
    def directory(self) -> Path:
        """Where the run is."""
        return self.out / f"{self.rung.replace(':', '-')}-{self.seed}"


def play(job: Job) -> str:
    """Train and evaluate; in a process of its own."""
    import torch

    torch.set_num_threads(1)
    variant, _, source = job.rung.partition(":")
    config = replace(load_config(job.config).grpo, seed=job.seed, steps=job.steps)
    setting, sizes = Setting(pages=job.pages), job.sizes
    model = job.out / "sft" / "model"
    if variant != "sft":
        config = replace(config, variant=variant, fatal_source=source or "any")
        faults = recipe_faults(seed=job.seed)
        reinforce(setting, config, model, job.directory, sizes, faults=faults)
        model = job.directory / "model"
    measure(setting, config, model, sizes, job.directory, seed=job.seed)
    return job.directory.name


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; returns the exit status."""
    made = argparse.ArgumentParser(description="The paper's ablation on a laptop.")
    made.add_argument("--out", type=Path, default=Path("runs/ablation"), help="(%(default)s)")
    made.add_argument("--config", default="cpu-tiny", help="preset or TOML file (%(default)s)")
    made.add_argument("--rungs", nargs="+", default=RUNGS[1:], help="(all)")
    made.add_argument("--seeds", type=int, default=5, help="runs a rung (%(default)s)")
    made.add_argument("--steps", type=int, help="of GRPO, instead of the config's")
    made.add_argument("--sft-steps", type=int, help="instead of the config's")
    made.add_argument(
        "--pages", type=parse_pages, default=Setting.pages, help="size of the Atlas (%(default)s)"
    )
    made.add_argument("--demonstrations", type=int, default=1024, help="(%(default)s)")
    made.add_argument("--train", type=int, default=1024, help="training tasks (%(default)s)")
    made.add_argument("--validation", type=int, default=64, help="of the curves (%(default)s)")
    made.add_argument("--test", type=int, default=200, help="test tasks (%(default)s)")
    made.add_argument("--workers", type=int, default=2, help="runs at a time (%(default)s)")
    made.add_argument("--results", type=Path, help="also write the report's figures here")
    options = made.parse_args(arguments)
    began = time.perf_counter()
    sizes = Sizes(options.demonstrations, options.train, options.validation, options.test)
    steps = options.steps
    if steps is None:
        steps = load_config(options.config).grpo.steps
    jobs = [
        Job(rung, seed, options.out, options.config, options.pages, steps, sizes)
        for seed in range(options.seeds)
        for rung in ("sft", *options.rungs)
    ]
    try:
        # Told now, not after the hours of the runs before the one that is in the way.
        for job in jobs:
            if job.rung != "sft":
                is_finished(job.directory, steps)
        prepare(options)
        play_and_tell(play, jobs, options.workers, since=began)
    except TrainingError as error:
        print(f"recipe_ablation: {error}", file=sys.stderr)
        return 1
    summary = write_report(options.out, options.results)
    summary["seconds"] = round(time.perf_counter() - began)
    print(json.dumps(summary))
    return 0


def prepare(options: argparse.Namespace) -> None:
    """Demonstrations and the SFT checkpoint that all rungs start from."""
    config = load_config(options.config)
    if options.sft_steps is not None:
        config = replace(config, sft=replace(config.sft, steps=options.sft_steps))
    setting = Setting(pages=options.pages)
    demonstrations = options.out / "demonstrations"
    play_demonstrations(setting, setting.tasks("train", options.demonstrations), demonstrations)
    warm_start(setting, config, demonstrations, options.out / "sft", print_progress)


if __name__ == "__main__":
    sys.exit(main())
