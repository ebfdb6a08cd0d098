"""Writes the articles: a lead, sections that state the facts, and remarks about neighbours."""

from __future__ import annotations

from collections.abc import Sequence

from searchvl_gym.world.records import Fact, Page
from searchvl_gym.world.sources.atlas.addresses import page_address
from searchvl_gym.world.sources.atlas.draws import Draws
from searchvl_gym.world.sources.atlas.entities import Atlas, Entity
from searchvl_gym.world.sources.atlas.facts import FactSource
from searchvl_gym.world.sources.atlas.photographs import appearance_section
from searchvl_gym.world.sources.atlas.placement import Place, Placement
from searchvl_gym.world.sources.atlas.prose import Prose, call
from searchvl_gym.world.sources.atlas.remarks import closing, scene_setting
from searchvl_gym.world.sources.atlas.schema import BY_NAME, FACT_TYPES

_TEXT = 3
_TABLED = 12
_CONNECTED = 22
"""Purpose numbers of the draws here; see `Draws`."""

_TABLED_SHARE = 0.45
"""Share of the plain facts of a photographed world that stand in infoboxes alone."""

_COMPARISONS = (
    "It is sometimes confused with ",
    "A frequent comparison is with ",
    "Guides like to mention it together with ",
    "It should not be mistaken for ",
)
_COMPARISONS_OF_PEOPLE = (
    "A contemporary reference work devotes the next entry to ",
    "The name is sometimes confused with that of ",
    "Biographers often draw a comparison with ",
    "Letters show a lasting interest in the affairs of ",
)


