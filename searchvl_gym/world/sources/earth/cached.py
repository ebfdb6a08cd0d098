"""Earth in the user's cache: built on first use, built anew when code or data have changed.

When several processes ask at once, one builds and the others wait for it.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from searchvl_gym.locks import take_lock
from searchvl_gym.world.format import WorldError
from searchvl_gym.world.sources.earth.build import Pictures, build_earth, build_settings
from searchvl_gym.world.world import open_world

if TYPE_CHECKING:
    from searchvl_gym.world.world import World


def cached_earth(
    folder: Path,
    *,
    size: str | int = "full",
    pictures: Pictures | None = None,
    progress: bool = True,
) -> World:
    """Earth in a folder of worlds; the one that is there when it is whole and up to date.

    Args:
        folder: The cache directory.
        size: See `build_earth`.
        pictures: See `build_earth`.
        progress: Show a progress bar on stderr.

    Raises:
        ValueError: When an argument is out of range.
        WorldError: When a data package is missing.
        OSError: When the folder cannot be written.
    """
    wanted = build_settings(size, pictures)
    path = folder / f"earth-{size}{'' if pictures is None else f'-{pictures}'}"
    stamp = path.with_name(f"{path.name}.code")
    digest = _digest()
    world = _open_current(path, stamp, wanted, digest)
    if world is not None:
        return world
    folder.mkdir(parents=True, exist_ok=True)
    with take_lock(path.with_name(f"{path.name}.lock"), wait=True):
        world = _open_current(path, stamp, wanted, digest)
        if world is None:
            stamp.unlink(missing_ok=True)
            if path.exists():
                shutil.rmtree(path)
            world = build_earth(path, size=size, pictures=pictures, progress=progress)
            stamp.write_text(digest, encoding="utf-8")
    return world


def _open_current(path: Path, stamp: Path, wanted: Mapping[str, str], digest: str) -> World | None:
    """The world at a path if it is whole, and of this code and these settings, else None."""
    if not path.exists():
        return None
    try:
        world = open_world(path)
        built_by = stamp.read_text(encoding="utf-8")
    except (WorldError, OSError):
        return None
    return world if world.info.settings == wanted and built_by == digest else None


def _digest() -> str:
    """SHA-256 of the code that decides what Earth looks like."""
    sources = Path(__file__).parent.parent
    digest = hashlib.sha256()
    for folder in (sources / "earth", sources.parent / "pictures"):
        for source in sorted(folder.rglob("*.py")):
            digest.update(source.relative_to(sources.parent).as_posix().encode() + b"\0")
            digest.update(source.read_bytes() + b"\0")
    return digest.hexdigest()
