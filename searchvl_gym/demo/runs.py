"""Stored runs for the page: which there are, their episodes, one episode, two runs side by side."""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from searchvl_gym.demo.errors import DemoError, NotThere
from searchvl_gym.demo.shown import show_score, show_step, show_task
from searchvl_gym.rollout.errors import RolloutError
from searchvl_gym.rollout.reading import StoredPictures, StoredTrajectories
from searchvl_gym.rollout.record import FILE, read_record
from searchvl_gym.rollout.report_episode import verdict_of
from searchvl_gym.rollout.store import LINES, image_path
from searchvl_gym.types import Image, Trajectory

MAX_RUNS = 500
"""Most runs that are listed."""

_DEPTH = 5
_READ_RUNS = 64


class Runs:
    """Runs in directories below some roots, named by their path from there.

    Args:
        roots: Directories; one may itself be a run.
    """

    def __init__(self, roots: list[Path]) -> None:
        self._roots = [root.resolve() for root in roots]
        self._found: dict[str, Path] = {}
        self._read: OrderedDict[tuple[Path, int, int], _OpenedRun] = OrderedDict()
        self._lock = threading.Lock()

    def listed(self) -> list[dict[str, Any]]:
        """The runs, the newest first."""
        found = []
        self._found = dict(self._all())
        for name, path in self._found.items():
            try:
                record = read_record(path)
                changed = (path / LINES).stat().st_mtime_ns
            except (RolloutError, OSError):
                continue
            if record is None:
                continue
            found.append(
                (
                    changed,
                    {
                        "name": name,
                        "policy": record.policy,
                        "environment": record.environment,
                        "seed": record.seed,
                        "world": record.world[:12],
                    },
                )
            )
        found.sort(key=lambda each: (-each[0], str(each[1]["name"])))
        return [each for _, each in found[:MAX_RUNS]]

    def episodes(self, run: str) -> list[dict[str, Any]]:
        """A line an episode.

        Raises:
            DemoError: When the run is not there or is damaged.
        """
        return self._opened(run).lines

    def episode(self, run: str, number: int) -> dict[str, Any]:
        """One episode with all its turns.

        Raises:
            DemoError: When it is not there.
        """
        trajectories = self._opened(run).trajectories
        if not 0 <= number < len(trajectories):
            raise NotThere(f"{run} has {len(trajectories)} episodes; there is no {number}")
        return show_episode(_read(trajectories, number), run, self._path(run))

    def picture(self, run: str, digest: str) -> Image:
        """A stored picture.

        Raises:
            NotThere: When there is none.
        """
        if len(digest) != 64 or not all(letter in "0123456789abcdef" for letter in digest):
            raise NotThere("there is no such picture")
        try:
            return StoredPictures(self._path(run))[digest]
        except KeyError:
            raise NotThere("the picture is missing from the run") from None

    def compared(self, first: str, second: str) -> list[dict[str, Any]]:
        """The tasks that both runs played, those with different outcomes first.

        Each line holds both episodes' numbers, outcomes and answers, and `parts`: the number of
        the first turn in which they did different things; None when they did the same.

        Raises:
            DemoError: When a run is not there.
        """
        mine, theirs = self._opened(first), self._opened(second)
        others = {each["task"]: each for each in theirs.lines}
        lines: list[dict[str, Any]] = []
        for one in mine.lines:
            other = others.get(one["task"])
            if other is None:
                continue
            numbers = [one["number"], other["number"]]
            lines.append(
                {
                    "task": one["task"],
                    "question": one["question"],
                    "numbers": numbers,
                    "outcomes": [one["outcome"], other["outcome"]],
                    "answers": [one["answer"], other["answer"]],
                    "turns": [one["turns"], other["turns"]],
                    "parts": parting(
                        _read(mine.trajectories, numbers[0]), _read(theirs.trajectories, numbers[1])
                    ),
                }
            )
        lines.sort(key=lambda line: line["outcomes"][0] == line["outcomes"][1])
        return lines

    def _all(self) -> Iterator[tuple[str, Path]]:
        for place, root in enumerate(self._roots):
            prefix = "" if len(self._roots) == 1 else f"{place}/"
            for folder, below, files in os.walk(root):
                path = Path(folder)
                relative = path.relative_to(root)
                if LINES in files and FILE in files:
                    yield prefix + (relative.as_posix() if relative.parts else root.name), path
                    below.clear()
                below[:] = sorted(name for name in below if not name.startswith("."))
                if len(relative.parts) >= _DEPTH:
                    below.clear()

    def _path(self, run: str) -> Path:
        """The directory of a run: only those that are listed can be named."""
        path = self._found.get(run)
        if path is None or not (path / LINES).is_file():
            self._found = dict(self._all())  # it came, or went, since they were looked for
            path = self._found.get(run)
        if path is None:
            raise NotThere(f"there is no run {run!r} here (any more)")
        return path

    def _opened(self, run: str) -> _OpenedRun:
        path = self._path(run)
        try:
            state = (path / LINES).stat()
            key = path, state.st_mtime_ns, state.st_size
            with self._lock:
                if key in self._read:
                    self._read.move_to_end(key)
                    return self._read[key]
            trajectories = StoredTrajectories(path)
            lines = [_line(number, played) for number, played in enumerate(trajectories)]
        except (RolloutError, OSError) as error:
            raise DemoError(str(error), 409) from None
        opened = _OpenedRun(trajectories, lines)
        with self._lock:
            self._read[key] = opened
            while len(self._read) > _READ_RUNS:
                self._read.popitem(last=False)
        return opened


