"""Pictures as the page shows them: reduced, as WebP, each encoded once."""

from __future__ import annotations

import io
import threading
from collections import OrderedDict

from searchvl_gym.types import Image

MAX_SIDE = 2048
"""Longest side that the page may ask for."""

_QUALITY = 84
_CACHED_BYTES = 64 << 20


class EncodedPictures:
    """Encodes pictures and keeps those that were asked for last.

    >>> import numpy as np
    >>> EncodedPictures().webp("d", np.zeros((4, 4, 3), np.uint8), 100)[:4]
    b'RIFF'
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, int], bytes] = OrderedDict()
        self._lock = threading.Lock()
        self._bytes = 0

    def webp(self, digest: str, pixels: Image, side: int) -> bytes:
        """A picture whose longer side is at most `side` pixels.

        Args:
            digest: Of its pixels; the same digest means the same picture.
            pixels: RGB, uint8, shape `(height, width, 3)`.
            side: 1 to `MAX_SIDE`; a smaller picture stays as it is.
        """
        key = digest, max(1, min(side, MAX_SIDE))
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        encoded = _encode(pixels, key[1])
        with self._lock:
            if key not in self._kept:
                self._kept[key] = encoded
                self._bytes += len(encoded)
            while self._bytes > _CACHED_BYTES and len(self._kept) > 1:
                self._bytes -= len(self._kept.popitem(last=False)[1])
        return encoded


def _encode(pixels: Image, side: int) -> bytes:
    from PIL import Image as Pillow

    picture = Pillow.fromarray(pixels)
    if max(picture.size) > side:
        # Averaging first: a telephone's picture would otherwise take a second.
        picture = picture.reduce(
            max(1, min(picture.width, picture.height, max(picture.size) // (2 * side)))
        )
        picture.thumbnail((side, side), Pillow.Resampling.BICUBIC)
    stream = io.BytesIO()
    picture.save(stream, "WEBP", quality=_QUALITY, method=1)
    return stream.getvalue()
