"""Paths inside an archive: where a page's relative addresses lead."""

from __future__ import annotations

import posixpath
import re
from urllib.parse import unquote

_KNOWN = re.compile(
    r"(?:https?|ftp|mailto|tel|javascript|data|geo|irc|magnet|news|file|about|blob|ws|wss|zim):",
    re.IGNORECASE,
)


def resolve_path(page: str, address: str) -> str | None:
    """The path inside the archive that an address on a page leads to.

    Args:
        page: Path of the page, for example `A/Ulm`.
        address: Content of `href` or `src`.

    Returns:
        The path, or None when the address leaves the archive or stays on the page.

    >>> resolve_path("A/Ulm", "../I/m/Ulm%20M%C3%BCnster.jpg")
    'I/m/Ulm Münster.jpg'
    >>> resolve_path("AC/DC", "../Mission:_Impossible?x=1#Plot")
    'Mission:_Impossible'
    >>> resolve_path("Ulm", "https://example.org/") is None
    True
    """
    address = address.strip()
    if address.startswith("//") or _KNOWN.match(address):
        return None
    address = address.partition("#")[0].partition("?")[0]
    if not address:
        return None
    path = unquote(address, errors="replace")
    if path.startswith("/"):
        return posixpath.normpath(path).lstrip("/") or None
    joined = posixpath.normpath(posixpath.join(posixpath.dirname(page), path))
    while joined.startswith("../"):
        joined = joined[3:]
    return None if joined in (".", "..") else joined


def title_of(path: str) -> str:
    """The title that a path spells, for entries that have none.

    >>> title_of("A/Ulm_M%C3%BCnster")
    'Ulm Münster'
    """
    name = path.removeprefix("A/").removeprefix("C/")
    return " ".join(unquote(name, errors="replace").replace("_", " ").split())
