"""What lies in the cache directory: how much, since when, and how to be rid of it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from searchvl_gym.locks import LockTaken, take_lock
from searchvl_gym.world.format import WorldError

Kind = Literal["world", "readings", "unfinished", "other"]
"""`unfinished` is what a build that was stopped left; `other` is not ours and is never removed."""

_LOCK, _STAMP = ".lock", ".code"
"""Files beside a world: who builds it, and the code that built it."""


@dataclass(frozen=True)
class CacheEntry:
    """One thing in the cache.

    Attributes:
        name: What the command line calls it.
        kind: What it is.
        path: The directory or file.
        size: Bytes on the disk, those of its lock and stamp included.
        last_used: Seconds since 1970. Most systems note a use once a day, some only a change.
    """

    name: str
    kind: Kind
    path: Path
    size: int
    last_used: float


def list_entries(cache: Path) -> list[CacheEntry]:
    """What is in a cache directory, by name; nothing when it does not exist.

    Raises:
        WorldError: When it cannot be read.
    """
    try:
        names = sorted(path.name for path in cache.iterdir())
        return [_entry(cache, name) for name in names if _is_of_its_own(name, names)]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise WorldError(
            f"cannot read the cache {cache}: {error.strerror or error}; set $SEARCHVL_CACHE to "
            "another directory"
        ) from error


def remove_entry(entry: CacheEntry) -> None:
    """Remove one thing, its lock and its stamp.

    Raises:
        WorldError: When it is not ours, is being built at this moment or cannot be removed.
    """
    if entry.kind == "other":
        raise WorldError(f"{entry.path} was not made by SearchVL Gym; delete it by hand")
    lock_file = entry.path.with_name(f"{entry.name}{_LOCK}")
    try:
        # A world that loses its stamp counts as stale at once, however the rest goes.
        with take_lock(lock_file):
            entry.path.with_name(f"{entry.name}{_STAMP}").unlink(missing_ok=True)
            if entry.path.is_dir() and not entry.path.is_symlink():
                shutil.rmtree(entry.path)
            else:
                entry.path.unlink(missing_ok=True)
        lock_file.unlink(missing_ok=True)
    except LockTaken:
        raise WorldError(f"{entry.name} is being built; wait until it is done") from None
    except OSError as error:
        raise WorldError(
            f"cannot clear {entry.name} in the cache {entry.path.parent}: "
            f"{error.strerror or error}; ask its owner, or set $SEARCHVL_CACHE to a cache of yours"
        ) from error


def _is_of_its_own(name: str, names: list[str]) -> bool:
    """Whether a name is not the lock or the stamp of another one that is there as well."""
    for end in (_LOCK, _STAMP):
        if name.endswith(end) and name != end:
            owner = name.removesuffix(end)
            # Of a lock and a stamp without their world, the lock stands for both.
            return owner not in names and not (end == _STAMP and f"{owner}{_LOCK}" in names)
    return True


def _entry(cache: Path, name: str) -> CacheEntry:
    path = cache / name
    kind = _kind(path)
    if kind == "unfinished" and name.endswith((_LOCK, _STAMP)):
        name = name.removesuffix(_LOCK).removesuffix(_STAMP)
        path = cache / name
    parts = [path, *(cache / f"{name}{end}" for end in (_LOCK, _STAMP))]
    files = [status for part in parts for status in _files(part)]
    marks = [max(status.st_atime, status.st_mtime) for status in files]
    return CacheEntry(name, kind, path, sum(s.st_size for s in files), max(marks, default=0.0))


def _kind(path: Path) -> Kind:
    if path.name.endswith((".building", _LOCK, _STAMP)):
        return "unfinished"
    if path.is_dir():
        return "world" if (path / "world.json").is_file() else "other"
    return "readings" if path.name.startswith("readings-") else "other"


def _files(path: Path) -> Iterator[os.stat_result]:
    """Of a file itself or of all below a directory; links are not followed."""
    if path.is_dir() and not path.is_symlink():
        for folder, _, names in os.walk(path):
            for name in names:
                yield (Path(folder) / name).lstat()
    elif path.is_symlink() or path.exists():
        yield path.lstat()
