"""The figures of a run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from searchvl_gym.types import Trajectory

_NOT_IN_JSON = ("unscored", "reasons")
_MAX_REASON = 300
"""Most characters of a reason that are shown."""


@dataclass(frozen=True)
class Summary:
    """What a run came to.

    Attributes:
        episodes: Number of episodes.
        success_rate: Share of the scored episodes whose answer is right; None when none is scored.
        mean_steps: Mean number of turns, the answer included.
        fatal_rate: Share of fatal episodes.
        error_rate: Share of all turns that were step errors.
        seconds: Wall-clock time of this run; episodes that were already stored cost none.
        world: See `RunRecord`.
        fingerprint: SHA-256 over all trajectories in order of episode.
        unscored: Episodes whose reward could not be told (a judge failed).
        reasons: Why, with the number of episodes; the most frequent first.
    """

    episodes: int
    success_rate: float | None
    mean_steps: float
    fatal_rate: float
    error_rate: float
    seconds: float
    world: str
    fingerprint: str
    unscored: int = 0
    reasons: Mapping[str, int] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """The keys that `searchvl rollout --json` promises."""
        return {key: value for key, value in asdict(self).items() if key not in _NOT_IN_JSON}


def describe_unscored(summary: Summary) -> str:
    """One line on the episodes without a reward: how many, why, what to do; "" without any.

    >>> describe_unscored(Summary(9, 0.5, 1.0, 0.0, 0.0, 1.0, "w", "f", 2, {"accuracy: no": 2}))
    '2 of 9 episodes are unscored and count in no rate of right answers (accuracy: no); \
run the same command again to play them again'
    """
    if not summary.unscored:
        return ""
    reason, *others = summary.reasons or ("no reason was given",)
    why = " ".join(reason.split())
    why = why if len(why) <= _MAX_REASON else why[: _MAX_REASON - 1] + "…"
    more = f"; and {len(others)} other reason{'s' if len(others) > 1 else ''}" if others else ""
    return (
        f"{summary.unscored} of {summary.episodes} episodes are unscored and count in no rate of "
        f"right answers ({why}{more}); run the same command again to play them again"
    )


def is_right(trajectory: Trajectory) -> bool:
    """Whether the verifier accepted the answer."""
    return trajectory.reward_parts.get("accuracy", 0.0) >= 1.0


def summarise(
    trajectories: Iterable[Trajectory],
    *,
    seconds: float,
    world: str,
    fingerprint: str,
    reasons: Iterable[str] = (),
) -> Summary:
    """Add up trajectories; they are read one at a time.

    Args:
        trajectories: The run.
        seconds: See `Summary`.
        world: See `Summary`.
        fingerprint: See `Summary`.
        reasons: Why episodes are unscored, one an episode.
    """
    episodes = right = steps = errors = fatal = unscored = 0
    for trajectory in trajectories:
        episodes += 1
        unscored += trajectory.reward is None
        right += trajectory.reward is not None and is_right(trajectory)
        fatal += trajectory.fatal_step is not None
        steps += len(trajectory.steps)
        errors += sum(step.error is not None for step in trajectory.steps)
    scored = episodes - unscored
    return Summary(
        episodes=episodes,
        success_rate=right / scored if scored else None,
        mean_steps=steps / max(1, episodes),
        fatal_rate=fatal / max(1, episodes),
        error_rate=errors / max(1, steps),
        seconds=round(seconds, 3),
        world=world,
        fingerprint=fingerprint,
        unscored=unscored,
        reasons=dict(Counter(reasons).most_common()),
    )
