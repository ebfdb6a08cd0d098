"""What a world is on disk, and how a directory is known to be one.

A world is one directory::

    world.json              format version, `WorldInfo`, digest of every table, size of every file
    pages.arrow             one row a page, its hyperlinks included
    facts.arrow             one row a fact, in the order in which they were added
    images.arrow            one row a picture: what it is drawn from, the encoded file, or both
    graph/*.npy             CSR of distinct links between pages, in-degrees
    facts/*.npy             which facts belong to which subject
    names/*.npy             sorted 64-bit hashes of folded titles, aliases, redirects; of addresses
    text_index/             the full-text index
    image_index/            signatures of the pictures; may be added later

`world.json` is written last and the directory gets its name by a rename, so a build that was
killed never opens.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import msgspec
import numpy as np
import numpy.typing as npt

from searchvl_gym.world.records import WorldInfo

FORMAT = "searchvl-world"
FORMAT_VERSION = 2
WORLD_FILE = "world.json"
IMAGE_INDEX = "image_index"


class WorldError(Exception):
    """A world that cannot be opened, built or searched; one line that says what to do."""


@dataclass(frozen=True)
class FileEntry:
    """Size in bytes and SHA-256 of one file of a directory."""

    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """Content of `world.json`.

    Attributes:
        format: Always `FORMAT`.
        info: What the world is.
        tables: SHA-256 of each table's logical content.
        files: Every file beside `world.json` by its relative POSIX path, `image_index`
            excepted: it has a manifest of its own.
    """

    format: str
    info: WorldInfo
    tables: Mapping[str, str]
    files: Mapping[str, FileEntry]


class ContentHash:
    """SHA-256 over rows, the same for any layout on disk.

    >>> a, b = ContentHash(), ContentHash()
    >>> a.add({"id": 1}); b.add({"id": 1})
    >>> a.hexdigest() == b.hexdigest()
    True
    """

    def __init__(self) -> None:
        self._hash = hashlib.sha256()

    def add(self, row: Any, data: bytes | None = None) -> None:
        """Add one row (anything msgspec encodes) and the bytes that belong to it.

        Raises:
            WorldError: When a string holds lone surrogates.
        """
        try:
            encoded = msgspec.json.encode(row)
        except UnicodeEncodeError as error:
            raise WorldError(
                f"a row holds text that is not valid UTF-8 ({error.reason}): {row!r:.80}"
            ) from None
        self._hash.update(encoded)
        self._hash.update(b"\n" if data is None else b"\t" + hashlib.sha256(data).digest())

    def hexdigest(self) -> str:
        """Digest of the rows so far."""
        return self._hash.hexdigest()


def fingerprint(tables: Mapping[str, str], relations: Iterable[Any]) -> str:
    """Fingerprint of a world from its tables' digests and its schema of facts."""
    content = [FORMAT_VERSION, sorted(tables.items()), list(relations)]
    return hashlib.sha256(msgspec.json.encode(content)).hexdigest()


def hash_name(text: str) -> int:
    """Stable 64-bit hash of a string (BLAKE2b), for the sorted look-up tables."""
    digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "little")


def list_files(directory: Path) -> dict[str, FileEntry]:
    """Every file below a directory by relative path; `world.json` and hidden ones left out."""
    return {
        path.relative_to(directory).as_posix(): FileEntry(path.stat().st_size, hash_file(path))
        for path in sorted(directory.rglob("*"))
        if path.is_file() and path != directory / WORLD_FILE and not path.name.startswith(".")
    }


