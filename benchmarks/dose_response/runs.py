"""The training runs of the dose–response: each is resumed where it stopped, and kept when done.

A run trains to each mark of the curve in turn, and plays the test tasks there: without faults,
sampled as in training and greedily, and under its own dose. What it leaves is one file of raw
rows, an outcome a task.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from algos.configs import Config, load_config
from algos.fatal_grpo import play_tasks, train
from algos.models import load_checkpoint
from algos.recipe import Setting
from algos.recipe.stages import play_demonstrations, warm_start
from algos.rollouts.failures import failure_of, is_degenerate
from algos.rollouts.group import Rollout
from benchmarks.dose_response.world import CHECKS, HEED, Dose, dose_tasks
from searchvl_gym.leaderboard.policy_digest import weights_digest
from searchvl_gym.rollout import is_right
from searchvl_gym.tasks import TaskSet

KINDS = {
    None: ".",
    "infrastructure_cascade": "i",
    "model_cascade": "m",
    "unanswered": "u",
}
"""How an episode failed, as a letter in the raw rows."""

STARTS = "tests.json"
"""What an SFT checkpoint does in the test tasks, beside its model."""


@dataclass(frozen=True)
class Sizes:
    """How much of everything.

    Attributes:
        demonstrations: Episodes that SFT imitates.
        train: Training tasks.
        test: Test tasks, of anchors that no training task has.
        marks: Steps of the curve at which the test tasks are played; the last one ends a run.
    """

    demonstrations: int = 1024
    train: int = 1024
    test: int = 500
    marks: tuple[int, ...] = (25, 50, 100, 150, 200)


@dataclass(frozen=True)
class Job:
    """One run.

    Attributes:
        out: Directory of the whole experiment.
        config: Preset or TOML file.
        pages: Size of the Atlas.
        dose: How often calls fail in training.
        rung: `variant` or `variant:fatal_source`.
        checkpoint: Seed of the SFT checkpoint.
        seed: Of tasks, faults and sampling; runs of one seed are paired.
        sizes: See `Sizes`.
    """

    out: Path
    config: str
    pages: int | str
    dose: Dose
    rung: str
    checkpoint: int
    seed: int
    sizes: Sizes

    @property
    def name(self) -> str:
        """Of its directory and of its file of rows."""
        return f"{self.dose.name}-{self.rung.replace(':', '-')}-{self.checkpoint}-{self.seed}"

    @property
    def rows(self) -> Path:
        """Where its rows are when it is finished."""
        return self.out / "rows" / f"{self.name}.json"

    @property
    def demonstrations(self) -> Path:
        """Where the episodes are that its SFT imitates."""
        return self.out / f"demonstrations{'-announced' if self.dose.announced else ''}"

    @property
    def sft(self) -> Path:
        """Where the SFT that it starts from is; what is announced must have been seen there."""
        return self.out / f"sft-{'announced-' if self.dose.announced else ''}{self.checkpoint}"


def tasks_of(job: Job, split: str, count: int) -> TaskSet:
    """Tasks of a split, drawn once and kept beside the runs: a thousand take a minute."""
    file = job.out / f"tasks-{split}-{count}.jsonl"
    if not file.is_file():
        dose_tasks(Setting(pages=job.pages), split, count).save(file)
    return TaskSet.load(file)


def show(job: Job, workers: int) -> Path:
    """What the SFT of a job imitates, played on first use; its directory.

    The demonstrations are the same for all checkpoints. They are played without faults, or under
    the announced ones, of which they heed some.
    """
    setting = Setting(pages=job.pages)
    tasks = tasks_of(job, "train", job.sizes.demonstrations)
    habits: dict[str, float] = {"checks": CHECKS}
    faults = None
    if job.dose.announced:
        habits["heed"] = HEED
        faults = job.dose.faults(0)
    return play_demonstrations(
        setting, tasks, job.demonstrations, workers=workers, faults=faults, **habits
    )


def warm_up(job: Job) -> str:
    """Train the SFT checkpoint that a job starts from, and play its tests; in a process of its own.

    Weights and order of SFT follow from the checkpoint's seed. One thread, since the number of
    threads is part of what comes out.
    """
    import torch

    torch.set_num_threads(1)
    setting = Setting(pages=job.pages)
    loaded = load_config(job.config)
    config = Config(loaded.model, replace(loaded.sft, seed=job.checkpoint), loaded.grpo)
    checkpoint = warm_start(setting, config, job.demonstrations, job.sft, None)
    file = job.sft / STARTS
    if not file.is_file():
        tests = tasks_of(job, "test", job.sizes.test)
        write_whole(file, play_tests(checkpoint, config.grpo, setting, tests, Dose("none", 0.0)))
    return job.sft.name


def play(job: Job) -> str:
    """Train and test; in a process of its own."""
    import torch

    torch.set_num_threads(1)
    setting, sizes = Setting(pages=job.pages), job.sizes
    variant, _, source = job.rung.partition(":")
    config = replace(
        load_config(job.config).grpo,
        variant=variant,
        fatal_source=source or "any",
        seed=job.seed,
        evaluate_every=0,
    )
    training = setting.environment(
        tasks_of(job, "train", sizes.train), faults=job.dose.faults(job.seed)
    )
    tests = tasks_of(job, "test", sizes.test)
    directory = job.out / job.name
    measured: dict[str, Any] = {}
    for mark in sizes.marks:
        checkpoint = load_checkpoint(job.sft / "model")
        trained = train(checkpoint, replace(config, steps=mark), training, directory)
        measured[str(mark)] = play_tests(
            trained, replace(config, steps=mark), setting, tests, job.dose, job.seed
        )
    found = {
        "dose": job.dose.name,
        "rate": job.dose.rate,
        "rung": job.rung,
        "checkpoint": job.checkpoint,
        # A machine that adds in another order trains another checkpoint from the same seed.
        "weights": weights_digest(job.sft / "model"),
        "seed": job.seed,
        "tasks": tests.fingerprint,
        "anchors": anchors_of(tests),
        "start": first_fatal_rate(directory),
        "before": json.loads((job.sft / STARTS).read_text(encoding="utf-8")),
        "marks": measured,
    }
    write_whole(job.rows, found)
    return job.name


def write_whole(file: Path, found: dict[str, Any]) -> None:
    """Write JSON that appears whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    temporary = file.with_suffix(".writing")
    temporary.write_text(json.dumps(found) + "\n", encoding="utf-8")
    temporary.replace(file)


