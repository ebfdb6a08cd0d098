"""Where the links of a document stand in its text."""

from __future__ import annotations

from collections.abc import Callable

from searchvl_gym.world.records import Hyperlink
from searchvl_gym.world.sources.documents.document import Document, DocumentLink

RELATED = "\n\n== Related ==\n"
"""Heads the links whose words the text does not hold, so that a reader can follow them too."""


def placed_links(
    document: Document, find: Callable[[str], int | None]
) -> tuple[str, tuple[Hyperlink, ...], int]:
    r"""The text of a document with its links in order.

    Links without a place, and those of the table of facts, are looked for in the text; what is
    not found there is listed at its end, under a heading of its own.

    Args:
        document: The document.
        find: Gives the id of a document by a name, or None.

    Returns:
        The text, the links in the order of their places, and how many links lead nowhere.

    >>> ulm = Document("ulm", "Ulm", "A city on the Danube.", links=(
    ...     DocumentLink("danube", "Danube"), DocumentLink("swabia")))
    >>> text, links, lost = placed_links(ulm, {"danube": 1, "swabia": 2}.get)
    >>> text
    'A city on the Danube.\n\n== Related ==\n- swabia'
    >>> [text[link.start:][: len(link.anchor)] for link in links], lost
    (['Danube', 'swabia'], 0)
    """
    text, lost = document.text, 0
    taken: list[tuple[int, int]] = []
    placed: list[Hyperlink] = []
    waiting: list[tuple[int, DocumentLink]] = []
    related: list[tuple[int, str]] = []
    for link in document.links:
        target = find(link.target)
        if target is None:
            lost += 1
        elif link.start >= 0 and text.startswith(link.words, link.start):
            placed.append(Hyperlink(target, link.words, link.start))
            taken.append((link.start, link.start + len(link.words)))
        else:
            waiting.append((target, link))
    known = {link.target for link in placed} | {target for target, _ in waiting}
    for row in document.infobox:
        for link in row.links:
            if (target := find(link.target)) is not None and target not in known:
                waiting.append((target, link))
                known.add(target)
    for target, link in waiting:
        words = link.words or link.target
        start = _free(text, words, taken)
        if start < 0:
            related.append((target, words))
        else:
            placed.append(Hyperlink(target, words, start))
            taken.append((start, start + len(words)))
    if related:
        text += RELATED if text else RELATED.lstrip("\n")
        for number, (target, words) in enumerate(related):
            text += "\n- " if number else "- "
            placed.append(Hyperlink(target, words, len(text)))
            text += words
    return text, tuple(sorted(placed, key=lambda link: link.start)), lost


def _free(text: str, words: str, taken: list[tuple[int, int]]) -> int:
    """Where words stand first as whole words that carry no link yet, or -1."""
    start = text.find(words) if words else -1
    while start >= 0:
        end = start + len(words)
        whole = not text[start - 1 : start].isalnum() and not text[end : end + 1].isalnum()
        if whole and all(end <= first or start >= last for first, last in taken):
            return start
        start = text.find(words, start + 1)
    return -1
