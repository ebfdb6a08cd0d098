"""Reading a picture file that somebody gives us: never trust it, always get RGB or an error."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from searchvl_gym.tools.limits import MAX_FILE_PIXELS, MAX_PIXELS
from searchvl_gym.tools.reduction import reduced_size
from searchvl_gym.types import Image

if TYPE_CHECKING:
    from PIL.Image import Image as PillowImage

MAX_FILE_BYTES = 640 * 2**20
"""Largest file that is read: what the most pixels take without compression."""

_ORIENTATION = 0x0112
_ON_ITS_SIDE = (5, 6, 7, 8)
_REDUCIBLE = ("L", "LA", "La", "RGB", "RGBA", "RGBa", "RGBX", "CMYK", "YCbCr", "LAB", "I", "F")
"""Modes whose values can be averaged."""


_PILLOWS_BOUND = threading.Lock()


class UnreadableImage(Exception):
    """The file is not a picture that can be used; the message says why and what to do."""


def load_image_file(path: str | Path) -> Image:
    """Read a picture file as RGB pixels.

    The rotation in its EXIF data is applied, transparency is put on white, palettes, greyscale,
    16-bit and CMYK pictures are converted, and of an animation the first frame is taken. What is
    larger than `MAX_PIXELS` or `MAX_SIDE` is reduced to fit; a JPEG is decoded at a fraction of
    its size to begin with. The size is checked before anything is decoded, so a decompression
    bomb costs nothing.

    Args:
        path: The file.

    Raises:
        UnreadableImage: When it is missing, no picture, cut short, or larger than
            `MAX_FILE_BYTES` or `MAX_FILE_PIXELS`.
    """
    from PIL import ImageOps

    with _opened(path) as picture:
        picture.seek(0)
        wanted = reduced_size(*picture.size, MAX_PIXELS)
        if wanted != picture.size:
            picture.draft(None, wanted)  # gives no less than was asked for, and only for JPEG
        picture.load()
        # Asked again: a TIFF is turned as it is loaded.
        size = reduced_size(*picture.size, MAX_PIXELS)
        fits = size == picture.size
        return _to_rgb(ImageOps.exif_transpose(picture if fits else _reduce(picture, size)))


def image_file_size(path: str | Path) -> tuple[int, int]:
    """Width and height of a picture file as it is to be looked at; only its head is read.

    Raises:
        UnreadableImage: As for `load_image_file`, as far as the head tells.
    """
    from PIL import Image as Pillow

    with _opened(path) as picture:
        width, height = picture.size
        if picture.format == "TIFF":  # has the size already with which it will be turned
            return width, height
        # The method of the base class: that of a PNG would decode the whole file.
        turned = Pillow.Image.getexif(picture).get(_ORIENTATION) in _ON_ITS_SIDE
        return (height, width) if turned else (width, height)


@contextmanager
def _opened(path: str | Path) -> Iterator[PillowImage]:
    """A file, opened and of a size that may be decoded; whatever goes wrong is one error."""
    from PIL import Image as Pillow

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
        with _open(path) as picture:
            _check_size(path, *picture.size)
            yield picture
    except UnreadableImage:
        raise
    except Pillow.DecompressionBombError:
        raise _too_large(path) from None
    except Exception as error:  # decoders raise almost anything on a damaged file
        reason = str(error) or type(error).__name__
        raise UnreadableImage(
            f"{path} is not a readable picture ({reason}); save it again as PNG or JPEG"
        ) from None


def _open(path: Path) -> PillowImage:
    """Open a file up to our own bound: Pillow refuses what telephones of 200 megapixels make."""
    from PIL import Image as Pillow

    with _PILLOWS_BOUND, warnings.catch_warnings():
        warnings.simplefilter("ignore", Pillow.DecompressionBombWarning)
        usual, Pillow.MAX_IMAGE_PIXELS = Pillow.MAX_IMAGE_PIXELS, MAX_FILE_PIXELS
        try:
            return Pillow.open(path)
        finally:
            Pillow.MAX_IMAGE_PIXELS = usual


def _check_size(path: Path, width: int, height: int) -> None:
    if width * height > MAX_FILE_PIXELS:
        raise _too_large(path, f" with its {width}x{height} pixels")


def _too_large(path: Path, size: str = "") -> UnreadableImage:
    return UnreadableImage(
        f"{path} is too large to decode{size} (at most {MAX_FILE_PIXELS} pixels); save a smaller "
        "copy"
    )


def _reduce(picture: PillowImage, size: tuple[int, int]) -> PillowImage:
    """A smaller copy that keeps its rotation mark; see `reduction.reduce_picture`."""
    from PIL import Image as Pillow

    orientation = picture.getexif().get(_ORIENTATION, 1)
    if "transparency" in picture.info or picture.mode == "PA":
        picture = picture.convert("RGBA")
    elif picture.mode not in _REDUCIBLE and not picture.mode.startswith("I;16"):
        picture = picture.convert("RGB")
    gap = None if picture.mode.startswith("I;16") else 3.0
    small = picture.resize(size, Pillow.Resampling.BICUBIC, reducing_gap=gap)
    small.info = {}
    small.getexif()[_ORIENTATION] = orientation
    return small


def _to_rgb(picture: PillowImage) -> Image:
    from PIL import Image as Pillow

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
