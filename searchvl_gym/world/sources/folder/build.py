"""Imports a folder: finds its files, reads each in its format, and writes them as a world."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import msgspec

from searchvl_gym.world.format import WorldError
from searchvl_gym.world.sources.atlas.progress import ProgressBar
from searchvl_gym.world.sources.documents import Document, DocumentPicture, write_documents
from searchvl_gym.world.sources.documents.assembly import Pictures
from searchvl_gym.world.sources.documents.shelf import Shelf
from searchvl_gym.world.sources.folder.markup import read_html, read_markdown
from searchvl_gym.world.sources.folder.plain import read_pdf, read_text

if TYPE_CHECKING:
    from searchvl_gym.world.world import World

MARKDOWN = (".md", ".markdown")
HTML = (".html", ".htm", ".xhtml")
TEXT = (".txt", ".text")
PDF = (".pdf",)
PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".svg")

_LEAST_LETTERS = 3


def import_folder(
    folder: str | Path,
    path: str | Path,
    *,
    name: str = "",
    licence: str = "unknown: ask the owner of the documents",
    pictures: Pictures = "all",
    skip_unreadable: bool = False,
    progress: bool = True,
) -> World:
    """Make a world of a folder of HTML, Markdown, text and PDF files.

    Every file is a page; links between them, relative or by name (`[[Title]]`), are its
    hyperlinks. Pictures are those that a file shows, and one of the same name beside it. What
    stands before the text of a Markdown file (`name: value`) is its infobox.

    Args:
        folder: The folder; hidden files and links to other places are left alone.
        path: Directory to create.
        name: Short name of the world; "" for the folder's.
        licence: Licence of the documents.
        pictures: `all` for up to eight of each document, `lead` for the first, `none`.
        skip_unreadable: Leave out files that cannot be read, instead of refusing the folder.
        progress: Show progress bars on stderr.

    Raises:
        ValueError: When an argument is out of range.
        WorldError: When there is no such folder, it holds no readable file, one of them is
            locked or damaged, or `path` exists.
    """
    if pictures not in ("all", "lead", "none"):
        raise ValueError(f"pictures must be 'all', 'lead' or 'none', got {pictures!r}")
    root, path = Path(folder), Path(path).absolute()
    if path.exists():
        raise WorldError(f"{path} exists already; delete it or choose another path")
    if not root.is_dir():
        what = "is a file; give the folder that it is in" if root.exists() else "does not exist"
        raise WorldError(f"{root} {what}")
    reader = _FolderReader(root, skip_unreadable)
    with Shelf() as shelf, ProgressBar(progress) as bar:
        files = reader.files()
        for file in bar.track("Reading documents", files, len(files)):
            if (document := reader.read(file)) is not None:
                shelf.add(document)
        bar.stop()
        return write_documents(
            lambda: shelf,
            path,
            source="folder",
            name=name or root.resolve().name,
            licence=licence,
            settings={"folder": root.resolve().name, "pictures": pictures},
            left_out=reader.left_out,
            pictures=pictures,
            progress=progress,
        )


class _FolderReader:
    """Reads the files of one folder."""

    def __init__(self, root: Path, skip_unreadable: bool) -> None:
        self._root, self._skip = root, skip_unreadable
        self.left_out: Counter[str] = Counter()
        self._pictures: dict[str, str] = {}
        self._stems: dict[str, str] = {}

    def files(self) -> list[Path]:
        """The documents in the order of their paths; pictures are remembered on the way."""
        documents = []
        for file in _walk(self._root):
            suffix, key = file.suffix.casefold(), self._key(file)
            if suffix in PICTURES:
                for spelling in (key, file.name):
                    self._pictures.setdefault(spelling.casefold(), str(file.absolute()))
                self._stems[str(PurePosixPath(key).with_suffix("")).casefold()] = str(
                    file.absolute()
                )
            elif suffix in (*MARKDOWN, *HTML, *TEXT, *PDF):
                documents.append(file)
            else:
                self.left_out[f"files of the kind {suffix or 'without a suffix'}"] += 1
        return documents

    def read(self, file: Path) -> Document | None:
        """A file as a document; None for one that is left out."""
        key = self._key(file)
        try:
            document = self._parsed(file, key)
        except OSError as error:
            reason = f"cannot read {file}: {error.strerror}"
        except WorldError as error:
            reason = f"{error}"
        else:
            if sum(map(str.isalnum, document.text[:200])) < _LEAST_LETTERS:
                self.left_out["files without text"] += 1
                return None
            return self._completed(document, key)
        if not self._skip:
            raise WorldError(f"{reason} (--skip-unreadable goes on without such files)")
        self.left_out["unreadable files"] += 1
        return None

    def _parsed(self, file: Path, key: str) -> Document:
        data, suffix = file.read_bytes(), file.suffix.casefold()
        if suffix in MARKDOWN:
            return read_markdown(data, key, self._picture)
        if suffix in HTML:
            return read_html(data, key, self._picture)
        return read_pdf(data, key) if suffix in PDF else read_text(data, key)

    def _completed(self, document: Document, key: str) -> Document:
        """With the other spellings of its path, and the picture that bears its name."""
        bare = PurePosixPath(key).with_suffix("")
        paths = [str(bare)]
        if bare.name.casefold() in ("index", "readme"):
            paths.append(str(bare.parent))
        pictures = document.pictures
        beside = self._stems.get(str(bare).casefold())
        if beside is not None and beside not in [picture.file for picture in pictures]:
            pictures = (DocumentPicture(beside), *pictures)
        return msgspec.structs.replace(
            document, paths=tuple(paths), file_name=bare.name, pictures=pictures
        )

    def _picture(self, name: str) -> str:
        """The file of a picture by its path or its name, "" for none."""
        found = self._pictures.get(name.casefold())
        if found is None:
            found = self._pictures.get(PurePosixPath(name).name.casefold())
        if found is None and PurePosixPath(name).suffix.casefold() in PICTURES:
            self.left_out["missing pictures"] += 1
        return found or ""

    def _key(self, file: Path) -> str:
        return file.relative_to(self._root).as_posix()


def _walk(root: Path) -> Iterator[Path]:
    for file in sorted(root.rglob("*")):
        hidden = any(part.startswith(".") for part in file.relative_to(root).parts)
        if not hidden and file.is_file() and not file.is_symlink():
            yield file
