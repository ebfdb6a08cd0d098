"""Plays deep tasks: follows the program, opens lists, checks every candidate, adds up.

It is told what the question means (the program) and, for relations that another page may state,
which names to expect. Everything else it reads: pages of lists, rows of infoboxes, passages. What
it has read once it remembers, so no page is opened twice.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import numpy as np

from algos.policies import deep_thoughts, thoughts
from searchvl_gym.language.nouns import plural
from searchvl_gym.rollout.policy import Action, Observation, Play
from searchvl_gym.tasks.deep.measures import YEARS, number_in, unit_in, written, year_in
from searchvl_gym.tasks.deep.program import (
    OPTIONAL,
    Above,
    Anchor,
    Clue,
    Count,
    Difference,
    Follow,
    Keep,
    Lacks,
    Meets,
    Members,
    Only,
    Pick,
    Program,
    Read,
    Total,
    inputs,
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
from searchvl_gym.types import Task, ToolCall
from searchvl_gym.world.folding import fold
from searchvl_gym.world.resemblance import READ_ALIKE, most_alike

_FAR = 1 << 30
"""A place after every text: what is not found, at −1, comes last."""

GIVE_UP = "I could not find out."

BUNDLE = 6
"""So many names are searched for at once."""

RESULTS = 20

Value = str | tuple[str, ...] | Decimal
"""A title, titles, or a number or text."""


class _Lost(Exception):
    """A step that did not work out."""


@dataclass
class _Notes:
    """What was read so far.

    Attributes:
        urls: Address by title.
        rows: Infobox by title of a visited page.
        links: Links by title of a visited page.
        passages: Everything that searches and visits showed.
    """

    urls: dict[str, str] = field(default_factory=dict)
    rows: dict[str, dict[str, str]] = field(default_factory=dict)
    links: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    passages: list[SearchResult] = field(default_factory=list)


def play_deep(
    task: Task, program: Program, rng: np.random.Generator, *, calls: int | None = None
) -> Play:
    """Play a deep task.

    Args:
        task: Its labels, anchors and facts are read.
        program: What is asked.
        rng: Chooses the wording of thoughts.
        calls: Most tool calls; when they are used up, the answer is guessed from what is known.
            Reading a picture is not counted: others have eyes. None for no limit.
    """
    player = _Player(task, program, rng, calls)
    yield from player.play()


_Part = Generator[Action, Observation, str]
_Nothing = Generator[Action, Observation, None]
_Pages = Generator[Action, Observation, tuple[str, ...]]


class _Player:
    def __init__(
        self, task: Task, program: Program, rng: np.random.Generator, calls: int | None
    ) -> None:
        self.task, self.program, self.rng = task, program, rng
        self.left = calls
        self.notes = _Notes()
        self.values: dict[int, Value] = {}
        self.unit = ""
        self.finding = deep_thoughts.found("begin", rng)
        self.labels = {str(k): str(v) for k, v in task.metadata["labels"].items()}
        self.expected: dict[str, list[str]] = {}
        for hop in task.hops:
            self.expected.setdefault(hop.relation, []).append(hop.value)

    def play(self) -> Play:
        try:
            waiting = dict(enumerate(self.program.moves))
            while waiting:
                # Names and ways first: then several lists can be looked for at once.
                ready = [n for n, move in waiting.items() if not set(inputs(move)) & set(waiting)]
                number = min(ready, key=lambda n: (not isinstance(waiting[n], Anchor | Follow), n))
                self.values[number] = yield from self._value(waiting[number])
                del waiting[number]
            text = yield from self._answer()
            situation = "answer"
        except _Lost:
            text, situation = GIVE_UP, "give_up"
        yield self._call("answer", {"text": text}, situation)

    # The moves.

    def _value(self, move: object) -> Generator[Action, Observation, Value]:
        match move:
            case Anchor(picture):
                value: Value = yield from self._read(picture)
            case Follow(page, relation):
                value = yield from self._follow(self._title(page), relation)
            case Members(country, noun, _):
                value = yield from self._members(self._title(country), noun)
            case Keep(pages, clue):
                value = yield from self._keep(self._titles(pages), clue)
            case Pick(pages, relation, rank, least):
                value = yield from self._pick(self._titles(pages), relation, rank, least)
            case Only(pages):
                if not (titles := self._titles(pages)):
                    raise _Lost
                value = titles[0]
            case Total(pages, relation):
                value = yield from self._total(self._titles(pages), relation)
            case Count(pages):
                value = Decimal(len(self._titles(pages)))
            case Difference(first, second):
                one, other = self.values[first], self.values[second]
                assert isinstance(one, Decimal) and isinstance(other, Decimal)
                value = abs(one - other)
            case Read(page, relation):
                value = yield from self._look_up(self._title(page), relation)
            case _:
                raise AssertionError(move)
        return value

    def _read(self, picture: int) -> _Part:
        wanted = str(self.task.metadata["anchors"][picture - 1])
        image = f"img_{picture}"
        if self.left is not None:
            return wanted
        for attempt in range(2):
            observation = yield self._call("layout_parsing", {"image": image}, "read", image=image)
            words, score = most_alike(read_lines(str(observation["text"])), wanted)
            if score >= READ_ALIKE:
                self.finding = deep_thoughts.found("read", self.rng, words=words)
                return wanted if same_name(words, wanted) else words
            self.finding = deep_thoughts.found("unread", self.rng)
            if attempt == 0:
                arguments = {"image": image, "scale": 4}
                observation = yield self._call(
                    "super_resolution", arguments, "enlarge", image=image
                )
                made = new_picture(str(observation["text"]))
                image = image if made is None else made[0]
        raise _Lost

    def _follow(self, title: str, relation: str) -> _Part:
        label = self.labels[relation]
        if (known := self._known(title, relation)) is not None:
            return known
        yield from self._search(f"{title} {label.lower()}")
        if (known := self._known(title, relation)) is not None:
            return known
        if (page := self._called(title)) is not None and page not in self.notes.rows:
            yield from self._visit(page, "visit", goal=label)
            if (known := self._known(page, relation)) is not None:
                return known
        yield from self._search(f"{label} {title}", results=20)
        if (known := self._known(title, relation)) is not None:
            return known
        # The other side says it: its page has to be opened.
        for value in self.expected.get(relation, ()):
            if value in self.notes.urls and value not in self.notes.rows:
                yield from self._visit(value, "visit", goal=f"{label} {title}")
                if (known := self._known(title, relation)) is not None:
                    return known
        raise _Lost

    def _known(self, title: str, relation: str) -> str | None:
        """The value of a relation, from all that was read."""
        label = self.labels[relation]
        row = self.notes.rows.get(title, {}).get(label)
        expected = self.expected.get(relation, [])
        if row is not None:
            self._note("row", title=title, quote=f"{label}: {row}")
            return row
        for passage in self.notes.passages:
            # A page tells its own facts before its remarks on others.
            place = fold(passage.text).find
            for value in sorted(expected, key=lambda each: place(fold(each)) % _FAR):
                own = same_name(passage.title, title) and states(passage.text, value)
                other = same_name(passage.title, value) and states(passage.text, title)
                listed = (
                    passage.title.startswith("List of ")
                    and passage.title.endswith(f" {value}")
                    and states(passage.text, title)
                )
                if own or other or listed:
                    about = value if own else title
                    if listed:
                        self._note("list_found", title=passage.title)
                    else:
                        quote = thoughts.quote_fact(passage.text, about)
                        self._note("stated", title=passage.title, quote=quote)
                    return value
        return None

    def _members(self, country: str, noun: str) -> _Pages:
        title = self._list_of(country, noun)
        if title is None:
            yield from self._search(" ".join(self._lists_needed()), "list")
            title = self._list_of(country, noun)
            if title is None:
                yield from self._search(_list_title(country, noun), "list")
                title = self._list_of(country, noun)
            if title is None:
                raise _Lost
            self._note("list_found", title=title)
        if title not in self.notes.links:
            yield from self._visit(title, "open_list")
        self._note("listed", title=title)
        for anchor, url in self.notes.links[title]:
            self.notes.urls.setdefault(anchor, url)
        return tuple(anchor for anchor, _ in self.notes.links[title])

    def _list_of(self, country: str, noun: str) -> str | None:
        """The title of a list, when its address is known."""
        title = _list_title(country, noun)
        return title if title in self.notes.urls else None

    def _lists_needed(self) -> list[str]:
        """Titles of all lists whose country is known and which were not found yet."""
        needed = [
            (self._title(move.country), move.noun)
            for move in self.program.moves
            if isinstance(move, Members) and move.country in self.values
        ]
        return [_list_title(*each) for each in needed if self._list_of(*each) is None]

    def _keep(self, titles: Sequence[str], clue: Clue) -> _Pages:
        yield from self._check(titles, needed=_relations(clue))
        kept = []
        if isinstance(clue, Meets):
            yield from self._prepare(titles, clue)
        for title in titles:
            if title not in self.notes.rows:
                continue
            fits = yield from self._fits(title, clue)
            if fits:
                kept.append(title)
        return tuple(kept)

    def _fits(self, title: str, clue: Clue) -> Generator[Action, Observation, bool]:
        match clue:
            case Above(relation, threshold, below):
                value = self._number(title, relation)
                limit = Decimal(str(threshold))
                return value is not None and (value < limit if below else value > limit)
            case Meets(left, right, apart):
                lacking = {left[0], right[0]} & OPTIONAL
                if any(self.labels[each] not in self.notes.rows[title] for each in lacking):
                    return False
                ends = []
                for way in (left, right):
                    here = title
                    for relation in way:
                        here = yield from self._follow(here, relation)
                    ends.append(here)
                return same_name(*ends) is not apart
            case Lacks(relation):
                return self.labels[relation] not in self.notes.rows[title]

    def _prepare(self, titles: Sequence[str], clue: Meets) -> _Nothing:
        """Search for the further pages of two ways, several at once."""
        for way in (clue.left, clue.right):
            here = list(titles)
            for number, relation in enumerate(way):
                if number:
                    label = self.labels[relation]
                    names = [each for each in dict.fromkeys(here)]
                    names = [each for each in names if self._known(each, relation) is None]
                    for start in range(0, len(names), BUNDLE):
                        bundle = names[start : start + BUNDLE]
                        yield from self._search(f"{label} {' '.join(bundle)}", results=20)
                    self.finding = ""
                ends = [self._known(each, relation) for each in here]
                here = [each for each in ends if each is not None]

    def _pick(self, titles: Sequence[str], relation: str, rank: int, least: bool) -> _Part:
        yield from self._check(titles, needed=(relation,))
        known = [(self._number(title, relation), title) for title in titles]
        ranked = sorted((value, title) for value, title in known if value is not None)
        ranked = ranked if least else ranked[::-1]
        if not ranked:
            raise _Lost
        return ranked[min(rank, len(ranked)) - 1][1]

    def _total(
        self, titles: Sequence[str], relation: str
    ) -> Generator[Action, Observation, Decimal]:
        yield from self._check(titles, needed=(relation,))
        numbers = [self._number(title, relation) for title in titles]
        rows = [self.notes.rows.get(title, {}).get(self.labels[relation]) for title in titles]
        self.unit = next((unit_in(row) for row in rows if row), "")
        return sum((number for number in numbers if number is not None), Decimal(0))

    def _look_up(self, title: str, relation: str) -> _Part:
        yield from self._check((title,), needed=(relation,))
        label = self.labels[relation]
        row = self.notes.rows.get(title, {}).get(label)
        if row is not None:
            return row
        found = yield from self._follow(title, relation)
        return found

    def _answer(self) -> _Part:
        last = self.values[len(self.program.moves) - 1]
        if not isinstance(last, Decimal):
            return str(last)
        if self.left is None and not isinstance(self.program.moves[-1], Count):
            code = self._code()
            observation = yield self._call("python_interpreter", {"code": code}, "compute")
            shown = str(observation["text"]).strip().splitlines()
            value = shown[-1] if shown else ""
            self.finding = deep_thoughts.found("computed", self.rng, value=value)
        return written(last, self.unit)

    def _code(self) -> str:
        """A program that works out the last number from what was read."""
        lines, names = [], {}
        for number, move in enumerate(self.program.moves):
            if isinstance(move, Total):
                known = [self._number(each, move.relation) for each in self._titles(move.pages)]
                names[number] = f"sum_{len(names) + 1}"
                listed = ", ".join(str(each) for each in known)
                lines.append(f"{names[number]} = round(sum([{listed}]), 1)")
        move = self.program.moves[-1]
        if isinstance(move, Difference):
            lines.append(f"print(round(abs({names[move.first]} - {names[move.second]}), 1))")
        else:
            lines.append(f"print({names[len(self.program.moves) - 1]})")
        return "\n".join(lines)

    # Reading.

    def _check(self, titles: Sequence[str], needed: Sequence[str]) -> _Nothing:
        """Open the page of every candidate that was not opened yet."""
        waiting = [title for title in titles if title not in self.notes.rows]
        for number, title in enumerate(waiting):
            if self.left == 0:
                return
            done = len(titles) - len(waiting) + number
            goal = ", ".join(self.labels[relation] for relation in needed)
            facts = {"done": str(done), "all": str(len(titles)), "left": str(len(titles) - done)}
            yield from self._visit(title, "candidate", goal=goal, **facts)
            self._note_row(title, needed)

    def _note_row(self, title: str, needed: Sequence[str]) -> None:
        for relation in needed:
            label = self.labels[relation]
            row = self.notes.rows.get(title, {}).get(label)
            if row is None:
                self._note("no_row", title=title, label=label.lower())
            else:
                self._note("row", title=title, quote=f"{label}: {row}")
            return

    def _number(self, title: str, relation: str) -> Decimal | None:
        row = self.notes.rows.get(title, {}).get(self.labels[relation])
        if row is None:
            return None
        if relation in YEARS:
            year = year_in(row)
            return None if year is None else Decimal(year)
        return number_in(row)

    def _called(self, title: str) -> str | None:
        """The title as search results write it."""
        return next((each for each in self.notes.urls if same_name(each, title)), None)

    def _search(self, query: str, situation: str = "search", results: int = RESULTS) -> _Nothing:
        self._spend()
        arguments = {"q": query, "top_k": results}
        observation = yield self._call("text_search", arguments, situation, q=query)
        found = search_results(str(observation["text"]))
        self.notes.passages += found
        for result in found:
            self.notes.urls.setdefault(result.title, result.url)
        self.finding = "" if found else deep_thoughts.found("nothing", self.rng)

    def _visit(self, title: str, situation: str, goal: str = "", **facts: str) -> _Nothing:
        self._spend()
        url = self.notes.urls[title]
        arguments = {"url": url, "goal": goal}
        observation = yield self._call("visit", arguments, situation, title=title, **facts)
        text = str(observation["text"])
        head, _, rest = text.partition("\n\n")
        shown = head.partition("\n")[0].removeprefix("# ")
        rows: dict[str, str] = {}
        block, _, body = rest.partition("\n\n")
        for line in block.splitlines():
            label, separator, value = line.partition(": ")
            if separator:
                rows.setdefault(label, value)
        self.notes.rows[shown] = rows
        self.notes.links[shown] = page_links(text)
        self.notes.passages.append(SearchResult(shown, url, body))
        for anchor, address in self.notes.links[shown]:
            self.notes.urls.setdefault(anchor, address)
        self.finding = ""

    def _spend(self) -> None:
        if self.left is not None:
            if self.left == 0:
                raise _Lost
            self.left -= 1

    def _note(self, situation: str, **facts: str) -> None:
        self.finding = deep_thoughts.found(situation, self.rng, **facts)

    def _call(
        self, tool: str, arguments: dict[str, object], situation: str, **facts: str
    ) -> ToolCall:
        intention = deep_thoughts.planned(situation, self.rng, **facts)
        thought = f"{self.finding} {intention}".strip()
        self.finding = ""
        return ToolCall(tool, arguments, thought)

    def _title(self, number: int) -> str:
        value = self.values[number]
        assert isinstance(value, str)
        return value

    def _titles(self, number: int) -> tuple[str, ...]:
        value = self.values[number]
        assert isinstance(value, tuple)
        return value


_PEOPLE = frozenset(
    {
        "architect", "engineer", "novelist", "painter", "composer", "naturalist", "explorer",
        "chemist",
    }
)  # fmt: skip


def _list_title(country: str, noun: str) -> str:
    joint = "from" if noun in _PEOPLE else "in"
    return f"List of {plural(noun)} {joint} {country}"


def _relations(clue: Clue) -> tuple[str, ...]:
    return (clue.left[0],) if isinstance(clue, Meets) else (clue.relation,)
