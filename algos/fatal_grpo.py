"""Fatal-aware GRPO, from rollouts to updates.

    python -m algos.fatal_grpo --model CHECKPOINT --out DIR --variant fatal_aware [--config FILE]
    python -m algos.fatal_grpo --config qwen3-vl-8b-8gpu --dry-run

A step: draw tasks → play a group of rollouts of each in the vectorised environment → compare the
returns within the group → mask what follows a fatal cascade and clamp its blame → a few clipped
updates. Tokens and log-probabilities are those that were sampled. All randomness follows from the
seed and the number of the step: a run that was killed goes on with the same curve. The updates are
in `grpo.update`, the settings in `grpo.settings`. See `docs/training.md`.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from accelerate import Accelerator

from algos.configs import ConfigError, load_config
from algos.credit import CREDITS, Credit
from algos.grpo.curriculum import draw_prompts, level_figures, levels_of, outcomes_of
from algos.grpo.group_lessons import drop_alike, drop_unscored, group_figures, redraw
from algos.grpo.lagged_weights import LaggedWeights
from algos.grpo.playing import evaluate, make_policy, make_vllm_policy, play_tasks
from algos.grpo.reference import Reference
from algos.grpo.settings import GRPOConfig, check_settings, check_sharding
from algos.grpo.update import Learner, update
from algos.models import Checkpoint, CheckpointError, save_checkpoint
from algos.models.placement import load_for_training
from algos.policies.token_policy import TokenPolicy
from algos.rollouts.figures import summarise_rollouts
from algos.rollouts.group import Rollout, collect
from algos.tokens.scoring import Scorer
from algos.training.best_checkpoint import BestCheckpoint
from algos.training.distributed import each_process, mean_figures, start_accelerator
from algos.training.dry_run import describe_estimate, estimate
from algos.training.learning_rate import schedule
from algos.training.optimizers import freeze, make_optimizers
from algos.training.progress import print_progress
from algos.training.run_directory import RunDirectory, TrainingError, check_weights, describe
from algos.training.setting import SETTINGS, make_environments, read_tasks
from algos.training.spike_guard import SpikeGuard
from algos.training.trained_worlds import note_worlds
from searchvl_gym.tasks import TaskSet
from searchvl_gym.vector import SearchVectorEnv
from searchvl_gym.world import WorldError

__all__ = ["GRPOConfig", "evaluate", "main", "play_tasks", "train", "update"]


def train(
    checkpoint: Checkpoint,
    config: GRPOConfig,
    environment: dict[str, Any],
    out: str | Path,
    *,
    evaluation: dict[str, Any] | None = None,
    credit: Credit | None = None,
    policy: TokenPolicy | None = None,
    progress: Callable[[int, int, dict[str, float]], None] | None = None,
) -> Checkpoint:
    """Train a checkpoint by playing; the result is also saved as `out/model`.

    Args:
        checkpoint: What to start from, as a rule after SFT; its weights are changed.
        config: Settings.
        environment: Arguments of `SearchVectorEnv` with `tasks` and `wire_format`, faults
            included.
        out: Directory of the run; a run that was stopped there is resumed.
        evaluation: Arguments of the environment in which the policy is evaluated, or None.
        credit: Instead of the variant's.
        policy: Samples the turns; it is given the new weights before each step. None for the
            model itself. Its temperature must be the config's.
        progress: Called after each step with its number, the total and its figures.

    Raises:
        TrainingError: When settings do not fit, a figure is not finite, or the disk is full. The
            last good state is kept.
    """
    accelerator = Accelerator(log_with=config.tracker, project_dir=str(out))
    check_settings(config, checkpoint, environment, accelerator.num_processes)
    check_sharding(accelerator)
    note_worlds(checkpoint.card, {task.world for task in environment["tasks"]})
    run = open_run(accelerator, config, environment, out)
    assign = credit or CREDITS[config.variant]
    learner = make_learner(accelerator, checkpoint, config)
    lagged = LaggedWeights(checkpoint.model, config.lag) if config.lag else None
    for kept in filter(None, (learner.guard, lagged)):
        accelerator.register_for_checkpointing(kept)
    if config.tracker:
        accelerator.init_trackers("fatal_grpo", config=describe(config))
    policy = policy or make_policy(checkpoint, config, config.temperature)
    peaks = [group["lr"] for each in learner.optimizers for group in each.param_groups]
    start = run.resume_step()
    if start:
        accelerator.load_state(str(run.state))
    past = [line for line in run.lines() if line["step"] < start]
    best = BestCheckpoint(out, past)
    places = config.prompts // accelerator.num_processes * config.group_size
    with closing(SearchVectorEnv(places, autoreset_mode="Disabled", **environment)) as environments:
        for step in range(start, config.steps):
            began = time.perf_counter()
            set_rates(learner.optimizers, peaks, config, step)
            checkpoint.model.eval()
            with lagged.swapped_in() if lagged else nullcontext():
                policy.update_weights(checkpoint)
                rollouts, figures = play_step(
                    policy, environments, environment["tasks"], config, accelerator, step, past
                )
            played = time.perf_counter()
            # All processes update, or none.
            if min(each_process(accelerator, len(rollouts))):
                figures |= update(learner, rollouts, assign, config, step)
                figures = mean_figures(accelerator, figures)
            now = time.perf_counter()
            figures |= {"rollout_seconds": played - began, "update_seconds": now - played}
            last = step + 1 == config.steps
            due = config.evaluate_every and (step + 1) % config.evaluate_every == 0
            if evaluation is not None and (due or last):
                policy.update_weights(checkpoint)
                with accelerator.autocast():
                    figures |= evaluate(checkpoint, config, evaluation, policy=policy)
                if config.keep_best and accelerator.is_main_process:
                    best.offer(checkpoint, figures)
            past.append({"step": step, **figures, "seconds": time.perf_counter() - began})
            run.log(past[-1])
            accelerator.log(figures, step=step)
            if progress is not None:
                progress(step + 1, config.steps, figures)
            if (step + 1) % config.checkpoint_every == 0 or last:
                check_weights(learner.scorer, step)
                run.save_state(step + 1, lambda path: accelerator.save_state(str(path)))
    checkpoint.model = accelerator.unwrap_model(learner.scorer).model.eval()
    if accelerator.is_main_process:
        save_checkpoint(checkpoint, Path(out) / "model")
    accelerator.end_training()
    return checkpoint


def open_run(
    accelerator: Accelerator, config: GRPOConfig, environment: dict[str, Any], out: str | Path
) -> RunDirectory:
    """The run's directory; what may differ on a resume is how long it runs and what it keeps."""
    free = ["tracker", "checkpoint_every", "keep_best"]
    if config.warm_up == 0 and config.stable == 1:
        free.append("steps")
    return RunDirectory(
        out,
        {**describe(config), "tasks": fingerprint(environment["tasks"])},
        free=tuple(free),
        defaults=describe(GRPOConfig()),
        writes=accelerator.is_main_process,
        wait=accelerator.wait_for_everyone,
    )


