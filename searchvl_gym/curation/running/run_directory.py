"""The directory of a run: whose it is, what its result depends on, what an early end leaves."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec

from searchvl_gym.curation.errors import CurationError
from searchvl_gym.curation.language_model.completions import has_replies
from searchvl_gym.curation.running.shards import SHARD_RECORDS, ShardJob
from searchvl_gym.locks import LockTaken, take_lock
from searchvl_gym.rollout.record import describe, find_differences, installed_versions, replace_file

RUN, SHARDS, REPLIES, LOCK = "run.json", "shards", "replies.sqlite", ".lock"


@contextmanager
def hold(path: Path) -> Iterator[None]:
    """Make the directory and keep other processes out of it.

    A run that fails before its first shard leaves nothing behind, unless replies were paid for.

    Raises:
        CurationError: When it is in use, or cannot be written to.
    """
    fresh = not (path / RUN).exists()
    made = [folder for folder in (path, *path.parents) if not folder.exists()]
    try:
        (path / SHARDS).mkdir(parents=True, exist_ok=True)
        lock = take_lock(path / LOCK)
    except LockTaken:
        raise CurationError(f"{path} is in use by another process") from None
    except OSError as error:
        raise CurationError(
            f"cannot write to {path}: {error.strerror or error}; choose another --out"
        ) from None
    try:
        with lock:
            yield
    except BaseException:
        if fresh and not any((path / SHARDS).iterdir()) and not has_replies(path / REPLIES):
            _withdraw(path, made)
        raise


def _withdraw(path: Path, made: Sequence[Path]) -> None:
    """Take away the files of a run that has not begun, and the folders that were made for it."""
    for name in (RUN, LOCK, REPLIES):
        with suppress(OSError):
            (path / name).unlink(missing_ok=True)
    shutil.rmtree(path / SHARDS, ignore_errors=True)
    for folder in made:
        with suppress(OSError):
            folder.rmdir()


def check_run(path: Path, job: ShardJob, n: int) -> None:
    """Write down what the result depends on, or compare it with what is written there.

    Raises:
        CurationError: When the directory belongs to another run.
        RolloutError: When the file cannot be written.
    """
    record = {
        "format": "searchvl-gym-curation",
        "version": 1,
        "world": job.fingerprint,
        "image_index": job.searchable,
        "n": n,
        "seed": job.seed,
        "shard_records": SHARD_RECORDS,
        "settings": describe(job.settings),
        "versions": installed_versions(),
    }
    # As it is read back: numbers and lists as JSON has them.
    encoded = msgspec.json.encode(record, order="sorted")
    target = path / RUN
    try:
        there = msgspec.json.decode(target.read_bytes())
    except FileNotFoundError:
        replace_file(target, msgspec.json.format(encoded, indent=2) + b"\n")
        return
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise CurationError(f"{target} cannot be read ({error}); choose another --out") from None
    if different := list(find_differences("", there, msgspec.json.decode(encoded))):
        shown = "; ".join(line.lstrip(".") for line in different[:3])
        more = f" and {len(different) - 3} more" if len(different) > 3 else ""
        raise CurationError(
            f"{path} holds another run ({shown}{more}); choose another --out or delete it"
        )
