"""A step of our GRPO trainer beside one of TRL's, on the same model and the same rollouts.

    python -m benchmarks.speed.grpo_step [--tokens N] [--steps N] [--rounds N] [--json FILE]

Both sides take the preset's model, prompts, group size, updates a step and temperature, play the
same tasks in the same environment, read the same prompts, and write the same number of tokens: a
bias keeps the head from drawing the tokens that would end a turn, and an episode has one turn.
Both train in float32 without gradient checkpointing. Each side runs in fresh processes, in turn
with the other; the first step of a process does not count.

TRL needs a further forward pass when a step has more than one update, since it does not keep the
log-probabilities of what it sampled. So a step of one update is measured, too. Several turns are
not: TRL would read the whole conversation again in each, and ours would not.
"""

from __future__ import annotations

import argparse
import multiprocessing
import statistics
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, replace
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

import torch

from algos.configs import load_config
from algos.credit import CREDITS
from algos.fatal_grpo import train
from algos.models import Checkpoint, build_tiny_checkpoint, train_tokenizer
from algos.models.tokenizer import SPECIAL
from algos.rollouts.group import Rollout
from benchmarks.speed.figures import machine, print_table, rate, world_path, write_json
from searchvl_gym.chat import FORMATS
from searchvl_gym.tasks import sample_tasks
from searchvl_gym.tools import ToolSuite
from searchvl_gym.tools.catalog import default_tools
from searchvl_gym.world import open_world

PRESET = "cpu-tiny"
TOKENS = 192
"""Tokens of a completion: four turns of the preset, written in one."""

WIRE_FORMAT = "compact"
TOOLS = ("layout_parsing", "text_search", "visit")
SIDES = ("ours", "TRL")


@dataclass(frozen=True)
class Shape:
    """What a step does.

    Attributes:
        world: Path of the world.
        prompts: Tasks a step.
        group_size: Rollouts a task.
        updates: Updates a step.
        tokens: Tokens of a completion.
        steps: Steps that count.
    """

    world: str
    prompts: int
    group_size: int
    updates: int
    tokens: int
    steps: int


class Clock:
    """Reads both clocks at the end of each step; the first step only starts them."""

    def __init__(self) -> None:
        self._ends: list[tuple[float, float]] = []

    def tick(self) -> None:
        """Note the end of a step."""
        self._ends.append((time.perf_counter(), time.process_time()))

    def seconds(self, clock: int) -> tuple[float, ...]:
        """What each step took on the wall's clock (0) or the processor's (1)."""
        return tuple(end[clock] - start[clock] for start, end in pairwise(self._ends))


@dataclass(frozen=True)
class Timing:
    """What one process measured.

    Attributes:
        side: `ours` or `TRL`.
        seconds: From the end of a step to the end of the next, for each that counts.
        processor_seconds: The same in time of the processor, which other programs spoil less.
        prompt_tokens: Mean over rollouts.
        completion_tokens: Mean over rollouts.
    """

    side: str
    seconds: tuple[float, ...]
    processor_seconds: tuple[float, ...]
    prompt_tokens: float
    completion_tokens: float


def prepare(shape: Shape) -> tuple[Checkpoint, dict[str, Any]]:
    """The model of the preset, and arguments of an environment whose episodes have one turn."""
    world = open_world(shape.world)
    suite = ToolSuite([tool for tool in default_tools() if tool.name in TOOLS])
    tasks = sample_tasks(world, split="train", n=shape.prompts, repair_share=0.0)
    prompt = FORMATS[WIRE_FORMAT].system_prompt(suite.schemas())
    pages = islice(world.pages(), 60)
    words = [prompt, *(task.question for task in tasks), *(page.text for page in pages)]
    checkpoint = build_tiny_checkpoint(train_tokenizer(words, load_config(PRESET).model.vocabulary))
    bias = torch.zeros(len(checkpoint.tokenizer))
    bias[checkpoint.tokenizer.convert_tokens_to_ids(list(SPECIAL))] = -1e4
    checkpoint.model.lm_head.bias = torch.nn.Parameter(bias, requires_grad=False)
    checkpoint.card = {"wire_format": WIRE_FORMAT, "system_prompt": prompt}
    settings = {"world": world, "tasks": tasks, "tools": suite, "max_steps": 1}
    return checkpoint, {**settings, "max_pixels": 400_000}


def measure_ours(shape: Shape) -> Timing:
    """Time our trainer."""
    checkpoint, settings = prepare(shape)
    config = replace(
        load_config(PRESET).grpo,
        steps=shape.steps + 1,
        prompts=shape.prompts,
        group_size=shape.group_size,
        minibatches=shape.updates,
        turn_tokens=shape.tokens,
        episode_tokens=4_096,
        evaluate_every=0,
        checkpoint_every=shape.steps + 1,
    )
    clock = Clock()
    lengths: list[tuple[int, int]] = []

    def credit(rollouts: Sequence[Rollout], *rest: Any) -> Any:
        lengths.extend(
            (rollout.tokens.step.count(-1), sum(rollout.tokens.generated)) for rollout in rollouts
        )
        return CREDITS[config.variant](rollouts, *rest)

    with tempfile.TemporaryDirectory() as out:
        train(
            checkpoint,
            config,
            {**settings, "wire_format": WIRE_FORMAT},
            out,
            credit=credit,
            progress=lambda *_: clock.tick(),
        )
    read, written = (statistics.mean(each) for each in zip(*lengths, strict=True))
    return Timing("ours", clock.seconds(0), clock.seconds(1), read, written)


