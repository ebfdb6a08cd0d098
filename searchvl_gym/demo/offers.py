"""What can be played and asked on the page: suites with their tasks, and worlds to search."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from searchvl_gym.demo.errors import DemoError, NotThere
from searchvl_gym.env import SearchEnv
from searchvl_gym.leaderboard.naming import Named, parse_named
from searchvl_gym.leaderboard.suites import find_suite
from searchvl_gym.registration import make_live_env
from searchvl_gym.tasks import TaskSet
from searchvl_gym.types import Task
from searchvl_gym.world import World
from searchvl_gym.world.by_name import find_world
from searchvl_gym.world.many import Worlds

LIVE = "live"
"""Name of the live web among the worlds; `live:replay=FILE` answers from a cassette."""

MAX_STEPS = 50
"""Most turns of an episode, as in the release."""


@dataclass(frozen=True)
class LoadedSuite:
    """A suite that can be played.

    Attributes:
        environment: Gymnasium id.
        world: Where it plays; several where each task has its own.
        tasks: Its tasks in their order.
        settings: Of the environment.
    """

    environment: str
    world: World | Worlds
    tasks: TaskSet
    settings: Mapping[str, Any]


class Offers:
    """Suites and worlds by the names that they have on the command line.

    They are opened, and built where need be, when they are first asked for.

    Args:
        suites: As for the leaderboard, e.g. `atlas-mini`, `atlas-perception:size=mini`.
        worlds: Directories of worlds, names of built-in ones, or `live`.

    Raises:
        ValueError: When a suite is unknown or a name cannot be read.
    """

    def __init__(self, suites: Sequence[str], worlds: Sequence[str]) -> None:
        self._suites: dict[str, Named] = {each.text: each for each in map(parse_named, suites)}
        for named in self._suites.values():
            find_suite(named.name)
        self._worlds: dict[str, Named] = {
            name: parse_named(name) if name.partition(":")[0] == LIVE else Named(name)
            for name in worlds
        }
        self._loaded: dict[str, LoadedSuite] = {}
        self._locks: dict[str, threading.Lock] = {name: threading.Lock() for name in self._suites}

    @property
    def suites(self) -> tuple[str, ...]:
        """Names of the suites."""
        return tuple(self._suites)

    @property
    def worlds(self) -> tuple[str, ...]:
        """Names of the worlds."""
        return tuple(self._worlds)

    def is_ready(self, suite: str) -> bool:
        """Whether a suite is open already."""
        return suite in self._loaded

    def suite(self, name: str) -> LoadedSuite:
        """A suite, opened; the first time may take as long as building its world does.

        Raises:
            NotThere: When the page does not offer it.
            DemoError: When it cannot be opened.
        """
        if name not in self._suites:
            raise NotThere(f"there is no suite {name!r} here; there are {', '.join(self.suites)}")
        with self._locks[name]:
            if name not in self._loaded:
                named = self._suites[name]
                suite = find_suite(named.name)
                try:
                    world, tasks = suite.load(named.arguments, episodes=None)
                    settings = suite.settings_for(named.arguments)
                except Exception as error:
                    raise DemoError(f"{name} cannot be opened: {error}", 503) from error
                self._loaded[name] = LoadedSuite(suite.environment, world, tasks, settings)
            return self._loaded[name]

    def env_for_task(self, suite: str, number: int) -> tuple[SearchEnv, Task]:
        """An environment for a suite's task, and the task.

        Raises:
            NotThere: When there is no such suite or task.
            DemoError: When the suite cannot be opened.
        """
        loaded = self.suite(suite)
        if not 0 <= number < len(loaded.tasks):
            raise NotThere(f"{suite} has tasks 0 to {len(loaded.tasks) - 1}, not {number}")
        task = loaded.tasks[number]
        return SearchEnv(loaded.world, [task], max_steps=MAX_STEPS, **loaded.settings), task

    def env_for_question(self, world: str, task: Task) -> SearchEnv:
        """An environment for a question of one's own.

        Raises:
            NotThere: When the page does not offer the world.
            DemoError: When it cannot be opened.
        """
        if world not in self._worlds:
            raise NotThere(f"there is no world {world!r} here; there are {', '.join(self.worlds)}")
        named = self._worlds[world]
        try:
            if named.name == LIVE:
                made = make_live_env(tasks=[task], max_steps=MAX_STEPS, **named.arguments)
                assert isinstance(made, SearchEnv)  # no wire format was asked for
                return made
            return SearchEnv(find_world(named.name), [task], max_steps=MAX_STEPS)
        except Exception as error:
            raise DemoError(f"{world} cannot be opened: {error}", 503) from error
