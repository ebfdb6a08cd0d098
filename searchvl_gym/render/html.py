"""An episode as one self-contained HTML page: no script, nothing fetched."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping, Sequence
from html import escape

import numpy as np
from PIL import Image as Pillow

from searchvl_gym.render.describe import ENDINGS, describe_call, is_answer, thought_of
from searchvl_gym.render.parts import fold_turns
from searchvl_gym.render.theme import theme
from searchvl_gym.types import Image, Step, Task, Termination

STYLE = (
    theme()
    + """
main{max-width:52rem;margin:0 auto;padding:2.5rem 1.25rem 4rem}
h1{font-size:1.6rem;line-height:1.3;margin:0 0 1.2rem}
p{margin:.35rem 0}
figure{margin:1rem 0}
figure img{max-width:100%;height:auto;display:block;border-radius:.4rem;background:var(--tint)}
figcaption{color:var(--faint);font-size:.85rem;margin-top:.3rem}
section{border-left:3px solid var(--rule);padding:.1rem 0 .5rem 1rem;margin:0 0 .8rem}
section.error{border-color:var(--red)}section.answer{border-color:var(--green)}
.bad{color:var(--red)}.good{color:var(--green)}
.final{font-size:1.25rem}
.part{margin:0 0 .8rem}
.part>summary{cursor:pointer;color:var(--faint);font-size:.85rem;padding:.3rem 0 .6rem}
"""
)
"""The style sheet; reports that show several episodes use it once."""

_MAX_WIDTH, _MAX_HEIGHT = 832, 544
"""Most pixels that a picture takes on the page: as wide as `main`, 34 lines of 16 pixels high."""


def episode_html(
    task: Task,
    steps: Sequence[Step],
    images: Sequence[Image],
    *,
    termination: Termination | None = None,
    answer: str | None = None,
    fatal_step: int | None = None,
) -> str:
    """A whole page about one episode.

    Args:
        task: What was asked.
        steps: The turns.
        images: All pictures, `img_1` first.
        termination: Why it ended, or None while it runs.
        answer: The final answer, or None.
        fatal_step: 0-based fatal step, or None.
    """
    body = episode_body(
        task, steps, images, termination=termination, answer=answer, fatal_step=fatal_step
    )
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(task.id)}</title><style>{STYLE}</style></head>"
        f"<body><main>{body}</main></body></html>\n"
    )


def episode_body(
    task: Task,
    steps: Sequence[Step],
    images: Sequence[Image],
    *,
    termination: Termination | None = None,
    answer: str | None = None,
    fatal_step: int | None = None,
) -> str:
    """The part of `episode_html` inside `<main>`, for pages that show several episodes."""
    parts = [f"<h1>{escape(task.question)}</h1>"]
    by_name = {f"img_{number}": image for number, image in enumerate(images, 1)}
    made = {step.image for step in steps}
    parts += [_figure(name, image) for name, image in by_name.items() if name not in made]
    turns = [_turn(step, by_name, fatal=fatal_step == step.index) for step in steps]
    parts.append(fold_turns(steps, turns, fatal_step=fatal_step))
    if termination is not None:
        tone = "good" if answer is not None else "bad"
        parts.append(f'<section><p class="note {tone}">{escape(ENDINGS[termination])}</p>')
        if answer is not None:
            parts.append(f'<p class="final">{escape(answer)}</p>')
        parts.append("</section>")
    return "".join(parts)


def _turn(step: Step, by_name: Mapping[str, Image], *, fatal: bool) -> str:
    kind = "error" if step.error is not None else "answer" if is_answer(step) else "step"
    parts = [f'<section class="{kind}"><div class="note">step {step.index + 1}']
    if fatal:
        parts.append(' · <span class="bad">fatal from here</span>')
    parts.append("</div>")
    if thought := thought_of(step):
        parts.append(f'<p class="thought">{escape(thought)}</p>')
    parts.append(f'<p class="call">{escape(describe_call(step.call))}</p>')
    if step.call is None and step.text:
        parts.append(f'<p class="thought">{escape(step.text)}</p>')
    if step.observation:
        parts.append(f'<div class="seen">{escape(step.observation)}</div>')
    if step.image is not None and step.image in by_name:
        parts.append(_figure(step.image, by_name[step.image]))
    parts.append("</section>")
    return "".join(parts)


def _figure(name: str, image: Image) -> str:
    """A picture that is loaded when it is scrolled to; its place is kept until then."""
    height, width = image.shape[:2]
    scale = min(1.0, _MAX_WIDTH / width, _MAX_HEIGHT / height)
    shown = max(1, round(width * scale)), max(1, round(height * scale))
    return (
        f'<figure><img src="{_data_url(image)}" alt="{escape(name)}" width="{shown[0]}" '
        f'height="{shown[1]}" loading="lazy" decoding="async">'
        f"<figcaption>{escape(name)} · {width} × {height}</figcaption></figure>"
    )


def _data_url(pixels: Image) -> str:
    """A picture as a `data:` URL: JPEG, of as many pixels as the page shows at most."""
    picture = Pillow.fromarray(np.asarray(pixels))
    picture.thumbnail((_MAX_WIDTH, _MAX_WIDTH), Pillow.Resampling.LANCZOS)
    stream = io.BytesIO()
    picture.save(stream, "JPEG", quality=88)
    return "data:image/jpeg;base64," + base64.b64encode(stream.getvalue()).decode("ascii")
