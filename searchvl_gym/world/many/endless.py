"""Worlds without end: the world of number `k` follows from `k`, and is made before it is needed."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

from searchvl_gym.world.catalog import cache_dir, check_atlas
from searchvl_gym.world.many.maker import WorldMaker
from searchvl_gym.world.many.origins import UnknownWorldError
from searchvl_gym.world.world import World

_SEED_BYTES = 6


def endless_seed(number: int) -> int:
    """Seed of the endless world of a number; 48 bits, so none of the public ones in practice.

    >>> endless_seed(0) == endless_seed(0) != endless_seed(1)
    True
    """
    digest = hashlib.sha256(f"atlas-endless\0{number}".encode()).digest()
    return int.from_bytes(digest[:_SEED_BYTES])


class EndlessWorlds:
    """Every Atlas of a size, by number; the place of `Worlds` in an environment.

    Args:
        size: Pages of a world, or a name of a size.
        ahead: How many of the next worlds are made ahead; 0 for none.
        workers: Processes that make them.
        disk_budget: Bytes that they may take.
        most_open: How many a process keeps open.

    Raises:
        ValueError: When an argument is out of range.
    """

    def __init__(
        self,
        size: int | str = 80,
        *,
        ahead: int = 3,
        workers: int = 2,
        disk_budget: int = 2 << 30,
        most_open: int = 32,
    ) -> None:
        check_atlas(size, 0)
        if ahead < 0 or most_open < 1:
            raise ValueError(
                f"ahead must be at least 0 and most_open 1, got {ahead} and {most_open}"
            )
        self.ahead = ahead
        self._settings = (size, ahead, workers, disk_budget, most_open)
        self._most_open = most_open
        self.maker = _shared_maker(size, cache_dir(), workers, disk_budget)
        self._numbers: dict[str, int] = {}
        self._open: dict[int, World] = {}
        self._lock = threading.RLock()

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, self._settings

    def __len__(self) -> int:
        """As good as endless."""
        return 2**48

    def describe_settings(self) -> dict[str, Any]:
        """What a run's record says of them."""
        return {"size": self.maker.size}

    @property
    def fingerprint(self) -> str:
        """What a run is filed under: all worlds of this size together."""
        return hashlib.sha256(f"atlas-endless\0{self.maker.size}".encode()).hexdigest()

    def at(self, number: int) -> World:
        """The world of a number; waits for it when it was not made ahead.

        Raises:
            WorldError: When it cannot be built.
        """
        world = self.maker.get(endless_seed(number))
        with self._lock:
            self._open.pop(number, None)
            self._open[number] = world
            self._numbers[world.fingerprint] = number
            while len(self._open) > self._most_open:
                del self._open[next(iter(self._open))]
        return world

    def of(self, fingerprint: str) -> World:
        """The world of a task that was drawn from these worlds in this process.

        Raises:
            UnknownWorldError: When it is none of those that were played in.
            WorldError: When it cannot be built again.
        """
        number = self._numbers.get(fingerprint)
        if number is None:
            raise UnknownWorldError(
                f"made from the world {fingerprint[:12]}, which is none of the endless ones that "
                "this process has played in; use SearchVL/World-v0 with the world of the task"
            )
        return self.at(number)

    def names_of(self, fingerprints: Iterable[str]) -> dict[str, str]:
        """What worlds are called, of those that were played in."""
        return {
            each: f"endless {self.maker.size} number {self._numbers[each]}"
            for each in fingerprints
            if each in self._numbers
        }

    def prepare(self, numbers: Iterable[int]) -> None:
        """Have the worlds of these numbers made in the background."""
        self.maker.prepare(endless_seed(number) for number in numbers)


@lru_cache(maxsize=8)
def _shared_maker(size: int | str, folder: Path, workers: int, disk_budget: int) -> WorldMaker:
    """One maker a process: environments that play side by side do not build against each other."""
    return WorldMaker(size, folder, workers=workers, disk_budget=disk_budget)


def _again(
    size: int | str, ahead: int, workers: int, disk_budget: int, most_open: int
) -> EndlessWorlds:
    return EndlessWorlds(
        size, ahead=ahead, workers=workers, disk_budget=disk_budget, most_open=most_open
    )
