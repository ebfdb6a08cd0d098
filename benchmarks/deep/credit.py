"""Credit for long horizons: `hop_anchored` over graphs beside plain fatal-aware GRPO.

    python -m benchmarks.deep credit --steps 6 --seeds 2 --out runs/deep-credit

A tiny model imitates demonstrations of the depths together; from that one checkpoint both variants
train on tasks of each depth, with the same tasks, faults and sampling where the seed is the same.
What is measured: right answers, and the share of the evidence that an episode finds. Run it again
to go on where it stopped; finished runs are kept as raw rows.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np

from algos.configs import Config, load_config
from algos.credit import hops_found
from algos.grpo.playing import play_tasks
from algos.grpo.settings import GRPOConfig
from algos.models import load_checkpoint
from algos.recipe import recipe_faults
from algos.recipe.stages import Sizes, is_finished, reinforce, warm_start
from algos.rollouts.group import Rollout
from algos.training.progress import print_progress
from algos.training.run_directory import TrainingError
from benchmarks.deep.brief import DeepDemonstrator, DeepSetting
from benchmarks.dose_response.statistics import paired_difference
from searchvl_gym.rollout import is_right, run

PLAIN, ANCHORED = "fatal_aware", "hop_anchored"
START = "sft"
"""The rung before GRPO."""

FAULT_RATE, FAULT_BURST = 0.03, 4.0
"""Outages that end about one in five episodes of fifteen turns."""

FIGURES = ("right", "evidence", "turns", "fatal", "answered")


@dataclass(frozen=True)
class Plan:
    """What is trained and measured.

    Attributes:
        setting: World and tasks.
        config: Of the model, SFT and GRPO.
        sizes: Numbers of tasks a depth.
        seeds: Runs a variant and depth.
    """

    setting: DeepSetting
    config: Config
    sizes: Sizes
    seeds: int

    @property
    def out(self) -> Path:
        """Directory of the experiment."""
        return self.setting.folder


def parser() -> argparse.ArgumentParser:
    """The command line."""
    made = argparse.ArgumentParser(prog="python -m benchmarks.deep credit", description=__doc__)
    made.add_argument("--out", type=Path, default=Path("runs/deep-credit"), help="(%(default)s)")
    made.add_argument("--steps", type=int, default=6, help="of GRPO (%(default)s)")
    made.add_argument("--seeds", type=int, default=2, help="runs a variant (%(default)s)")
    made.add_argument("--depths", type=int, nargs="+", default=[10, 6], help="(%(default)s)")
    made.add_argument("--sft-steps", type=int, default=500, help="(%(default)s)")
    made.add_argument("--prompts", type=int, default=4, help="tasks a step (%(default)s)")
    made.add_argument("--group-size", type=int, default=4, help="rollouts a task (%(default)s)")
    made.add_argument("--train", type=int, default=32, help="tasks a depth (%(default)s)")
    made.add_argument("--test", type=int, default=16, help="tasks a depth (%(default)s)")
    made.add_argument("--hop-weight", type=float, default=0.3, help="(%(default)s)")
    made.add_argument("--results", type=Path, help="also keep all rows in this file")
    return made


def plan_of(options: argparse.Namespace) -> Plan:
    """The plan of a command line."""
    options.out.mkdir(parents=True, exist_ok=True)
    loaded = load_config("cpu-tiny")
    grpo = replace(
        loaded.grpo,
        steps=options.steps,
        prompts=options.prompts,
        group_size=options.group_size,
        hop_weight=options.hop_weight,
        turn_tokens=96,
        episode_tokens=1_600,
        evaluate_every=0,
        checkpoint_every=2,
    )
    sft = replace(loaded.sft, steps=options.sft_steps, batch=4, cut_off=1_600, checkpoint_every=100)
    return Plan(
        setting=DeepSetting(folder=options.out, depths=tuple(options.depths)),
        config=Config(loaded.model, sft, grpo),
        sizes=Sizes(options.train * len(options.depths), options.train, 1, options.test),
        seeds=options.seeds,
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Play what is missing; the last line is JSON. Returns the exit status."""
    import torch

    options = parser().parse_args(arguments)
    torch.set_num_threads(1)
    began = time.perf_counter()

    def stage(name: str) -> None:
        print(f"==> {name} ({time.perf_counter() - began:.0f} s)", file=sys.stderr, flush=True)

    try:
        plan = plan_of(options)
        stage("Demonstrations and SFT")
        model = prepare(plan)
        for seed in range(plan.seeds):
            for depth in plan.setting.depths:
                for variant in (START, PLAIN, ANCHORED):
                    stage(f"depth {depth}, {variant}, seed {seed}")
                    play(plan, model, depth, variant, seed)
    except (TrainingError, ValueError) as error:
        print(f"deep credit: {error}", file=sys.stderr)
        return 1
    rows = read_rows(plan.out)
    if options.results is not None:
        text = ",\n".join(json.dumps(row) for row in rows)
        options.results.write_text(f"[\n{text}\n]\n", encoding="utf-8")
    print(json.dumps({**summarise(rows), "seconds": round(time.perf_counter() - began)}))
    return 0


