"""Qwen3-VL of a published shape with random weights: steps, rollouts, speed, memory.

Weights are made on the device, so nothing is read; the tokenizer is the tiny one, the vocabulary
the model's own. What is trained is the project's code: `sft.update`, `collect`,
`grpo.update.update`.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from functools import partial
from importlib.util import find_spec
from typing import Any

import torch
from accelerate import Accelerator
from transformers import Qwen3VLForConditionalGeneration

from algos import sft
from algos.configs import Config, load_config
from algos.credit import CREDITS
from algos.grpo import update as grpo_update
from algos.grpo.update import Learner
from algos.models import Checkpoint
from algos.models.placement import choose_placement, prepare_for_training
from algos.models.shapes import published_shape
from algos.models.tiny_qwen3_vl import make_image_processor, vision_tokens
from algos.rollouts.group import collect
from algos.tokens.scoring import Scorer
from algos.training.dry_run import estimate
from algos.training.optimizers import make_optimizers
from benchmarks.cuda_check.check import Check, Context
from benchmarks.cuda_check.device_facts import timed
from benchmarks.cuda_check.flops import training_flops, utilisation
from benchmarks.cuda_check.rows import Figure, Row, Verdict
from benchmarks.cuda_check.runner import out_of_memory
from benchmarks.cuda_check.setting import (
    CroppingPolicy,
    TextLengthReward,
    demonstrate,
    make_card,
    make_checkpoint,
    make_environment,
    make_world,
)
from searchvl_gym.vector import SearchVectorEnv

ESTIMATE = 0.15
"""How far the peak may be from the estimate of `--dry-run`, relative to it."""

LORA_RANK, TURN_TOKENS, EPISODE_TOKENS, CROPS = 32, 48, 2_000, 2


class Bench:
    """A model of a real shape on a device, ready to be trained.

    Args:
        context: Device and size.
        shape: A published name, or `tiny`.
        check: Name of the check, for its rows.
        lora_rank: Rank of adapters; 0 trains all weights.
        checkpointing: Compute activations again in the backward pass.
        attention: `sdpa` or `flash_attention_2`.
    """

    def __init__(
        self,
        context: Context,
        shape: str,
        check: str,
        *,
        lora_rank: int,
        checkpointing: bool = True,
        attention: str = "sdpa",
    ) -> None:
        loaded = load_config("cpu-tiny" if shape == "tiny" else "qwen3-vl-2b-1gpu")
        tokens = context.size.tokens
        self.config = Config(
            replace(
                loaded.model,
                base=shape,
                lora_rank=lora_rank,
                gradient_checkpointing=checkpointing,
                attention=attention,
                rollouts_at_once=context.size.group * context.size.prompts,
            ),
            replace(loaded.sft, tokens=tokens, muon_learning_rate=None),
            replace(
                loaded.grpo,
                tokens=tokens,
                prompts=context.size.prompts,
                group_size=context.size.group,
                minibatches=1,
                turn_tokens=TURN_TOKENS,
                episode_tokens=EPISODE_TOKENS,
            ),
        )
        self.check = f"{shape}-{check}"
        self.device = context.device
        self.world = make_world(context.folder)
        tiny = make_checkpoint(self.world, context.size.tiny)
        placement = choose_placement(self.config.model, context.device)
        model = tiny.model if shape == "tiny" else _build(shape, tiny.tokenizer, placement)
        images = tiny.image_processor if shape == "tiny" else make_image_processor(16, 262_144)
        made = Checkpoint(model, tiny.tokenizer, images, make_card(self.world))
        self.checkpoint = prepare_for_training(made, self.config.model)
        folder = context.folder / f"shown-{time.monotonic_ns()}"
        self.shown = demonstrate(self.world, self.checkpoint, folder)
        self.accelerator = Accelerator(mixed_precision=placement.mixed_precision)
        scorer = Scorer(self.checkpoint.model.train(), temperature=self.config.grpo.temperature)
        made_optimizers = make_optimizers(scorer, learning_rate=1e-6, weight_decay=0.0)
        self.scorer, *self.optimizers = self.accelerator.prepare(scorer, *made_optimizers)

    def batch(self) -> list[Any]:
        """Demonstrations of about the tokens of one pass."""
        length = len(self.shown[0])
        count = max(1, self.config.sft.tokens // length)
        return [self.shown[number % len(self.shown)] for number in range(count)]

    def imitate(self, step: int) -> None:
        """One update of SFT."""
        sft.update(
            self.scorer,
            self.optimizers,
            self.accelerator,
            self.checkpoint,
            self.batch(),
            self.config.sft,
            step,
        )

    def utilisation(self, rows: list[Any], seconds: float) -> Figure:
        """Model FLOPs utilisation of an update on trajectories."""
        if self.device != "cuda":
            return None
        work = training_flops(self.checkpoint.model, rows, trained=not self.config.model.lora_rank)
        return utilisation(work, seconds, torch.cuda.get_device_name())


def _build(shape: str, tokenizer: Any, placement: Any) -> Any:
    """A model of random weights, made where it stays."""
    config = published_shape(shape)
    for name, token in vision_tokens(tokenizer).items():
        setattr(config, name, token)
    config._attn_implementation = placement.attention
    usual = torch.get_default_dtype()
    torch.set_default_dtype(placement.dtype)
    try:
        with placement.device:
            return Qwen3VLForConditionalGeneration(config)
    finally:
        torch.set_default_dtype(usual)


def check_sft_step(shape: str, context: Context) -> Iterator[Row]:
    """An update of SFT, after one that warms up."""
    yield imitation_row(Bench(context, shape, "sft", lora_rank=0))


def imitation_row(bench: Bench) -> Row:
    """An update of SFT, after one that warms up."""
    bench.imitate(0)
    _, seconds, peak = timed(lambda: bench.imitate(1), bench.device)
    return step_row(bench, "sft", bench.batch(), seconds, peak)


def check_grpo_step(shape: str, context: Context) -> Iterator[Row]:
    """Rollouts through the environment with pictures in tool results, then an update."""
    bench = Bench(context, shape, "grpo", lora_rank=LORA_RANK)
    config, checkpoint = bench.config.grpo, bench.checkpoint
    environment = make_environment(bench.world) | {"reward": TextLengthReward()}
    tasks = [
        environment["tasks"][n % 10]
        for n in range(config.prompts)
        for _ in range(config.group_size)
    ]
    policy = CroppingPolicy(
        checkpoint,
        crops=CROPS,
        temperature=config.temperature,
        turn_tokens=config.turn_tokens,
        episode_tokens=config.episode_tokens,
    )
    checkpoint.model.eval()
    with closing(SearchVectorEnv(len(tasks), autoreset_mode="Disabled", **environment)) as places:

        def play() -> Any:
            with bench.accelerator.autocast():
                return collect(policy, places, tasks, list(range(len(tasks))))

        rollouts, seconds, peak = timed(play, bench.device)
    played = [rollout.tokens for rollout in rollouts]
    written = sum(sum(each.generated) for each in played)
    longest = max(map(len, played))
    found = estimate(replace(bench.config, grpo=replace(config, episode_tokens=longest)))
    yield memory_row(
        bench,
        f"{len(played)} rollouts of up to {longest} tokens",
        {
            "seconds": seconds,
            "written tokens/s": written / seconds,
            "pictures": float(sum(len(each.pictures) for each in played)),
        },
        peak,
        # The optimiser holds nothing before the first update.
        found.sampling_gib - found.moments_gib,
    )
    policy.forget()

    learner = Learner(checkpoint, bench.scorer, bench.optimizers, bench.accelerator)

    def update(step: int) -> dict[str, float]:
        return grpo_update.update(learner, rollouts, CREDITS["vanilla"], config, step)

    first = update(0)
    _, seconds, peak = timed(lambda: update(1), bench.device)
    row = step_row(bench, "grpo", played, seconds, peak)
    # Sampling and training round differently in bfloat16: how far apart they are matters.
    ratio = {"first ratio, least": first["ratio_min"], "most": first["ratio_max"]}
    yield replace(row, figures={**row.figures, **ratio})


def check_ways(shape: str, context: Context) -> Iterator[Row]:
    """The same LoRA update with and without checkpointing, with sdpa and flash attention."""
    for attention in ("sdpa", "flash_attention_2"):
        if attention != "sdpa" and (context.device != "cuda" or find_spec("flash_attn") is None):
            note = "the package flash-attn is not installed"
            note = note if context.device == "cuda" else "flash attention needs a GPU"
            yield Row(f"{shape}-ways", attention, Verdict.LACKING, note=note)
            continue
        for checkpointing in (True, False):
            name = f"{attention}, gradient checkpointing {'on' if checkpointing else 'off'}"
            try:
                # Held by nothing here, so that the next way finds a clean device.
                row = imitation_row(
                    Bench(
                        context,
                        shape,
                        "ways",
                        lora_rank=LORA_RANK,
                        checkpointing=checkpointing,
                        attention=attention,
                    )
                )
            except torch.OutOfMemoryError as error:
                row = out_of_memory(f"{shape}-ways", name, error)
            yield replace(row, name=name)
            if context.device == "cuda":
                torch.cuda.empty_cache()


def step_row(bench: Bench, kind: str, rows: list[Any], seconds: float, peak: float | None) -> Row:
    """A row of an update."""
    tokens = sum(map(len, rows))
    found = estimate(bench.config)
    rank = bench.config.model.lora_rank
    return memory_row(
        bench,
        f"{kind.upper()} update, {f'LoRA of rank {rank}' if rank else 'all weights'}",
        {
            "tokens": float(tokens),
            "seconds": seconds,
            "tokens/s": tokens / seconds,
            "utilisation": bench.utilisation(rows, seconds),
        },
        peak,
        found.updating_gib,
    )


def memory_row(
    bench: Bench, name: str, figures: dict[str, Figure], peak: float | None, expected: float
) -> Row:
    """A row with its peak beside the estimate."""
    verdict = Verdict.MEASURED
    if peak is not None:
        verdict = Verdict.EQUAL if abs(peak / expected - 1) <= ESTIMATE else Verdict.DIFFERS
    memory: dict[str, Figure] = {"peak GiB": peak, "estimated GiB": expected}
    return Row(bench.check, name, verdict, figures | memory)


def shape_checks(shape: str) -> list[Check]:
    """The checks of a shape; each has a clean device."""
    small = shape != "qwen3-vl-8b"
    made = []
    if small:
        made += [
            Check(
                f"{shape}-sft",
                f"{shape}: an SFT update of all weights",
                partial(check_sft_step, shape),
                share=30,
            ),
            Check(
                f"{shape}-ways",
                f"{shape}: checkpointing on and off, sdpa and flash attention",
                partial(check_ways, shape),
                share=35,
            ),
        ]
    made.append(
        Check(
            f"{shape}-grpo",
            f"{shape}: rollouts and a LoRA GRPO update",
            partial(check_grpo_step, shape),
            share=30 if small else 45,
        )
    )
    return made
