"""Picture files from outside: checked, measured, and made fit for a world."""

from __future__ import annotations

import io
import re
import warnings
from dataclasses import dataclass

MIN_SIDE = 96
"""Smaller pictures are icons, flags in tables and the like."""

USABLE_SIDE = 150
"""A picture of so many pixels on either side shows its subject; smaller ones are illustrations."""

MAX_PIXELS = 40_000_000
DRAWN_SIDE = 512
"""Longer side of a vector drawing once it is drawn."""

_MAX_BYTES = 32 << 20
_MAX_DRAWING = 4 << 20
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
_VECTOR = re.compile(
    rb"\s*(?:<\?xml[^>]*>)?\s*(?:<!--.*?-->\s*|<!DOCTYPE[^>]*>\s*)*<svg\b", re.DOTALL
)
_OUTSIDE = re.compile(rb"href\s*=\s*[\"'](?!\s*(?:#|data:))[^\"']*[\"']|<!ENTITY|@import")
_SIZE = re.compile(rb"<svg\b[^>]*")
_SIDE = re.compile(rb"\b(width|height)\s*=\s*[\"']\s*(\d+(?:\.\d+)?)\s*(?:px)?\s*[\"']")
_VIEW = re.compile(
    rb"\bviewBox\s*=\s*[\"']\s*[-\d.]+[\s,]+[-\d.]+[\s,]+(\d+(?:\.\d+)?)[\s,]+(\d+(?:\.\d+)?)"
)


@dataclass(frozen=True)
class CheckedPicture:
    """A picture that decodes: the encoded file and its size in pixels."""

    data: bytes
    width: int
    height: int


def check_picture(data: bytes) -> CheckedPicture | str:
    """Decode a picture once, to be sure that it can be shown later.

    Pictures with transparency are laid on white, as a wiki shows them. Vector drawings are drawn
    with their longer side `DRAWN_SIDE` where the renderer is installed (extra `documents` or
    `zim`), with the fonts of this package only, so that the pixels are those of any machine.

    Args:
        data: An encoded file.

    Returns:
        The picture, or in one word or two why it is left out: `broken`, `too small`,
        `too large`, `blank`, `vector drawing without a renderer`, `other format`.

    >>> check_picture(b"no picture")
    'other format'
    """
    from PIL import Image, UnidentifiedImageError

    if len(data) > _MAX_BYTES:
        return "too large"
    if _VECTOR.match(data):
        drawn = _draw(data)
        if isinstance(drawn, str):
            return drawn
        data = drawn
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
                    if not layer.getchannel("A").getbbox():
                        return "blank"
                    ground = Image.new("RGBA", layer.size, "white")
                    stream = io.BytesIO()
                    Image.alpha_composite(ground, layer).convert("RGB").save(stream, "PNG")
                    data = stream.getvalue()
    except UnidentifiedImageError:
        return "other format"
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError):
        return "broken"
    return CheckedPicture(data, width, height)


def _draw(data: bytes) -> bytes | str:
    """A vector drawing as PNG. What it would fetch from elsewhere is never fetched."""
    if len(data) > _MAX_DRAWING:
        return "too large"
    if _OUTSIDE.search(re.sub(rb"xmlns(?::\w+)?\s*=\s*[\"'][^\"']*[\"']", b"", data)):
        return "vector drawing of several files"
    try:
        from resvg_py import svg_to_bytes
    except ImportError:
        return "vector drawing without a renderer"
    wide = _is_wide(data)
    try:
        return bytes(
            svg_to_bytes(
                svg_string=data.decode("utf-8"),
                skip_system_fonts=True,
                font_files=_fonts(),
                font_family="Source Sans Pro",
                sans_serif_family="Source Sans Pro",
                serif_family="Source Serif Pro",
                width=DRAWN_SIDE if wide else None,
                height=None if wide else DRAWN_SIDE,
            )
        )
    except (ValueError, UnicodeDecodeError):
        return "broken"


def _is_wide(data: bytes) -> bool:
    head = found[0] if (found := _SIZE.search(data)) else b""
    sides = {name: float(length) for name, length in _SIDE.findall(head)}
    if view := _VIEW.search(head):
        return float(view[1]) >= float(view[2])
    return sides.get(b"width", 1.0) >= sides.get(b"height", 1.0)


def _fonts() -> list[str]:
    from searchvl_gym.world.pictures.fonts import FACES, font_file

    return [font_file(face) for face in FACES]
