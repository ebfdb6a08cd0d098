"""The updates of a step beside a loop that knows no option."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from accelerate import Accelerator

from algos.credit import CREDITS
from algos.fatal_grpo import make_learner
from algos.grpo.playing import make_policy
from algos.grpo.settings import GRPOConfig
from algos.grpo.update import update
from algos.models import Checkpoint
from algos.rollouts.group import Rollout, as_batch, collect
from algos.tokens.scoring import Scorer
from algos.tokens.trajectory import bucket_by_length
from algos.training.optimizers import make_optimizers
from algos.training.run_directory import TrainingError
from searchvl_gym.vector import SearchVectorEnv
from searchvl_gym.world import World
from tests.algos.test_fatal_grpo import LengthReward
from tests.algos.tiny_setting import GRPO, make_checkpoint, make_environment

CONFIG = replace(GRPO, epochs=2, tokens=700)


@pytest.fixture(scope="module")
def rollouts(tiny_world: World) -> list[Rollout]:
    checkpoint = make_checkpoint(tiny_world)
    environment = make_environment(tiny_world, reward=LengthReward())
    tasks = [environment["tasks"][index] for index in (0, 0, 1, 1)]
    policy = make_policy(checkpoint, CONFIG, CONFIG.temperature)
    with closing(SearchVectorEnv(4, autoreset_mode="Disabled", **environment)) as environments:
        return collect(policy, environments, tasks, [1, 2, 3, 4])


def learn(
    world: World, rollouts: Sequence[Rollout], config: GRPOConfig = CONFIG
) -> tuple[Checkpoint, dict[str, float]]:
    """One step of updates from the same start."""
    checkpoint = make_checkpoint(world)
    learner = make_learner(Accelerator(), checkpoint, config)
    return checkpoint, update(learner, rollouts, CREDITS[config.variant], config, 0)


def plain_step(checkpoint: Checkpoint, rollouts: Sequence[Rollout], config: GRPOConfig) -> None:
    """PPO's clip, the mean of each sequence, AdamW."""
    scorer = Scorer(checkpoint.model, temperature=config.temperature).train()
    (optimizer,) = make_optimizers(
        scorer, learning_rate=config.learning_rate, weight_decay=config.weight_decay
    )
    whole = as_batch(checkpoint, rollouts, pictures=False)
    advantages, mask, _ = CREDITS["vanilla"](rollouts, whole, config)
    lengths = [len(rollout.tokens) for rollout in rollouts]
    rng = np.random.default_rng([config.seed, 0, 2])
    for _ in range(config.epochs):
        for rows in np.array_split(rng.permutation(len(rollouts)), config.minibatches):
            for places in bucket_by_length([lengths[row] for row in rows], config.tokens):
                part = [int(rows[place]) for place in places]
                batch = as_batch(checkpoint, [rollouts[row] for row in part])
                logp, _ = scorer(batch)
                ratio = (logp - batch.log_probabilities).exp()
                worth = advantages[part][:, None]
                least = torch.minimum(ratio * worth, ratio.clamp(0.8, 1.28) * worth)
                kept = mask[part, : logp.shape[1]]
                sequences = (-least * kept).sum(1) / kept.sum(1)
                (sequences.sum() / len(part) * (len(part) / len(rows))).backward()
            torch.nn.utils.clip_grad_norm_(scorer.parameters(), config.clip)
            optimizer.step()
            optimizer.zero_grad()


def weights_of(checkpoint: Checkpoint) -> dict[str, torch.Tensor]:
    found: dict[str, torch.Tensor] = checkpoint.model.state_dict()
    return found


def test_without_options_an_update_is_the_plain_one_bit_by_bit(
    tiny_world: World, rollouts: list[Rollout]
) -> None:
    plain = make_checkpoint(tiny_world)
    plain_step(plain, rollouts, CONFIG)
    learnt, figures = learn(tiny_world, rollouts)
    start = weights_of(make_checkpoint(tiny_world))
    moved = 0
    for name, weight in weights_of(learnt).items():
        assert torch.equal(weight, weights_of(plain)[name]), name
        moved += not torch.equal(weight, start[name])
    assert moved > 10
    assert not {"sampler_kl", "skipped_updates"} & figures.keys()


@pytest.mark.parametrize(
    "change",
    [
        {"ratio": "sequence", "clip_low": 3e-4, "clip_high": 4e-4},
        {"surrogate": "cispo"},
        {"aggregation": "constant_length", "constant_length": 1_000},
        {"dual_clip": 1.5, "clip_high": 0.0, "epochs": 4},
        {"beta": 0.5},
        {"beta": 0.5, "divergence": "k2", "reference_device": "cpu"},
        {"sampler_correction": "token", "sampler_cap": 0.9},
        {"sampler_correction": "sequence", "sampler_mode": "mask", "sampler_cap": 0.9},
        {"std": "batch"},
    ],
    ids=lambda change: " ".join(map(str, change.values())),
)
def test_every_option_reaches_the_weights(
    tiny_world: World, rollouts: list[Rollout], change: dict[str, Any]
) -> None:
    usual, _ = learn(tiny_world, rollouts)
    changed, figures = learn(tiny_world, rollouts, replace(CONFIG, **change))
    assert any(
        not torch.equal(weight, weights_of(usual)[name])
        for name, weight in weights_of(changed).items()
    )
    if "beta" in change:
        # The reference is the start: the divergence is none at first and then small.
        assert 0 < figures["kl"] < 1
    if "sampler_correction" in change:
        assert abs(figures["sampler_kl"]) < 1e-6 and figures["sampler_capped"] == 1


def test_a_sampler_that_does_not_differ_needs_no_correction(
    tiny_world: World, rollouts: list[Rollout]
) -> None:
    usual, _ = learn(tiny_world, rollouts)
    corrected, figures = learn(tiny_world, rollouts, replace(CONFIG, sampler_correction="token"))
    assert figures["sampler_capped"] == 0
    for name, weight in weights_of(corrected).items():
        torch.testing.assert_close(weight, weights_of(usual)[name], atol=2e-3, rtol=0)


def test_a_spike_is_skipped_and_logged(tiny_world: World, rollouts: list[Rollout]) -> None:
    config = replace(CONFIG, spike_factor=2.0, minibatches=1, epochs=1)
    checkpoint = make_checkpoint(tiny_world)
    learner = make_learner(Accelerator(), checkpoint, config)
    assert learner.guard is not None
    for _ in range(20):
        learner.guard.allows(1e-9)
    before = {name: weight.clone() for name, weight in weights_of(checkpoint).items()}
    figures = update(learner, rollouts, CREDITS["vanilla"], config, 0)
    assert figures["skipped_updates"] == 1 and figures["gradient_norm"] > 1e-9
    for name, weight in weights_of(checkpoint).items():
        assert torch.equal(weight, before[name]), name


def test_a_correction_without_the_samplers_log_probabilities_is_refused(
    tiny_world: World, rollouts: list[Rollout]
) -> None:
    silent = []
    for rollout in rollouts:
        nothing = [0.0] * len(rollout.tokens)
        silent.append(replace(rollout, tokens=replace(rollout.tokens, log_probabilities=nothing)))
    with pytest.raises(TrainingError, match="the sampler gave none; have it return them") as seen:
        learn(tiny_world, silent, replace(CONFIG, sampler_correction="token"))
    assert "\n" not in str(seen.value)
