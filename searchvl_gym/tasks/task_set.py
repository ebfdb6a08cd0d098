"""A named, fingerprinted sequence of tasks and its file format.

The file is JSON lines: a header with name, number of tasks and fingerprint, then one task a line.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, overload

import msgspec

from searchvl_gym.tasks.drawn import DrawnFiles
from searchvl_gym.types import Task

FORMAT = "searchvl-gym-tasks"
FORMAT_VERSION = 1


class TaskSetError(ValueError):
    """A task file that is missing, torn, foreign or wrong; the message says where."""


class _Header(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    format: str
    version: int
    name: str
    tasks: int
    fingerprint: str
    drawn: DrawnFiles | None = None


class TaskSet(Sequence[Task]):
    """Tasks in a fixed order.

    Args:
        tasks: The tasks; their ids must differ.
        name: What results are filed under, e.g. `atlas-mini-0-test`.
        drawn: What is remembered of the world's pictures; no part of the fingerprint.

    Raises:
        ValueError: When two tasks share an id.

    >>> tasks = TaskSet([Task("a", "How high?", "3 m"), Task("b", "Since when?", "1907")], "two")
    >>> len(tasks), tasks[1].answer, tasks[:1].name
    (2, '1907', 'two')
    """

    def __init__(self, tasks: Iterable[Task], name: str, drawn: DrawnFiles | None = None) -> None:
        self._tasks = tuple(tasks)
        self.name = name
        self.drawn = drawn
        seen: set[str] = set()
        for task in self._tasks:
            if task.id in seen:
                raise ValueError(f"task set {name!r}: two tasks have the id {task.id!r}")
            seen.add(task.id)
        self._fingerprint: str | None = None

    @overload
    def __getitem__(self, index: int) -> Task: ...

    @overload
    def __getitem__(self, index: slice) -> TaskSet: ...

    def __getitem__(self, index: int | slice) -> Task | TaskSet:
        """A task, or a smaller set of the same name."""
        if isinstance(index, slice):
            return TaskSet(self._tasks[index], self.name, self.drawn)
        return self._tasks[index]

    def __len__(self) -> int:
        """Number of tasks."""
        return len(self._tasks)

    def __eq__(self, other: object) -> bool:
        """Equal when name and tasks are equal."""
        if not isinstance(other, TaskSet):
            return NotImplemented
        return self.name == other.name and self.fingerprint == other.fingerprint

    def __hash__(self) -> int:
        """Consistent with equality."""
        return int(self.fingerprint[:15], 16)

    def __repr__(self) -> str:
        return f"<TaskSet {self.name}: {len(self)} tasks, {self.fingerprint[:12]}>"

    @property
    def fingerprint(self) -> str:
        """SHA-256 over the canonical JSON of the tasks in their order, without the name."""
        if self._fingerprint is None:
            digest = hashlib.sha256()
            for task in self._tasks:
                digest.update(_encode(task) + b"\n")
            self._fingerprint = digest.hexdigest()
        return self._fingerprint

    def save(self, path: str | Path) -> None:
        """Write the set; an older file stays whole until the new one is complete.

        Args:
            path: A `.jsonl` file; its directory is made when missing.
        """
        target = Path(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        header = _Header(FORMAT, FORMAT_VERSION, self.name, len(self), self.fingerprint, self.drawn)
        temporary = target.with_name(f".{target.name}.{os.getpid()}")
        try:
            with temporary.open("wb") as stream:
                stream.write(msgspec.json.encode(header) + b"\n")
                for task in self._tasks:
                    stream.write(_encode(task) + b"\n")
                stream.flush()
                os.fsync(stream.fileno())
            temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)

    @classmethod
    def load(cls, path: str | Path) -> TaskSet:
        """Read a set that `save` wrote.

        Raises:
            TaskSetError: When the file is missing, foreign, torn or holds a wrong line; the
                message names the file and the line.
        """
        source = Path(path)
        try:
            lines = source.read_bytes().splitlines()
        except OSError as error:
            raise TaskSetError(f"cannot read the task file {source}: {error.strerror}") from error
        header = _read_header(source, lines)
        tasks = [_read_task(source, number, line) for number, line in enumerate(lines[1:], 2)]
        if len(tasks) != header.tasks:
            raise TaskSetError(
                f"{source} is torn: its header promises {header.tasks} tasks, it holds "
                f"{len(tasks)}; write it again"
            )
        try:
            loaded = cls(tasks, header.name, header.drawn)
        except ValueError as error:
            raise TaskSetError(f"{source}: {error}") from None
        if loaded.fingerprint != header.fingerprint:
            raise TaskSetError(
                f"{source}: the tasks do not match the fingerprint of the header (line 1); the "
                "file was altered, write it again"
            )
        return loaded


def _encode(task: Task) -> bytes:
    """A task as JSON; what older files do not know of is left out where it says nothing."""
    values = msgspec.to_builtins(task)
    if not values.get("needs"):
        values.pop("needs", None)
    for image in values["images"]:
        if image.get("drawn") is None:
            image.pop("drawn", None)
    return msgspec.json.encode(values, order="sorted")


def completed(task: Task) -> Task:
    """A decoded task with all its fields.

    msgspec does not set those that the file lacks, and what is written of such a task would lack
    them as well.
    """
    return replace(task, images=tuple(replace(image) for image in task.images))


def _read_header(source: Path, lines: Sequence[bytes]) -> _Header:
    foreign = f"{source} line 1: not the header of a SearchVL Gym task file"
    if not lines:
        raise TaskSetError(f"{source} is empty")
    try:
        raw: Any = msgspec.json.decode(lines[0])
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise TaskSetError(foreign) from None
    if not isinstance(raw, dict) or raw.get("format") != FORMAT:
        raise TaskSetError(foreign)
    if raw.get("version") != FORMAT_VERSION:
        raise TaskSetError(
            f"{source} line 1: task format {raw.get('version')}, this version reads "
            f"{FORMAT_VERSION}"
        )
    try:
        return msgspec.convert(raw, _Header, str_keys=True)
    except msgspec.ValidationError as error:
        raise TaskSetError(f"{source} line 1: {error}") from None


def _read_task(source: Path, number: int, line: bytes) -> Task:
    try:
        return completed(msgspec.json.decode(line, type=Task))
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise TaskSetError(f"{source} line {number}: not a task: {error}") from None
