"""One instance on the contact sheet. Everything that came from a world or a model is escaped."""

from __future__ import annotations

import base64
import io
from html import escape
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

import numpy as np

from searchvl_gym.curation.instances import INVERSE
from searchvl_gym.render.describe import describe_call, is_answer, thought_of
from searchvl_gym.tasks.pictures import load_picture
from searchvl_gym.types import Task, Trajectory

if TYPE_CHECKING:
    from searchvl_gym.world import World

_SIDE, _QUALITY = 560, 74
_DAMAGES = {
    "blur": "blurred",
    "downsample": "downsampled",
    "perspective": "tilted",
    "noise": "noisy",
    "low_light": "dark",
}


def card(task: Task, world: World, trajectory: Trajectory | None) -> str:
    """Picture, question, path, answer, making and solving of one instance.

    Args:
        task: The instance.
        world: Where it is from.
        trajectory: How an expert solved it, or None.
    """
    return (
        f'<article class="card {classes_of(task)}" id="{escape(task.id)}">{_shot(task, world)}'
        f'<div class="body">{_head(task)}{_making(task)}{_solving(trajectory)}</div></article>\n'
    )


def feature(task: Task, world: World, trajectory: Trajectory | None) -> str:
    """The same, wide and unfolded: one instance from its path to its trajectory.

    Args:
        task: The instance.
        world: Where it is from.
        trajectory: How an expert solved it, or None.
    """
    unfolded = _making(task, opened=True) + _solving(trajectory, opened=True)
    return (
        f'<div class="feature"><article><div>{_shot(task, world)}<div class="body">{_head(task)}'
        f'</div></div><div class="body more">{unfolded}</div></article></div>\n'
    )


def _shot(task: Task, world: World) -> str:
    return f'<div class="shot">{_picture(task, world)}</div>'


def _head(task: Task) -> str:
    return f"<h3>{escape(task.question)}</h3>{_answer(task)}{_path(task)}{_chips(task)}"


def classes_of(task: Task) -> str:
    """The classes by which the page filters instances."""
    names = [f"hops-{len(task.hops)}"]
    if kind := str(task.metadata.get("kind", "")):
        names.append(f"kind-{kind.replace(' ', '-')}")
    names.append("damaged" if damages_of(task) else "clean")
    return " ".join(escape(name) for name in names)


def damages_of(task: Task) -> list[str]:
    """How the pictures of a task were spoiled, in words."""
    kinds = [each.degradation.kind for each in task.images if each.degradation is not None]
    return [_DAMAGES.get(kind, kind) for kind in kinds]


def _picture(task: Task, world: World) -> str:
    from PIL import Image as Pillow

    if not task.images:
        return '<span class="note">no picture</span>'
    picture = Pillow.fromarray(np.asarray(load_picture(task.images[0], world)))
    picture.thumbnail((_SIDE, _SIDE), Pillow.Resampling.LANCZOS)
    stream = io.BytesIO()
    picture.save(stream, "WEBP", quality=_QUALITY, method=4)
    data = base64.b64encode(stream.getvalue()).decode("ascii")
    return (
        f'<img src="data:image/webp;base64,{data}" width="{picture.width}" '
        f'height="{picture.height}" alt="the picture of the question" loading="lazy">'
    )


def _answer(task: Task) -> str:
    value = str(task.metadata.get("curation", {}).get("value", ""))
    stated = ""
    if value and value != task.answer:
        stated = f' <span class="note">(the page states {escape(value)})</span>'
    return f'<div class="answer">Answer: <b>{escape(task.answer)}</b>{stated}</div>'


def _path(task: Task) -> str:
    """The gold path; an arrow shows on which page a fact stands."""
    titles = [str(title) for title in task.metadata.get("titles", ())]
    labels = [str(label) for label in task.metadata.get("labels", ())]
    if not task.hops:
        return ""
    first = titles[0] if titles else f"page {task.hops[0].subject}"
    rows = [f'<li><span class="hop">in the picture</span><span class="page">{escape(first)}</span>']
    for hop, label in zip_longest(task.hops, labels[: len(task.hops)], fillvalue=""):
        assert not isinstance(hop, str)
        inverse = hop.relation.startswith(INVERSE)
        name = (label or hop.relation.removeprefix(INVERSE)).lower()
        shown = f"← {name} of" if inverse else f"{name} →"
        meaning = "states it about the page above" if inverse else "stated by the page above"
        rows.append(
            f'<li><span class="hop" title="{meaning}">{escape(shown)}</span>'
            f'<span class="page">{escape(hop.value)}</span>'
        )
    return f'<ol class="path">{"</li>".join(rows)}</li></ol>'


def _chips(task: Task) -> str:
    curation: dict[str, Any] = task.metadata.get("curation", {})
    chips = [f"{len(task.hops)} hops", str(task.metadata.get("kind", ""))]
    chips.append(str(task.metadata.get("style", "")).replace("_", " "))
    chips += [
        f"{damage}: {', '.join(task.repair) or 'no'} repairs it" for damage in damages_of(task)
    ]
    if curation.get("form"):
        chips.append(f"asks for {curation['form']}")
    if curation.get("proof"):
        chips.append(f"unique: {curation['proof']} proof")
    chips.append(task.split)
    tags = "".join(f'<span class="tag">{escape(chip)}</span>' for chip in chips if chip)
    return f'<div class="chips">{tags}</div>'


def _making(task: Task, *, opened: bool = False) -> str:
    """From the canonical question, name after name, to the question that is asked."""
    curation: dict[str, Any] = task.metadata.get("curation", {})
    texts = [str(curation.get("canonical", ""))]
    texts += [str(text) for _, text in curation.get("rewrites", ())]
    steps = [text for text in dict.fromkeys([*texts, task.question]) if text]
    if len(steps) < 2:
        return ""
    rows = "".join(f"<li>{escape(text)}</li>" for text in steps)
    return _details("How it was written", f'<ol class="steps">{rows}</ol>', opened)


def _solving(trajectory: Trajectory | None, *, opened: bool = False) -> str:
    """The turns of a trajectory in outline."""
    if trajectory is None:
        return ""
    rows = []
    for step in trajectory.steps:
        kind = "answer" if is_answer(step) else "error" if step.error is not None else "step"
        rows.append(
            f'<li class="{kind}"><div class="thought">{escape(thought_of(step))}</div>'
            f'<div class="call">{escape(describe_call(step.call))}</div></li>'
        )
    calls = sum(not is_answer(step) for step in trajectory.steps)
    turns = f'<ol class="turns">{"".join(rows)}</ol>'
    return _details(f"How it was solved: {calls} tool calls", turns, opened)


def _details(summary: str, content: str, opened: bool) -> str:
    attribute = " open" if opened else ""
    return f"<details{attribute}><summary>{escape(summary)}</summary>{content}</details>"
