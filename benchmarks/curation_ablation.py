"""What each part of the curation is good for: shortcut rates with one part switched off.

    python -m benchmarks.curation_ablation [--world PATH|SIZE] [--n N] [--seed S] [--out FOLDER]

The same world and seed; the first `n` tasks of each variant:

- `no filtering`: everything but the filters;
- `full`: what the filters leave of those;
- `no grounding`: the anchor is named in the question;
- `no fuzzing`: the bridges are named in the question;
- `no hub avoidance`: paths may run through any page;
- `anchor = answer`: the picture shows the page that is asked for.

The last four are without filters too, which would hide the harm: compare with `no filtering`.

Each set is played by the policies that the filters use. `names a page`: the question names a page
of the path, so one may begin without the picture. `one search for the name`: searching for such a
name and what is asked shows the answer. `commonest answer`: the commonest answer to the same thing
asked, among the other tasks, is right. `last pages a task`: how many different pages the answers
come from.

Guesses need no policy to play, so a second table takes `--guesses` tasks a variant, all without
filters: how often the commonest answer is right, and in which share of the tasks one of the ten
commonest last pages gives it.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from benchmarks.curation_variants import VARIANTS, make_tasks
from benchmarks.speed.figures import write_json
from searchvl_gym.commands.curate import open_or_build
from searchvl_gym.curation.proofs.filters import FILTERS, make_environment, play
from searchvl_gym.episode import EpisodePictures
from searchvl_gym.rollout.registry import make
from searchvl_gym.tasks.paths import contains_words
from searchvl_gym.tools import ToolContext
from searchvl_gym.tools.text_search import DEFAULT_TOP_K, TextSearch
from searchvl_gym.types import Task
from searchvl_gym.world import World


@dataclass(frozen=True)
class Rates:
    """Shares of a set of tasks.

    Attributes:
        variant: Its name.
        tasks: How many.
        no_tool: Solved without tools.
        image_search: Solved by one image search; None where there is no image index.
        text_search: Solved by one text search and a weak reader.
        text_result: The answer stands in the result of one text search.
        named: The question names a page of the path.
        named_search: One search for such a name and what is asked shows the answer.
        commonest: Solved by the commonest answer to the same thing asked.
        last_pages: Different pages that the answers come from, by task.
        hops: Mean number of facts between picture and answer.
    """

    variant: str
    tasks: int
    no_tool: float
    image_search: float | None
    text_search: float
    text_result: float
    named: float
    named_search: float
    commonest: float
    last_pages: float
    hops: float


@dataclass(frozen=True)
class Guesses:
    """What can be guessed from the other tasks of a set.

    Attributes:
        variant: Its name.
        tasks: How many.
        commonest: Solved by the commonest answer to the same thing asked.
        ten_pages: Share of the tasks whose answer comes from one of the ten commonest pages.
    """

    variant: str
    tasks: int
    commonest: float
    ten_pages: float


def guess(variant: str, tasks: Sequence[Task]) -> Guesses:
    """The guesses of a variant."""
    last = Counter(task.metadata["curation"]["path"][-1] for task in tasks)
    ten = sum(count for _, count in last.most_common(10))
    return Guesses(variant, len(tasks), commonest(tasks), ten / len(tasks))


def measure(world: World, variant: str, tasks: Sequence[Task]) -> tuple[Rates, list[bool]]:
    """Let the filters' policies play; also which tasks none of them solves or is shown."""
    searchable = (world.path / "image_index").exists()
    answered: dict[str, list[bool]] = {}
    shown: dict[str, list[bool]] = {}
    policies = {
        "no_tool": "no_tool",
        "text_search": "one_text_search",
        "image_search": "one_image_search",
    }
    for name, tool in FILTERS.items():
        if name == "image_search" and not searchable:
            continue
        policy, environment = make(policies[name]), make_environment(world, tool)
        results = [
            next(play(policy, [environment], [task], [np.random.default_rng([1, number])]))
            for number, task in enumerate(tasks)
        ]
        answered[name] = [result.answered for result in results]
        shown[name] = [result.shown for result in results]
    left = [
        not any(answered[name][number] or shown[name][number] for name in answered)
        for number in range(len(tasks))
    ]
    return _rates(world, variant, tasks, answered, shown), left


