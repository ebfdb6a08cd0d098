"""Where a world states a fact: every page that shows it, and whether a search shows it too.

A `visit` shows a page's infobox and text; a passage of `text_search` only sentences of its text. So
a fact that stands in infoboxes alone has to be read by visiting. To be on the safe side, a page
counts as stating a fact when the value and a name of the subject both stand on it, in whatever
sentences: more pages are counted than really state it, never fewer.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from searchvl_gym.tasks.deep.knowledge import Knowledge
from searchvl_gym.world.folding import words
from searchvl_gym.world.records import Fact, Page


@dataclass(frozen=True)
class Sources:
    """The pages that may state a fact.

    Attributes:
        visited: Those that show it to a visitor.
        searched: Those among them that may show it in a passage of a search.
    """

    visited: frozenset[int]
    searched: frozenset[int]


class Statements:
    """Looks up where facts are stated, for all pages of a world.

    Args:
        knowledge: Of the world.
    """

    def __init__(self, knowledge: Knowledge) -> None:
        self._pages = knowledge.pages
        self._prose = [_joined(page.text) for page in self._pages]
        self._tables = [
            _joined("\n".join(f"{label}: {value}" for label, value in page.infobox))
            for page in self._pages
        ]
        self._names = [_names(page) for page in self._pages]
        self._postings: dict[str, set[int]] = defaultdict(set)
        for page in self._pages:
            for word in {*self._prose[page.id].split(), *self._tables[page.id].split()}:
                if any(sign.isdigit() for sign in word):
                    self._postings[word].add(page.id)
        self._known: dict[tuple[int, str], Sources] = {}

    def sources(self, fact: Fact) -> Sources:
        """Where the value of an attribute is stated.

        Raises:
            ValueError: For a relation to another page, which may be told in too many ways.
        """
        if fact.target is not None:
            raise ValueError(f"{fact.relation} leads to a page; only attributes are looked up")
        key = (fact.subject, fact.relation)
        if key not in self._known:
            self._known[key] = self._look_up(fact)
        return self._known[key]

    def states(self, page: int, fact: Fact) -> bool:
        """Whether a visit to a page surely shows a fact: its value and a name of its subject."""
        value = _joined(fact.value)
        told = value in self._prose[page] or value in self._tables[page]
        if not told and page != fact.target:
            return False
        return page == fact.subject or self._mentions(page, fact.subject)

    def says(self, text: str, fact: Fact) -> bool:
        """Whether a passage from a page that states a fact holds it: value or, there, subject."""
        joined = _joined(text)
        return _joined(fact.value) in joined and any(
            name in joined for name in self._names[fact.subject]
        )

    def _look_up(self, fact: Fact) -> Sources:
        value = _joined(fact.value)
        digits = [word for word in value.split() if any(sign.isdigit() for sign in word)]
        if digits:
            places = set.intersection(*(self._postings.get(word, set()) for word in digits))
        else:
            places = set(range(len(self._pages)))
        visited, searched = set(), set()
        for page in places:
            in_prose, in_table = value in self._prose[page], value in self._tables[page]
            if not in_prose and not in_table:
                continue
            if page != fact.subject and not self._mentions(page, fact.subject):
                continue
            visited.add(page)
            if in_prose:
                searched.add(page)
        return Sources(frozenset(visited), frozenset(searched))

    def _mentions(self, page: int, subject: int) -> bool:
        return any(
            name in self._prose[page] or name in self._tables[page] or name in self._names[page]
            for name in self._names[subject]
        )


def _joined(text: str) -> str:
    """Words with a space on either side, so that whole words can be looked for.

    Some spellings keep a sign between digits; every way of writing a number falls apart into the
    same words.
    """
    return f" {' '.join(words(text))} "


def _names(page: Page) -> tuple[str, ...]:
    found = [page.title, *page.aliases, *page.redirects]
    if page.kind == "person":
        found.append(page.title.rsplit(" ", 1)[-1])
    return tuple(dict.fromkeys(_joined(name) for name in found if words(name)))
