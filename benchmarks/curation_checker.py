"""Checks curated tasks against their world, without any code of the curation.

    python -m benchmarks.curation_checker TASKS.jsonl --world PATH

Only the public interface of a world is used: its pages, facts, pictures and schema. Names are
compared by rules of this file, and every descriptor is evaluated by going through all facts, so
a mistake in the curation's own checks does not hide itself. A world without a schema is read by
`benchmarks.curation_rows`; there a page that is silent about what a question says of another one
may be meant as well.

A task is reported when

- a name of a page on its path, or a right answer, stands in the question (`leak`);
- its words fit no page or several, or lead to another answer (`not_unique`);
- what it says does not follow from the world (`wrong`): a hop that no fact states, wording that
  the schema does not give to the relation, a picture of another page.
"""

from __future__ import annotations

import argparse
import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.curation_rows import as_relations, read_rows
from benchmarks.curation_sayings import ASKS, FORWARD, INVERSE, Sayings
from searchvl_gym.language.nouns import nouns_of
from searchvl_gym.tasks import TaskSet
from searchvl_gym.types import Task
from searchvl_gym.world import Fact, Page, World, open_world

LEAK, NOT_UNIQUE, WRONG = "leak", "not_unique", "wrong"

_INVERSE = "inverse:"
_TOKEN = re.compile(r"[^\W_]+")
_ROUNDED = re.compile(r"[\d,]+(?:\.\d+)?")
_SHARED = re.compile(r"the same [\w -]+ as \{x\}")
_SUPERLATIVES = ("most", "least")
_MONTHS = "January February March April May June July August September October November December"


@dataclass(frozen=True)
class Problem:
    """What is wrong with a task."""

    task: str
    kind: str
    detail: str


