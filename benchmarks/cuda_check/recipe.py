"""The laptop recipe on the device: seconds of each stage and accuracy beside the CPU's."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

from algos.configs import load_config
from algos.recipe.setting import Setting, recipe_faults
from algos.recipe.stages import Sizes, measure, play_demonstrations, reinforce, warm_start
from benchmarks.cuda_check.check import Context
from benchmarks.cuda_check.rows import Figure, Row, Verdict

CPU = {
    "SFT": (260.0, 0.385, 0.325),
    "GRPO": (370.0, 0.750, 0.810),
}
"""Seconds, accuracy sampled and greedily of `make recipe` on two CPU cores; docs/results."""


def check_recipe(context: Context) -> Iterator[Row]:
    """Each stage is a row as soon as it is done, so that a short run has the first ones."""
    size, out = context.size, context.folder / "recipe"
    config = load_config("cpu-tiny")
    if size.sft_steps is not None:
        small = replace(config.model, vocabulary=512)
        config = replace(config, model=small, sft=replace(config.sft, steps=size.sft_steps))
    if size.grpo_steps is not None:
        config = replace(config, grpo=replace(config.grpo, steps=size.grpo_steps, prompts=1))
    whole = size.sft_steps is None and size.grpo_steps is None
    setting = Setting(pages=size.pages)
    count = size.demonstrations
    sizes = Sizes(count, count, min(64, size.test), size.test)
    start = time.perf_counter()
    setting.worlds().at(0)
    yield _row("the world, from the cache if it is there", start)
    start = time.perf_counter()
    play_demonstrations(setting, setting.tasks("train", count), out / "demonstrations")
    yield _row(f"{count} demonstrations", start)
    start = time.perf_counter()
    warm_start(setting, config, out / "demonstrations", out / "sft", None)
    trained = _row(f"SFT, {config.sft.steps} updates", start)
    yield _beside(trained, "SFT", whole)
    yield from _accuracy(setting, config, "SFT", "sft", sizes, context, whole)
    start = time.perf_counter()
    reinforce(
        setting, config.grpo, out / "sft" / "model", out / "grpo", sizes, faults=recipe_faults()
    )
    trained = _row(f"GRPO, {config.grpo.steps} steps", start)
    yield _beside(trained, "GRPO", whole)
    yield from _accuracy(setting, config, "GRPO", "grpo", sizes, context, whole)


def _accuracy(
    setting: Setting,
    config: object,
    name: str,
    run: str,
    sizes: Sizes,
    context: Context,
    whole: bool,
) -> Iterator[Row]:
    out = context.folder / "recipe" / run
    start = time.perf_counter()
    found = measure(setting, config.grpo, out / "model", sizes, out)  # type: ignore[attr-defined]
    row = _row(f"{sizes.test} test tasks after {name}", start)
    figures: dict[str, Figure] = {
        "sampled": found["sampled"]["accuracy"],
        "greedily": found["greedy"]["accuracy"],
    }
    if whole:
        figures |= {"CPU sampled": CPU[name][1], "CPU greedily": CPU[name][2]}
    yield replace(row, figures={**row.figures, **figures})


def _row(name: str, start: float) -> Row:
    return Row("recipe", name, Verdict.MEASURED, {"seconds": time.perf_counter() - start})


def _beside(row: Row, name: str, whole: bool) -> Row:
    return replace(row, figures={**row.figures, "CPU seconds": CPU[name][0]}) if whole else row