class Writer:
    """Writes the article of any subject; the same one in every process.

    Args:
        atlas: The subjects.
        facts: Their facts.
        photographed: Whether subjects have photographs. Then a page has a section on how its
            subject looks, and states some facts in its infobox alone, as real ones do.
        placement: Where each fact of a spread-out world stands; None where all are stated by the
            page of their subject.
    """

    def __init__(
        self,
        atlas: Atlas,
        facts: FactSource,
        *,
        photographed: bool = False,
        placement: Placement | None = None,
    ) -> None:
        self._atlas, self._facts = atlas, facts
        self._photographed, self._placement = photographed, placement

    def write(self, subject: int, images: tuple[int, ...]) -> Page:
        """The article about a subject.

        Args:
            subject: Its id.
            images: Ids of its pictures.
        """
        entity = self._atlas.entities[subject]
        draws = Draws(self._atlas.seed, subject, _TEXT)
        facts = self._facts.of(subject)
        prose = Prose(self._atlas, subject)
        self._lead(prose, entity, draws)
        sections = list(dict.fromkeys(entry.section for entry in FACT_TYPES[entity.kind]))
        remarks = draws.some(sections, 2)
        people = entity.kind == "person"
        others = self._neighbours(entity, draws)
        openings = draws.some(_COMPARISONS_OF_PEOPLE if people else _COMPARISONS, 2)
        told = self._told(subject, facts)
        for section in sections:
            stated = [fact for fact in told if BY_NAME[fact.relation].section == section]
            if stated:
                prose.heading(section)
                self._section(prose, entity, stated, draws)
                if section in remarks and others:
                    self._remark(prose, entity, others.pop(), openings.pop(), draws)
        self._connections(prose, subject)
        looks = appearance_section(self._atlas, entity) if self._photographed else ""
        if looks:
            prose.heading("Appearance")
            prose.write(looks)
        text, links = prose.finish()
        return Page(
            id=subject,
            title=entity.title,
            kind=entity.kind,
            url=page_address(entity.title, subject),
            text=text,
            aliases=entity.aliases,
            redirects=_redirects(entity),
            infobox=self._infobox(entity, facts),
            images=images,
            links=links,
        )

    def _told(self, subject: int, facts: Sequence[Fact]) -> Sequence[Fact]:
        """The facts that the text states; the others stand in the infobox alone, or elsewhere."""
        if self._placement is not None:
            placed = self._placement.of(subject)
            return [fact for fact, place in placed if place is Place.ARTICLE]
        if not self._photographed:
            return facts
        draws = Draws(self._atlas.seed, subject, _TABLED)
        return [
            fact for fact in facts if fact.target is not None or not draws.chance(_TABLED_SHARE)
        ]

    def _connections(self, prose: Prose, subject: int) -> None:
        """What only this page says about others."""
        arriving = [] if self._placement is None else self._placement.arriving(subject)
        if not arriving:
            return
        prose.heading("Connections")
        draws = Draws(self._atlas.seed, subject, _CONNECTED)
        for fact in arriving:
            other = self._atlas.entities[fact.subject]
            # Here a sentence has to name its subject.
            naming = [each for each in BY_NAME[fact.relation].sentences if "{x}" in each]
            prose.sentence(draws.choice(naming), other, fact, other.named, link=True)

    def _lead(self, prose: Prose, entity: Entity, draws: Draws) -> None:
        name = entity.named
        prose.write(name[0].upper() + name[1:])
        known = entity.aliases[-1] if entity.aliases else ""
        if known and not known.isascii() and entity.people.script != "latin":
            prose.write(f" ({entity.people.name}: {known})")
        elif known and entity.kind != "person":
            prose.write(draws.choice((" (also {k})", " (also known as {k})")).format(k=known))
        scene_setting(prose, self._atlas, entity, draws)
        prose.write(" ")
        prose.write(closing(entity, draws))

    def _section(self, prose: Prose, entity: Entity, facts: Sequence[Fact], draws: Draws) -> None:
        for position, fact in enumerate(facts):
            template = draws.choice(BY_NAME[fact.relation].sentences)
            chance = draws.uniform()
            name = entity.named if position == 0 else call(entity, template, chance)
            prose.sentence(template, entity, fact, name)

    def _remark(
        self, prose: Prose, entity: Entity, other: Entity, opening: str, draws: Draws
    ) -> None:
        """A true statement about something else, which a careless reader might take over."""
        own = {fact.relation for fact in self._facts.of(entity.id)}
        stated = self._facts.of(other.id)
        if self._placement is not None:
            stated = tuple(self._told(other.id, stated))
        alike = [fact for fact in stated if fact.relation in own and fact.target != entity.id]
        if not alike:
            return
        prose.write(opening)
        alias = other.aliases[0] if other.aliases and draws.chance(0.35) else None
        prose.mention(other, alias)
        prose.write(". ")
        fact = draws.choice(alike)
        template = draws.choice(BY_NAME[fact.relation].sentences)
        prose.sentence(template, other, fact, alias or other.named)

    def _neighbours(self, entity: Entity, draws: Draws) -> list[Entity]:
        """Two other subjects of the same type that stand near in the register, if there are."""
        same = self._atlas.by_type[entity.type]
        here = entity.id - same[0]
        steps = draws.some(range(1, min(7, len(same))), 2)
        return [self._atlas.entities[same[(here + step) % len(same)]] for step in steps]

    def _infobox(self, entity: Entity, facts: Sequence[Fact]) -> tuple[tuple[str, str], ...]:
        rows = [("Type", entity.type)]
        if self._placement is not None:
            own = (Place.ARTICLE, Place.INFOBOX)
            facts = [fact for fact, place in self._placement.of(entity.id) if place in own]
        rows += [(BY_NAME[fact.relation].relation.label, fact.value) for fact in facts]
        if entity.aliases:
            rows.append(("Also known as", ", ".join(entity.aliases)))
        return tuple(rows)


def _redirects(entity: Entity) -> tuple[str, ...]:
    found = []
    if entity.kind == "person":
        given, surname = entity.title.rsplit(" ", 1)
        found.append(f"{surname}, {given}")
    elif entity.type == "river":
        found.append(f"River {entity.title.removesuffix(' River')}")
    elif entity.type == "sea":
        found.append(f"Sea of {entity.title.removesuffix(' Sea')}")
    elif entity.type == "mountain":
        found.append(f"{entity.title.removeprefix('Mount ')} (mountain)")
    elif entity.type == "bridge":
        found.append(f"Bridge of {entity.title.removesuffix(' Bridge')}")
    return tuple(found)
