"""Checks deep tasks without the code that made them: from what the pages show, by other means.

It reads infoboxes and titles of all pages, works out every program anew, looks for ties, for other
pages that fit, for names and answers in the question, and for passages that state what is said to
stand in infoboxes alone. Of the typed facts it uses only those that no infobox shows.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections import Counter
from fractions import Fraction
from typing import Any

from searchvl_gym.types import Task
from searchvl_gym.world import World


def check(world: World, tasks: Any) -> dict[str, int]:
    """How many tasks are wrong, not unique, leak, or are shallower than they say."""
    checker = _Checker(world)
    found: Counter[str] = Counter(tasks=len(tasks), wrong=0, not_unique=0, leaks=0, shallow=0)
    for task in tasks:
        for fault in checker.faults(task):
            found[fault] += 1
            print(f"{task.id}: {fault}: {task.question}")
    return dict(found)


class _Twice(Exception):
    """More than one thing fits."""


class _Checker:
    def __init__(self, world: World) -> None:
        pages = list(world.pages())
        self.labels = {each.name: each.label for each in world.info.relations}
        self.page_of = {page.title: page.id for page in pages}
        self.titles = [page.title for page in pages]
        self.names = [(page.title, *page.aliases, *page.redirects) for page in pages]
        self.rows = [dict(reversed(page.infobox)) for page in pages]
        self.elsewhere: dict[tuple[str, str], str] = {}
        for fact in world.all_facts():
            if self.labels[fact.relation] not in self.rows[fact.subject]:
                self.elsewhere[self.titles[fact.subject], fact.relation] = fact.value
        self.members: dict[tuple[str, tuple[str, ...], str], list[str]] = {}
        self.known: dict[tuple[int, str], bool] = {}
        self.starts: list[int] = []
        length = 0
        for page in pages:
            self.starts.append(length)
            length += len(page.text) + 1
        self.text = "\n".join(page.text for page in pages)

    def faults(self, task: Task) -> set[str]:
        """Names of what is wrong with a task."""
        found = set()
        self.touched: set[str] = set()
        try:
            answer = self.answer(task)
        except _Twice:
            return {"not_unique"}
        except (KeyError, IndexError) as error:
            print(f"{task.id}: {error!r}")
            return {"wrong"}
        if not self.equal(answer, task.answer):
            found.add("wrong")
        if self.leaks(task):
            found.add("leaks")
        if self.shallow(task):
            found.add("shallow")
        return found

    def answer(self, task: Task) -> Any:
        """The answer, worked out from the pages."""
        values: list[Any] = []
        for move in task.metadata["program"]["moves"]:
            values.append(self.step(move, values, task.metadata["anchors"]))
            given = values[-1]
            self.touched.update([given] if isinstance(given, str) else [])
            self.touched.update(given if isinstance(given, list) else [])
        return values[-1]

    def step(self, move: dict[str, Any], values: list[Any], anchors: list[str]) -> Any:
        kind = move["move"]
        if kind == "anchor":
            title = anchors[move["picture"] - 1]
            if sum(plain(title) in map(plain, names) for names in self.names) != 1:
                raise _Twice
            return title
        if kind == "follow":
            return self.state(values[move["page"]], move["relation"])
        if kind == "members":
            return self.belonging(move["noun"], tuple(move["way"]), values[move["country"]])
        if kind == "keep":
            return [page for page in values[move["pages"]] if self.fits(page, move["clue"])]
        if kind == "only":
            if len(values[move["pages"]]) != 1:
                raise _Twice
            return values[move["pages"]][0]
        if kind == "pick":
            numbers = {
                page: number(self.state(page, move["relation"])) for page in values[move["pages"]]
            }
            ordered = sorted(numbers, key=lambda page: numbers[page])
            chosen = ordered[move["rank"] - 1] if move["least"] else ordered[-move["rank"]]
            if list(numbers.values()).count(numbers[chosen]) > 1:
                raise _Twice
            return chosen
        if kind == "total":
            return sum(number(self.state(p, move["relation"])) for p in values[move["pages"]])
        if kind == "count":
            return Fraction(len(values[move["pages"]]))
        if kind == "difference":
            return abs(values[move["first"]] - values[move["second"]])
        return "=" + self.state(values[move["page"]], move["relation"])

    def state(self, title: str, relation: str) -> str:
        """What a page, or another one where no infobox does, states for a relation."""
        row = self.rows[self.page_of[title]].get(self.labels[relation])
        return self.elsewhere[title, relation] if row is None else row

    def belonging(self, noun: str, way: tuple[str, ...], country: str) -> list[str]:
        """Every page of a type from which a way leads to a country."""
        key = (noun, way, country)
        if key not in self.members:
            found = []
            for page, rows in enumerate(self.rows):
                if rows.get("Type") != noun:
                    continue
                here = self.titles[page]
                try:
                    for relation in way:
                        here = self.state(here, relation)
                except KeyError:
                    continue
                if here == country:
                    found.append(self.titles[page])
            self.members[key] = found
        return self.members[key]

    def fits(self, title: str, clue: dict[str, Any]) -> bool:
        if clue["clue"] == "lacks":
            key = (title, clue["relation"])
            return self.labels[clue["relation"]] not in self.rows[self.page_of[title]] and (
                key not in self.elsewhere
            )
        if clue["clue"] == "above":
            stated = self.state(title, clue["relation"])
            value = year(stated) if is_date(stated, clue["relation"]) else number(stated)
            limit = Fraction(str(clue["threshold"]))
            return value < limit if clue["below"] else value > limit
        ends = []
        for way in (clue["left"], clue["right"]):
            here = title
            for place, relation in enumerate(way):
                if place == 0 and relation in ("mentor", "spouse", "death_place"):
                    try:
                        here = self.state(here, relation)
                    except KeyError:
                        return False
                else:
                    here = self.state(here, relation)
                self.touched.add(here)
            ends.append(here)
        return (ends[0] != ends[1]) if clue["apart"] else ends[0] == ends[1]

    def equal(self, worked_out: Any, answer: str) -> bool:
        if isinstance(worked_out, str):
            return worked_out == f"={answer}"
        return bool(worked_out == number(answer))

    def leaks(self, task: Task) -> bool:
        question = f" {plain(task.question)} "
        names = [
            name
            for title in self.touched
            if title in self.page_of
            for name in self.names[self.page_of[title]]
        ]
        return any(f" {plain(name)} " in question for name in (*names, task.answer) if plain(name))

    def shallow(self, task: Task) -> bool:
        """Whether fewer pages have to be visited than the task says."""
        pages = set()
        for hop, page in zip(task.hops, task.metadata["evidence"], strict=True):
            if page < 0:
                continue
            pages.add(page)
            if hop.target is not None or self.told(hop.subject, hop.value):
                return True
        return task.metadata["least_calls"] > 1 + len(pages) + self.absent(task)

    def absent(self, task: Task) -> int:
        """Pages that have to be read for what they do not state, at most."""
        clues = [move.get("clue", {}) for move in task.metadata["program"]["moves"]]
        lacking = any(
            clue.get("clue") == "lacks"
            or any(
                way and way[0] in ("mentor", "spouse", "death_place")
                for way in (clue.get("left"), clue.get("right"))
            )
            for clue in clues
        )
        return int(task.metadata["branching"]) if lacking else 0

    def told(self, subject: int, value: str) -> bool:
        """Whether a text says a value together with a name of its subject."""
        key = (subject, value)
        if key not in self.known:
            self.known[key] = self.look_for(subject, value)
        return self.known[key]

    def look_for(self, subject: int, value: str) -> bool:
        """The same, from the text of all pages."""
        for found in re.finditer(rf"(?<![\w,.]){re.escape(value)}(?![\w]|[,.]\d)", self.text):
            page = bisect_right(self.starts, found.start()) - 1
            start = self.starts[page]
            end = self.starts[page + 1] if page + 1 < len(self.starts) else len(self.text)
            if page == subject or any(name in self.text[start:end] for name in self.names[subject]):
                return True
        return False


def plain(text: str) -> str:
    """Lower-case words without marks."""
    bare = "".join(
        sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign)
    )
    return " ".join(re.findall(r"\w+", bare.casefold()))


def number(text: str) -> Fraction:
    """The first number of a text."""
    found = re.search(r"\d+(?:,\d{3})*(?:\.\d+)?", text)
    if found is None:
        raise KeyError(text)
    return Fraction(found[0].replace(",", ""))


def is_date(text: str, relation: str) -> bool:
    """Whether a stated value is a date."""
    dates = ("opened", "founded", "presented", "described", "birth_date", "explored")
    return relation in dates and bool(re.search(r"\d{3,4}$", text))


def year(text: str) -> Fraction:
    """The year at the end of a date."""
    return Fraction(re.findall(r"\d{3,4}", text)[-1])
