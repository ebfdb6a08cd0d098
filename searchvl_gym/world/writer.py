"""Writes a world: rows are streamed to a hidden sibling directory, which is renamed at the end."""

from __future__ import annotations

import hashlib
import os
import platform
import secrets
import shutil
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType

import numpy as np

from searchvl_gym.world.folding import fold
from searchvl_gym.world.format import (
    FORMAT,
    FORMAT_VERSION,
    WORLD_FILE,
    ContentHash,
    Manifest,
    WorldError,
    fingerprint,
    force_to_disk,
    list_files,
    read_manifest,
    write_json,
)
from searchvl_gym.world.graph import GraphWriter
from searchvl_gym.world.lookup import NameTableBuilder
from searchvl_gym.world.pictures.version import DRAWING_VERSION
from searchvl_gym.world.records import Fact, ImageRecord, Page, Relation, WorldInfo
from searchvl_gym.world.tables import (
    FACTS,
    IMAGES,
    PAGES,
    TableWriter,
    decided,
    fact_row,
    image_row,
    is_drawn,
    page_row,
)

_TITLE, _REDIRECT, _ALIAS = 0, 1, 2
"""Ranks of names: a title wins over a redirect, and that over an alias."""


class WorldWriter:
    """Builds one world; a context manager.

    Pages and pictures come in the order of their ids; facts in any order (their order is part of
    the fingerprint). Memory stays bounded: about 100 bytes a page. Leaving the `with` block
    without `finish` removes everything that was written.

    Args:
        path: Directory to create; its parent is created as well.
        name: Short name, e.g. `atlas-mini`.
        source: `atlas`, `earth`, `zim` or `live`.
        seed: Seed of the generator; 0 for sources without one.
        licence: SPDX expression or a sentence.
        settings: Arguments of the build; not part of the fingerprint.
        relations: Schema of the facts; facts must name one of them unless it is empty.

    Raises:
        WorldError: When `path` exists.

    Example::

        with WorldWriter(path, name="two", source="earth", seed=0, licence="CC0-1.0") as writer:
            writer.add_pages(pages)
            writer.add_facts(facts)
            writer.add_images(images)
            info = writer.finish()
    """

    def __init__(
        self,
        path: str | Path,
        *,
        name: str,
        source: str,
        seed: int,
        licence: str,
        settings: Mapping[str, str] | None = None,
        relations: Sequence[Relation] = (),
    ) -> None:
        self._path = Path(os.path.abspath(path))
        if self._path.exists():
            raise WorldError(f"{self._path} exists already; delete it or choose another path")
        self._name, self._source, self._seed, self._licence = name, source, seed, licence
        self._settings = dict(settings or {})
        self._relations = tuple(relations)
        self._relation_names = {relation.name for relation in relations}
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            _remove_leftovers(self._path)
            self._directory = _temporary_directory(self._path)
            self._directory.mkdir()
        except OSError as error:
            raise WorldError(
                f"cannot write to {self._path.parent}: {error.strerror}; choose another path"
            ) from error
        self._tables = {
            layout.name: TableWriter(self._directory, layout) for layout in (PAGES, FACTS, IMAGES)
        }
        self._hashes = {name: ContentHash() for name in self._tables}
        self._graph = GraphWriter(self._directory / "graph")
        self._titles, self._names, self._urls = (NameTableBuilder() for _ in range(3))
        self._kinds: Counter[str] = Counter()
        self._subjects = array("i")
        self._fact_targets = array("i")
        self._image_pages = array("i")
        self._page_images = array("i")
        self._stored_pictures = 0
        self._drawn_files: list[bytes] = []
        self._open = True

    def __enter__(self) -> WorldWriter:
        """Start building."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Remove what is not finished."""
        if self._open:
            self.discard()

    def add_pages(self, pages: Iterable[Page]) -> None:
        """Add pages in the order of their ids, which are dense from 0.

        Raises:
            WorldError: When an id is out of order, or a link or name is malformed.
        """
        table, digest = self._tables["pages"], self._hashes["pages"]
        for page in pages:
            if page.id != table.length:
                raise WorldError(f"page {page.id} ({page.title}) came when {table.length} was due")
            if not fold(page.title) or not page.url:
                raise WorldError(f"page {page.id} has no title or no address")
            table.append(page_row(page))
            digest.add(page)
            self._graph.add(page.id, (link.target for link in page.links))
            self._titles.add(page.title, page.id)
            self._urls.add(page.url, page.id)
            self._names.add(fold(page.title), page.id, _TITLE)
            for redirect in page.redirects:
                self._names.add(fold(redirect), page.id, _REDIRECT)
            for alias in page.aliases:
                self._names.add(fold(alias), page.id, _ALIAS)
            self._kinds[page.kind] += 1
            self._page_images.extend(page.images)

    def add_facts(self, facts: Iterable[Fact]) -> None:
        """Add facts.

        Raises:
            WorldError: When a fact names a relation that the schema does not have.
        """
        table, digest = self._tables["facts"], self._hashes["facts"]
        for fact in facts:
            if self._relation_names and fact.relation not in self._relation_names:
                raise WorldError(
                    f"a fact of page {fact.subject} names the relation {fact.relation!r}, which "
                    "is not in the schema; add it to `relations`"
                )
            table.append(fact_row(fact))
            digest.add(fact)
            self._subjects.append(fact.subject)
            if fact.target is not None:
                self._fact_targets.append(fact.target)

    def add_images(self, images: Iterable[ImageRecord]) -> None:
        """Add pictures in the order of their ids, which are dense from 0.

        Raises:
            WorldError: When an id is out of order, or a picture has neither data nor recipe.
        """
        table, digest = self._tables["images"], self._hashes["images"]
        for image in images:
            if image.id != table.length:
                raise WorldError(f"picture {image.id} came when {table.length} was due")
            if image.data is None and image.recipe is None:
                raise WorldError(f"picture {image.id} has neither encoded data nor a recipe")
            row = image_row(image)
            table.append(row)
            digest.add(row[:-1], decided(row, DRAWING_VERSION))
            if image.data is not None and is_drawn(row):
                self._drawn_files.append(hashlib.sha256(image.data).digest())
            self._image_pages.append(image.page)
            self._stored_pictures += image.data is not None

    def add_settings(self, settings: Mapping[str, str]) -> None:
        """Add to what `world.json` says of the build, such as what was found on the way."""
        self._settings.update(settings)

    def finish(self, *, progress: bool = False, index_pictures: bool = True) -> WorldInfo:
        """Write the look-up tables and the indexes, and give the directory its name.

        The image index is built when every picture is stored; for pictures that are drawn on
        demand see `World.build_image_index`.

        Args:
            progress: Show a progress bar while the pictures are indexed.
            index_pictures: Whether to build the image index now.

        Returns:
            What was built. When another process finished the same world at the same path
            meanwhile, that one stays and this build is removed.

        Raises:
            WorldError: When rows refer to pages or pictures that do not exist, when titles or
                addresses repeat, or when the path was taken by something else.
        """
        # The indexes read the finished tables, so these are opened like those of any world.
        from searchvl_gym.world.text_index import build_text_index
        from searchvl_gym.world.world import World

        for table in self._tables.values():
            table.close()
        self._check_references()
        try:
            self._graph.close()
        except ValueError as error:
            raise WorldError(str(error)) from None
        self._names.write(self._directory / "names", "names")
        self._urls.write(self._directory / "names", "urls")
        self._write_fact_order()
        info = self._describe()
        tables = {name: digest.hexdigest() for name, digest in self._hashes.items()}
        world = World(self._directory, Manifest(FORMAT, info, tables, {}))
        build_text_index(self._directory / "text_index", world.pages())
        files = list_files(self._directory)
        complete = self._stored_pictures == self._tables["images"].length
        if index_pictures and self._stored_pictures and complete:
            world.build_image_index(progress=progress)
        force_to_disk(self._directory)
        write_json(self._directory / WORLD_FILE, Manifest(FORMAT, info, tables, files))
        self._open = False
        self._publish(info)
        return info

    def discard(self) -> None:
        """Remove everything that was written."""
        self._open = False
        for table in self._tables.values():
            table.close(complete=False)
        shutil.rmtree(self._directory, ignore_errors=True)

    def _check_references(self) -> None:
        pages, images = self._tables["pages"].length, self._tables["images"].length
        for what, builder in (("title", self._titles), ("address", self._urls)):
            if (pair := builder.duplicate()) is not None:
                raise WorldError(f"the pages {pair[0]} and {pair[1]} have the same {what}")
        for what, ids, end in (
            ("a fact is about page", self._subjects, pages),
            ("a fact leads to page", self._fact_targets, pages),
            ("a picture belongs to page", self._image_pages, pages),
            ("a page shows picture", self._page_images, images),
        ):
            values = np.array(ids, np.int64)
            if len(wrong := values[(values < 0) | (values >= end)]):
                raise WorldError(f"{what} {wrong[0]}, which does not exist")

    def _write_fact_order(self) -> None:
        directory = self._directory / "facts"
        directory.mkdir()
        subjects = np.array(self._subjects, np.int32)
        counts = np.bincount(subjects, minlength=self._tables["pages"].length)
        offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        np.save(directory / "offsets.npy", offsets)
        np.save(directory / "order.npy", np.argsort(subjects, kind="stable").astype(np.int32))

    def _describe(self) -> WorldInfo:
        counts = {name: table.length for name, table in self._tables.items()}
        counts["links"] = self._graph.links
        counts |= {f"kind:{kind}": number for kind, number in sorted(self._kinds.items())}
        tables = {name: digest.hexdigest() for name, digest in self._hashes.items()}
        return WorldInfo(
            name=self._name,
            source=self._source,
            seed=self._seed,
            format_version=FORMAT_VERSION,
            fingerprint=fingerprint(tables, self._relations),
            licence=self._licence,
            counts=counts,
            settings=self._settings,
            relations=self._relations,
            drawing_version=DRAWING_VERSION,
            drawn_files=hashlib.sha256(b"".join(self._drawn_files)).hexdigest()
            if self._drawn_files
            else "",
        )

    def _publish(self, info: WorldInfo) -> None:
        try:
            self._directory.rename(self._path)
        except OSError as error:
            shutil.rmtree(self._directory, ignore_errors=True)
            if not self._path.exists():
                raise WorldError(f"cannot create {self._path}: {error.strerror}") from error
            if read_manifest(self._path).info.fingerprint != info.fingerprint:
                raise WorldError(
                    f"another build took {self._path} meanwhile; delete it or choose another path"
                ) from None


def _temporary_directory(path: Path) -> Path:
    host = fold(platform.node()).replace("-", "_") or "host"
    return path.with_name(f".{path.name}.{host}-{os.getpid()}-{secrets.token_hex(4)}.building")


def _remove_leftovers(path: Path) -> None:
    """Remove what builds of the same world left that were killed on this machine."""
    if os.name != "posix":
        return
    prefix = _temporary_directory(path).name.rsplit("-", 2)[0] + "-"
    for sibling in path.parent.iterdir():
        if not sibling.name.startswith(prefix) or not sibling.name.endswith(".building"):
            continue
        process = sibling.name.removeprefix(prefix).split("-")[0]
        if process.isdigit() and not _is_running(int(process)):
            shutil.rmtree(sibling, ignore_errors=True)


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
