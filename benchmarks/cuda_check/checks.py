"""The checks in order, cheapest first."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.cuda_check.agent_loop import check_agent_loop
from benchmarks.cuda_check.check import Check, Size
from benchmarks.cuda_check.device_facts import check_device
from benchmarks.cuda_check.equality import check_equality
from benchmarks.cuda_check.generation import check_generation
from benchmarks.cuda_check.processes import check_processes
from benchmarks.cuda_check.real_shapes import shape_checks
from benchmarks.cuda_check.recipe import check_recipe
from benchmarks.cuda_check.sizes import check_sizes
from benchmarks.cuda_check.training import (
    check_grpo,
    check_resumed,
    check_sft,
    die_in_training,
    make_reference,
)


def make_checks(size: Size) -> list[Check]:
    """All checks; their shares are the seconds that they were given of a run of eight minutes."""
    return [
        Check(
            "reference",
            "the CPU's curves, beside the checks that follow",
            make_reference,
            share=0,
            reference=True,
        ),
        Check("device", "card, driver, versions, free memory", check_device, share=10),
        Check(
            "equality",
            "objectives, log-probabilities, masks, a tiny model: float32 as on the CPU to 1e-5",
            check_equality,
            share=15,
        ),
        Check(
            "sizes",
            "fatal token mask and log-probabilities at the paper's sizes",
            check_sizes,
            share=20,
        ),
        Check(
            "generation",
            "greedy episodes with pictures in tool results; with and without the cache",
            check_generation,
            share=20,
        ),
        Check(
            "sft",
            "ten updates of cpu-tiny beside the CPU's",
            check_sft,
            share=25,
            needs=("reference",),
        ),
        Check(
            "grpo",
            "ten steps of cpu-tiny in all four variants beside the CPU's",
            check_grpo,
            share=110,
            needs=("reference",),
        ),
        Check(
            "killed",
            "a run of GRPO that is ended by SIGKILL",
            die_in_training,
            share=15,
            dies=True,
            needs=("reference", "grpo"),
        ),
        Check(
            "resumed",
            "the killed run goes on: the same curve, bit for bit",
            check_resumed,
            share=15,
            needs=("reference", "grpo", "killed"),
        ),
        Check(
            "processes",
            "SFT and GRPO in two processes: one process's first update, one set of weights",
            check_processes,
            share=30,
            needs=("reference",),
        ),
        Check(
            "agent-loop",
            "turns, masks and the clamped loss of the agent loop for verl: the CPU's",
            check_agent_loop,
            share=15,
        ),
        *(check for shape in size.shapes for check in shape_checks(shape)),
        Check(
            "recipe",
            "the laptop recipe: seconds of each stage, accuracy beside the CPU's",
            check_recipe,
            share=110,
        ),
    ]


def choose_checks(checks: Sequence[Check], names: Sequence[str]) -> list[Check]:
    """The named checks and those that they need, in order; all when none is named.

    Raises:
        ValueError: When a name is unknown.
    """
    known = {check.name: check for check in checks}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise ValueError(f"there is no check {', '.join(unknown)}; there are {', '.join(known)}")
    wanted = {need for name in names for need in (name, *known[name].needs)}
    return [check for check in checks if not names or check.name in wanted]
