"""Reading a picture file that somebody gives us: never trust it, always get RGB or an error."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np

from searchvl_gym.tools.limits import MAX_PIXELS, MAX_SIDE
from searchvl_gym.types import Image

MAX_FILE_BYTES = 64 * 2**20
"""Largest file that is read."""


class UnreadableImage(Exception):
    """The file is not a picture that can be used; the message says why and what to do."""


def load_image_file(path: str | Path) -> Image:
    """Read a picture file as RGB pixels.

    The rotation in its EXIF data is applied, transparency is put on white, palettes, greyscale,
    16-bit and CMYK pictures are converted, and of an animation the first frame is taken. The
    size is checked before anything is decoded, so a decompression bomb costs nothing.

    Args:
        path: The file.

    Raises:
        UnreadableImage: When it is missing, no picture, cut short, or larger than
            `MAX_FILE_BYTES`, `MAX_PIXELS` or `MAX_SIDE`.
    """
    from PIL import Image as Pillow
    from PIL import ImageOps

    path = Path(path)
    try:
        size = path.stat().st_size
    except OSError as error:
        raise UnreadableImage(
            f"cannot read {path}: {error.strerror or error}; check the path"
        ) from None
    if not path.is_file():
        raise UnreadableImage(f"{path} is not a file; give the path of a picture")
    if size > MAX_FILE_BYTES:
        raise UnreadableImage(
            f"{path} has {size} bytes, more than {MAX_FILE_BYTES}; save a smaller copy"
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Pillow.DecompressionBombWarning)
            with Pillow.open(path) as picture:
                _check_size(path, *picture.size)
                picture.seek(0)
                picture.load()
                upright = ImageOps.exif_transpose(picture)
                return _to_rgb(upright)
    except UnreadableImage:
        raise
    except Pillow.DecompressionBombError:
        raise UnreadableImage(
            f"{path} is too large to decode (at most {MAX_PIXELS} pixels); save a smaller copy"
        ) from None
    except Exception as error:  # decoders raise almost anything on a damaged file
        reason = str(error) or type(error).__name__
        raise UnreadableImage(
            f"{path} is not a readable picture ({reason}); save it again as PNG or JPEG"
        ) from None


def _check_size(path: Path, width: int, height: int) -> None:
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
        raise UnreadableImage(
            f"{path} is {width}x{height} pixels, more than {MAX_PIXELS} in all or {MAX_SIDE} a "
            "side; save a smaller copy"
        )


def _to_rgb(picture: object) -> Image:
    from PIL import Image as Pillow

    assert isinstance(picture, Pillow.Image)
    if picture.mode.startswith("I;16") or picture.mode in ("I", "F"):
        return _scale_to_bytes(np.asarray(picture, dtype=np.float64))
    if picture.mode in ("LA", "PA", "RGBA", "La", "RGBa") or "transparency" in picture.info:
        picture = picture.convert("RGBA")
        white = Pillow.new("RGBA", picture.size, (255, 255, 255, 255))
        picture = Pillow.alpha_composite(white, picture)
    return np.array(picture.convert("RGB"), dtype=np.uint8)


def _scale_to_bytes(values: np.ndarray) -> Image:
    """Grey values of more than 8 bits as RGB: 16-bit range is divided, other ranges stretched."""
    values = np.nan_to_num(values)
    if values.min() >= 0 and 255 < values.max() <= 65_535:
        scaled = values / 257.0
    elif values.min() >= 0 and values.max() <= 255:
        scaled = values
    else:
        low, high = values.min(), values.max()
        scaled = (values - low) / max(high - low, 1e-12) * 255.0
    grey = np.clip(np.rint(scaled), 0, 255).astype(np.uint8)
    return np.repeat(grey[:, :, None], 3, axis=2)
