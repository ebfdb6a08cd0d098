"""A cassette: everything that was asked of the live web and what came back, in one file.

One SQLite file in WAL mode, which several processes may write at once and which a kill leaves
whole. An entry has the key of what was asked, whether the answer is a result or a failure, the
answer, and how it came about: when, how long it took, what it cost, which headers came with it.
The key is a digest of the request alone, so a recorded world does not depend on who asked first.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import threading
import time
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal

from searchvl_gym.live.budget import Spent, exceeds
from searchvl_gym.live.entries import CassetteError, Entry, request_key
from searchvl_gym.live.secrets import hide

VERSION = 1
_APPLICATION = 0x53564C43
"""Marks a SQLite file as a cassette: "SVLC"."""

_BUSY_SECONDS = 60.0
_RETRY_SECONDS = 0.02
_TABLES = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS entries (
    key BLOB PRIMARY KEY, kind TEXT NOT NULL, request TEXT NOT NULL, failed INTEGER NOT NULL,
    digest BLOB NOT NULL, answer BLOB NOT NULL, recorded REAL NOT NULL, seconds REAL NOT NULL,
    cost REAL NOT NULL, headers TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS ledger (
    id INTEGER PRIMARY KEY CHECK (id = 0), calls INTEGER NOT NULL, money REAL NOT NULL
);
INSERT OR IGNORE INTO ledger VALUES (0, 0, 0.0);
"""
_COLUMNS = "key, kind, request, failed, digest, answer, recorded, seconds, cost, headers"


