"""Puts the staged parts together: gives pages their ids, and links their targets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from searchvl_gym.world.folding import fold
from searchvl_gym.world.format import hash_name
from searchvl_gym.world.records import Fact, Hyperlink, ImageRecord, Page
from searchvl_gym.world.sources.picture_files import check_picture
from searchvl_gym.world.sources.publisher import Credit, Publisher, file_name
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
        licences: What licences the articles state, by how many do.
        addresses: Addresses that articles give as their own, one of each part.
        credits: Whose the pictures are that came from the publisher; complete after `batches`.
    """

    def __init__(self, archive: ZimArchive, survey: Survey, staging: Staging, parts: int) -> None:
        self._archive, self._staging = archive, staging
        self.parts = parts
        self.pages = self.images = 0
        self.counts: Counter[str] = Counter()
        self.licences: Counter[str] = Counter()
        self.addresses: list[str] = []
        self.credits: list[Credit] = []
        page_at = np.full(archive.entries, MISSING, np.int32)
        step = np.array(survey.follow, np.int32)
        lost = step == MISSING
        step[lost] = np.flatnonzero(lost)
        forwards = np.zeros(archive.entries, np.bool_)
        titles: list[npt.NDArray[np.uint64]] = []
        addresses: list[npt.NDArray[np.uint64]] = []
        for part in range(parts):
            index = staging.index(part)
            page_at[list(index.entries)] = np.arange(self.pages, self.pages + len(index.entries))
            self.pages += len(index.entries)
            for entry, target in index.forwards:
                step[entry], forwards[entry] = target, True
            titles.append(_hash_all(index.titles))
            addresses.append(_hash_all(filter(None, index.addresses)))
            self.addresses += list(filter(None, index.addresses))[:1]
            self.counts.update(index.counts)
            self.licences.update(index.licences)
        ends = follow_all(step, forwards | lost)
        self._page_of = np.where(ends == MISSING, MISSING, page_at[ends])
        self._sources, self._starts = self._find_redirects(page_at)
        self._repeated = _repeated(titles)
        self._repeated_addresses = _repeated(addresses)

    def batches(
        self, address: Callable[[str], str], publisher: Publisher | None = None
    ) -> Iterator[Batch]:
        """The rows of the world, part by part, in the order of their ids.

        Args:
            address: Gives the address of the page at a path, for those that do not give it.
            publisher: Asked for larger pictures; those that it lacks stay as they are.
        """
        seen: set[str] = set()
        image_at = np.full(self._archive.entries, MISSING, np.int32)
        page_id = 0
        for part in range(self.parts):
            batch = Batch([], [], [])
            names: dict[int, str] = {}
            for staged in self._staging.pages(part):
                shown = []
                for picture in staged.pictures:
                    if image_at[picture.entry] == MISSING:
                        image_at[picture.entry] = self.images
                        names[self.images] = file_name(self._archive.name(picture.entry)[0])
                        batch.images.append(
                            ImageRecord(
                                self.images, page_id, picture.caption or staged.title, None,
                                picture.width, picture.height, picture.data,
                            )
                        )  # fmt: skip
                        self.images += 1
                    shown.append(int(image_at[picture.entry]))
                title = self._unique_title(staged, seen)
                own = staged.address
                if not own or hash_name(own) in self._repeated_addresses:
                    own = address(staged.path)
                batch.pages.append(self._page(page_id, staged, title, own, tuple(shown)))
                batch.facts.extend(self._facts(page_id, staged))
                page_id += 1
            if publisher is not None:
                batch.images[:] = self._published(batch.images, names, publisher)
            yield batch

    def _published(
        self, images: list[ImageRecord], names: dict[int, str], publisher: Publisher
    ) -> Iterator[ImageRecord]:
        """Pictures, each replaced by the publisher's where that is larger."""
        found = publisher.pictures(list(names.values()))
        for image in images:
            given = found.get(names[image.id])
            checked = "missing" if given is None else check_picture(given.data)
            if given is None or isinstance(checked, str):
                self.counts["pictures that the publisher does not give"] += 1
            elif min(checked.width, checked.height) > min(image.width, image.height):
                image = replace(
                    image, data=checked.data, width=checked.width, height=checked.height
                )
                self.credits.append(Credit(image.id, given.author, given.licence, given.source))
            yield image

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


def _hash_all(names: Iterable[str]) -> npt.NDArray[np.uint64]:
    return np.array([hash_name(name) for name in names], np.uint64)


def _repeated(hashes: list[npt.NDArray[np.uint64]]) -> frozenset[int]:
    if not hashes:
        return frozenset()
    values, counts = np.unique(np.concatenate(hashes), return_counts=True)
    return frozenset(values[counts > 1].tolist())
