"""Questions made of an archive as they would be read: numbered, the key apart.

    python -m benchmarks.archive_questions TASKS.jsonl OUT [--most N]

Writes `OUT/questions.md` (what a reader gets: the rule of marking and the questions, nothing else)
and `OUT/key.json` (answers and titles along the path). Of tasks that differ in their words only
the first is kept. A reader writes 1 (understood at once), 2 (at a second reading) or 3 (not)
beside each number in `OUT/marks.csv`; `python -m benchmarks.archive_questions --tally OUT` counts.
"""

from __future__ import annotations

import argparse
import csv
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from searchvl_gym.tasks import TaskSet
from searchvl_gym.types import Task

RULE = """\
# Questions made of the archives

Each question was asked beside a picture, which you do not see; take it that the picture shows what
the question says. You need not know the answer. Mark each with one number: 1 when you understood
at the first reading what is asked, 2 when you had to read it twice, 3 when you do not know what is
asked or it is no English. Add a word why for every 2 and 3.
"""


def main() -> None:
    """Write the questions, or count the marks."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("tasks", nargs="?", type=Path, metavar="TASKS.jsonl")
    options.add_argument("out", nargs="?", type=Path, metavar="OUT")
    options.add_argument("--most", type=int, default=60, metavar="N")
    options.add_argument("--tally", type=Path, metavar="OUT")
    chosen = options.parse_args()
    if chosen.tally is not None:
        print(json.dumps(tally(chosen.tally)))
    elif chosen.tasks is None or chosen.out is None:
        options.error("TASKS.jsonl and OUT are needed")
    else:
        print(f"{write(TaskSet.load(chosen.tasks), chosen.out, chosen.most)} questions")


def different(tasks: Iterable[Task]) -> Iterator[Task]:
    """Tasks of which no two ask the same about the same picture in other words."""
    seen = set()
    for task in tasks:
        asked = (task.images, task.hops, task.answer)
        if asked not in seen:
            seen.add(asked)
            yield task


def write(tasks: Iterable[Task], out: Path, most: int) -> int:
    """Write questions and key; returns how many there are."""
    chosen = list(different(tasks))[:most]
    out.mkdir(parents=True, exist_ok=True)
    lines = [f"{number}. {task.question}" for number, task in enumerate(chosen, 1)]
    (out / "questions.md").write_text(f"{RULE}\n" + "\n".join(lines) + "\n", "utf-8")
    key = {
        str(number): {"answer": task.answer, "path": task.metadata["titles"]}
        for number, task in enumerate(chosen, 1)
    }
    (out / "key.json").write_text(json.dumps(key, indent=1, ensure_ascii=False) + "\n", "utf-8")
    return len(chosen)


def tally(out: Path) -> dict[str, int]:
    """How many questions got each mark."""
    with (out / "marks.csv").open(encoding="utf-8", newline="") as stream:
        return dict(Counter(row["mark"].strip() for row in csv.DictReader(stream)))


if __name__ == "__main__":
    main()
