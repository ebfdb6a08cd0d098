"""Several worlds of which a few are open: by fingerprint, opened when first needed."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from typing import Any

from searchvl_gym.world.catalog import default_world
from searchvl_gym.world.format import WorldError
from searchvl_gym.world.many.endless import EndlessWorlds
from searchvl_gym.world.many.origins import Origin, UnknownWorldError, WorldLike, origins_of
from searchvl_gym.world.world import World

MOST_OPEN = 128
"""How many worlds a process keeps open for later use; an open mini world takes about 2 MiB."""

_SHOWN = 4
"""How many worlds an error names."""


class Worlds:
    """Worlds that a process plays in. Thread-safe; pickles as what it was made from.

    A world is opened, and built where it comes from a seed, when it is first asked for. Beyond
    `most_open` the one that was not used for longest is closed; whoever still plays in it keeps
    it.

    Args:
        given: Worlds, directories and ranges; see `origins_of`.
        most_open: How many are kept open.

    Raises:
        ValueError: When there is none, a range is malformed, or `most_open` is below 1.
        WorldError: When there is no world in a directory.
    """

    def __init__(self, given: Sequence[WorldLike], *, most_open: int = MOST_OPEN) -> None:
        if most_open < 1:
            raise ValueError(f"most_open must be at least 1, got {most_open}")
        self._given, self._most_open = tuple(given), most_open
        self._origins: list[Origin] = [each for one in given for each in origins_of(one)]
        if not self._origins:
            raise ValueError("there is no world; give at least one")
        self._open: OrderedDict[int, World] = OrderedDict()
        self._places: dict[str, int] = {}
        self._lock = threading.RLock()

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, (self._given, self._most_open)

    def describe_settings(self) -> list[str]:
        """What a run's record says of them."""
        return list(self.names)

    def __len__(self) -> int:
        """How many there are, open or not."""
        return len(self._origins)

    def __repr__(self) -> str:
        return f"<Worlds: {len(self)}, {self.opened} open>"

    @property
    def opened(self) -> int:
        """How many are kept open."""
        return len(self._open)

    @property
    def names(self) -> tuple[str, ...]:
        """What they are called, in their order."""
        return tuple(origin.name for origin in self._origins)

    def at(self, place: int) -> World:
        """The world at a place in their order.

        Raises:
            IndexError: When there is no such place.
            WorldError: When it cannot be opened or built.
        """
        if not 0 <= place < len(self):
            raise IndexError(f"there is no world {place}; they run from 0 to {len(self) - 1}")
        with self._lock:
            # Each time: one that was deleted, or built anew, is not the one that was open.
            world = self._origins[place].open()
            self._open[place] = world
            self._open.move_to_end(place)
            self._places[world.fingerprint] = place
            while len(self._open) > self._most_open:
                self._open.popitem(last=False)
            return world

    def of(self, fingerprint: str) -> World:
        """The world of a fingerprint, or the only one where tasks of that world can be played.

        Raises:
            UnknownWorldError: When it is none of them; says which there are.
            WorldError: When it cannot be opened.
        """
        if len(self) == 1:
            world = self.at(0)
            if not world.made(fingerprint):
                raise UnknownWorldError(self._unknown(fingerprint))
            return world
        with self._lock:
            place = self.place_of(fingerprint)
            world = self.at(place)
            if world.fingerprint == fingerprint:
                return world
            del self._places[fingerprint]  # it was built anew by other code
            raise UnknownWorldError(self._unknown(fingerprint))

    def place_of(self, fingerprint: str) -> int:
        """The place of a world; nothing is opened or built for it.

        Raises:
            UnknownWorldError: When it is none of those that are built.
        """
        with self._lock:
            if fingerprint not in self._places:
                self._look_for_all()
            if fingerprint not in self._places:
                raise UnknownWorldError(self._unknown(fingerprint))
            return self._places[fingerprint]

    def names_of(self, fingerprints: Iterable[str]) -> dict[str, str]:
        """Names by fingerprint, of those that are built."""
        wanted = [each for each in fingerprints if each]
        with self._lock:
            if any(each not in self._places for each in wanted):
                self._look_for_all()
            return {
                each: self._origins[self._places[each]].name
                for each in wanted
                if each in self._places
            }

    def _look_for_all(self) -> None:
        known = set(self._places.values())
        for place, origin in enumerate(self._origins):
            if place in known:
                continue
            try:
                found = origin.fingerprint()
            except WorldError:
                continue  # told when it is asked for by its place
            if found is not None:
                self._places.setdefault(found, place)

    def _unknown(self, fingerprint: str) -> str:
        if len(self) == 1:
            world = self.at(0)
            return (
                f"made from the world {fingerprint[:12]}, this environment plays in "
                f"{world.fingerprint[:12]} ({self.names[0]}); {world.remedy}"
            )
        unbuilt = sorted(set(range(len(self))) - set(self._places.values()))
        shown = ", ".join(self.names[:_SHOWN]) + (", …" if len(self) > _SHOWN else "")
        message = (
            f"made from the world {fingerprint[:12]}, which is none of the {len(self)} given "
            f"({shown})"
        )
        remedies = [self._origins[place].remedy for place in unbuilt if self._origins[place].remedy]
        if remedies:
            return f"{message}; {len(remedies)} of them are not built yet (`{remedies[0]}` …)"
        return f"{message}; add its directory or its seed, or make the tasks again"


AnyWorlds = Worlds | EndlessWorlds
"""What an environment plays in."""


def gather_worlds(
    given: WorldLike | Sequence[WorldLike] | AnyWorlds | None, *, most_open: int = MOST_OPEN
) -> AnyWorlds:
    """Worlds from what a caller gave; None is Atlas mini, built on first use.

    Args:
        given: One of what `origins_of` takes, several of it, or gathered worlds.
        most_open: How many are kept open.

    Raises:
        ValueError: When there is none, or a range is malformed.
        WorldError: When there is no world in a directory.
    """
    if isinstance(given, AnyWorlds):
        return given
    if given is None:
        return Worlds([default_world()], most_open=most_open)
    several = [given] if isinstance(given, WorldLike) else list(given)
    return Worlds(several, most_open=most_open)


def together(fingerprints: Iterable[str]) -> str:
    """What several worlds are filed under: the fingerprint of one, or a digest of all.

    >>> together(["ab"]), len(together(["cd", "ab"])), together(["a", "b"]) == together("ba")
    ('ab', 64, True)
    """
    distinct = sorted(set(fingerprints))
    if len(distinct) == 1:
        return distinct[0]
    return hashlib.sha256("\n".join(distinct).encode()).hexdigest()


def _again(given: tuple[WorldLike, ...], most_open: int) -> Worlds:
    return Worlds(given, most_open=most_open)
