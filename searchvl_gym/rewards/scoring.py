"""What a part of the reward is, and what the whole reward looks like."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from searchvl_gym.types import Step, Task, Trajectory

if TYPE_CHECKING:
    from searchvl_gym.world import World


class ScoringError(Exception):
    """A part of the reward cannot be told; the message says why. The episode is unscored."""


class Scorer(Protocol):
    """One part of the reward.

    A scorer with settings that is no dataclass should have a method `describe_settings() ->
    Mapping[str, Any]` that returns them: a rollout records them, and resumes with no others.
    """

    def score(self, trajectory: Trajectory, world: World | None) -> float:
        """A number from 0 to 1.

        Raises:
            ScoringError: When it cannot be told, e.g. because a judge does not answer.
        """


@dataclass(frozen=True)
class RewardBreakdown:
    """The return of an episode.

    Attributes:
        value: The return, 0 to 1, or None when it could not be told.
        parts: Its parts by name, those that could be told: `format`, `accuracy`, `query`.
        scored: Whether there is a value.
        reason: Why there is none, or "".
    """

    value: float | None
    parts: Mapping[str, float] = field(default_factory=dict)
    scored: bool = True
    reason: str = ""


def kept_steps(trajectory: Trajectory) -> tuple[Step, ...]:
    """The steps before the fatal one; all of them when there is none (PAPER section 3)."""
    if trajectory.fatal_step is None:
        return trajectory.steps
    return trajectory.steps[: trajectory.fatal_step]


def kept_answer(trajectory: Trajectory) -> str | None:
    """The final answer, unless there is none or a fatal step came before it."""
    answered = trajectory.answer is not None and len(kept_steps(trajectory)) == len(
        trajectory.steps
    )
    return trajectory.answer if answered else None


def require_answer(task: Task) -> None:
    """Make sure that a task can be scored.

    Raises:
        ScoringError: When it has no right answer to compare with (a user's own question).
    """
    if not task.answer.strip():
        raise ScoringError(f"task {task.id!r} has no right answer to compare with")
