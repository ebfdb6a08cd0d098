"""Fatal-aware GRPO, from rollouts to updates, in one file.

    python -m algos.fatal_grpo --model CHECKPOINT --out DIR --variant fatal_aware [--config FILE]

A step: draw tasks → play a group of rollouts of each in the vectorised environment → compare the
returns within the group → mask what follows a fatal cascade and clamp its blame → a few clipped
updates. Tokens and log-probabilities are those that were sampled. All randomness follows from the
seed and the number of the step: a run that was killed goes on with the same curve.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from accelerate import Accelerator

from algos.configs import ConfigError, load_config
from algos.credit import CREDITS, Credit
from algos.group_rollouts import Rollout, collect
from algos.models import Checkpoint, CheckpointError, load_checkpoint, save_checkpoint
from algos.objectives import policy_loss
from algos.policies.transformers import TransformersPolicy
from algos.rollout_figures import summarise_rollouts
from algos.run_directory import RunDirectory, TrainingError, check_finite, describe
from algos.scoring import Scorer, freeze, make_optimizers
from algos.token_trajectory import TokenBatch, bucket_by_length, make_batch
from searchvl_gym.tasks import TaskSet
from searchvl_gym.vector import SearchVectorEnv


@dataclass(frozen=True)
class GRPOConfig:
    """Settings of GRPO; the defaults are the paper's.

    Attributes:
        variant: One of `algos.credit.CREDITS`.
        fatal_source: Whose cascades are masked and clamped: `any`, `model` or `infrastructure`.
        steps: Batches of rollouts.
        prompts: Tasks a step, over all processes.
        group_size: Rollouts a task.
        epochs: Passes over a step's rollouts.
        minibatches: Updates a pass.
        learning_rate: Of AdamW.
        muon_learning_rate: Of Muon on the decoder's matrices, or None.
        weight_decay: Of both.
        clip: Largest norm of the gradient.
        estimator: `grpo`, `rloo` or `mean_only`.
        std: `population` or `sample`.
        aggregation: Of the tokens' losses.
        clip_low: ε_low.
        clip_high: ε_high.
        beta: Weight of the divergence from the initial policy; needs a second model if above 0.
        hop_weight: Share of the gold hops in the credit of `hop_anchored`.
        temperature: Of the sampling.
        turn_tokens: Most tokens of a turn.
        episode_tokens: Most tokens of an episode.
        tokens: Most tokens of one forward pass, padding included.
        freeze: Beginnings of the names of parameters that stay as they are.
        evaluate_every: Steps between evaluations; 0 for none but the last.
        evaluation_temperature: None for that of training.
        checkpoint_every: Steps between saved states.
        seed: Of tasks, faults and sampling.
        tracker: A tracker of accelerate, or None.
    """

    variant: str = "fatal_aware"
    fatal_source: str = "any"
    steps: int = 200
    prompts: int = 256
    group_size: int = 8
    epochs: int = 1
    minibatches: int = 4
    learning_rate: float = 1e-6
    muon_learning_rate: float | None = None
    weight_decay: float = 0.0
    clip: float = 1.0
    estimator: str = "grpo"
    std: str = "population"
    aggregation: str = "sequence_mean"
    clip_low: float = 0.2
    clip_high: float = 0.28
    beta: float = 0.0
    hop_weight: float = 0.3
    temperature: float = 0.7
    turn_tokens: int = 4_096
    episode_tokens: int = 74_096
    tokens: int = 74_096
    freeze: tuple[str, ...] = ()
    evaluate_every: int = 10
    evaluation_temperature: float | None = None
    checkpoint_every: int = 10
    seed: int = 0
    tracker: str | None = None


def train(
    checkpoint: Checkpoint,
    config: GRPOConfig,
    environment: dict[str, Any],
    out: str | Path,
    *,
    evaluation: dict[str, Any] | None = None,
    credit: Credit | None = None,
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
        progress: Called after each step with its number, the total and its figures.

    Raises:
        TrainingError: When settings do not fit, a figure is not finite, or the disk is full. The
            last good state is kept.
    """
    accelerator = Accelerator(log_with=config.tracker, project_dir=str(out))
    check_settings(config, checkpoint, environment, accelerator.num_processes)
    settings = {**describe(config), "tasks": fingerprint(environment["tasks"])}
    free = ("steps", "tracker", "checkpoint_every")
    run = RunDirectory(out, settings, free=free, writes=accelerator.is_main_process)
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
    policy = make_policy(checkpoint, config, config.temperature)
    per_process = config.prompts // accelerator.num_processes
    places = per_process * config.group_size
    environments = SearchVectorEnv(places, autoreset_mode="Disabled", **environment)
    start = run.resume_step()
    if start:
        accelerator.load_state(str(run.state))
    for step in range(start, config.steps):
        began = time.perf_counter()
        drawn = draw_tasks(environment["tasks"], config, step)
        own = drawn[accelerator.process_index * per_process :][:per_process]
        tasks = [environment["tasks"][index] for index in own for _ in range(config.group_size)]
        place = [config.seed, step, accelerator.process_index]
        seeds = np.random.SeedSequence(place).generate_state(places) >> 1
        checkpoint.model.eval()
        rollouts = collect(policy, environments, tasks, [int(seed) for seed in seeds])
        rollouts = drop_unscored(rollouts, config.group_size)
        figures = summarise_rollouts(rollouts)
        played = time.perf_counter()
        if rollouts:
            figures |= update(
                scorer, optimizers, accelerator, checkpoint, rollouts, assign, config, step
            )
        now = time.perf_counter()
        figures |= {"rollout_seconds": played - began, "update_seconds": now - played}
        last = step + 1 == config.steps
        due = config.evaluate_every and (step + 1) % config.evaluate_every == 0
        if evaluation is not None and (due or last):
            figures |= evaluate(checkpoint, config, evaluation)
        run.log({"step": step, **figures, "seconds": time.perf_counter() - began})
        accelerator.log(figures, step=step)
        if progress is not None:
            progress(step + 1, config.steps, figures)
        if (step + 1) % config.checkpoint_every == 0 or last:
            run.save_state(step + 1, lambda path: accelerator.save_state(str(path)))
    environments.close()
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
    whole = as_batch(checkpoint, rollouts, accelerator.device)
    advantages, mask, figures = assign(rollouts, whole, config)
    if advantages.ndim == 1:
        advantages = advantages[:, None].expand_as(mask)
    lengths = [len(rollout.tokens) for rollout in rollouts]
    rng = np.random.default_rng([config.seed, step, 2])
    sums: dict[str, float] = {}
    updates = 0
    for _ in range(config.epochs):
        order = rng.permutation(len(rollouts))
        for rows in np.array_split(order, min(config.minibatches, len(rollouts))):
            counted = float(mask[rows].sum())
            for places in bucket_by_length([lengths[row] for row in rows], config.tokens):
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
                by_tokens = config.aggregation == "token_mean"
                tokens = float(part_mask.sum())
                share = tokens / max(1.0, counted) if by_tokens else len(part) / len(rows)
                accelerator.backward(loss * share)
                measured["entropy"] = float((entropy * part_mask).sum()) / max(1.0, tokens)
                for name, value in measured.items():
                    sums[name] = sums.get(name, 0.0) + value * share
            norm = float(accelerator.clip_grad_norm_(scorer.parameters(), config.clip))
            check_finite("the loss", sums["loss"], step)
            check_finite("the gradient's norm", norm, step)
            for optimizer in optimizers:
                optimizer.step()
                optimizer.zero_grad(set_to_none=True)
            sums["gradient_norm"] = sums.get("gradient_norm", 0.0) + norm
            updates += 1
    return {**figures, **{name: value / updates for name, value in sums.items()}}


