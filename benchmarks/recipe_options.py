"""Which options of the trainer help on the laptop recipe: each alone beside the recipe.

    make recipe
    python -m benchmarks.recipe_options --model runs/recipe/sft/model --out runs/options

All start from one SFT checkpoint and train with the recipe's outages; runs of a seed share tasks,
faults and the streams of sampling. Test tasks are played without faults, sampled and greedily. Runs
are processes of one thread; a run that was stopped goes on where it was. `--report DIR` writes the
table of what is finished. The recipe is that of when the options were compared (`BASE`), or with
`--as-it-is` today's: `--as-it-is --options recipe` says how seeds of GRPO differ.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from algos.configs import load_config
from algos.fatal_grpo import train
from algos.grpo.playing import make_policy
from algos.grpo.settings import GRPOConfig
from algos.models import Checkpoint, load_checkpoint
from algos.policies.token_policy import TokenPolicy
from algos.recipe import Setting, recipe_faults
from algos.recipe.setting import parse_pages
from algos.recipe.stages import Sizes, is_finished, measure
from algos.training.run_directory import TrainingError
from benchmarks.dose_response.statistics import paired_difference
from benchmarks.fresh_processes import play_and_tell


@dataclass(frozen=True)
class Option:
    """What differs from the recipe.

    Attributes:
        grpo: Fields of `GRPOConfig`.
        environment: Arguments of the environment, in training and in tests.
        rounded: Whether rollouts are sampled with weights that are rounded to bfloat16.
    """

    grpo: Mapping[str, Any] = field(default_factory=dict)
    environment: Mapping[str, Any] = field(default_factory=dict)
    rounded: bool = False


BASE: dict[str, Any] = {"top_p": 1.0, "learning_rate": 1e-4, "steps": 40}
"""The recipe when its options were compared; what has changed since is what they showed."""

OPTIONS = {
    "recipe": Option(),
    "lag": Option({"lag": 2}),
    "lag+token": Option({"lag": 2, "sampler_correction": "token"}),
    "lag+sequence": Option({"lag": 2, "sampler_correction": "sequence"}),
    "rounded": Option(rounded=True),
    "rounded+token": Option({"sampler_correction": "token"}, rounded=True),
    "token": Option({"sampler_correction": "token"}),
    "note_repeats": Option(environment={"note_repeats": True}),
    "cascade": Option({"fatal_source": "cascade"}),
    "unanswered_cost": Option({"unanswered_cost": 0.2}),
    "error_cost": Option({"error_cost": 0.05}),
    "entropy_bonus": Option({"entropy_bonus": 0.003}),
    "frequency_penalty": Option({"frequency_penalty": 0.3, "share_prefixes": False}),
    "top_p": Option({"top_p": 0.9}),
    "mixed": Option({"groups": "mixed"}),
    "redraw": Option({"groups": "redraw"}),
    "mean_only": Option({"estimator": "mean_only"}),
    "std_batch": Option({"std": "batch"}),
}
"""By name, in the order in which they are played and told; the first is what others are beside."""

FIGURES = {
    "sampled": ("sampled", "accuracy"),
    "greedily": ("greedy", "accuracy"),
    "unanswered": ("sampled", "unanswered_rate"),
    "own cascades": ("sampled", "model_cascade_rate"),
    "degenerate": ("sampled", "degenerate_rate"),
    "turns": ("sampled", "turns"),
}


@dataclass(frozen=True)
class Job:
    """One run.

    Attributes:
        option: One of `OPTIONS`.
        seed: Of tasks, faults and sampling.
        model: Directory of the SFT checkpoint.
        out: Directory of the whole study.
        config: Preset or TOML file.
        pages: Size of the Atlas.
        steps: Of GRPO; None for the config's.
        sizes: Numbers of tasks.
        base: Settings of GRPO beside the config's.
    """

    option: str
    seed: int
    model: Path
    out: Path
    config: str
    pages: int | str
    steps: int | None
    sizes: Sizes
    base: Mapping[str, Any] = field(default_factory=dict)

    @property
    def directory(self) -> Path:
        """Where the run is."""
        return self.out / f"{self.option}-{self.seed}"


@dataclass(frozen=True)
class OptionSetting(Setting):
    """The recipe's setting with an option's environment.

    Attributes:
        changes: Further arguments of the environment.
    """

    changes: Mapping[str, Any] = field(default_factory=dict)

    def environment(self, *given: Any, **named: Any) -> dict[str, Any]:
        """See `Setting.environment`."""
        return {**super().environment(*given, **named), **self.changes}


def play(job: Job) -> str:
    """Train and test; in a process of its own."""
    import torch

    torch.set_num_threads(1)
    option = OPTIONS[job.option]
    changes = {"evaluate_every": 0, **job.base, **option.grpo}
    config = replace(load_config(job.config).grpo, seed=job.seed, **changes)
    config = replace(config, steps=job.steps or config.steps)
    setting = OptionSetting(pages=job.pages, changes=option.environment)
    if not is_finished(job.directory, config.steps):
        tasks = setting.tasks("train", job.sizes.train)
        train(
            load_checkpoint(job.model),
            config,
            setting.environment(tasks, faults=recipe_faults(seed=job.seed)),
            job.directory,
            policy=rounded_policy(job.model, config) if option.rounded else None,
        )
    measure(setting, config, job.directory / "model", job.sizes, job.directory, seed=job.seed)
    return job.directory.name


def rounded_policy(model: Path, config: GRPOConfig) -> TokenPolicy:
    """A sampler whose weights are those of training, rounded to bfloat16 before each step."""
    import torch

    policy = make_policy(load_checkpoint(model), config, config.temperature)
    mine = policy.checkpoint.model

    @torch.no_grad()
    def update_weights(checkpoint: Checkpoint) -> None:
        for own, trained in zip(mine.parameters(), checkpoint.model.parameters(), strict=True):
            own.copy_(trained.bfloat16())
        policy.forget()

    policy.update_weights = update_weights  # type: ignore[method-assign]
    return policy


def write_report(out: Path, report: Path, anchors: Sequence[int]) -> dict[str, Any]:
    """`recipe-options.json` and `recipe-options.md` of the runs that are finished.

    Args:
        out: Where the runs are.
        report: Where the files go.
        anchors: The page that each test task starts from.
    """
    rows: dict[str, dict[int, dict[str, Any]]] = {}
    for name in OPTIONS:
        for file in sorted(out.glob(f"{name}-*/evaluation.json")):
            seed = file.parent.name.removeprefix(f"{name}-")
            if seed.isdigit():
                rows.setdefault(name, {})[int(seed)] = json.loads(file.read_text(encoding="utf-8"))
    usual = rows[next(iter(OPTIONS))]
    summary: dict[str, Any] = {}
    for name, runs in rows.items():
        seeds = sorted(runs.keys() & usual.keys())
        means = {
            figure: float(np.mean([run[way][of] for run in runs.values()]))
            for figure, (way, of) in FIGURES.items()
        }
        summary[name] = {"seeds": seeds, **{key: round(value, 4) for key, value in means.items()}}
        if runs is usual or not seeds:
            continue
        for way in ("sampled", "greedy"):
            right, beside = (
                np.array([[each[seed][way]["right"] for seed in seeds]], float)
                for each in (runs, usual)
            )
            found = paired_difference(right, beside, anchors)
            summary[name][f"{way}_difference"] = [
                round(each, 4) for each in (found.mean, found.low, found.high)
            ]
    report.mkdir(parents=True, exist_ok=True)
    text = json.dumps(summary, indent=2) + "\n"
    (report / "recipe-options.json").write_text(text, encoding="utf-8")
    (report / "recipe-options.md").write_text(as_table(summary), encoding="utf-8")
    return summary


def as_table(summary: Mapping[str, Mapping[str, Any]]) -> str:
    """A row an option: figures, and differences to the recipe with 95 % intervals."""
    heads = ("option", "seeds", *FIGURES, "sampled − recipe", "greedily − recipe")
    lines = [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    for name, row in summary.items():
        cells = [name, str(len(row["seeds"])), *(f"{row[figure]:.3f}" for figure in FIGURES)]
        for way in ("sampled", "greedy"):
            found = row.get(f"{way}_difference")
            cells.append("–" if found is None else "{:+.3f} [{:+.3f}, {:+.3f}]".format(*found))
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; returns the exit status."""
    made = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    made.add_argument("--model", type=Path, default=Path("runs/recipe/sft/model"))
    made.add_argument("--out", type=Path, default=Path("runs/options"), help="(%(default)s)")
    made.add_argument("--config", default="cpu-tiny", help="preset or TOML file (%(default)s)")
    made.add_argument("--options", nargs="+", choices=OPTIONS, default=list(OPTIONS))
    made.add_argument("--seeds", type=int, default=5, help="runs an option (%(default)s)")
    made.add_argument("--steps", type=int, help="of GRPO, instead of the config's")
    made.add_argument("--pages", type=parse_pages, default=Setting.pages, help="(%(default)s)")
    made.add_argument("--train", type=int, default=1024, help="training tasks (%(default)s)")
    made.add_argument("--test", type=int, default=200, help="test tasks (%(default)s)")
    made.add_argument("--workers", type=int, default=2, help="runs at a time (%(default)s)")
    made.add_argument(
        "--as-it-is",
        action="store_true",
        help="beside the recipe as it is, not as it was when its options were compared",
    )
    made.add_argument("--report", type=Path, help="only write the table of what is finished here")
    options = made.parse_args(arguments)
    sizes = Sizes(train=options.train, test=options.test)
    jobs = [
        Job(
            option,
            seed,
            options.model,
            options.out,
            options.config,
            options.pages,
            options.steps,
            sizes,
            {} if options.as_it_is else BASE,
        )
        for seed in range(options.seeds)
        for option in options.options
    ]
    missing = [job for job in jobs if not (job.directory / "evaluation.json").is_file()]
    missing = [] if options.report is not None else missing
    try:
        play_and_tell(play, missing, options.workers)
    except TrainingError as error:
        print(f"recipe_options: {error}", file=sys.stderr)
        return 1
    tests = Setting(pages=options.pages).tasks("test", options.test)
    anchors = [task.hops[0].subject for task in tests]
    print(json.dumps(write_report(options.out, options.report or options.out, anchors)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
