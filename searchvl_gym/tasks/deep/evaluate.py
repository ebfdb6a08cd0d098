"""Evaluates a program over every fact of a world: its one answer and its proof."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from searchvl_gym.tasks.deep.knowledge import Knowledge
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
)
from searchvl_gym.world.records import Fact


class NoAnswer(ValueError):
    """A program that has no answer, or more than one; the message says why."""


Value = int | tuple[int, ...] | Decimal | Fact
"""A page, a set of pages in the order of their ids, a number, or a fact that is read."""


@dataclass
class Evaluation:
    """What a program comes to.

    Attributes:
        values: What each move gives.
        facts: The facts that the answer rests on, each once, in the order in which they are
            needed. Without one of them another answer would be possible.
        absences: Page and relation of what must be known not to be stated.
        unit: Of the number that the last move gives.
    """

    values: list[Value] = field(default_factory=list)
    facts: dict[tuple[int, str], Fact] = field(default_factory=dict)
    absences: dict[tuple[int, str], None] = field(default_factory=dict)
    unit: str = ""

    @property
    def answer(self) -> str:
        """The answer as text."""
        last = self.values[-1]
        if isinstance(last, Fact):
            return last.value
        assert isinstance(last, Decimal)
        return written(last, self.unit)

    @property
    def branching(self) -> int:
        """The most candidates that have to be looked at for one choice."""
        return max((len(each) for each in self.values if isinstance(each, tuple)), default=1)

    def pages(self) -> set[int]:
        """Every page that the proof speaks of."""
        found: set[int] = set()
        for each in self.values:
            if isinstance(each, int):
                found.add(each)
            elif isinstance(each, tuple):
                found.update(each)
        for fact in self.facts.values():
            found.add(fact.subject)
            if fact.target is not None:
                found.add(fact.target)
        return found


def evaluate(program: Program, anchors: Sequence[int], knowledge: Knowledge) -> Evaluation:
    """Evaluate a program exhaustively.

    Args:
        program: What is asked.
        anchors: The page that each picture of the task shows the name of.
        knowledge: All facts.

    Raises:
        NoAnswer: When a fact is missing, a choice is not the only one, or a set is empty.
    """
    run = _Run(anchors, knowledge)
    for move in program.moves:
        run.done.values.append(run.value(move))
    return run.done


class _Run:
    def __init__(self, anchors: Sequence[int], knowledge: Knowledge) -> None:
        self._anchors, self._knowledge = anchors, knowledge
        self.done = Evaluation()

    def value(self, move: object) -> Value:
        match move:
            case Anchor(picture):
                return self._anchors[picture - 1]
            case Follow(page, relation):
                fact = self._need(self._page(page), relation)
                if fact.target is None:
                    raise NoAnswer(f"{relation} leads nowhere")
                return fact.target
            case Members(country, noun, _):
                found = self._knowledge.members.get((self._page(country), noun), ())
                if not found:
                    raise NoAnswer(f"there is no {noun}")
                return found
            case Keep(pages, clue):
                kept = tuple(page for page in self._set(pages) if self._fits(page, clue))
                if not kept or len(kept) == len(self._set(pages)):
                    raise NoAnswer("the clue parts nothing")
                return kept
            case Pick(pages, relation, rank, least):
                return self._pick(self._set(pages), relation, rank, least)
            case Only(pages):
                if len(self._set(pages)) != 1:
                    raise NoAnswer(f"{len(self._set(pages))} pages fit")
                return self._set(pages)[0]
            case Total(pages, relation):
                numbers = [self._number(page, relation) for page in self._set(pages)]
                self.done.unit = self._unit(self._set(pages)[0], relation)
                return sum(numbers, Decimal(0))
            case Count(pages):
                self.done.unit = ""
                return Decimal(len(self._set(pages)))
            case Difference(first, second):
                one, other = self.done.values[first], self.done.values[second]
                assert isinstance(one, Decimal) and isinstance(other, Decimal)
                if one == other:
                    raise NoAnswer("there is no difference")
                return abs(one - other)
            case Read(page, relation):
                return self._need(self._page(page), relation)
        raise AssertionError(move)

    def _pick(self, pages: Sequence[int], relation: str, rank: int, least: bool) -> int:
        if len(pages) < rank:
            raise NoAnswer(f"there is no number {rank} of {len(pages)}")
        ordered = sorted(pages, key=lambda page: self._number(page, relation), reverse=not least)
        chosen = ordered[rank - 1]
        value = self._number(chosen, relation)
        if sum(self._number(page, relation) == value for page in pages) > 1:
            raise NoAnswer(f"several have the same {relation}")
        return chosen

    def _fits(self, page: int, clue: Clue) -> bool:
        match clue:
            case Above(relation, threshold, below):
                if relation in YEARS:
                    year = year_in(self._need(page, relation).value)
                    if year is None:
                        raise NoAnswer(f"{relation} is no year")
                    number = Decimal(year)
                else:
                    number = self._number(page, relation)
                limit = Decimal(str(threshold))
                if number == limit:
                    raise NoAnswer("a value lies on the threshold")
                return number < limit if below else number > limit
            case Meets(left, right, apart):
                lacking = [
                    way[0]
                    for way in (left, right)
                    if way[0] in OPTIONAL and self._knowledge.fact(page, way[0]) is None
                ]
                if lacking:
                    self.done.absences[page, lacking[0]] = None
                    return False
                ends = [self._walk(page, way) for way in (left, right)]
                return (ends[0] == ends[1]) is not apart
            case Lacks(relation):
                fact = self._knowledge.fact(page, relation)
                if fact is None:
                    self.done.absences[page, relation] = None
                else:
                    self._need(page, relation)
                return fact is None

    def _walk(self, page: int, way: Sequence[str]) -> int:
        for relation in way:
            fact = self._need(page, relation)
            if fact.target is None:
                raise NoAnswer(f"{relation} leads nowhere")
            page = fact.target
        return page

    def _number(self, page: int, relation: str) -> Decimal:
        number = number_in(self._need(page, relation).value)
        if number is None:
            raise NoAnswer(f"{relation} is no number")
        return number

    def _unit(self, page: int, relation: str) -> str:
        return unit_in(self._need(page, relation).value)

    def _need(self, page: int, relation: str) -> Fact:
        fact = self._knowledge.fact(page, relation)
        if fact is None:
            raise NoAnswer(f"nothing is known of {relation}")
        self.done.facts[page, relation] = fact
        return fact

    def _page(self, number: int) -> int:
        value = self.done.values[number]
        assert isinstance(value, int)
        return value

    def _set(self, number: int) -> tuple[int, ...]:
        value = self.done.values[number]
        assert isinstance(value, tuple)
        return value
