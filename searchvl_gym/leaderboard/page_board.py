"""What the page shows, from the entries of a board."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from searchvl_gym.leaderboard.board import Board, BoardRow, Plot, SuiteBoard
from searchvl_gym.leaderboard.judging import Ruling, make_judge
from searchvl_gym.leaderboard.naming import parse_named
from searchvl_gym.leaderboard.results import Outcome
from searchvl_gym.leaderboard.results_file import Entry, fingerprint_of
from searchvl_gym.leaderboard.standings import Standing, is_reference, standings
from searchvl_gym.leaderboard.suites import PublishedResult
from searchvl_gym.leaderboard.verdicts import FILE as VERDICTS
from searchvl_gym.leaderboard.verdicts import Verdicts
from searchvl_gym.rollout.reading import StoredTrajectories
from searchvl_gym.rollout.store import LINES

PAPER = "arXiv 2605.05185"
"""Where the published figures stand."""


def make_board(
    entries: Sequence[Entry],
    published: Mapping[str, Sequence[PublishedResult]],
    out: Path,
    *,
    command: str = "",
    settings: Mapping[str, str] | None = None,
    plots: Sequence[Plot] = (),
) -> Board:
    """The board of all entries, with what was published on the same suites.

    Args:
        entries: Measured and submitted ones.
        published: Reported figures by the suite as given on the command line.
        out: Directory of the leaderboard, for the reasons that models gave.
        command: What makes it again.
        settings: What it depends on, by name.
        plots: Curves.

    Raises:
        LeaderboardError: When the file of verdicts cannot be used.
        RolloutError: When a store cannot be read.
    """
    suites = []
    shown: set[str] = set()
    file = out / VERDICTS
    with Verdicts(file if file.exists() else None) as verdicts:
        for standing in standings(entries):
            reported = () if standing.suite in shown else published.get(standing.suite, ())
            shown.add(standing.suite)
            suites.append(_suite(standing, reported, verdicts))
    return Board(suites, fingerprint_of(entries), command, dict(settings or {}), plots)


def _suite(
    standing: Standing, reported: Sequence[PublishedResult], verdicts: Verdicts
) -> SuiteBoard:
    named = zip(standing.names, standing.entries, strict=True)
    rows = [_row(name, entry, standing, verdicts) for name, entry in named]
    alone = {row.policy for row in (entry.row for entry in standing.entries)}
    rows += [
        _row(f"{policy} (tools off)", entry, standing, verdicts)
        for policy, entry in standing.without_tools.items()
        if policy not in alone
    ]
    rows += [
        BoardRow(each.model, each.accuracy / 100, reported=PAPER, detail=each.workflow)
        for each in reported
    ]
    counts = {(entry.row.n, entry.row.clusters) for entry in standing.entries}
    about = [f"{items} items from {clusters} anchors" for items, clusters in sorted(counts)]
    about.append(f"judge: {standing.judge}")
    notes = dict.fromkeys(entry.row.note for entry in standing.entries if entry.row.note)
    return SuiteBoard(standing.suite, " · ".join([*about, *notes]), rows, standing.pairs)


def _row(name: str, entry: Entry, standing: Standing, verdicts: Verdicts) -> BoardRow:
    row = entry.row
    low, high = row.ci95 or (None, None)
    twin = standing.without_tools.get(row.policy)
    detail = [f"seed {entry.seed}"]
    if row.samples > 1:
        at_k = "" if row.pass_at_k is None else f", pass@{row.samples} {100 * row.pass_at_k:.1f}"
        detail.append(f"{row.samples} samples{at_k}")
    if entry.origin == "submitted":
        detail.append("submitted, checked item by item")
    if not row.complete:
        detail.append("incomplete: its budget is used up")
    runs = _runs(entry)
    if entry.encrypted:
        detail.append("published encrypted: its episodes stay in the store")
    figures = {
        "Turns": f"{row.turns:.1f}",
        "Tools": f"{sum(row.tools.values()):.1f}",
        "Fatal": f"{100 * row.fatal_rate:.1f} %",
        "Errors": f"{100 * row.error_rate:.1f} %",
    }
    if row.orders_seen is not None:
        figures["Orders followed"] = f"{row.orders_followed} of {row.orders_seen}"
    if row.calls:
        figures["Tokens"] = f"{row.prompt_tokens + row.completion_tokens:,}"
    return BoardRow(
        policy=name,
        accuracy=row.accuracy,
        low=low,
        high=high,
        items=row.n,
        detail=", ".join(detail),
        best=entry is standing.best,
        reference=is_reference(entry),
        unscored=row.unscored,
        unsure=row.unsure,
        judge=row.judge,
        kappa=row.kappa,
        tools_off=None if twin is None else twin.row.accuracy,
        figures=figures,
        runs=runs,
        rulings=_rulings(entry, runs, verdicts),
    )


def _runs(entry: Entry) -> tuple[Path, ...]:
    """Directories of its trajectories, where they are at hand and may be shown."""
    if entry.encrypted or entry.origin == "submitted":
        return ()
    folders = [Path(report).parent for report in entry.reports]
    return tuple(folder for folder in folders if (folder / LINES).is_file())


def _rulings(entry: Entry, runs: Sequence[Path], verdicts: Verdicts) -> list[Ruling]:
    """What was ruled on every episode of the runs, with the reasons."""
    mode = parse_named(entry.row.judge).arguments.get("mode", "response")
    rules = make_judge("rule", verdicts, mode=mode)
    found = []
    for sample, run in enumerate(runs):
        outcomes = {item.id: item.outcomes[sample] for item in entry.items
                    if sample < len(item.outcomes)}  # fmt: skip
        for trajectory in StoredTrajectories(run):
            ruled = rules.judge_all([trajectory])[0]
            outcome = outcomes.get(trajectory.task.id)
            found.append(ruled if outcome is None else _ruling(outcome, ruled, verdicts))
    return found


def _ruling(outcome: Outcome, ruled: Ruling, verdicts: Verdicts) -> Ruling:
    if not outcome.verdict:
        return replace(ruled, right=outcome.right, by="" if outcome.right is None else "rule")
    verdict = verdicts.find(outcome.verdict)
    reasoning = "" if verdict is None else verdict.reasoning
    by = "" if outcome.right is None else "llm"
    return Ruling(outcome.right, by, reasoning, outcome.rule, outcome.model, outcome.verdict)
