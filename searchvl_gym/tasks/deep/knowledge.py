"""All facts of a world at hand, so that a question can be evaluated over every one of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from searchvl_gym.language.nouns import plural, type_noun
from searchvl_gym.world.records import Fact, Page

if TYPE_CHECKING:
    from searchvl_gym.world import World

MOST_RESULTS = 20
"""Most results of one search."""

WAY_TO_COUNTRY: Mapping[str, tuple[str, ...]] = {
    "building": ("city", "country"),
    "artifact": ("made_in", "country"),
    "person": ("citizenship",),
    "organism": ("native_to",),
    "location": ("country",),
}
"""By kind of page: the relations that lead to its country."""


class Knowledge:
    """The facts of a world by subject and relation, and which pages belong together.

    Args:
        world: A world with typed facts.

    Attributes:
        world: The same.
        nouns: What each page is called, by page.
        members: The pages of a noun that belong to a country, by (country, noun).
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self._labels = {each.name: each.label for each in world.info.relations}
        self._facts: dict[int, dict[str, Fact]] = defaultdict(dict)
        for fact in world.all_facts():
            # Of a relation with several values none is single: such a page has no `the`.
            held = self._facts[fact.subject]
            held[fact.relation] = fact
        self.pages: list[Page] = list(world.pages())
        self.nouns: dict[int, str] = {}
        self.members: dict[tuple[int, str], tuple[int, ...]] = {}
        found: dict[tuple[int, str], list[int]] = defaultdict(list)
        for page in self.pages:
            if page.kind not in WAY_TO_COUNTRY:
                continue
            noun = type_noun(page)
            self.nouns[page.id] = noun
            country = self.country(page.id)
            if country is not None and country != page.id:
                found[country, noun].append(page.id)
        self.members = {key: tuple(pages) for key, pages in found.items()}

    def fact(self, page: int, relation: str) -> Fact | None:
        """What is known of a page for a relation, or None."""
        return self._facts.get(page, {}).get(relation)

    def facts(self, page: int) -> Mapping[str, Fact]:
        """Everything that is known of a page, by relation."""
        return self._facts.get(page, {})

    def country(self, page: int) -> int | None:
        """The country that a page belongs to, or None."""
        steps = self.way_to_country(page)
        return None if steps is None else steps[-1].target if steps else page

    def way_to_country(self, page: int) -> tuple[Fact, ...] | None:
        """The facts that lead from a page to its country; () for a country, None for no way."""
        if self.nouns.get(page) == "country":
            return ()
        way = WAY_TO_COUNTRY.get(self.pages[page].kind, ())
        return self.way(page, way) if way else None

    def way(self, page: int, relations: tuple[str, ...]) -> tuple[Fact, ...] | None:
        """The facts along relations from a page, or None where one is missing."""
        found: list[Fact] = []
        for relation in relations:
            fact = self.fact(page, relation)
            if fact is None or fact.target is None:
                return None
            found.append(fact)
            page = fact.target
        return tuple(found)

    def can_be_found(self, fact: Fact) -> bool:
        """Whether a relation is told at home, or its other side turns up in a plain search."""
        if fact.target is None:
            return True
        page = self.pages[fact.subject]
        if any(link.target == fact.target for link in page.links):
            return True
        label = self._labels[fact.relation]
        hits = self.world.text_index.search(f"{label} {page.title}", MOST_RESULTS)
        return any(hit.page == fact.target for hit in hits)

    def list_page(self, country: int, noun: str) -> int | None:
        """The list that names exactly the members of a country, or None."""
        return self._lists.get((country, noun))

    @cached_property
    def _lists(self) -> dict[tuple[int, str], int]:
        by_title = {page.title: page for page in self.pages if page.kind == "list"}
        found = {}
        for (country, noun), members in self.members.items():
            name = self.pages[country].title
            for joint in ("in", "from"):
                page = by_title.get(f"List of {plural(noun)} {joint} {name}")
                if page is not None and {link.target for link in page.links} == set(members):
                    found[country, noun] = page.id
        return found
