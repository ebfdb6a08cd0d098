"""One episode of the report as HTML; everything that came from outside is escaped."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from searchvl_gym.render.describe import ENDINGS, describe_call, is_answer, thought_of
from searchvl_gym.render.parts import fold_turns
from searchvl_gym.rollout.report_pictures import PictureSheet
from searchvl_gym.rollout.summary import is_right
from searchvl_gym.types import Step, Trajectory

_FOLD_CHARS = 700
"""Observations longer than this are folded away."""


def verdict_of(trajectory: Trajectory) -> str:
    """`right`, `wrong` or `unscored`."""
    if trajectory.reward is None:
        return "unscored"
    return "right" if is_right(trajectory) else "wrong"


def classes_of(trajectory: Trajectory) -> str:
    """The classes by which the page filters episodes."""
    names = [verdict_of(trajectory), f"hops-{len(trajectory.task.hops)}"]
    if trajectory.fatal_step is not None:
        names.append("fatal")
    if any(step.error is not None for step in trajectory.steps):
        names.append("errors")
    return " ".join(names)


def index_row(episode: int, trajectory: Trajectory) -> str:
    """The episode's line in the table of all episodes."""
    errors = sum(step.error is not None for step in trajectory.steps)
    answer = trajectory.answer if trajectory.answer is not None else "–"
    return (
        f'<tr class="episode {classes_of(trajectory)}">'
        f'<td class="n"><a href="#episode-{episode}">{episode}</a></td>'
        f'<td><a href="#episode-{episode}">{escape(trajectory.task.question)}</a></td>'
        f'<td class="o">{escape(_shortened(answer, 80))}</td>'
        f'<td class="mark">{verdict_of(trajectory)}</td>'
        f'<td class="n o">{len(trajectory.task.hops) or "–"}</td>'
        f'<td class="n">{len(trajectory.steps)}</td><td class="n o">{errors}</td></tr>\n'
    )


def episode_article(
    episode: int,
    trajectory: Trajectory,
    sheet: PictureSheet,
    unscored: str = "",
    world: str = "",
) -> str:
    """The whole episode: verdict, pictures, every turn.

    Args:
        episode: Its number.
        trajectory: What happened.
        sheet: Collects the pictures of the page.
        unscored: Why its reward could not be told, or "".
        world: What its world is called, where a run has several, or "".
    """
    task = trajectory.task
    by_name = {f"img_{place}": digest for place, digest in enumerate(trajectory.images, 1)}
    made = {step.image for step in trajectory.steps}
    fatal = '<span class="tag bad">fatal</span>' if trajectory.fatal_step is not None else ""
    given = "".join(
        sheet.figure(name, digest) for name, digest in by_name.items() if name not in made
    )
    turns = fold_turns(
        trajectory.steps,
        [_step(step, trajectory, by_name, sheet) for step in trajectory.steps],
        opening="<ol>",
        closing="</ol>",
        fatal_step=trajectory.fatal_step,
    )
    return (
        f'<article class="episode {classes_of(trajectory)}" id="episode-{episode}">'
        f'<div class="note">episode {episode} · {escape(task.id)} · '
        f'<span class="mark">{verdict_of(trajectory)}</span>{fatal}</div>'
        f"<h3>{escape(task.question)}</h3>{given}"
        f"{_verdict(trajectory, unscored, world)}"
        f"<details open><summary>{len(trajectory.steps)} turns</summary>{turns}</details>"
        f"</article>\n"
    )


def _verdict(trajectory: Trajectory, unscored: str, world: str) -> str:
    reward = "could not be scored" + (f": {unscored}" if unscored else "")
    if trajectory.reward is not None:
        reward = f"{trajectory.reward:.3f}"
    parts = ", ".join(
        f"{name} {value:.3f}" for name, value in sorted(trajectory.reward_parts.items())
    )
    rows: list[tuple[str, str]] = [
        ("Answer", trajectory.answer if trajectory.answer is not None else "none"),
        ("Right answer", trajectory.task.answer),
        ("Ended", ENDINGS[trajectory.termination]),
        ("Reward", f"{reward} ({parts})" if parts else reward),
    ]
    if world:
        rows.append(("World", f"{world} ({trajectory.task.world[:12]})"))
    if trajectory.task.repair:
        rows.append(("Picture to repair with", ", ".join(trajectory.task.repair)))
    if trajectory.task.hops:
        rows.append(("Gold path", _gold_path(trajectory)))
    cells = "".join(f"<div><dt>{name}</dt><dd>{escape(text)}</dd></div>" for name, text in rows)
    return f'<dl class="verdict">{cells}</dl>'


def _gold_path(trajectory: Trajectory) -> str:
    return " → ".join(f"{hop.relation}: {hop.value}" for hop in trajectory.task.hops)


def _step(step: Step, trajectory: Trajectory, by_name: dict[str, str], sheet: PictureSheet) -> str:
    kind = "error" if step.error is not None else "answer" if is_answer(step) else "step"
    parts = [f'<li class="{kind}"><div class="note">turn {step.index + 1}']
    if step.error is not None:
        owner = "the infrastructure's" if step.error.infrastructure else "the agent's"
        parts.append(f'<span class="tag bad">{escape(step.error.kind)}</span> {owner}')
    if trajectory.fatal_step == step.index:
        parts.append('<span class="tag bad">fatal from here</span>')
    if not step.well_formed:
        parts.append('<span class="tag bad">breaks the wire format</span>')
    parts.append("</div>")
    if thought := thought_of(step):
        parts.append(f'<div class="thought">{escape(thought)}</div>')
    parts.append(f'<div class="call">{escape(describe_call(step.call))}</div>')
    if step.text is not None:
        parts.append(
            "<details><summary>the model's own text</summary>"
            f'<div class="said">{escape(step.text)}</div></details>'
        )
    if step.observation:
        parts.append(_observation(step.observation))
    if step.image in by_name:
        assert step.image is not None
        parts.append(sheet.figure(step.image, by_name[step.image]))
    if step.evidence:
        pages: Sequence[str] = [str(page) for page in step.evidence]
        parts.append(f'<div class="note">pages seen: {", ".join(pages)}</div>')
    parts.append("</li>")
    return "".join(parts)


def _observation(text: str) -> str:
    if len(text) <= _FOLD_CHARS:
        return f'<div class="seen">{escape(text)}</div>'
    cut = text.rfind(" ", _FOLD_CHARS // 2, _FOLD_CHARS)
    cut = _FOLD_CHARS if cut < 0 else cut
    return (
        f'<div class="seen">{escape(text[:cut])} …</div><details>'
        f"<summary>{len(text) - cut} more characters</summary>"
        f'<div class="seen">{escape(text[cut:].lstrip())}</div></details>'
    )


def _shortened(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"
