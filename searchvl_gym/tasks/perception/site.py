"""What the families of perception tasks draw from: pages by what they show, paths, wordings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from searchvl_gym.language.nouns import noun_of
from searchvl_gym.tasks.paths import PathSampler, contains_words, hop_of
from searchvl_gym.tasks.perception.drafts import Trail
from searchvl_gym.tasks.perception.goals import Fact as FactGoal
from searchvl_gym.tasks.perception.goals import Goal, Inverse
from searchvl_gym.tasks.questions import NoWords, verbalise
from searchvl_gym.tasks.splits import split_of
from searchvl_gym.types import Hop, TaskImage
from searchvl_gym.world.pictures.recipe import PictureRecipe, recipe_to_json
from searchvl_gym.world.records import Fact, ImageRecord, Page, Relation
from searchvl_gym.world.sources.atlas.photographs import HEIGHT, WIDTH
from searchvl_gym.world.world import PHOTOGRAPH_STYLE

if TYPE_CHECKING:
    from searchvl_gym.world import World

Item = TypeVar("Item")

INVERSE_NOUNS: Mapping[str, str] = MappingProxyType({
    # relation: what kind of thing states it
    "architect": "building", "commissioned_by": "building", "creator": "work",
    "discoverer": "species", "mentor": "person", "city_founder": "town",
    "first_explorer": "place", "held_at": "work", "type_specimen": "species",
    "premiere_venue": "opera", "depicts": "painting", "home_port": "ship", "crosses": "bridge",
    "dedicated_to": "work", "species_honours": "species", "type_locality": "species",
    "employer": "person", "director": "institution", "twin_town": "town", "pollinator": "plant",
    "emblem": "place", "death_place": "person", "alma_mater": "person", "made_in": "work",
})  # fmt: skip
"""Relations that may be followed backwards, from the page that a fact is about to the one that
states it."""


@dataclass(frozen=True)
class Walk:
    """Facts that lead from page to page.

    Attributes:
        page: Where it ends.
        phrase: What a question calls that page.
        goals: What has to be found, in order.
        hops: The same as facts.
        passed: The pages that it left, the first one included.
    """

    page: Page
    phrase: str
    goals: tuple[Goal, ...] = ()
    hops: tuple[Hop, ...] = ()
    passed: tuple[Page, ...] = ()


class Site:
    """A world, seen by those who make tasks in it.

    Args:
        world: With typed facts and drawn pictures.
        split: Of the tasks' anchors.
    """

    def __init__(self, world: World, split: str) -> None:
        self.world, self.split = world, split
        self.paths = PathSampler(world)
        self._anchors: dict[int, bool] = {}

    @cached_property
    def pages(self) -> tuple[Page, ...]:
        """Pages of subjects, of every split."""
        return tuple(p for p in self.world.pages() if p.kind not in ("list", "disambiguation"))

    @cached_property
    def anchors(self) -> tuple[Page, ...]:
        """Pages that may be anchors in this split."""
        return tuple(p for p in self.pages if split_of(p.title, self.world.info.seed) == self.split)

    @cached_property
    def _pictured(self) -> Mapping[str, tuple[tuple[Page, ImageRecord], ...]]:
        found: dict[str, list[tuple[Page, ImageRecord]]] = defaultdict(list)
        for page in self.anchors:
            for number in page.images:
                image = self.world.image(number)
                if image.recipe is not None:
                    found[image.recipe.style].append((page, image))
        return {style: tuple(items) for style, items in found.items()}

    def pictured(self, style: str) -> Sequence[tuple[Page, ImageRecord]]:
        """Anchors with a picture of a style."""
        return self._pictured.get(style, ())

    @cached_property
    def photographed(self) -> tuple[tuple[Page, str], ...]:
        """Anchors that are photographed, with the subject as recipes name it."""
        subjects = {
            page.id: (page, str(image.recipe.fields["subject"]))
            for page, image in self.pictured(PHOTOGRAPH_STYLE)
            if image.recipe is not None
        }
        return tuple(subjects.values())

    @cached_property
    def _stated_by(self) -> Mapping[tuple[str, int], tuple[int, ...]]:
        found: dict[tuple[str, int], list[int]] = defaultdict(list)
        for fact in self.world.all_facts():
            if fact.target is not None and fact.relation in INVERSE_NOUNS:
                found[fact.relation, fact.target].append(fact.subject)
        return {key: tuple(subjects) for key, subjects in found.items()}

    def bridges(self, page: int) -> list[Fact]:
        """Facts of a page that lead to another, and that questions have words for."""
        facts = [fact for fact in self.paths.single_facts(page) if fact.target is not None]
        return [fact for fact in facts if self.relation(fact.relation).phrases]

    def relation(self, name: str) -> Relation:
        """A relation of the world."""
        return self.paths.relation(name)

    def new_photograph(self, subject: str, rng: np.random.Generator) -> PictureRecipe:
        """A view of a subject that no index holds."""
        return PictureRecipe(
            PHOTOGRAPH_STYLE, int(rng.integers(2**31, 2**32)), {"subject": subject}, WIDTH, HEIGHT
        )

    def walk(
        self,
        page: Page,
        phrase: str,
        count: int,
        rng: np.random.Generator,
        wanted: Callable[[int], object],
    ) -> Walk | None:
        """Go on from a page along `count` facts; None at a dead end.

        Args:
            page: Where it begins.
            phrase: What the question calls that page.
            count: At least 0.
            rng: Decides the way and the words.
            wanted: Whether a page, by its id, is one to go to where there is a choice.
        """
        walk = Walk(page, phrase)
        for _ in range(count):
            bridges = self.bridges(walk.page.id)
            leading = [f for f in bridges if f.target is not None and wanted(f.target)]
            fact = choose(rng, leading or bridges)
            if fact is None or fact.target is None:
                return None
            wordings = self.relation(fact.relation).phrases
            hop = hop_of(fact)
            walk = Walk(
                self.world.page(fact.target),
                wordings[int(rng.integers(len(wordings)))].replace("{x}", walk.phrase),
                (*walk.goals, self.fact_goal(hop)),
                (*walk.hops, hop),
                (*walk.passed, walk.page),
            )
        return walk

    def trail(
        self,
        page: Page,
        phrase: str,
        hops: int,
        rng: np.random.Generator,
        *,
        inverse: float = 0.35,
    ) -> Trail | None:
        """A way of `hops` facts from a page, and the question for it; None at a dead end.

        Args:
            page: Where it begins.
            phrase: What the question calls that page.
            hops: At least 1.
            rng: Decides the way and the words.
            inverse: Chance that the first of several facts is one that another page states.
        """
        if hops > 1 and rng.random() < inverse:
            return self._inverse_trail(page, phrase, hops, rng)
        walk = self.paths.draw(page.id, hops, rng)
        if walk is None:
            return None
        path, last = walk
        relations = [self.relation(hop.relation) for hop in path]
        pages = [page, *(self.world.page(hop.target) for hop in path if hop.target is not None)]
        try:
            question = verbalise(phrase, relations, rng, nouns=[noun_of(p) for p in pages])
        except NoWords:
            return None
        goals = tuple(self.fact_goal(hop) for hop in path)
        return self._checked(question, page, path, goals, last)

    def _inverse_trail(
        self, page: Page, phrase: str, hops: int, rng: np.random.Generator
    ) -> Trail | None:
        ways = [
            (relation, self._stated_by[relation, page.id][0])
            for relation in INVERSE_NOUNS
            if len(self._stated_by.get((relation, page.id), ())) == 1
        ]
        if not ways:
            return None
        name, subject = ways[int(rng.integers(len(ways)))]
        other = self.world.page(subject)
        walk = self.paths.draw(subject, hops - 1, rng)
        if walk is None or any(hop.target == page.id for hop in walk[0]):
            return None
        path, last = walk
        relations = [self.relation(name), *(self.relation(hop.relation) for hop in path)]
        pages = [
            page, other, *(self.world.page(hop.target) for hop in path if hop.target is not None)
        ]  # fmt: skip
        nouns = [noun_of(p) for p in pages]
        try:
            question = verbalise(phrase, relations, rng, nouns=nouns, inverse={0})
        except NoWords:
            return None
        first = Inverse(page.title, self.relation(name).label, INVERSE_NOUNS[name], other.title)
        goals: tuple[Goal, ...] = (first, *(self.fact_goal(hop) for hop in path))
        return self._checked(question, page, path, goals, last)

    def fact_goal(self, hop: Hop) -> FactGoal:
        """The goal of finding a hop's value."""
        title = self.world.page(hop.subject).title
        return FactGoal(title, self.relation(hop.relation).label, hop.value)

    def _checked(
        self,
        question: str,
        page: Page,
        path: tuple[Hop, ...],
        goals: tuple[Goal, ...],
        last: Fact,
    ) -> Trail | None:
        """A trail whose question names no page on the way."""
        on_the_way = [page, *(self.world.page(hop.subject) for hop in path)]
        aliases = list(last.aliases)
        if last.target is not None:
            target = self.world.page(last.target)
            aliases += [target.title, *target.aliases]
            on_the_way.append(target)
        if self.named_in(question, on_the_way) or contains_words(question, last.value):
            return None
        others = tuple(alias for alias in dict.fromkeys(aliases) if alias != last.value)
        kind = self.relation(last.relation).value_kind
        return Trail(goals, path, question, last.value, kind, others)

    @staticmethod
    def named_in(text: str, pages: Sequence[Page]) -> bool:
        """Whether a text holds a name of one of the pages."""
        names = [n for p in pages for n in (p.title, *p.aliases, *p.redirects)]
        return any(contains_words(text, name) for name in names)


def choose(rng: np.random.Generator, items: Sequence[Item]) -> Item | None:
    """One of the items; None where there is none."""
    return items[int(rng.integers(len(items)))] if items else None


def drawn(recipe: PictureRecipe) -> TaskImage:
    """A recipe as a task's picture."""
    return TaskImage(drawn=recipe_to_json(recipe))
