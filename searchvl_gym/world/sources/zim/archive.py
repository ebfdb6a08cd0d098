"""A ZIM file, opened for reading: its entries, redirects and metadata."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Generic, TypeVar

import numpy as np
import numpy.typing as npt

from searchvl_gym.world.format import WorldError
from searchvl_gym.world.sources.html.paths import title_of

MISSING = -1
"""In place of an entry: there is none."""

Answer = TypeVar("Answer")

_HTML = ("text/html", "application/xhtml+xml")
_CLUSTER_CACHE = 64 << 20
_TARGETS = 65_536
_ROUNDS = 12
"""Doubling rounds: redirect chains of up to 2 ** 12 steps are followed."""


@dataclass(frozen=True)
class Survey:
    """What the directory of an archive says, without its contents.

    Attributes:
        follow: For every entry the one that it leads to in the end: itself, or the end of a
            chain of redirects; `MISSING` for chains that end nowhere or in a circle.
        html: Which entries are HTML files.
    """

    follow: npt.NDArray[np.int32]
    html: npt.NDArray[np.bool_]


class ZimArchive:
    """One archive.

    Args:
        path: The file; of an archive in parts (`x.zimaa`, `x.zimab`, …) the whole's name, `x.zim`.

    Raises:
        WorldError: When libzim is not installed, or the file is missing, torn or something else.

    Attributes:
        path: The file.
        entries: Number of entries.
        size: Bytes of the file, or of all its parts.
        identity: SHA-256 of the archive's own identifier and size, in hexadecimal.
    """

    def __init__(self, path: str | Path) -> None:
        try:
            import lxml.etree  # noqa: F401
            from libzim.reader import Archive
        except ImportError as error:
            raise WorldError(
                f"reading ZIM files needs {error.name or 'libzim'}; "
                "run: pip install 'searchvl-gym[zim]'"
            ) from None
        self.path = Path(path)
        if self.path.is_dir():
            raise WorldError(f"{self.path} is a directory; give a .zim file")
        first = self.path if self.path.exists() else self.path.with_name(f"{self.path.name}aa")
        if not first.exists():
            raise WorldError(f"there is no file {self.path}; download a .zim file first")
        try:
            with first.open("rb") as stream:
                magic = stream.read(4)
        except OSError as error:
            raise WorldError(f"cannot read {self.path}: {error.strerror}") from None
        if magic != b"ZIM\x04":
            raise WorldError(f"{self.path} is not a ZIM file")
        try:
            self._archive: Any = Archive(self.path)
            new_scheme = bool(self._archive.has_new_namespace_scheme)
            self.entries = int(
                self._archive.entry_count if new_scheme else self._archive.all_entry_count
            )
            self.size = int(self._archive.filesize)
            identity = f"{self._archive.uuid} {self.size} {self.entries}"
        except (RuntimeError, ValueError, OSError) as error:
            reason = " ".join(str(error).split())[:160]
            raise WorldError(
                f"{self.path} is torn or damaged ({reason}); download it again"
            ) from None
        self.identity = hashlib.sha256(identity.encode()).hexdigest()
        self._old_scheme = not new_scheme
        self.find = lru_cache(maxsize=_TARGETS)(self._find)

    def metadata(self, name: str) -> str:
        """A text of the archive's metadata (`Title`, `Language`, `License`, …), or ''."""
        try:
            return " ".join(self._archive.get_metadata(name).decode("utf-8", "replace").split())
        except (KeyError, RuntimeError):
            return ""

    def verify(self) -> None:
        """Compare the whole file with the checksum in it. Reads every byte.

        A damaged cluster often still decompresses, to other letters: nothing else would notice.

        Raises:
            WorldError: When they differ.
        """
        try:
            whole = not self._archive.has_checksum or bool(self._archive.check())
        except (RuntimeError, OSError):
            whole = False
        if not whole:
            raise WorldError(f"{self.path} does not match the checksum in it; download it again")

    def survey(self, track: Callable[[Iterable[int]], Iterable[int]] = iter) -> Survey:
        """Go through the directory of entries.

        Args:
            track: Passes the numbers of entries on; for a progress bar.
        """
        step = np.arange(self.entries, dtype=np.int32)
        redirects = np.zeros(self.entries, np.bool_)
        html = np.zeros(self.entries, np.bool_)
        for number in track(range(self.entries)):
            redirects[number], step[number], html[number] = self.sort(number)
        return Survey(follow_all(step, redirects), html)

    def sort(self, number: int) -> tuple[bool, int, bool]:
        """Whether an entry is a redirect, where it leads in one step, and whether it is HTML.

        A damaged entry is as good as none: a redirect to itself. Its number stays, so that others
        keep theirs.
        """
        try:
            entry = self._archive._get_entry_by_id(number)
            if entry.is_redirect:
                target = int(entry.get_redirect_entry()._index)
                return True, target if 0 <= target < self.entries else number, False
            if self._old_scheme and not entry.path.startswith("A/"):
                return False, number, False
            mimetype = str(entry.get_item().mimetype)
            return False, number, mimetype.partition(";")[0].strip().lower() in _HTML
        except (RuntimeError, KeyError, IndexError, UnicodeDecodeError):
            return True, number, False

    def name(self, number: int) -> tuple[str, str]:
        """Path and title of an entry."""
        entry = self._archive._get_entry_by_id(number)
        path = str(entry.path)
        title = " ".join(str(entry.title).replace("_", " ").split())
        return path, title if title and str(entry.title) != path else title_of(path)

    def content(self, number: int) -> bytes:
        """The file of an entry.

        Raises:
            OSError: When it cannot be read.
        """
        try:
            return bytes(self._archive._get_entry_by_id(number).get_item().content)
        except (RuntimeError, KeyError) as error:
            raise OSError(f"entry {number} of {self.path}: {error}") from None

    def _find(self, path: str) -> int:
        """Number of the entry at a path, `MISSING` when there is none."""
        for spelling in (path, path.replace(" ", "_"), f"A/{path}"):
            try:
                number = int(self._archive.get_entry_by_path(spelling)._index)
            except (KeyError, RuntimeError):
                continue
            if 0 <= number < self.entries:
                return number
        return MISSING


