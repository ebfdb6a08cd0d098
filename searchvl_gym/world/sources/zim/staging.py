"""What an import has done so far, kept beside the world to be, so that a killed one goes on.

The articles of an archive are read in parts of a few hundred. A part is a file, written under
another name and renamed, so it is there as a whole or not at all; a rerun reads only the parts
that are missing. The directory belongs to one archive and one set of options.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np

from searchvl_gym.world.sources.picture_files import CheckedPicture
from searchvl_gym.world.sources.zim.archive import Survey

VERSION = "3"
"""Raised when the same archive begins to give other parts."""

PART_PAGES = 256


class StagedLink(msgspec.Struct, frozen=True, array_like=True):
    """A hyperlink: the entry it leads to (redirects followed), its words, where they begin."""

    target: int
    anchor: str
    start: int


class StagedPicture(msgspec.Struct, frozen=True, array_like=True):
    """A picture: the entry that holds it, what stands under it, and the checked file."""

    entry: int
    caption: str
    width: int
    height: int
    data: bytes


class StagedPage(msgspec.Struct, frozen=True, array_like=True):
    """An article, with entries in place of pages: pages have no ids yet."""

    entry: int
    path: str
    title: str
    kind: str
    text: str
    infobox: tuple[tuple[str, str], ...]
    links: tuple[StagedLink, ...]
    facts: tuple[tuple[str, str, int], ...]
    pictures: tuple[StagedPicture, ...]
    address: str


class PartIndex(msgspec.Struct, frozen=True, array_like=True):
    """What the first pass over the parts needs.

    Attributes:
        entries: Entry of every article in the part.
        titles: Their titles.
        addresses: The addresses that they give as their own, or "".
        forwards: Entries that only forward, and the entry that they forward to.
        counts: What was met and left out, by reason.
        licences: Licences that articles state, by how many do.
    """

    entries: tuple[int, ...]
    titles: tuple[str, ...]
    addresses: tuple[str, ...]
    forwards: tuple[tuple[int, int], ...]
    counts: dict[str, int]
    licences: dict[str, int]


@dataclass(frozen=True)
class Staging:
    """The directory of an import.

    Attributes:
        directory: Hidden, beside the world to be.
    """

    directory: Path

    @classmethod
    def open(cls, world: Path, identity: Mapping[str, str]) -> Staging:
        """Open the directory for a world, or make it anew when it belongs to another import.

        Args:
            world: Where the world will be.
            identity: The archive and the options; parts of another identity are deleted.
        """
        directory = world.with_name(f".{world.name}.import")
        stamp = msgspec.json.encode({"version": VERSION, **identity})
        marker = directory / "identity.json"
        try:
            same = marker.read_bytes() == stamp
        except OSError:
            same = False
        if not same:
            shutil.rmtree(directory, ignore_errors=True)
            directory.mkdir(parents=True)
            write_whole(marker, stamp)
        return cls(directory)

    def survey(self) -> Survey | None:
        """The survey of the archive, when it was made already."""
        try:
            follow = np.load(self.directory / "follow.npy", mmap_mode="r")
            html = np.load(self.directory / "html.npy", mmap_mode="r")
        except (OSError, ValueError):
            return None
        return Survey(follow, html)

    def keep_survey(self, survey: Survey) -> None:
        """Keep the survey for the next run and for other processes."""
        for name, array in (("follow", survey.follow), ("html", survey.html)):
            temporary = self.directory / f"{name}.{os.getpid()}.npy"
            np.save(temporary, array)
            temporary.replace(self.directory / f"{name}.npy")

    def has(self, part: int) -> bool:
        """Whether a part was read already."""
        return self._index(part).exists() and self._pages(part).exists()

    def keep(self, part: int, pages: bytes, index: bytes) -> None:
        """Keep a part as `encode_part` gives it; its index is written last: the part is whole."""
        write_whole(self._pages(part), pages)
        write_whole(self._index(part), index)

    def index(self, part: int) -> PartIndex:
        """The index of a part."""
        return msgspec.msgpack.decode(self._index(part).read_bytes(), type=PartIndex)

    def pages(self, part: int) -> list[StagedPage]:
        """The articles of a part."""
        return msgspec.msgpack.decode(self._pages(part).read_bytes(), type=list[StagedPage])

    def remove(self) -> None:
        """Delete everything; the world is finished."""
        shutil.rmtree(self.directory, ignore_errors=True)

    def _index(self, part: int) -> Path:
        return self.directory / f"{part:07d}.index"

    def _pages(self, part: int) -> Path:
        return self.directory / f"{part:07d}.pages"


def encode_part(pages: Sequence[StagedPage], index: PartIndex) -> tuple[bytes, bytes]:
    """The two files of a part."""
    return msgspec.msgpack.encode(pages), msgspec.msgpack.encode(index)


def as_picture(entry: int, caption: str, checked: CheckedPicture) -> StagedPicture:
    """A checked picture with what the page says about it."""
    return StagedPicture(entry, caption, checked.width, checked.height, checked.data)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that it is never seen half."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    temporary.write_bytes(content)
    temporary.replace(path)
