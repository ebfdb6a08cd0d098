"""The store of a run: one JSON line a finished episode, pictures beside it by their hash.

```
OUT/run.json             what the run depends on
OUT/trajectories.jsonl   {"schema": 1, "episode": 7, "trajectory": {…}}, in order of completion
OUT/images/<sha256>.png  every picture once, named by the SHA-256 of its pixels
OUT/.lock                held while a process writes
```

A line is on the disk before the episode counts as finished. A kill can tear only the last line;
it is dropped when the store is opened again, and its episode is played again.

An episode whose reward could not be told (a judge failed) says so in its line: `"unscored": "why"`.
It may be played again; then the later line counts.
"""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType, TracebackType

import msgspec
import numpy as np

from searchvl_gym.locks import HeldLock, LockTaken, take_lock
from searchvl_gym.rollout.encoding import DecodeError, decode_trajectory
from searchvl_gym.rollout.errors import RolloutError
from searchvl_gym.rollout.record import FILE, RunRecord, read_record, write_record
from searchvl_gym.rollout.whole_lines import append_line, read_whole_lines
from searchvl_gym.types import Image, Trajectory

SCHEMA = 1
"""Version of a line of the store."""

LINES = "trajectories.jsonl"
IMAGES = "images"
LOCK = ".lock"


