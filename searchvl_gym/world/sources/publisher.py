"""Larger pictures from who publishes them, each with its author and licence.

An offline copy of a wiki holds pictures at the width of a page. Its publisher has them larger;
how they are asked for is not a matter of worlds (`live/commons.py` does it).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import unquote

import msgspec

_WIDTH = re.compile(r"^(?:lossy-|lossless-)?(?:page\d+-)?\d+px-")
_COPY = re.compile(r"(\.(?:jpe?g|png|gif|tiff?|svg|webp))\.(?:webp|png|jpe?g)$", re.IGNORECASE)


@dataclass(frozen=True)
class PublishedPicture:
    """A picture as its publisher gives it.

    Attributes:
        data: The encoded file.
        author: Who made it, as its page says, or "".
        licence: Short name of its licence, such as `CC BY-SA 3.0`, or "".
        source: Address of the page that says so.
    """

    data: bytes
    author: str
    licence: str
    source: str


class Publisher(Protocol):
    """Gives pictures by the names of their files."""

    name: str
    """For the record of an import."""

    def pictures(self, names: Sequence[str]) -> Mapping[str, PublishedPicture]:
        """The pictures that there are, by name; those without a licence are left out."""
        ...


class Credit(msgspec.Struct, frozen=True):
    """Whose a picture of a world is.

    Attributes:
        image: Id of the picture.
        author: See `PublishedPicture`; likewise the next two.
        licence: Short name.
        source: Address.
    """

    image: int
    author: str
    licence: str
    source: str


def file_name(path: str) -> str:
    """The publisher's name of a file, from where an archive keeps its copy.

    >>> file_name("_assets_/0a1b/250px-Ray_Charles_(1990).jpg.webp"), file_name("I/m/Ulm.png")
    ('Ray Charles (1990).jpg', 'Ulm.png')
    """
    last = unquote(path).rpartition("/")[2]
    return _COPY.sub(r"\1", _WIDTH.sub("", last)).replace("_", " ").strip()


def encode_credits(credits: Iterable[Credit]) -> str:
    """Credits as JSON, for `world.json`."""
    return msgspec.json.encode(list(credits)).decode()


def decode_credits(text: str) -> tuple[Credit, ...]:
    """The credits of a world from its `picture_credits`; none from ""."""
    return msgspec.json.decode(text or "[]", type=tuple[Credit, ...])
