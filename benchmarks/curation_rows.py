"""What the infoboxes and sentences of a world without a schema state, for the checker of tasks.

Read by rules of this file alone: cells are cut at the links in them, where the curation cuts at
commas and then looks for links.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from searchvl_gym.language.nouns import TYPE_LABELS
from searchvl_gym.world import Fact, Relation, World

_BETWEEN = re.compile(r"(?:,(?!\d)|;|\n|\band\b)+")
_ROLE = re.compile(r"^\s*\([^()]*\)|\([^()]*\)\s*$")


def read_rows(world: World) -> Iterator[Fact]:
    """Every line of every infobox, and every link of which a sentence states something."""
    for page in world.pages():
        linked = [fact for fact in world.facts(page.id) if fact.target is not None]
        labels = {label.casefold() for label, _ in page.infobox}
        for label, value in page.infobox:
            if label.casefold() in TYPE_LABELS:
                continue
            names = {link.anchor: link.target for link in page.links} | {
                fact.value: int(fact.target or 0)
                for fact in linked
                if fact.relation.casefold() == label.casefold()
            }
            for text, target in cut(value, names):
                yield Fact(page.id, label, text, target)
        for fact in linked:
            if fact.relation.casefold() not in labels and fact.target != page.id:
                yield fact


def cut(value: str, names: dict[str, int]) -> list[tuple[str, int | None]]:
    """A cell with where each part of it leads.

    >>> cut("Doc Pomus, Mort Shuman and others", {"Mort Shuman": 3})
    [('Doc Pomus', None), ('Mort Shuman', 3), ('others', None)]
    >>> cut("son of Mort Shuman", {"Mort Shuman": 3})
    [('son of Mort Shuman', None)]
    """
    parts = [part.strip() for part in _BETWEEN.split(value) if part.strip()]
    folded = {name.casefold(): target for name, target in names.items()}
    if value.strip().casefold() in folded:
        return [(value, folded[value.strip().casefold()])]
    found: list[tuple[str, int | None]] = []
    for part in parts:
        whole = folded.get(part.casefold())
        bare = _ROLE.sub("", part).strip()
        target = whole if whole is not None else folded.get(bare.casefold())
        found.append((part if target is None or whole is not None else bare, target))
    return found if any(target is not None for _, target in found) else [(value, None)]


def as_relations(facts: Iterable[Fact]) -> tuple[Relation, ...]:
    """A schema of the labels alone."""
    kinds: dict[str, str] = {}
    for fact in facts:
        kinds.setdefault(fact.relation, "text" if fact.target is None else "entity")
    return tuple(Relation(name, "", None, kind, name, (), ()) for name, kind in kinds.items())