def measure_trl(shape: Shape) -> Timing:
    """Time TRL's own trainer, with our environment as its `environment_factory`."""
    from transformers import PrinterCallback, TrainerCallback
    from trl import GRPOConfig, GRPOTrainer
    from trl.chat_template_utils import qwen3_template, qwen3_vl_chat_template

    from algos.models.processor import make_processor
    from algos.trl_adapter.environment import (
        episode_rewards,
        make_environment_factory,
        task_dataset,
    )

    checkpoint, settings = prepare(shape)
    tasks = settings.pop("tasks")
    # The system prompt names the tools, as on our side; the template must not do it again.
    template = str(qwen3_vl_chat_template).replace("{%- if tools %}", "{%- if false %}", 1)
    checkpoint.tokenizer.response_template = qwen3_template
    grpo = load_config(PRESET).grpo
    clock = Clock()
    logged: list[dict[str, float]] = []

    class Watch(TrainerCallback):  # type: ignore[misc]
        def on_step_end(self, arguments: Any, state: Any, *_: Any, **__: Any) -> None:
            if state.global_step % shape.updates == 0:
                clock.tick()

        def on_log(self, *_: Any, logs: dict[str, float], **__: Any) -> None:
            logged.append(logs)

    rollouts = shape.prompts * shape.group_size
    with tempfile.TemporaryDirectory() as out:
        trainer = GRPOTrainer(
            checkpoint.model,
            episode_rewards,
            args=GRPOConfig(
                output_dir=out,
                use_cpu=True,
                bf16=False,
                gradient_checkpointing=False,
                per_device_train_batch_size=rollouts // shape.updates,
                steps_per_generation=shape.updates,
                num_generations=shape.group_size,
                max_steps=(shape.steps + 1) * shape.updates,
                max_completion_length=shape.tokens,
                learning_rate=grpo.learning_rate,
                temperature=grpo.temperature,
                loss_type="grpo",
                lr_scheduler_type="constant",
                save_strategy="no",
                logging_steps=1,
                disable_tqdm=True,
            ),
            train_dataset=task_dataset(tasks, rules=checkpoint.card["system_prompt"]),
            processing_class=make_processor(checkpoint, template),
            environment_factory=make_environment_factory(tasks, **settings),
            callbacks=[Watch()],
        )
        trainer.remove_callback(PrinterCallback)
        trainer.train()
    written = logged[0]["completions/mean_length"]
    read = logged[0]["num_tokens"] / rollouts - written
    return Timing("TRL", clock.seconds(0), clock.seconds(1), read, written)


def measure(shape: Shape, rounds: int) -> dict[str, list[Timing]]:
    """Both sides in turn, each time in a fresh process."""
    found: dict[str, list[Timing]] = {side: [] for side in SIDES}
    for _ in range(rounds):
        for side, work in zip(SIDES, (measure_ours, measure_trl), strict=True):
            context = multiprocessing.get_context("spawn")
            with ProcessPoolExecutor(1, mp_context=context) as pool:
                found[side].append(pool.submit(work, shape).result())
    return found


def compare(shape: Shape, found: dict[str, list[Timing]]) -> dict[str, Any]:
    """Medians of both sides and their ratio, on both clocks.

    Raises:
        ValueError: When the sides did not read and write the same number of tokens.
    """
    lengths = {
        (round(timing.prompt_tokens, 2), timing.completion_tokens)
        for timings in found.values()
        for timing in timings
    }
    if len(lengths) != 1:
        raise ValueError(f"the sides read and wrote different numbers of tokens: {lengths}")
    prompt, completion = lengths.pop()
    result = {
        **asdict(replace(shape, world="")),
        "prompt_tokens": prompt,
        "completion_tokens": completion,
    }
    for clock in ("seconds", "processor_seconds"):
        taken = {
            side: [second for timing in timings for second in getattr(timing, clock)]
            for side, timings in found.items()
        }
        medians = {side: statistics.median(values) for side, values in taken.items()}
        ratio = medians["ours"] / medians["TRL"]
        result[clock] = {"steps": taken, "median": medians, "ratio": ratio}
    return result


def show(results: Sequence[dict[str, Any]]) -> None:
    """Print the figures as a table."""
    first = results[0]
    print_table(
        f"A GRPO step of {PRESET}: {first['prompts']} prompts x {first['group_size']} rollouts, "
        f"{first['prompt_tokens']:.0f} tokens read and {first['completion_tokens']:.0f} written",
        ("updates a step", "clock", "ours, s", "TRL, s", "ratio", "target"),
        [
            (
                str(each["updates"]),
                name,
                f"{each[clock]['median']['ours']:.2f}",
                f"{each[clock]['median']['TRL']:.2f}",
                f"{each[clock]['ratio']:.2f}",
                rate(each[clock]["ratio"], most=1),
            )
            for each in results
            for name, clock in (("wall", "seconds"), ("processor", "processor_seconds"))
        ],
    )


def main(arguments: list[str] | None = None) -> int:
    """Run the benchmark; see the module's docstring."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tokens", type=int, default=TOKENS, help="of a completion (%(default)s)")
    parser.add_argument("--steps", type=int, default=2, help="that count (%(default)s)")
    parser.add_argument("--rounds", type=int, default=2, help="processes a side (%(default)s)")
    parser.add_argument("--world", type=Path, help="world directory; without it Atlas mini")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    options = parser.parse_args(arguments)
    grpo = load_config(PRESET).grpo
    world = world_path(options.world)
    results = []
    for updates in dict.fromkeys((grpo.minibatches * grpo.epochs, 1)):
        shape = Shape(world, grpo.prompts, grpo.group_size, updates, options.tokens, options.steps)
        results.append(compare(shape, measure(shape, options.rounds)))
    show(results)
    if options.json is not None:
        threads = torch.get_num_threads()
        write_json(options.json, {"machine": machine(), "threads": threads, "results": results})
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
