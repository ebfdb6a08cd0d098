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
from typing import Any

import numpy as np

from algos.policies import thoughts
from algos.policies.deep_oracle import play_deep
from algos.policies.oracle_plan import Leg, answer_of, forward_queries, inverse_queries, legs_of
from algos.policies.perception_oracle import play_perception
from searchvl_gym.rollout.policy import Action, Observation, Play, ScriptedPolicy
from searchvl_gym.tasks.deep.program import program_of
from searchvl_gym.tasks.perception.goals import plan_of
from searchvl_gym.tools.observations import (
    SearchResult,
    first_size,
    new_picture,
    page_links,
    read_lines,
    same_name,
    search_results,
    states,
)
from searchvl_gym.types import Task, ToolCall
from searchvl_gym.world.resemblance import READ_ALIKE, most_alike

OVERLAP = 0.15
"""Share by which the tiles of a picture overlap on each side."""

WIDER = 20
"""Results that are asked for when the first searches did not find a page."""


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
    urls: dict[str, str] = field(default_factory=dict)
    finding: str = ""

    def call(self, tool: str, situation: str, arguments: dict[str, Any], **facts: str) -> ToolCall:
        """A call with a thought: what was found last, then the plan."""
        words = {name: str(value) for name, value in arguments.items()}
        intention = thoughts.plan(situation, self.rng, {"tool": tool, **words, **facts})
        thought = f"{self.finding} {intention[0].upper()}{intention[1:]}".strip()
        self.finding = ""
        return ToolCall(tool, arguments, thought)

    def found(self, situation: str, **facts: str) -> None:
        """Note what the last observation gave, for the next thought."""
        self.finding = thoughts.find(situation, self.rng, **facts)

    def picture_of(self, observation: Observation, situation: str) -> str | None:
        """The name of the picture that a call made; None when it failed."""
        text = str(observation["text"])
        added = new_picture(text)
        if added is None:
            self.found("failed", quote=thoughts.quote(text))
            return None
        name, (width, height) = added
        self.sizes[name] = (width, height)
        self.found(situation, picture=name, width=str(width), height=str(height))
        return name


_Part = Generator[Action, Observation, str | None]
"""A part of an episode; returns what it found, or None."""

_Search = Generator[Action, Observation, list[SearchResult]]


