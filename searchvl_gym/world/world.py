"""A world, opened: pages, facts, links, pictures, and the two searches over them."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar
from weakref import WeakValueDictionary

import numpy as np

from searchvl_gym.types import Image
from searchvl_gym.world.folding import fold
from searchvl_gym.world.format import (
    IMAGE_INDEX,
    ContentHash,
    Manifest,
    WorldError,
    fingerprint,
    hash_file,
    load_array,
    read_manifest,
)
from searchvl_gym.world.graph import LinkGraph
from searchvl_gym.world.image_index import ImageIndex
from searchvl_gym.world.image_index_builder import Described, Views, build_image_index
from searchvl_gym.world.lookup import NameTable
from searchvl_gym.world.picture_cache import PictureCache, decode
from searchvl_gym.world.records import Fact, ImageRecord, Page, WorldInfo
from searchvl_gym.world.tables import (
    FACTS,
    IMAGES,
    PAGES,
    TableLayout,
    TableReader,
    decided,
    row_fact,
    row_image,
    row_page,
)
from searchvl_gym.world.text_index import TextIndex
from searchvl_gym.world.view_encoder import BUILT_IN

_WITHOUT_DATA = slice(0, -1)
_PIXELS: PictureCache[tuple[object, int]] = PictureCache(32 << 20)
"""The pictures that were used last, of all open worlds together: many worlds need no more memory
for them than one."""

PHOTOGRAPH_STYLE = "photograph"
"""Style of the drawn pictures that the built-in encoder describes."""


class World:
    """A read-only, memory-mapped world. Thread-safe; pickles as its path.

    Open it with `open_world`, which gives every caller of a process the same instance.

    Args:
        path: The directory.
        manifest: Its checked `world.json`.

    Attributes:
        path: The directory.
        info: Name, source, licence, counts and schema.
        stamp: Of its `world.json` when it was opened; None for a world that is being built.
    """

    def __init__(self, path: Path, manifest: Manifest) -> None:
        self.path = path
        self.info: WorldInfo = manifest.info
        self._manifest = manifest
        self._tables: dict[str, TableReader] = {}
        self._lock = threading.Lock()
        # Held for the whole build, while its threads take the other lock to read pictures.
        self._index_lock = threading.RLock()
        self.stamp: tuple[int, int, int] | None = None
        self._own = object()  # its pictures' place in the cache; another opening has its own
        self._image_index: ImageIndex | None = None

    def __reduce__(self) -> tuple[Callable[[Path], World], tuple[Path]]:
        return open_world, (self.path,)

    def __repr__(self) -> str:
        return f"<World {self.info.name}: {len(self)} pages, {self.fingerprint[:12]}>"

    def __len__(self) -> int:
        """Number of pages."""
        return self.info.counts["pages"]

    @property
    def fingerprint(self) -> str:
        """SHA-256 over everything that a task can depend on; 64 hexadecimal digits."""
        return self.info.fingerprint

    remedy: ClassVar[str] = "open that world, or make the tasks again"
    """What to do with tasks of another world."""

    def made(self, fingerprint: str) -> bool:
        """Whether tasks that were made from a world of this fingerprint can be played here."""
        return fingerprint == self.fingerprint

    def page(self, page_id: int) -> Page:
        """A page by its id.

        Raises:
            IndexError: When there is no such page.
        """
        _check_range("page", page_id, len(self))
        return row_page(page_id, self._table(PAGES).row(page_id))

    def pages(self) -> Iterator[Page]:
        """All pages in the order of their ids."""
        return map(row_page, range(len(self)), self._table(PAGES).rows())

    def find(self, name: str) -> int | None:
        """Id of the page with a title, redirect or alias, exact after Unicode folding.

        Of several pages a verbatim title wins, then titles, redirects and aliases in this
        order, then the lowest id.
        """
        folded = fold(name)
        candidates = [
            page
            for page in map(self.page, self._names.candidates(folded))
            if folded in map(fold, (page.title, *page.redirects, *page.aliases))
        ]
        exact = [page.id for page in candidates if page.title == name]
        return exact[0] if exact else candidates[0].id if candidates else None

    def by_url(self, url: str) -> int | None:
        """Id of the page at an address, or None."""
        for page_id in self._urls.candidates(url):
            if self.page(page_id).url == url:
                return page_id
        return None

    def facts(self, subject: int) -> tuple[Fact, ...]:
        """The facts about a page, in the order in which the source gave them.

        Raises:
            IndexError: When there is no such page.
        """
        _check_range("page", subject, len(self))
        offsets, order = self._fact_order
        table = self._table(FACTS)
        rows = order[offsets[subject] : offsets[subject + 1]].tolist()
        return tuple(row_fact(table.row(row)) for row in rows)

    def all_facts(self) -> Iterator[Fact]:
        """Every fact, in the order in which the source gave them."""
        return map(row_fact, self._table(FACTS).rows())

    def image(self, image_id: int) -> ImageRecord:
        """What is known about a picture, without its encoded bytes.

        Raises:
            IndexError: When there is no such picture.
        """
        _check_range("picture", image_id, self.info.counts["images"])
        return row_image(image_id, self._table(IMAGES).row(image_id, _WITHOUT_DATA))

    def images(self) -> Iterator[ImageRecord]:
        """All pictures in the order of their ids, without their encoded bytes."""
        rows = self._table(IMAGES).rows(_WITHOUT_DATA)
        return map(row_image, range(self.info.counts["images"]), rows)

    def file_digest(self, image_id: int) -> str:
        """SHA-256 of a picture's encoded file; empty for one that is drawn on demand.

        Raises:
            IndexError: When there is no such picture.
        """
        _check_range("picture", image_id, self.info.counts["images"])
        data = self._table(IMAGES).row(image_id)[-1]
        return "" if data is None else hashlib.sha256(data).hexdigest()

    def pixels(self, image_id: int) -> Image:
        """Pixels of a picture, decoded or drawn: a read-only array.

        The last ones are kept in a small cache that all worlds share.

        Raises:
            IndexError: When there is no such picture.
            WorldError: When its encoded bytes cannot be decoded, or it is to be drawn by
                another version of the drawing code.
        """
        _check_range("picture", image_id, self.info.counts["images"])
        return _PIXELS.get((self._own, image_id), lambda key: self._make_pixels(key[1]))

    def _make_pixels(self, image_id: int) -> Image:
        record = row_image(image_id, self._table(IMAGES).row(image_id))
        if record.data is not None:
            return decode(record.data, f"picture {image_id} of {self.path}")
        if record.recipe is None:
            raise WorldError(f"picture {image_id} of {self.path} has neither data nor recipe")
        from searchvl_gym.world.pictures import DRAWING_VERSION, draw

        if self.info.drawing_version != DRAWING_VERSION:
            raise WorldError(
                f"picture {image_id} of {self.path} is to be drawn by version "
                f"{self.info.drawing_version} of the drawing code, this one is "
                f"{DRAWING_VERSION}; rebuild the world"
            )
        return draw(record.recipe).pixels

    @cached_property
    def graph(self) -> LinkGraph:
        """The links between pages."""
        return LinkGraph.open(self.path / "graph")

    @cached_property
    def text_index(self) -> TextIndex:
        """Full-text search over the pages."""
        return TextIndex(self.path / "text_index")

    @property
    def has_image_index(self) -> bool:
        """Whether the index of its pictures was built; without it there is no search by picture."""
        return self._image_index is not None or (self.path / IMAGE_INDEX).exists()

    @property
    def image_index(self) -> ImageIndex:
        """Search by picture.

        Raises:
            WorldError: When the index was not built yet.
        """
        with self._index_lock:
            if self._image_index is None:
                self._image_index = ImageIndex.open(self.path / IMAGE_INDEX, self.fingerprint)
            return self._image_index

    def build_image_index(
        self,
        *,
        encoder: str | None = None,
        describe: Callable[[int], Iterator[Described]] | None = None,
        progress: bool = False,
    ) -> ImageIndex:
        """Build the index of all pictures, drawing those that are not stored.

        Does nothing when there is one already. About 50 ms a picture plus the drawing.

        Args:
            encoder: What finds other views of a thing, see `view_encoder.load_encoder`; it
                describes all pictures. None takes the built-in one, which describes drawn
                photographs and knows no other pictures.
            describe: Describes the pictures somewhere else, see
                `image_index_builder.build_image_index`; for worlds without photographs.
            progress: Show a progress bar on the terminal.

        Returns:
            The index.

        Raises:
            WorldError: When the encoder is none.
        """
        with self._index_lock:
            if not (self.path / IMAGE_INDEX).exists():
                images = list(self.images())
                build_image_index(
                    self.path / IMAGE_INDEX,
                    fingerprint=self.fingerprint,
                    pages=[image.page for image in images],
                    pixels=self._make_pixels,
                    views=_views(images, encoder),
                    describe=describe,
                    progress=progress,
                )
            return self.image_index

    def verify(self) -> None:
        """Read everything and compare it with the recorded checksums.

        Raises:
            WorldError: When a file or a table differs from what was written; names it.
        """
        for name, entry in self._manifest.files.items():
            if hash_file(self.path / name) != entry.sha256:
                raise WorldError(f"{self.path / name} was altered; delete the world and rebuild")
        digests = {name: ContentHash() for name in ("pages", "facts", "images")}
        for page in self.pages():
            digests["pages"].add(page)
        for fact in self.all_facts():
            digests["facts"].add(fact)
        for row in self._table(IMAGES).rows():
            digests["images"].add(row[:-1], decided(row, self.info.drawing_version))
        tables = {name: digest.hexdigest() for name, digest in digests.items()}
        if fingerprint(tables, self.info.relations) != self.fingerprint:
            wrong = [name for name in tables if tables[name] != self._manifest.tables.get(name)]
            raise WorldError(
                f"{self.path}: {', '.join(wrong) or 'world.json'} does not match the fingerprint; "
                "delete the world and rebuild"
            )

    def _table(self, layout: TableLayout) -> TableReader:
        with self._lock:
            if layout.name not in self._tables:
                self._tables[layout.name] = TableReader(self.path, layout)
            return self._tables[layout.name]

    @cached_property
    def _names(self) -> NameTable:
        return NameTable(self.path / "names", "names")

    @cached_property
    def _urls(self) -> NameTable:
        return NameTable(self.path / "names", "urls")

    @cached_property
    def _fact_order(self) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
        directory = self.path / "facts"
        return load_array(directory / "offsets.npy"), load_array(directory / "order.npy")


_OPEN: WeakValueDictionary[str, World] = WeakValueDictionary()
_OPEN_LOCK = threading.Lock()


def open_world(path: str | Path) -> World:
    """Open a world; the same instance for every caller of a process, for as long as one holds it.

    Args:
        path: Directory of a finished build.

    Raises:
        WorldError: When the directory is missing, torn, foreign or of another format version.
    """
    real = os.path.realpath(path)
    manifest_file = Path(real, "world.json")
    with _OPEN_LOCK:
        try:
            stat = manifest_file.stat()
            # A world that was deleted and built again at the same path is another world.
            stamp = (stat.st_ino, stat.st_mtime_ns, stat.st_size)
        except OSError:
            stamp = None
        held = _OPEN.get(real)
        if held is not None and held.stamp == stamp:
            return held
        world = World(Path(real), read_manifest(Path(real)))
        world.stamp = stamp
        if stamp is not None:
            _OPEN[real] = world
        return world


def _views(images: Sequence[ImageRecord], encoder: str | None) -> Views | None:
    if encoder is not None:
        return Views(encoder, lambda image: True)
    shown = {
        image.id for image in images if image.recipe and image.recipe.style == PHOTOGRAPH_STYLE
    }
    return Views(BUILT_IN, shown.__contains__) if shown else None


def _check_range(what: str, number: int, end: int) -> None:
    if not 0 <= number < end:
        raise IndexError(f"there is no {what} {number}; ids run from 0 to {end - 1}")