class StoredLine(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """One line of the store: an episode's number, its trajectory, and why it has no reward."""

    schema: int
    episode: int
    trajectory: msgspec.Raw
    unscored: str = ""


class Store:
    """The directory of one run, open for adding episodes. Only one process may hold it.

    A context manager: when its body fails before any episode was added, the run leaves nothing.

    Args:
        path: The directory; made when missing.
        record: What the run depends on.

    Raises:
        RolloutError: When the directory cannot be written, belongs to another run or is in use.
    """

    def __init__(self, path: str | Path, record: RunRecord) -> None:
        self.path = Path(path)
        self._positions: dict[int, tuple[int, int]] = {}
        self._unscored: dict[int, str] = {}
        self._made = not self.path.exists()
        try:
            (self.path / IMAGES).mkdir(parents=True, exist_ok=True)
            self._held = self._lock()
            self._stream = (self.path / LINES).open("a+b")
        except OSError as error:
            raise RolloutError(
                f"cannot write to {self.path}: {error.strerror or error}; choose another --out"
            ) from None
        try:
            self._check(record)
            self._scan()
        except BaseException:
            self._close(remove=self._made)
            raise

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._close(remove=error is not None and not self._positions)

    @property
    def finished(self) -> frozenset[int]:
        """Numbers of the finished episodes, the unscored ones included."""
        return frozenset(self._positions)

    @property
    def unscored(self) -> Mapping[int, str]:
        """Finished episodes whose reward could not be told, and why."""
        return MappingProxyType(self._unscored)

    def add(self, episode: int, encoded: bytes, unscored: str | None = None) -> None:
        """Append a finished episode; it is on the disk when this returns.

        Args:
            episode: Its number; must not be stored yet, or unscored.
            encoded: From `encode_trajectory`. Its pictures must have been saved before.
            unscored: Why its reward could not be told; None when it has one.

        Raises:
            ValueError: When the episode is stored already, with a reward.
            RolloutError: When the disk is full or gone.
        """
        if episode in self._positions and episode not in self._unscored:
            raise ValueError(f"episode {episode} is stored already")
        start = self._stream.seek(0, os.SEEK_END)
        content = StoredLine(SCHEMA, episode, msgspec.Raw(encoded), unscored or "")
        line = msgspec.json.encode(content)
        try:
            append_line(self._stream, line)
        except OSError as error:
            raise RolloutError(
                f"cannot write to {self.path}: {error.strerror}; finished episodes are kept, make "
                "room and run the same command again"
            ) from None
        self._note(episode, start, len(line), unscored)

    def trajectory(self, episode: int) -> Trajectory:
        """A stored episode.

        Raises:
            KeyError: When it is not stored.
        """
        return decode_trajectory(self._read(episode))

    def trajectories(self, episodes: int) -> Iterator[tuple[int, Trajectory]]:
        """Those of the first `episodes` episodes that are stored, in order of episode."""
        for episode in sorted(self._positions):
            if episode < episodes:
                yield episode, self.trajectory(episode)

    def fingerprint(self, episodes: int) -> str:
        """SHA-256 over the canonical JSON of the first `episodes` trajectories, in order.

        Raises:
            KeyError: When one of them is not stored.
        """
        digest = hashlib.sha256()
        for episode in range(episodes):
            digest.update(self._read(episode) + b"\n")
        return digest.hexdigest()

    def _read(self, episode: int) -> bytes:
        start, length = self._positions[episode]
        self._stream.seek(start)
        return bytes(msgspec.json.decode(self._stream.read(length), type=StoredLine).trajectory)

    def _close(self, *, remove: bool) -> None:
        """Let others have the directory.

        Args:
            remove: Leave nothing of a run that stopped before its first episode was finished.
        """
        self._stream.close()
        if remove:
            with suppress(OSError):
                # While it is held, so that no run which begins meanwhile loses its own.
                for name in (LINES, FILE, LOCK):
                    (self.path / name).unlink(missing_ok=True)
                # A worker that was ended while it wrote leaves a picture that no line names.
                for left in (self.path / IMAGES).iterdir():
                    if left.suffix == ".png" or left.name.startswith("."):
                        left.unlink(missing_ok=True)
        self._held.release()
        if remove:
            with suppress(OSError):
                (self.path / IMAGES).rmdir()
                if self._made:
                    self.path.rmdir()

    def _note(self, episode: int, start: int, length: int, unscored: str | None) -> None:
        self._positions[episode] = (start, length)
        self._unscored.pop(episode, None)
        if unscored is not None:
            self._unscored[episode] = unscored or "no reason was given"

    def _lock(self) -> HeldLock:
        try:
            return take_lock(self.path / LOCK)
        except LockTaken:
            raise RolloutError(
                f"another run is writing to {self.path}; wait for it or choose another --out"
            ) from None

    def _check(self, record: RunRecord) -> None:
        old = read_record(self.path)
        if old is None:
            if self._stream.seek(0, os.SEEK_END):
                raise RolloutError(
                    f"{self.path} holds trajectories but no run.json; choose another --out"
                )
            write_record(self.path, record)
            return
        different = old.differences(record)
        if different:
            raise RolloutError(
                f"{self.path} holds another run ({'; '.join(different)}); use another --out, or "
                "the same settings to resume"
            )

    def _scan(self) -> None:
        """Find every whole line and cut off a torn last one."""
        for number, start, line in read_whole_lines(self._stream):
            try:
                parsed = msgspec.json.decode(line, type=StoredLine)
                trajectory = decode_trajectory(bytes(parsed.trajectory))
            except (msgspec.DecodeError, UnicodeDecodeError, DecodeError) as error:
                raise RolloutError(
                    f"{self.path / LINES} line {number} is damaged ({error}); delete that line to "
                    "play its episode again, or choose another --out"
                ) from None
            known = parsed.episode in self._positions and parsed.episode not in self._unscored
            if parsed.schema != SCHEMA or known:
                raise RolloutError(
                    f"{self.path / LINES} line {number}: schema {parsed.schema}, episode "
                    f"{parsed.episode}; expected schema {SCHEMA} and every episode once; choose "
                    "another --out"
                )
            unscored = parsed.unscored if trajectory.reward is None else None
            self._note(parsed.episode, start, len(line) - 1, unscored)


def image_path(path: Path, digest: str) -> Path:
    """Where the store at `path` keeps the picture with this digest."""
    return path / IMAGES / f"{digest}.png"


def save_images(path: Path, images: Mapping[str, Image]) -> None:
    """Save pictures losslessly under their digests; those already there are left alone.

    Several processes may do so at once: a picture appears whole or not at all.

    Raises:
        RolloutError: When they cannot be written.
    """
    from PIL import Image as Pillow

    for digest, pixels in images.items():
        target = image_path(path, digest)
        if target.exists():
            continue
        stream = io.BytesIO()
        Pillow.fromarray(np.asarray(pixels)).save(stream, "PNG", compress_level=1)
        temporary = target.with_name(f".{digest}.{os.getpid()}")
        try:
            with temporary.open("wb") as file:
                file.write(stream.getvalue())
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(target)
        except OSError as error:
            raise RolloutError(
                f"cannot write to {path}: {error.strerror}; finished episodes are kept, make room "
                "and run the same command again"
            ) from None
        finally:
            temporary.unlink(missing_ok=True)
