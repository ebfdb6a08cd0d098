"""Lets a person mark questions without knowing where they come from.

    python -m benchmarks.question_language.reading prepare DIR NAME=TASKS.jsonl … --human FILE
    python -m benchmarks.question_language.reading show DIR --human FILE
    python -m benchmarks.question_language.reading tally DIR

`prepare` shuffles 100 questions of every set with 50 that people wrote and writes `key.json` (what
each number is) and an empty `marks.csv`. `show` prints the questions for the reader, who sees
nothing else and writes a mark beside each number: 1 understood at once, 2 at a second reading,
3 not. `tally` counts the marks of each set. What people wrote is not ours to copy: only its number
in the file is kept.
"""

from __future__ import annotations

import argparse
import csv
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.question_language.human import read_human_questions
from searchvl_gym.tasks import TaskSet

KEY, MARKS = "key.json", "marks.csv"
EACH, BY_PEOPLE = 100, 50
PEOPLE = "people"
MEANINGS = {"1": "at once", "2": "at a second reading", "3": "not"}


def prepare(folder: Path, sets: Mapping[str, Path], human: Path, seed: int = 0) -> int:
    """Draw and shuffle the questions and write the key and the empty marks.

    Args:
        folder: Where the files go.
        sets: Files of tasks by the name of their set.
        human: MM-BrowseComp's file of questions.
        seed: Of the draws.

    Returns:
        How many questions there are.

    Raises:
        ValueError: When a set has too few questions.
        FileExistsError: When there are marks already.
    """
    if (folder / MARKS).exists():
        raise FileExistsError(f"{folder / MARKS} is there already: marks are not overwritten")
    rng = np.random.default_rng(seed)
    items: list[dict[str, Any]] = []
    for name, path in sets.items():
        questions = [task.question for task in TaskSet.load(path)]
        if len(questions) < EACH:
            raise ValueError(f"{path} has {len(questions)} questions, {EACH} are needed")
        chosen = sorted(rng.permutation(len(questions))[:EACH].tolist())
        items += [{"set": name, "question": questions[number]} for number in chosen]
    by_people = len(read_human_questions(human))
    items += [
        {"set": PEOPLE, "row": number}
        for number in sorted(rng.permutation(by_people)[:BY_PEOPLE].tolist())
    ]
    shuffled = [items[place] for place in rng.permutation(len(items)).tolist()]
    folder.mkdir(parents=True, exist_ok=True)
    numbered = {str(number): item for number, item in enumerate(shuffled, 1)}
    (folder / KEY).write_text(json.dumps(numbered, indent=1, ensure_ascii=False) + "\n", "utf-8")
    with (folder / MARKS).open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(("number", "mark"))
        writer.writerows((number, "") for number in numbered)
    return len(numbered)


def show(folder: Path, human: Path) -> list[str]:
    """The numbered questions, those that people wrote decrypted in memory."""
    written = read_human_questions(human)
    key = json.loads((folder / KEY).read_text("utf-8"))
    return [
        f"{number}. {written[item['row']] if item['set'] == PEOPLE else item['question']}"
        for number, item in key.items()
    ]


def tally(folder: Path) -> dict[str, Counter[str]]:
    """How many questions of each set got each mark; "" where there is none yet.

    Raises:
        ValueError: For a mark that is none.
    """
    key = json.loads((folder / KEY).read_text("utf-8"))
    found: dict[str, Counter[str]] = {item["set"]: Counter() for item in key.values()}
    with (folder / MARKS).open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            mark = row["mark"].strip()
            if mark and mark not in MEANINGS:
                raise ValueError(f"{folder / MARKS}: number {row['number']} has the mark {mark!r}")
            found[key[row["number"]]["set"]][mark] += 1
    return found


def table(counts: Mapping[str, Counter[str]]) -> str:
    """The tally as Markdown."""
    lines = ["| set | questions | " + " | ".join(MEANINGS.values()) + " | unmarked |"]
    lines.append("|---" * (len(MEANINGS) + 3) + "|")
    for name, counter in counts.items():
        marks = [str(counter[mark]) for mark in (*MEANINGS, "")]
        lines.append(f"| {name} | {counter.total()} | {' | '.join(marks)} |")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; see the module's docstring."""
    parser = argparse.ArgumentParser(
        prog="benchmarks.question_language.reading", description=__doc__.splitlines()[0]
    )
    parser.add_argument("command", choices=("prepare", "show", "tally"))
    parser.add_argument("folder", type=Path)
    parser.add_argument("tasks", nargs="*", help="NAME=FILE of a task set")
    parser.add_argument("--human", type=Path, help="MM-BrowseComp's file of questions")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    if options.command != "tally" and options.human is None:
        parser.error("--human is needed")
    if options.command == "prepare":
        pairs = [argument.partition("=") for argument in options.tasks]
        sets = {name: Path(path) for name, _, path in pairs}
        print(f"{prepare(options.folder, sets, options.human, options.seed)} questions")
    elif options.command == "show":
        print("\n".join(show(options.folder, options.human)))
    else:
        print(table(tally(options.folder)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