def make_learner(accelerator: Accelerator, checkpoint: Checkpoint, config: GRPOConfig) -> Learner:
    """Model, optimisers, reference and guard, prepared for the run."""
    freeze(checkpoint.model, config.freeze)
    reference = None
    if config.beta > 0:
        # Before a resumed run loads its weights: the reference is what the run started from.
        reference = Reference(
            checkpoint,
            temperature=config.temperature,
            place=config.reference_device,
            frequency_penalty=config.frequency_penalty,
        )
    scorer = Scorer(
        checkpoint.model,
        temperature=config.temperature,
        frequency_penalty=config.frequency_penalty,
        entropy_gradient=config.entropy_bonus > 0,
    )
    optimizers = make_optimizers(
        scorer,
        learning_rate=config.learning_rate,
        weight_decay=config.weight_decay,
        muon_learning_rate=config.muon_learning_rate,
        eight_bit_moments=config.eight_bit_moments,
    )
    scorer, *optimizers = accelerator.prepare(scorer, *optimizers)
    guard = SpikeGuard(config.spike_factor, config.spike_limit) if config.spike_factor else None
    return Learner(checkpoint, scorer, optimizers, accelerator, reference, guard)


def set_rates(
    optimizers: Sequence[Any], peaks: Sequence[float], config: GRPOConfig, step: int
) -> None:
    """Set the learning rates of a step."""
    rate = schedule(step, config.steps, config.warm_up, config.stable)
    groups = [group for each in optimizers for group in each.param_groups]
    for group, peak in zip(groups, peaks, strict=True):
        group["lr"] = peak * rate


