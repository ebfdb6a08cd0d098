"""Gives documents their ids, leads their links to each other, and writes them as a world."""

from __future__ import annotations

import hashlib
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from urllib.parse import quote

from searchvl_gym.world.folding import fold
from searchvl_gym.world.format import WorldError, hash_name
from searchvl_gym.world.lookup import NameTable, NameTableBuilder
from searchvl_gym.world.records import Fact, ImageRecord, Page
from searchvl_gym.world.sources.documents.document import Document, DocumentPicture
from searchvl_gym.world.sources.documents.links import placed_links
from searchvl_gym.world.sources.findings import Tally, encode
from searchvl_gym.world.sources.kinds import kind_of
from searchvl_gym.world.sources.picture_files import CheckedPicture, check_picture
from searchvl_gym.world.sources.prose import facts_in
from searchvl_gym.world.world import open_world
from searchvl_gym.world.writer import WorldWriter

if TYPE_CHECKING:
    from searchvl_gym.world.world import World

Pictures = Literal["all", "lead", "none"]

MAX_PICTURES = 8
"""Most pictures of one document."""

MAX_INDEXED = 50_000
"""Most pictures that are indexed while a world is made: about 50 ms each."""

_KEY, _PATH, _TITLE, _ALIAS, _FILE = range(5)


def write_documents(
    documents: Callable[[], Iterable[Document]],
    path: Path,
    *,
    source: str,
    name: str,
    licence: str,
    settings: Mapping[str, str],
    left_out: Mapping[str, int],
    pictures: Pictures = "all",
    progress: bool = True,
) -> World:
    """Write a world of documents.

    Args:
        documents: Gives the documents, each time the same in the same order; called twice.
        path: Directory to create.
        source: `folder` or `jsonl`.
        name: Short name of the world.
        licence: Licence of the texts.
        settings: Arguments of the import, for `world.json`.
        left_out: What was left out so far, by reason; read after the documents.
        pictures: `all` for up to `MAX_PICTURES` of each, `lead` for the first, `none`.
        progress: Show a bar while pictures are indexed.

    Raises:
        WorldError: When there is no document, two have the same key, or `path` exists.
    """
    with tempfile.TemporaryDirectory() as directory:
        count = _write_names(documents(), Path(directory))
        if not count:
            told = ", ".join(f"{number:,} {what}" for what, number in sorted(left_out.items()))
            raise WorldError(f"there is no readable document ({told or 'no file at all'})")
        names = NameTable(Path(directory), "names")
        with WorldWriter(
            path, name=name, source=source, seed=0, licence=licence, settings=settings
        ) as writer:
            assembly = _Assembly(names, name, source, pictures)
            tally = Tally()
            for page, facts, images in assembly.rows(documents()):
                writer.add_pages([page])
                writer.add_facts(facts)
                writer.add_images(images)
                tally.add([page], facts, images)
            counts = Counter(left_out) + assembly.counts
            told = ", ".join(f"{number:,} {what}" for what, number in sorted(counts.items()))
            writer.add_settings({"left_out": told, "found": encode(tally.found(counts))})
            writer.finish(progress=progress, index_pictures=assembly.images <= MAX_INDEXED)
    return open_world(path)


def _write_names(documents: Iterable[Document], directory: Path) -> int:
    """Write the table of all names; returns how many documents there are."""
    builder, keys = NameTableBuilder(), NameTableBuilder()
    count = 0
    for number, document in enumerate(documents):
        keys.add(document.key, number)
        builder.add(fold(document.key), number, _KEY)
        builder.add(fold(document.title), number, _TITLE)
        for path in document.paths:
            builder.add(fold(path), number, _PATH)
        if document.file_name:
            builder.add(fold(document.file_name), number, _FILE)
        for alias in document.aliases:
            builder.add(fold(alias), number, _ALIAS)
        count += 1
    if (pair := keys.duplicate()) is not None:
        raise WorldError(f"the documents {pair[0] + 1} and {pair[1] + 1} have the same key")
    builder.write(directory, "names")
    return count


