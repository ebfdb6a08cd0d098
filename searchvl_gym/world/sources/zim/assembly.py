"""Puts the staged parts together: gives pages their ids, and links their targets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from searchvl_gym.world.folding import fold
from searchvl_gym.world.format import hash_name
from searchvl_gym.world.records import Fact, Hyperlink, ImageRecord, Page
from searchvl_gym.world.sources.zim.archive import MISSING, Survey, ZimArchive, follow_all
from searchvl_gym.world.sources.zim.staging import StagedPage, Staging

MAX_REDIRECTS = 200
"""Most redirects that a page keeps as names."""


@dataclass(frozen=True)
class Batch:
    """The rows that come from one part."""

    pages: list[Page]
    facts: list[Fact]
    images: list[ImageRecord]


class Assembly:
    """The whole of the staged parts.

    Args:
        archive: The archive; redirects are named in it.
        survey: Its survey.
        staging: Where the parts are.
        parts: How many there are.

    Attributes:
        pages: Number of pages of the world.
        parts: Number of parts.
        images: Number of pictures so far; complete after `batches`.
        counts: What was left out, by reason.
    """

    def __init__(self, archive: ZimArchive, survey: Survey, staging: Staging, parts: int) -> None:
        self._archive, self._staging = archive, staging
        self.parts = parts
        self.pages = self.images = 0
        self.counts: Counter[str] = Counter()
        page_at = np.full(archive.entries, MISSING, np.int32)
        step = np.array(survey.follow, np.int32)
        lost = step == MISSING
        step[lost] = np.flatnonzero(lost)
        forwards = np.zeros(archive.entries, np.bool_)
        hashes: list[npt.NDArray[np.uint64]] = []
        for part in range(parts):
            index = staging.index(part)
            page_at[list(index.entries)] = np.arange(self.pages, self.pages + len(index.entries))
            self.pages += len(index.entries)
            for entry, target in index.forwards:
                step[entry], forwards[entry] = target, True
            hashes.append(np.array([hash_name(title) for title in index.titles], np.uint64))
            self.counts.update(index.counts)
        ends = follow_all(step, forwards | lost)
        self._page_of = np.where(ends == MISSING, MISSING, page_at[ends])
        self._sources, self._starts = self._find_redirects(page_at)
        self._repeated = _repeated(np.concatenate(hashes)) if hashes else frozenset()

    def batches(self, address: Callable[[str], str]) -> Iterator[Batch]:
        """The rows of the world, part by part, in the order of their ids.

        Args:
            address: Gives the address of the page at a path.
        """
        seen: set[str] = set()
        image_at = np.full(self._archive.entries, MISSING, np.int32)
        page_id = 0
        for part in range(self.parts):
            batch = Batch([], [], [])
            for staged in self._staging.pages(part):
                shown = []
                for picture in staged.pictures:
                    if image_at[picture.entry] == MISSING:
                        image_at[picture.entry] = self.images
                        batch.images.append(
                            ImageRecord(
                                self.images, page_id, picture.caption or staged.title, None,
                                picture.width, picture.height, picture.data,
                            )
                        )  # fmt: skip
                        self.images += 1
                    shown.append(int(image_at[picture.entry]))
                title = self._unique_title(staged, seen)
                batch.pages.append(
                    self._page(page_id, staged, title, address(staged.path), tuple(shown))
                )
                batch.facts.extend(self._facts(page_id, staged))
                page_id += 1
            yield batch

    def _page(
        self, page_id: int, staged: StagedPage, title: str, address: str, images: tuple[int, ...]
    ) -> Page:
        targets = ((link, int(self._page_of[link.target])) for link in staged.links)
        return Page(
            id=page_id,
            title=title,
            kind=staged.kind,
            url=address,
            text=staged.text,
            redirects=self._redirects(page_id, title),
            infobox=staged.infobox,
            images=images,
            links=tuple(
                Hyperlink(target, link.anchor, link.start)
                for link, target in targets
                if target not in (MISSING, page_id)
            ),
        )

    def _facts(self, page_id: int, staged: StagedPage) -> Iterator[Fact]:
        for label, words, entry in dict.fromkeys(staged.facts):
            target = int(self._page_of[entry])
            if target not in (MISSING, page_id):
                yield Fact(page_id, label, words, target)

    def _unique_title(self, staged: StagedPage, seen: set[str]) -> str:
        """The title; of several pages with one title, all but the first add their path."""
        if hash_name(staged.title) not in self._repeated:
            return staged.title
        if staged.title not in seen:
            seen.add(staged.title)
            return staged.title
        return f"{staged.title} ({staged.path})"

    def _find_redirects(
        self, page_at: npt.NDArray[np.int32]
    ) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
        """Entries that lead to pages without being one, in order of page; where each begins."""
        sources = np.flatnonzero((self._page_of != MISSING) & (page_at == MISSING))
        order = np.argsort(self._page_of[sources], kind="stable")
        sources = sources[order]
        starts = np.searchsorted(self._page_of[sources], np.arange(self.pages + 1))
        return sources, starts

    def _redirects(self, page_id: int, title: str) -> tuple[str, ...]:
        numbers = self._sources[self._starts[page_id] : self._starts[page_id + 1]]
        names = (self._archive.name(number)[1] for number in numbers[:MAX_REDIRECTS].tolist())
        by_fold = {fold(name): name for name in names}
        return tuple(name for folded, name in by_fold.items() if folded not in ("", fold(title)))


def _repeated(hashes: npt.NDArray[np.uint64]) -> frozenset[int]:
    values, counts = np.unique(hashes, return_counts=True)
    return frozenset(values[counts > 1].tolist())