class Checker:
    """Checks the tasks of one world.

    Args:
        world: The world; read once from beginning to end.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._typed = bool(world.info.relations)
        self._pages: list[Page] = list(world.pages())
        self._stated: defaultdict[tuple[int, str], list[Fact]] = defaultdict(list)
        self._about: defaultdict[tuple[int, str], list[int]] = defaultdict(list)
        facts = list(world.all_facts() if self._typed else read_rows(world))
        for fact in facts:
            self._stated[fact.subject, fact.relation].append(fact)
            if fact.target is not None:
                self._about[fact.target, fact.relation].append(fact.subject)
        self._bearers: defaultdict[str, set[int]] = defaultdict(set)
        for page in self._pages:
            for name in _names(page):
                self._bearers[_plain(name)].add(page.id)
        relations = world.info.relations if self._typed else as_relations(facts)
        self._sayings = Sayings(relations)

    def check(self, tasks: Iterable[Task]) -> list[Problem]:
        """Every problem of some tasks, in their order."""
        return [
            Problem(task.id, kind, detail)
            for task in tasks
            for kind, detail in (*self._leaks(task), *self._ambiguities(task), *self._errors(task))
        ]

    def _leaks(self, task: Task) -> Iterator[tuple[str, str]]:
        tokens = _tokens(task.question)
        for page in self._path(task):
            for name in _names(self._pages[page]):
                if _occurs(_tokens(name), tokens):
                    yield LEAK, f"the name “{name}” stands in the question"
        value = str(task.metadata["curation"]["value"])
        for answer in dict.fromkeys((task.answer, value, *task.aliases)):
            if _occurs(_tokens(answer), tokens):
                yield LEAK, f"the answer “{answer}” stands in the question"

    def _ambiguities(self, task: Task) -> Iterator[tuple[str, str]]:
        """Follow the question's descriptors from the picture, keeping all that fits."""
        curation = task.metadata["curation"]
        anchors = self._anchors(task)
        if anchors != {task.hops[0].subject}:
            yield NOT_UNIQUE, f"the picture may stand for the pages {sorted(anchors)}"
            return
        here = anchors
        for number, descriptor in enumerate(curation["descriptors"]):
            here = {
                page
                for earlier in here
                for meaning in self._sayings.meanings(
                    descriptor["relation"],
                    self._words(curation, number),
                    INVERSE if self._turned(curation, number) else FORWARD,
                )
                for page in self._follow(earlier, meaning, descriptor)
            }
            for name, _, form, rank in descriptor["qualifiers"]:
                if form in _SUPERLATIVES:
                    here = self._foremost(here, name, form, rank)
            if len(here) != 1:
                yield NOT_UNIQUE, f"“{descriptor['template']}” fits {len(here)} pages"
                return
        [last] = here
        if curation["ask"]["relation"] is None:
            found = {_plain(self._pages[last].title)}
        else:
            found = {
                _plain(fact.value)
                for meaning in self._sayings.meanings(
                    curation["ask"]["relation"], curation["ask"]["template"], ASKS
                )
                for fact in self._stated[last, meaning]
            }
        if found != {_plain(str(curation["value"]))}:
            yield NOT_UNIQUE, f"the answers {sorted(found)} are right"

    def _errors(self, task: Task) -> Iterator[tuple[str, str]]:
        curation = task.metadata["curation"]
        here = task.hops[0].subject
        for hop in task.hops:
            if hop.subject != here:
                yield WRONG, f"hop {hop} does not begin where the last one ended"
            relation = hop.relation.removeprefix(_INVERSE)
            if hop.relation.startswith(_INVERSE):
                stated = hop.subject in {
                    fact.target for fact in self._stated[hop.target or 0, relation]
                }
            else:
                stated = hop.target in {fact.target for fact in self._stated[hop.subject, relation]}
            if not stated:
                yield WRONG, f"no fact states {hop}"
            here = -1 if hop.target is None else hop.target
        parts = (*curation["descriptors"], curation["ask"])
        for number, part in enumerate(parts):
            if part is parts[-1]:
                words, way = str(part["template"]), ASKS
            else:
                words = self._words(curation, number)
                way = INVERSE if self._turned(curation, number) else FORWARD
            relation = part["relation"]
            if relation is not None and not self._sayings.says(relation, words, way):
                yield WRONG, f"“{part['template']}” is no wording of {part['relation']}"
            if not _contains_in_order(task.question, part["template"]):
                yield WRONG, f"the question does not say “{part['template']}”"
        for image in task.images:
            if image.world_image is None or (
                self._world.image(image.world_image).page != task.hops[0].subject
            ):
                yield WRONG, "the picture is not the anchor's"
        if not _follows(str(curation["value"]), task.answer, str(curation["form"])):
            yield WRONG, f"“{task.answer}” does not follow from “{curation['value']}”"

    @staticmethod
    def _words(curation: Mapping[str, Any], number: int) -> str:
        """The words of a descriptor; what two things share is said by the next one's."""
        shared = _SHARED.fullmatch(curation["descriptors"][number]["template"]) is not None
        return str(curation["descriptors"][number + shared]["template"])

    @staticmethod
    def _turned(curation: Mapping[str, Any], number: int) -> bool:
        """Whether the words of a descriptor are those of a subject, seen from a value."""
        shared = _SHARED.fullmatch(curation["descriptors"][number]["template"]) is not None
        return bool(curation["descriptors"][number + shared]["inverse"])

    def _path(self, task: Task) -> list[int]:
        ends = (page for hop in task.hops[:-1] for page in (hop.subject, hop.target))
        last = task.hops[-1]
        found = dict.fromkeys((*ends, last.subject, last.target))
        return [page for page in found if page is not None]

    def _anchors(self, task: Task) -> set[int]:
        """Pages that the visual expression may mean: they bear the name and fit the noun.

        A picture without a name in it stands for the page that it is from.
        """
        if not task.metadata["shown"]:
            pictures = [image.world_image for image in task.images]
            return {self._world.image(each).page for each in pictures if each is not None}
        shown, noun = str(task.metadata["shown"]), str(task.metadata["curation"]["noun"])
        return {page for page in self._bearers[_plain(shown)] if self._fits(page, noun)}

    def _follow(
        self, earlier: int, relation: str, descriptor: Mapping[str, Any]
    ) -> Iterator[int | str]:
        """What a descriptor may mean, its superlatives left out."""
        if descriptor["inverse"]:
            found: list[int | str] = list(self._about[earlier, relation])
        else:
            found = [
                fact.value if fact.target is None else fact.target
                for fact in self._stated[earlier, relation]
            ]
        for page in found:
            if isinstance(page, str) or (
                self._fits(page, descriptor["noun"])
                and all(
                    self._says_of(page, name, form, value)
                    for name, value, form, _ in descriptor["qualifiers"]
                    if form not in _SUPERLATIVES
                )
            ):
                yield page

    def _says_of(self, page: int, relation: str, form: str, value: str) -> bool:
        """Whether what a question adds may be said of a page."""
        stated = self._stated[page, relation]
        if any(_holds(form, value, fact.value) for fact in stated):
            return True
        if self._typed:
            return False
        return not stated or any(
            _occurs(_tokens(value), _tokens(fact.value))
            or _occurs(_tokens(fact.value), _tokens(value))
            for fact in stated
        )

    def _foremost(
        self, pages: set[int | str], relation: str, form: str, rank: int
    ) -> set[int | str]:
        """The page to which a superlative belongs; all of them where one cannot be compared."""
        numbers: dict[int | str, float] = {}
        for page in pages:
            values = [] if isinstance(page, str) else self._stated[page, relation]
            number = _number(values[0].value) if len(values) == 1 else None
            if number is None:
                return pages
            numbers[page] = number
        order = sorted(numbers.values(), reverse=form == "most")
        if len(order) < rank:
            return set()
        return {page for page, number in numbers.items() if number == order[rank - 1]}

    def _fits(self, page: int, noun: str) -> bool:
        return not noun or noun in nouns_of(self._pages[page])


