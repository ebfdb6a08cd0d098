"""What a check is, and what it is given."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from algos.models import TinySize
from benchmarks.cuda_check.rows import Row


@dataclass(frozen=True)
class Size:
    """How large the checks are: `FULL` for a GPU, `MINIATURE` for a rehearsal on a CPU.

    Attributes:
        mask: Rows and tokens of the fatal token mask.
        lengths: Tokens of the log-probabilities.
        vocabulary: Entries of the log-probabilities.
        width: Hidden width of the log-probabilities.
        tiny: Dimensions of the tiny model.
        group: Rollouts a task of GRPO.
        warm_steps: Updates of SFT before GRPO, so that the tiny model makes calls.
        steps: Of the curves.
        prompts: Tasks a step of GRPO.
        shapes: Real shapes that are trained, by their names in `algos.models.shapes`; with
            `tiny` for the rehearsal.
        tokens: Of one update on a real shape.
        pages: Of the recipe's Atlas.
        demonstrations: Of the recipe.
        sft_steps: Of the recipe; None for the preset's.
        grpo_steps: Of the recipe; None for the preset's.
        test: Test tasks of the recipe.
    """

    mask: tuple[int, int]
    lengths: tuple[int, ...]
    vocabulary: int
    width: int
    tiny: TinySize
    group: int
    warm_steps: int
    steps: int
    prompts: int
    shapes: tuple[str, ...]
    tokens: int
    pages: int | str
    demonstrations: int
    sft_steps: int | None
    grpo_steps: int | None
    test: int


FULL = Size(
    mask=(64, 70_000),
    lengths=(8_192, 32_768),
    vocabulary=151_936,
    width=2_048,
    tiny=TinySize(),
    group=8,
    warm_steps=40,
    steps=10,
    prompts=6,
    shapes=("qwen3-vl-2b", "qwen3-vl-8b"),
    tokens=8_192,
    pages=3_000,
    demonstrations=1_024,
    sft_steps=None,
    grpo_steps=None,
    test=200,
)

MINIATURE = Size(
    mask=(4, 500),
    lengths=(64, 128),
    vocabulary=1_000,
    width=32,
    tiny=TinySize(hidden=48, layers=2, feed_forward=64, vision_hidden=32),
    group=4,
    warm_steps=4,
    steps=2,
    prompts=1,
    shapes=("tiny",),
    tokens=512,
    pages=150,
    demonstrations=2,
    sft_steps=1,
    grpo_steps=1,
    test=1,
)


@dataclass(frozen=True)
class Context:
    """What a check is given.

    Attributes:
        device: `cuda` or `cpu`.
        size: How large it is to be.
        folder: Where checks leave what later ones need; empty at the beginning of a run.
    """

    device: str
    size: Size
    folder: Path


@dataclass(frozen=True)
class Check:
    """A part of the run that has a process and a time box of its own.

    Attributes:
        name: As `--only` takes it.
        does: What it does, in a line.
        run: Yields its rows; module-level, since it is called in another process.
        share: Its part of the time, beside those of the checks that are still to come.
        reference: Runs on the CPU beside the checks before it; others wait for its files.
        dies: It ends itself by SIGKILL, and that is no failure.
        needs: Checks whose files it reads; `--only` brings them along.
    """

    name: str
    does: str
    run: Callable[[Context], Iterator[Row]]
    share: float
    reference: bool = False
    dies: bool = False
    needs: tuple[str, ...] = ()
