"""Checks curated tasks against their world, without any code of the curation.

    python -m benchmarks.curation_checker TASKS.jsonl --world PATH

Only the public interface of a world is used: its pages, facts, pictures and schema. Names are
compared by rules of this file, and every descriptor is evaluated by going through all facts, so
a mistake in the curation's own checks does not hide itself.

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

from searchvl_gym.tasks import TaskSet
from searchvl_gym.types import Task
from searchvl_gym.world import Fact, Page, World, open_world

LEAK, NOT_UNIQUE, WRONG = "leak", "not_unique", "wrong"

_INVERSE = "inverse:"
_TOKEN = re.compile(r"[^\W_]+")
_ROUNDED = re.compile(r"[\d,]+(?:\.\d+)?")
_NOUNS = {
    "person": "person",
    "building": "structure",
    "location": "place",
    "organism": "species",
    "artifact": "work",
}


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
        self._pages: list[Page] = list(world.pages())
        self._stated: defaultdict[tuple[int, str], list[Fact]] = defaultdict(list)
        self._about: defaultdict[tuple[int, str], list[int]] = defaultdict(list)
        for fact in world.all_facts():
            self._stated[fact.subject, fact.relation].append(fact)
            if fact.target is not None:
                self._about[fact.target, fact.relation].append(fact.subject)
        self._bearers: defaultdict[str, set[int]] = defaultdict(set)
        for page in self._pages:
            for name in _names(page):
                self._bearers[_plain(name)].add(page.id)
        self._wordings = {
            relation.name: _fragments(
                (*relation.phrases, *relation.questions, f"“{relation.label}”")
            )
            for relation in world.info.relations
        }

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
        for descriptor in curation["descriptors"]:
            here = {
                page
                for earlier in here
                for meaning in self._meanings(descriptor["relation"], descriptor["template"])
                for page in self._follow(earlier, meaning, descriptor)
            }
            if len(here) != 1:
                yield NOT_UNIQUE, f"“{descriptor['template']}” fits {len(here)} pages"
                return
        [last] = here
        if curation["ask"]["relation"] is None:
            found = {_plain(self._pages[last].title)}
        else:
            found = {
                _plain(fact.value)
                for meaning in self._meanings(
                    curation["ask"]["relation"], curation["ask"]["template"]
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
        for part in (*curation["descriptors"], curation["ask"]):
            if part["relation"] is not None and not self._says(part["relation"], part["template"]):
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

    def _path(self, task: Task) -> list[int]:
        ends = (page for hop in task.hops[:-1] for page in (hop.subject, hop.target))
        last = task.hops[-1]
        found = dict.fromkeys((*ends, last.subject, last.target))
        return [page for page in found if page is not None]

    def _anchors(self, task: Task) -> set[int]:
        """Pages that the visual expression may mean: they bear the name and fit the noun."""
        shown, noun = str(task.metadata["shown"]), str(task.metadata["curation"]["noun"])
        return {page for page in self._bearers[_plain(shown)] if self._fits(page, noun)}

    def _follow(
        self, earlier: int, relation: str, descriptor: Mapping[str, Any]
    ) -> Iterator[int | str]:
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
                    any(_plain(fact.value) == _plain(value) for fact in self._stated[page, name])
                    for name, value in descriptor["qualifiers"]
                )
            ):
                yield page

    def _fits(self, page: int, noun: str) -> bool:
        record = self._pages[page]
        types = [value for label, value in record.infobox if label == "Type"]
        return noun in ("", _NOUNS.get(record.kind, "subject"), *types)

    def _meanings(self, relation: str, template: str) -> set[str]:
        """The relation, and every other whose schema has just the same wording."""
        own = self._wordings[relation]
        used = {fragment for fragment in own if fragment in template}
        longest = max(used, key=len, default="")
        others = {
            name for name, fragments in self._wordings.items() if longest and longest in fragments
        }
        return {relation, *others}

    def _says(self, relation: str, template: str) -> bool:
        return any(fragment in template for fragment in self._wordings[relation])


def _fragments(templates: Iterable[str]) -> frozenset[str]:
    """What tells a relation in a sentence: its templates, and their nouns and verbs."""
    found = set()
    for template in templates:
        found.add(template)
        for pattern in (
            r"the (.+) of \{x\}",
            r"(?:What|Who) (?:is|was) the (.+) of \{x\}\?",
            r"the [a-z ]+? (?:who|that) (.+) \{x\}",
        ):
            match = re.fullmatch(pattern, template)
            if match is not None:
                found.add(match[1])
        # After a topic, the page is called by its kind.
        found.update(template.replace("{x}", f"this {noun}") for noun in _NOUNS.values())
    return frozenset(found)


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
    for piece in re.sub(r"\s+", " ", template).lower().split("{x}"):
        found = lowered.find(piece.strip(), place)
        if found < 0:
            return False
        place = found + len(piece.strip())
    return True


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
    return answer == value


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
