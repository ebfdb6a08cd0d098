"""What training in many worlds does to a policy in worlds that it has never seen.

    python -m benchmarks.many_worlds_study --out runs/many --results docs/results
    python -m benchmarks.many_worlds_study --out runs/many --report docs/results

The laptop recipe without its renaming, in 1, 4, 16 and 64 worlds at the same number of
demonstrations, tasks and steps; `renaming` is the recipe as it was, in one world, `16+renaming` and
`64+renaming` the same in so many. Each is measured after SFT and after GRPO on new tasks of the
training worlds (`seen`), in worlds that nobody trained in (`unseen`), and in such worlds of
held-out kinds (`kinds`: other peoples' names, other styles of pictures). All train in worlds of the
kinds `seen`.

A run that was stopped goes on where it was; the report is written of what is finished, and a run
that `--results` has whole is not played again, on whatever machine it was played. The prediction
stands in `docs/results/many-worlds.md`.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from algos.configs import load_config
from algos.recipe import Setting, recipe_faults
from algos.recipe.setting import parse_pages
from algos.recipe.stages import Sizes, measure, play_demonstrations, reinforce, warm_start
from algos.training.run_directory import TrainingError
from benchmarks.fresh_processes import play_and_tell
from benchmarks.many_worlds_report import (
    CONDITIONS,
    PHASES,
    RENAMING,
    kept_rows,
    whole_runs,
    write_report,
)

POOL = 64
"""All training worlds are among the seeds 0 to 63; those of a run follow from its seed."""

UNSEEN = tuple(range(1_000, 1_008))
"""Seeds of the worlds that nobody trains in."""


@dataclass(frozen=True)
class Job:
    """One training run and its evaluations.

    Attributes:
        condition: One of `CONDITIONS`.
        seed: Of the model, the order of demonstrations, faults and sampling.
        out: Directory of the study.
        config: Preset or TOML file.
        pages: Size of a world.
        sizes: Numbers of tasks.
        sft_steps: Or None for the config's.
        grpo_steps: Or None for the config's.
    """

    condition: str
    seed: int
    out: Path
    config: str
    pages: int | str
    sizes: Sizes
    sft_steps: int | None = None
    grpo_steps: int | None = None

    @property
    def name(self) -> str:
        """Of its directory and its rows."""
        return f"{self.condition}-{self.seed}"

    @property
    def directory(self) -> Path:
        """Where the run is."""
        return self.out / self.name

    @property
    def shown(self) -> Path:
        """Where the episodes are that its SFT imitates; runs of the same worlds share them."""
        worlds = training_worlds(self.condition, self.seed)
        return self.out / f"shown-{len(worlds)}-from-{worlds[0]}"


def training_worlds(condition: str, seed: int) -> tuple[int, ...]:
    """Seeds of the worlds of a run.

    >>> training_worlds("4", 1), training_worlds("renaming", 3)
    ((4, 5, 6, 7), (3,))
    """
    count = 1 if condition == "renaming" else int(condition.partition("+")[0])
    return tuple((seed * count + number) % POOL for number in range(count))


def places(job: Job) -> dict[str, Setting]:
    """Where a run is measured; `seen` is where it trains."""
    seen = Setting(
        pages=job.pages,
        world_seeds=training_worlds(job.condition, job.seed),
        kinds="seen",
        drawn=False,
    )
    unseen = replace(seen, world_seeds=UNSEEN)
    return {"seen": seen, "unseen": unseen, "kinds": replace(unseen, kinds="unseen")}


def show(job: Job) -> str:
    """Let the demonstrator play what the SFT of a job imitates; in a process of its own."""
    training = places(job)["seen"]
    tasks = training.tasks("train", job.sizes.demonstrations)
    return play_demonstrations(training, tasks, job.shown, workers=1).name


def play(job: Job) -> str:
    """Train and measure; in a process of its own."""
    import torch

    torch.set_num_threads(1)
    config = load_config(job.config)
    sft, grpo = replace(config.sft, seed=job.seed), replace(config.grpo, seed=job.seed)
    if job.sft_steps is not None:
        sft = replace(sft, steps=job.sft_steps)
    if job.grpo_steps is not None:
        grpo = replace(grpo, steps=job.grpo_steps)
    config = replace(config, sft=sft, grpo=grpo)
    settings = places(job)
    training, out = settings["seen"], job.directory
    renaming = job.condition in RENAMING
    warm_start(training, config, job.shown, out / "sft", None, renaming=renaming)
    for phase in PHASES:
        if phase == "grpo":
            reinforce(
                training,
                grpo,
                out / "sft" / "model",
                out / "grpo",
                job.sizes,
                faults=recipe_faults(seed=job.seed),
            )
        for name, setting in settings.items():
            target = out / f"{phase}-{name}"
            measure(setting, grpo, out / phase / "model", job.sizes, target, seed=job.seed)
    return job.name


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; returns the exit status."""
    made = argparse.ArgumentParser(description="Training in many worlds, measured in others.")
    made.add_argument("--out", type=Path, default=Path("runs/many"), help="(%(default)s)")
    made.add_argument("--conditions", nargs="+", choices=CONDITIONS, default=CONDITIONS)
    made.add_argument("--seeds", type=int, default=5, help="runs a condition (%(default)s)")
    made.add_argument(
        "--runs",
        nargs="+",
        help="only these, in this order, such as 64-0 64-1, which read the same pictures",
    )
    made.add_argument("--config", default="cpu-tiny", help="preset or TOML file (%(default)s)")
    made.add_argument("--pages", type=parse_pages, default=Setting.pages, help="of a world")
    made.add_argument("--sft-steps", type=int, help="instead of the config's")
    made.add_argument("--grpo-steps", type=int, help="instead of the config's")
    made.add_argument("--demonstrations", type=int, default=2048, help="(%(default)s)")
    made.add_argument("--train", type=int, default=1024, help="training tasks (%(default)s)")
    made.add_argument("--validation", type=int, default=64, help="of the curves (%(default)s)")
    made.add_argument("--test", type=int, default=100, help="tasks a place (%(default)s)")
    made.add_argument("--workers", type=int, default=2, help="runs at a time (%(default)s)")
    made.add_argument("--results", type=Path, help="write the report here as each run ends")
    made.add_argument("--report", type=Path, help="only write the report, into this folder")
    options = made.parse_args(arguments)
    if options.report is not None:
        rows = write_report(options.out, options.report)
        print(json.dumps({"rows": len(rows)}))
        return 0
    sizes = Sizes(options.demonstrations, options.train, options.validation, options.test)
    results: Path = options.results or options.out
    planned = [
        Job(condition, seed, options.out, options.config, options.pages, sizes,
            options.sft_steps, options.grpo_steps)
        for seed in range(options.seeds)
        for condition in options.conditions
    ]  # fmt: skip
    jobs = {job.name: job for job in planned}
    unknown = set(options.runs or ()) - set(jobs)
    if unknown:
        made.error(f"no such run: {', '.join(sorted(unknown))}; there are {', '.join(jobs)}")
    done = whole_runs(kept_rows(results))
    wanted = [jobs[name] for name in options.runs or jobs if name not in done]
    keep = partial(write_report, options.out, results)
    of_other_worlds = list({job.shown: job for job in wanted}.values())
    began = time.perf_counter()
    try:
        play_and_tell(show, of_other_worlds, options.workers, since=began)
        play_and_tell(play, wanted, options.workers, since=began, keep=keep)
    except TrainingError as error:
        print(f"many_worlds_study: {error}", file=sys.stderr)
        return 1
    rows = keep()
    print(json.dumps({"rows": len(rows)}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
