"""Records as rows of Arrow files, and back.

Every file consists of batches of the same number of rows (the last may be shorter), so a row is
found by division and read from the memory map without touching the others.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from searchvl_gym.world.format import WorldError
from searchvl_gym.world.pictures.recipe import PictureRecipe
from searchvl_gym.world.records import Fact, Hyperlink, ImageRecord, Page


@dataclass(frozen=True)
class TableLayout:
    """Name, columns (name and Arrow type, `list:` before it for a list) and rows a batch."""

    name: str
    columns: tuple[tuple[str, str], ...]
    batch_rows: int

    @property
    def file(self) -> str:
        """Name of the table's file."""
        return f"{self.name}.arrow"


PAGES = TableLayout(
    "pages",
    (
        ("title", "string"),
        ("kind", "string"),
        ("url", "string"),
        ("text", "string"),
        ("aliases", "list:string"),
        ("redirects", "list:string"),
        ("infobox_labels", "list:string"),
        ("infobox_values", "list:string"),
        ("images", "list:int32"),
        ("link_targets", "list:int32"),
        ("link_anchors", "list:string"),
        ("link_starts", "list:int32"),
    ),
    batch_rows=256,
)
FACTS = TableLayout(
    "facts",
    (
        ("subject", "int32"),
        ("relation", "string"),
        ("value", "string"),
        ("target", "int32"),
        ("aliases", "list:string"),
    ),
    batch_rows=4096,
)
IMAGES = TableLayout(
    "images",
    (
        ("page", "int32"),
        ("caption", "string"),
        ("recipe", "string"),
        ("width", "int32"),
        ("height", "int32"),
        ("made_from", "string"),
        ("data", "binary"),
    ),
    batch_rows=32,
)


def page_row(page: Page) -> tuple[Any, ...]:
    """A page in the order of `PAGES.columns`."""
    return (
        page.title,
        page.kind,
        page.url,
        page.text,
        page.aliases,
        page.redirects,
        [label for label, _ in page.infobox],
        [value for _, value in page.infobox],
        page.images,
        [link.target for link in page.links],
        [link.anchor for link in page.links],
        [link.start for link in page.links],
    )


def row_page(page_id: int, row: tuple[Any, ...]) -> Page:
    """The inverse of `page_row`."""
    title, kind, url, text, aliases, redirects, labels, values, images, *links = row
    return Page(
        id=page_id,
        title=title,
        kind=kind,
        url=url,
        text=text,
        aliases=tuple(aliases),
        redirects=tuple(redirects),
        infobox=tuple(zip(labels, values, strict=True)),
        images=tuple(images),
        links=tuple(map(Hyperlink, *links)),
    )


def fact_row(fact: Fact) -> tuple[Any, ...]:
    """A fact in the order of `FACTS.columns`."""
    return (fact.subject, fact.relation, fact.value, fact.target, fact.aliases)


def row_fact(row: tuple[Any, ...]) -> Fact:
    """The inverse of `fact_row`."""
    subject, relation, value, target, aliases = row
    return Fact(subject, relation, value, target, tuple(aliases))


def image_row(image: ImageRecord) -> tuple[Any, ...]:
    """A picture in the order of `IMAGES.columns`."""
    recipe = None if image.recipe is None else msgspec.json.encode(image.recipe).decode()
    return (
        image.page,
        image.caption,
        recipe,
        image.width,
        image.height,
        image.made_from,
        image.data,
    )


def row_image(image_id: int, row: tuple[Any, ...]) -> ImageRecord:
    """The inverse of `image_row`; `row` may end before the data, which is None then."""
    page, caption, recipe, width, height, made_from, *data = row
    return ImageRecord(
        id=image_id,
        page=page,
        caption=caption,
        recipe=None if recipe is None else msgspec.json.decode(recipe, type=PictureRecipe),
        width=width,
        height=height,
        data=data[0] if data else None,
        made_from=made_from,
    )


