"""The updates of one step of GRPO, from scored rollouts to changed weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from accelerate import Accelerator
from torch import Tensor

from algos.credit import Credit
from algos.grpo.reference import Reference
from algos.grpo.sampler_correction import correct_sampler
from algos.grpo.settings import GRPOConfig
from algos.losses.policy_loss import policy_loss
from algos.models import Checkpoint
from algos.rollouts.group import Rollout
from algos.rollouts.scores import score_rollouts
from algos.tokens.packing import PackedRow, pack, packed_batch
from algos.tokens.scoring import batch_for
from algos.tokens.segments import Span, cut, joined, spans, token_weights
from algos.tokens.trajectory import TokenTrajectory, bucket_by_length
from algos.training.distributed import each_process, rounds, total
from algos.training.run_directory import check_finite
from algos.training.spike_guard import SpikeGuard


@dataclass(frozen=True)
class Learner:
    """What a run learns with.

    Attributes:
        checkpoint: Its model is trained.
        scorer: The same model, as `accelerate` prepared it.
        optimizers: Of its weights.
        accelerator: Knows the other processes.
        reference: For `beta > 0`.
        guard: Against spikes of the gradient, or None.
    """

    checkpoint: Checkpoint
    scorer: Any
    optimizers: Sequence[Any]
    accelerator: Accelerator
    reference: Reference | None = None
    guard: SpikeGuard | None = None


@dataclass(frozen=True)
class Targets:
    """What a step's rollouts are worth, each of shape (N, T − 1).

    Columns are those of an episode's sequences end to end, see `algos.tokens.segments`.

    Attributes:
        advantages: By token.
        mask: Tokens that count.
        old: Log-probabilities under the trainer's weights, None for the sampler's own.
        weights: Of the tokens' losses against another sampler, or None.
        reference: Log-probabilities under the reference, or None.
    """

    advantages: Tensor
    mask: Tensor
    old: Tensor | None = None
    weights: Tensor | None = None
    reference: Tensor | None = None


def prepare_targets(
    learner: Learner, rollouts: Sequence[Rollout], assign: Credit, config: GRPOConfig
) -> tuple[Targets, dict[str, float]]:
    """Who gets which credit, and what else the loss compares with; with figures."""
    checkpoint, accelerator = learner.checkpoint, learner.accelerator
    # Credit asks who wrote what; the pictures of a whole step would fill the device for nothing.
    rows = [joined(rollout.sequences) for rollout in rollouts]
    whole = batch_for(checkpoint, rows, accelerator.device, pictures=False)
    advantages, mask, figures = assign(rollouts, whole, config)
    if advantages.ndim == 1:
        advantages = advantages[:, None].expand_as(mask)
    old = weights = reference = None
    if config.sampler_correction != "none":
        with accelerator.autocast():
            old = score_rollouts(
                accelerator.unwrap_model(learner.scorer),
                checkpoint,
                rollouts,
                tokens=config.tokens,
                device=accelerator.device,
            )
        weights, found = correct_sampler(old, whole.log_probabilities, mask, config)
        figures = figures | found
    if learner.reference is not None:
        with accelerator.autocast():
            reference = learner.reference.score(checkpoint, rollouts, tokens=config.tokens)
    return Targets(advantages, mask, old, weights, reference), figures


def update(
    learner: Learner,
    rollouts: Sequence[Rollout],
    assign: Credit,
    config: GRPOConfig,
    step: int,
) -> dict[str, float]:
    """`epochs` × `minibatches` updates on a step's rollouts; their mean figures."""
    accelerator, scorer = learner.accelerator, learner.scorer
    # Gradient checkpointing works in training mode only; these models have no dropout.
    scorer.train()
    targets, figures = prepare_targets(learner, rollouts, assign, config)
    played = _Sequences.of(rollouts)
    rng = np.random.default_rng([config.seed, step, 2])
    minibatches = min(config.minibatches, *each_process(accelerator, len(rollouts)))
    by_tokens = config.aggregation == "token_mean"
    sums: dict[str, float] = {}
    updates = skipped = 0
    for _ in range(config.epochs):
        for rows in draw_minibatches(rng, len(rollouts), minibatches, config):
            counted = float(targets.mask[rows].sum()) if by_tokens else float(len(rows))
            counted = max(1.0, total(accelerator, counted) / accelerator.num_processes)
            chosen = [number for row in rows for number in played.numbers[int(row)]]
            packed = pack(
                learner.checkpoint,
                played.sequences,
                chosen,
                share_prefixes=config.share_prefixes,
                tokens=config.tokens,
            )
            batches = bucket_by_length([row.size for row in packed], config.tokens)
            for places, weight in rounds(accelerator, batches):
                part = [packed[place] for place in places]
                loss, tokens, measured = _part_loss(learner, played, part, targets, config)
                # A part counts as much as it would within the whole minibatch.
                sequences = sum(len(row.numbers) for row in part)
                share = weight * (tokens if by_tokens else sequences) / counted
                accelerator.backward(loss * share)
                for name, value in measured.items():
                    sums[name] = sums.get(name, 0.0) + value * share
            loss_sum = total(accelerator, sums["loss"])
            norm = float(accelerator.clip_grad_norm_(scorer.parameters(), config.clip))
            check_finite("the loss", loss_sum, step)
            check_finite("the gradient's norm", norm, step)
            allowed = learner.guard is None or learner.guard.allows(norm)
            skipped += not allowed
            for optimizer in learner.optimizers:
                if allowed:
                    optimizer.step()
                optimizer.zero_grad(set_to_none=True)
            sums["gradient_norm"] = sums.get("gradient_norm", 0.0) + norm
            updates += 1
    if learner.guard is not None:
        figures = {**figures, "skipped_updates": float(skipped)}
    return {**figures, **{name: value / updates for name, value in sums.items()}}


