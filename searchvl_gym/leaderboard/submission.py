"""Results that somebody hands in: checked against the suite, item by item, before they count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

from searchvl_gym.leaderboard.errors import LeaderboardError
from searchvl_gym.leaderboard.judging import make_judge
from searchvl_gym.leaderboard.naming import RULES, parse_named
from searchvl_gym.leaderboard.results import Item, Labels, item_of, make_row
from searchvl_gym.leaderboard.results_file import Entry, clear_items, read_results
from searchvl_gym.leaderboard.suites import find_suite
from searchvl_gym.leaderboard.suites.suite import filed_under
from searchvl_gym.leaderboard.verdicts import Verdicts
from searchvl_gym.rollout.usage import Usage
from searchvl_gym.tasks import TaskSet


def check_submission(path: Path, adapters: Sequence[Path] = ()) -> list[Entry]:
    """The entries of a file, if every one of them holds.

    Each row is made again from its items, the items are compared with the suite's own tasks, and
    where rules judged, each answer is judged again.

    Raises:
        LeaderboardError: When something does not hold, with what and where.
    """
    entries = read_results(path)
    if not entries:
        raise LeaderboardError(f"{path} holds no results")
    checked = []
    for entry in entries:
        where = f"{path}: {entry.row.policy} on {entry.row.suite}"
        try:
            _check(entry, adapters)
        except ValueError as error:
            raise LeaderboardError(f"{where}: {error}") from None
        checked.append(replace(entry, origin="submitted"))
    return checked


def merge(entries: Sequence[Entry], more: Sequence[Entry]) -> list[Entry]:
    """The entries of a board with those that are handed in.

    Raises:
        LeaderboardError: When the board has one of them already.
    """
    known = {entry.key for entry in entries}
    for entry in more:
        if entry.key in known:
            row = entry.row
            raise LeaderboardError(f"the board has {row.policy} on {row.suite} already")
        known.add(entry.key)
    return [*entries, *more]


def _check(entry: Entry, adapters: Sequence[Path]) -> None:
    row = entry.row
    labels = Labels(
        policy=row.policy,
        suite=row.suite,
        judge=row.judge,
        samples=row.samples,
        world=row.world,
        complete=row.complete,
        tools_off=row.tools_off,
        note=row.note,
        cost=row.cost,
        usage=Usage(row.calls, row.prompt_tokens, row.completion_tokens),
    )
    again = asdict(make_row(entry.items, labels))
    for name, value in asdict(row).items():
        if value != again[name]:
            raise ValueError(f"it says {name} {value}, but its items come to {again[name]}")
    if not row.complete:
        raise ValueError("it is incomplete: a budget ended it; go on and hand it in then")
    if row.unscored:
        raise ValueError(f"it is incomplete: {row.unscored} samples are unscored; play them again")
    named = parse_named(row.suite)
    suite = find_suite(named.name, adapters)
    world, tasks = suite.load(named.arguments, episodes=None)
    if (own := filed_under(world, tasks)) != row.world:
        raise ValueError(f"it was played in the world {row.world[:12]}, the suite's is {own[:12]}")
    _check_items(clear_items(entry), tasks, row.samples, row.judge)


def _check_items(items: Sequence[Item], tasks: TaskSet, samples: int, judged_by: str) -> None:
    """Compare items with the suite's tasks, and let the rules judge their answers again."""
    named = parse_named(judged_by)
    mode = named.arguments.get("mode", "response")
    rules = make_judge(RULES.name, Verdicts(), mode=mode)
    if len(items) != len(tasks):
        raise ValueError(f"it is incomplete: {len(items)} items of {len(tasks)}")
    for item, task in zip(items, tasks, strict=True):
        expected = item_of(task, [])
        if (item.id, item.digest) != (expected.id, expected.digest):
            raise ValueError(f"item {item.id} is not the suite's {expected.id}")
        if len(item.outcomes) != samples:
            raise ValueError(f"item {item.id} has {len(item.outcomes)} samples of {samples}")
        for outcome in item.outcomes:
            ruling = rules.judge(task, None if outcome.fatal else outcome.answer)
            by_model = outcome.verdict and named.name != RULES.name
            right = outcome.model if by_model else ruling.right
            if outcome.rule is not ruling.rule or outcome.right is not right:
                told = "right" if outcome.right else "wrong"
                raise ValueError(
                    f"item {item.id} is said to be {told}, the rules find otherwise; "
                    "play with the same version of this package"
                )
