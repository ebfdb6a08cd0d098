"""The figures of a run."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from searchvl_gym.types import Trajectory

_NOT_IN_JSON = ("unscored",)


@dataclass(frozen=True)
class Summary:
    """What a run came to.

    Attributes:
        episodes: Number of episodes.
        success_rate: Share of the scored episodes whose answer is right; 0 when none is scored.
        mean_steps: Mean number of turns, the answer included.
        fatal_rate: Share of fatal episodes.
        error_rate: Share of all turns that were step errors.
        seconds: Wall-clock time of this run; episodes that were already stored cost none.
        world: Fingerprint of the world.
        fingerprint: SHA-256 over all trajectories in order of episode.
        unscored: Episodes whose reward could not be told (a judge failed).
    """

    episodes: int
    success_rate: float
    mean_steps: float
    fatal_rate: float
    error_rate: float
    seconds: float
    world: str
    fingerprint: str
    unscored: int = 0

    def to_json(self) -> dict[str, Any]:
        """The keys that `searchvl rollout --json` promises."""
        return {key: value for key, value in asdict(self).items() if key not in _NOT_IN_JSON}


def is_right(trajectory: Trajectory) -> bool:
    """Whether the verifier accepted the answer."""
    return trajectory.reward_parts.get("accuracy", 0.0) >= 1.0


def summarise(
    trajectories: Iterable[Trajectory], *, seconds: float, world: str, fingerprint: str
) -> Summary:
    """Add up trajectories; they are read one at a time."""
    episodes = right = steps = errors = fatal = unscored = 0
    for trajectory in trajectories:
        episodes += 1
        unscored += trajectory.reward is None
        right += trajectory.reward is not None and is_right(trajectory)
        fatal += trajectory.fatal_step is not None
        steps += len(trajectory.steps)
        errors += sum(step.error is not None for step in trajectory.steps)
    return Summary(
        episodes=episodes,
        success_rate=right / max(1, episodes - unscored),
        mean_steps=steps / max(1, episodes),
        fatal_rate=fatal / max(1, episodes),
        error_rate=errors / max(1, steps),
        seconds=round(seconds, 3),
        world=world,
        fingerprint=fingerprint,
        unscored=unscored,
    )