def evaluate(
    checkpoint: Checkpoint, config: GRPOConfig, evaluation: dict[str, Any], *, seed: int = 0
) -> dict[str, float]:
    """Play every task of the evaluation once; figures named `evaluation_…`.

    Sampling uses the same random numbers each time, so curves differ by the weights alone.
    """
    given = config.evaluation_temperature
    policy = make_policy(checkpoint, config, config.temperature if given is None else given)
    checkpoint.model.eval()
    tasks = evaluation["tasks"]
    places = min(len(tasks), 128)
    rollouts: list[Rollout] = []
    environments = SearchVectorEnv(places, autoreset_mode="Disabled", **evaluation)
    for first in range(0, len(tasks), places):
        part = tasks[first : first + places]
        rollouts += collect(
            policy, environments, part, [seed + first + n for n in range(len(part))]
        )
    environments.close()
    return {f"evaluation_{name}": value for name, value in summarise_rollouts(rollouts).items()}


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


def as_batch(
    checkpoint: Checkpoint, rollouts: Sequence[Rollout], device: torch.device
) -> TokenBatch:
    """Rollouts as one padded batch."""
    return make_batch(
        [rollout.tokens for rollout in rollouts],
        padding=int(checkpoint.tokenizer.pad_token_id or 0),
        image_token=checkpoint.model.config.image_token_id,
        merge=checkpoint.image_processor.merge_size,
        device=device,
    )


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