def _names(page: Page) -> tuple[str, ...]:
    return (page.title, *page.aliases, *page.redirects)


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text)
    bare = "".join(sign for sign in decomposed if not unicodedata.combining(sign))
    return " ".join(bare.replace("’", "'").casefold().split())


def _tokens(text: str) -> list[str]:
    return _TOKEN.findall(_plain(text))


def _occurs(name: list[str], text: list[str]) -> bool:
    """Whether a name stands in a text, also in one word, with an `s` or an `ian` at its end."""
    whole = "".join(name)
    for first in range(len(text)):
        run = ""
        for word in text[first:]:
            run += word
            if run in (whole, f"{whole}s", f"{whole}n", f"{whole}an", f"{whole}ian"):
                return bool(whole)
            if len(run) > len(whole) + 3:
                break
    return False


def _contains_in_order(question: str, template: str) -> bool:
    """Whether the pieces of a template stand in the question in their order."""
    place = 0
    lowered = question.lower()
    for piece in re.split(r"\{x(?:'s)?\}", re.sub(r"\s+", " ", template).lower()):
        found = lowered.find(piece.strip(), place)
        if found < 0:
            return False
        place = found + len(piece.strip())
    return True


def _number(value: str) -> float | None:
    """A number, quantity or date as a number that grows with it."""
    date = re.fullmatch(r"(\d{1,2}) ([A-Z][a-z]+) (\d{4})", value)
    if date is not None and date[2] in _MONTHS.split():
        return int(date[3]) * 372.0 + _MONTHS.split().index(date[2]) * 31.0 + int(date[1])
    number = re.match(r"[\d,]+(?:\.\d+)?(?=$| )", value)
    return None if number is None else float(number[0].replace(",", ""))


def _holds(form: str, said: str, value: str) -> bool:
    """Whether a fact that the question adds is true of a value."""
    if form == "year":
        return value.endswith(said)
    if form == "about":
        exact, about = _number(value), _number(said)
        return exact is not None and about is not None and 0.9 <= exact / about <= 1.1112
    return _plain(value) == _plain(said)


def _follows(value: str, answer: str, form: str) -> bool:
    """Whether a coarser answer follows from what the page states."""
    if form == "year":
        return answer in value and re.fullmatch(r"\d{4}", answer) is not None
    if form == "decade":
        return answer.endswith("0s") and re.search(rf"\b{answer[:3]}\d\b", value) is not None
    if form == "rounded":
        exact, rounded = (
            float(match[0].replace(",", "")) if (match := _ROUNDED.match(text)) else float("nan")
            for text in (value, answer)
        )
        return float(f"{exact:.1e}") == rounded
    forms = (value, re.sub(r"\[[^\]]*\]", "", value), re.sub(r" \([^()]*\)$", "", value))
    return _TOKEN.findall(answer) in [_TOKEN.findall(form) for form in forms]


def main(arguments: list[str] | None = None) -> int:
    """Check a file of tasks; see the module's docstring.

    Returns:
        0 when there is no problem, 1 when there is one.
    """
    parser = argparse.ArgumentParser(
        prog="benchmarks.curation_checker", description=__doc__.splitlines()[0]
    )
    parser.add_argument("tasks", type=Path)
    parser.add_argument("--world", type=Path, required=True)
    options = parser.parse_args(arguments)
    tasks, world = TaskSet.load(options.tasks), open_world(options.world)
    problems = Checker(world).check(tasks)
    for problem in problems:
        print(f"{problem.task} {problem.kind}: {problem.detail}")
    counts = {
        kind: len({problem.task for problem in problems if problem.kind == kind})
        for kind in (LEAK, NOT_UNIQUE, WRONG)
    }
    print(json.dumps({"tasks": len(tasks), **counts}))
    return int(bool(problems))


if __name__ == "__main__":
    raise SystemExit(main())
