"""Gold paths: walks over the typed facts of a world."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

import numpy as np

from searchvl_gym.types import Hop
from searchvl_gym.world.folding import fold, words
from searchvl_gym.world.records import Fact, Page, Relation

if TYPE_CHECKING:
    from searchvl_gym.world import World

MAX_COMMON_SHARE = 0.1
"""A value that more of a relation's facts have makes the relation guessable."""

MAX_ANSWER_WORDS = 6
"""Longest answer in words (PAPER section 7)."""

_SURVEY_PAGES = 4_000


def hop_of(fact: Fact) -> Hop:
    """A fact as a hop of a path."""
    return Hop(fact.subject, fact.relation, fact.value, fact.target)


class PathSampler:
    """Draws walks `anchor -> … -> answer` over the functional relations of a world.

    Args:
        world: A world with typed facts.
        bridges: Names of the relations that may lead from page to page, or None for all.
        endings: Names of the relations that may give the answer, or None for all.

    Raises:
        ValueError: When the world has no relations, or not the named ones.
    """

    def __init__(
        self,
        world: World,
        *,
        bridges: Collection[str] | None = None,
        endings: Collection[str] | None = None,
    ) -> None:
        if not world.info.relations:
            raise ValueError(
                f"{world!r} has no typed relations to sample tasks from; give tasks of your own "
                "(tasks=FILE), or a world such as Atlas"
            )
        self._world = world
        self._relations = {relation.name: relation for relation in world.info.relations}
        unknown = sorted({*(bridges or ()), *(endings or ())} - self._relations.keys())
        if unknown:
            raise ValueError(f"{world!r} has no relation {', '.join(unknown)}")
        self._bridges = frozenset(self._relations if bridges is None else bridges)
        self._endings = frozenset(self._relations if endings is None else endings)
        self._guessable = self._survey()

    def relation(self, name: str) -> Relation:
        """A relation of the world by its name."""
        return self._relations[name]

    def draw(
        self, anchor: int, hops: int, rng: np.random.Generator
    ) -> tuple[tuple[Hop, ...], Fact] | None:
        """Draw one walk of `hops` facts that begins at a page.

        Args:
            anchor: Page id of the first subject.
            hops: Number of facts, at least 1; all but the last lead to another page.
            rng: Decides the way.

        Returns:
            The walk and its last fact, or None when the way drawn came to a dead end.
        """
        path: list[Hop] = []
        visited = [anchor]
        for _ in range(hops - 1):
            bridges = [
                fact
                for fact in self.single_facts(visited[-1])
                if fact.target is not None
                and fact.target not in visited
                and fact.relation in self._bridges
                and self._relations[fact.relation].phrases
            ]
            if not bridges:
                return None
            bridge = bridges[int(rng.integers(len(bridges)))]
            assert bridge.target is not None
            path.append(hop_of(bridge))
            visited.append(bridge.target)
        pages = [self._world.page(page_id) for page_id in visited]
        endings = [fact for fact in self.single_facts(visited[-1]) if self._is_answer(fact, pages)]
        if not endings:
            return None
        last = endings[int(rng.integers(len(endings)))]
        path.append(hop_of(last))
        return tuple(path), last

    def single_facts(self, subject: int) -> list[Fact]:
        """Facts of functional relations, those left out that the page states twice."""
        facts = self._world.facts(subject)
        count = Counter(fact.relation for fact in facts)
        return [
            fact
            for fact in facts
            if count[fact.relation] == 1
            and fact.relation in self._relations
            and self._relations[fact.relation].functional
        ]

    def _is_answer(self, fact: Fact, path: Sequence[Page]) -> bool:
        relation = self._relations[fact.relation]
        if relation.name in self._guessable or relation.name not in self._endings:
            return False
        if not relation.questions:
            return False
        if fact.target is not None and fact.target in [page.id for page in path]:
            return False
        value = words(fact.value)
        if not 0 < len(value) <= MAX_ANSWER_WORDS:
            return False
        # An answer that stands in a name on the path could be read off without the last step.
        names = [name for page in path for name in (page.title, *page.aliases)]
        return not any(contains_words(name, fact.value) for name in names)

    def _survey(self) -> frozenset[str]:
        """Names of the relations whose answers could be guessed from how often they occur."""
        values: dict[str, Counter[str]] = defaultdict(Counter)
        pages = len(self._world)
        step = max(1, pages // _SURVEY_PAGES)
        for page_id in range(0, pages, step):
            for fact in self._world.facts(page_id):
                values[fact.relation][fold(fact.value)] += 1
        return frozenset(
            name
            for name, counter in values.items()
            if counter.most_common(1)[0][1] > max(1.0, MAX_COMMON_SHARE * counter.total())
        )


def contains_words(text: str, phrase: str) -> bool:
    """Whether `phrase` occurs in `text` as whole words, after folding.

    >>> contains_words("the Söderqvist Bridge", "soderqvist bridge")
    True
    >>> contains_words("Bridgetown", "bridge")
    False
    """
    wanted = words(phrase)
    return bool(wanted) and f" {' '.join(wanted)} " in f" {' '.join(words(text))} "
