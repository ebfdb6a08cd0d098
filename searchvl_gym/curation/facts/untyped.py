"""What a page of a world without a schema states: its infobox, and its prose about its links.

A row of an infobox is a fact, and leads on when its value is the name of a page that the article
links to. What a sentence states of a link is one as well, where there are words for it and the
infobox does not say it already.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from searchvl_gym.language.infobox_labels import label_wording
from searchvl_gym.language.nouns import TYPE_LABELS
from searchvl_gym.language.wording import Wording
from searchvl_gym.world.folding import fold
from searchvl_gym.world.records import Fact, Page, Relation
from searchvl_gym.world.sources.prose.facts import SAME_AS

_SEPARATOR = re.compile(r",(?!\d)|;|\n| and ")
_SEVERAL = re.compile(r"[,;/\n•·–]| and | or ")
_LISTED = re.compile(r"[;/\n•·–]| and | or ")
_FULL_DATE = re.compile(r"[A-Z][a-z]+ \d{1,2}, \d{4}")
_PLACE = re.compile(r"place|origin|location|headquarters|resid|seat|hometown", re.IGNORECASE)
_IN_BRACKETS = re.compile(r"\s*\([^()]*\)$")


def untyped_facts(page: Page, linked: Sequence[Fact]) -> tuple[Fact, ...]:
    """The facts of a page.

    Args:
        page: The page.
        linked: What the import found to lead on: linked values of its infobox, and links of which
            a sentence states something.

    >>> page = Page(0, "Ray", "artifact", "", "", infobox=(("Starring", "Jamie Foxx, Regina King"),
    ...                                                    ("Running time", "152 minutes")))
    >>> links = (Fact(0, "Starring", "Jamie Foxx", 5), Fact(0, "directed by", "Taylor Hackford", 6))
    >>> [(fact.relation, fact.value, fact.target) for fact in untyped_facts(page, links)]
    ... # doctest: +NORMALIZE_WHITESPACE
    [('Starring', 'Jamie Foxx', 5), ('Starring', 'Regina King', None),
     ('Running time', '152 minutes', None), ('directed by', 'Taylor Hackford', 6)]
    """
    anchors: dict[str, int] = {}
    for link in page.links:
        anchors.setdefault(fold(link.anchor), link.target)
    of_rows: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for fact in linked:
        if fact.target is not None:
            of_rows[fold(fact.relation)].setdefault(fold(fact.value), fact.target)
    rows = [(label, value) for label, value in page.infobox if fold(label) not in TYPE_LABELS]
    labels = {fold(label) for label, _ in page.infobox}
    stated = [
        Fact(page.id, label, part, target)
        for label, value in rows
        for part, target in _parts(value, {**anchors, **of_rows[fold(label)]})
    ]
    stated += _of_sentences(page, linked, labels, stated)
    return tuple(dict.fromkeys(stated))


def is_plain(fact: Fact) -> bool:
    """Whether a value without a schema is surely one thing: a comma only in a date or a place.

    >>> [is_plain(Fact(0, *told)) for told in (("Genre", "R&B, jazz"), ("Birthplace", "Ulm, Iowa"),
    ...                                        ("Released", "May 4, 1957"), ("Label", "Atlantic"))]
    [False, True, True, True]
    """
    if not _SEVERAL.search(fact.value) or _FULL_DATE.fullmatch(fact.value):
        return True
    return bool(_PLACE.search(fact.relation)) and not _LISTED.search(fact.value)


def untyped_relation(fact: Fact) -> Relation:
    """The relation of a fact of which only the label is known."""
    kind = "text" if fact.target is None else "entity"
    return Relation(fact.relation, "", None, kind, fact.relation, (), ())


def alike_labels(labels: Iterable[str]) -> tuple[frozenset[str], ...]:
    """Which labels of infoboxes and relations of prose say the same in other words.

    >>> sorted(*alike_labels(("Writer(s)", "written by", "Length")))
    ['Writer(s)', 'written by']
    """
    known = list(labels)
    groups = []
    for relation, same in SAME_AS.items():
        found = {label for label in known if _bare(label) in (relation, *same)}
        if len(found) > 1:
            groups.append(frozenset(found))
    return tuple(groups)


def _of_sentences(
    page: Page, linked: Sequence[Fact], labels: set[str], stated: Sequence[Fact]
) -> Iterator[Fact]:
    """What sentences state of links and no row does."""
    told = {(_bare(fact.relation), fact.target) for fact in stated}
    for fact in linked:
        if fold(fact.relation) in labels or fact.target in (None, page.id):
            continue
        same = (fact.relation, *SAME_AS.get(fact.relation, ()))
        if any((label, fact.target) in told for label in same):
            continue
        if label_wording(fact.relation) != Wording():
            yield Fact(page.id, fact.relation, fact.value, fact.target)


def _parts(value: str, targets: Mapping[str, int]) -> list[tuple[str, int | None]]:
    """The single values of a row with where they lead: parted where one of them is a link."""
    if fold(value) in targets:
        return [(value, targets[fold(value)])]
    found: list[tuple[str, int | None]] = []
    for part in (part.strip() for part in _SEPARATOR.split(value)):
        name = part if fold(part) in targets else _IN_BRACKETS.sub("", part)
        if part:
            target = targets.get(fold(name))
            found.append((part if target is None else name, target))
    return found if any(target is not None for _, target in found) else [(value, None)]


def _bare(label: str) -> str:
    return fold(label).replace("(s)", "")
