"""Greedy episodes of a tiny checkpoint: tokens of the device, the CPU, and without a cache."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing

import torch

from algos.models import Checkpoint
from algos.rollouts.group import Rollout, collect
from algos.tokens.scoring import Scorer, batch_for
from benchmarks.cuda_check.check import Context
from benchmarks.cuda_check.rows import Row, Verdict
from benchmarks.cuda_check.setting import (
    CroppingPolicy,
    make_checkpoint,
    make_environment,
    make_world,
)
from searchvl_gym.vector import SearchVectorEnv
from searchvl_gym.world import World

TURN_TOKENS = 24
BOUND = 1e-4
"""On sampled and recomputed log-probabilities of float32."""


def check_generation(context: Context) -> Iterator[Row]:
    """See the module."""
    torch.backends.cudnn.allow_tf32 = False
    world = make_world(context.folder)
    played: dict[str, list[Rollout]] = {}
    seconds: dict[str, float] = {}
    checkpoint = make_checkpoint(world, context.size.tiny, seed=5)
    for device in dict.fromkeys(("cpu", context.device)):
        checkpoint.model.to(device)
        start = time.perf_counter()
        played[device] = play(checkpoint, world)
        seconds[device] = time.perf_counter() - start
    here, there = played["cpu"], played[context.device]
    tokens = sum(sum(each.tokens.generated) for each in there)
    pictures = sum(len(each.tokens.pictures) for each in there) - len(there)
    same = [a.tokens.tokens == b.tokens.tokens for a, b in zip(here, there, strict=True)]
    yield Row(
        "generation",
        f"greedy, {len(there)} episodes with pictures in tool results: the CPU's tokens",
        Verdict.EQUAL if all(same) else Verdict.DIFFERS,
        {
            "equal episodes": f"{sum(same)} of {len(same)}",
            "tokens": float(tokens),
            "pictures from tools": float(pictures),
            "tokens/s": tokens / seconds[context.device],
            "CPU tokens/s": tokens / seconds["cpu"],
        },
    )
    yield without_cache(checkpoint, there, context.device)


def play(checkpoint: Checkpoint, world: World) -> list[Rollout]:
    """An episode a task, greedily; each crops twice before the model is heard."""
    environment = make_environment(world)
    tasks = environment["tasks"]
    policy = CroppingPolicy(
        checkpoint, crops=2, temperature=0.0, turn_tokens=TURN_TOKENS, episode_tokens=2_000
    )
    places = SearchVectorEnv(len(tasks), autoreset_mode="Disabled", **environment)
    with closing(places):
        return collect(policy, places, list(tasks), list(range(len(tasks))))


def without_cache(checkpoint: Checkpoint, rollouts: list[Rollout], device: str) -> Row:
    """Whether one pass without a cache chooses the same tokens and scores them alike."""
    batch = batch_for(checkpoint, [each.tokens for each in rollouts], device)
    written = batch.generated.bool()
    with torch.inference_mode():
        recomputed, _ = Scorer(checkpoint.model)(batch)
        hidden = checkpoint.model.model(**batch.inputs, use_cache=False).last_hidden_state
        chosen = checkpoint.model.lm_head(hidden[:, :-1]).argmax(-1)
    off = float((recomputed - batch.log_probabilities)[written].abs().max())
    other = int((chosen != batch.targets)[written].sum())
    return Row(
        "generation",
        "with the cache and without: tokens and log-probabilities",
        Verdict.EQUAL if other == 0 and off <= BOUND else Verdict.DIFFERS,
        {"other tokens": float(other), "difference": off, "bound": BOUND},
    )