class _Assembly:
    """Turns documents into rows, one after the other."""

    def __init__(self, names: NameTable, name: str, source: str, pictures: Pictures) -> None:
        self._names, self._name, self._source = names, name, source
        self._most = {"all": MAX_PICTURES, "lead": 1, "none": 0}[pictures]
        self._titles: set[int] = set()
        self._addresses: set[int] = set()
        self._image_at: dict[bytes, int] = {}
        self.counts: Counter[str] = Counter()
        self.images = 0

    def rows(
        self, documents: Iterable[Document]
    ) -> Iterator[tuple[Page, list[Fact], list[ImageRecord]]]:
        for number, document in enumerate(documents):
            images: list[ImageRecord] = []
            shown = tuple(self._pictures(number, document, images))
            text, links, lost = placed_links(document, self._find)
            self.counts["links to documents that are not there"] += lost
            labels = [row.label for row in document.infobox]
            kind = document.kind or kind_of(
                document.title, text, labels, marked=document.disambiguation
            )
            title = self._unique(document)
            page = Page(
                id=number,
                title=title,
                kind=kind,
                url=self._address(document),
                text=text,
                aliases=tuple(
                    dict.fromkeys(name for name in document.aliases if fold(name) != fold(title))
                ),
                infobox=tuple((row.label, row.value) for row in document.infobox),
                images=shown,
                links=tuple(link for link in links if link.target != number),
            )
            yield page, [*self._facts(number, document), *_prose_facts(page)], images

    def _find(self, name: str) -> int | None:
        return next(iter(self._names.candidates(fold(name))), None)

    def _facts(self, number: int, document: Document) -> Iterator[Fact]:
        for row in document.infobox:
            for link in row.links:
                target = self._find(link.target)
                if target is not None and target != number:
                    yield Fact(number, row.label, link.words or link.target, target)

    def _unique(self, document: Document) -> str:
        """The title; where it is taken already, with the key behind it."""
        for title in (document.title, f"{document.title} ({document.key})"):
            if (taken := hash_name(fold(title))) not in self._titles:
                self._titles.add(taken)
                return title
        raise WorldError(f"two documents are called {document.title} ({document.key})")

    def _address(self, document: Document) -> str:
        own = f"{self._source}://{quote(self._name)}/{quote(document.key)}"
        for address in (document.address, own):
            if address and (taken := hash_name(address)) not in self._addresses:
                self._addresses.add(taken)
                return address
        raise WorldError(f"two documents have the address {own}")

    def _pictures(
        self, number: int, document: Document, images: list[ImageRecord]
    ) -> Iterator[int]:
        kept = 0
        for picture in document.pictures:
            if kept == self._most:
                return
            data = self._data(picture)
            if data is None:
                continue
            digest = hashlib.sha256(data).digest()
            if digest not in self._image_at:
                checked = check_picture(data)
                if not isinstance(checked, CheckedPicture):
                    self.counts[f"pictures: {checked}"] += 1
                    continue
                self._image_at[digest] = self.images
                images.append(
                    ImageRecord(
                        self.images, number, picture.caption or document.title, None,
                        checked.width, checked.height, checked.data,
                    )
                )  # fmt: skip
                self.images += 1
            kept += 1
            yield self._image_at[digest]

    def _data(self, picture: DocumentPicture) -> bytes | None:
        if picture.data:
            return picture.data
        try:
            return Path(picture.file).read_bytes()
        except OSError:
            self.counts["missing pictures"] += 1
            return None


def _prose_facts(page: Page) -> Iterator[Fact]:
    """The links that a document's lead says something about."""
    for fact in facts_in(page):
        if fact.target is not None:
            yield Fact(page.id, fact.relation, fact.value, fact.target)