def play_step(
    policy: TokenPolicy,
    environments: SearchVectorEnv,
    tasks: TaskSet,
    config: GRPOConfig,
    accelerator: Accelerator,
    step: int,
    past: Sequence[Mapping[str, Any]],
) -> tuple[list[Rollout], dict[str, float]]:
    """A step's rollouts that are learnt from, groups contiguous, and figures of all that ran.

    `past` is the log of all earlier steps, a line each.
    """
    outcomes: list[tuple[int, bool]] = []
    first = draw_prompts(tasks, config, step, 0, past)
    per_process = config.prompts // accelerator.num_processes
    place = accelerator.process_index

    def play(attempt: int) -> list[Rollout]:
        again = (attempt,) if attempt else ()
        drawn = draw_prompts(tasks, config, step, attempt, past) if attempt else first
        own = drawn[place * per_process :][:per_process]
        chosen = [tasks[index] for index in own for _ in range(config.group_size)]
        seeds = np.random.SeedSequence([config.seed, step, place, *again])
        drawn_seeds = seeds.generate_state(len(chosen)) >> 1
        with accelerator.autocast():
            rollouts = collect(policy, environments, chosen, [int(seed) for seed in drawn_seeds])
        rollouts = drop_unscored(rollouts, config.group_size)
        if config.curriculum != "none":
            outcomes.extend(outcomes_of(rollouts))
        return rollouts

    rollouts = play(0)
    figures = summarise_rollouts(rollouts) | group_figures(rollouts, config.group_size)
    if config.groups == "mixed":
        rollouts = drop_alike(rollouts, config.group_size)
    elif config.groups == "redraw":
        rollouts, found = redraw(
            rollouts,
            play,
            group_size=config.group_size,
            wanted=per_process,
            attempts=config.redraws,
        )
        figures |= found
    if config.curriculum != "none":
        figures |= level_figures(accelerator, levels_of(tasks), first, outcomes)
    return rollouts, figures


def fingerprint(tasks: Any) -> str:
    """What a run notes of its tasks."""
    return str(getattr(tasks, "fingerprint", len(tasks)))


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; returns the exit status."""
    parser = argparse.ArgumentParser(description="Train by fatal-aware GRPO.")
    parser.add_argument("--model", help="checkpoint directory to start from")
    parser.add_argument("--out", type=Path, help="directory of the run")
    parser.add_argument("--config", default="paper-8b", help="preset or TOML file (%(default)s)")
    parser.add_argument("--variant", choices=sorted(CREDITS), help="instead of the config's")
    parser.add_argument("--steps", type=int, help="instead of the config's")
    parser.add_argument("--seed", type=int, help="instead of the config's")
    parser.add_argument(
        "--setting",
        choices=sorted(SETTINGS),
        help="world, tools and wire format; `recipe` for a tiny model, else `release`",
    )
    parser.add_argument("--world", help="instead of the setting's (size of Atlas or a path)")
    parser.add_argument("--tasks", type=int, default=512, help="training tasks (%(default)s)")
    parser.add_argument("--task-file", nargs="+", help="files of training tasks")
    parser.add_argument("--validation", type=int, default=64, help="validation tasks (%(default)s)")
    parser.add_argument("--fault-rate", type=float, help="share of calls that fail in training")
    parser.add_argument(
        "--sampler",
        choices=("transformers", "vllm"),
        default="transformers",
        help="what samples the turns (%(default)s)",
    )
    parser.add_argument(
        "--dry-run",
        action="store_true",
        help="print memory and tokens a step of the config, and do nothing",
    )
    options = parser.parse_args(arguments)
    if not options.dry_run and not (options.model and options.out):
        parser.error("--model and --out are needed")
    try:
        loaded = load_config(options.config)
        given = {"variant": options.variant, "steps": options.steps, "seed": options.seed}
        config = replace(loaded.grpo, **{name: n for name, n in given.items() if n is not None})
        if options.dry_run:
            print(describe_estimate(estimate(replace(loaded, grpo=config))))
            return 0
        accelerator = start_accelerator(loaded.model)
        checkpoint = load_for_training(options.model, loaded.model, accelerator.device)
        name = options.setting or ("recipe" if loaded.model.base == "tiny" else "release")
        environment, evaluation = make_environments(
            name,
            world=options.world,
            train=1 if options.task_file else options.tasks,
            validation=options.validation,
            fault_rate=options.fault_rate,
        )
        if options.task_file:
            environment["tasks"] = read_tasks(options.task_file)
        policy = None
        if options.sampler == "vllm":
            check_settings(config, checkpoint, environment, accelerator.num_processes)
            policy = make_vllm_policy(options.model, config, accelerator.num_processes)
        train(
            checkpoint,
            config,
            environment,
            options.out,
            evaluation=evaluation,
            policy=policy,
            progress=print_progress,
        )
    except (ConfigError, CheckpointError, TrainingError, WorldError, ValueError) as error:
        print(f"fatal_grpo: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
