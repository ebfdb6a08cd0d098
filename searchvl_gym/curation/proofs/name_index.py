"""Which pages bear a name: `World.find` gives the best of them, a proof needs them all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from searchvl_gym.curation.proofs.leakage import names_of
from searchvl_gym.world.folding import fold
from searchvl_gym.world.format import hash_name

if TYPE_CHECKING:
    from searchvl_gym.world import World


class NameIndex:
    """All titles, aliases and redirects of a world, folded and hashed; 12 bytes a name.

    Args:
        world: The world.
    """

    def __init__(self, world: World) -> None:
        hashes: list[int] = []
        pages: list[int] = []
        for page in world.pages():
            for name in dict.fromkeys(map(fold, names_of(page))):
                hashes.append(hash_name(name))
                pages.append(page.id)
        order = np.argsort(np.array(hashes, np.uint64), kind="stable")
        self._hashes = np.array(hashes, np.uint64)[order]
        self._pages = np.array(pages, np.int32)[order]

    def bearers(self, name: str) -> tuple[int, ...]:
        """Ids of the pages that bear a name after folding, in ascending order."""
        key = np.uint64(hash_name(fold(name)))
        first = int(np.searchsorted(self._hashes, key, "left"))
        last = int(np.searchsorted(self._hashes, key, "right"))
        return tuple(sorted(self._pages[first:last].tolist()))
