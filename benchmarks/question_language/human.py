"""Questions that people wrote, to compare with: MM-BrowseComp's, decrypted in memory only."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

import msgspec


class _Row(msgspec.Struct):
    question: str
    canary: str


def read_human_questions(path: Path) -> list[str]:
    """The English questions of a published file of MM-BrowseComp.

    They must not be written anywhere: their authors keep them off the web.

    Args:
        path: One JSON object a line, `question` encrypted under `canary`.

    Raises:
        OSError: When the file cannot be read.
        ValueError: When a line is not of that form.
    """
    found = []
    for line in path.read_bytes().splitlines():
        row = msgspec.json.decode(line, type=_Row)
        question = decrypt(row.question, row.canary)
        if sum(not sign.isascii() and sign.isalpha() for sign in question) < 0.2 * len(question):
            found.append(" ".join(question.split()))
    return found


def decrypt(text: str, canary: str) -> str:
    """The plain text of a field: base64 of its bytes, XORed with the canary's SHA-256.

    >>> decrypt("ROLmEg==", "x")[:0]
    ''
    """
    key = hashlib.sha256(canary.encode()).digest()
    sealed = base64.b64decode(text)
    opened = bytes(sign ^ key[place % len(key)] for place, sign in enumerate(sealed))
    return opened.decode("utf-8", "replace")