def hash_file(path: Path) -> str:
    """SHA-256 of a file, read in pieces."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def check_files(directory: Path, files: Mapping[str, FileEntry], *, remedy: str) -> None:
    """Check that every file is there in its full size.

    Args:
        directory: Where the files are.
        files: What is expected.
        remedy: What the user should do otherwise; ends the message.

    Raises:
        WorldError: When a file is missing or has another size.
    """
    for name, entry in files.items():
        try:
            size = (directory / name).stat().st_size
        except OSError:
            raise WorldError(f"{directory} is torn: {name} is missing; {remedy}") from None
        if size != entry.size:
            raise WorldError(
                f"{directory} is torn: {name} has {size} bytes instead of {entry.size}; {remedy}"
            )


def read_manifest(directory: Path) -> Manifest:
    """Read and check `world.json` and the presence and size of every file.

    Raises:
        WorldError: When the directory is missing, torn, foreign or of another version.
    """
    path = directory / WORLD_FILE
    if directory.is_file():
        raise WorldError(f"{directory} is a file; give the directory of a finished world")
    if not directory.is_dir():
        raise WorldError(
            f"there is no world at {directory}; build one with "
            f"`searchvl world build --out {directory}`"
        )
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise WorldError(
            f"{directory} is not a world: it has no {WORLD_FILE}; give the path of a finished "
            "build, or build one with `searchvl world build`"
        ) from None
    except OSError as error:
        raise WorldError(f"cannot read {path}: {error.strerror}; check the permissions") from error
    try:
        header = msgspec.json.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise WorldError(
            f"{path} is torn: not valid JSON; delete {directory} and rebuild"
        ) from None
    if not isinstance(header, dict) or header.get("format") != FORMAT:
        raise WorldError(f"{path} was not written by SearchVL Gym; give the path of a world")
    info = header.get("info")
    version = info.get("format_version") if isinstance(info, dict) else None
    if version != FORMAT_VERSION:
        raise WorldError(
            f"{directory} has world format {version}, this version reads {FORMAT_VERSION}; "
            "rebuild it, or install the version of searchvl-gym that wrote it"
        )
    try:
        manifest = msgspec.convert(header, Manifest)
    except msgspec.ValidationError as error:
        raise WorldError(f"{path} is damaged ({error}); delete {directory} and rebuild") from None
    check_files(directory, manifest.files, remedy="delete the directory and rebuild")
    return manifest


def write_json(path: Path, content: Any) -> None:
    """Write an object as indented JSON and force it to the disk."""
    with path.open("wb") as stream:
        stream.write(msgspec.json.format(msgspec.json.encode(content), indent=2) + b"\n")
        stream.flush()
        os.fsync(stream.fileno())


def force_to_disk(directory: Path) -> None:
    """Flush every file below a directory, so that a rename after it never outruns the data."""
    for path in directory.rglob("*"):
        if path.is_file():
            with path.open("rb") as stream:
                os.fsync(stream.fileno())


class ArrayFile:
    """An `.npy` file that grows: rows are appended, the length is written at the end.

    Args:
        path: The file; replaced when it exists.
        dtype: Type of the entries.
        row: Shape of one entry; empty for a vector.
    """

    def __init__(self, path: Path, dtype: npt.DTypeLike, row: tuple[int, ...] = ()) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._dtype = np.dtype(dtype)
        self._row = row
        self._length = 0
        self._stream: IO[bytes] = path.open("wb")
        self._write_header()
        self._header_size = self._stream.tell()

    def _write_header(self) -> None:
        # numpy pads the header so that the first axis can grow to any length in place.
        np.lib.format.write_array_header_1_0(
            self._stream,
            {
                "descr": np.lib.format.dtype_to_descr(self._dtype),
                "fortran_order": False,
                "shape": (self._length, *self._row),
            },
        )

    def __len__(self) -> int:
        return self._length

    def append(self, rows: npt.ArrayLike) -> None:
        """Append rows, shape `(n, *row)`."""
        block = np.ascontiguousarray(rows, self._dtype).reshape(-1, *self._row)
        self._stream.write(block.tobytes())
        self._length += len(block)

    def close(self) -> None:
        """Write the final length and close."""
        self._stream.seek(0)
        self._write_header()
        if self._stream.tell() != self._header_size:
            raise RuntimeError("the .npy header changed its size while the array grew")
        self._stream.close()


def load_array(path: Path) -> npt.NDArray[Any]:
    """Open an `.npy` file by memory map, read-only, as a plain array."""
    if path.stat().st_size == 0:
        raise WorldError(f"{path} is empty; delete {path.parent.parent} and rebuild")
    try:
        array = np.load(path, mmap_mode="r", allow_pickle=False)
    except ValueError:
        # A map of nothing is refused by the system: an array without entries is read instead.
        try:
            array = np.load(path, allow_pickle=False)
        except ValueError:
            raise WorldError(
                f"{path} is torn: not an array; delete {path.parent.parent} and rebuild"
            ) from None
        array.flags.writeable = False
    plain: npt.NDArray[Any] = array.view(np.ndarray)
    return plain
