"""Pixels in memory: a small cache bounded by bytes, and the decoding of encoded pictures."""

from __future__ import annotations

import io
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar
from weakref import WeakValueDictionary

import numpy as np
from PIL import Image as PillowImage

from searchvl_gym.types import Image
from searchvl_gym.world.format import WorldError

Key = TypeVar("Key", bound=Hashable)


class PictureCache(Generic[Key]):
    """The pictures used last, up to a number of bytes. Thread-safe.

    A picture that fell out of it is found again for as long as somebody holds it, so that the
    episodes of a group do not each draw their own copy of the same large picture.

    Args:
        limit: Bytes of pixels to keep; 0 keeps none but what somebody holds.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._bytes = 0
        self._held: OrderedDict[Key, Image] = OrderedDict()
        self._alive: WeakValueDictionary[Key, Image] = WeakValueDictionary()
        self._making: dict[Key, threading.Lock] = {}
        self._lock = threading.Lock()

    def get(self, key: Key, make: Callable[[Key], Image]) -> Image:
        """A picture, from the cache or made now; a read-only array.

        Threads that want the same picture wait for the first of them; others do not.
        """
        with self._lock:
            if (held := self._find(key)) is not None:
                return held
            making = self._making.setdefault(key, threading.Lock())
        with making:
            with self._lock:
                if (held := self._find(key)) is not None:
                    return held
            try:
                pixels = np.ascontiguousarray(make(key))
                pixels.flags.writeable = False
                with self._lock:
                    self._hold(key, pixels)
            finally:
                with self._lock:
                    self._making.pop(key, None)
            return pixels

    def _find(self, key: Key) -> Image | None:
        held = self._held.get(key)
        if held is not None:
            self._held.move_to_end(key)
            return held
        return self._alive.get(key)

    def _hold(self, key: Key, pixels: Image) -> None:
        self._alive[key] = pixels
        if self._limit and key not in self._held:
            self._held[key] = pixels
            self._bytes += pixels.nbytes
        while self._bytes > self._limit and len(self._held) > 1:
            self._bytes -= self._held.popitem(last=False)[1].nbytes


def decode(data: bytes, what: str) -> Image:
    """Decode a JPEG, PNG or WebP file to RGB.

    Args:
        data: The file.
        what: Names the picture in the error.

    Raises:
        WorldError: When the bytes are no picture.
    """
    try:
        with PillowImage.open(io.BytesIO(data)) as picture:
            return np.asarray(picture.convert("RGB"))
    except (OSError, ValueError, SyntaxError) as error:
        raise WorldError(f"{what} cannot be decoded ({error}); rebuild the world") from error
