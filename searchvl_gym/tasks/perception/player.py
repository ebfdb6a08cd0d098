"""The strongest player that sees through tools only: told the plan, it tries every way.

It knows what has to be learnt, where in a picture it stands, which repair helps and which words
to look for, and may use only some of the tools. What it has not seen in the output of a tool it
does not know. So when it fails without a tool, that tool was needed; with all tools it is the
oracle of these tasks.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from searchvl_gym.tasks.perception.goals import (
    Box,
    Compute,
    Fact,
    Goal,
    Identify,
    Inverse,
    PagePicture,
    Plan,
    ReadValue,
    Repair,
)
from searchvl_gym.tools.observations import (
    SearchResult,
    new_picture,
    page_links,
    read_lines,
    same_name,
    search_results,
    states,
)
from searchvl_gym.types import ToolCall
from searchvl_gym.world.folding import words
from searchvl_gym.world.resemblance import READ_ALIKE, most_alike

CANDIDATES = 4
"""Matches whose pages are opened to tell look-alikes apart."""

WIDER = 20
"""Results that are asked for when the first searches did not find something."""

UNKNOWN = "I could not find out."

_URL = re.compile(r"https?://[^\s,;]+")
_WAYS_TO_REPAIR: tuple[tuple[Repair, ...], ...] = (
    (),
    (Repair("super_resolution", {"scale": 2}),),
    (Repair("super_resolution", {"scale": 4}),),
    (Repair("sharpen"),),
    (Repair("sharpen", {"amount": 5.0}),),
    (Repair("sharpen", {"amount": 10.0}),),
    (Repair("perspective_correct"),),
)


@dataclass(frozen=True)
class Move:
    """A call, and why it is made.

    Attributes:
        call: What to do.
        situation: Which of the situations of an episode this is; picks the words of a thought.
    """

    call: ToolCall
    situation: str


Seeking = Generator[Move, str, str | None]
"""Yields moves, gets the text of each observation, returns what was found or None."""


class Player:
    """Plays one task.

    Args:
        plan: What has to be learnt.
        question: The task's question; a search query of last resort.
        tools: Names of the tools that it may use.

    Attributes:
        goal: What it is after at the moment.
    """

    def __init__(self, plan: Plan, question: str, tools: Collection[str]) -> None:
        self.goal: Goal = plan.goals[0]
        self._plan, self._question, self._tools = plan, question, frozenset(tools)
        self._read_as: dict[str, str] = {}
        self._urls: dict[str, str] = {}
        self._derived: dict[tuple[str, str, str], str | None] = {}
        self._texts: dict[str, str] = {}

    def play(self) -> Seeking:
        """The whole episode; returns the answer, or None when something was not found."""
        value: str | None = None
        for goal in self._plan.goals:
            self.goal = goal
            value = yield from self._pursue(goal)
            if value is None:
                return None
        if self._plan.answer and value != UNKNOWN:
            return self._plan.answer
        return value

    def _pursue(self, goal: Goal) -> Seeking:
        if isinstance(goal, Identify):
            return (yield from self._identify(goal))
        if isinstance(goal, ReadValue):
            return (yield from self._read_value(goal))
        if isinstance(goal, Fact):
            return (yield from self._fact(goal))
        if isinstance(goal, Inverse):
            return (yield from self._inverse(goal))
        if isinstance(goal, PagePicture):
            return (yield from self._page_picture(goal))
        return (yield from self._compute(goal))

    # Looking

    def _identify(self, goal: Identify) -> Seeking:
        if "image_search" not in self._tools and not (
            goal.name and "layout_parsing" in self._tools
        ):
            return None
        for picture in self._sights(goal.picture, goal.region, goal.repairs):
            seen = yield from picture
            if seen is None:
                continue
            found = None
            if goal.name:
                found = yield from self._read(seen, goal.name)
                if found is not None:
                    self._read_as[goal.title] = found
            if found is None:
                found = yield from self._match(seen, goal)
            if found is not None:
                return found
        return None

    def _read_value(self, goal: ReadValue) -> Seeking:
        if "layout_parsing" not in self._tools:
            return None
        for picture in self._sights(goal.picture, goal.region, goal.repairs):
            seen = yield from picture
            if seen is not None:
                found = yield from self._read(seen, goal.value, exact=not goal.title)
                if found is not None:
                    self._read_as[goal.title] = found
                    return goal.value
        return None

    def _sights(
        self, number: int, region: Box | None, repairs: Sequence[Repair]
    ) -> Iterator[Seeking]:
        """Ways to get a look at something: the planned one first, then all others."""
        source = f"img_{number}"
        ways: list[tuple[Box | None, tuple[Repair, ...]]] = [(region, tuple(repairs))]
        for part in dict.fromkeys((region, None if region is None else wider(region), None)):
            ways += [(part, tuple(repairs))]
            # A large picture of many things is not mended as a whole for one of them.
            whole = region is not None and part is None
            ways += [(part, way) for way in _WAYS_TO_REPAIR[: 1 if whole else None]]
        seen = set()
        for part, way in ways:
            kept = tuple(step for step in way if step.tool in self._tools)
            key = (part, repr(kept))
            if key not in seen:
                seen.add(key)
                yield self._look(source, part, kept)

    def _look(self, source: str, region: Box | None, repairs: Sequence[Repair]) -> Seeking:
        """A part of a picture, repaired; None when a tool on the way is missing or fails."""
        seen: str | None = source
        if region is not None:
            seen = yield from self._cut(source, region)
        for repair in repairs:
            if seen is None:
                return None
            situation = "enlarge" if repair.tool == "super_resolution" else "repair"
            seen = yield from self._make(repair.tool, situation, seen, repair.arguments)
        return seen

    def _cut(self, source: str, region: Box) -> Seeking:
        x, y, width, height = region
        x, y, width, height = max(0, x), max(0, y), width + min(0, x), height + min(0, y)
        if "crop" in self._tools:
            box = {"x": x, "y": y, "width": width, "height": height}
            return (yield from self._make("crop", "crop", source, box))
        # Straightening what is straight already cuts it out as well, where it is let.
        corners = [[x, y], [x + width, y], [x + width, y + height], [x, y + height]]
        return (
            yield from self._make("perspective_correct", "repair", source, {"corners": corners})
        )

    def _make(
        self, tool: str, situation: str, source: str, arguments: Mapping[str, Any]
    ) -> Seeking:
        """Name of the picture that a tool makes of another; remembered, None when it fails."""
        if tool not in self._tools:
            return None
        key = (tool, source, repr(sorted(arguments.items())))
        if key not in self._derived:
            call = ToolCall(tool, {"image": source, **arguments})
            text = yield Move(call, situation)
            added = new_picture(text)
            self._derived[key] = None if added is None else added[0]
        return self._derived[key]

    def _ask(self, situation: str, tool: str, **arguments: Any) -> Generator[Move, str, str]:
        """The text of an observation; remembered, empty without the tool."""
        if tool not in self._tools:
            return ""
        key = f"{tool} {sorted(arguments.items())!r}"
        if key not in self._texts:
            self._texts[key] = yield Move(ToolCall(tool, arguments), situation)
        return self._texts[key]

    def _read(self, picture: str, wanted: str, *, exact: bool = False) -> Seeking:
        text = yield from self._ask("read", "layout_parsing", image=picture)
        lines = read_lines(text)
        if exact:
            return wanted if any(states(line, wanted) for line in lines) else None
        read, score = most_alike(lines, wanted)
        return read if score >= READ_ALIKE else None

    def _match(self, picture: str, goal: Identify) -> Seeking:
        """Search by picture; the first match counts, or the one whose page says what is seen."""
        text = yield from self._ask("search_picture", "image_search", url=picture)
        results = search_results(text)
        self._note(results)
        for number, result in enumerate(results[:CANDIDATES]):
            right = same_name(result.title, goal.title)
            if number == 0 and right:
                return result.title
            if not goal.features or "visit" not in self._tools:
                return None
            page = yield from self._ask("settle", "visit", url=result.url, goal="appearance")
            if all(states(page, feature) for feature in goal.features):
                return result.title if right else None
        return None

    # Knowing

    def _name(self, title: str) -> str:
        """What the player calls a page: as it was read in a picture, misreadings included."""
        return self._read_as.get(title, title)

    def _note(self, results: Sequence[SearchResult]) -> None:
        for result in results:
            self._urls.setdefault(result.title, result.url)

    def _search(self, query: str, most: int = 0) -> Generator[Move, str, list[SearchResult]]:
        arguments: dict[str, Any] = {"q": query}
        if most:
            arguments["top_k"] = most
        found: list[SearchResult] = []
        for tool in ("text_search", "web_search"):
            if tool in self._tools:
                found = search_results((yield from self._ask("search", tool, **arguments)))
                break
        self._note(found)
        return found

    def _address(self, title: str) -> Seeking:
        """The address of a page: known, found by searching, or told by a page that is not there."""
        if title not in self._urls:
            yield from self._search(self._name(title))
        if title not in self._urls:
            slug = "-".join(words(self._name(title)))
            text = yield from self._ask("visit", "visit", url=f"https://atlas.example/wiki/{slug}")
            for url in _URL.findall(text):
                name = url.rstrip(".").rpartition("/")[2].rpartition("-")[0]
                if name == slug:
                    self._urls[title] = url.rstrip(".")
        return self._urls.get(title)

    def _visit(self, title: str, aim: str) -> Generator[Move, str, str]:
        url = yield from self._address(title)
        if url is None:
            return ""
        text = yield from self._ask("visit", "visit", url=url, goal=aim)
        for anchor, address in page_links(text):
            if _URL.fullmatch(address):
                self._urls.setdefault(anchor, address)
        return text

    def _fact(self, goal: Fact) -> Seeking:
        label = goal.label.lower()
        name = self._name(goal.title)
        queries = [(f"{name} {label}", 0)]
        wider = [(name, 0), (f"{label} of {name}", WIDER), (self._question, WIDER)]
        known = goal.title in self._urls
        for query, most in () if known and "visit" in self._tools else queries:
            for result in (yield from self._search(query, most)):
                if same_name(result.title, goal.title) and states(result.text, goal.value):
                    return goal.value
        text = yield from self._visit(goal.title, goal.label)
        if states(text, goal.value):
            return goal.value
        for query, most in [*queries, *wider]:
            for result in (yield from self._search(query, most)):
                own = same_name(result.title, goal.title) or states(result.text, goal.title)
                if own and states(result.text, goal.value):
                    return goal.value
        return None

    def _inverse(self, goal: Inverse) -> Seeking:
        label = goal.label.lower()
        name = self._name(goal.title)
        for query, most in (
            (f"{goal.noun} {label} {name}", 0),
            (f"{name} {goal.noun}", WIDER),
            (f"{label} {name}", WIDER),
            (name, WIDER),
        ):
            for result in (yield from self._search(query, most)):
                if not same_name(result.title, goal.value):
                    continue
                if states(result.text, goal.title):
                    return goal.value
                text = yield from self._visit(goal.value, goal.label)
                if states(text, goal.title):
                    return goal.value
        text = yield from self._visit(goal.title, goal.noun)
        return goal.value if states(text, goal.value) else None

    def _page_picture(self, goal: PagePicture) -> Seeking:
        url = yield from self._address(goal.title)
        if url is None or "open_image" not in self._tools:
            return None
        address = url if goal.ordinal == 1 else f"{url}#{goal.ordinal}"
        if "visit" in self._tools:
            yield from self._ask("visit", "visit", url=url, goal="pictures")
        key = ("open_image", address, "")
        if key not in self._derived:
            text = yield Move(ToolCall("open_image", {"url": address}), "open_image")
            added = new_picture(text)
            self._derived[key] = None if added is None else added[0]
        picture = self._derived[key]
        if picture is None:
            return None
        found = yield from self._read(picture, goal.value, exact=not goal.target)
        return goal.value if found is not None else None

    def _compute(self, goal: Compute) -> Seeking:
        if "python_interpreter" not in self._tools:
            return goal.estimate
        text = yield from self._ask("compute", "python_interpreter", code=goal.code)
        return goal.value if states(text, goal.value) or goal.value in text else None


def wider(region: Box) -> Box:
    """A box with more around it; where it sticks out of the picture, tools clip it."""
    x, y, width, height = region
    room = round(0.6 * height)
    return x - room, y - room, width + 2 * room, height + 2 * room
