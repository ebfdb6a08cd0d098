"""The graph that paths are drawn from: links, and what a walk must know of every page.

Everything is one array over the pages or the links, so seven million pages with 200 million
links need about one gigabyte, and the links themselves may stay on disk.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from searchvl_gym.curation.settings import PathSettings
from searchvl_gym.world.records import Page

if TYPE_CHECKING:
    from searchvl_gym.curation.facts.fact_base import FactBase
    from searchvl_gym.world import World

NO_DOMAIN = -1


class PathGraph:
    """Links in compressed sparse rows, with in-degrees, domains and exclusions.

    Args:
        offsets: int64, shape `(pages + 1,)`.
        targets: int32, shape `(links,)`; may be a memory map.
        in_degree: int32, shape `(pages,)`: links to a page in the whole world, also those that
            no path may take.
        excluded: bool, shape `(pages,)`: pages that are no articles.
        domain: int8, shape `(pages,)`: index of a page's domain if it has all that an anchor
            needs besides its in-degree, else `NO_DOMAIN`.

    Raises:
        ValueError: When the shapes do not fit together.
    """

    def __init__(
        self,
        offsets: npt.NDArray[np.int64],
        targets: npt.NDArray[np.int32],
        in_degree: npt.NDArray[np.int32],
        excluded: npt.NDArray[np.bool_],
        domain: npt.NDArray[np.int8],
    ) -> None:
        pages = len(in_degree)
        if not len(offsets) == pages + 1 == len(excluded) + 1 == len(domain) + 1:
            raise ValueError("offsets, in_degree, excluded and domain are of different worlds")
        if int(offsets[-1]) != len(targets):
            raise ValueError(f"offsets end at {offsets[-1]}, but there are {len(targets)} links")
        self.offsets = offsets
        self.targets = targets
        self.in_degree = in_degree
        self.excluded = excluded
        self.domain = domain

    def __len__(self) -> int:
        """Number of pages."""
        return len(self.in_degree)

    @classmethod
    def from_world(
        cls, world: World, settings: PathSettings, facts: FactBase | None = None
    ) -> PathGraph:
        """The graph of a world.

        Args:
            world: Its links have their redirects resolved already.
            settings: What an anchor needs, and which pages are no articles.
            facts: Given, only links that state one of its facts are kept, in either direction:
                the others could not be put into words. None keeps all links, for engines that
                read the pages themselves.
        """
        excluded = np.zeros(len(world), np.bool_)
        domain = np.full(len(world), NO_DOMAIN, np.int8)
        large = _pages_with_picture(world, settings.image_side)
        for page in world.pages():
            excluded[page.id] = not is_article(page, settings)
            wanted = page.kind in settings.domains and not excluded[page.id]
            if wanted and large[page.id] and (page.infobox or not settings.infobox):
                domain[page.id] = settings.domains.index(page.kind)
        graph = world.graph
        offsets, targets = graph.offsets, graph.targets
        if facts is not None:
            offsets, targets = _keep_stated(offsets, targets, facts)
        return cls(offsets, targets, graph.in_degree, excluded, domain)


def is_article(page: Page, settings: PathSettings) -> bool:
    """Whether a page is an article, by its kind and title.

    >>> rules = PathSettings()
    >>> is_article(Page(0, "List of rivers", "", "", ""), rules)
    False
    >>> is_article(Page(0, "Talk: A Play", "", "", ""), rules)
    False
    >>> is_article(Page(0, "Listeria", "", "", ""), rules)
    True
    """
    namespace, colon, _ = page.title.partition(":")
    # A talk page of a namespace is called `File talk:` there.
    spoken = namespace.strip().removesuffix(" talk")
    return not (
        page.kind in settings.excluded_kinds
        or _begins(page.title, settings.excluded_prefixes)
        or page.title.endswith(settings.excluded_endings)
        or (bool(colon) and spoken in settings.excluded_namespaces)
    )


def _begins(title: str, prefixes: Iterable[str]) -> bool:
    return any(title == prefix or title.startswith(f"{prefix} ") for prefix in prefixes)


def _pages_with_picture(world: World, side: int) -> npt.NDArray[np.bool_]:
    found = np.full(len(world), side == 0, np.bool_)
    if side:
        for image in world.images():
            if min(image.width, image.height) >= side:
                found[image.page] = True
    return found


def _keep_stated(
    offsets: npt.NDArray[np.int64], targets: npt.NDArray[np.int32], facts: FactBase
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int32]]:
    """The links among whose two ends there is a fact."""
    pages = len(offsets) - 1
    sources = np.repeat(np.arange(pages, dtype=np.int64), np.diff(offsets))
    subjects, objects = facts.linked_pairs()
    stated = np.unique(np.concatenate((subjects * pages + objects, objects * pages + subjects)))
    kept = np.isin(sources * pages + targets, stated, assume_unique=True)
    rows = np.zeros(pages + 1, np.int64)
    np.cumsum(np.bincount(sources[kept], minlength=pages), out=rows[1:])
    return rows, np.ascontiguousarray(targets[kept], np.int32)
