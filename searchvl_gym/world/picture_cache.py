"""Pixels in memory: a small cache bounded by bytes, and the decoding of encoded pictures."""

from __future__ import annotations

import io
import threading
from collections import OrderedDict
from collections.abc import Callable

import numpy as np
from PIL import Image as PillowImage

from searchvl_gym.types import Image
from searchvl_gym.world.format import WorldError


class PictureCache:
    """The pictures used last, up to a number of bytes. Thread-safe.

    Args:
        limit: Bytes of pixels to keep.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._bytes = 0
        self._held: OrderedDict[int, Image] = OrderedDict()
        self._making: dict[int, threading.Lock] = {}
        self._lock = threading.Lock()

    def get(self, image_id: int, make: Callable[[int], Image]) -> Image:
        """A picture, from the cache or made now; a read-only array.

        Threads that want the same picture wait for the first of them; others do not.
        """
        with self._lock:
            if (held := self._find(image_id)) is not None:
                return held
            making = self._making.setdefault(image_id, threading.Lock())
        with making:
            with self._lock:
                if (held := self._find(image_id)) is not None:
                    return held
            try:
                pixels = np.ascontiguousarray(make(image_id))
                pixels.flags.writeable = False
                with self._lock:
                    self._hold(image_id, pixels)
            finally:
                with self._lock:
                    self._making.pop(image_id, None)
            return pixels

    def _find(self, image_id: int) -> Image | None:
        held = self._held.get(image_id)
        if held is not None:
            self._held.move_to_end(image_id)
        return held

    def _hold(self, image_id: int, pixels: Image) -> None:
        if image_id not in self._held:
            self._held[image_id] = pixels
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