def check_settings(
    config: GRPOConfig, checkpoint: Checkpoint, environment: dict[str, Any], processes: int
) -> None:
    """Refuse what cannot work before anything is played.

    Raises:
        TrainingError: Which setting is wrong and what it must be.
    """
    if config.variant not in CREDITS:
        raise TrainingError(f"variant must be one of {', '.join(CREDITS)}; got {config.variant!r}")
    if config.prompts < 1 or config.prompts % processes:
        raise TrainingError(f"prompts ({config.prompts}) must be a multiple of {processes}")
    rollouts = config.prompts * config.group_size
    if config.group_size < 2 or rollouts % config.minibatches:
        raise TrainingError(
            f"group_size must be at least 2 and minibatches divide the {rollouts} rollouts of a "
            f"step; got {config.group_size} and {config.minibatches}"
        )
    if config.beta > 0:
        raise TrainingError("beta above 0 needs a reference model; this trainer holds none")
    if not len(environment["tasks"]):
        raise TrainingError("there is no task to train on")
    form = environment["wire_format"]
    trained_with = checkpoint.card.get("wire_format", form)
    if trained_with != form:
        raise TrainingError(f"the checkpoint talks {trained_with}, the environment {form}")
    probe = SearchVectorEnv(1, **environment)
    world = probe.envs[0].get_wrapper_attr("world").fingerprint
    block = probe.envs[0].get_wrapper_attr("system_prompt")
    probe.close()
    known = checkpoint.card.get("system_prompt")
    if known is not None and known != block:
        raise TrainingError(
            "the environment's tool block differs from the one that the checkpoint was trained "
            f"with ({len(block)} characters here, {len(known)} there); use the same tools in SFT "
            "and RL, or train anew"
        )
    trained_in = checkpoint.card.get("world", world)
    if trained_in != world:
        raise TrainingError(
            f"the checkpoint was trained in the world {trained_in[:12]}, this one is {world[:12]}"
        )


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; returns the exit status."""
    from algos.recipe import Setting, recipe_faults
    from algos.sft import print_progress

    parser = argparse.ArgumentParser(description="Train by fatal-aware GRPO.")
    parser.add_argument("--model", required=True, help="checkpoint directory to start from")
    parser.add_argument("--out", type=Path, required=True, help="directory of the run")
    parser.add_argument("--config", default="paper-8b", help="preset or TOML file (%(default)s)")
    parser.add_argument("--variant", choices=sorted(CREDITS), help="instead of the config's")
    parser.add_argument("--steps", type=int, help="instead of the config's")
    parser.add_argument("--seed", type=int, help="instead of the config's")
    parser.add_argument("--tasks", type=int, default=512, help="training tasks (%(default)s)")
    parser.add_argument("--validation", type=int, default=64, help="validation tasks (%(default)s)")
    parser.add_argument("--fault-rate", type=float, help="share of calls that fail in training")
    parser.add_argument("--dry-run", action="store_true", help="print memory and tokens a step")
    options = parser.parse_args(arguments)
    try:
        loaded = load_config(options.config)
        given = {"variant": options.variant, "steps": options.steps, "seed": options.seed}
        config = replace(loaded.grpo, **{name: n for name, n in given.items() if n is not None})
        checkpoint = load_checkpoint(options.model, device=Accelerator().device)
        setting = Setting()
        faults = (
            recipe_faults() if options.fault_rate is None else recipe_faults(options.fault_rate)
        )
        train(
            checkpoint,
            config,
            setting.environment(setting.tasks("train", options.tasks), faults=faults),
            options.out,
            evaluation=setting.environment(setting.tasks("validation", options.validation)),
            progress=print_progress,
        )
    except (ConfigError, CheckpointError, TrainingError, ValueError) as error:
        print(f"fatal_grpo: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
