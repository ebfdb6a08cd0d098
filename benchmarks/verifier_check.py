"""How often is the rule verifier right: `python -m benchmarks.verifier_check [--pairs FILE]`.

A pair is a reference answer and a response with a label that a person gave. The committed pairs
(`benchmarks/answers/*.jsonl`) were labelled before the verifier had seen them. An unsure verdict
counts as wrong, as it does in the reward, and is reported apart.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from searchvl_gym.rewards.accuracy import verify
from searchvl_gym.types import Task

COMMITTED = Path(__file__).parent / "answers"
REPEATS = 5
"""Times that every pair is judged to measure the time; the quickest pass counts."""


@dataclass(frozen=True)
class Pair:
    """A response, the answer it is compared with, and whether it is right.

    Attributes:
        task: Holds the reference answer, its aliases, its kind and the question.
        response: What a model said.
        right: The label.
        group: What the pair tries out; the kind of the answer where the file does not say.
    """

    task: Task
    response: str
    right: bool
    group: str


@dataclass
class Counts:
    """A confusion table.

    Attributes:
        true_right: Right responses that were accepted.
        false_right: Wrong ones that were accepted.
        true_wrong: Wrong ones that were refused.
        false_wrong: Right ones that were refused, unsure ones among them.
        unsure: Responses of either label that the verifier is unsure of.
    """

    true_right: int = 0
    false_right: int = 0
    true_wrong: int = 0
    false_wrong: int = 0
    unsure: int = 0

    def add(self, *, label: bool, verdict: bool | None) -> None:
        """Count one more pair."""
        if verdict:
            self.true_right += label
            self.false_right += not label
        else:
            self.false_wrong += label
            self.true_wrong += not label
        self.unsure += verdict is None

    @property
    def precision(self) -> float:
        """Share of the accepted responses that are right; 1 when none was accepted."""
        accepted = self.true_right + self.false_right
        return self.true_right / accepted if accepted else 1.0

    @property
    def recall(self) -> float:
        """Share of the right responses that were accepted; 1 when there are none."""
        right = self.true_right + self.false_wrong
        return self.true_right / right if right else 1.0


def read_pairs(path: Path) -> list[Pair]:
    """The pairs of a JSONL file, or of all such files of a folder in the order of their names.

    Raises:
        ValueError: When a line is no pair; the message says which.
    """
    files = sorted(path.glob("*.jsonl")) if path.is_dir() else [path]
    pairs = []
    for file in files:
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            try:
                row = json.loads(line)
                task = Task(
                    f"{file.stem}:{number}",
                    row["question"],
                    row["gold"],
                    aliases=tuple(row["aliases"]),
                    answer_kind=row["kind"],
                )
                label = {True: True, False: False}[row["right"]]
                pairs.append(Pair(task, row["response"], label, row.get("group", row["kind"])))
            except (ValueError, KeyError, TypeError) as error:
                raise ValueError(f"{file}:{number} is no pair: {error!r}") from error
    if not pairs:
        raise ValueError(f"{path} holds no pairs")
    return pairs


def judge(pairs: Iterable[Pair]) -> tuple[dict[str, Counts], list[tuple[Pair, str]]]:
    """Confusion tables by group, with `all`, and the pairs on which verdict and label differ."""
    tables: dict[str, Counts] = defaultdict(Counts)
    mistakes = []
    for pair in pairs:
        verdict = verify(pair.response, pair.task)
        for name in ("all", pair.group):
            tables[name].add(label=pair.right, verdict=verdict.right)
        if bool(verdict.right) != pair.right:
            mistakes.append((pair, verdict.reason))
    return dict(tables), mistakes


def microseconds_a_pair(pairs: Sequence[Pair]) -> float:
    """Processor time of one verdict, with everything loaded that is loaded once."""
    passes = []
    for _ in range(REPEATS):
        start = time.process_time()
        for pair in pairs:
            verify(pair.response, pair.task)
        passes.append(time.process_time() - start)
    return 1e6 * min(passes) / len(pairs)


def table_of(tables: Mapping[str, Counts]) -> str:
    """The confusion tables as text, a line a group."""
    names = [*sorted(tables.keys() - {"all"}), "all"]
    width = max(map(len, names))
    lines = [
        f"{'group':{width}}  pairs  accepted: right  wrong  refused: right  wrong  unsure"
        "  precision  recall"
    ]
    for name in names:
        one = tables[name]
        pairs = one.true_right + one.false_right + one.true_wrong + one.false_wrong
        lines.append(
            f"{name:{width}}  {pairs:5}  {one.true_right:15}  {one.false_right:5}"
            f"  {one.false_wrong:14}  {one.true_wrong:5}  {one.unsure:6}"
            f"  {one.precision:9.3f}  {one.recall:6.3f}"
        )
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Judge the pairs and print the tables; the last line is JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--pairs",
        type=Path,
        default=COMMITTED,
        help="a JSONL file or a folder of them (%(default)s)",
    )
    parser.add_argument("--json", action="store_true", help="print the last line only")
    options = parser.parse_args(arguments)
    try:
        pairs = read_pairs(options.pairs)
    except (OSError, ValueError) as error:
        print(f"verifier_check: {error}", file=sys.stderr)
        return 2
    tables, mistakes = judge(pairs)
    time_a_pair = microseconds_a_pair(pairs)
    if not options.json:
        for pair, reason in mistakes:
            said = "right, labelled wrong" if not pair.right else f"{reason}, labelled right"
            print(f"{pair.task.id} {pair.task.answer!r} <- {pair.response!r}: {said}")
        print(table_of(tables))
        print(f"{time_a_pair:.0f} µs a pair")
    result = {
        "pairs": len(pairs),
        "precision": round(tables["all"].precision, 4),
        "recall": round(tables["all"].recall, 4),
        "unsure": tables["all"].unsure,
        "microseconds_a_pair": round(time_a_pair, 1),
        "groups": {
            name: asdict(one)
            | {"precision": round(one.precision, 4), "recall": round(one.recall, 4)}
            for name, one in sorted(tables.items())
        },
    }
    print(json.dumps(result))
    return 0


if __name__ == "__main__":
    sys.exit(main())
