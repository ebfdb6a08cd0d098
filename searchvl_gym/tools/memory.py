"""Remembering what a slow, deterministic tool said, in memory and across processes.

Training asks the same questions of the same pictures again and again: every rollout of a group
reads the same sign. A remembered tool answers the second time from its memory. That changes no
trajectory, as long as the tool is deterministic; faults are injected before a tool is asked, so
they happen as before.
"""

from __future__ import annotations

import hashlib
import sqlite3
import threading
import warnings
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from searchvl_gym.tools.base import Tool, ToolContext
from searchvl_gym.types import ToolResult, image_digest

if TYPE_CHECKING:
    from searchvl_gym.tools.base import Arguments


class _Answer(msgspec.Struct):
    """A `ToolResult` without a picture, as JSON."""

    text: str
    evidence: tuple[int, ...]


class Remembered:
    """A tool with a memory. Results with a picture and errors are not kept.

    Args:
        tool: A deterministic tool.
        path: SQLite file that keeps the memory across processes, or None for this process only.
            Delete it when the tool has changed. When it cannot be written any more (a full disk),
            there is a warning, and this process remembers for itself.

    Raises:
        OSError: When the file cannot be opened.
    """

    def __init__(self, tool: Tool, path: str | Path | None = None) -> None:
        self._tool = tool
        self.name = tool.name
        self.description = tool.description
        self.arguments = tool.arguments
        self.argument_aliases = tool.argument_aliases
        self.bounded = bool(getattr(tool, "bounded", False))
        self._known: dict[bytes, _Answer] = {}
        self._lock = threading.Lock()
        self._path = None if path is None else Path(path)
        if self._path is not None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._known.update(self._load(self._path))

    def run(self, arguments: Any, context: ToolContext) -> ToolResult:
        """See `Tool.run`."""
        key = self._key(arguments, context)
        known = self._known.get(key)
        if known is None:
            result = self._tool.run(arguments, context)
            if result.image is not None:
                return result
            known = _Answer(result.text, tuple(result.evidence))
            with self._lock:
                self._known[key] = known
                self._save(key, known)
        return ToolResult(known.text, evidence=known.evidence)

    def __reduce__(self) -> tuple[Any, ...]:
        """Another process starts with what the file holds."""
        return Remembered, (self._tool, self._path)

    def __len__(self) -> int:
        """How many answers are known."""
        return len(self._known)

    def _key(self, arguments: Arguments, context: ToolContext) -> bytes:
        """What an answer depends on: tool, arguments, the pictures they name, the world."""
        digest = hashlib.blake2b(self.name.encode(), digest_size=16)
        digest.update(msgspec.json.encode(arguments, order="sorted"))
        names = set(context.images.names())
        for value in msgspec.structs.asdict(arguments).values():
            if isinstance(value, str) and value in names:
                digest.update(image_digest(context.images.get(value)).encode())
        if context.world is not None:
            digest.update(context.world.fingerprint.encode())
        return digest.digest()

    def _load(self, path: Path) -> Iterator[tuple[bytes, _Answer]]:
        try:
            with closing(sqlite3.connect(path, timeout=60)) as store, store:
                store.execute(
                    "CREATE TABLE IF NOT EXISTS answers (key BLOB PRIMARY KEY, value BLOB)"
                )
                rows = store.execute("SELECT key, value FROM answers").fetchall()
            for key, value in rows:
                yield key, msgspec.json.decode(value, type=_Answer)
        except (sqlite3.Error, msgspec.DecodeError) as error:
            raise OSError(f"the memory {path} cannot be read ({error}); delete it") from error

    def _save(self, key: bytes, answer: _Answer) -> None:
        if self._path is None:
            return
        try:
            with closing(sqlite3.connect(self._path, timeout=60)) as store, store:
                store.execute(
                    "INSERT OR IGNORE INTO answers VALUES (?, ?)",
                    (key, msgspec.json.encode(answer)),
                )
        except sqlite3.Error as error:
            # A tool that has answered has not failed.
            warnings.warn(
                f"the memory {self._path} cannot be written ({error})", RuntimeWarning, stacklevel=2
            )
            self._path = None
