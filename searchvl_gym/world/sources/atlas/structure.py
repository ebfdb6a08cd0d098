"""Pages that only lead to others: lists and disambiguations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from searchvl_gym.world.folding import fold
from searchvl_gym.world.records import Page
from searchvl_gym.world.sources.atlas.addresses import page_address
from searchvl_gym.world.sources.atlas.entities import TYPES, Atlas, Entity
from searchvl_gym.world.sources.atlas.prose import Prose

MAX_ENTRIES = 60
_MIN_ENTRIES = 2


@dataclass(frozen=True)
class Plan:
    """A structural page to be.

    Attributes:
        kind: `list` or `disambiguation`.
        title: Of the page.
        subject: What it introduces.
        entries: Ids of the pages that it leads to.
        notes: What it says after the name of each; empty for the usual gloss.
        titles: The names, where they are not those of subjects.
        relation: Of a register: the relation whose values are the notes.
    """

    kind: str
    title: str
    subject: str
    entries: tuple[int, ...]
    notes: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    relation: str = ""


def plan_structure(atlas: Atlas, count: int, shared_part: int = 3) -> list[Plan]:
    """Choose the structural pages: the fullest disambiguations and lists.

    Args:
        atlas: The subjects.
        count: How many pages.
        shared_part: Of so many pages about one is a disambiguation.

    Raises:
        RuntimeError: When the world does not give so many.
    """
    taken = {fold(entity.title) for entity in atlas.entities}
    shared = _fullest(_shared_names(atlas), taken)
    lists = _fullest([*_lists(atlas), *_works(atlas), *_sights(atlas)], taken)
    chosen = shared[: max(1, count // shared_part)]
    chosen = lists[: count - len(chosen)] + chosen
    if len(chosen) < count:
        rest = [plan for plan in shared if plan not in chosen]
        chosen += rest[: count - len(chosen)]
    if len(chosen) != count:
        raise RuntimeError(f"only {len(chosen)} of {count} lists and disambiguations were found")
    return chosen


def write_structure(atlas: Atlas, plan: Plan, page: int) -> Page:
    """Write a structural page with the id `page`."""
    prose = Prose(atlas)
    if plan.kind == "list":
        prose.write(f"This is a list of {plan.subject}. It names {len(plan.entries)} entries.")
        prose.heading("Entries")
    else:
        prose.write(f"{plan.subject} may refer to:\n")
    for number, entry in enumerate(plan.entries):
        prose.write("- ")
        prose.link(entry, plan.titles[number] if plan.titles else atlas.entities[entry].title)
        note = plan.notes[number] if plan.notes else _gloss(atlas, atlas.entities[entry])
        prose.write(note + "\n")
    text, links = prose.finish()
    aliases = (plan.subject,) if plan.kind == "disambiguation" else ()
    return Page(
        id=page,
        title=plan.title,
        kind=plan.kind,
        url=page_address(plan.title, page),
        text=text,
        aliases=aliases,
        links=links,
    )


def _gloss(atlas: Atlas, entity: Entity) -> str:
    place = ""
    if entity.kind in ("building", "person") and entity.town >= 0:
        place = f" from {atlas.entities[entity.town].title}"
        place = place if entity.kind == "person" else place.replace(" from ", " in ")
    elif entity.country >= 0 and entity.type != "country":
        place = f" in {atlas.entities[entity.country].title}"
    years = ""
    if entity.kind == "person":
        years = f" ({entity.year}–{entity.end})" if entity.end else f" (born {entity.year})"
    return f"{years}, {entity.type}{place}"


def _shared_names(atlas: Atlas) -> Iterator[Plan]:
    groups: dict[str, list[int]] = {}
    for entity in atlas.entities:
        if entity.kind == "person":
            groups.setdefault(entity.short, []).append(entity.id)
        elif entity.kind == "building" and entity.namesake >= 0:
            groups.setdefault(atlas.entities[entity.namesake].short, []).append(entity.id)
        elif entity.type == "town":
            groups.setdefault(entity.title.split(",")[0], []).append(entity.id)
    for name, members in groups.items():
        yield Plan("disambiguation", f"{name} (disambiguation)", name, tuple(members[:MAX_ENTRIES]))


def _lists(atlas: Atlas) -> Iterator[Plan]:
    for name, members in atlas.by_type.items():
        plural = TYPES[name].plural
        groups: dict[int, list[int]] = {}
        for member in members:
            groups.setdefault(atlas.entities[member].country, []).append(member)
        if name in ("country", "sea"):
            yield _list(plural, f"all {plural}", members)
            continue
        for country, found in groups.items():
            where = f"{plural} in {atlas.entities[country].title}"
            if TYPES[name].kind == "person":
                where = f"{plural} from {atlas.entities[country].title}"
            yield _list(where, where, found)


def _works(atlas: Atlas) -> Iterator[Plan]:
    for maker, works in atlas.works.items():
        subject = f"works by {atlas.entities[maker].title}"
        yield _list(subject, subject, works)


def _sights(atlas: Atlas) -> Iterator[Plan]:
    for town, members in atlas.residents.items():
        subject = f"sights in {atlas.entities[town].title}"
        yield _list(subject, subject, members)


def _list(title: str, subject: str, members: list[int]) -> Plan:
    return Plan("list", f"List of {title}", subject, tuple(members[:MAX_ENTRIES]))


def _fullest(plans: Iterator[Plan] | list[Plan], taken: set[str]) -> list[Plan]:
    """Those with enough entries and a free title, the fullest first."""
    found = [
        plan
        for plan in plans
        if len(plan.entries) >= _MIN_ENTRIES and fold(plan.title) not in taken
    ]
    return sorted(found, key=lambda plan: (-len(plan.entries), plan.title))
