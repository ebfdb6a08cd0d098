"""`demonstrator`: shows how to play with the brief tools, for imitation.

Like the oracle it knows the plan and believes only what it has read. After a failed call it
tries again. At each hop it opens the page that it found and reads the fact there. At the first hop
it is often hasty, as people are: it goes on with the last name of the sentence that the search
showed, whatever that is. Haste is shorter and mostly wrong. Whether it pays is left to
reinforcement learning. Where pages are announced as out of service, it may heed that and live by
what searches show.
"""

from __future__ import annotations

import re
from collections.abc import Generator

import numpy as np

from searchvl_gym.rollout.policy import Action, Observation, Play, ScriptedPolicy
from searchvl_gym.tools.faults import OUT_OF_SERVICE
from searchvl_gym.types import Task, ToolCall
from searchvl_gym.world.folding import words
from searchvl_gym.world.resemblance import READ_ALIKE, most_alike, resemblance

HASTE = 0.6
"""Share of the first hops that are hasty."""

UNKNOWN = "unknown"
"""The answer of one who did not find what was asked."""

_PAGE = re.compile(r"page: ([^\n]+)\ntext: (.*)", re.DOTALL)
_WORD = re.compile(r"[^\W\d_][\w'’-]*")


class DemonstratorPolicy(ScriptedPolicy):
    """Plays the gold plan of a task with the brief tools.

    Args:
        haste: Share of the first hops that are hasty, 0 to 1.
        patience: Failed calls in a row after which it answers `unknown`.
        checks: Times that care opens the page of what it has read at the first hop, to check.
        heed: Share of the announced outages of `visit` that it heeds, 0 to 1.
    """

    name = "demonstrator"

    def __init__(
        self, haste: float = HASTE, patience: int = 5, checks: int = 0, heed: float = 1.0
    ) -> None:
        super().__init__()
        self._heed = heed
        self._checks = checks
        self._haste = haste
        self._patience = patience

    def play(self, task: Task, observation: Observation, rng: np.random.Generator) -> Play:
        """See `ScriptedPolicy.play`."""
        text = yield from self._call("layout_parsing", image="img_1")
        heeds = f"{OUT_OF_SERVICE}visit" in text and rng.random() < self._heed
        lines = [line.partition(": ")[2] for line in text.split("\n")]
        name, score = most_alike(lines, str(task.metadata["shown"]))
        if score < READ_ALIKE:
            yield _answer(UNKNOWN)
            return
        for hop, label in enumerate(task.metadata["labels"]):
            wanted = str(label).lower()
            text = yield from self._call("text_search", q=f"{name} {wanted}")
            page = _page_of(text, name)
            if page is None:
                # Another page said more about these words; the name alone leads home.
                text = yield from self._call("text_search", q=name)
                page = _page_of(text, name)
            if page is None:
                yield _answer(UNKNOWN)
                return
            hasty = hop == 0 and rng.random() < self._haste
            value = last_name(page[2], page[1]) if hasty or heeds else None
            if value is None and not heeds:
                text = yield from self._call("visit", page=page[1], goal=wanted)
                value = stated_value(text)
                for _ in range(self._checks if hop == 0 and value is not None else 0):
                    yield from self._call("visit", page=str(value), goal=wanted)
            if value is None:
                yield _answer(UNKNOWN)
                return
            name = value
        yield _answer(name)

    def _call(self, tool: str, **arguments: str) -> Generator[Action, Observation, str]:
        """Call a tool until it works; what it said, or nothing when patience has run out."""
        for _ in range(self._patience):
            observation = yield ToolCall(tool, arguments)
            text = str(observation["text"])
            if not text.startswith("Error ("):
                return text
        return ""


def _page_of(text: str, name: str) -> re.Match[str] | None:
    page = _PAGE.match(text)
    return page if page is not None and resemblance(page[1], name) >= READ_ALIKE else None


def stated_value(text: str) -> str | None:
    r"""The value in what `visit` said, or None.

    >>> stated_value("page: Ida Ek\nPlace of birth: Ulm")
    'Ulm'
    >>> stated_value("page: Ida Ek\nnothing about that")
    """
    _, stated, value = text.partition("\n")[2].partition(": ")
    return value if stated else None


def last_name(sentence: str, title: str) -> str | None:
    """The last name in a sentence that is no part of the title, or None.

    >>> last_name("Ida Ek was born in Old Ulm in 1907.", "Ida Ek")
    'Old Ulm'
    """
    known, end = set(words(title)), -1
    names: list[str] = []
    for found in list(_WORD.finditer(sentence))[1:]:
        if not found[0][0].isupper() or known & set(words(found[0])):
            continue
        if names and found.start() == end + 1 and sentence[end] == " ":
            names[-1] += f" {found[0]}"
        else:
            names.append(found[0])
        end = found.end()
    return names[-1] if names else None


def _answer(text: str) -> ToolCall:
    return ToolCall("answer", {"text": text})
