"""The pictures of one episode, at full size for the tools and as the agent is shown them.

A task's pictures belong to the world, which keeps the last used ones of all episodes; an
episode only remembers how to get them, and finds them again without work for as long as
somebody (the last observation, say) holds them. The few that were loaded last are always held,
so that one who throws observations away does not wait for a picture to be spoiled or decoded at
every step. Pictures that tools made belong to the episode, and so do the reduced copies that an
agent with a limited view is shown: each is made once, and is small.
"""

from __future__ import annotations

import threading
import weakref
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

from searchvl_gym.spaces import Gallery, freeze
from searchvl_gym.tools.reduction import reduce_picture, reduced_size
from searchvl_gym.types import ErrorKind, Image, ToolError, image_digest

_MAX_HELD = 8
_MAX_HELD_BYTES = 256 << 20


class _LoadedLast:
    """Holds the pictures of tasks that were loaded last, for all episodes of the process."""

    def __init__(self) -> None:
        self._held: deque[Image] = deque(maxlen=_MAX_HELD)
        self._lock = threading.Lock()

    def add(self, picture: Image) -> None:
        """Hold a picture, and let go of the oldest: eight of 24 megapixels were too many."""
        with self._lock:
            self._held.append(picture)
            while len(self._held) > 1 and sum(one.nbytes for one in self._held) > _MAX_HELD_BYTES:
                self._held.popleft()


_LOADED_LAST = _LoadedLast()


class EpisodePictures:
    """Pictures by name, `img_1` first; an `ImageSource` for the tools.

    Args:
        loaders: One function a picture of the task; calling it again gives the same pixels.
        view_pixels: Most pixels of a picture as the agent is shown it, or None for full size.
    """

    def __init__(
        self, loaders: Sequence[Callable[[], Image]], *, view_pixels: int | None = None
    ) -> None:
        self._loaders = tuple(loaders)
        self._view_pixels = view_pixels
        self._alive: list[weakref.ref[Image] | None] = [None] * len(self._loaders)
        self._made: list[Image] = []
        self._names = tuple(f"img_{number}" for number in range(1, len(self._loaders) + 1))
        self._reduced: dict[int, Image] = {}
        self._digests: list[str] = []

    def __getstate__(self) -> dict[str, Any]:
        """All but what is only remembered to save work: a copy loads its pictures anew."""
        return {**self.__dict__, "_alive": [None] * len(self._loaders)}

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
            _LOADED_LAST.add(picture)
        return picture

    def all(self) -> Gallery:
        """All pictures in order, at full size."""
        return Gallery(self[index] for index in range(len(self)))

    def shown(self) -> Gallery:
        """All pictures in order, as the agent sees them."""
        return Gallery(self._shown(index) for index in range(len(self)))

    def size_note(self, index: int, *, original: tuple[int, int] | None = None) -> str:
        """One line on the sizes of a picture that is not shown as it came; empty for others.

        Args:
            index: 0-based position.
            original: Width and height that it had before it was reduced to come in, or None.
        """
        height, width = self[index].shape[:2]
        shown = self._shown(index).shape[1::-1]
        words = []
        if original is not None and original != (width, height):
            words.append(f", reduced from {original[0]}x{original[1]}")
        if shown != (width, height):
            words.append(f", shown at {shown[0]}x{shown[1]}")
        return f"{self._names[index]}: {width}x{height} pixels{''.join(words)}." if words else ""

    def add(self, pixels: Image) -> str:
        """Keep a picture that a tool made; returns its name."""
        self._made.append(freeze(pixels))
        self._names = (*self._names, f"img_{len(self._names) + 1}")
        return self._names[-1]

    def digests(self) -> tuple[str, ...]:
        """`image_digest` of every picture at full size, in order."""
        for index in range(len(self._digests), len(self)):
            self._digests.append(image_digest(self[index]))
        return tuple(self._digests)

    def _shown(self, index: int) -> Image:
        reduced = self._reduced.get(index)
        if reduced is not None:
            return reduced
        picture = self[index]
        if self._view_pixels is None:
            return picture
        height, width = picture.shape[:2]
        size = reduced_size(width, height, self._view_pixels)
        if size == (width, height):
            return picture
        self._reduced[index] = freeze(reduce_picture(picture, size))
        return self._reduced[index]
