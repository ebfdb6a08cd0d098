"""Reading a run's directory without writing to it: trajectories and pictures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec
import numpy as np
from PIL import Image as Pillow

from searchvl_gym.rollout.encoding import DecodeError, decode_trajectory
from searchvl_gym.rollout.errors import RolloutError
from searchvl_gym.rollout.store import LINES, StoredLine, image_path
from searchvl_gym.types import Image, Trajectory


def read_trajectories(path: str | Path) -> list[Trajectory]:
    """The finished trajectories of a run, in order of episode; a torn last line is left out.

    Raises:
        RolloutError: When there is no run, or a line in the middle is damaged.
    """
    file = Path(path) / LINES
    try:
        lines = file.read_bytes().split(b"\n")
    except OSError as error:
        raise RolloutError(f"there is no run at {path} ({error.strerror}: {LINES})") from None
    found: dict[int, Trajectory] = {}
    for number, line in enumerate(lines[:-1], 1):
        try:
            stored = msgspec.json.decode(line, type=StoredLine)
            found[stored.episode] = decode_trajectory(bytes(stored.trajectory))
        except (msgspec.DecodeError, DecodeError) as error:
            raise RolloutError(f"{file}, line {number} is damaged: {error}") from None
    return [found[episode] for episode in sorted(found)]


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
