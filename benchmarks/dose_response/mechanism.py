"""What care, haste and heed are worth at each dose, by the scripted player alone.

    python -m benchmarks.dose_response.mechanism [--json FILE]

Nothing is trained here: the figures fix the doses of the plan before any run. The player searches
and visits with the recipe's own tools, and its episode ends as the environment ends it: by an
answer, by three errors in a row, or after ten turns. What stands on the picture it is told, since
both behaviours read it alike.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from algos.recipe import DemonstratorPolicy, Setting, brief_suite
from algos.recipe.demonstrator import HASTE
from benchmarks.dose_response.world import CHECKS, Dose, dose_tasks
from searchvl_gym.fatal import DEFAULT_K
from searchvl_gym.rewards.accuracy import verify
from searchvl_gym.tasks import TaskSet
from searchvl_gym.tools import ToolContext
from searchvl_gym.types import Image, Task, ToolCall, ToolError

RATES = (0.0, 0.3, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9)
CONTROL_RATES = (0.3, 0.45, 0.6)
ANNOUNCED_RATES = (0.3, 0.5)
HASTES = {"care": {"haste": 0.0}, "haste": {"haste": 1.0}}
HEEDING = {"heeding": {"heed": 1.0}, "ignoring": {"heed": 0.0}}
"""Behaviours where outages are announced, with the haste of the demonstrations."""


class NoPictures:
    """Searching and visiting look at no picture."""

    def get(self, name: str) -> Image:
        """See `ImageSource.get`."""
        raise KeyError(name)

    def names(self) -> tuple[str, ...]:
        """See `ImageSource.names`."""
        return ()


class Answers:
    """What the tools say when they work; the same call is answered once.

    Args:
        setting: Its world is searched.
    """

    def __init__(self, setting: Setting) -> None:
        self._suite = brief_suite()
        self._context = ToolContext(NoPictures(), setting.worlds().at(0))
        self._known: dict[tuple[str, ...], str | ToolError] = {}

    def give(self, call: ToolCall, task: Task) -> str:
        """The text of a call's result.

        Raises:
            ToolError: The tool's own.
        """
        if call.name == "layout_parsing":
            return f"text: {task.metadata['shown']}"
        key = (call.name, *(f"{name}={value}" for name, value in sorted(call.arguments.items())))
        if key not in self._known:
            try:
                self._known[key] = self._suite.run(call, self._context).text
            except ToolError as error:
                self._known[key] = error
        found = self._known[key]
        if isinstance(found, ToolError):
            raise found
        return found


def play_episode(
    answers: Answers,
    turns: int,
    task: Task,
    dose: Dose,
    behaviour: Mapping[str, float],
    seed: Sequence[int],
) -> tuple[bool, bool, int]:
    """Whether an episode was right, whether it was fatal, and its turns."""
    policy = DemonstratorPolicy(checks=CHECKS, **behaviour)  # type: ignore[arg-type]
    rng = np.random.default_rng([*seed, 0])
    faults = dose.faults(0)
    stream = None if faults is None else faults.stream(np.random.default_rng([*seed, 1]))
    play = policy.play(task, {"text": ""}, rng)
    action, errors = next(play), 0
    for turn in range(1, turns + 1):
        assert isinstance(action, ToolCall)
        if action.name == "answer":
            return bool(verify(str(action.arguments["text"]), task).right), False, turn
        try:
            fault = None if stream is None else stream.draw(action.name)
            if fault is not None:
                raise fault
            text = answers.give(action, task)
            errors = 0
        except ToolError as error:
            text, errors = f"Error ({error.kind}): {error.message}", errors + 1
            if errors == DEFAULT_K:
                return False, True, turn
        if turn == 1 and stream is not None:
            text += f"\n{stream.notice}"
        action = play.send({"text": text})
    return False, True, turns


def play_tasks(
    answers: Answers,
    turns: int,
    tasks: TaskSet,
    dose: Dose,
    behaviour: Mapping[str, float],
    repeats: int,
) -> dict[str, float]:
    """Means over every task, each played with so many streams of faults."""
    played = np.array(
        [
            play_episode(answers, turns, task, dose, behaviour, (number, repeat))
            for number, task in enumerate(tasks)
            for repeat in range(repeats if dose.rate else 1)
        ],
        float,
    )
    names = ("right", "fatal", "turns")
    return dict(zip(names, map(float, played.mean(axis=0)), strict=True))


def measure(doses: Sequence[Dose], tasks: int, repeats: int) -> list[dict[str, Any]]:
    """Both behaviours at each dose."""
    setting = Setting()
    played = dose_tasks(setting, "validation", tasks)
    answers = Answers(setting)
    return [
        {
            "dose": dose.name,
            "rate": dose.rate,
            "tools": list(dose.tools),
            **{
                name: play_tasks(answers, setting.max_steps, played, dose, behaviour, repeats)
                for name, behaviour in (HEEDING if dose.announced else HASTES).items()
            },
        }
        for dose in doses
    ]


def as_table(rows: Sequence[dict[str, Any]], hasty: float) -> str:
    """The figures as Markdown.

    Args:
        rows: From `measure`.
        hasty: Share of hasty play at the start of training.
    """
    lines = [
        "| outages | care: right, fatal, turns | haste: right, fatal, turns | care − haste | fatal "
        "at the start |",
        "|---|---|---|---|---|",
    ]
    for row in (row for row in rows if "care" in row):
        care, haste = row["care"], row["haste"]
        cells = [
            f"{each['right']:.3f}, {each['fatal']:.3f}, {each['turns']:.1f}"
            for each in (care, haste)
        ]
        start = hasty * haste["fatal"] + (1 - hasty) * care["fatal"]
        gap = care["right"] - haste["right"]
        lines.append(f"| {row['dose']} | {' | '.join(cells)} | {gap:+.3f} | {start:.2f} |")
    lines += ["", "| outages | heeding: right, fatal, turns | ignoring: right, fatal, turns |"]
    lines += ["|---|---|---|"]
    for row in (row for row in rows if "heeding" in row):
        cells = [
            f"{row[name]['right']:.3f}, {row[name]['fatal']:.3f}, {row[name]['turns']:.1f}"
            for name in HEEDING
        ]
        lines.append(f"| {row['dose']} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; returns the exit status."""
    parser = argparse.ArgumentParser(description="What care and haste are worth at each dose.")
    parser.add_argument("--tasks", type=int, default=100, help="(%(default)s)")
    parser.add_argument("--repeats", type=int, default=10, help="streams a task (%(default)s)")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    options = parser.parse_args(arguments)
    doses = [Dose(f"visit {rate:g}", rate) for rate in RATES]
    doses += [Dose(f"all tools {rate:g}", rate, ()) for rate in CONTROL_RATES]
    doses += [Dose(f"announced {rate:g}", rate, announced=True) for rate in ANNOUNCED_RATES]
    rows = measure(doses, options.tasks, options.repeats)
    print(as_table(rows, HASTE), end="")
    if options.json is not None:
        options.json.write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
