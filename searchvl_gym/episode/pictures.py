"""The pictures of one episode.

A task's pictures belong to the world, which keeps the last used ones of all episodes; an
episode only remembers how to get them, and finds them again without work for as long as
somebody (the last observation, say) holds them. The few that were loaded last are always held,
so that one who throws observations away does not wait for a picture to be spoiled or decoded at
every step. Pictures that tools made belong to the episode.
"""

from __future__ import annotations

import weakref
from collections import deque
from collections.abc import Callable, Sequence

from searchvl_gym.spaces import Gallery, freeze
from searchvl_gym.types import ErrorKind, Image, ToolError, image_digest

_LOADED_LAST: deque[Image] = deque(maxlen=8)
"""Held for all episodes of the process; see above."""


class EpisodePictures:
    """Pictures by name, `img_1` first; an `ImageSource` for the tools.

    Args:
        loaders: One function a picture of the task; calling it again gives the same pixels.
    """

    def __init__(self, loaders: Sequence[Callable[[], Image]]) -> None:
        self._loaders = tuple(loaders)
        self._alive: list[weakref.ref[Image] | None] = [None] * len(self._loaders)
        self._made: list[Image] = []
        self._names = tuple(f"img_{number}" for number in range(1, len(self._loaders) + 1))

    def __len__(self) -> int:
        """Number of pictures."""
        return len(self._names)

    def names(self) -> Sequence[str]:
        """`("img_1", …)` in the order in which they came."""
        return self._names

    def get(self, name: str) -> Image:
        """Pixels of `img_n`, read-only.

        Raises:
            ToolError: `bad_arguments` when there is no such picture.
        """
        try:
            index = self._names.index(name)
        except ValueError:
            known = ", ".join(self._names) or "none"
            raise ToolError(
                ErrorKind.BAD_ARGUMENTS,
                f"There is no picture {name[:40]!r}; the pictures are: {known}.",
            ) from None
        return self[index]

    def __getitem__(self, index: int) -> Image:
        """The picture at a 0-based position."""
        if index >= len(self._loaders):
            return self._made[index - len(self._loaders)]
        held = self._alive[index]
        picture = None if held is None else held()
        if picture is None:
            picture = freeze(self._loaders[index]())
            self._alive[index] = weakref.ref(picture)
            _LOADED_LAST.append(picture)
        return picture

    def all(self) -> Gallery:
        """All pictures in order."""
        return Gallery(self[index] for index in range(len(self)))

    def add(self, pixels: Image) -> str:
        """Keep a picture that a tool made; returns its name."""
        self._made.append(freeze(pixels))
        self._names = (*self._names, f"img_{len(self._names) + 1}")
        return self._names[-1]

    def digests(self) -> tuple[str, ...]:
        """`image_digest` of every picture, in order."""
        return tuple(image_digest(picture) for picture in self.all())
