"""Texts that a benchmark publishes encrypted, so that its answers stay off the web.

The scheme of BrowseComp and its successors: base64 of the UTF-8 bytes, XORed with the SHA-256 of
a canary, repeated. Texts are decrypted in memory only.
"""

from __future__ import annotations

import base64
import hashlib
from typing import Any

import numpy as np


def decrypt(value: Any, canary: str) -> Any:
    """A text in the clear; lists item by item, anything else as it is.

    Args:
        value: What the file holds.
        canary: The key.

    Raises:
        ValueError: When it is no text that this canary encrypted.

    >>> decrypt(encrypt("Basel", "canary-1"), "canary-1")
    'Basel'
    """
    if isinstance(value, (list, tuple)):
        return [decrypt(item, canary) for item in value]
    if not isinstance(value, str):
        return value
    try:
        return _xor(base64.b64decode(value, validate=True), canary).decode("utf-8")
    except ValueError:
        raise ValueError("it is not encrypted with this canary") from None


def encrypt(text: str, canary: str) -> str:
    """A text as `decrypt` takes it."""
    return base64.b64encode(_xor(text.encode("utf-8"), canary)).decode("ascii")


def _xor(data: bytes, canary: str) -> bytes:
    key = np.frombuffer(hashlib.sha256(canary.encode("utf-8")).digest(), np.uint8)
    given = np.frombuffer(data, np.uint8)
    return (given ^ np.resize(key, given.shape)).tobytes()
