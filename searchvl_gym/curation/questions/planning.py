"""From a path to what is asked along it (stage 2, the part that needs no words).

Chooses the fact behind every link and the fact that is asked for. Both engines build on it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

import numpy as np

from searchvl_gym.curation.facts.answers import cleaned, is_one_answer, other_forms, short_title
from searchvl_gym.curation.facts.fact_base import FactBase
from searchvl_gym.curation.facts.untyped import is_plain
from searchvl_gym.curation.questions.doubling import asks_back, doubles_back
from searchvl_gym.curation.records import Answer, PagePath, Question, Rejection, Stage
from searchvl_gym.curation.settings import QuestionSettings
from searchvl_gym.world.folding import words
from searchvl_gym.world.records import Fact, Page

Item = TypeVar("Item")


@dataclass(frozen=True)
class Edge:
    """The fact behind a link: the earlier page states it, or, inverse, the later one."""

    fact: Fact
    inverse: bool


@dataclass(frozen=True)
class Plan:
    """What a question says.

    Attributes:
        path: Where it leads along.
        pages: The pages that it refers to, the anchor first. The last page of the path is not
            among them when its name is the answer.
        edges: The fact behind every step from one of `pages` to the next.
        asked: The fact that is asked for, or None for the name of the last of `pages`.
        answer: The right answer.
    """

    path: PagePath
    pages: tuple[Page, ...]
    edges: tuple[Edge, ...]
    asked: Fact | None
    answer: Answer


class Planner:
    """Plans questions over the facts of a world.

    Args:
        facts: All facts.
        settings: The rules.
    """

    def __init__(self, facts: FactBase, settings: QuestionSettings) -> None:
        self._facts, self._settings = facts, settings
        self._guessable = facts.guessable(settings.common_share)

    def plan(self, path: PagePath, rng: np.random.Generator) -> Plan | Rejection:
        """Choose the facts of one question."""
        pages = tuple(self._facts.page(number) for number in path.pages)
        if detail := doubles_back(self._facts, pages):
            return Rejection(path.index, Stage.QUESTION, "doubles_back", detail)
        edges = []
        for earlier, later in pairwise(pages):
            if not self.edges(earlier.id, later.id):
                detail = f"no fact links “{earlier.title}” and “{later.title}”"
                return Rejection(path.index, Stage.QUESTION, "untyped_link", detail)
            edges.append(self.choose_edge(earlier.id, later.id, rng))
        by_title = rng.random() < self._settings.title_answers
        if by_title and self._title_answers(edges[-1], pages):
            return self._ask_title(path, pages, edges)
        asked = self.askable(pages)
        if not asked:
            detail = f"“{pages[-1].title}” states nothing that can be asked for"
            return Rejection(path.index, Stage.QUESTION, "no_answer", detail)
        fact = choose(rng, asked)
        return Plan(path, pages, tuple(edges), fact, self._answer(fact))

    def edges(self, earlier: int, later: int) -> list[Edge]:
        """Every fact that links two pages, in either direction that people would go."""
        forward = [Edge(fact, False) for fact in self._facts.facts(earlier) if fact.target == later]
        inverse = [
            Edge(fact, True)
            for fact in self._facts.facts(later)
            if fact.target == earlier and self._facts.lexicon[fact.relation].backward
        ]
        edges = forward + inverse
        # A label that tells nothing (`Music by – Songs`) is no way to go on.
        return edges if self._facts.typed else [edge for edge in edges if self._sayable(edge)]

    def choose_edge(self, earlier: int, later: int, rng: np.random.Generator) -> Edge:
        """One of the facts that link two pages; the more telling, the likelier.

        One for which there are no words but its label is taken only when there is no other.
        """
        candidates = self.edges(earlier, later)
        if len(candidates) == 1:
            return choose(rng, candidates)
        weights = np.array([self._weight(edge) for edge in candidates])
        places = np.cumsum(weights / np.sum(weights))
        return candidates[min(int(np.searchsorted(places, rng.random(), "right")), len(places) - 1)]

    def _weight(self, edge: Edge) -> float:
        telling = self._facts.lexicon[edge.fact.relation].telling
        return 1.0 / telling**2 if self._sayable(edge) else 1e-4

    def _sayable(self, edge: Edge) -> bool:
        """Whether there are more words for it than its label."""
        wording = self._facts.lexicon[edge.fact.relation]
        if edge.inverse:
            return bool(wording.subject or wording.inverse or wording.nouns)
        return bool(wording.value or wording.phrases or wording.nouns)

    def askable(self, pages: Sequence[Page]) -> list[Fact]:
        """Facts of the last page whose value is a short answer that the path does not give away."""
        facts = self._facts.facts(pages[-1].id)
        count = Counter(fact.relation for fact in facts)
        on_path = {page.id for page in pages}
        named = {word for page in pages for word in _name_words(page)}
        return [
            fact
            for fact in facts
            if count[fact.relation] == 1
            and fact.relation not in self._guessable
            and fact.target not in on_path
            and self._is_short(fact.value)
            and (fact.target is not None or self._is_one(fact))
            and not named & set(words(fact.value))
            and not asks_back(self._facts, pages, fact)
        ]

    def _is_one(self, fact: Fact) -> bool:
        """Whether a value that is no page is one thing that can be asked for."""
        lexicon = self._facts.lexicon
        if not self._facts.typed and not (lexicon[fact.relation].asks and is_plain(fact)):
            return False
        return is_one_answer(fact, lexicon)

    def narrowing(self, page: Page, question: Question) -> list[Fact]:
        """Facts that a model may add to a descriptor: values, but not the one that is asked for."""
        facts = self._facts.facts(page.id)
        count = Counter(fact.relation for fact in facts)
        asked = question.ask.relation if page.id == question.references[-1].page else None
        return [
            fact
            for fact in facts
            if fact.target is None and count[fact.relation] == 1 and fact.relation != asked
        ]

    def _title_answers(self, edge: Edge, pages: Sequence[Page]) -> bool:
        """Whether the last page's name may be the answer."""
        before = {word for page in pages[:-1] for word in _name_words(page)}
        return (
            self._is_short(pages[-1].title)
            and (edge.inverse or edge.fact.relation not in self._guessable)
            and not before & set(_name_words(pages[-1]))
        )

    def _ask_title(self, path: PagePath, pages: tuple[Page, ...], edges: list[Edge]) -> Plan:
        last, edge = pages[-1], edges[-1]
        names = (last.title, *last.aliases, *edge.fact.aliases)
        if edge.inverse:
            names = (last.title, *last.aliases)
            text = short_title(last.title)
            answer = Answer(text, "entity", _others(text, names), last.title)
            return Plan(path, pages, tuple(edges), None, answer)
        value = edge.fact.value
        answer = Answer(value, "entity", _others(value, names), value)
        return Plan(path, pages[:-1], tuple(edges[:-1]), edge.fact, answer)

    def _answer(self, fact: Fact) -> Answer:
        names = fact.aliases
        if fact.target is None:
            kind, text = self._facts.value_kind(fact), cleaned(fact.value)
            names = (*names, *other_forms(fact.value))
            return Answer(text, kind, _others(text, names), fact.value)
        page = self._facts.page(fact.target)
        names = (*names, page.title, *page.aliases)
        return Answer(fact.value, "entity", _others(fact.value, names), fact.value)

    def _is_short(self, value: str) -> bool:
        return 0 < len(words(value)) <= self._settings.answer_tokens


def choose(rng: np.random.Generator, items: Sequence[Item]) -> Item:
    """One of some items, all equally likely."""
    return items[int(rng.integers(len(items)))]


def _name_words(page: Page) -> list[str]:
    """Words of four letters and more in the names of a page."""
    names = (page.title, *page.aliases)
    return [word for name in names for word in words(name) if len(word) > 3]


def _others(text: str, names: Sequence[str]) -> tuple[str, ...]:
    return tuple(name for name in dict.fromkeys(names) if name != text)
