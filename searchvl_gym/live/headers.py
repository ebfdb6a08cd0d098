"""The headers of an answer, from where it is received to where it is recorded."""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar

LAST_HEADERS: ContextVar[Mapping[str, str] | None] = ContextVar("last_headers", default=None)
"""What a cassette keeps of the headers of this thread's last answer."""

_RECORDED = ("age", "cache-control", "content-type", "date", "etag", "last-modified", "server")
"""Headers that hold neither keys nor cookies."""


def note_headers(headers: Mapping[str, str]) -> None:
    """Remember what may be recorded of an answer's headers."""
    LAST_HEADERS.set({name: headers[name] for name in _RECORDED if name in headers})
