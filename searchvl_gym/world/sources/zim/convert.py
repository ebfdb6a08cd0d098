"""Turns entries of an archive into staged articles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from searchvl_gym.world.folding import fold
from searchvl_gym.world.records import Hyperlink, Page
from searchvl_gym.world.sources.html.page import ParsedPage, parse_page
from searchvl_gym.world.sources.kinds import kind_of
from searchvl_gym.world.sources.picture_files import check_picture
from searchvl_gym.world.sources.prose import facts_in
from searchvl_gym.world.sources.zim.archive import MISSING, SampledSurvey, Survey, ZimArchive
from searchvl_gym.world.sources.zim.namespaces import is_main_page, namespace_of
from searchvl_gym.world.sources.zim.origin import secure
from searchvl_gym.world.sources.zim.staging import (
    PART_PAGES,
    PartIndex,
    StagedLink,
    StagedPage,
    StagedPicture,
    Staging,
    as_picture,
    encode_part,
)

Pictures = Literal["all", "lead", "none"]

MAX_PICTURES = 8
"""Most pictures of one article."""

MAX_HTML = 16 << 20
_MIN_LETTERS = 3


@dataclass(frozen=True)
class Options:
    """What an import keeps.

    Attributes:
        pictures: `lead` for the first usable picture of each article, `all` for up to 8, `none`.
        limit: Most entries to read, or 0 for all.
    """

    pictures: Pictures = "lead"
    limit: int = 0


class Converter:
    """Reads the articles of one archive, part by part.

    Args:
        archive: The archive.
        survey: Its survey.
        options: What to keep.
        candidates: Entries to read; None for all that the survey knows as HTML.

    Attributes:
        archive: The archive.
        options: What to keep.
    """

    def __init__(
        self,
        archive: ZimArchive,
        survey: Survey | SampledSurvey,
        options: Options,
        candidates: npt.NDArray[np.intp] | None = None,
    ) -> None:
        self.archive = archive
        self._survey = survey
        self.options = options
        self._language = archive.metadata("Language").partition(",")[0]
        if candidates is None:
            candidates = np.flatnonzero(np.asarray(survey.html))
        self._candidates = candidates[: options.limit or None]
        self._counts: Counter[str] = Counter()
        self._licences: Counter[str] = Counter()

    @property
    def parts(self) -> int:
        """Number of parts."""
        return -(-len(self._candidates) // PART_PAGES)

    def convert(self, part: int, staging: Staging) -> None:
        """Read one part and keep it, unless it is kept already."""
        if not staging.has(part):
            staging.keep(part, *encode_part(*self.read_part(part)))

    def read_part(self, part: int) -> tuple[list[StagedPage], PartIndex]:
        """Read one part."""
        self._counts.clear()
        self._licences.clear()
        pages: list[StagedPage] = []
        forwards: list[tuple[int, int]] = []
        first = part * PART_PAGES
        for number in self._candidates[first : first + PART_PAGES].tolist():
            found = self.read(number)
            if isinstance(found, StagedPage):
                pages.append(found)
            elif isinstance(found, int):
                forwards.append((number, found))
            else:
                self._counts[found] += 1
        index = PartIndex(
            tuple(page.entry for page in pages),
            tuple(page.title for page in pages),
            tuple(page.address for page in pages),
            tuple(forwards),
            dict(sorted(self._counts.items())),
            dict(sorted(self._licences.items())),
        )
        return pages, index

    def read(self, number: int) -> StagedPage | int | str:
        """An article, the entry that it forwards to, or why it is left out."""
        try:
            path, title = self.archive.name(number)
            if len(title) > 300 or not fold(title):
                return "pages without a title"
            if (namespace := namespace_of(title, self._language)) is not None:
                return f"pages in {namespace}:"
            if is_main_page(title):
                return "welcome pages"
            html = self.archive.content(number)
        except (OSError, RuntimeError, UnicodeError):
            return "unreadable pages"
        if len(html) > MAX_HTML:
            return "pages over 16 MiB"
        parsed = parse_page(html, path)
        if parsed.redirect is not None:
            target = self.archive.find(parsed.redirect)
            return target if target != MISSING else "forwards to missing pages"
        if sum(map(str.isalnum, parsed.text[:200])) < _MIN_LETTERS:
            return "pages without text"
        if parsed.licence:
            self._licences[parsed.licence] += 1
        for what, boxes in (
            ("boxes of reviews", parsed.reviews),
            ("infoboxes about something else", parsed.further_boxes),
        ):
            if boxes:
                self._counts[what] += boxes
        labels = [row.label for row in parsed.infobox]
        links = self._links(parsed)
        return StagedPage(
            entry=number,
            path=path,
            title=title,
            kind=kind_of(title, parsed.text, labels, marked=parsed.disambiguation),
            text=_clean(parsed.text),
            infobox=tuple((_clean(row.label), _clean(row.value)) for row in parsed.infobox),
            links=links,
            facts=(*self._facts(parsed), *_prose_facts(number, title, parsed, links)),
            pictures=tuple(self._pictures(parsed)),
            address=_clean(secure(parsed.address)),
        )

    def _target(self, path: str) -> int:
        number = self.archive.find(path)
        return MISSING if number == MISSING else int(self._survey.follow[number])

    def _links(self, parsed: ParsedPage) -> tuple[StagedLink, ...]:
        links = []
        for link in parsed.links:
            target = self._target(link.path)
            if target == MISSING:
                self._counts["links to missing pages"] += 1
            elif self._survey.html[target]:
                links.append(StagedLink(target, _clean(link.words), link.start))
        return tuple(links)

    def _facts(self, parsed: ParsedPage) -> tuple[tuple[str, str, int], ...]:
        """The linked values of the infobox: label, words, entry."""
        return tuple(
            (_clean(row.label), _clean(link.words), target)
            for row in parsed.infobox
            for link in row.links
            if (target := self._target(link.path)) != MISSING and self._survey.html[target]
        )

    def _pictures(self, parsed: ParsedPage) -> Sequence[StagedPicture]:
        wanted = {"all": MAX_PICTURES, "lead": 1, "none": 0}[self.options.pictures]
        kept: list[StagedPicture] = []
        for shown in parsed.pictures:
            if len(kept) == wanted:
                break
            number = self._target(shown.path)
            if number == MISSING or number in [picture.entry for picture in kept]:
                self._counts["missing pictures"] += number == MISSING
                continue
            try:
                checked = check_picture(self.archive.content(number))
            except OSError:
                checked = "broken"
            if isinstance(checked, str):
                self._counts[f"pictures: {checked}"] += 1
            else:
                kept.append(as_picture(number, _clean(shown.caption), checked))
        return kept


def _prose_facts(
    number: int, title: str, parsed: ParsedPage, links: tuple[StagedLink, ...]
) -> Iterator[tuple[str, str, int]]:
    """The links that the lead says something about: relation, words, entry."""
    page = Page(
        number, title, "", "", _clean(parsed.text),
        infobox=tuple((row.label, row.value) for row in parsed.infobox),
        links=tuple(Hyperlink(link.target, link.anchor, link.start) for link in links),
    )  # fmt: skip
    for fact in facts_in(page):
        if fact.target is not None:
            yield fact.relation, fact.value, fact.target


def _clean(text: str) -> str:
    """A text without lone surrogates, which no file can hold; of the same length."""
    return text.encode("utf-8", "replace").decode("utf-8")