class SampledSurvey:
    """A survey that looks at an entry when it is asked about, for estimates.

    Args:
        archive: The archive.

    Attributes:
        follow: As of `Survey`, by the number of an entry.
        html: The same.
    """

    def __init__(self, archive: ZimArchive) -> None:
        self._sort = lru_cache(maxsize=_TARGETS)(archive.sort)
        self.follow = _Asked(self._end)
        self.html = _Asked(lambda number: self._sort(number)[2])

    def is_redirect(self, number: int) -> bool:
        """Whether an entry only leads to another."""
        return self._sort(number)[0]

    def _end(self, number: int) -> int:
        for _ in range(_ROUNDS):
            redirect, target, _html = self._sort(number)
            if not redirect:
                return number
            number = target
        return MISSING


class _Asked(Generic[Answer]):
    """Answers as an array would."""

    def __init__(self, answer: Callable[[int], Answer]) -> None:
        self._answer = answer

    def __getitem__(self, number: int) -> Answer:
        return self._answer(number)


def follow_all(
    step: npt.NDArray[np.int32], redirects: npt.NDArray[np.bool_]
) -> npt.NDArray[np.int32]:
    """Follow every redirect to its end.

    Args:
        step: Where each entry leads in one step; itself for those that are no redirects.
        redirects: Which entries are redirects.

    >>> step, redirects = np.array([1, 2, 2, 4, 3]), np.array([True, True, False, True, True])
    >>> follow_all(step.astype(np.int32), redirects).tolist()
    [2, 2, 2, -1, -1]
    """
    ends = step.copy()
    for _ in range(_ROUNDS):
        further = ends[ends]
        if np.array_equal(further, ends):
            break
        ends = further
    return np.where(redirects[ends], np.int32(MISSING), ends)
