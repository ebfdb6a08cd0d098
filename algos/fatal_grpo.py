"""Fatal-aware GRPO, from rollouts to updates, in one file.

    python -m algos.fatal_grpo --model CHECKPOINT --out DIR --variant fatal_aware [--config FILE]
    python -m algos.fatal_grpo --config qwen3-vl-8b-8gpu --dry-run

A step: draw tasks → play a group of rollouts of each in the vectorised environment → compare the
returns within the group → mask what follows a fatal cascade and clamp its blame → a few clipped
updates. Tokens and log-probabilities are those that were sampled. All randomness follows from the
seed and the number of the step: a run that was killed goes on with the same curve. See
`docs/training.md`.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from accelerate import Accelerator

from algos.configs import ConfigError, load_config
from algos.credit import CREDITS, Credit
from algos.distributed import each_process, mean_figures, rounds, start_accelerator, total
from algos.dry_run import describe_estimate, estimate
from algos.group_rollouts import Rollout, as_batch, collect
from algos.grpo_settings import GRPOConfig, check_settings, check_sharding
from algos.models import Checkpoint, CheckpointError, save_checkpoint
from algos.models.placement import load_for_training
from algos.objectives import policy_loss
from algos.policies.token_policy import TokenPolicy
from algos.policies.transformers import TransformersPolicy
from algos.rollout_figures import summarise_rollouts
from algos.run_directory import (
    RunDirectory,
    TrainingError,
    check_finite,
    check_weights,
    describe,
)
from algos.scoring import Scorer, freeze, make_optimizers
from algos.token_trajectory import bucket_by_length
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
    settings = {**describe(config), "tasks": fingerprint(environment["tasks"])}
    free = ("steps", "tracker", "checkpoint_every")
    main = accelerator.is_main_process
    run = RunDirectory(out, settings, free=free, writes=main, wait=accelerator.wait_for_everyone)
    assign = credit or CREDITS[config.variant]
    freeze(checkpoint.model, config.freeze)
    scorer = Scorer(checkpoint.model, temperature=config.temperature)
    optimizers = make_optimizers(
        scorer,
        learning_rate=config.learning_rate,
        weight_decay=config.weight_decay,
        muon_learning_rate=config.muon_learning_rate,
    )
    scorer, *optimizers = accelerator.prepare(scorer, *optimizers)
    if config.tracker:
        accelerator.init_trackers("fatal_grpo", config=describe(config))
    policy = policy or make_policy(checkpoint, config, config.temperature)
    per_process = config.prompts // accelerator.num_processes
    places = per_process * config.group_size
    start = run.resume_step()
    if start:
        accelerator.load_state(str(run.state))
    with closing(SearchVectorEnv(places, autoreset_mode="Disabled", **environment)) as environments:
        for step in range(start, config.steps):
            began = time.perf_counter()
            drawn = draw_tasks(environment["tasks"], config, step)
            own = drawn[accelerator.process_index * per_process :][:per_process]
            tasks = [environment["tasks"][index] for index in own for _ in range(config.group_size)]
            place = [config.seed, step, accelerator.process_index]
            seeds = np.random.SeedSequence(place).generate_state(places) >> 1
            checkpoint.model.eval()
            policy.update_weights(checkpoint)
            with accelerator.autocast():
                rollouts = collect(policy, environments, tasks, [int(seed) for seed in seeds])
            rollouts = drop_unscored(rollouts, config.group_size)
            figures = summarise_rollouts(rollouts)
            played = time.perf_counter()
            # All processes update, or none.
            if min(each_process(accelerator, len(rollouts))):
                figures |= update(
                    scorer, optimizers, accelerator, checkpoint, rollouts, assign, config, step
                )
                figures = mean_figures(accelerator, figures)
            now = time.perf_counter()
            figures |= {"rollout_seconds": played - began, "update_seconds": now - played}
            last = step + 1 == config.steps
            due = config.evaluate_every and (step + 1) % config.evaluate_every == 0
            if evaluation is not None and (due or last):
                policy.update_weights(checkpoint)
                with accelerator.autocast():
                    figures |= evaluate(checkpoint, config, evaluation, policy=policy)
            run.log({"step": step, **figures, "seconds": time.perf_counter() - began})
            accelerator.log(figures, step=step)
            if progress is not None:
                progress(step + 1, config.steps, figures)
            if (step + 1) % config.checkpoint_every == 0 or last:
                check_weights(scorer, step)
                run.save_state(step + 1, lambda path: accelerator.save_state(str(path)))
    checkpoint.model = accelerator.unwrap_model(scorer).model.eval()
    if accelerator.is_main_process:
        save_checkpoint(checkpoint, Path(out) / "model")
    accelerator.end_training()
    return checkpoint


def update(
    scorer: Any,
    optimizers: Sequence[Any],
    accelerator: Accelerator,
    checkpoint: Checkpoint,
    rollouts: Sequence[Rollout],
    assign: Credit,
    config: GRPOConfig,
    step: int,
) -> dict[str, float]:
    """`epochs` × `minibatches` updates on a step's rollouts; their mean figures."""
    # Gradient checkpointing works in training mode only; these models have no dropout.
    scorer.train()
    whole = as_batch(checkpoint, rollouts, accelerator.device)
    advantages, mask, figures = assign(rollouts, whole, config)
    if advantages.ndim == 1:
        advantages = advantages[:, None].expand_as(mask)
    lengths = [len(rollout.tokens) for rollout in rollouts]
    rng = np.random.default_rng([config.seed, step, 2])
    minibatches = min(config.minibatches, *each_process(accelerator, len(rollouts)))
    by_tokens = config.aggregation == "token_mean"
    sums: dict[str, float] = {}
    updates = 0
    for _ in range(config.epochs):
        order = rng.permutation(len(rollouts))
        for rows in np.array_split(order, minibatches):
            counted = float(mask[rows].sum()) if by_tokens else float(len(rows))
            counted = max(1.0, total(accelerator, counted) / accelerator.num_processes)
            batches = bucket_by_length([lengths[row] for row in rows], config.tokens)
            for places, weight in rounds(accelerator, batches):
                part = [int(rows[place]) for place in places]
                width = max(lengths[row] for row in part) - 1
                batch = as_batch(checkpoint, [rollouts[row] for row in part], accelerator.device)
                scores, entropy = scorer(batch)
                part_mask = mask[part, :width]
                loss, measured = policy_loss(
                    scores,
                    batch.log_probabilities,
                    advantages[part, :width],
                    part_mask,
                    clip_low=config.clip_low,
                    clip_high=config.clip_high,
                    aggregation=config.aggregation,  # type: ignore[arg-type]
                )
                # A part counts as much as it would within the whole minibatch.
                tokens = float(part_mask.sum())
                share = weight * (tokens if by_tokens else len(part)) / counted
                accelerator.backward(loss * share)
                measured["entropy"] = float((entropy * part_mask).sum()) / max(1.0, tokens)
                for name, value in measured.items():
                    sums[name] = sums.get(name, 0.0) + value * share
            loss_sum = total(accelerator, sums["loss"])
            norm = float(accelerator.clip_grad_norm_(scorer.parameters(), config.clip))
            check_finite("the loss", loss_sum, step)
            check_finite("the gradient's norm", norm, step)
            for optimizer in optimizers:
                optimizer.step()
                optimizer.zero_grad(set_to_none=True)
            sums["gradient_norm"] = sums.get("gradient_norm", 0.0) + norm
            updates += 1
    return {**figures, **{name: value / updates for name, value in sums.items()}}


