"""Pictures of benchmarks, in whatever way a record holds them, as files."""

from __future__ import annotations

import base64
import binascii
import hashlib
import io
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

_KINDS = {
    b"\x89PNG": ".png", b"\xff\xd8\xff": ".jpg", b"GIF8": ".gif", b"RIFF": ".webp", b"BM": ".bmp",
    b"II*\x00": ".tif", b"MM\x00*": ".tif",
}  # fmt: skip
_LEAST_BASE64 = 64


class MissingPicture(Exception):
    """A picture that a record names and that is not there."""


class PictureShelf:
    """Finds the pictures that records name, and keeps those that they bring along.

    Args:
        folders: Where named files are looked up, by their path and by their bare name.
        kept: Directory for pictures that are in the records; each is written once, under the
            SHA-256 of its bytes.
    """

    def __init__(self, folders: Sequence[Path], kept: Path) -> None:
        self._folders = tuple(folders)
        self._kept = kept

    def paths(self, value: Any) -> list[Path]:
        """The picture files of a column: a file's name or address, bytes, base64, or a list.

        Raises:
            MissingPicture: When a named file is nowhere; the message is its name.
        """
        return [self._path(item) for item in _items(value)]

    def _path(self, item: Any) -> Path:
        if isinstance(item, bytes):
            return self._keep(item)
        data = _from_base64(item)
        return self._find(item) if data is None else self._keep(data)

    def _keep(self, data: bytes) -> Path:
        target = self._kept / f"{hashlib.sha256(data).hexdigest()}{picture_suffix(data) or '.img'}"
        if not target.exists():
            self._kept.mkdir(parents=True, exist_ok=True)
            temporary = target.with_name(f".{target.name}.{os.getpid()}")
            temporary.write_bytes(data)
            temporary.replace(target)
        return target

    def _find(self, name: str) -> Path:
        """A file by its name or address; what the address has before what is here is left out."""
        address = urlsplit(name).path if "://" in name else name.replace("\\", "/")
        parts = [part for part in PurePosixPath(unquote(address)).parts if part not in ("/", "..")]
        for folder in self._folders:
            for first in range(len(parts)):
                candidate = folder.joinpath(*parts[first:])
                if candidate.is_file():
                    return candidate.resolve()
        raise MissingPicture(parts[-1] if parts else name[:80])


def picture_suffix(data: bytes) -> str | None:
    """What a picture file of these bytes ends with; None when they are no known picture.

    >>> picture_suffix(b"GIF89a")
    '.gif'
    """
    return next((suffix for start, suffix in _KINDS.items() if data.startswith(start)), None)


def _items(value: Any) -> Iterator[bytes | str]:
    """The pictures of a column one by one; nothing for what says that there is none."""
    if value is None or isinstance(value, bool):
        return
    if isinstance(value, (bytes, bytearray)):
        if value:
            yield bytes(value)
    elif isinstance(value, str):
        yield from _from_text(value.strip())
    elif isinstance(value, Mapping):
        # As the `datasets` package stores a picture.
        yield from _items(value.get("bytes") or value.get("path") or value.get("url"))
    elif isinstance(value, Sequence):
        for item in value:
            yield from _items(item)
    elif hasattr(value, "save"):  # a Pillow image
        stream = io.BytesIO()
        value.save(stream, "PNG")
        yield stream.getvalue()


def _from_text(text: str) -> Iterator[bytes | str]:
    if text.startswith("[") and text.endswith("]"):
        try:
            listed = json.loads(text)
        except ValueError:
            pass
        else:
            yield from _items(listed)
            return
    if text:
        yield text


def _from_base64(text: str) -> bytes | None:
    """The picture that a text spells, as a data address or bare; None for a file's name."""
    if text.startswith("data:"):
        text = text.partition(",")[2]
    elif len(text) < _LEAST_BASE64:
        return None
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return data if picture_suffix(data) else None