def draw_minibatches(
    rng: np.random.Generator, rollouts: int, minibatches: int, config: GRPOConfig
) -> list[npt.NDArray[np.int64]]:
    """Numbers of the rollouts of each minibatch, of about the same size.

    What shares a prefix stays together where that is to be read once.
    """
    if not config.share_prefixes or rollouts % config.group_size:
        return np.array_split(rng.permutation(rollouts), minibatches)
    groups = np.arange(rollouts).reshape(-1, config.group_size)
    return np.array_split(groups[rng.permutation(len(groups))].ravel(), minibatches)


@dataclass(frozen=True)
class _Sequences:
    """All token sequences of a step's episodes.

    Attributes:
        sequences: In order, episode after episode.
        spans: Where each lies in its episode.
        numbers: Numbers of an episode's sequences, by episode.
    """

    sequences: Sequence[TokenTrajectory]
    spans: Sequence[Span]
    numbers: Sequence[Sequence[int]]

    @classmethod
    def of(cls, rollouts: Sequence[Rollout]) -> _Sequences:
        found = [sequence for rollout in rollouts for sequence in rollout.sequences]
        places = spans([[len(each) for each in rollout.sequences] for rollout in rollouts])
        numbers: list[list[int]] = [[] for _ in rollouts]
        for number, place in enumerate(places):
            numbers[place.episode].append(number)
        return cls(found, places, numbers)

    @property
    def several(self) -> bool:
        """Whether an episode has more than one."""
        return len(self.sequences) > len(self.numbers)


def _part_loss(
    learner: Learner,
    played: _Sequences,
    part: Sequence[PackedRow],
    targets: Targets,
    config: GRPOConfig,
) -> tuple[Tensor, float, dict[str, float]]:
    """Loss of some of the sequences, the tokens that count in it, and its figures."""
    places = [played.spans[number] for row in part for number in row.numbers]
    batch = packed_batch(learner.checkpoint, part, learner.accelerator.device)
    width = batch.targets.shape[1]

    def of(values: Tensor | None) -> Tensor | None:
        return None if values is None else cut(values, places, width)

    aggregation, weights = config.aggregation, of(targets.weights)
    if played.several and aggregation == "sequence_mean":
        # The mean over an episode's tokens, through all of its sequences.
        aggregation, weights = "sequence_mean_token_sum", token_weights(targets.mask, places, width)

    scores, entropy = learner.scorer(batch)
    mask = cut(targets.mask, places, width)
    loss, measured = policy_loss(
        scores,
        batch.log_probabilities if targets.old is None else cut(targets.old, places, width),
        cut(targets.advantages, places, width),
        mask,
        clip_low=config.clip_low,
        clip_high=config.clip_high,
        aggregation=aggregation,  # type: ignore[arg-type]
        ref_logp=of(targets.reference),
        beta=config.beta,
        weights=weights,
        ratio=config.ratio,  # type: ignore[arg-type]
        surrogate=config.surrogate,  # type: ignore[arg-type]
        dual_clip=config.dual_clip,
        divergence=config.divergence,  # type: ignore[arg-type]
        length=config.constant_length or config.episode_tokens,
        entropy=entropy,
        entropy_bonus=config.entropy_bonus,
    )
    tokens = float(mask.sum())
    measured["entropy"] = float((entropy.detach() * mask).sum()) / max(1.0, tokens)
    return loss, tokens, measured
