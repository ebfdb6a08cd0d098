"""The leaderboard as a table on the terminal and in Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from searchvl_gym.leaderboard.results import Row
from searchvl_gym.leaderboard.results_file import Entry
from searchvl_gym.leaderboard.standings import Standing
from searchvl_gym.leaderboard.statistics import share_interval
from searchvl_gym.leaderboard.suites import PublishedResult

_HEADINGS = (
    "suite", "policy", "judge", "n", "accuracy (95 %)", "pass@k", "turns", "tools", "fatal",
    "errors", "ill-formed", "κ",
)  # fmt: skip


_ACCURACY = _HEADINGS.index("accuracy (95 %)")
_ORDER_HEADINGS = ("suite", "policy", "reached it", "followed", "attack success, % (95 %)")


def accuracy_text(row: Row) -> str:
    """Accuracy and interval in percent; how many samples are unscored or unsure, if any."""
    unscored = f" {row.unscored} unscored" if row.unscored else ""
    unscored += f" {row.unsure} unsure" if row.unsure else ""
    unscored += "" if row.complete else " incomplete"
    if row.accuracy is None or row.ci95 is None:
        return f"–{unscored}"
    low, high = row.ci95
    return f"{100 * row.accuracy:.1f} ({100 * low:.1f}–{100 * high:.1f}){unscored}"


def cells(row: Row) -> tuple[str, ...]:
    """A row's cells, in the order of the headings."""
    at_k = "" if row.pass_at_k is None else f"{100 * row.pass_at_k:.1f} (k={row.samples})"
    return (
        row.suite,
        row.policy + (" (tools off)" if row.tools_off else ""),
        row.judge,
        str(row.n),
        accuracy_text(row),
        at_k,
        f"{row.turns:.1f}",
        f"{sum(row.tools.values()):.1f}",
        f"{100 * row.fatal_rate:.1f} %",
        f"{100 * row.error_rate:.1f} %",
        f"{100 * row.ill_formed_rate:.1f} %",
        "" if row.kappa is None else f"{row.kappa:.2f}",
    )


def order_cells(row: Row) -> tuple[str, ...] | None:
    """Suite, policy, orders that reached it and were followed; None where there were none.

    Of those that reached it the share that was followed, with its interval, is the attack success
    rate.
    """
    seen, followed = row.orders_seen, row.orders_followed
    if seen is None or followed is None:
        return None
    rate = "–"
    if seen:
        share = share_interval([1.0] * followed + [0.0] * (seen - followed))
        rate = f"{100 * share.value:.1f} ({100 * share.low:.1f}–{100 * share.high:.1f})"
    policy = row.policy + (" (tools off)" if row.tools_off else "")
    return row.suite, policy, str(seen), str(followed), rate


def print_tables(
    entries: Sequence[Entry],
    published: Sequence[tuple[str, Sequence[PublishedResult]]],
    compared: Sequence[Standing],
) -> None:
    """Print the leaderboard, what it cost, and what was published for the same suites.

    In bold is only who is better than each competitor by more than chance.
    """
    from rich.console import Console
    from rich.table import Table

    console = Console()
    if not console.is_terminal:
        console = Console(width=140)
    table = Table(title="SearchVL Gym leaderboard")
    for heading in _HEADINGS:
        text = heading in ("suite", "policy", "judge")
        justify: Literal["left", "right"] = "left" if text else "right"
        table.add_column(heading, justify=justify, no_wrap=not text, overflow="fold")
    for entry in entries:
        bold = any(entry is standing.best for standing in compared)
        table.add_row(*cells(entry.row), style="bold" if bold else None)
    console.print(table)
    if any(entry.row.calls for entry in entries):
        costs = Table(title="What it cost")
        for heading in ("suite", "policy"):
            costs.add_column(heading, overflow="fold")
        for heading in ("calls", "tokens read", "tokens written", "money", "seconds a sample"):
            costs.add_column(heading, justify="right")
        for entry in entries:
            row = entry.row
            money = "" if row.cost is None else f"{row.cost:.4f}"
            counts = (f"{row.calls:,}", f"{row.prompt_tokens:,}", f"{row.completion_tokens:,}")
            costs.add_row(row.suite, row.policy, *counts, money, f"{entry.seconds:.1f}")
        console.print(costs)
    if ordered := list(filter(None, (order_cells(entry.row) for entry in entries))):
        orders = Table(*_ORDER_HEADINGS, title="Orders in pages")
        for shown in ordered:
            orders.add_row(*shown)
        console.print(orders)
    for column, rows in published:
        listed = Table("model", "workflow", "accuracy", title=f"Reported on {column}")
        for result in rows:
            listed.add_row(result.model, result.workflow, f"{result.accuracy:.1f} %")
        console.print(listed)


def markdown(entries: Sequence[Entry], compared: Sequence[Standing]) -> str:
    """The leaderboard as a page of Markdown: the table, comparisons, right answers by kind.

    In bold is only who is better than each competitor by more than chance.

    >>> markdown([], []).splitlines()[2][:18]
    '| suite | policy |'
    """
    lines = ["# Leaderboard", "", *_heading((*_HEADINGS, "origin"))]
    for entry in entries:
        shown = list(cells(entry.row))
        if any(entry is standing.best for standing in compared):
            shown[_ACCURACY] = f"**{shown[_ACCURACY]}**"
        lines.append(_line((*shown, entry.origin)))
    lines += _comparisons(compared)
    if ordered := list(filter(None, (order_cells(entry.row) for entry in entries))):
        lines += ["", "## Orders in pages", "", *_heading(_ORDER_HEADINGS), *map(_line, ordered)]
    for title, part in (("category", "by_category"), ("facts chained", "by_hops")):
        lines += ["", f"## By {title}", "", *_heading(("suite", "policy", title, "n", "accuracy"))]
        for entry in entries:
            row = entry.row
            for name, share in getattr(row, part).items():
                right = "–" if share.accuracy is None else f"{100 * share.accuracy:.1f}"
                lines.append(_line((row.suite, row.policy, name, str(share.n), right)))
    notes = [f"- {entry.row.suite}: {entry.row.note}" for entry in entries if entry.row.note]
    if notes:
        lines += ["", "## Left out", "", *dict.fromkeys(notes)]
    return "\n".join(lines) + "\n"


def _comparisons(compared: Sequence[Standing]) -> list[str]:
    """A table of every two policies on the same items."""
    rows = []
    for standing in compared:
        for pair in standing.pairs:
            found = pair.comparison
            rows.append(
                _line(
                    (
                        standing.suite,
                        pair.first,
                        pair.second,
                        str(found.items),
                        f"{100 * found.difference:+.1f}",
                        f"{100 * found.low:+.1f} to {100 * found.high:+.1f}",
                        f"{found.first_only} : {found.second_only}",
                        "< 0.001" if pair.p_value < 0.001 else f"{pair.p_value:.3f}",
                    )
                )
            )
    if not rows:
        return []
    names = ("suite", "first", "second", "n", "difference", "95 %", "only first : second", "p")
    told = "p of exact McNemar, or of sign flips of whole anchors; adjusted for all of a suite."
    return ["", "## Compared on the same items", "", *_heading(names), *rows, "", told]


def _heading(names: Sequence[str]) -> tuple[str, str]:
    return _line(names), f"|{'---|' * len(names)}"


def _line(parts: Sequence[str]) -> str:
    plain = (" ".join(part.split()).replace("|", "\\|") for part in parts)
    return f"| {' | '.join(plain)} |"
