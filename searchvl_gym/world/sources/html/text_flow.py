"""Plain text that grows piece by piece, and knows where each hyperlink's words begin."""

from __future__ import annotations

import re
from dataclasses import dataclass

_SPACE = re.compile(r"[\s\u200b\ufeff]+")
_RESIDUE = re.compile(
    r"(?P<open>[(（])\s*(?:[;,，；、:]\s*)+"
    r"|\s*[;,，；、]\s*(?P<close>[)）])"
    r"| ?[(（]\s*[)）]"
    r"|[^\S\n]+(?P<mark>[,.])(?=\s|$)"
)
"""What is left of a bracket or a sentence when a note, a sound or a pronunciation was taken out."""

_INVISIBLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u00ad\u200e\u200f\ufffe\uffff]")


@dataclass(frozen=True)
class Anchor:
    """Words that carry a link.

    Attributes:
        path: Where it leads: a path inside the archive.
        words: The words.
        start: Index of their first character in the text.
    """

    path: str
    words: str
    start: int


class TextFlow:
    r"""Collects text as a browser would lay it out: runs of spaces are one, blocks are lines.

    A heading is written only when something follows it, so sections that lost their content
    (references, navigation) leave no trace.

    >>> flow = TextFlow()
    >>> flow.write("Ulm  is a "); flow.open_link("City"); flow.write("city"); flow.close_link()
    >>> flow.heading(2, "Gone"); flow.heading(2, "History"); flow.write("Old.")
    >>> text, links = flow.finish()
    >>> text
    'Ulm is a city\n\n== History ==\nOld.'
    >>> text[links[0].start:][: len(links[0].words)]
    'city'
    """

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._space = False
        self._newline = False
        self._bullet = False
        self._held = False
        self._headings: list[tuple[int, str]] = []
        self._link: tuple[str, int, int] | None = None
        self._links: list[Anchor] = []

    def write(self, text: str) -> None:
        """Append text; spaces at its ends join or separate it from its neighbours."""
        text = _INVISIBLE.sub("", text)
        collapsed = _SPACE.sub(" ", text)
        words = collapsed.strip(" ")
        if not words:
            self._space = self._space or bool(collapsed)
            return
        self._prepare(collapsed.startswith(" "))
        if self._link is not None and self._link[1] < 0:
            self._link = (self._link[0], self._length, len(self._parts))
        self._append(words)
        self._space = collapsed.endswith(" ")

    def line(self) -> None:
        """Go to a new line before the next text; inside `hold_line` a space has to do."""
        self._space = self._space or self._held
        self._newline = self._newline or not self._held

    def hold_line(self, held: bool) -> None:
        """Begin or end a part that stands on one line, such as a row of a table."""
        self._held = held

    def bullet(self) -> None:
        """Begin an item of a list; one without words leaves no trace."""
        self.line()
        self._bullet = not self._held

    def heading(self, level: int, title: str) -> None:
        """Begin a section; deeper levels nest in it.

        Args:
            level: 2 for a section, 3 and more for what is inside it.
            title: Its name; an empty one is left out.
        """
        self._headings = [held for held in self._headings if held[0] < level]
        if title:
            self._headings.append((level, title))
        self._newline = True

    def open_link(self, path: str) -> None:
        """The next words lead to a path, until `close_link`."""
        self._link = (path, -1, 0)

    def close_link(self) -> None:
        """End the words that carry a link; a link without words, or of several lines, is none."""
        if self._link is None:
            return
        path, start, first = self._link
        self._link = None
        if start < 0:
            return
        words = "".join(self._parts[first:])
        if "\n" not in words:
            self._links.append(Anchor(path, words, start))

    def finish(self) -> tuple[str, tuple[Anchor, ...]]:
        """The text and its links in order."""
        self.close_link()
        return _tidy("".join(self._parts), self._links)

    def _prepare(self, space: bool) -> None:
        """Write what is due before the next words: headings, a line break or a space."""
        if self._headings:
            for level, title in self._headings:
                signs = "=" * min(level, 6)
                gap = "\n\n" if self._length else ""
                self._append(f"{gap}{signs} {title} {signs}")
            self._headings = []
            self._append("\n")
        elif self._newline:
            if self._length:
                self._append("\n")
        elif (space or self._space) and self._length:
            self._append(" ")
        if self._bullet:
            self._append("- ")
        self._newline = self._space = self._bullet = False

    def _append(self, text: str) -> None:
        self._parts.append(text)
        self._length += len(text)


def _tidy(text: str, anchors: list[Anchor]) -> tuple[str, tuple[Anchor, ...]]:
    """A text without what removed parts leave behind, and its anchors moved with it.

    >>> _tidy("Ulm (; born 1377) , a city", [Anchor("City", "city", 22)])
    ('Ulm (born 1377), a city', (Anchor(path='City', words='city', start=19),))
    """
    cuts = list(_RESIDUE.finditer(text))
    if not cuts:
        return text, tuple(anchors)
    moved, kept, place, shift = [], [], 0, 0
    ends: list[tuple[int, int, int]] = []
    for cut in cuts:
        left = cut["open"] or cut["close"] or cut["mark"] or ""
        kept += [text[place : cut.start()], left]
        place, shift = cut.end(), shift + cut.end() - cut.start() - len(left)
        ends.append((cut.start(), cut.end(), shift))
    number = 0
    for anchor in anchors:
        while number < len(ends) and ends[number][1] <= anchor.start:
            number += 1
        end = anchor.start + len(anchor.words)
        if number == len(ends) or ends[number][0] >= end:
            moved.append(
                Anchor(
                    anchor.path, anchor.words, anchor.start - (ends[number - 1][2] if number else 0)
                )
            )
    return "".join((*kept, text[place:])), tuple(moved)
