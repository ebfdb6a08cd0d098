"""Reference pages of a spread-out world: registers, timelines and categories."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from searchvl_gym.world.records import Fact
from searchvl_gym.world.sources.atlas.entities import TYPES, Atlas
from searchvl_gym.world.sources.atlas.facts import FactSource
from searchvl_gym.world.sources.atlas.structure import MAX_ENTRIES, Plan

MIN_LISTED = 4
"""Fewest entries of a register or timeline."""

REFERENCE_SHARE = 0.5
"""Most of the structural pages that are reference pages."""


@dataclass(frozen=True)
class _Register:
    """What a register lists: `Register of monuments of …`, numbers of monuments by title."""

    relation: str
    kind: str
    title: str
    subject: str


_REGISTERS = (
    _Register("heritage_number", "building", "Register of monuments", "listed monuments"),
    _Register("catalogue_number", "artifact", "Catalogue of works", "catalogued works"),
    _Register("dialling_code", "town", "Dialling codes", "dialling codes"),
    _Register("map_sheet", "location", "Index of map sheets", "map sheets"),
)

_EVENTS = {
    "opened": "{x} was opened",
    "presented": "{x} was presented",
    "founded": "{x} was founded",
}


def plan_references(atlas: Atlas, facts: FactSource, count: int) -> list[Plan]:
    """The fullest registers and timelines, at most a share of all structural pages.

    Args:
        atlas: The subjects.
        facts: Their facts.
        count: Number of all structural pages.
    """
    plans = [*_registers(atlas, facts), *_timelines(atlas, facts)]
    full = [plan for plan in plans if len(plan.entries) >= MIN_LISTED]
    full.sort(key=lambda plan: (-len(plan.entries), plan.title))
    return full[: int(count * REFERENCE_SHARE)]


def registered(plans: Iterable[Plan]) -> set[tuple[str, int]]:
    """Relation and subject of every entry of the registers among the plans."""
    return {(plan.relation, entry) for plan in plans if plan.relation for entry in plan.entries}


def categories(plans: Sequence[Plan], first_page: int) -> list[Plan]:
    """A category for every type with lists, which leads to them.

    Args:
        plans: The lists, in the order of their pages.
        first_page: Page id of the first of them.
    """
    found: dict[str, list[int]] = {}
    for number, plan in enumerate(plans):
        for entry in TYPES.values():
            if plan.title.startswith((f"List of {entry.plural} in ", f"List of {entry.plural} f")):
                found.setdefault(entry.plural, []).append(number)
    return [
        Plan(
            "list",
            f"Category of {name}",
            f"lists of {name}",
            tuple(first_page + number for number in numbers[:MAX_ENTRIES]),
            notes=("",) * len(numbers[:MAX_ENTRIES]),
            titles=tuple(plans[number].title for number in numbers[:MAX_ENTRIES]),
        )
        for name, numbers in found.items()
        if len(numbers) > 1
    ]


def _registers(atlas: Atlas, facts: FactSource) -> Iterator[Plan]:
    for register in _REGISTERS:
        groups: dict[int, list[Fact]] = {}
        for entity in atlas.entities:
            if register.kind not in (entity.kind, entity.type) or entity.country < 0:
                continue
            for fact in facts.of(entity.id):
                if fact.relation == register.relation:
                    groups.setdefault(entity.country, []).append(fact)
        for country, members in groups.items():
            of = f"of {atlas.entities[country].title}"
            parts = range(0, len(members), MAX_ENTRIES)
            for number, start in enumerate(parts, 1):
                part = members[start : start + MAX_ENTRIES]
                title = f"{register.title} {of}"
                yield Plan(
                    "list",
                    title if len(parts) == 1 else f"{title}, part {number}",
                    f"{register.subject} {of}",
                    tuple(fact.subject for fact in part),
                    notes=tuple(f": {fact.value}" for fact in part),
                    relation=register.relation,
                )


def _timelines(atlas: Atlas, facts: FactSource) -> Iterator[Plan]:
    groups: dict[int, list[tuple[int, int, str]]] = {}
    for entity in atlas.entities:
        if entity.country < 0 or not entity.year:
            continue
        for fact in facts.of(entity.id):
            if sentence := _EVENTS.get(fact.relation):
                note = sentence.replace("{x}", "")
                groups.setdefault(entity.country, []).append((entity.year, entity.id, note))
    for country, events in groups.items():
        events = sorted(events)[:MAX_ENTRIES]
        of = f"of {atlas.entities[country].title}"
        yield Plan(
            "list",
            f"Timeline {of}",
            f"events in the history {of}",
            tuple(entity for _, entity, _ in events),
            notes=tuple(f"{note} ({year})" for year, _, note in events),
        )
