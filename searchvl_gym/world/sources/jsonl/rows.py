"""Rows of a JSONL file as documents."""

from __future__ import annotations

import base64
import binascii
import gzip
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from searchvl_gym.world.folding import fold
from searchvl_gym.world.format import WorldError
from searchvl_gym.world.sources.documents import (
    Document,
    DocumentLink,
    DocumentPicture,
    DocumentRow,
)

COLUMNS = ("title", "text", "url", "aliases", "infobox", "images", "links", "kind", "id")
"""What a row may say, under these names or under those that a column map gives."""

_OTHER_NAMES: Mapping[str, tuple[str, ...]] = {
    "text": ("contents", "content", "passage", "body"),
    "id": ("_id", "docid", "doc_id"),
}
"""Names that the published corpora give to columns."""

_QUOTED = re.compile(r'\A\s*"(?P<title>[^\n]{1,300}?)"\s*\n(?P<text>.*)\Z', re.DOTALL)
"""A passage of the corpora for Search-R1, whose title stands in quotes on the first line."""

_INVISIBLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")


@dataclass
class JsonlRows:
    """The documents of one file.

    Rows that follow each other under one title are passages of one article and become one
    document, as the corpora of Wikipedia have them.

    Args:
        file: The file; one that ends in `.gz` is read through gzip.
        columns: Names in the file of some of `COLUMNS`.

    Attributes:
        left_out: What was left out, by reason, in the last reading.
    """

    file: Path
    columns: Mapping[str, str] = field(default_factory=dict)
    left_out: Counter[str] = field(default_factory=Counter)

    def documents(self) -> Iterator[Document]:
        """Read the file from its beginning.

        Raises:
            WorldError: When it cannot be read, or a row is no JSON object or has no title; the
                message gives the line.
        """
        self.left_out.clear()
        held: list[Document] = []
        for line, row in self._rows():
            document = self._document(line, row)
            if held and fold(held[0].title) != fold(document.title):
                yield _joined(held)
                held = []
            held.append(document)
        if held:
            yield _joined(held)

    def _rows(self) -> Iterator[tuple[int, dict[str, Any]]]:
        decoder = msgspec.json.Decoder()
        opened: Callable[..., Any] = gzip.open if self.file.suffix == ".gz" else open
        try:
            with opened(self.file, "rb") as stream:
                for line, encoded in enumerate(stream, 1):
                    if not encoded.strip():
                        continue
                    try:
                        row = decoder.decode(encoded)
                    except (msgspec.DecodeError, UnicodeDecodeError) as error:
                        reason = str(error).partition(":")[0].partition("(")[0].strip()
                        raise WorldError(
                            f"{self.file}, line {line} is no JSON ({reason}); "
                            "give one object a line"
                        ) from None
                    if not isinstance(row, dict):
                        raise WorldError(f"{self.file}, line {line} is no JSON object")
                    yield line, row
        except (OSError, EOFError) as error:
            reason = getattr(error, "strerror", None) or " ".join(str(error).split())
            raise WorldError(f"cannot read {self.file}: {reason}") from None

    def _document(self, line: int, row: Mapping[str, Any]) -> Document:
        title, text = _words(self._cell(row, "title")), _words(self._cell(row, "text"))
        if not title and "title" not in self.columns and (found := _QUOTED.match(text)):
            title, text = found["title"].strip(), found["text"].strip()
        if not fold(title):
            raise WorldError(
                f"{self.file}, line {line} has no title (its columns: {', '.join(map(str, row))}); "
                "name the column with --column title=NAME"
            )
        key = _words(self._cell(row, "id")) or f"line-{line}"
        kind = _words(self._cell(row, "kind")).casefold()
        return Document(
            key=key,
            title=" ".join(title.split())[:300],
            text=text,
            address=_words(self._cell(row, "url")),
            kind=kind,
            aliases=tuple(filter(None, map(_words, _listed(self._cell(row, "aliases"))))),
            infobox=tuple(_infobox(self._cell(row, "infobox"))),
            links=tuple(filter(None, map(_link, _listed(self._cell(row, "links"))))),
            pictures=tuple(self._pictures(_listed(self._cell(row, "images")))),
        )

    def _cell(self, row: Mapping[str, Any], column: str) -> Any:
        if column in self.columns:
            return row.get(self.columns[column])
        for name in (column, *_OTHER_NAMES.get(column, ())):
            if name in row:
                return row[name]
        return None

    def _pictures(self, cells: list[Any]) -> Iterator[DocumentPicture]:
        for cell in cells:
            told = cell if isinstance(cell, dict) else {"path": cell}
            source = _words(told.get("path") or told.get("url") or told.get("data") or "")
            caption = _words(told.get("caption") or "")
            if source.startswith(("http://", "https://")):
                self.left_out["pictures that are on the web"] += 1
            elif source.startswith("data:") or told.get("data"):
                try:
                    yield DocumentPicture(
                        caption=caption, data=base64.b64decode(source.rpartition(",")[2])
                    )
                except (binascii.Error, ValueError):
                    self.left_out["pictures: broken"] += 1
            elif source:
                yield DocumentPicture(str(self.file.parent / source), caption)


def _joined(passages: list[Document]) -> Document:
    """The passages of one article as one document."""
    first = passages[0]
    if len(passages) == 1:
        return first
    return msgspec.structs.replace(
        first,
        text="\n".join(passage.text for passage in passages if passage.text),
        aliases=tuple(dict.fromkeys(name for each in passages for name in each.aliases)),
        infobox=tuple(dict.fromkeys(row for each in passages for row in each.infobox)),
        links=tuple(
            msgspec.structs.replace(link, start=-1) for each in passages for link in each.links
        ),
        pictures=tuple(picture for each in passages for picture in each.pictures),
    )


def _words(value: Any) -> str:
    if value is None or isinstance(value, (dict, list)):
        return ""
    return _INVISIBLE.sub("", str(value)).encode("utf-8", "replace").decode().strip()


def _listed(value: Any) -> list[Any]:
    if value is None or value == "":
        return []
    return value if isinstance(value, list) else [value]


def _infobox(value: Any) -> Iterator[DocumentRow]:
    """Rows of `{label: value}`, `[[label, value], …]` or `[{"label": …, "value": …}, …]`."""
    pairs: list[tuple[Any, Any]] = []
    if isinstance(value, dict):
        pairs = list(value.items())
    elif isinstance(value, list):
        for each in value:
            if isinstance(each, dict):
                pairs.append((each.get("label"), each.get("value")))
            elif isinstance(each, list) and len(each) == 2:
                pairs.append((each[0], each[1]))
    for label, told in pairs:
        parts = [part for part in map(_words, _listed(told)) if part]
        if _words(label) and parts:
            links = tuple(DocumentLink(part, part) for part in parts)
            yield DocumentRow(_words(label), ", ".join(parts), links)


def _link(value: Any) -> DocumentLink | None:
    """A link of `"Title"` or `{"title" or "target" or "url": …, "anchor" or "text": …}`."""
    if not isinstance(value, dict):
        return DocumentLink(_words(value)) if _words(value) else None
    target = next((_words(value[key]) for key in ("target", "title", "id") if value.get(key)), "")
    words = next((_words(value[key]) for key in ("anchor", "text", "words") if value.get(key)), "")
    start = value.get("start")
    placed = start if isinstance(start, int) and words else -1
    return DocumentLink(target, words, placed) if target else None
