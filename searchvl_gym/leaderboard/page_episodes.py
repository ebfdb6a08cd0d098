"""The trajectories of a page, as JSON that its script shows; each picture is embedded once."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from PIL import Image as Pillow

from searchvl_gym.leaderboard.judging import Ruling
from searchvl_gym.render.describe import ENDINGS, cut, describe_call, thought_of
from searchvl_gym.rollout.report_episode import verdict_of
from searchvl_gym.rollout.store import image_path
from searchvl_gym.types import Step, Trajectory

MAX_EPISODES = 300
"""Most episodes of a row; its own report and its store hold the others."""

MAX_TEXT = 1_500
"""Most characters of one text."""

MAX_PICTURE_BYTES = 16 * 2**20
"""All pictures of a page; later ones are left out and say so."""

_MAX_SIDE = 560
_QUALITY = 70


class PictureBook:
    """Collects pictures as `data:` URLs under short names.

    Args:
        limit: Most bytes of all pictures together.
    """

    def __init__(self, limit: int = MAX_PICTURE_BYTES) -> None:
        self._left = limit
        self._names: dict[str, str] = {}
        self.pictures: dict[str, dict[str, Any]] = {}

    def add(self, store: Path, digest: str) -> str:
        """The name of a stored picture; "" when it is missing or there is no room for it."""
        if digest not in self._names:
            self._names[digest] = self._embed(store, digest)
        return self._names[digest]

    def _embed(self, store: Path, digest: str) -> str:
        if self._left <= 0:
            return ""
        try:
            with Pillow.open(image_path(store, digest)) as picture:
                width, height = picture.size
                small = picture.convert("RGB")
        except OSError:
            return ""
        small.thumbnail((_MAX_SIDE, _MAX_SIDE), Pillow.Resampling.LANCZOS)
        stream = io.BytesIO()
        small.save(stream, "WEBP", quality=_QUALITY, method=2)
        data = base64.b64encode(stream.getvalue()).decode("ascii")
        self._left -= len(data)
        name = f"p{len(self.pictures)}"
        self.pictures[name] = {
            "url": f"data:image/webp;base64,{data}", "width": width, "height": height,
        }  # fmt: skip
        return name


def episodes_json(
    played: Iterable[tuple[Path, Trajectory]],
    rulings: Sequence[Ruling],
    book: PictureBook,
) -> list[dict[str, Any]]:
    """The episodes of one row.

    Args:
        played: The episodes in their order, each with the directory of its run.
        rulings: What the judge said of each; empty for what the trajectories say themselves.
        book: Collects the pictures.
    """
    shown = []
    for number, (store, trajectory) in enumerate(played):
        if number == MAX_EPISODES:
            break
        ruling = rulings[number] if number < len(rulings) else None
        shown.append(_episode(number, trajectory, ruling, store, book))
    return shown


def _episode(
    number: int, trajectory: Trajectory, ruling: Ruling | None, store: Path, book: PictureBook
) -> dict[str, Any]:
    names = {f"img_{place}": digest for place, digest in enumerate(trajectory.images, 1)}
    made = {step.image for step in trajectory.steps}
    given = [_picture(name, names[name], store, book) for name in names if name not in made]
    reason, by = _judged(ruling)
    return {
        "number": number,
        "task": trajectory.task.id,
        "question": trajectory.task.question,
        "right_answer": trajectory.task.answer,
        "answer": None if trajectory.answer is None else cut(trajectory.answer, MAX_TEXT),
        "outcome": outcome_of(trajectory, ruling),
        "judge": by,
        "reason": cut(reason, MAX_TEXT),
        "hops": len(trajectory.task.hops),
        "ending": ENDINGS[trajectory.termination],
        "pictures": given,
        "turns": [_turn(step, trajectory, names, store, book) for step in trajectory.steps],
    }


def outcome_of(trajectory: Trajectory, ruling: Ruling | None) -> str:
    """`right`, `wrong` or `unscored`."""
    if ruling is not None:
        return "unscored" if ruling.right is None else "right" if ruling.right else "wrong"
    return verdict_of(trajectory)


def _judged(ruling: Ruling | None) -> tuple[str, str]:
    if ruling is None:
        return "", ""
    if ruling.unsure:
        return f"unsure, counted as wrong: {ruling.reasoning}", "rules"
    return ruling.reasoning, {"rule": "rules", "llm": "model"}.get(ruling.by, "")


def _turn(
    step: Step, trajectory: Trajectory, names: dict[str, str], store: Path, book: PictureBook
) -> dict[str, Any]:
    turn: dict[str, Any] = {"call": cut(describe_call(step.call), MAX_TEXT)}
    if thought := thought_of(step):
        turn["thought"] = cut(thought, MAX_TEXT)
    if step.call is None and step.text:
        turn["said"] = cut(step.text, MAX_TEXT)
    if step.observation:
        turn["seen"] = cut(step.observation, MAX_TEXT)
    if step.error is not None:
        turn["error"] = str(step.error.kind)
    if trajectory.fatal_step == step.index:
        turn["fatal"] = True
    if step.image in names:
        assert step.image is not None
        turn["picture"] = _picture(step.image, names[step.image], store, book)
    return turn


def _picture(name: str, digest: str, store: Path, book: PictureBook) -> list[str]:
    return [name, book.add(store, digest)]
