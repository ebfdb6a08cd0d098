"""`oracle`: plays the gold plan through the real tools, and believes only what it has read.

It is told the plan (`task.hops`, `task.repair` and the names in `task.metadata`), but a step
counts only when an observation shows it: the anchor's name must be read in the picture or come
back from the image search, every further name and the answer must stand in a passage or page.
When that fails it says so in its answer, so every miss is one of `Miss`.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

from algos.policies.observations import (
    SearchResult,
    most_alike,
    new_picture,
    read_lines,
    same_name,
    search_results,
    states,
)
from algos.policies.thoughts import think
from searchvl_gym.rollout.policy import Action, Observation, Play, ScriptedPolicy
from searchvl_gym.types import Hop, Task, ToolCall

ALIKE = 0.75
"""Least resemblance of what was read to the name that is looked for."""

OVERLAP = 0.15
"""Share by which the tiles of a picture overlap on each side."""


class Miss(StrEnum):
    """Why the oracle gave up; the value is its answer."""

    NAME = "I could not find out which page the picture belongs to."
    PAGE = "I could not find the page that I need."
    VALUE = "I found the page but not the fact that I need."


@dataclass
class _Episode:
    """What the oracle knows in one episode."""

    task: Task
    rng: np.random.Generator
    picture: str
    sizes: dict[str, tuple[int, int]]
    seen: list[str] = field(default_factory=list)

    def call(self, tool: str, situation: str, **arguments: object) -> ToolCall:
        """A call with a thought on the last observation."""
        last = self.seen[-1] if self.seen else ""
        words = {name: str(value) for name, value in arguments.items()}
        return ToolCall(tool, arguments, think(situation, last, words, self.rng, tool))

    def note(self, observation: Observation) -> str:
        """Keep the text of an observation; learn of a new picture."""
        text = str(observation["text"])
        self.seen.append(text)
        added = new_picture(text)
        if added is not None:
            self.sizes[added[0]] = added[1]
        return text


_Part = Generator[Action, Observation, str | None]
"""A part of an episode; returns what it found, or None."""


class OraclePolicy(ScriptedPolicy):
    """The privileged reference player. See the module and docs/oracle.md."""

    name = "oracle"

    def play(self, task: Task, observation: Observation, rng: np.random.Generator) -> Play:
        """See `ScriptedPolicy.play`.

        Raises:
            ValueError: When the task has no gold path with names.
        """
        titles = task.metadata.get("titles")
        labels = task.metadata.get("labels")
        shown = task.metadata.get("shown")
        if not task.hops or not titles or not labels or not shown:
            raise ValueError(f"task {task.id}: the oracle needs hops and the names of their pages")
        image = np.asarray(observation["image"])
        size = (int(image.shape[1]), int(image.shape[0]))
        episode = _Episode(task, rng, "img_1", {"img_1": size})
        yield from self._repair(episode)
        name = yield from self._identify(episode, str(shown), str(titles[0]))
        if name is None:
            yield episode.call("answer", "give_up", text=Miss.NAME.value)
            return
        for number, hop in enumerate(task.hops):
            missed = yield from self._follow(
                episode, hop, name, str(titles[number]), str(labels[number])
            )
            if missed is not None:
                yield episode.call("answer", "give_up", text=missed)
                return
            name = hop.value
        yield episode.call("answer", "answer", text=name)

    def _repair(self, episode: _Episode) -> _Part:
        """Undo the damage; keep the picture as it is when a tool cannot."""
        for tool in episode.task.repair:
            observation = yield episode.call(tool, "repair", image=episode.picture)
            added = new_picture(episode.note(observation))
            if added is not None:
                episode.picture = added[0]
        return None

    def _identify(self, episode: _Episode, shown: str, title: str) -> _Part:
        """Find the anchor's name: read it, search for the picture, or look closer."""
        pictures = tuple(dict.fromkeys((episode.picture, "img_1")))
        for picture in pictures:
            read = yield from self._read(episode, picture, shown, "read")
            if read is not None:
                return read
        for picture in pictures:
            found = yield from self._search_picture(episode, picture, title)
            if found is not None:
                return found.title
        for box in _tiles(episode.sizes[episode.picture]):
            read = yield from self._look_closer(episode, box, shown)
            if read is not None:
                return read
        return None

    def _read(self, episode: _Episode, picture: str, title: str, situation: str) -> _Part:
        observation = yield episode.call("layout_parsing", situation, image=picture)
        words, score = most_alike(read_lines(episode.note(observation)), title)
        return words if score >= ALIKE else None

    def _look_closer(self, episode: _Episode, box: tuple[int, int, int, int], title: str) -> _Part:
        x, y, width, height = box
        observation = yield episode.call(
            "crop", "crop", image=episode.picture, x=x, y=y, width=width, height=height
        )
        cut = new_picture(episode.note(observation))
        if cut is None:
            return None
        observation = yield episode.call("super_resolution", "enlarge", image=cut[0], scale=4)
        enlarged = new_picture(episode.note(observation))
        picture = cut[0] if enlarged is None else enlarged[0]
        read = yield from self._read(episode, picture, title, "read_again")
        return read

    def _search_picture(
        self, episode: _Episode, picture: str, title: str
    ) -> Generator[Action, Observation, SearchResult | None]:
        observation = yield episode.call("image_search", "search_picture", url=picture)
        for result in search_results(episode.note(observation)):
            if same_name(result.title, title):
                return result
        return None

    def _follow(
        self, episode: _Episode, hop: Hop, name: str, title: str, label: str
    ) -> Generator[Action, Observation, str | None]:
        """Find one fact; returns the miss, or None when an observation stated the value."""
        url: str | None = None
        for query in _queries(name, label):
            observation = yield episode.call("text_search", "search", q=query)
            for result in search_results(episode.note(observation)):
                if same_name(result.title, title):
                    url = result.url
                    if states(result.text, hop.value):
                        return None
            if url is not None:
                break
        if url is None and hop is episode.task.hops[0]:
            # The name was misread badly enough to mislead the search: ask the picture.
            found = yield from self._search_picture(episode, episode.picture, title)
            url = None if found is None else found.url
        if url is None:
            return Miss.PAGE.value
        observation = yield episode.call("visit", "visit", url=url, goal=f"{label} of {name}")
        if states(episode.note(observation), hop.value):
            return None
        return Miss.VALUE.value


def _queries(name: str, label: str) -> Iterator[str]:
    """Ways to ask for a fact, the most telling first."""
    yield f"{name} {label.lower()}"
    yield name
    longest = sorted(name.split(), key=len, reverse=True)[:2]
    if len(longest) < len(name.split()):
        yield " ".join(longest)


def _tiles(size: tuple[int, int]) -> list[tuple[int, int, int, int]]:
    """Four overlapping quarters and the centre: left, top, width, height."""
    width, height = size
    across, down = int(width * (0.5 + OVERLAP)), int(height * (0.5 + OVERLAP))
    right, bottom = width - across, height - down
    corners = [(0, 0), (right, 0), (0, bottom), (right, bottom), (right // 2, bottom // 2)]
    return [(x, y, across, down) for x, y in corners]
