"""Who is ahead on a suite, and whether that is more than chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from searchvl_gym.leaderboard.comparing import Pair, Played, compare_all, find_best
from searchvl_gym.leaderboard.naming import parse_named
from searchvl_gym.leaderboard.results_file import Entry

REFERENCES = ("oracle", "demonstrator")
"""Policies that are told the way: bounds, not competitors."""


@dataclass(frozen=True)
class Standing:
    """The rows of one suite that can be compared: the same items, the same judge.

    Attributes:
        suite: As given on the command line.
        judge: As given on the command line.
        entries: With tools, in the order of the board.
        names: What each is called in the comparisons.
        pairs: Every two of them compared.
        best: Which of them is better than each competitor by more than chance, or None.
        without_tools: The same policies without tools, by name.
    """

    suite: str
    judge: str
    entries: tuple[Entry, ...]
    names: tuple[str, ...]
    pairs: tuple[Pair, ...]
    best: Entry | None
    without_tools: dict[str, Entry]


def standings(entries: Sequence[Entry]) -> list[Standing]:
    """Compare what can be compared, suite by suite, in the order of the board."""
    groups: dict[tuple[str, str, str], list[Entry]] = {}
    for entry in entries:
        row = entry.row
        groups.setdefault((row.suite, row.items, row.judge), []).append(entry)
    return [_standing(suite, judge, group) for (suite, _, judge), group in groups.items()]


def is_reference(entry: Entry) -> bool:
    """Whether the policy is told the way."""
    return parse_named(entry.row.policy).name in REFERENCES


def _standing(suite: str, judge: str, group: Sequence[Entry]) -> Standing:
    armed = tuple(entry for entry in group if not entry.row.tools_off)
    policies = [entry.row.policy for entry in armed]
    names = tuple(
        policy if policies.count(policy) == 1 else _told_apart(entry)
        for policy, entry in zip(policies, armed, strict=True)
    )
    played = [_played(name, entry) for name, entry in zip(names, armed, strict=True)]
    pairs = compare_all([each for each in played if each.outcomes])
    best = find_best(played, pairs)
    return Standing(
        suite=suite,
        judge=judge,
        entries=armed,
        names=names,
        pairs=tuple(pairs),
        best=None if best is None else armed[names.index(best)],
        without_tools={entry.row.policy: entry for entry in group if entry.row.tools_off},
    )


def _told_apart(entry: Entry) -> str:
    row = entry.row
    samples = f", {row.samples} samples" if row.samples > 1 else ""
    handed = ", submitted" if entry.origin == "submitted" else ""
    return f"{row.policy} (seed {entry.seed}{samples}{handed})"


def _played(name: str, entry: Entry) -> Played:
    outcomes = {
        (item.id, sample): float(outcome.right)
        for item in entry.items
        for sample, outcome in enumerate(item.outcomes)
        if outcome.right is not None
    }
    clusters = {
        (item.id, sample): item.cluster
        for item in entry.items
        for sample in range(len(item.outcomes))
    }
    return Played(name, dict(outcomes), dict(clusters), is_reference(entry))
