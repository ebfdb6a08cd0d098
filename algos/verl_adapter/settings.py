"""The section `searchvl` of a configuration: where rollouts are played, and what counts as fatal.

The worlds and one suite of tools are opened once a process, whatever the number of rollouts.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any, Literal

import msgspec

from algos.rollouts.fatal_variants import FatalSource, Variant
from searchvl_gym.context import make_context
from searchvl_gym.context.tools import with_tools
from searchvl_gym.env import SearchEnv
from searchvl_gym.tools import Faults
from searchvl_gym.tools.catalog import make_suite
from searchvl_gym.types import Task
from searchvl_gym.world.catalog import SIZES, default_world
from searchvl_gym.world.many import gather_worlds


@dataclass(frozen=True)
class PlaySettings:
    """How rollouts are played within verl.

    Attributes:
        world: Path of a world, or of a folder of worlds, that every node can read, a size of Atlas,
            or a range such as `atlas:size=mini,seeds=0-63`.
        tools: Name of a set of tools, as for `SearchEnv`.
        crop_coordinates: As for `SearchEnv`.
        wire_format: What the model speaks.
        variant: Which tokens of a fatal rollout count, and what becomes of its advantage; see
            `algos.rollouts.fatal_variants`.
        fatal_source: Whose cascades are fatal: `any`, `model` or `infrastructure`.
        max_steps: Most steps of an episode.
        turn_tokens: Most tokens of one turn.
        view_pixels: Most pixels of a picture as the model sees it; None for all of them.
        fault_rate: Share of the calls that fail in training, 0 to 1; tasks of other splits than
            `train` are played without faults.
        fault_burst: Mean length of an outage, in calls.
        context: What the model is shown of a long episode, see `searchvl_gym.context`; its tools
            are added to the set.
        seed: Of faults. Sampling follows the seed of verl's engine.
    """

    world: str = "mini"
    tools: str = "release"
    crop_coordinates: Literal["pixels", "thousandths"] = "pixels"
    wire_format: str = "opensearch_vl"
    variant: Variant = "fatal_aware"
    fatal_source: FatalSource = "any"
    max_steps: int = 50
    turn_tokens: int = 4096
    view_pixels: int | None = 262_144
    fault_rate: float = 0.0
    fault_burst: float = 1.0
    context: str = "whole"
    seed: int = 0


def read_settings(section: Mapping[str, Any] | None) -> PlaySettings:
    """The section of a configuration as settings.

    Raises:
        ValueError: When a name is unknown or a value is of the wrong type; one line says which.
    """
    given = dict(section or {})
    known = [field.name for field in fields(PlaySettings)]
    if unknown := sorted(given.keys() - set(known)):
        raise ValueError(f"searchvl has no setting {', '.join(unknown)}; it has {', '.join(known)}")
    try:
        settings = msgspec.convert(given, PlaySettings)
        make_context(settings.context)
    except ValueError as error:
        raise ValueError(f"searchvl: {error}") from None
    return settings


def check_context(settings: PlaySettings, config: Any) -> None:
    """Refuse what would count the token sequences of one episode as several episodes.

    Args:
        settings: With a context; `whole` makes one sequence and goes with everything.
        config: verl's whole configuration.

    Raises:
        ValueError: Which setting it is, and what works.
    """
    if settings.context == "whole":
        return
    for place, value, known in (
        ("algorithm.adv_estimator", config.algorithm.adv_estimator, ("grpo",)),
        (
            "actor_rollout_ref.actor.loss_agg_mode",
            config.actor_rollout_ref.actor.loss_agg_mode,
            ("token-mean", "seq-mean-token-sum"),
        ),
    ):
        if str(value) not in known:
            raise ValueError(
                f"searchvl.context={settings.context} makes several token sequences of an episode, "
                f"which {place}={value} would count as episodes; take {' or '.join(known)}, or the "
                "context whole"
            )


class Workplace:
    """What all rollouts of a process share: worlds, tools, and threads in which they run.

    Args:
        settings: Where and how to play.

    Raises:
        WorldError: When the world cannot be opened.
        ValueError: When a setting is out of range.
    """

    def __init__(self, settings: PlaySettings) -> None:
        self.settings = settings
        self._faults = (
            Faults(settings.fault_rate, burst=settings.fault_burst, seed=settings.seed)
            if settings.fault_rate
            else None
        )
        plain = settings.world in SIZES
        self.worlds = gather_worlds(default_world(settings.world) if plain else settings.world)
        tools = with_tools(make_context(settings.context), settings.tools)
        self.suite = make_suite(tools, settings.crop_coordinates)
        # The tools' back ends release the interpreter lock.
        self.threads = ThreadPoolExecutor(
            2 * (os.cpu_count() or 1), thread_name_prefix="searchvl-verl"
        )

    def environment(self, task: Task) -> SearchEnv:
        """A new environment for one rollout of a task; opens nothing."""
        settings = self.settings
        return SearchEnv(
            self.worlds,
            [task],
            tools=self.suite,
            max_steps=settings.max_steps,
            faults=self._faults if task.split == "train" else None,
            view_pixels=settings.view_pixels,
        )


@lru_cache(maxsize=4)
def workplace(settings: PlaySettings) -> Workplace:
    """The workplace of a process; the same one for the same settings."""
    return Workplace(settings)
