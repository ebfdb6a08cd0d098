"""The hyperlinks between pages as a sparse matrix: who links to whom, and who is linked to."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import numpy.typing as npt

from searchvl_gym.world.format import ArrayFile, load_array

Ids = npt.NDArray[np.int32]


class LinkGraph:
    """Distinct links between different pages, in compressed sparse rows.

    Args:
        offsets: int64, shape `(pages + 1,)`: row `p` is `targets[offsets[p]:offsets[p + 1]]`.
        targets: int32, shape `(links,)`, in the order in which the page's text first links.
        in_degree: int32, shape `(pages,)`: how many other pages link to a page.

    >>> graph = LinkGraph.from_links([[1, 2, 1], [2], []])
    >>> graph.out(0).tolist(), graph.in_degree.tolist(), len(graph)
    ([1, 2], [0, 1, 2], 3)
    """

    def __init__(self, offsets: npt.NDArray[np.int64], targets: Ids, in_degree: Ids) -> None:
        self.offsets = offsets
        self.targets = targets
        self.in_degree = in_degree

    @classmethod
    def from_links(cls, links: Iterable[Iterable[int]]) -> LinkGraph:
        """Build a graph in memory from the link targets of each page.

        Raises:
            ValueError: When a target is not a page.
        """
        rows = [distinct(page, targets) for page, targets in enumerate(links)]
        offsets = np.zeros(len(rows) + 1, np.int64)
        np.cumsum([len(row) for row in rows], out=offsets[1:])
        targets = np.array([target for row in rows for target in row], np.int32)
        return cls(offsets, targets, count_in_degree(targets, len(rows)))

    @classmethod
    def open(cls, directory: Path) -> LinkGraph:
        """Open the arrays that a `GraphWriter` left, by memory map."""
        return cls(*(load_array(directory / f"{name}.npy") for name in _ARRAYS))

    def __len__(self) -> int:
        """Number of pages."""
        return len(self.in_degree)

    def out(self, page: int) -> Ids:
        """Pages that `page` links to, in the order of their first link; read-only.

        Raises:
            IndexError: When there is no such page.
        """
        if not 0 <= page < len(self):
            raise IndexError(f"page {page} is not in the graph of {len(self)} pages")
        return self.targets[self.offsets[page] : self.offsets[page + 1]]


class GraphWriter:
    """Streams the links of one page after another to disk."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._offsets = ArrayFile(directory / "offsets.npy", np.int64)
        self._targets = ArrayFile(directory / "targets.npy", np.int32)
        self._offsets.append([0])

    def add(self, page: int, targets: Iterable[int]) -> None:
        """Add the links of the next page; repetitions and links to itself are left out."""
        row = distinct(page, targets)
        if row:
            self._targets.append(row)
        self._offsets.append([len(self._targets)])

    @property
    def links(self) -> int:
        """Number of distinct links so far."""
        return len(self._targets)

    def close(self) -> None:
        """Close the files and count the in-degrees."""
        pages = len(self._offsets) - 1
        self._offsets.close()
        self._targets.close()
        in_degree = count_in_degree(load_array(self._directory / "targets.npy"), pages)
        np.save(self._directory / "in_degree.npy", in_degree)


_ARRAYS = ("offsets", "targets", "in_degree")


def distinct(page: int, targets: Iterable[int]) -> list[int]:
    """Link targets of a page without repetitions and without the page itself."""
    return [target for target in dict.fromkeys(targets) if target != page]


def count_in_degree(targets: Ids, pages: int) -> Ids:
    """How often each of `pages` pages occurs in `targets`.

    Raises:
        ValueError: When a target is not a page.
    """
    if len(targets) and not (np.min(targets) >= 0 and np.max(targets) < pages):
        wrong = targets[(targets < 0) | (targets >= pages)][0]
        raise ValueError(f"a link leads to page {wrong}, but there are {pages} pages")
    return np.bincount(targets, minlength=pages).astype(np.int32)
