"""Reading the files of a benchmark: Parquet, JSON in all its layouts, CSV and TSV."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from searchvl_gym.leaderboard.errors import LeaderboardError

Record = Mapping[str, Any]
"""One item of a benchmark by its column names."""

_BATCH = 64


def read_records(path: Path) -> Iterator[Record]:
    """The records of a file, in its order.

    A JSON file may hold a list of records, an object of records by their ids, one record a line,
    or records one after the other, as some benchmarks publish them.

    Raises:
        LeaderboardError: When the file cannot be read; the message says where it is damaged.
    """
    try:
        match path.suffix.lower():
            case ".parquet":
                yield from _read_parquet(path)
            case ".csv":
                yield from _read_table(path, ",")
            case ".tsv":
                yield from _read_table(path, "\t")
            case _:
                yield from _read_json(path)
    except OSError as error:
        reason = error.strerror or error
        raise LeaderboardError(f"cannot read {path}: {reason}; fetch it again") from None


def _read_parquet(path: Path) -> Iterator[Record]:
    import pyarrow
    import pyarrow.parquet

    try:
        with pyarrow.parquet.ParquetFile(path) as file:
            for batch in file.iter_batches(_BATCH):
                yield from batch.to_pylist()
    except pyarrow.ArrowException as error:
        reason = " ".join(str(error).split())[:200]
        raise LeaderboardError(
            f"{path} is no sound Parquet file ({reason}); fetch it again"
        ) from None


def _read_table(path: Path, delimiter: str) -> Iterator[Record]:
    # Pictures in base64 are longer than the usual limit of a field.
    csv.field_size_limit(2**31 - 1)
    with path.open(encoding="utf-8-sig", newline="") as stream:
        yield from csv.DictReader(stream, delimiter=delimiter)


def _read_json(path: Path) -> Iterator[Record]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise LeaderboardError(f"{path} is no text in UTF-8; fetch it again") from None
    decoder = json.JSONDecoder()
    found, at = 0, _next(text, 0)
    while at < len(text):
        try:
            value, end = decoder.raw_decode(text, at)
        except ValueError as error:
            line = text.count("\n", 0, at) + 1
            raise LeaderboardError(
                f"{path} is damaged after {found} records, at line {line} ({error}); fetch it again"
            ) from None
        at = _next(text, end)
        for record in _unfold(value, alone=found == 0 and at >= len(text)):
            if not isinstance(record, Mapping):
                raise LeaderboardError(
                    f"{path}: record {found + 1} is {type(record).__name__}, not an object"
                )
            yield record
            found += 1


def _unfold(value: Any, *, alone: bool) -> Iterator[Any]:
    if isinstance(value, list):
        yield from value
    elif alone and isinstance(value, Mapping) and value and _holds_records(value):
        for key, record in value.items():
            yield {"id": key, **record}
    else:
        yield value


def _holds_records(value: Mapping[str, Any]) -> bool:
    return all(isinstance(record, Mapping) for record in value.values())


def _next(text: str, at: int) -> int:
    while at < len(text) and text[at] in " \t\r\n,":
        at += 1
    return at
