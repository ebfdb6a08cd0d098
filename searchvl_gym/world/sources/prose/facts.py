"""The facts that the prose of a page states, each with its sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from searchvl_gym.world.folding import fold
from searchvl_gym.world.records import Page
from searchvl_gym.world.sources.prose.definitions import Definition, define, type_of
from searchvl_gym.world.sources.prose.lifetimes import lifetime
from searchvl_gym.world.sources.prose.relations import linked
from searchvl_gym.world.sources.prose.sentences import lead_of, sentences

IS_A = "is a"
"""Relation of a page to the nouns that its first sentence calls it by."""

TYPE = "type"
"""Relation of a page to the plain words that it may be called: `biographical film`."""

_MOST_SENTENCES = 12
_BRACKETED = re.compile(r"\s*\([^()]*\)\s*$")
SAME_AS: Mapping[str, tuple[str, ...]] = {
    "written by": ("writer", "writers", "songwriter", "songwriters", "written by", "author",
                   "composer", "screenplay by", "lyricist"),
    "composed by": ("composer", "composers", "writer", "songwriter", "music by"),
    "produced by": ("producer", "producers", "produced by"),
    "directed by": ("director", "directed by"),
    "designed by": ("architect", "architects", "designer", "designed by"),
    "published by": ("publisher",),
    "founded by": ("founder", "founders"),
    "by": ("artist", "author", "developer", "performer"),
    "born": ("born",),
    "died": ("died",),
}  # fmt: skip
"""Labels of infoboxes that say the same as a relation of prose, without `(s)`."""


@dataclass(frozen=True)
class ProseFact:
    """A fact that a sentence states.

    Attributes:
        subject: Page id.
        relation: `is a`, `type`, `born`, `died`, or a verb or noun with its preposition.
        value: The words that the sentence gives for it.
        target: Page that the value leads to, or None.
        sentence: The sentence.
        start: Index of the value in the page's text.
    """

    subject: int
    relation: str
    value: str
    target: int | None
    sentence: str
    start: int


def facts_in(page: Page) -> tuple[ProseFact, ...]:
    """Read the lead of a page.

    Every value stands in its sentence word for word. What the infobox says otherwise (a writer
    that is not among its writers, another day of birth) is left out.

    Args:
        page: The page; its links tell which names lead somewhere.

    >>> page = Page(7, "Busted", "artifact", "w://busted", "Busted is a country song.")
    >>> [(fact.relation, fact.value) for fact in facts_in(page)]
    [('is a', 'song'), ('type', 'country song')]
    """
    rows = {
        fold(label).replace("(s)", ""): fold(value).replace(",", " ")
        for label, value in page.infobox
    }
    found = dict.fromkeys(_read(page))
    return tuple(fact for fact in found if not _is_contradicted(fact, rows))


def definition_of(text: str) -> Definition | None:
    """What the first sentence of a text says that its subject is."""
    first = next(sentences(lead_of(text)), None)
    return None if first is None else define(first.text)


def _read(page: Page) -> Iterator[ProseFact]:
    lead = lead_of(page.text)
    title = _BRACKETED.sub("", page.title)
    subjects = [title]
    for number, sentence in enumerate(sentences(lead)):
        if number == _MOST_SENTENCES:
            return
        definition = None
        if number == 0:
            definition = define(sentence.text)
            if definition is None:
                continue
            subjects += definition.nouns
            yield from _defined(page.id, sentence.text, sentence.start, definition)
        end = sentence.start + len(sentence.text)
        links = [
            (link.anchor, link.start - sentence.start, link.target)
            for link in page.links
            if sentence.start <= link.start < end and link.target != page.id
        ]
        for each in linked(sentence.text, links, definition, subjects):
            yield ProseFact(
                page.id, each.relation, each.anchor, each.target,
                sentence.text, sentence.start + each.start,
            )  # fmt: skip


def _defined(page: int, sentence: str, start: int, definition: Definition) -> Iterator[ProseFact]:
    for noun in definition.nouns:
        place = sentence.find(noun, definition.start)
        yield ProseFact(page, IS_A, noun, None, sentence, start + place)
    if (kind := type_of(definition)) and " " in kind:
        place = sentence.find(kind, definition.start)
        if place >= 0:
            yield ProseFact(page, TYPE, kind, None, sentence, start + place)
    for relation, date, place in lifetime(sentence, definition.nouns):
        yield ProseFact(page, relation, date, None, sentence, start + place)


def _is_contradicted(fact: ProseFact, rows: Mapping[str, str]) -> bool:
    """Whether the infobox has a line for it that says something else."""
    told = [rows[label] for label in SAME_AS.get(fact.relation, ()) if label in rows]
    if not told:
        return False
    words = fold(fact.value).replace(",", " ").split()
    telling = words[-1:] if fact.target is not None else words
    return not any(all(word in line.split() for word in telling) for line in told)
