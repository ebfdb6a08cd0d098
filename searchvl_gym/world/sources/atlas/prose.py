"""Builds a text with hyperlinks: every anchor's position is known as it is written."""

from __future__ import annotations

import re

from searchvl_gym.world.records import Fact, Hyperlink
from searchvl_gym.world.sources.atlas.entities import TYPES, Atlas, Entity

_SLOT = re.compile(r"(\{[axv]\})")

NOUNS = {
    "railway station": "station", "plant": "plant", "bird": "bird", "moth": "moth",
    "tonic": "drink",
}  # fmt: skip
"""What a subject is called in short, where that is not the name of its type."""


class Prose:
    """A growing text.

    Args:
        atlas: Gives the titles of what is linked.
        own: Id of the page, which never links to itself; -1 for none.
    """

    def __init__(self, atlas: Atlas, own: int = -1) -> None:
        self._atlas, self._own = atlas, own
        self._parts: list[str] = []
        self._length = 0
        self._links: list[Hyperlink] = []
        self._linked: set[int] = set()

    def write(self, text: str) -> None:
        """Append plain text."""
        self._parts.append(text)
        self._length += len(text)

    def link(self, target: int, anchor: str, *, again: bool = False) -> None:
        """Append words that carry a link.

        Args:
            target: Page id.
            anchor: The words.
            again: Whether to link a page that the text has linked already.
        """
        if target != self._own and (again or target not in self._linked):
            self._links.append(Hyperlink(target, anchor, self._length))
            self._linked.add(target)
        self.write(anchor)

    def mention(self, entity: Entity, anchor: str | None = None, *, capital: bool = False) -> None:
        """Append the linked name of a subject, with `the` where that is usual."""
        if anchor is None:
            if TYPES[entity.type].article:
                self.write("The " if capital else "the ")
            anchor = entity.title
        self.link(entity.id, anchor)

    def heading(self, title: str) -> None:
        """Begin a section."""
        if self._parts and self._parts[-1] == " ":
            self._parts.pop()
            self._length -= 1
        self.write(f"\n\n== {title} ==\n")

    def sentence(
        self, template: str, subject: Entity, fact: Fact, name: str, *, link: bool = False
    ) -> None:
        """Append one sentence that states a fact.

        Args:
            template: With `{x}` for the subject, `{v}` for the value, `{a}` for its article;
                a second `{x}` becomes a pronoun.
            subject: Whom the fact is about.
            fact: The fact.
            name: What to call the subject.
            link: Whether its name leads to its page.
        """
        start, again = True, False
        for part in _SLOT.split(template):
            if part == "{x}":
                called = pronoun(subject) if again else name
                called = called[0].upper() + called[1:] if start else called
                if link and not again:
                    self.link(subject.id, called)
                else:
                    self.write(called)
                again = True
            elif part == "{a}":
                self.write("an" if fact.value[0] in "aeiou" else "a")
            elif part == "{v}" and fact.target is not None:
                self.mention(self._atlas.entities[fact.target], capital=start)
            elif part == "{v}":
                self.write(fact.value)
            else:
                self.write(part)
            start = start and not part
        self.write(" ")

    def finish(self) -> tuple[str, tuple[Hyperlink, ...]]:
        """The text and its links in order."""
        text = "".join(self._parts)
        return re.sub(r"\s+\Z", "", text), tuple(self._links)


def pronoun(entity: Entity) -> str:
    """`she`, `he` or `it`."""
    if entity.kind != "person":
        return "it"
    return "she" if entity.woman else "he"


def call(entity: Entity, template: str, chance: float) -> str:
    """How a text calls its subject after the first mention.

    Args:
        entity: The subject.
        template: The sentence; a pronoun goes only to its beginning.
        chance: A draw in [0, 1).
    """
    if entity.kind == "person":
        if template.startswith("{x}") and chance < 0.55:
            return pronoun(entity)
        return entity.short
    if template.startswith("{x}") and chance < 0.35:
        return "it"
    if chance < 0.75:
        return f"the {NOUNS.get(entity.type, entity.type)}"
    return entity.named
