"""`results.json`: rows, the outcomes that they are made from, and a fingerprint over both."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import msgspec

from searchvl_gym.leaderboard.errors import LeaderboardError
from searchvl_gym.leaderboard.results import Item, Outcome, Result, Row, digest_of, row_to_json
from searchvl_gym.leaderboard.suites.encryption import decrypt, encrypt
from searchvl_gym.rollout.record import replace_file

FILE = "results.json"
SCHEMA = 1

Origin = Literal["measured", "submitted"]


@dataclass(frozen=True)
class Entry:
    """A result as the file holds it.

    Attributes:
        row: The line of the table.
        items: What it was made from; answers are encrypted where the benchmark's are.
        seconds: Mean wall-clock time of a sample.
        seed: Of the first sample and of the interval.
        origin: Whether it was measured here or handed in.
        encrypted: Whether answers are encrypted.
        reports: Paths of HTML reports, seen from where the file was written.
    """

    row: Row
    items: tuple[Item, ...]
    seconds: float
    seed: int
    origin: Origin = "measured"
    encrypted: bool = False
    reports: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[Any, ...]:
        """What a second entry may not share."""
        row = self.row
        return row.policy, row.suite, row.judge, row.samples, row.tools_off, self.seed


def entry_of(result: Result, seed: int) -> Entry:
    """A result on its way into the file."""
    entry = Entry(
        row=result.row,
        items=result.items,
        seconds=result.seconds,
        seed=seed,
        encrypted=result.encrypted,
        reports=result.reports,
    )
    return _with_answers(entry, encrypt) if result.encrypted else entry


def clear_items(entry: Entry) -> tuple[Item, ...]:
    """The items of an entry with their answers in the clear.

    Raises:
        LeaderboardError: When an answer cannot be decrypted.
    """
    if not entry.encrypted:
        return entry.items
    try:
        return _with_answers(entry, decrypt).items
    except ValueError:
        raise LeaderboardError("an answer is not encrypted as it should be") from None


def fingerprint_of(entries: Sequence[Entry]) -> str:
    """SHA-256 over rows and items."""
    return digest_of([[entry.row, entry.items] for entry in entries])


def write_results(folder: Path, entries: Sequence[Entry], settings: Mapping[str, Any]) -> Path:
    """Write `results.json`; the file appears whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    content = {
        "schema": SCHEMA,
        "settings": dict(settings),
        "rows": [row_to_json(entry.row) for entry in entries],
        "details": [_details(entry) for entry in entries],
        "fingerprint": fingerprint_of(entries),
    }
    target = folder / FILE
    replace_file(target, (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode())
    return target


def read_board(path: Path) -> list[Entry]:
    """The entries of a board; none where there is no file yet."""
    return read_results(path) if path.exists() else []


def read_results(path: Path) -> list[Entry]:
    """Read a file of results and check that it is whole.

    Raises:
        LeaderboardError: When it cannot be read, was written by another version, or was changed.
    """
    try:
        content = json.loads(path.read_bytes())
        if content["schema"] != SCHEMA:
            raise LeaderboardError(f"{path}: schema {content['schema']}, expected {SCHEMA}")
        parts = zip(content["rows"], content["details"], strict=True)
        entries = [_entry(row, details) for row, details in parts]
        fingerprint = content["fingerprint"]
    except OSError as error:
        raise LeaderboardError(f"cannot read {path}: {error.strerror}") from None
    except (ValueError, KeyError, TypeError, msgspec.ValidationError) as error:
        raise LeaderboardError(f"{path} holds no results of the leaderboard: {error}") from None
    if fingerprint != fingerprint_of(entries):
        raise LeaderboardError(f"{path} was changed after it was written: its fingerprint is wrong")
    return entries


def _details(entry: Entry) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(entry)
    del plain["row"]
    return plain


def _entry(row: Any, details: Any) -> Entry:
    return msgspec.convert({**details, "row": row}, Entry)


def _with_answers(entry: Entry, change: Any) -> Entry:
    canary = f"searchvl-gym {entry.row.suite}"

    def changed(outcome: Outcome) -> Outcome:
        answer = outcome.answer
        return outcome if answer is None else replace(outcome, answer=change(answer, canary))

    items = (replace(item, outcomes=tuple(map(changed, item.outcomes))) for item in entry.items)
    return replace(entry, items=tuple(items))
