"""What a note says of itself before its text: names, a kind, facts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from searchvl_gym.world.sources.documents import DocumentLink, DocumentRow

KINDS = ("person", "building", "location", "organism", "artifact", "list", "disambiguation")
"""Kinds that a note may say it is of."""

WIKI_LINK = re.compile(r"\[\[([^\[\]|#\n]+)(?:#[^\[\]|\n]*)?(?:\|([^\[\]\n]+))?\]\]")
"""A link as many note-taking programs write it: `[[Title]]` or `[[Title|words]]`."""

_BLOCK = re.compile(r"\A\ufeff?---[ \t]*\r?\n(.*?)\r?\n(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_ENTRY = re.compile(r"([^\s:#][^:]*?)\s*:(?:\s+(.*))?$")
_NOT_FACTS_WORDS = """
title alias aliases tags tag layout draft permalink slug cssclass cssclasses publish published
created modified updated id uid template kind image images cover author_note lang language_code
"""
_NOT_FACTS = frozenset(_NOT_FACTS_WORDS.split())


@dataclass(frozen=True)
class FrontMatter:
    """What a note says of itself.

    Attributes:
        title: Its title, or "".
        kind: One of `KINDS`, or "".
        aliases: Other names.
        rows: Its facts.
        pictures: Pictures that it names.
    """

    title: str = ""
    kind: str = ""
    aliases: tuple[str, ...] = ()
    rows: tuple[DocumentRow, ...] = ()
    pictures: tuple[str, ...] = ()


def split_front_matter(text: str) -> tuple[FrontMatter, str]:
    r"""Part a note into what it says of itself and the rest.

    Reads the plain part of YAML that notes use: `name: value`, `[a, b]` and lists of `- item`.

    >>> note = "---\nkind: building\narchitect: '[[Ada Field]]'\n---\nHi"
    >>> front, body = split_front_matter(note)
    >>> front.kind, front.rows[0].label, front.rows[0].links[0].target, body
    ('building', 'Architect', 'Ada Field', 'Hi')
    """
    found = _BLOCK.match(text)
    if found is None:
        return FrontMatter(), text
    entries = _entries(found[1])
    kind = next((each.casefold() for each in entries.get("kind", [])), "")
    rows = [
        _row(name, values)
        for name, values in entries.items()
        if name not in _NOT_FACTS and any(values)
    ]
    return (
        FrontMatter(
            title=next(iter(entries.get("title", [])), ""),
            kind=kind if kind in KINDS else "",
            aliases=tuple(entries.get("aliases", []) + entries.get("alias", [])),
            rows=tuple(rows),
            pictures=tuple(
                picture
                for name in ("image", "cover", "images")
                for picture in entries.get(name, [])
            ),
        ),
        text[found.end() :],
    )


def _entries(block: str) -> Mapping[str, list[str]]:
    entries: dict[str, list[str]] = {}
    name = ""
    for line in block.splitlines():
        bare = line.strip()
        if bare.startswith("- ") and name:
            entries[name].append(_unquoted(bare[2:]))
        elif (found := _ENTRY.match(bare)) and not line.startswith((" ", "\t")):
            name = found[1].strip("'\"").casefold().replace(" ", "_")
            entries[name] = _values(found[2] or "")
    return entries


def _values(text: str) -> list[str]:
    bare = text.strip()
    if bare.startswith("[") and bare.endswith("]") and not bare.startswith("[["):
        return [_unquoted(part) for part in bare[1:-1].split(",") if part.strip()]
    return [_unquoted(bare)] if bare else []


def _unquoted(text: str) -> str:
    bare = text.strip()
    if len(bare) > 1 and bare[0] == bare[-1] and bare[0] in "'\"":
        return bare[1:-1]
    return bare


def _row(name: str, values: list[str]) -> DocumentRow:
    label = name.replace("_", " ").replace("-", " ")
    value = ", ".join(values)
    links = tuple(
        DocumentLink(found[1].strip(), (found[2] or found[1]).strip())
        for found in WIKI_LINK.finditer(value)
    )
    shown = WIKI_LINK.sub(lambda found: (found[2] or found[1]).strip(), value)
    return DocumentRow(label[:1].upper() + label[1:], shown, links)