def _rates(
    world: World,
    variant: str,
    tasks: Sequence[Task],
    answered: dict[str, list[bool]],
    shown: dict[str, list[bool]],
) -> Rates:
    images = answered.get("image_search")
    last = {task.metadata["curation"]["path"][-1] for task in tasks}
    return Rates(
        variant,
        len(tasks),
        float(np.mean(answered["no_tool"])),
        None if images is None else float(np.mean(images)),
        float(np.mean(answered["text_search"])),
        float(np.mean(shown["text_search"])),
        float(np.mean([bool(names_in(task)) for task in tasks])),
        float(np.mean([found_by_name(world, task) for task in tasks])),
        commonest(tasks),
        len(last) / len(tasks),
        float(np.mean([len(task.hops) for task in tasks])),
    )


def names_in(task: Task) -> list[str]:
    """Titles of the path that stand in the question."""
    return [title for title in task.metadata["titles"] if contains_words(task.question, title)]


def found_by_name(world: World, task: Task) -> bool:
    """Whether one search for a name in the question and for what is asked shows the answer."""
    tool, context = TextSearch(), ToolContext(EpisodePictures(()), world)
    for name in names_in(task):
        result = tool.search(f"{name} {task.metadata['labels'][-1]}", DEFAULT_TOP_K, context)
        if contains_words(result.text, task.metadata["curation"]["value"]):
            return True
    return False


def commonest(tasks: Sequence[Task]) -> float:
    """Share that the commonest answer to the same thing asked, in the other tasks, gets right."""
    answers: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for task in tasks:
        answers[_asked(task)][task.answer] += 1
    right = 0
    for task in tasks:
        others = answers[_asked(task)] - Counter([task.answer])
        right += bool(others) and others.most_common(1)[0][0] == task.answer
    return right / len(tasks)


def _asked(task: Task) -> str:
    ask = task.metadata["curation"]["ask"]["relation"]
    return str(ask or task.hops[-1].relation)


COLUMNS = {
    "no_tool": "no tool",
    "image_search": "one image search",
    "text_search": "one text search",
    "text_result": "answer in its result",
    "named": "names a page",
    "named_search": "one search for the name",
    "commonest": "commonest answer",
    "last_pages": "last pages a task",
    "hops": "mean hops",
}


def as_table(rows: Sequence[Rates]) -> str:
    """The rates as a Markdown table."""
    lines = [
        f"| variant | tasks | {' | '.join(COLUMNS.values())} |",
        "|" + "---|" * (len(COLUMNS) + 2),
    ]
    for row in rows:
        values = [getattr(row, name) for name in COLUMNS]
        shares = ["–" if value is None else f"{value:.3f}" for value in values[:-1]]
        lines.append(f"| {row.variant} | {row.tasks} | {' | '.join(shares)} | {values[-1]:.2f} |")
    return "\n".join(lines) + "\n"


def as_guess_table(rows: Sequence[Guesses]) -> str:
    """The guesses as a Markdown table."""
    lines = [
        "| variant | tasks | commonest answer | ten commonest last pages |",
        "|---|---|---|---|",
    ]
    lines += [f"| {r.variant} | {r.tasks} | {r.commonest:.3f} | {r.ten_pages:.3f} |" for r in rows]
    return "\n".join(lines) + "\n"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; see the module's docstring."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--world", default="mini", help="a directory or a size (%(default)s)")
    parser.add_argument("--n", type=int, default=300, help="tasks a variant (%(default)s)")
    parser.add_argument(
        "--guesses", type=int, default=2000, help="tasks a variant to guess at (%(default)s)"
    )
    parser.add_argument("--seed", type=int, default=0, help="%(default)s")
    parser.add_argument(
        "--out", type=Path, default=Path("docs/results"), help="folder (%(default)s)"
    )
    options = parser.parse_args(arguments)
    world = open_or_build(options.world)
    rows: list[Rates] = []
    guesses: list[Guesses] = []
    for variant in VARIANTS:
        made = list(make_tasks(world, variant, max(options.n, options.guesses), options.seed))
        tasks = made[: options.n]
        rates, left = measure(world, variant.name, tasks)
        if variant.name == "full":
            kept = [task for task, good in zip(tasks, left, strict=True) if good]
            rows.append(measure(world, "full", kept)[0])
            rates = replace(rates, variant="no filtering")
        rows.append(rates)
        guesses.append(guess(rates.variant, made[: options.guesses]))
        print(f"{variant.name}: done", file=sys.stderr, flush=True)
    table = f"{as_table(rows)}\n{as_guess_table(guesses)}"
    print(table)
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "curation-ablation.md").write_text(table, encoding="utf-8")
    record = {"world": world.fingerprint, "n": options.n, "seed": options.seed}
    write_json(
        options.out / "curation-ablation.json",
        {
            **record,
            "variants": [{**vars(row)} for row in rows],
            "guesses": [{**vars(row)} for row in guesses],
        },
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
