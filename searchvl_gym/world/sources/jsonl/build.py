"""Imports a JSONL file: reads it twice, once for the names and once for the world."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from searchvl_gym.world.format import WorldError
from searchvl_gym.world.sources.documents import Document, write_documents
from searchvl_gym.world.sources.documents.assembly import Pictures
from searchvl_gym.world.sources.jsonl.rows import COLUMNS, JsonlRows

if TYPE_CHECKING:
    from searchvl_gym.world.world import World


def import_jsonl(
    file: str | Path,
    path: str | Path,
    *,
    columns: Mapping[str, str] | None = None,
    name: str = "",
    licence: str = "unknown: ask the publisher of the file",
    pictures: Pictures = "all",
    limit: int = 0,
    progress: bool = True,
) -> World:
    """Make a world of a file with one JSON object a line.

    A row holds `title` and `text`, and may hold `url`, `aliases`, `infobox`, `images` (paths
    beside the file, or base64), `links` (titles), `kind` and `id`. The corpora of Search-R1 and
    Wiki-18 (`contents` with the title in quotes) are read as they are. Memory stays bounded:
    about 200 bytes an article.

    Args:
        file: The file, or one compressed with gzip (`.jsonl.gz`).
        path: Directory to create.
        columns: Names in the file for some of those above.
        name: Short name of the world; "" for the file's.
        licence: Licence of the texts.
        pictures: `all` for up to eight of each article, `lead` for the first, `none`.
        limit: Read only so many articles; 0 for all.
        progress: Show a progress bar on stderr while pictures are indexed.

    Raises:
        ValueError: When an argument is out of range.
        WorldError: When the file cannot be read, or a row is no object or has no title; the
            message gives its line. When `path` exists.
    """
    if pictures not in ("all", "lead", "none"):
        raise ValueError(f"pictures must be 'all', 'lead' or 'none', got {pictures!r}")
    if limit < 0:
        raise ValueError(f"limit must be at least 0, got {limit}")
    if unknown := set(columns or {}) - set(COLUMNS):
        raise ValueError(
            f"there is no column {', '.join(sorted(unknown))}; there are {', '.join(COLUMNS)}"
        )
    file, path = Path(file), Path(path).absolute()
    if path.exists():
        raise WorldError(f"{path} exists already; delete it or choose another path")
    if not file.is_file():
        what = "is a folder; see import-folder" if file.is_dir() else "does not exist"
        raise WorldError(f"{file} {what}")
    rows = JsonlRows(file, dict(columns or {}))
    return write_documents(
        lambda: _some(rows, limit),
        path,
        source="jsonl",
        name=name or file.name.removesuffix(".gz").removesuffix(".jsonl"),
        licence=licence,
        settings={
            "file": file.name,
            "pictures": pictures,
            "limit": str(limit),
            "columns": ", ".join(f"{key}={value}" for key, value in rows.columns.items()),
        },
        left_out=rows.left_out,
        pictures=pictures,
        progress=progress,
    )


def _some(rows: JsonlRows, limit: int) -> Iterator[Document]:
    """The first documents that say something; keys that repeat are told apart by their place."""
    seen = 0
    for document in rows.documents():
        if not any(map(str.isalnum, document.text[:200])):
            rows.left_out["rows without text"] += 1
            continue
        if limit and seen == limit:
            return
        yield msgspec.structs.replace(document, paths=(document.key,), key=f"{seen}:{document.key}")
        seen += 1