class Cassette:
    """An open cassette. Threads share one; processes each open their own.

    Args:
        path: The file.
        mode: `record` makes the file where it is missing, `replay` only reads.
        keys: Never reach the file.

    Raises:
        CassetteError: When the file is missing, no cassette, of another version, or damaged.
    """

    def __init__(
        self,
        path: str | Path,
        mode: Literal["record", "replay"] = "replay",
        *,
        keys: Sequence[str] = (),
    ) -> None:
        self.path = Path(path)
        self.mode = mode
        self._keys = tuple(keys)
        self._lock = threading.Lock()
        self._store = self._open()

    def get(self, kind: str, request: Mapping[str, Any]) -> Entry | None:
        """The entry of a request, or None.

        Raises:
            CassetteError: When it is damaged.
        """
        key = request_key(kind, request)
        row = self._fetch(f"SELECT {_COLUMNS} FROM entries WHERE key = ?", (key,))
        return None if row is None else self._entry(row)

    def put(self, entry: Entry) -> None:
        """Keep an entry.

        A result is never replaced, so that what was seen stays what is seen; a failure is.

        Raises:
            CassetteError: When it cannot be written; nothing that was kept is lost then.
        """
        answer = self._scrub(entry.answer.decode()).encode()
        row = (
            entry.key,
            entry.kind,
            self._scrub(json.dumps(entry.request, sort_keys=True, ensure_ascii=False)),
            entry.failed,
            hashlib.sha256(b"%d" % entry.failed + answer).digest(),
            zlib.compress(answer, 6),
            entry.recorded,
            entry.seconds,
            entry.cost,
            self._scrub(json.dumps(entry.headers, sort_keys=True, ensure_ascii=False)),
        )
        self.insert(row)

    def insert(self, row: Sequence[Any]) -> bool:
        """Keep a row as another cassette has it; whether it is new here.

        Raises:
            CassetteError: When it cannot be written.
        """
        marks = ", ".join("?" * len(row))
        with self._lock:
            try:
                with self._store:
                    done = self._store.execute(
                        f"INSERT INTO entries ({_COLUMNS}) VALUES ({marks}) "
                        "ON CONFLICT (key) DO UPDATE SET failed = excluded.failed, "
                        "digest = excluded.digest, answer = excluded.answer, "
                        "recorded = excluded.recorded, seconds = excluded.seconds, "
                        "cost = excluded.cost, headers = excluded.headers "
                        "WHERE entries.failed > excluded.failed",
                        row,
                    )
            except sqlite3.Error as error:
                raise self._broken(error) from None
        return done.rowcount > 0

    def delete(self, where: str, values: Sequence[Any]) -> int:
        """Take entries out and give their room back; how many there were.

        Args:
            where: Condition of SQL over the columns.
            values: For its question marks.

        Raises:
            CassetteError: When the file cannot be written.
        """
        with self._lock:
            try:
                with self._store:
                    done = self._store.execute(f"DELETE FROM entries WHERE {where}", values)
                self._store.execute("VACUUM")
            except sqlite3.Error as error:
                raise self._broken(error) from None
        return done.rowcount

    def charge(self, money: float, max_calls: int | None, max_money: float | None) -> Spent | None:
        """See `Ledger.charge`; one sum for all processes and all runs that record here."""
        with self._lock:
            try:
                with self._store:
                    self._store.execute("BEGIN IMMEDIATE")
                    calls, spent = self._store.execute("SELECT calls, money FROM ledger").fetchone()
                    before, after = Spent(calls, spent), Spent(calls + 1, spent + money)
                    if exceeds(after, max_calls, max_money):
                        return before
                    self._store.execute(
                        "UPDATE ledger SET calls = ?, money = ?", (after.calls, after.money)
                    )
            except sqlite3.Error as error:
                raise self._broken(error) from None
        return None

    @property
    def spent(self) -> Spent:
        """What recording it has cost."""
        row = self._fetch("SELECT calls, money FROM ledger", ())
        return Spent(0, 0.0) if row is None else Spent(*row)

    def note(self, name: str, value: str) -> str:
        """Remember a property of the whole cassette, unless it has one of that name.

        Returns:
            What it has.
        """
        if self.mode == "record":
            with self._lock:
                try:
                    with self._store:
                        self._store.execute(
                            "INSERT OR IGNORE INTO meta VALUES (?, ?)", (name, value)
                        )
                except sqlite3.Error as error:
                    raise self._broken(error) from None
        row = self._fetch("SELECT value FROM meta WHERE name = ?", (name,))
        return value if row is None else str(row[0])

    def meta(self) -> dict[str, str]:
        """The properties of the whole cassette."""
        with self._lock:
            try:
                return dict(self._store.execute("SELECT name, value FROM meta"))
            except sqlite3.Error as error:
                raise self._broken(error) from None

    @property
    def fingerprint(self) -> str:
        """SHA-256 over every request and answer; 64 hexadecimal digits.

        It does not depend on when, by whom and in which order they were recorded.
        """
        digest = hashlib.sha256(b"searchvl-cassette 1\n")
        for key, content in self.rows("key, digest"):
            digest.update(key + content)
        return digest.hexdigest()

    def entries(self) -> Iterator[Entry]:
        """Every entry, in order of key.

        Raises:
            CassetteError: When one is damaged.
        """
        return map(self._entry, self.rows())

    def rows(self, columns: str = _COLUMNS) -> Iterator[tuple[Any, ...]]:
        """The rows as they stand in the file, in order of key.

        Args:
            columns: Names, separated by commas.
        """
        with self._lock:
            try:
                found = self._store.execute(
                    f"SELECT {columns} FROM entries ORDER BY key"
                ).fetchall()
            except sqlite3.Error as error:
                raise self._broken(error) from None
        return iter(found)

    def close(self) -> None:
        """Close the file; what was kept stays.

        The last to record leaves a single file. Where a replay is still open it leaves the files
        of the log beside it, and the cassette alone has everything nevertheless.
        """
        with self._lock:
            if self.mode == "record":
                with suppress(sqlite3.Error):
                    self._store.execute("PRAGMA wal_checkpoint")
                with suppress(sqlite3.Error):  # others are still recording, or it is closed
                    self._store.execute("PRAGMA busy_timeout = 0")
                    self._store.execute("PRAGMA journal_mode = DELETE")
            self._store.close()

    def __enter__(self) -> Cassette:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _open(self) -> sqlite3.Connection:
        if self.mode == "replay" and not self.path.is_file():
            raise CassetteError(f"there is no cassette {self.path}; record one with --record")
        if self.mode == "record" and not self.path.parent.is_dir():
            raise CassetteError(f"{self.path.parent} is not a directory; choose another cassette")
        options = {"record": "mode=rwc", "replay": "mode=ro"}[self.mode]
        try:
            store = sqlite3.connect(
                f"{self.path.resolve().as_uri()}?{options}",
                uri=True,
                timeout=_BUSY_SECONDS,
                check_same_thread=False,
            )
        except sqlite3.Error as error:
            raise self._broken(error) from None
        end = time.monotonic() + _BUSY_SECONDS
        while True:
            try:
                self._prepare(store)
            except sqlite3.Error as error:
                # Changing to WAL does not wait for others that open or close the file.
                if "locked" in str(error) and time.monotonic() < end:
                    store.rollback()
                    time.sleep(_RETRY_SECONDS)
                    continue
                store.close()
                raise self._broken(error) from None
            except CassetteError:
                store.close()
                raise
            break
        return store

    def _prepare(self, store: sqlite3.Connection) -> None:
        # One statement, so one state of the file: another process may make it in between.
        application, version, tables = store.execute(
            "SELECT (SELECT application_id FROM pragma_application_id), "
            "(SELECT user_version FROM pragma_user_version), "
            "(SELECT COUNT(*) FROM sqlite_master)"
        ).fetchone()
        if self.mode == "record" and not application and not tables:
            store.execute("PRAGMA journal_mode = WAL")
            store.executescript(
                f"BEGIN IMMEDIATE; PRAGMA application_id = {_APPLICATION}; "
                f"PRAGMA user_version = {VERSION}; {_TABLES} COMMIT;"
            )
            application, version = _APPLICATION, VERSION
        if application != _APPLICATION:
            raise CassetteError(f"{self.path} is no cassette; choose another file")
        if version != VERSION:
            raise CassetteError(
                f"{self.path} is a cassette of version {version}, this program reads {VERSION}; "
                "record it anew, or use the program that made it"
            )
        store.execute("SELECT COUNT(*) FROM ledger").fetchone()
        if self.mode == "record":
            store.execute("PRAGMA journal_mode = WAL")
            # A cassette is a cache of what cost money: it must survive a crash of the machine up
            # to the last moments, and no more.
            store.execute("PRAGMA synchronous = NORMAL")

    def _fetch(self, statement: str, values: Sequence[Any]) -> tuple[Any, ...] | None:
        with self._lock:
            try:
                row = self._store.execute(statement, values).fetchone()
            except sqlite3.Error as error:
                raise self._broken(error) from None
        return None if row is None else tuple(row)

    def _entry(self, row: tuple[Any, ...]) -> Entry:
        _, kind, request, failed, digest, packed, recorded, seconds, cost, headers = row
        try:
            answer = zlib.decompress(packed)
        except zlib.error:
            answer = b""
        if hashlib.sha256(b"%d" % failed + answer).digest() != digest:
            raise CassetteError(
                f"{self.path} is damaged: the answer to {str(request)[:100]} is not the one that "
                "was recorded; take a copy of it, or record it anew"
            )
        return Entry(
            kind, json.loads(request), answer, failed, recorded, seconds, cost, json.loads(headers)
        )

    def _scrub(self, text: str) -> str:
        return hide(text, self._keys)

    def _broken(self, error: sqlite3.Error) -> CassetteError:
        return CassetteError(
            f"the cassette {self.path} cannot be used ({error}); what it holds is untouched: make "
            "room or mend permissions, or take a copy of it"
        )
