"""The contact sheet of a curated set: every instance at a glance, and what was dropped and why.

Self-contained HTML without script, 48 instances a page. Sets larger than the cap are shown in
part, evenly spread; the sheet says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from searchvl_gym.curation.contact_sheet.card import card, classes_of, damages_of, feature
from searchvl_gym.curation.contact_sheet.style import STYLE
from searchvl_gym.curation.records import Stage
from searchvl_gym.rollout.record import replace_file
from searchvl_gym.rollout.report_style import STYLE as REPORT_STYLE
from searchvl_gym.types import ANSWER, Task, Trajectory

if TYPE_CHECKING:
    from searchvl_gym.world import World

PAGE = 48
"""Instances on a page."""

MOST = 240
"""Instances on a sheet."""

_EXAMPLES = 3
"""Examples of each reason."""

_STAGES = {
    Stage.PATH: "walked along links",
    Stage.QUESTION: "put into a question",
    Stage.REWRITING: "names became descriptions",
    Stage.GROUNDING: "the first name became its picture",
    Stage.QUALITY: "passed quality control",
    Stage.FILTERS: "not solved by a shortcut",
    Stage.ENHANCEMENT: "pictures damaged",
    Stage.EXPERTS: "solved by an expert",
    Stage.MERGE: "not a duplicate",
}
_OUTCOMES = {"kept": "kept", "surplus": "more than were wanted"}


@dataclass(frozen=True)
class Dropped:
    """A record that was dropped.

    Attributes:
        stage: Name of the stage, lower case.
        reason: Why.
        detail: What exactly.
    """

    stage: str
    reason: str
    detail: str = ""


@dataclass(frozen=True)
class SheetContent:
    """What a sheet shows.

    Attributes:
        title: Heading.
        tasks: The accepted instances.
        dropped: The records that were dropped.
        trajectories: How experts solved instances, by id.
        rollouts: What became of all rollouts: `kept` or a reason, and how many.
    """

    title: str
    tasks: Sequence[Task]
    dropped: Sequence[Dropped] = ()
    trajectories: Mapping[str, Trajectory] = field(default_factory=dict)
    rollouts: Mapping[str, int] = field(default_factory=dict)


def shown_tasks(tasks: Sequence[Task], most: int = MOST) -> list[Task]:
    """The instances that a sheet shows: all, or `most` of them evenly spread.

    >>> [task.id for task in shown_tasks([Task(str(n), "?", "x") for n in range(9)], 3)]
    ['0', '3', '6']
    """
    if len(tasks) <= most:
        return list(tasks)
    return [tasks[place * len(tasks) // most] for place in range(most)]


def write_contact_sheet(
    content: SheetContent, world: World, target: Path, *, most: int = MOST
) -> list[Path]:
    """Write the sheet; further pages get numbers: `sheet.html`, `sheet-2.html`.

    Args:
        content: What to show.
        world: Gives the pictures.
        target: File of the first page.
        most: Most instances that are shown.

    Returns:
        The pages.

    Raises:
        RolloutError: When a page cannot be written.
        ValueError: When `most` is too small.
    """
    if most < 1:
        raise ValueError(f"most must be at least 1, got {most}")
    shown = shown_tasks(content.tasks, most)
    count = max(1, -(-len(shown) // PAGE))
    pages = [
        target if number == 1 else target.with_name(f"{target.stem}-{number}{target.suffix}")
        for number in range(1, count + 1)
    ]
    for number, page in enumerate(pages):
        tasks = shown[number * PAGE : (number + 1) * PAGE]
        cards = "".join(card(task, world, content.trajectories.get(task.id)) for task in tasks)
        top = _summary(content, world, shown) if number == 0 else ""
        bottom = _rejections(content) if number == 0 else ""
        links = _page_links(pages, number)
        body = (
            f"<h1>{escape(content.title)}</h1><p>page {number + 1} of {count}</p>{top}"
            f"<h2>Instances</h2>{_filters(tasks)}{links}"
            f'<div class="cards">{cards}</div>{links}{bottom}'
        )
        replace_file(page, _document(content.title, body, tasks).encode("utf-8", "replace"))
    return pages


def _document(title: str, body: str, tasks: Sequence[Task]) -> str:
    rules = "".join(
        f"body:has(#show-{name}:checked) .card:not(.{name}){{display:none}}\n"
        for _, choices in _groups(tasks)
        for name, _ in choices
    )
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title><style>{REPORT_STYLE}{STYLE}{rules}</style></head>\n"
        f"<body><main>{body}</main></body></html>\n"
    )


def _summary(content: SheetContent, world: World, shown: Sequence[Task]) -> str:
    tasks = content.tasks
    hops = sum(len(task.hops) for task in tasks) / max(1, len(tasks))
    relations = {hop.relation for task in tasks for hop in task.hops}
    anchors = {task.hops[0].subject for task in tasks if task.hops}
    figures = [
        (f"{len(tasks):,}", "instances accepted"),
        (f"{len(tasks) + len(content.dropped):,}", "records looked at"),
        (f"{hops:.2f}", "hops on average"),
        (f"{len(anchors):,}", "pages in pictures"),
        (f"{len(relations):,}", "relations asked about"),
        (f"{sum(bool(damages_of(task)) for task in tasks):,}", "damaged pictures"),
    ]
    if content.trajectories:
        solved = content.trajectories.values()
        calls = [
            sum(step.call is not None and step.call.name != ANSWER for step in each.steps)
            for each in solved
        ]
        figures.append((f"{sum(calls) / len(calls):.2f}", "tool calls to solve one"))
    cells = "".join(
        f"<div><b>{value}</b><span>{escape(name)}</span></div>" for value, name in figures
    )
    part = ""
    if len(shown) < len(tasks):
        part = (
            f'<p class="note">{len(shown)} of {len(tasks)} instances are shown, evenly spread over '
            "the set; tasks.jsonl holds them all.</p>"
        )
    return (
        '<p class="lead">Each card is one question. Its picture shows the first page of a path, '
        "but neither the name of a page nor the answer stands in the question: whoever answers "
        "has to read the picture, then find one page after the other. The way is printed below "
        "each question: → stands for a fact that the page above states, ← for one that the page "
        f"itself states about the page above. The facts are those of {escape(world.info.name)}.</p>"
        f'<div class="figures">{cells}</div>{_funnel(content)}'
        f"{_featured(content, world, shown)}{part}"
    )


def _featured(content: SheetContent, world: World, shown: Sequence[Task]) -> str:
    """One instance in full: of those with a trajectory and a clean picture, the longest path."""
    solved = [task for task in shown if task.id in content.trajectories and not damages_of(task)]
    if not solved:
        return ""
    chosen = max(solved, key=lambda task: len(task.hops))
    wide = feature(chosen, world, content.trajectories[chosen.id])
    return f"<h2>One of them, from its path to its trajectory</h2>{wide}"


def _funnel(content: SheetContent) -> str:
    """How many records were left after each stage."""
    total = len(content.tasks) + len(content.dropped)
    if not content.dropped:
        return ""
    rows = [("records", total, "")]
    left = total
    order = sorted(_STAGES, key=lambda stage: (stage is Stage.MERGE, stage))
    for stage in order:
        lost = sum(each.stage == stage.name.lower() for each in content.dropped)
        if lost:
            left -= lost
            rows.append((_STAGES[stage], left, f"−{lost:,}"))
    cells = ""
    for place, (name, count, change) in enumerate(rows):
        last = " last" if place == len(rows) - 1 else ""
        width = 100 * count / max(1, total)
        cells += (
            f'<span>{escape(name)}</span><div class="bar{last}"><i style="width:{width:.1f}%"></i>'
            f'</div><span class="count">{count:,} {change}</span>'
        )
    return f'<h2>From walks to instances</h2><div class="funnel">{cells}</div>'


def _rejections(content: SheetContent) -> str:
    """Every reason with its number and some examples, then what became of the rollouts."""
    grouped: dict[tuple[str, str], list[Dropped]] = {}
    for each in content.dropped:
        grouped.setdefault((each.stage, each.reason), []).append(each)
    rows = ""
    for (stage, reason), found in sorted(grouped.items(), key=lambda item: -len(item[1])):
        details = list(dict.fromkeys(each.detail for each in found if each.detail))[:_EXAMPLES]
        examples = "<br>".join(escape(detail[:200]) for detail in details) or "–"
        rows += (
            f"<tr><td>{escape(stage)}</td><td>{escape(reason.replace('_', ' '))}</td>"
            f'<td class="n">{len(found):,}</td><td class="o">{examples}</td></tr>'
        )
    parts = ""
    if rows:
        parts += (
            "<h2>What was dropped, and why</h2><table><thead><tr><th>Stage</th><th>Reason</th>"
            '<th class="n">Records</th><th class="o">For example</th></tr></thead>'
            f"<tbody>{rows}</tbody></table>"
        )
    if content.rollouts:
        rows = "".join(
            f"<tr><td>{escape(_OUTCOMES.get(name, name.replace('_', ' ')))}</td>"
            f'<td class="n">{count:,}</td></tr>'
            for name, count in sorted(content.rollouts.items(), key=lambda item: -item[1])
        )
        parts += (
            "<h2>What became of the experts’ rollouts</h2><table><thead><tr><th>Outcome</th>"
            f'<th class="n">Rollouts</th></tr></thead><tbody>{rows}</tbody></table>'
        )
    return parts


def _groups(tasks: Sequence[Task]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Filter groups: a name and its choices (class, label); only those that separate anything."""
    classes = {name for task in tasks for name in classes_of(task).split()}
    groups = []
    for name, prefix in (("hops", "hops-"), ("picture of", "kind-"), ("picture", "")):
        if prefix:
            found = sorted(each for each in classes if each.startswith(prefix))
        else:
            found = [each for each in ("clean", "damaged") if each in classes]
        if len(found) > 1:
            groups.append((name, [(each, each.removeprefix(prefix)) for each in found]))
    return groups


def _filters(tasks: Sequence[Task]) -> str:
    parts = ""
    for number, (group, choices) in enumerate(_groups(tasks)):
        boxes = "".join(
            f'<label><input type="radio" name="group{number}" id="show-{name}">{escape(label)}'
            "</label>"
            for name, label in choices
        )
        parts += (
            f'<fieldset class="filters"><legend>{escape(group)}</legend><label>'
            f'<input type="radio" name="group{number}" checked>all</label>{boxes}</fieldset>'
        )
    return f'<div class="filterbar">{parts}</div>' if parts else ""


def _page_links(pages: Sequence[Path], here: int) -> str:
    if len(pages) < 2:
        return ""
    links = "".join(
        f"<b>{number + 1}</b>"
        if number == here
        else f'<a href="{escape(page.name)}">{number + 1}</a>'
        for number, page in enumerate(pages)
    )
    return f'<nav class="pages" aria-label="pages">{links}</nav>'
