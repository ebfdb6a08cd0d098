"""Builds an article: sections, sentences that state facts, hyperlinks whose places are known."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from searchvl_gym.world.folding import words
from searchvl_gym.world.records import Fact, Hyperlink

_SLOT = re.compile(r"(\{[xv]\})")


class Prose:
    """A growing text.

    Args:
        own: Id of the page, which never links to itself.
        title: Gives the title of a page.
        takes_article: Whether a sentence says `the` before a page's title.
    """

    def __init__(
        self,
        own: int,
        title: Callable[[int], str],
        takes_article: Callable[[int], bool] = lambda page: False,
    ) -> None:
        self._own, self._title, self._takes_article = own, title, takes_article
        self._parts: list[str] = []
        self._length = 0
        self._links: list[Hyperlink] = []
        self._linked: set[int] = set()
        self._heading = ""

    def write(self, text: str) -> None:
        """Append plain text; a heading that waits is written before it."""
        if text:
            self._write_heading()
            self._append(text)

    def _write_heading(self) -> None:
        if self._heading:
            gap = "\n\n" if self._length else ""
            self._append(f"{gap}== {self._heading} ==\n")
            self._heading = ""

    def _append(self, text: str) -> None:
        self._parts.append(text)
        self._length += len(text)

    def link(self, page: int, anchor: str | None = None) -> None:
        """Append the title of a page, or other words, as a link; only the first one of a page."""
        anchor = anchor or self._title(page)
        self._write_heading()
        if page != self._own and page not in self._linked:
            self._links.append(Hyperlink(page, anchor, self._length))
            self._linked.add(page)
        self._append(anchor)

    def heading(self, title: str) -> None:
        """Begin a section; one to which nothing is written leaves no trace."""
        self.trim()
        self._heading = title

    def trim(self) -> None:
        """Take back spaces at the end."""
        while self._parts and not self._heading:
            last = self._parts.pop()
            kept = last.rstrip()
            self._length -= len(last) - len(kept)
            if kept:
                self._parts.append(kept)
                return

    def mention(self, page: int, *, capital: bool = False) -> None:
        """Append a linked title, with `the` where that is usual."""
        if self._takes_article(page):
            self.write("The " if capital else "the ")
        self.link(page)

    def sentence(self, template: str, name: str, fact: Fact) -> None:
        """Append a sentence that states a fact.

        Args:
            template: With `{x}` for the subject and `{v}` for the value.
            name: What to call the subject.
            fact: The fact.
        """
        start = True
        for part in _SLOT.split(template):
            if part == "{x}":
                self.write(name[0].upper() + name[1:] if start else name)
            elif part == "{v}" and fact.target is not None:
                self.mention(fact.target, capital=start)
            elif part == "{v}":
                self.write(fact.value)
            else:
                self.write(part)
            start = start and not part
        self.write(" ")

    def enumerate(self, pages: Sequence[int]) -> None:
        """Append linked titles: `a, b and c`."""
        for position, page in enumerate(pages):
            if position:
                self.write(" and " if position == len(pages) - 1 else ", ")
            self.mention(page)

    def finish(self) -> tuple[str, tuple[Hyperlink, ...]]:
        """The text and its links in order."""
        self.trim()
        return "".join(self._parts), tuple(self._links)


def sentence_case(statement: str) -> str:
    """A clause as a sentence.

    >>> sentence_case("mostly flat; some hills")
    'Mostly flat; some hills.'
    """
    statement = statement.strip()
    closed = statement if statement.endswith((".", "!", "?")) else f"{statement}."
    return closed[0].upper() + closed[1:]


def page_address(title: str, page: int) -> str:
    """The address of a page: legible, ASCII, and unique through the page's number.

    >>> page_address("Zürich", 12)
    'https://earth.example/wiki/zurich-12'
    """
    legible = "-".join(word for word in words(title) if word.isascii())
    return f"https://earth.example/wiki/{legible or 'page'}-{page}"
