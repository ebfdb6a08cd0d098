"""A suite on somebody else's benchmark: its files, read by an adapter."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from searchvl_gym.leaderboard.errors import LeaderboardError
from searchvl_gym.leaderboard.suites.adapter import Adapter
from searchvl_gym.leaderboard.suites.hub import read_hub
from searchvl_gym.leaderboard.suites.pictures import MissingPicture, PictureShelf
from searchvl_gym.leaderboard.suites.records import Record, read_records
from searchvl_gym.leaderboard.suites.suite import SuiteInfo, published_results, refuse_unknown
from searchvl_gym.tasks import TaskSet
from searchvl_gym.types import Task, TaskImage
from searchvl_gym.world import World, open_world
from searchvl_gym.world.catalog import cache_dir, default_world

FOLDER_VARIABLE = "SEARCHVL_BENCHMARKS"
HUB = "hub"
"""As `path`: read from the model hub."""

_ARGUMENTS = ("path", "pictures", "world")
_PICTURE_FOLDERS = ("", "images", "pictures", "image", "imgs", "img")
_PLACEHOLDER = re.compile(r"<image(?:_\d+| \d+)?>")


class BenchmarkSuite:
    """Arguments: `path` (a file, a folder, or `hub`), `pictures` (a folder) and `world`.

    Without a world there is nothing to search in: the tools are then those that look and compute,
    which measures what a model knows and sees by itself.

    Args:
        adapter: Where the benchmark's columns are.

    Attributes:
        note: See `Suite.note`.
    """

    environment = "SearchVL/Atlas-v0"

    def __init__(self, adapter: Adapter) -> None:
        self.adapter = adapter
        self.name = adapter.name
        self.column: str | None = adapter.published or None
        self.note = ""

    @property
    def settings(self) -> Mapping[str, Any]:
        """Tools that need no world."""
        return self.settings_for({})

    def settings_for(self, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        """See `Suite.settings_for`."""
        if arguments.get("world") is not None:
            return {}
        from searchvl_gym.tools.catalog import default_tools

        kept = [tool for tool in default_tools() if tool.name not in _SEARCHES]
        return {"tools": kept}

    def info(self) -> SuiteInfo:
        """See `Suite.info`."""
        try:
            available = bool(self._files({}))
        except LeaderboardError:
            available = False
        return SuiteInfo(
            name=self.name,
            tasks=self.adapter.tasks or None,
            available=available,
            how_to_get=self._how_to_get(),
            licence=self.adapter.licence,
            published=published_results(self.column),
            split=self.adapter.split,
            title=self.adapter.title,
        )

    def load(self, arguments: Mapping[str, Any], *, episodes: int | None) -> tuple[World, TaskSet]:
        """See `Suite.load`.

        Raises:
            LeaderboardError: When a file is missing or damaged, or no record can be played.
        """
        refuse_unknown(self.name, arguments, _ARGUMENTS)
        given = arguments.get("world")
        world = default_world() if given is None else open_world(str(given))
        shelf = PictureShelf(self._picture_folders(arguments), cache_dir() / "benchmark-pictures")
        tasks: list[Task] = []
        missing: list[str] = []
        seen: dict[str, int] = {}
        for file, number, record in self._records(arguments):
            if episodes is not None and len(tasks) >= episodes:
                break
            try:
                task = self._task(record, file, number, shelf)
            except MissingPicture as error:
                missing.append(str(error))
                continue
            except ValueError as error:
                raise LeaderboardError(f"{file}, record {number + 1}: {error}") from None
            if task is not None:
                tasks.append(_with_own_id(task, seen))
        if not tasks:
            reason = "no record has a question and an answer where the adapter looks"
            if missing:
                reason = f"none of its pictures is there (such as {missing[0]})"
            raise LeaderboardError(f"{self.name}: nothing to play: {reason}. {self._how_to_get()}")
        if missing:
            self.note = (
                f"{len(missing)} items are left out, whose pictures are not there (such as "
                f"{missing[0]})"
            )
        return world, TaskSet(tasks, self.name)

    def _task(self, record: Record, file: str, number: int, shelf: PictureShelf) -> Task | None:
        """A record as a task; None when it has none, or no picture where one is needed."""
        adapter = self.adapter
        record = adapter.decrypted(record)
        question = _PLACEHOLDER.sub("", adapter.text(record, "question")).strip()
        answers = adapter.texts(record, "answer")
        if not question or not answers:
            return None
        options = _lettered(adapter.texts(record, "options"))
        aliases = [*answers[1:], *adapter.texts(record, "aliases")]
        if options:
            question = "\n".join([question, *options])
            aliases += _same_option(answers[0], options)
        images = _pictures(adapter.images(record), shelf)
        if adapter.needs_picture and not images:
            return None
        metadata = adapter.metadata(record, file)
        if options:
            metadata["options"] = options
        return Task(
            id=f"{self.name}:{adapter.text(record, 'id') or f'{Path(file).stem}-{number}'}",
            question=question,
            answer=answers[0],
            images=tuple(TaskImage(path=str(path)) for path in images),
            aliases=tuple(dict.fromkeys(text for text in aliases if text != answers[0])),
            metadata=metadata,
        )

    def _records(self, arguments: Mapping[str, Any]) -> Iterator[tuple[str, int, Record]]:
        if arguments.get("path") == HUB:
            for number, record in enumerate(read_hub(self.adapter)):
                yield self.adapter.hub, number, record
            return
        for file in self._files(arguments):
            for number, record in enumerate(read_records(file)):
                yield file.name, number, record

    def _files(self, arguments: Mapping[str, Any]) -> list[Path]:
        """The benchmark's files.

        Raises:
            LeaderboardError: When there are none, with what to do.
        """
        folder = self._folder(arguments)
        if folder.is_file():
            return [folder]
        for pattern in self.adapter.files:
            found = sorted(path for path in folder.rglob(pattern) if path.is_file())
            if found:
                return found
        wanted = " or ".join(self.adapter.files)
        raise LeaderboardError(f"{self.name}: {folder} has no {wanted}. {self._how_to_get()}")

    def _folder(self, arguments: Mapping[str, Any]) -> Path:
        given = arguments.get("path")
        if given is None or given == HUB:
            return benchmark_folder() / self.name
        return Path(str(given)).expanduser()

    def _picture_folders(self, arguments: Mapping[str, Any]) -> Sequence[Path]:
        folder = self._folder(arguments)
        base = folder.parent if folder.is_file() else folder
        given = arguments.get("pictures")
        first = [] if given is None else [Path(str(given)).expanduser()]
        if first and not first[0].is_dir():
            raise LeaderboardError(f"{self.name}: there is no folder {first[0]}")
        return [*first, *(base / name for name in _PICTURE_FOLDERS)]

    def _how_to_get(self) -> str:
        place = f"{self.name}:path=FILE_OR_FOLDER"
        hub = f", or play {self.name}:path={HUB} while online" if self.adapter.hub else ""
        return (
            f"{self.adapter.get.rstrip('.')}; put it into {benchmark_folder() / self.name} or give "
            f"--suite {place}{hub}. Licence: {self.adapter.licence.rstrip('.')}."
        )


_SEARCHES = ("text_search", "web_search", "image_search", "visit")


def benchmark_folder() -> Path:
    """Where benchmarks are looked for: `$SEARCHVL_BENCHMARKS`, or a folder in the cache."""
    chosen = os.environ.get(FOLDER_VARIABLE)
    return Path(chosen).expanduser() if chosen else cache_dir() / "benchmarks"


def _pictures(alternatives: Sequence[Sequence[Any]], shelf: PictureShelf) -> list[Path]:
    """The pictures of the first alternative that has any.

    Raises:
        MissingPicture: When there are pictures, and none of them is there.
    """
    missing: MissingPicture | None = None
    for values in alternatives:
        try:
            found = [path for value in values for path in shelf.paths(value)]
        except MissingPicture as error:
            missing = missing or error
            continue
        if found:
            return found
    if missing is not None:
        raise missing
    return []


def _lettered(options: Sequence[str]) -> list[str]:
    """Options with their letters, which some benchmarks leave out."""
    if all(re.match(r"\(?[A-Za-z][.):]", option) for option in options):
        return [re.sub(r"^\(?([A-Za-z])[.):]\s*", r"\1. ", option) for option in options]
    return [f"{chr(ord('A') + number)}. {option}" for number, option in enumerate(options)]


def _same_option(answer: str, options: Sequence[str]) -> list[str]:
    """The other ways to name the right option: its text for its letter, its letter for its text.

    >>> _same_option("B", ["A. Basel", "B. Bern"])
    ['B. Bern', 'Bern']
    """
    for option in options:
        letter, _, text = option.partition(". ")
        if answer in (letter, text):
            return [option, text if answer == letter else letter]
    return []


def _with_own_id(task: Task, seen: dict[str, int]) -> Task:
    """The task; with a number where the benchmark gives an id twice."""
    count = seen[task.id] = seen.get(task.id, 0) + 1
    return task if count == 1 else replace(task, id=f"{task.id}#{count}")
