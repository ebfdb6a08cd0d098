"""SFT: imitate demonstrations, on the assistant's tokens only.

    python -m algos.sft --data RUN [RUN …] --model CHECKPOINT --out DIR [--config FILE]

See `docs/training.md`.

The loss is the mean of −log p over the tokens that the demonstrator wrote; prompts, tool results
and pictures are context. A step takes `batch` trajectories in batches of similar length. Every
choice follows from the seed and the number of the step, so a run that was killed goes on exactly.
`accelerate launch -m algos.sft …` distributes it.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from accelerate import Accelerator

from algos.configs import ConfigError, load_config
from algos.models import Checkpoint, CheckpointError, save_checkpoint
from algos.models.families import Family
from algos.models.placement import load_for_training
from algos.tokens.conversation import Conversation, result_role_of
from algos.tokens.packing import pack, packed_batch
from algos.tokens.scoring import BalancedScorer, Scorer
from algos.tokens.shared_rows import check_causal
from algos.tokens.trajectory import TokenTrajectory, bucket_by_length
from algos.training.demonstrations import (
    DemonstrationError,
    prepare_card,
    read_demonstrations,
    tokenise,
    view_of,
)
from algos.training.distributed import rounds, start_accelerator, total
from algos.training.learning_rate import restarted
from algos.training.optimizers import freeze, make_optimizers
from algos.training.progress import print_progress
from algos.training.run_directory import (
    RunDirectory,
    TrainingError,
    check_finite,
    check_weights,
    describe,
)
from searchvl_gym.rollout import RolloutError, StoredPictures
from searchvl_gym.wrappers import find_wire_format


@dataclass(frozen=True)
class SFTConfig:
    """Settings of SFT; the defaults are the paper's.

    Attributes:
        steps: Updates; None for `epochs` over the data.
        epochs: Passes over the data.
        batch: Trajectories an update, over all processes.
        learning_rate: Of AdamW.
        muon_learning_rate: Of Muon on the decoder's matrices, or None to do without it.
        weight_decay: Of both.
        eight_bit_moments: Keep AdamW's moments in 8 bits, by bitsandbytes; for small cards.
        warm_up: Share of the updates in which the rate rises.
        stable: Share of the updates that then stay at the peak; after them it falls as a cosine.
        restart: Update at which the rate rises and falls once more; 0 for never, and never where
            the run ends before it. `warm_up` and `stable` are then shares of either part.
        restart_rate: Peak of the second rise, as a share of the first.
        clip: Largest norm of the gradient.
        cut_off: Longer trajectories are left out, in tokens.
        tokens: Most tokens of one forward pass, padding included.
        share_prefixes: Read what the demonstrations of a batch begin with alike once, the system
            prompt above all, and pad none of them; see `algos.tokens.prefix_tree`. The same
            numbers but for rounding.
        freeze: Parts that stay as they are, by name (`vision`, `experts`, …) or by the beginnings
            of their parameters' names; see `algos.training.optimizers.freeze`.
        router_balance: Weight of the loss that keeps a mixture's experts evenly used; 0 for none.
        checkpoint_every: Updates between saved states.
        seed: Of the order of the data.
        tracker: A tracker of accelerate (`tensorboard`, `wandb`, …), or None.
    """

    steps: int | None = None
    epochs: int = 8
    batch: int = 256
    learning_rate: float = 2e-5
    muon_learning_rate: float | None = None
    weight_decay: float = 0.0
    eight_bit_moments: bool = False
    warm_up: float = 0.1
    stable: float = 0.0
    restart: int = 0
    restart_rate: float = 0.3
    clip: float = 1.0
    cut_off: int = 32_000
    tokens: int = 32_768
    share_prefixes: bool = False
    freeze: tuple[str, ...] = ()
    router_balance: float = 0.0
    checkpoint_every: int = 100
    seed: int = 0
    tracker: str | None = None


def train(
    checkpoint: Checkpoint,
    demonstrations: Sequence[TokenTrajectory],
    config: SFTConfig,
    out: str | Path,
    *,
    augment: Callable[[int, np.random.Generator], TokenTrajectory] | None = None,
    progress: Callable[[int, int, dict[str, float]], None] | None = None,
) -> Checkpoint:
    """Fine-tune a checkpoint; the result is also saved as `out/model`.

    Args:
        checkpoint: What to start from; its weights are changed.
        demonstrations: Tokenised trajectories.
        config: Settings.
        out: Directory of the run; a run that was stopped there is resumed.
        augment: Gives a fresh instance of a demonstration by its place among those that are
            short enough, each time it is drawn.
        progress: Called after each update with its number, the total and its figures.

    Raises:
        TrainingError: When the settings or data are wrong, the loss is not finite, or the disk
            is full. The last good state is kept.
    """
    accelerator = Accelerator(log_with=config.tracker, project_dir=str(out))
    kept = [each for each in demonstrations if len(each) <= config.cut_off]
    check_settings(
        config, len(kept), len(demonstrations), accelerator.num_processes, checkpoint.family
    )
    steps = config.steps or math.ceil(config.epochs * len(kept) / config.batch)
    settings = {**describe(config), "data": len(kept), "processes": accelerator.num_processes}
    run = RunDirectory(
        out,
        settings,
        free=("tracker",),
        defaults=describe(SFTConfig()),
        writes=accelerator.is_main_process,
        wait=accelerator.wait_for_everyone,
    )
    freeze(checkpoint.model, config.freeze)
    kind = BalancedScorer if config.router_balance else Scorer
    scorer = kind(checkpoint.model.train())
    optimizers = make_optimizers(
        scorer,
        learning_rate=config.learning_rate,
        weight_decay=config.weight_decay,
        muon_learning_rate=config.muon_learning_rate,
        eight_bit_moments=config.eight_bit_moments,
    )
    scorer, *optimizers = accelerator.prepare(scorer, *optimizers)
    peaks = [group["lr"] for each in optimizers for group in each.param_groups]
    start = run.resume_step()
    if start:
        accelerator.load_state(str(run.state))
    if config.tracker:
        accelerator.init_trackers("sft", config=describe(config))
    for step in range(start, steps):
        began = time.perf_counter()
        rate = restarted(
            step, steps, config.restart, config.restart_rate, config.warm_up, config.stable
        )
        groups = [group for each in optimizers for group in each.param_groups]
        for group, peak in zip(groups, peaks, strict=True):
            group["lr"] = peak * rate
        chosen = draw(step, len(kept), config.batch, config.seed)
        rng = np.random.default_rng([config.seed, step, 1])
        rows = [kept[index] if augment is None else augment(index, rng) for index in chosen]
        figures = update(scorer, optimizers, accelerator, checkpoint, rows, config, step)
        figures["learning_rate"] = peaks[0] * rate
        run.log({"step": step, **figures, "seconds": time.perf_counter() - began})
        accelerator.log(figures, step=step)
        if progress is not None:
            progress(step + 1, steps, figures)
        if (step + 1) % config.checkpoint_every == 0 or step + 1 == steps:
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
    rows: Sequence[TokenTrajectory],
    config: SFTConfig,
    step: int,
) -> dict[str, float]:
    """One update on a batch of demonstrations, given to every process; its figures."""
    written = sum(sum(row.generated) for row in rows)
    mine = rows[accelerator.process_index :: accelerator.num_processes]
    packed = pack(
        checkpoint,
        mine,
        range(len(mine)),
        share_prefixes=config.share_prefixes,
        tokens=config.tokens,
    )
    batches = bucket_by_length([row.size for row in packed], config.tokens)
    loss_sum, right, balance_sum = 0.0, 0.0, 0.0
    for batch, weight in rounds(accelerator, batches):
        made = packed_batch(checkpoint, [packed[index] for index in batch], accelerator.device)
        scores, _, *balance = scorer(made)
        # Gradients become means over processes.
        loss = -scores.sum() * weight / written
        aside = 0.0
        if balance:
            # A part of the batch counts by its share of what was written.
            share = float(made.generated.sum()) * weight / written
            aside = config.router_balance * balance[0] * share
            balance_sum += float(balance[0].detach()) * share
        accelerator.backward((loss + aside) * accelerator.num_processes)
        loss_sum += float(loss.detach())
        right += weight * float((scores.detach().exp() * made.generated).sum()) / written
    loss_sum, right = total(accelerator, loss_sum), total(accelerator, right)
    check_finite("the loss", loss_sum, step)
    norm = float(accelerator.clip_grad_norm_(scorer.parameters(), config.clip))
    check_finite("the gradient's norm", norm, step)
    for optimizer in optimizers:
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
    figures = {
        "loss": loss_sum,
        "mean_probability": right,
        "gradient_norm": norm,
        "tokens": float(sum(len(row) for row in rows)),
    }
    if config.router_balance:
        figures["router_balance"] = total(accelerator, balance_sum)
    return figures


def check_settings(
    config: SFTConfig, kept: int, given: int, processes: int, family: Family
) -> None:
    """Refuse what cannot work before anything is trained.

    Raises:
        TrainingError: Which setting is wrong and what it must be.
    """
    if not kept:
        raise TrainingError(
            f"none of {given} demonstrations has at most {config.cut_off} tokens; raise cut_off"
        )
    if config.batch < 1 or config.batch % processes:
        raise TrainingError(
            f"batch must be a multiple of the number of processes ({processes}), got {config.batch}"
        )
    if config.router_balance < 0:
        raise TrainingError(f"router_balance must not be negative, got {config.router_balance}")
    if config.share_prefixes:
        if config.router_balance:
            raise TrainingError(
                "router_balance counts every token of padded rows; set share_prefixes = false"
            )
        try:
            check_causal(family)
        except ValueError as error:
            raise TrainingError(str(error)) from None
    if config.tokens < 1 or config.checkpoint_every < 1 or (config.steps or 1) < 1:
        raise TrainingError("tokens, steps and checkpoint_every must be at least 1")


def draw(step: int, data: int, batch: int, seed: int) -> list[int]:
    """Which demonstrations an update takes: each epoch is a permutation of its own.

    >>> sorted(draw(0, 4, 2, 0) + draw(1, 4, 2, 0))
    [0, 1, 2, 3]
    """
    chosen = []
    for place in range(step * batch, (step + 1) * batch):
        epoch, index = divmod(place, data)
        chosen.append((epoch, index))
    orders = {epoch: np.random.default_rng([seed, epoch]).permutation(data) for epoch, _ in chosen}
    return [int(orders[epoch][index]) for epoch, index in chosen]


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; returns the exit status."""
    parser = argparse.ArgumentParser(description="Imitate demonstrations.")
    parser.add_argument("--data", nargs="+", required=True, help="directories of rollouts")
    parser.add_argument("--model", required=True, help="checkpoint directory to start from")
    parser.add_argument("--out", type=Path, required=True, help="directory of the run")
    parser.add_argument("--config", default="paper-8b", help="preset or TOML file (%(default)s)")
    parser.add_argument("--wire-format", help="how the model talks; else the checkpoint's own")
    parser.add_argument("--steps", type=int, help="updates, instead of the config's")
    parser.add_argument("--seed", type=int, help="instead of the config's")
    options = parser.parse_args(arguments)
    try:
        loaded = load_config(options.config)
        given = {"steps": options.steps, "seed": options.seed}
        config = replace(loaded.sft, **{name: n for name, n in given.items() if n is not None})
        accelerator = start_accelerator(loaded.model)
        checkpoint = load_for_training(options.model, loaded.model, accelerator.device)
        form = find_wire_format(
            options.wire_format or checkpoint.card.get("wire_format", "opensearch_vl")
        )
        played = {run: read_demonstrations(run) for run in options.data}
        prepare_card(checkpoint, form, played)
        conversation = Conversation(checkpoint, result_role_of(form))
        data = [
            tokenise(trajectory, StoredPictures(run), conversation, form, prompt, view_pixels=view)
            for prompt in [checkpoint.card["system_prompt"]]
            for run, trajectories in played.items()
            for view in [view_of(run)]
            for trajectory in trajectories
        ]
        train(checkpoint, data, config, options.out, progress=print_progress)
    except (
        ConfigError,
        CheckpointError,
        DemonstrationError,
        RolloutError,
        TrainingError,
        ValueError,
    ) as error:
        print(f"sft: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
