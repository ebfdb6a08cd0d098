"""A world that is built on first use and built anew when the code that builds it has changed."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from searchvl_gym.locks import take_lock
from searchvl_gym.world.format import WorldError, read_manifest
from searchvl_gym.world.world import open_world

if TYPE_CHECKING:
    from searchvl_gym.world.records import WorldInfo
    from searchvl_gym.world.world import World

_PACKAGE = Path(__file__).parent


def code_digest(*folders: str) -> str:
    """SHA-256 of the code in some folders of this package: what decides a world's looks.

    A cached world is as good as the code that built it. A version number that somebody must
    remember to raise would let a stale one pass; this cannot be forgotten.
    """
    digest = hashlib.sha256()
    for folder in folders:
        for source in sorted((_PACKAGE / folder).rglob("*.py")):
            digest.update(source.relative_to(_PACKAGE).as_posix().encode() + b"\0")
            digest.update(source.read_bytes() + b"\0")
    return digest.hexdigest()


def read_current(path: Path, digest: str) -> WorldInfo | None:
    """What is in the world at a path, where it is whole and built by this code; else None."""
    try:
        built_by = _stamp_of(path).read_bytes()
        return read_manifest(path).info if built_by == digest.encode() else None
    except (WorldError, OSError):
        return None


def open_or_build(
    path: Path,
    digest: str,
    build: Callable[[], World],
    fits: Callable[[WorldInfo], bool] = lambda info: True,
) -> World:
    """The world at a path when it is whole and current; else a new one, built by one process.

    When several processes ask at once, one builds and the others wait for it.

    Args:
        path: Of the world; its stamp and its lock lie beside it.
        digest: Of the code that builds it.
        build: Builds it at `path`.
        fits: Whether a world that is there is the one that is wanted.

    Raises:
        OSError: When the folder cannot be written.
    """
    stamp = _stamp_of(path)
    world = _open_current(path, stamp, digest, fits)
    if world is not None:
        return world
    path.parent.mkdir(parents=True, exist_ok=True)
    with take_lock(path.with_name(f"{path.name}.lock"), wait=True):
        world = _open_current(path, stamp, digest, fits)
        if world is None:
            stamp.unlink(missing_ok=True)
            if path.exists():
                shutil.rmtree(path)
            world = build()
            stamp.write_text(digest, encoding="utf-8")
    return world


def _stamp_of(path: Path) -> Path:
    return path.with_name(f"{path.name}.code")


def _open_current(
    path: Path, stamp: Path, digest: str, fits: Callable[[WorldInfo], bool]
) -> World | None:
    if not path.exists():
        return None
    try:
        world = open_world(path)
        built_by = stamp.read_bytes()
    except (WorldError, OSError):
        return None
    return world if built_by == digest.encode() and fits(world.info) else None
