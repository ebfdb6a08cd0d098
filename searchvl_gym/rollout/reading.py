"""Reading a run's directory without writing to it: trajectories and pictures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import overload

import msgspec
import numpy as np
from PIL import Image as Pillow

from searchvl_gym.rollout.encoding import DecodeError, decode_trajectory
from searchvl_gym.rollout.errors import RolloutError
from searchvl_gym.rollout.store import LINES, StoredLine, image_path
from searchvl_gym.types import Image, Trajectory


def read_trajectories(path: str | Path) -> list[Trajectory]:
    """The finished trajectories of a run, in order of episode; a torn last line is left out.

    They are all in memory then: `StoredTrajectories` holds one at a time.

    Raises:
        RolloutError: When there is no run, or a line in the middle is damaged.
    """
    return list(StoredTrajectories(path))


class StoredTrajectories(Sequence[Trajectory]):
    """A run's finished trajectories in order of episode, each read when it is asked for.

    What is held of an episode is where its line stands, so a run of long episodes takes no more
    memory than one of them. Lines that are added later are not seen.

    Args:
        path: Of the run.

    Raises:
        RolloutError: When there is no run, or a line in the middle is damaged.
    """

    def __init__(self, path: str | Path) -> None:
        self._file = Path(path) / LINES
        found: dict[int, tuple[int, int, int]] = {}
        start = 0
        try:
            with self._file.open("rb") as stream:
                for number, line in enumerate(stream, 1):
                    if line.endswith(b"\n"):  # only the last line can be torn
                        stored = self._parse(line, number)
                        found[stored.episode] = start, len(line), number
                    start += len(line)
        except OSError as error:
            raise RolloutError(f"there is no run at {path} ({error.strerror}: {LINES})") from None
        self._places = [found[episode] for episode in sorted(found)]
        self.episodes = tuple(sorted(found))
        """Numbers of the episodes, in their order."""

    def __len__(self) -> int:
        """How many there are."""
        return len(self._places)

    @overload
    def __getitem__(self, place: int) -> Trajectory: ...

    @overload
    def __getitem__(self, place: slice) -> list[Trajectory]: ...

    def __getitem__(self, place: int | slice) -> Trajectory | list[Trajectory]:
        """One trajectory, or a list of several, read anew.

        Raises:
            IndexError: When there is none.
            RolloutError: When its line is damaged, or the file is gone.
        """
        if isinstance(place, slice):
            return [self[each] for each in range(len(self))[place]]
        start, length, number = self._places[place]
        try:
            with self._file.open("rb") as stream:
                stream.seek(start)
                stored = self._parse(stream.read(length), number)
            return decode_trajectory(bytes(stored.trajectory))
        except OSError as error:
            raise RolloutError(f"cannot read {self._file}: {error.strerror}") from None
        except DecodeError as error:
            raise self._damaged(number, error) from None

    def _parse(self, line: bytes, number: int) -> StoredLine:
        try:
            return msgspec.json.decode(line, type=StoredLine)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise self._damaged(number, error) from None

    def _damaged(self, number: int, error: Exception) -> RolloutError:
        return RolloutError(f"{self._file}, line {number} is damaged: {error}")


class StoredPictures(Mapping[str, Image]):
    """A run's pictures by their digest, each loaded when it is asked for.

    Args:
        path: Of the run.
    """

    def __init__(self, path: str | Path) -> None:
        self._path = Path(path)

    def __getitem__(self, digest: str) -> Image:
        """A picture.

        Raises:
            KeyError: When there is none.
        """
        try:
            with Pillow.open(image_path(self._path, digest)) as picture:
                return np.asarray(picture.convert("RGB"))
        except OSError as error:
            raise KeyError(f"{digest} of {self._path}: {error}") from None

    def __iter__(self) -> Iterator[str]:
        """The digests in alphabetical order."""
        return (file.stem for file in sorted((self._path / "images").glob("*.png")))

    def __len__(self) -> int:
        """How many pictures there are."""
        return sum(1 for _ in self)
