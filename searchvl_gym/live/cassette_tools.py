"""What can be done with whole cassettes: looking, joining, thinning out, comparing."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from searchvl_gym.live.cassette import VERSION, Cassette
from searchvl_gym.live.entries import CassetteError


@dataclass(frozen=True)
class CassetteInfo:
    """What a cassette is.

    Attributes:
        path: The file.
        version: Of its format.
        fingerprint: See `Cassette.fingerprint`.
        provider: Which service answered the searches; empty when it holds none.
        reader: Who read the pages.
        entries: Number of entries by kind.
        failures: Number of entries that are failures, by kind.
        calls: How many calls recording it took.
        money: What they cost.
        bytes: Size of the file.
        first: Time of the oldest entry in seconds since 1970; 0 without entries.
        last: Time of the newest one.
    """

    path: str
    version: int
    fingerprint: str
    provider: str
    reader: str
    entries: dict[str, int]
    failures: dict[str, int]
    calls: int
    money: float
    bytes: int
    first: float
    last: float


@dataclass(frozen=True)
class Difference:
    """How two cassettes differ, by the requests.

    Attributes:
        only_first: Requests that only the first holds, as JSON.
        only_second: Those that only the second holds.
        changed: Those to which the answers differ.
        same: Number of those to which they are the same.
    """

    only_first: list[str] = field(default_factory=list)
    only_second: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    same: int = 0


def inspect(path: str | Path) -> CassetteInfo:
    """What a cassette is; every answer is compared with its checksum.

    Raises:
        CassetteError: When it cannot be used, or an answer is damaged.
    """
    with Cassette(path) as cassette:
        kinds: Counter[str] = Counter()
        failures: Counter[str] = Counter()
        times = []
        for entry in cassette.entries():
            kinds[entry.kind] += 1
            failures[entry.kind] += entry.failed > 0
            times.append(entry.recorded)
        meta = cassette.meta()
        spent = cassette.spent
        return CassetteInfo(
            path=str(path),
            version=VERSION,
            fingerprint=cassette.fingerprint,
            provider=meta.get("provider", ""),
            reader=meta.get("reader", ""),
            entries=dict(sorted(kinds.items())),
            failures={kind: count for kind, count in sorted(failures.items()) if count},
            calls=spent.calls,
            money=spent.money,
            bytes=Path(path).stat().st_size,
            first=min(times, default=0.0),
            last=max(times, default=0.0),
        )


def merge(target: str | Path, sources: Sequence[str | Path]) -> tuple[int, int]:
    """Add what cassettes hold to one, which is made where it is missing.

    Where two answer the same request, what is there first stays, unless it is a failure and the
    other is a result.

    Args:
        target: The cassette to add to.
        sources: The cassettes to add, in order of precedence.

    Returns:
        How many entries were added or bettered, and how many were there already.

    Raises:
        CassetteError: When one cannot be used, or another service made it.
    """
    opened = [Cassette(path) for path in sources]
    added = known = 0
    with Cassette(target, "record") as into:
        for source in opened:
            for name, value in source.meta().items():
                kept = into.note(name, value)
                if kept != value:
                    raise CassetteError(
                        f"{source.path} was recorded with {name} {value}, {target} with {kept}; "
                        "keep them apart"
                    )
            for row in source.rows():
                if into.insert(row):
                    added += 1
                else:
                    known += 1
            source.close()
    return added, known


def prune(
    path: str | Path,
    *,
    before: float | None = None,
    failures: bool = False,
    kind: str | None = None,
) -> int:
    """Take entries out of a cassette and give the room back.

    Args:
        path: The cassette.
        before: Take those that were recorded before this time, in seconds since 1970.
        failures: Take failures only.
        kind: Take those of one kind only.

    Returns:
        How many were taken out.

    Raises:
        CassetteError: When the file cannot be used.
        ValueError: When nothing says which entries to take.
    """
    if before is None and not failures and kind is None:
        raise ValueError("say what to take out: --before, --failures or --kind")
    wheres, values = ["1"], list[Any]()
    if before is not None:
        wheres.append("recorded < ?")
        values.append(before)
    if failures:
        wheres.append("failed > 0")
    if kind is not None:
        wheres.append("kind = ?")
        values.append(kind)
    if not Path(path).is_file():
        raise CassetteError(f"there is no cassette {path}")
    with Cassette(path, "record") as cassette:
        return cassette.delete(" AND ".join(wheres), values)


def diff(first: str | Path, second: str | Path) -> Difference:
    """How two cassettes differ.

    Raises:
        CassetteError: When one cannot be used.
    """
    columns = "key, digest, kind, request"
    with Cassette(first) as one, Cassette(second) as other:
        left = {key: (digest, kind, text) for key, digest, kind, text in one.rows(columns)}
        right = {key: (digest, kind, text) for key, digest, kind, text in other.rows(columns)}

    def spoken(rows: dict[bytes, tuple[bytes, str, str]], keys: set[bytes]) -> list[str]:
        return sorted(f"{rows[key][1]} {_short(rows[key][2])}" for key in keys)

    both = left.keys() & right.keys()
    changed = {key for key in both if left[key][0] != right[key][0]}
    return Difference(
        spoken(left, left.keys() - right.keys()),
        spoken(right, right.keys() - left.keys()),
        spoken(left, changed),
        len(both) - len(changed),
    )


def _short(request: str) -> str:
    text = json.dumps(json.loads(request), ensure_ascii=False)
    return text if len(text) <= 160 else text[:159] + "…"
