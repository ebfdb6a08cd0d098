"""Names to page ids without a dictionary in memory.

Every name is a 64-bit hash in a sorted, memory-mapped array; a look-up is a binary search, and
the page itself says whether the hash spoke the truth. A million pages need about 13 bytes a name.
"""

from __future__ import annotations

from array import array
from pathlib import Path

import numpy as np
import numpy.typing as npt

from searchvl_gym.world.format import hash_name, load_array


class NameTableBuilder:
    """Collects names (13 bytes each) and writes the sorted table."""

    def __init__(self) -> None:
        self._hashes = array("Q")
        self._pages = array("i")
        self._ranks = array("b")

    def add(self, name: str, page: int, rank: int = 0) -> None:
        """Add a name of a page; of equal names the one of lower rank comes first."""
        self._hashes.append(hash_name(name))
        self._pages.append(page)
        self._ranks.append(rank)

    def write(self, directory: Path, name: str) -> None:
        """Write `<name>.hashes.npy` and `<name>.pages.npy`."""
        hashes, pages = self._sorted()
        directory.mkdir(parents=True, exist_ok=True)
        np.save(directory / f"{name}.hashes.npy", hashes)
        np.save(directory / f"{name}.pages.npy", pages)

    def duplicate(self) -> tuple[int, int] | None:
        """Two pages that share a name, or None."""
        hashes, pages = self._sorted()
        same = np.flatnonzero(hashes[1:] == hashes[:-1])
        return (int(pages[same[0]]), int(pages[same[0] + 1])) if len(same) else None

    def _sorted(self) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.int32]]:
        hashes = np.array(self._hashes, np.uint64)
        pages = np.array(self._pages, np.int32)
        ranks = np.array(self._ranks, np.int8)
        order = np.lexsort((pages, ranks, hashes))
        return hashes[order], pages[order]


class NameTable:
    """The sorted table, opened by memory map."""

    def __init__(self, directory: Path, name: str) -> None:
        self._hashes = load_array(directory / f"{name}.hashes.npy")
        self._pages = load_array(directory / f"{name}.pages.npy")

    def candidates(self, name: str) -> list[int]:
        """Ids of the pages that may bear a name, best first, without repetition."""
        wanted = np.uint64(hash_name(name))
        first = int(np.searchsorted(self._hashes, wanted, "left"))
        last = int(np.searchsorted(self._hashes, wanted, "right"))
        return list(dict.fromkeys(self._pages[first:last].tolist()))
