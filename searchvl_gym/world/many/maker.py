"""Makes worlds ahead of their use, in the background, and keeps those that fit on the disk."""

from __future__ import annotations

import os
import shutil
import threading
import weakref
from collections.abc import Iterable
from concurrent.futures import Future
from pathlib import Path

from searchvl_gym.world.catalog import generator_digest, photographed_digest
from searchvl_gym.world.format import WORLD_FILE, WorldError
from searchvl_gym.world.many.crew import BuildCrew, BuildJob, BuiltWorld
from searchvl_gym.world.world import World, open_world


class WorldMaker:
    """Builds Atlas worlds by their seeds before they are asked for. Thread-safe.

    They lie in a folder of their own, which several processes may share. When they
    take more than the budget, those that were not used for longest are deleted, but none that this
    process has open.

    Args:
        size: Pages of a world, or a name of a size.
        folder: Where they lie: the cache, where a folder for this code is made.
        views: As `build_atlas` takes it.
        workers: Processes that build.
        disk_budget: Bytes that the worlds may take.

    Attributes:
        waits: How often somebody had to wait for a world that was not made ahead.

    Raises:
        ValueError: When an argument is out of range.
    """

    def __init__(
        self,
        size: int | str,
        folder: Path,
        *,
        views: int = 0,
        workers: int = 2,
        disk_budget: int = 2 << 30,
    ) -> None:
        if disk_budget < 1:
            raise ValueError(f"disk_budget must be at least 1 byte, got {disk_budget}")
        self.size, self.views, self.disk_budget = size, views, disk_budget
        digest = photographed_digest() if views else generator_digest()
        self._folder = folder / f"endless-{digest[:12]}"
        self._crew = BuildCrew(workers)
        self._under_way: dict[int, Future[BuiltWorld]] = {}
        self._open: weakref.WeakValueDictionary[int, World] = weakref.WeakValueDictionary()
        self._lock = threading.RLock()
        self.waits = 0
        weakref.finalize(self, self._crew.close)

    def path_of(self, seed: int) -> Path:
        """Where the world of a seed lies, or will."""
        views = f"-views{self.views}" if self.views else ""
        return self._folder / f"atlas-{self.size}-{seed}{views}"

    def prepare(self, seeds: Iterable[int]) -> None:
        """Have worlds built in the background; those that are there or under way are left alone."""
        with self._lock:
            self._settle()
            for seed in seeds:
                if seed not in self._under_way and not self._is_there(seed):
                    self._begin(seed)

    def get(self, seed: int) -> World:
        """The world of a seed; waits for it when it is not there.

        Raises:
            WorldError: When it cannot be built, e.g. because the disk is full; one line.
        """
        with self._lock:
            if (held := self._open.get(seed)) is not None and self._is_there(seed):
                return held
            future = self._under_way.get(seed)
            if future is not None and future.done() and not self._is_there(seed):
                future = None  # it failed, or was deleted since: it is tried again, and told
            if future is None and not self._is_there(seed):
                future = self._begin(seed)
            self.waits += future is not None and not future.done()
        if future is not None:
            try:
                future.result()
            except WorldError as error:
                raise WorldError(
                    f"{error}; worlds that are made ahead may take {self.disk_budget:,} bytes in "
                    f"{self._folder} (disk_budget)"
                ) from error
        with self._lock:
            self._under_way.pop(seed, None)
            path = self.path_of(seed)
            world = open_world(path)
            self._open[seed] = world
            os.utime(path)  # what was used last is deleted last
            self._make_room()
            return world

    def _settle(self) -> None:
        """Let go of what is built: from now on it is kept or deleted like any other."""
        for seed, future in list(self._under_way.items()):
            if future.done() and self._is_there(seed):
                del self._under_way[seed]

    def _is_there(self, seed: int) -> bool:
        return (self.path_of(seed) / WORLD_FILE).exists()

    def _begin(self, seed: int) -> Future[BuiltWorld]:
        job = BuildJob(self.size, seed, self.views, str(self.path_of(seed)))
        future = self._under_way[seed] = self._crew.submit(job)
        return future

    def _make_room(self) -> None:
        """Delete the worlds that were not used for longest, until the rest is within the budget."""
        self._settle()
        mine = {self.path_of(seed) for seed in (*self._open, *self._under_way)}
        entries = []
        for path in self._folder.iterdir():
            try:
                entries.append((path.stat().st_mtime_ns, _bytes_of(path), path))
            except OSError:
                continue  # another process deletes as well
        left = sum(size for _, size, _ in entries)
        for _, size, path in sorted(entries):
            if left <= self.disk_budget:
                return
            if path in mine or not (path / WORLD_FILE).exists():
                continue
            self._forget(path)
            left -= size

    def _forget(self, path: Path) -> None:
        # Without this file it is no world: nobody opens what is half deleted.
        (path / WORLD_FILE).unlink(missing_ok=True)
        shutil.rmtree(path, ignore_errors=True)

    def close(self) -> None:
        """Stop building; the worlds that are there stay."""
        self._crew.close()


def _bytes_of(path: Path) -> int:
    return sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
