"""Earth in the user's cache: built on first use, built anew when code or data have changed.

When several processes ask at once, one builds and the others wait for it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from searchvl_gym.world.cached import code_digest, open_or_build
from searchvl_gym.world.sources.earth.build import Pictures, build_earth, build_settings

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
    return open_or_build(
        path,
        code_digest("sources/earth", "pictures"),
        lambda: build_earth(path, size=size, pictures=pictures, progress=progress),
        lambda info: info.settings == wanted,
    )