def play_tests(
    trained: Any, config: Any, setting: Setting, tests: TaskSet, dose: Dose, seed: int = 0
) -> dict[str, Any]:
    """Outcomes of the test tasks, one sign a task; `dosed` where there is a dose."""
    plain, faults = setting.environment(tests), dose.faults(seed)
    ways = {"sampled": (plain, None), "greedy": (plain, 0.0)}
    if faults is not None:
        ways["dosed"] = (setting.environment(tests, faults=faults), None)
    found = {}
    for name, (environment, temperature) in ways.items():
        given = replace(config, evaluation_temperature=temperature)
        found[name] = as_row(play_tasks(trained, given, environment, seed=seed * len(tests)))
    return found


def as_row(rollouts: Sequence[Rollout]) -> dict[str, Any]:
    """What is kept of a set of episodes."""
    played = [rollout.trajectory for rollout in rollouts]
    return {
        "right": "".join(str(int(is_right(each))) for each in played),
        "failure": "".join(KINDS[failure_of(rollout)] for rollout in rollouts),
        "degenerate": "".join(
            str(int(any(is_degenerate(step.text or "") for step in each.steps))) for each in played
        ),
        "turns": [len(each.steps) for each in played],
        "calls": [
            sum(step.call is not None and step.call.name != "answer" for step in each.steps)
            for each in played
        ],
    }


def anchors_of(tasks: TaskSet) -> list[int]:
    """The page that each task starts from."""
    return [task.hops[0].subject for task in tasks]


def first_fatal_rate(directory: Path, steps: int = 3) -> float:
    """Share of fatal rollouts in a run's first steps: its dose as it was met."""
    lines = (directory / "log.jsonl").read_text(encoding="utf-8").splitlines()[:steps]
    rates = [float(json.loads(line)["fatal_rate"]) for line in lines]
    return sum(rates) / len(rates)