def decided(row: tuple[Any, ...], drawing_version: int) -> bytes | None:
    """What a fingerprint says of a picture's content, beside the other columns of its row.

    The bytes of a picture that came from outside. Of one that this package draws, the version
    of the code that draws it and whether it was stored: its bytes may differ by machine.

    >>> decided((0, "c", None, 9, 9, None, b"file"), 1)
    b'file'
    >>> decided((0, "c", "{}", 9, 9, None, b"file"), 1)
    b'drawn by version 1, stored'
    """
    data: bytes | None = row[-1]
    if not is_drawn(row):
        return data
    kept = "on demand" if data is None else "stored"
    return f"drawn by version {drawing_version}, {kept}".encode()


def is_drawn(row: tuple[Any, ...]) -> bool:
    """Whether this package draws the picture of a row."""
    return row[2] is not None or row[5] is not None


class TableWriter:
    """Streams rows into an Arrow file; holds one batch in memory."""

    def __init__(self, directory: Path, layout: TableLayout) -> None:
        import pyarrow as pa

        self._pa = pa
        self._layout = layout
        self._schema = pa.schema([(name, _arrow_type(kind)) for name, kind in layout.columns])
        self._sink = pa.OSFile(str(directory / layout.file), "wb")
        self._writer = pa.ipc.new_file(self._sink, self._schema)
        self._rows: list[tuple[Any, ...]] = []
        self.length = 0
        self._closed = False

    def append(self, row: tuple[Any, ...]) -> None:
        """Add one row.

        Raises:
            WorldError: When a value does not fit its column.
        """
        self._rows.append(row)
        self.length += 1
        if len(self._rows) == self._layout.batch_rows:
            self._flush()

    def _flush(self) -> None:
        if not self._rows:
            return
        pa = self._pa
        try:
            columns = [
                pa.array(values, field.type)
                for values, field in zip(zip(*self._rows, strict=True), self._schema, strict=True)
            ]
        except (pa.ArrowException, UnicodeError, OverflowError, TypeError) as error:
            first = self.length - len(self._rows)
            raise WorldError(
                f"{self._layout.name}: one of the rows {first} to {self.length - 1} does not fit "
                f"the format ({error}); correct the source that made it"
            ) from error
        self._writer.write_batch(pa.RecordBatch.from_arrays(columns, schema=self._schema))
        self._rows.clear()

    def close(self, *, complete: bool = True) -> None:
        """Close the file, once; with `complete`, write what is still held first."""
        if self._closed:
            return
        self._closed = True
        try:
            if complete:
                self._flush()
            self._writer.close()
        finally:
            self._sink.close()


class TableReader:
    """Random access to the rows of an Arrow file by memory map. Thread-safe."""

    def __init__(self, directory: Path, layout: TableLayout) -> None:
        import pyarrow as pa

        path = directory / layout.file
        try:
            self._reader = pa.ipc.open_file(pa.memory_map(str(path), "r"))
        except (pa.ArrowException, OSError) as error:
            raise WorldError(f"{path} is torn ({error}); delete the world and rebuild") from error
        expected = [name for name, _ in layout.columns]
        if self._reader.schema.names != expected:
            raise WorldError(f"{path} has other columns than {expected}; rebuild the world")
        self._layout = layout
        self._lock = threading.Lock()
        self._batches: list[tuple[Any, ...] | None] = [None] * self._reader.num_record_batches

    def row(self, index: int, columns: slice = slice(None)) -> tuple[Any, ...]:
        """One row, or the given columns of it; `index` must be in range."""
        batch, position = divmod(index, self._layout.batch_rows)
        arrays = self._batches[batch] or self._load(batch)
        return tuple(array[position].as_py() for array in arrays[columns])

    def rows(self, columns: slice = slice(None)) -> Iterator[tuple[Any, ...]]:
        """All rows in order, a batch at a time."""
        for batch in range(len(self._batches)):
            arrays = self._batches[batch] or self._load(batch)
            yield from zip(*(array.to_pylist() for array in arrays[columns]), strict=True)

    def _load(self, batch: int) -> tuple[Any, ...]:
        with self._lock:
            arrays = tuple(self._reader.get_batch(batch).columns)
            self._batches[batch] = arrays
        return arrays


def _arrow_type(kind: str) -> Any:
    import pyarrow as pa

    outer, _, inner = kind.rpartition(":")
    types = {"string": pa.string(), "binary": pa.binary(), "int32": pa.int32()}
    value: Any = types[inner]
    return pa.list_(value) if outer == "list" else value
