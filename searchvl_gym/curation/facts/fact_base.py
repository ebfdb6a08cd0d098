"""All facts of a world, to be queried exhaustively: what a proof of uniqueness stands on.

A fact is 20 bytes in flat arrays. Worlds without typed facts are read as `untyped` says:
through their infoboxes and what their sentences state of a page's links.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from searchvl_gym.curation.facts.untyped import alike_labels, untyped_facts, untyped_relation
from searchvl_gym.language.lexicon import Lexicon
from searchvl_gym.language.nouns import nouns_of
from searchvl_gym.world.folding import fold
from searchvl_gym.world.format import hash_name
from searchvl_gym.world.records import Fact, Page, Relation

if TYPE_CHECKING:
    from searchvl_gym.world import World

_HELD_PAGES = 20_000

_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_DATE = re.compile(
    rf"(?:\d{{1,2}} (?:{_MONTHS}) |(?:{_MONTHS}) \d{{1,2}}, |(?:{_MONTHS}) )?[12]\d{{3}}"
    r"|\d{4}-\d{2}-\d{2}"
)
_NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?")
_QUANTITY = re.compile(r"\d[\d,]*(?:\.\d+)? ?[^\W\d][^,;]{0,30}")


class FactBase:
    """The facts of a world with indexes in both directions. Safe to share between threads.

    Args:
        world: Typed facts are used where it has them, else its infoboxes and its prose.

    Attributes:
        world: The world.
        relations: Its relations by name; without a schema one for each label of an infobox and for
            each verb or preposition of a sentence.
        typed: Whether the facts are typed, so that a query over them is a proof.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.typed = bool(world.info.relations)
        self._pages: dict[int, Page] = {}
        self._facts: dict[int, tuple[Fact, ...]] = {}
        self._nouns: dict[int, tuple[str, ...]] = {}
        found: dict[str, Relation] = {relation.name: relation for relation in world.info.relations}
        numbers = {name: number for number, name in enumerate(found)}
        relation, subject, target, value = [], [], [], []
        for fact in world.all_facts() if self.typed else self._read_pages():
            if fact.relation not in numbers:
                numbers[fact.relation] = len(numbers)
                if not self.typed:
                    found[fact.relation] = untyped_relation(fact)
            relation.append(numbers[fact.relation])
            subject.append(fact.subject)
            target.append(-1 if fact.target is None else fact.target)
            value.append(hash_name(fold(fact.value)))
        self.relations: Mapping[str, Relation] = found
        self._numbers = numbers
        self._relation = np.array(relation, np.int32)
        self._subject = np.array(subject, np.int32)
        self._target = np.array(target, np.int32)
        self._value = np.array(value, np.uint64)

    def __len__(self) -> int:
        """Number of facts."""
        return len(self._subject)

    def page(self, page_id: int) -> Page:
        """A page of the world; the last ones are kept."""
        page = self._pages.get(page_id)
        if page is None:
            if len(self._pages) >= _HELD_PAGES:
                self._pages.clear()
            page = self._pages[page_id] = self.world.page(page_id)
        return page

    def facts(self, subject: int) -> tuple[Fact, ...]:
        """The facts that a page states."""
        facts = self._facts.get(subject)
        if facts is None:
            if len(self._facts) >= _HELD_PAGES:
                self._facts.clear()
            facts = self.world.facts(subject)
            if not self.typed:
                facts = untyped_facts(self.page(subject), facts)
            self._facts[subject] = facts
        return facts

    def stated(self, subject: int, relations: Iterable[str]) -> tuple[Fact, ...]:
        """The facts of a page by any of some relations."""
        wanted = frozenset(relations)
        return tuple(fact for fact in self.facts(subject) if fact.relation in wanted)

    def subjects(self, relation: str, target: int) -> frozenset[int]:
        """Every page of the world that states `relation` about the page `target`."""
        number = self._numbers.get(relation)
        if number is None:
            return frozenset()
        order, keys = self._by_target
        key = (number << 32) | target
        first, last = np.searchsorted(keys, np.array((key, key + 1), np.int64))
        return frozenset(self._subject[order[first:last]].tolist())

    def holders(self, relation: str, value: str) -> frozenset[int]:
        """Every page of the world of whose facts one is `value` for `relation`.

        Values are compared after Unicode folding.
        """
        order, keys = self._by_value
        folded = fold(value)
        key = np.uint64(hash_name(folded))
        first, last = np.searchsorted(keys, key, "left"), np.searchsorted(keys, key, "right")
        rows = order[first:last]
        rows = rows[self._relation[rows] == self._numbers.get(relation, -1)]
        # Two values might share a hash: the facts themselves decide.
        return frozenset(
            subject
            for subject in self._subject[rows].tolist()
            if any(fold(fact.value) == folded for fact in self.stated(subject, (relation,)))
        )

    def linked_pairs(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Subjects and targets of all facts that lead to a page, both int64 of one length."""
        linked = self._target >= 0
        return self._subject[linked].astype(np.int64), self._target[linked].astype(np.int64)

    def guessable(self, common_share: float) -> frozenset[str]:
        """Relations of which one value makes up more than a share of the facts."""
        found = []
        for name, number in self._numbers.items():
            values = self._value[self._relation == number]
            counts = np.unique(values, return_counts=True)[1]
            if len(counts) and np.max(counts) > max(1.0, common_share * len(values)):
                found.append(name)
        return frozenset(found)

    def value_kind(self, fact: Fact) -> str:
        """Kind of a fact's value; guessed from its form where the schema does not say."""
        if self.typed:
            return self.relations[fact.relation].value_kind
        return "entity" if fact.target is not None else guess_value_kind(fact.value)

    def fits_noun(self, page_id: int, noun: str) -> bool:
        """Whether a page may be called by a noun; every page fits ""."""
        return not noun or noun in self.nouns(page_id)

    def nouns(self, page_id: int) -> tuple[str, ...]:
        """Every noun that a page fits, its own first."""
        nouns = self._nouns.get(page_id)
        if nouns is None:
            if len(self._nouns) >= _HELD_PAGES:
                self._nouns.clear()
            nouns = self._nouns[page_id] = nouns_of(self.page(page_id))
        return nouns

    @cached_property
    def lexicon(self) -> Lexicon:
        """The wordings of its relations."""
        alike = () if self.typed else alike_labels(self.relations)
        return Lexicon(self.relations.values(), alike)

    @cached_property
    def _by_target(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        keys = (self._relation.astype(np.int64) << 32) | self._target
        keys[self._target < 0] = -1
        order = np.argsort(keys, kind="stable")
        return order, keys[order]

    @cached_property
    def _by_value(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.uint64]]:
        order = np.argsort(self._value, kind="stable")
        return order, self._value[order]

    def _read_pages(self) -> Iterator[Fact]:
        for page in self.world.pages():
            yield from untyped_facts(page, self.world.facts(page.id))


def guess_value_kind(value: str) -> str:
    """`date`, `number`, `quantity` or `text`, by how a value is written.

    >>> [guess_value_kind(value) for value in ("4 May 1893", "12,000", "3.5 km", "red brick")]
    ['date', 'number', 'quantity', 'text']
    """
    if _DATE.fullmatch(value):
        return "date"
    if _NUMBER.fullmatch(value):
        return "number"
    return "quantity" if _QUANTITY.fullmatch(value) else "text"