def evaluate(
    checkpoint: Checkpoint,
    config: GRPOConfig,
    evaluation: dict[str, Any],
    *,
    seed: int = 0,
    policy: TokenPolicy | None = None,
) -> dict[str, float]:
    """Figures of `play_tasks`, named `evaluation_…`."""
    rollouts = play_tasks(checkpoint, config, evaluation, seed=seed, policy=policy)
    return {f"evaluation_{name}": value for name, value in summarise_rollouts(rollouts).items()}


def play_tasks(
    checkpoint: Checkpoint,
    config: GRPOConfig,
    evaluation: dict[str, Any],
    *,
    seed: int = 0,
    policy: TokenPolicy | None = None,
) -> list[Rollout]:
    """Play every task of the evaluation once, in order.

    Sampling uses the same random numbers each time, so curves differ by the weights alone.

    Args:
        checkpoint: What plays.
        config: Temperature and budgets.
        evaluation: Arguments of `SearchVectorEnv`.
        seed: Of the first task's sampling; the next ones count on from it.
        policy: Samples the turns, with the checkpoint's weights; None for the model itself.
    """
    policy = policy or make_policy(checkpoint, config, config.temperature)
    usual, given = policy.temperature, config.evaluation_temperature
    policy.temperature = usual if given is None else given
    checkpoint.model.eval()
    tasks = evaluation["tasks"]
    places = min(len(tasks), 128)
    rollouts: list[Rollout] = []
    with closing(SearchVectorEnv(places, autoreset_mode="Disabled", **evaluation)) as environments:
        for first in range(0, len(tasks), places):
            part = tasks[first : first + places]
            rollouts += collect(
                policy, environments, part, [seed + first + n for n in range(len(part))]
            )
    policy.temperature = usual
    return rollouts


def make_policy(
    checkpoint: Checkpoint, config: GRPOConfig, temperature: float
) -> TransformersPolicy:
    """The model as a policy that acts in text."""
    return TransformersPolicy(
        checkpoint,
        text_environment=True,
        temperature=temperature,
        turn_tokens=config.turn_tokens,
        episode_tokens=config.episode_tokens,
    )


def make_vllm_policy(model: str, config: GRPOConfig, processes: int) -> TokenPolicy:
    """The model of a directory in vLLM.

    Raises:
        TrainingError: When vLLM is missing, or several processes would start it.
    """
    from algos.policies.vllm import VllmPolicy

    if processes > 1:
        raise TrainingError("--sampler vllm works with one process only")
    try:
        return VllmPolicy(
            model,
            text_environment=True,
            temperature=config.temperature,
            turn_tokens=config.turn_tokens,
            episode_tokens=config.episode_tokens,
        )
    except RuntimeError as error:
        raise TrainingError(str(error)) from error


def draw_tasks(tasks: TaskSet, config: GRPOConfig, step: int) -> list[int]:
    """Which tasks a step plays: every task comes once before any comes again."""
    chosen = []
    for place in range(step * config.prompts, (step + 1) * config.prompts):
        epoch, index = divmod(place, len(tasks))
        order = np.random.default_rng([config.seed, epoch, 3]).permutation(len(tasks))
        chosen.append(int(order[index]))
    return chosen


def drop_unscored(rollouts: Sequence[Rollout], group_size: int) -> list[Rollout]:
    """Leave out the groups in which an episode has no reward: it must not become a 0."""
    kept: list[Rollout] = []
    for first in range(0, len(rollouts), group_size):
        group = rollouts[first : first + group_size]
        if all(rollout.trajectory.reward is not None for rollout in group):
            kept += group
    return kept


def fingerprint(tasks: Any) -> str:
    """What a run notes of its tasks."""
    return str(getattr(tasks, "fingerprint", len(tasks)))


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; returns the exit status."""
    from algos.sft import print_progress
    from algos.training_setting import SETTINGS, make_environments

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
            train=options.tasks,
            validation=options.validation,
            fault_rate=options.fault_rate,
        )
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