def prepare(plan: Plan) -> Path:
    """The SFT checkpoint that all runs start from; its directory."""
    setting, demonstrations = plan.setting, plan.out / "demonstrations"
    tasks = setting.tasks("train", plan.sizes.demonstrations)
    environment = setting.environment(tasks)
    del environment["wire_format"], environment["lenient"]
    world = setting.world()
    run(
        "SearchVL/World-v0",
        DeepDemonstrator(world),
        episodes=len(tasks),
        seed=setting.seed,
        out=demonstrations,
        env_kwargs={**environment, "world": world},
    )
    warm_start(setting, plan.config, demonstrations, plan.out / START, print_progress)
    return plan.out / START / "model"


def play(plan: Plan, model: Path, depth: int, variant: str, seed: int) -> None:
    """Train and test one run, unless its row is there."""
    name = f"{depth}-{variant}-{seed}"
    file = plan.out / "rows" / f"{name}.json"
    config = replace(plan.config.grpo, seed=seed)
    if variant != START:
        config = replace(config, variant=variant)
        # Told even where the row is there: one of another length is none of this plan.
        is_finished(plan.out / name, config.steps)
    if file.is_file():
        return
    setting = plan.setting.of_depth(depth)
    began = time.process_time()
    if variant != START:
        faults = recipe_faults(FAULT_RATE, FAULT_BURST, seed)
        reinforce(setting, config, model, plan.out / name, plan.sizes, faults=faults)
        model = plan.out / name / "model"
    row = {
        "depth": depth,
        "variant": variant,
        "seed": seed,
        "steps": 0 if variant == START else config.steps,
        **test(setting, config, model, plan.sizes.test, seed),
        "cpu_seconds": round(time.process_time() - began),
    }
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps(row) + "\n", encoding="utf-8")


def test(
    setting: DeepSetting, config: GRPOConfig, model: Path, count: int, seed: int
) -> dict[str, Any]:
    """Outcomes task by task, without faults, sampled as in training."""
    tests = setting.environment(setting.tasks("test", count))
    rollouts = play_tasks(load_checkpoint(model), config, tests, seed=seed * count)
    played = [rollout.trajectory for rollout in rollouts]
    return {
        "tasks": [each.task.id for each in played],
        "anchors": [each.task.hops[0].subject for each in played],
        "least_calls": [each.task.metadata["least_calls"] for each in played],
        "right": [int(is_right(each)) for each in played],
        "evidence": evidence_of(rollouts),
        "turns": [len(each.steps) for each in played],
        "fatal": [int(each.fatal_step is not None) for each in played],
        "answered": [int(each.answer is not None) for each in played],
    }


def evidence_of(rollouts: Sequence[Rollout]) -> list[float]:
    """The share of its evidence that each rollout has found in the end."""
    return [round(share, 4) for share in hops_found(rollouts).sum(1).tolist()]


def read_rows(out: Path) -> list[dict[str, Any]]:
    """The rows of all finished runs, by depth, variant and seed."""
    rows = [json.loads(file.read_text(encoding="utf-8")) for file in (out / "rows").glob("*.json")]
    return sorted(rows, key=lambda row: (row["depth"], row["variant"], row["seed"]))


def summarise(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Means of each variant, and what `hop_anchored` gains over plain, paired by seed and task.

    Returns:
        By depth: by variant the means of `FIGURES`; for `right` and `evidence` the `gain` with a
        95 % interval over seeds and anchors.
    """
    told: dict[str, Any] = {}
    for depth in sorted({row["depth"] for row in rows}):
        here = [row for row in rows if row["depth"] == depth]
        by_run = {(row["variant"], row["seed"]): row for row in here}
        means = {
            variant: {
                figure: round(
                    fmean(v for row in here if row["variant"] == variant for v in row[figure]), 4
                )
                for figure in FIGURES
            }
            for variant in (START, PLAIN, ANCHORED)
            if any(row["variant"] == variant for row in here)
        }
        both = [seed for name, seed in by_run if name == PLAIN and (ANCHORED, seed) in by_run]
        gains = {}
        for figure in ("right", "evidence") if both else ():
            first, second = (
                np.asarray([[by_run[name, seed][figure] for seed in both]], np.float64)
                for name in (ANCHORED, PLAIN)
            )
            found = paired_difference(first, second, by_run[PLAIN, both[0]]["anchors"])
            gains[figure] = [round(each, 4) for each in (found.mean, found.low, found.high)]
        told[str(depth)] = {**means, "gain": gains, "pairs": len(both)}
    return told


if __name__ == "__main__":
    raise SystemExit(main())