@dataclass(frozen=True)
class _OpenedRun:
    """A run that was looked through: a line an episode; the episodes stay on the disk."""

    trajectories: StoredTrajectories
    lines: list[dict[str, Any]]


def _line(number: int, played: Trajectory) -> dict[str, Any]:
    """What the list of a run's episodes says of one."""
    return {
        "number": number,
        "task": played.task.id,
        "question": played.task.question,
        "answer": played.answer,
        "right_answer": played.task.answer,
        "outcome": verdict_of(played),
        "turns": len(played.steps),
        "errors": sum(step.error is not None for step in played.steps),
        "fatal": played.fatal_step is not None,
        "tools": sorted({s.call.name for s in played.steps if s.call is not None}),
    }


def _read(trajectories: StoredTrajectories, number: int) -> Trajectory:
    """An episode from the disk.

    Raises:
        DemoError: When the run has changed or is gone meanwhile.
    """
    try:
        return trajectories[number]
    except RolloutError as error:
        raise DemoError(str(error), 409) from None


def show_episode(played: Trajectory, run: str, path: Path) -> dict[str, Any]:
    """A finished episode of the run at a path in the shape of `Session.state`."""
    made = {step.image: step.index for step in played.steps if step.image}
    return {
        "task": show_task(played.task),
        "opening": "",
        "policy": played.policy,
        "pictures": [
            {
                "name": f"img_{place}",
                "made": made.get(f"img_{place}"),
                "url": f"api/runs/picture?run={quote(run)}&digest={digest}",
                **_size(image_path(path, digest)),
            }
            for place, digest in enumerate(played.images, 1)
        ],
        "turns": len(played.steps),
        "steps": [show_step(step) for step in played.steps],
        "ended": True,
        "score": show_score(played),
    }


def _size(file: Path) -> dict[str, int]:
    """Width and height of a picture, of which only the head is read; nothing for a missing one."""
    from PIL import Image as Pillow

    try:
        with Pillow.open(file) as picture:
            return {"width": picture.width, "height": picture.height}
    except OSError:
        return {}


def parting(one: Trajectory, other: Trajectory) -> int | None:
    """The first turn in which two episodes of a task differ in what was done; None for none."""
    for place, (here, there) in enumerate(zip(one.steps, other.steps, strict=False)):
        mine = None if here.call is None else (here.call.name, here.call.arguments)
        theirs = None if there.call is None else (there.call.name, there.call.arguments)
        if mine != theirs or (mine is None and here.text != there.text):
            return place
    if len(one.steps) == len(other.steps):
        return None
    return min(len(one.steps), len(other.steps))
