"""What an import found: articles, facts, pictures by size, and what was left out."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Mapping

import msgspec

from searchvl_gym.world.records import Fact, ImageRecord, Page
from searchvl_gym.world.sources.picture_files import MIN_SIDE, USABLE_SIDE

SIDES = (MIN_SIDE, USABLE_SIDE, 200, 250, 300, 512)
"""Least sides by which pictures are counted, in pixels."""

_MOST_LABELS = 40


class Found(msgspec.Struct, frozen=True):
    """The figures of an import, as `world.json` keeps them (`found`).

    Attributes:
        articles: Pages.
        kinds: Pages by kind.
        with_infobox: Pages that have a table of facts.
        infobox_rows: Lines of those tables.
        facts: Lines of infoboxes and facts of prose that lead to another page.
        facts_by_kind: The commonest labels or relations of facts, by how many there are.
        hyperlinks: Links in the texts, each with its words.
        pictures: Pictures.
        with_picture: Pages by the shorter side of their largest picture, at least so many pixels.
        left_out: What was left out, by reason.
    """

    articles: int
    kinds: dict[str, int]
    with_infobox: int
    infobox_rows: int
    facts: int
    facts_by_kind: dict[str, int]
    hyperlinks: int
    pictures: int
    with_picture: dict[str, int]
    left_out: dict[str, int]


class Tally:
    """Counts rows while a world is written; two bytes a picture are kept.

    >>> tally = Tally()
    >>> tally.add([Page(0, "Ulm", "location", "", "", infobox=(("Country", "Germany"),))], [], [])
    >>> tally.found({}).with_infobox
    1
    """

    def __init__(self) -> None:
        self._pages = self._boxes = self._rows = self._links = 0
        self._kinds: Counter[str] = Counter()
        self._facts: Counter[str] = Counter()
        self._sides = array("i")
        self._shown: Counter[int] = Counter()

    def add(
        self, pages: Iterable[Page], facts: Iterable[Fact], images: Iterable[ImageRecord]
    ) -> None:
        """Count rows; pictures come no later than the first page that shows them."""
        self._sides.extend(min(image.width, image.height) for image in images)
        for page in pages:
            self._pages += 1
            self._kinds[page.kind] += 1
            self._boxes += bool(page.infobox)
            self._rows += len(page.infobox)
            self._links += len(page.links)
            side = max((self._sides[image] for image in page.images), default=0)
            self._shown.update(least for least in SIDES if side >= least)
        self._facts.update(fact.relation for fact in facts)

    def found(self, left_out: Mapping[str, int]) -> Found:
        """The figures so far."""
        return Found(
            self._pages,
            dict(self._kinds.most_common()),
            self._boxes,
            self._rows,
            self._facts.total(),
            dict(self._facts.most_common(_MOST_LABELS)),
            self._links,
            len(self._sides),
            {str(least): self._shown[least] for least in SIDES},
            dict(sorted((reason, number) for reason, number in left_out.items() if number)),
        )


def encode(found: Found) -> str:
    """The figures as JSON, for `world.json`."""
    return msgspec.json.encode(found).decode()


def decode(text: str) -> Found:
    """The figures of a world from its `found`."""
    return msgspec.json.decode(text, type=Found)
