"""Picture files of an archive: checked, measured, and made fit for a world."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass

MIN_SIDE = 96
"""Smaller pictures are icons, flags in tables and the like."""

MAX_PIXELS = 40_000_000
_MAX_BYTES = 32 << 20
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF")


@dataclass(frozen=True)
class CheckedPicture:
    """A picture that decodes: the encoded file and its size in pixels."""

    data: bytes
    width: int
    height: int


def check_picture(data: bytes) -> CheckedPicture | str:
    """Decode a picture once, to be sure that it can be shown later.

    Pictures with transparency are laid on white, as a wiki shows them.

    Args:
        data: An encoded file.

    Returns:
        The picture, or in one word or two why it is left out: `broken`, `too small`,
        `too large`, `other format` (SVG and the like).

    >>> check_picture(b"no picture")
    'other format'
    """
    from PIL import Image, UnidentifiedImageError

    if len(data) > _MAX_BYTES:
        return "too large"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data), formats=_FORMATS) as picture:
                width, height = picture.size
                if min(width, height) < MIN_SIDE:
                    return "too small"
                if width * height > MAX_PIXELS:
                    return "too large"
                picture.load()
                if "A" in picture.getbands() or "transparency" in picture.info:
                    layer = picture.convert("RGBA")
                    ground = Image.new("RGBA", layer.size, "white")
                    stream = io.BytesIO()
                    Image.alpha_composite(ground, layer).convert("RGB").save(stream, "PNG")
                    data = stream.getvalue()
    except UnidentifiedImageError:
        return "other format"
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError):
        return "broken"
    return CheckedPicture(data, width, height)