class OraclePolicy(ScriptedPolicy):
    """The privileged reference player. See the module and docs/oracle.md."""

    name = "oracle"

    def play(self, task: Task, observation: Observation, rng: np.random.Generator) -> Play:
        """See `ScriptedPolicy.play`.

        Raises:
            ValueError: When the task has no gold path with names.
        """
        program = program_of(task)
        if program is not None:
            yield from play_deep(task, program, rng)
            return
        plan = plan_of(task)
        if plan is not None:
            yield from play_perception(task, plan, rng)
            return
        legs = legs_of(task)
        episode = _Episode(task, rng, "img_1", {"img_1": first_size(observation)})
        episode.found("begin")
        yield from self._repair(episode)
        name = yield from self._identify(episode, legs[0].title)
        missed = Miss.NAME.value if name is None else None
        for leg in legs if name is not None else ():
            assert name is not None
            follow = self._follow_inverse if leg.inverse else self._follow
            missed = yield from follow(episode, leg, name)
            if missed is not None:
                break
            name = leg.value
        if missed is not None:
            yield episode.call("answer", "give_up", {"text": missed})
            return
        text, situation = answer_of(task, legs[-1].value)
        yield episode.call("answer", situation, {"text": text}, value=legs[-1].value)

    def _repair(self, episode: _Episode) -> _Part:
        """Undo the damage; keep the picture as it is when a tool cannot."""
        # A calibrated repair may need other arguments than the usual ones.
        known = episode.task.metadata.get("repair", {}).get("arguments", {})
        for tool in episode.task.repair:
            arguments = {"image": episode.picture, **known}
            observation = yield episode.call(tool, "repair", arguments)
            episode.picture = episode.picture_of(observation, "repaired") or episode.picture
        return None

    def _identify(self, episode: _Episode, title: str) -> _Part:
        """Find the anchor's name: read it, search for the picture, or look closer."""
        shown = str(episode.task.metadata["shown"])
        pictures = tuple(dict.fromkeys((episode.picture, "img_1")))
        for picture in pictures if shown else ():
            read = yield from self._read(episode, picture, shown)
            if read is not None:
                return read
        for picture in pictures:
            found = yield from self._search_picture(episode, picture, title)
            if found is not None:
                return found
        for box in _tiles(episode.sizes[episode.picture]) if shown else ():
            read = yield from self._look_closer(episode, box, shown)
            if read is not None:
                return read
        return None

    def _read(self, episode: _Episode, picture: str, shown: str) -> _Part:
        observation = yield episode.call("layout_parsing", "read", {"image": picture})
        text = str(observation["text"])
        words, score = most_alike(read_lines(text), shown)
        if score >= READ_ALIKE:
            episode.found("read", words=words)
            return words
        lines = read_lines(text)
        quoted = thoughts.quote(text)
        episode.found("unreadable" if lines else "failed", quote=quoted)
        return None

    def _look_closer(self, episode: _Episode, box: tuple[int, int, int, int], shown: str) -> _Part:
        x, y, width, height = box
        arguments = {"image": episode.picture, "x": x, "y": y, "width": width, "height": height}
        observation = yield episode.call("crop", "crop", arguments)
        cut = episode.picture_of(observation, "cut")
        if cut is None:
            return None
        enlarge = {"image": cut, "scale": 4}
        observation = yield episode.call("super_resolution", "enlarge", enlarge)
        enlarged = episode.picture_of(observation, "enlarged")
        read = yield from self._read(episode, enlarged or cut, shown)
        return read

    def _search_picture(self, episode: _Episode, picture: str, title: str) -> _Part:
        observation = yield episode.call("image_search", "search_picture", {"url": picture})
        for number, result in enumerate(search_results(str(observation["text"])), 1):
            if same_name(result.title, title):
                episode.urls[result.title] = result.url
                episode.found("matched", number=str(number), title=result.title)
                return result.title
        episode.found("unmatched")
        return None

    def _search(self, episode: _Episode, query: str, again: bool, results: int) -> _Search:
        """Search; what came back is noted as leading nowhere until something is found in it."""
        arguments: dict[str, Any] = {"q": query}
        if results:
            arguments["top_k"] = results
        situation = "search_again" if again else "search"
        observation = yield episode.call("text_search", situation, arguments)
        found = search_results(str(observation["text"]))
        if found:
            episode.found("elsewhere", title=found[0].title)
        else:
            episode.found("nothing")
        for result in found:
            episode.urls.setdefault(result.title, result.url)
        return found

    def _follow(
        self, episode: _Episode, leg: Leg, name: str
    ) -> Generator[Action, Observation, str | None]:
        """Find one fact; returns the miss, or None when an observation stated the value."""
        url: str | None = None
        for number, query in enumerate(forward_queries(name, leg, episode.rng)):
            results = yield from self._search(episode, query, number > 0, 0)
            for place, result in enumerate(results, 1):
                if not same_name(result.title, leg.title):
                    continue
                url = result.url
                facts = {"number": str(place), "title": result.title, "label": leg.label.lower()}
                if states(result.text, leg.value):
                    quoted = thoughts.quote_fact(result.text, leg.value)
                    episode.found("stated", quote=quoted, value=leg.value, **facts)
                    return None
                episode.found("not_in_passage", **facts)
            if url is not None:
                break
        if url is None and leg.first:
            # The name was misread badly enough to mislead the search: ask the picture.
            found = yield from self._search_picture(episode, episode.picture, leg.title)
            url = None if found is None else episode.urls[found]
        if url is None:
            return Miss.PAGE.value
        text = yield from self._visit(episode, url, f"{leg.label} of {name}", leg.label.lower())
        if not states(text, leg.value):
            return Miss.VALUE.value
        episode.found(
            "page_stated",
            title=leg.title,
            quote=thoughts.quote_fact(text, leg.value, leg.label),
            value=leg.value,
            label=leg.label.lower(),
        )
        return None

    def _follow_inverse(
        self, episode: _Episode, leg: Leg, name: str
    ) -> Generator[Action, Observation, str | None]:
        """Find the page that states a fact about `name`; it must be seen to state it."""
        looked = False
        for number, (query, results) in enumerate(inverse_queries(name, leg, WIDER)):
            found = yield from self._search(episode, query, number > 0, results)
            for place, result in enumerate(found, 1):
                if not same_name(result.title, leg.value):
                    continue
                facts = {"title": result.title, "name": leg.title}
                if states(result.text, leg.title):
                    quoted = thoughts.quote_fact(result.text, leg.title)
                    episode.found("turned_up", number=str(place), quote=quoted, **facts)
                    return None
                if not looked:
                    looked = True
                    episode.found("unconfirmed", number=str(place), title=result.title)
                    confirmed = yield from self._confirm(episode, leg, result.url)
                    if confirmed:
                        return None
        # The page of the earlier subject may name the later one, or link to it.
        if leg.title not in episode.urls and leg.first:
            yield from self._search_picture(episode, episode.picture, leg.title)
        url = episode.urls.get(leg.title)
        if url is None:
            return Miss.PAGE.value
        text = yield from self._visit(episode, url, f"{leg.noun or leg.label} of {name}", leg.noun)
        link = _link(text, leg.value)
        if link is None or looked:
            episode.found("not_linked", name=leg.title)
            return Miss.VALUE.value if looked else Miss.PAGE.value
        episode.found("linked", name=leg.title, title=leg.value)
        confirmed = yield from self._confirm(episode, leg, link)
        return None if confirmed else Miss.VALUE.value

    def _confirm(
        self, episode: _Episode, leg: Leg, url: str
    ) -> Generator[Action, Observation, bool]:
        """Whether the page of the later subject states the fact about the earlier one."""
        text = yield from self._visit(episode, url, f"{leg.label} {leg.title}", leg.label.lower())
        if not states(text, leg.title):
            episode.found("not_linked", name=leg.value)
            return False
        quoted = thoughts.quote_fact(text, leg.title, leg.label)
        episode.found("page_confirmed", title=leg.value, name=leg.title, quote=quoted)
        return True

    def _visit(
        self, episode: _Episode, url: str, goal: str, label: str
    ) -> Generator[Action, Observation, str]:
        arguments = {"url": url, "goal": goal}
        observation = yield episode.call("visit", "visit", arguments, label=label or "the link")
        return str(observation["text"])


def _link(text: str, title: str) -> str | None:
    """The address behind a link of a visited page, by the words of the link."""
    return next((url for anchor, url in page_links(text) if same_name(anchor, title)), None)


def _tiles(size: tuple[int, int]) -> Iterator[tuple[int, int, int, int]]:
    """Four overlapping quarters and the centre: left, top, width, height."""
    width, height = size
    across, down = int(width * (0.5 + OVERLAP)), int(height * (0.5 + OVERLAP))
    right, bottom = width - across, height - down
    corners = [(0, 0), (right, 0), (0, bottom), (right, bottom), (right // 2, bottom // 2)]
    return ((x, y, across, down) for x, y in corners)
