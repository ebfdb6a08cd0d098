"""Episodes as the page's script reads them: one shape for games, questions and stored runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from searchvl_gym.render.describe import ENDINGS, cut, describe_call, is_answer, thought_of
from searchvl_gym.rollout.summary import is_right
from searchvl_gym.types import Step, Task, Trajectory

MAX_TEXT = 6_000
"""Most characters of one text that the page is sent."""


def show_task(task: Task) -> dict[str, Any]:
    """A task without what would give its answer away."""
    return {"id": task.id, "question": task.question, "pictures": len(task.images)}


def show_step(step: Step) -> dict[str, Any]:
    """One turn. `arguments` are there where the call could be read."""
    shown: dict[str, Any] = {
        "index": step.index,
        "call": describe_call(step.call),
        "tool": None if step.call is None else step.call.name,
        "arguments": {} if step.call is None else plain(step.call.arguments),
        "thought": cut(thought_of(step), MAX_TEXT),
        "observation": cut(step.observation, MAX_TEXT),
        "picture": step.image,
        "answer": is_answer(step),
    }
    if step.call is None and step.text:
        shown["said"] = cut(step.text, MAX_TEXT)
    if step.error is not None:
        shown["error"] = str(step.error.kind)
        shown["infrastructure"] = step.error.infrastructure
    return shown


def show_score(played: Trajectory) -> dict[str, Any]:
    """What came of an episode, with the right answer and the way to it."""
    return {
        "right": None if played.reward is None else is_right(played),
        "reward": played.reward,
        "parts": {name: float(value) for name, value in sorted(played.reward_parts.items())},
        "answer": played.answer,
        "right_answer": played.task.answer,
        "ending": ENDINGS[played.termination],
        "fatal_step": played.fatal_step,
        "path": [f"{hop.relation}: {hop.value}" for hop in played.task.hops],
    }


def plain(value: Any) -> Any:
    """Arguments as JSON can say them; whatever else a model passed is shown as text."""
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        return value if value == value and abs(value) != float("inf") else str(value)
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, Sequence):
        return [plain(each) for each in value]
    return str(value)
