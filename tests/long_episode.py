"""An episode of a hundred turns and sixty pictures, and what of a page is shown at first."""

from __future__ import annotations

from collections.abc import Sequence
from html.parser import HTMLParser
from typing import Any

import numpy as np

from searchvl_gym.rollout.policy import Observation, ScriptedPolicy
from searchvl_gym.types import Task, ToolCall

TURNS = 100
PICTURES = 60
_EMPTY = {"meta", "img", "br", "link", "input", "hr"}


class LongPolicy(ScriptedPolicy):
    """Cuts pictures out of the first one, searches in between, and answers in turn 100."""

    name = "long"

    def play(self, task: Task, observation: Observation, rng: np.random.Generator) -> Any:
        """See `ScriptedPolicy.play`."""
        height, width = observation["image"].shape[:2]
        for turn in range(TURNS - 1):
            if turn % 5 < 3 and turn < PICTURES / 3 * 5:
                box = {"x": turn, "y": turn, "width": width // 3, "height": height // 3}
                yield ToolCall("crop", {"image": "img_1", **box}, f"Part {turn}.")
            else:
                yield ToolCall("text_search", {"q": f"town {turn}"}, f"Search {turn}.")
        yield ToolCall("answer", {"text": task.answer})


class Shown(HTMLParser):
    """The elements of a page: all of them, and those outside of closed `<details>`."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self._open: list[tuple[str, bool]] = []
        self.all: list[str] = []
        self.shown: list[str] = []
        self.words = ""
        self.shown_words = ""
        self.feed(page)
        self.close()
        assert self._open == []

    def _hidden(self) -> bool:
        following = [tag for tag, _ in self._open[1:]] + [""]
        return any(
            closed and after != "summary"
            for (_, closed), after in zip(self._open, following, strict=False)
        )

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        """Count an element."""
        self._open.append((tag, tag == "details" and "open" not in dict(attrs)))
        self.all.append(tag)
        closed, self._open[-1] = self._open[-1], (tag, False)
        if not self._hidden():
            self.shown.append(tag)
        self._open[-1] = closed
        if tag in _EMPTY:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        """Leave an element."""
        assert self._open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        """Note words."""
        self.words += data
        if not self._hidden():
            self.shown_words += data
