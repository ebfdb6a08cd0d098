"""Pictures on their way to a search service, and from a page."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

import numpy as np

from searchvl_gym.live.errors import Fault, LiveError
from searchvl_gym.tools.image_files import UnreadableImage, load_image_file
from searchvl_gym.tools.reduction import reduce_picture, reduced_size
from searchvl_gym.types import Image

MAX_UPLOAD_BYTES = 500_000
"""Largest picture that services take."""

_MAX_UPLOAD_PIXELS = 2_000_000
_QUALITIES = (90, 80, 65, 50)
_SHRINK = 2.0


def encode_upload(pixels: Image, limit: int = MAX_UPLOAD_BYTES) -> bytes:
    r"""A picture as a JPEG of at most `limit` bytes, as good and as large as that allows.

    >>> import numpy as np
    >>> encode_upload(np.zeros((40, 60, 3), np.uint8))[:2]
    b'\xff\xd8'
    """
    from PIL import Image as Pillow

    pixels = np.asarray(pixels)
    most = float(min(_MAX_UPLOAD_PIXELS, pixels.shape[0] * pixels.shape[1]))
    while True:
        size = reduced_size(pixels.shape[1], pixels.shape[0], max(1, int(most)))
        smaller = pixels if size == pixels.shape[1::-1] else reduce_picture(pixels, size)
        for quality in _QUALITIES:
            stream = io.BytesIO()
            Pillow.fromarray(smaller).save(stream, "JPEG", quality=quality)
            if stream.tell() <= limit or most <= 1:
                return stream.getvalue()
        most /= _SHRINK


def decode_download(data: bytes, url: str) -> Image:
    """The pixels of a picture file from the web, bounded as every picture file is.

    Args:
        data: The file.
        url: For the message.

    Raises:
        LiveError: `unreadable`, when it is no picture or one that is too large.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "picture")
        path.write_bytes(data)
        try:
            return load_image_file(path)
        except UnreadableImage:
            raise LiveError(
                Fault.UNREADABLE, f"{url[:200]} is no readable picture; try another one."
            ) from None
