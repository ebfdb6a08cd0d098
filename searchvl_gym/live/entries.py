"""One request to the live web and its answer, as a cassette keeps them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


class CassetteError(Exception):
    """A cassette that cannot be used; one line that says why and what to do."""


@dataclass(frozen=True)
class Entry:
    """One request and its answer.

    Attributes:
        kind: `search`, `search_image`, `read`, `picture` or `summary`.
        request: What was asked, as JSON values.
        answer: What came back, as JSON; of a failure its kind and message.
        failed: 0 for a result, 1 for a failure that lasts, 2 for one that may pass.
        recorded: When, in seconds since 1970.
        seconds: How long it took.
        cost: What was charged for it.
        headers: Of the answer; without keys and cookies.
    """

    kind: str
    request: Mapping[str, Any]
    answer: bytes
    failed: int = 0
    recorded: float = 0.0
    seconds: float = 0.0
    cost: float = 0.0
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def key(self) -> bytes:
        """Digest of what was asked."""
        return request_key(self.kind, self.request)


def request_key(kind: str, request: Mapping[str, Any]) -> bytes:
    """The key of a request: the same for the same values, in whatever order they stand.

    >>> request_key("read", {"url": "a", "b": 1}) == request_key("read", {"b": 1, "url": "a"})
    True
    """
    text = json.dumps([kind, request], sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
