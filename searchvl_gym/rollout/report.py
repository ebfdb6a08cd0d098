"""The report of a run: one HTML page that needs no network and no script."""

from __future__ import annotations

from html import escape
from pathlib import Path

import msgspec

from searchvl_gym.rollout.record import RunRecord, replace_file
from searchvl_gym.rollout.report_episode import classes_of, episode_article, index_row
from searchvl_gym.rollout.report_pictures import PictureSheet
from searchvl_gym.rollout.report_style import STYLE
from searchvl_gym.rollout.store import Store
from searchvl_gym.rollout.summary import Summary

FILE = "report.html"
MAX_EPISODES = 500
"""Most episodes on the page; beyond it a browser becomes slow. The store holds them all."""

MAX_TURNS = 10_000
"""Most turns on the page: 500 episodes of 20, or 100 of 100."""


def write_report(store: Store, summary: Summary, record: RunRecord) -> Path:
    """Write `report.html` beside the trajectories.

    Args:
        store: The run.
        summary: Its figures.
        record: What it depends on.

    Returns:
        The page's path.

    Raises:
        RolloutError: When it cannot be written.
    """
    sheet = PictureSheet(store.path)
    rows: list[str] = []
    articles: list[str] = []
    classes: set[str] = set()
    turns = 0
    for episode, trajectory in store.trajectories(min(summary.episodes, MAX_EPISODES)):
        turns += len(trajectory.steps)
        if turns > MAX_TURNS and rows:
            break
        rows.append(index_row(episode, trajectory))
        articles.append(
            episode_article(
                episode,
                trajectory,
                sheet,
                store.unscored.get(episode, ""),
                record.worlds.get(trajectory.task.world, ""),
            )
        )
        classes.update(classes_of(trajectory).split())
    title = f"{record.policy} on {record.environment}"
    page = (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}{_filter_rules(classes)}"
        f"{sheet.style()}</style></head>\n<body><main><h1>{escape(title)}</h1>"
        f"<p>{summary.episodes} episodes, seed {record.seed}</p>{_figures(summary)}"
        f"<h2>Episodes</h2>{_filters(classes)}{_left_out(summary, len(rows))}"
        '<table><thead><tr><th class="n">#</th><th>Question</th><th class="o">Answer</th>'
        '<th>Verdict</th><th class="n o">Hops</th><th class="n">Turns</th>'
        f'<th class="n o">Errors</th></tr></thead><tbody>{"".join(rows)}</tbody></table>'
        f"<h2>Every turn</h2>{''.join(articles)}{_origin(summary, record)}</main></body></html>\n"
    )
    target = store.path / FILE
    replace_file(target, page.encode("utf-8", "replace"))
    return target


def _figures(summary: Summary) -> str:
    right = "–" if summary.success_rate is None else f"{summary.success_rate:.1%}"
    cells = [
        ("right answers", right),
        ("turns an episode", f"{summary.mean_steps:.1f}"),
        ("fatal episodes", f"{summary.fatal_rate:.1%}"),
        ("turns with an error", f"{summary.error_rate:.1%}"),
        ("wall-clock time", f"{summary.seconds:.1f} s"),
    ]
    if summary.unscored:
        cells.append(("could not be scored", str(summary.unscored)))
    return (
        '<div class="figures">'
        + "".join(f"<div><b>{value}</b><span>{name}</span></div>" for name, value in cells)
        + "</div>"
    )


def _groups(classes: set[str]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Filter groups: a name and its choices (class, label); only those that separate anything."""
    outcomes = ("right", "wrong", "unscored", "errors", "fatal")
    verdicts: list[tuple[str, str]] = [(name, name) for name in outcomes if name in classes]
    hops = sorted((name for name in classes if name.startswith("hops-")), key=lambda n: int(n[5:]))
    groups = [("outcome", verdicts)]
    if len(hops) > 1:
        groups.append(("hops", [(name, name[5:]) for name in hops]))
    return groups


def _filters(classes: set[str]) -> str:
    parts = []
    for group, choices in _groups(classes):
        boxes = "".join(
            f'<label><input type="radio" name="{group}" id="show-{name}">{label}</label>'
            for name, label in choices
        )
        parts.append(
            f'<fieldset class="filters"><legend>{group}</legend><label>'
            f'<input type="radio" name="{group}" checked>all</label>{boxes}</fieldset>'
        )
    return "".join(parts)


def _filter_rules(classes: set[str]) -> str:
    return "".join(
        f"body:has(#show-{name}:checked) .episode:not(.{name}){{display:none}}\n"
        for _, choices in _groups(classes)
        for name, _ in choices
    )


def _left_out(summary: Summary, shown: int) -> str:
    if summary.episodes <= shown:
        return ""
    return (
        f'<p class="note">The first {shown} of {summary.episodes} episodes are shown; '
        "trajectories.jsonl holds them all.</p>"
    )


def _origin(summary: Summary, record: RunRecord) -> str:
    text = msgspec.json.format(msgspec.json.encode(record, order="sorted"), indent=2).decode()
    return (
        "<h2>Where this comes from</h2>"
        f'<p class="note">fingerprint of all trajectories: {summary.fingerprint}</p>'
        f"<details><summary>run.json</summary><pre>{escape(text)}</pre></details>"
    )
