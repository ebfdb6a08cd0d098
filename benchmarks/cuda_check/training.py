"""SFT and every variant of GRPO on the tiny preset: curves beside the CPU's; killed and resumed."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import torch

from algos import fatal_grpo, sft
from algos.configs import Config, load_config
from algos.models import load_checkpoint
from algos.rollouts.fatal_variants import Variant
from algos.training.run_directory import read_log
from benchmarks.cuda_check.check import Context
from benchmarks.cuda_check.rows import Row, Verdict
from benchmarks.cuda_check.setting import (
    demonstrate,
    make_checkpoint,
    make_environment,
    make_world,
)

VARIANTS = get_args(Variant)
CLOCKS = ("seconds", "rollout_seconds", "update_seconds")
FIRST = 1e-3
"""Bound on the relative difference of the figures of the first step, in float32.

The rest of a curve is stated without one: every update blows rounding up, and after a few of Muon's
even one and two threads of the same CPU have gradients whose norms differ by half.
"""
READY = "ready"
"""Appears in a directory whose run is at its end."""
GONE = "no-reference"
"""Appears when there will be no more curves of the CPU."""


def settings_of(context: Context) -> Config:
    """The preset, for ten steps in a world of ten mills."""
    size = context.size
    loaded = load_config("cpu-tiny")
    return replace(
        loaded,
        sft=replace(loaded.sft, steps=size.steps, checkpoint_every=size.steps),
        grpo=replace(
            loaded.grpo,
            steps=size.steps,
            prompts=size.prompts,
            group_size=size.group,
            turn_tokens=64,
            evaluate_every=0,
            checkpoint_every=max(1, size.steps // 2),
        ),
    )


def make_reference(context: Context) -> Iterator[Row]:
    """The CPU's curves, and the checkpoint that GRPO starts from."""
    # The checks beside this one need processors, too.
    torch.set_num_threads(max(1, min(4, (os.cpu_count() or 1) // 2)))
    try:
        yield from make_curves(context)
    except Exception:
        (context.folder / GONE).touch()
        raise


def make_curves(context: Context) -> Iterator[Row]:
    """SFT from random weights, SFT to start from, GRPO in all variants."""
    yield from run_sft(context, "reference")
    warm_up(context)
    for variant in VARIANTS:
        run_grpo(context, "reference", variant)


def check_sft(context: Context) -> Iterator[Row]:
    """Ten updates of SFT beside the CPU's."""
    exactly()
    yield from run_sft(context, "device")
    wait_for(context.folder / "reference-sft")
    there, here = curves(context, "sft")
    first = furthest(there[:1], here[:1])
    yield Row(
        "sft",
        f"curve of {len(here)} updates beside the CPU's",
        Verdict.EQUAL if first <= FIRST else Verdict.DIFFERS,
        {
            "difference in the first": first,
            "bound": FIRST,
            "in all": furthest(there, here),
            "last loss": there[-1]["loss"],
            "CPU": here[-1]["loss"],
        },
    )


def check_grpo(context: Context) -> Iterator[Row]:
    """Ten steps of each variant beside the CPU's."""
    exactly()
    wait_for(context.folder / "warm")
    for variant in VARIANTS:
        run_grpo(context, "device", variant)
    for variant in VARIANTS:
        wait_for(context.folder / f"reference-{variant}")
        yield beside_reference(context, variant)


def beside_reference(context: Context, variant: str) -> Row:
    """Compare the steps up to the first at which another token was sampled."""
    there, here = curves(context, variant)
    alike = 0
    for mine, other in zip(there, here, strict=True):
        if (mine["written"], mine["turns"]) != (other["written"], other["turns"]):
            break
        alike += 1
    first = furthest(there[:1], here[:1])
    note = ""
    if alike < len(here):
        # A token is drawn by where a number falls between cumulated probabilities; one that
        # falls on an edge goes either way, and the curves are of different episodes from there.
        note = f"the same episodes up to step {alike}; then rounding drew another token"
    return Row(
        "grpo",
        f"{variant}, {len(here)} steps beside the CPU's",
        Verdict.EQUAL if alike and first <= FIRST else Verdict.DIFFERS,
        {
            "steps with the same episodes": float(alike),
            "difference in the first": first,
            "bound": FIRST,
            "in all of them": furthest(there[:alike], here[:alike]),
            "fatal": mean(there, "fatal_rate"),
            "ratio": max(line.get("ratio_max", 1.0) for line in there[:1]),
            "s a step": mean(there, "seconds"),
            "CPU s a step": mean(here, "seconds"),
        },
        note,
    )


def die_in_training(context: Context) -> Iterator[Row]:
    """A run of GRPO that ends itself by SIGKILL after its first saved state."""
    exactly()
    wait_for(context.folder / "warm")
    config = settings_of(context).grpo

    def die(done: int, total: int, figures: dict[str, float]) -> None:
        if done == config.checkpoint_every + 1:
            os.kill(os.getpid(), signal.SIGKILL)

    run_grpo(context, "killed", "fatal_aware", die)
    yield Row("killed", "a run that was to die", Verdict.FAILED, note="it lived on")


def check_resumed(context: Context) -> Iterator[Row]:
    """The killed run goes on; its curve and weights beside those of the whole one."""
    exactly()
    killed, whole = (context.folder / f"{name}-fatal_aware" for name in ("killed", "device"))
    had = len(read_log(killed))
    run_grpo(context, "killed", "fatal_aware")
    there, here = curve(killed), curve(whole)
    worst = furthest(there, here)
    left, right = (load_checkpoint(run / "model").model.state_dict() for run in (killed, whole))
    weights = all(torch.equal(weight, right[name]) for name, weight in left.items())
    yield Row(
        "resumed",
        f"killed after {had} of {len(here)} steps, resumed: the same curve and weights",
        Verdict.EQUAL if worst == 0 and weights else Verdict.DIFFERS,
        {"difference": worst, "weights": "bit for bit" if weights else "differ"},
    )


def exactly() -> None:
    """The same sums in the same order each time, and no TensorFloat-32, where torch can."""
    torch.use_deterministic_algorithms(True, warn_only=True)
    torch.backends.cudnn.allow_tf32 = False


def start_of_sft(context: Context, name: str) -> tuple[Any, Any]:
    """A checkpoint of random weights, and demonstrations."""
    world = make_world(context.folder)
    checkpoint = make_checkpoint(world, context.size.tiny)
    return checkpoint, demonstrate(world, checkpoint, context.folder / f"{name}-shown")


def warm_up(context: Context) -> None:
    """SFT that GRPO starts from; its checkpoint lies in `warm`."""
    config = replace(settings_of(context).sft, steps=context.size.warm_steps)
    checkpoint, rows = start_of_sft(context, "warm")
    sft.train(checkpoint, rows, config, context.folder / "warm")
    (context.folder / "warm" / READY).touch()


def run_sft(context: Context, name: str) -> Iterator[Row]:
    """SFT from random weights; a row with its speed."""
    checkpoint, rows = start_of_sft(context, f"{name}-sft")
    folder = context.folder / f"{name}-sft"
    sft.train(checkpoint, rows, settings_of(context).sft, folder)
    (folder / READY).touch()
    log = read_log(folder)
    yield Row(
        "sft",
        f"cpu-tiny, {len(log)} updates, on {'the CPU' if name == 'reference' else context.device}",
        Verdict.MEASURED,
        {"s an update": mean(log[1:] or log, "seconds"), "tokens": mean(log, "tokens")},
    )


def run_grpo(context: Context, name: str, variant: str, progress: Any = None) -> None:
    """GRPO from the warm checkpoint, with outages."""
    folder = context.folder / f"{name}-{variant}"
    world = make_world(context.folder)
    fatal_grpo.train(
        load_checkpoint(context.folder / "warm" / "model"),
        replace(settings_of(context).grpo, variant=variant),
        make_environment(world, faults=True),
        folder,
        progress=progress,
    )
    (folder / READY).touch()


def wait_for(folder: Path) -> None:
    """Wait until a run beside this one is at its end; the time box is the limit."""
    while not (folder / READY).is_file():
        if (folder.parent / GONE).is_file():
            raise RuntimeError("the CPU's curves failed; see the check reference")
        time.sleep(0.05)


def curves(context: Context, name: str) -> tuple[list[dict[str, float]], list[dict[str, float]]]:
    """Logs of the device and of the reference."""
    found = [read_log(context.folder / f"{who}-{name}") for who in ("device", "reference")]
    return found[0], found[1]


def curve(folder: Path) -> list[dict[str, float]]:
    """A log without its clocks."""
    return [
        {name: value for name, value in line.items() if name not in CLOCKS}
        for line in read_log(folder)
    ]


def furthest(there: list[dict[str, float]], here: list[dict[str, float]]) -> float:
    """Largest difference of a figure, relative to the largest that the CPU has in the curve."""
    worst = 0.0
    for name in sorted({name for line in here for name in line} - set(CLOCKS)):
        pairs = [(a.get(name, 0.0), b.get(name, 0.0)) for a, b in zip(there, here, strict=True)]
        scale = max(1e-3, *(abs(value) for _, value in pairs)) if pairs else 1.0
        worst = max([worst, *(abs(a - b) / scale for a, b in pairs)])
    return worst


def mean(log: list[dict[str, float]], name: str) -> float:
    """Of a figure over a log."""
    return sum(line[name] for line in log) / max(1, len(log))
