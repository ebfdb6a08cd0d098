"""What care and haste are worth at each dose, by the scripted player alone.

    python -m benchmarks.dose_response.mechanism [--json FILE]

Nothing is trained here: the figures fix the doses of the plan before any run. The player searches
and visits with the recipe's own tools, and its episode ends as the environment ends it: by an
answer, by three errors in a row, or after ten turns. What stands on the picture it is told, since
both behaviours read it alike.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
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
HASTES = {"care": 0.0, "haste": 1.0}


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
    answers: Answers, turns: int, task: Task, dose: Dose, haste: float, seed: Sequence[int]
) -> tuple[bool, bool, int]:
    """Whether an episode was right, whether it was fatal, and its turns."""
    policy = DemonstratorPolicy(haste=haste, checks=CHECKS)
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
        action = play.send({"text": text})
    return False, True, turns


def play_tasks(
    answers: Answers, turns: int, tasks: TaskSet, dose: Dose, haste: float, repeats: int
) -> dict[str, float]:
    """Means over every task, each played with so many streams of faults."""
    played = np.array(
        [
            play_episode(answers, turns, task, dose, haste, (number, repeat))
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
                name: play_tasks(answers, setting.max_steps, played, dose, haste, repeats)
                for name, haste in HASTES.items()
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
    for row in rows:
        care, haste = row["care"], row["haste"]
        cells = [
            f"{each['right']:.3f}, {each['fatal']:.3f}, {each['turns']:.1f}"
            for each in (care, haste)
        ]
        start = hasty * haste["fatal"] + (1 - hasty) * care["fatal"]
        gap = care["right"] - haste["right"]
        lines.append(f"| {row['dose']} | {' | '.join(cells)} | {gap:+.3f} | {start:.2f} |")
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
    rows = measure(doses, options.tasks, options.repeats)
    print(as_table(rows, HASTE), end="")
    if options.json is not None:
        options.json.write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
