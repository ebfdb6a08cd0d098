"""Where each fact of a spread-out world is stated: not always on the page of its subject.

An encyclopaedia seldom says everything about a thing on its page. Here a fact may stand in the
infobox alone, in a register of its country alone, or only on the page at the other end of a link.
"""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from searchvl_gym.world.records import Fact
from searchvl_gym.world.sources.atlas.draws import Draws
from searchvl_gym.world.sources.atlas.entities import Atlas
from searchvl_gym.world.sources.atlas.facts import FactSource

_PLACED = 21
"""Purpose number of the draws here; see `Draws`."""

_OTHER_SIDE_SHARE = 0.5
"""Share of the facts that may stand on the other side which do, in a world of dispersion 1."""

OTHER_SIDE = frozenset(
    {
        "commissioned_by", "named_after", "director", "dedicated_to", "first_explorer",
        "city_founder", "type_specimen", "species_honours", "premiere_venue", "held_at",
    }
)  # fmt: skip
"""Relations that the page of their value may state instead."""


class Place(StrEnum):
    """Where a fact is stated."""

    ARTICLE = "article"
    """In the text and in the infobox of its subject, as everywhere in a world without a spread."""

    INFOBOX = "infobox"
    REGISTER = "register"
    OTHER_SIDE = "other_side"


class Placement:
    """Says where every fact is stated; the same in every process.

    Args:
        atlas: The subjects.
        facts: Their facts.
        dispersion: Share of the plain facts that leave the text of their subject's page, 0 to 1.
        registered: Relation and subject of what registers list.
    """

    def __init__(
        self,
        atlas: Atlas,
        facts: FactSource,
        dispersion: float,
        registered: Collection[tuple[str, int]],
    ) -> None:
        self._atlas, self._facts = atlas, facts
        self._dispersion, self._registered = dispersion, frozenset(registered)
        self._arriving: dict[int, list[Fact]] = {}
        for entity in atlas.entities:
            for fact, place in self.of(entity.id):
                if place is Place.OTHER_SIDE and fact.target is not None:
                    self._arriving.setdefault(fact.target, []).append(fact)

    def of(self, subject: int) -> list[tuple[Fact, Place]]:
        """The facts of a subject and where each of them stands."""
        draws = Draws(self._atlas.seed, subject, _PLACED)
        return [(fact, self._place(fact, draws.uniform())) for fact in self._facts.of(subject)]

    def arriving(self, page: int) -> list[Fact]:
        """Facts about other subjects that only this page states."""
        return self._arriving.get(page, [])

    def _place(self, fact: Fact, chance: float) -> Place:
        if fact.target is not None:
            share = _OTHER_SIDE_SHARE * self._dispersion
            moved = fact.relation in OTHER_SIDE and chance < share
            return Place.OTHER_SIDE if moved else Place.ARTICLE
        if chance >= self._dispersion:
            return Place.ARTICLE
        listed = (fact.relation, fact.subject) in self._registered
        return Place.REGISTER if listed else Place.INFOBOX
