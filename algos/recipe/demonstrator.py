"""`demonstrator`: shows how to play with the brief tools, for imitation.

Like the oracle it knows the plan and believes only what it has read. After a failed call it
tries again. It opens a page when the search did not state the fact.
"""

from __future__ import annotations

import re
from collections.abc import Generator

import numpy as np

from algos.policies.observations import most_alike, same_name, states
from searchvl_gym.rollout.policy import Action, Observation, Play, ScriptedPolicy
from searchvl_gym.types import Task, ToolCall

UNKNOWN = "unknown"
"""The answer of one who did not find what was asked."""

_PAGE = re.compile(r"([^:]+): (.*)", re.DOTALL)


class DemonstratorPolicy(ScriptedPolicy):
    """Plays the gold plan of a task with the brief tools.

    Args:
        patience: Failed calls in a row after which it answers `unknown`.
    """

    name = "demonstrator"

    def __init__(self, patience: int = 5) -> None:
        super().__init__()
        self._patience = patience

    def play(self, task: Task, observation: Observation, rng: np.random.Generator) -> Play:
        """See `ScriptedPolicy.play`."""
        text = yield from self._call("layout_parsing", image="img_1")
        lines = [line.partition(": ")[2] for line in text.split("\n")]
        name, score = most_alike(lines, str(task.metadata["shown"]))
        if score < 0.75:
            yield _answer(UNKNOWN)
            return
        titles, labels = task.metadata["titles"], task.metadata["labels"]
        for hop, title, label in zip(task.hops, titles, labels, strict=False):
            wanted = str(label).lower()
            text = yield from self._call("text_search", q=f"{name} {wanted}")
            if not self._found(text, str(title)):
                # Another page said more about these words; the name alone leads home.
                text = yield from self._call("text_search", q=name)
            page = _PAGE.match(text)
            if page is None or not same_name(page[1], str(title)):
                yield _answer(UNKNOWN)
                return
            if not states(page[2], hop.value):
                text = yield from self._call("visit", page=page[1], goal=wanted)
                if not states(text, hop.value):
                    yield _answer(UNKNOWN)
                    return
            name = hop.value
        yield _answer(name)

    def _found(self, text: str, title: str) -> bool:
        page = _PAGE.match(text)
        return page is not None and same_name(page[1], title)

    def _call(self, tool: str, **arguments: str) -> Generator[Action, Observation, str]:
        """Call a tool until it works; what it said, or nothing when patience has run out."""
        for _ in range(self._patience):
            observation = yield ToolCall(tool, arguments)
            text = str(observation["text"])
            if not text.startswith("Error ("):
                return text
        return ""


def _answer(text: str) -> ToolCall:
    return ToolCall("answer", {"text": text})
