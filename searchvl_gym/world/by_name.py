"""Worlds by the names that the command line takes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from searchvl_gym.world import World

NAMES = ("atlas-mini", "atlas-small", "atlas-large")
"""Worlds that are built on first use."""

PHOTOGRAPHED = "-photographed"
"""What a name of an Atlas with two photographs of each subject ends with: `atlas-mini-…`."""


def find_world(name: str) -> World:
    """A world by its directory or by one of `NAMES`; a directory of that name comes first.

    Raises:
        WorldError: When there is no world there.
    """
    from searchvl_gym.world import WorldError, open_world

    plain = name.removesuffix(PHOTOGRAPHED)
    if plain in NAMES and plain != name and not Path(name).exists():
        from searchvl_gym.world.catalog import default_world

        return default_world(plain.removeprefix("atlas-"), views=2)
    if name in NAMES and not Path(name).exists():
        from searchvl_gym.world.catalog import default_world

        return default_world(name.removeprefix("atlas-"))
    try:
        return open_world(name)
    except WorldError as error:
        if Path(name).exists():
            raise
        raise WorldError(f"{error} (or name one of {', '.join(NAMES)})") from None
