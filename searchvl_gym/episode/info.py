"""What `info` holds: the same keys with the same types at every reset and step."""

from __future__ import annotations

from typing import TypedDict

from searchvl_gym.episode.state import Episode
from searchvl_gym.types import Step


class Info(TypedDict):
    """The `info` of the environment.

    No value is None, so the vector environments can stack them: -1 and the empty string stand
    for "there is none".

    Attributes:
        task_id: Id of the task.
        seed: Seed of the episode; `reset(seed=…)` with it plays the same episode again.
        steps: Steps so far.
        step_error: Whether this step was an error.
        error_kind: An `ErrorKind`, or empty.
        infrastructure: Whether the error was the infrastructure's rather than the agent's.
        consecutive_errors: Step errors since the last good step, this one included.
        is_fatal: Whether the episode has become fatal.
        fatal_step: 0-based fatal step, or -1.
        termination: A `Termination` once the episode has ended, or empty.
        new_image: Name of the picture that this step added, or empty.
        evidence: Ids of the world's pages that this step's observation showed.
        scored: Whether the episode has ended and its reward could be computed.
        unscored_reason: Why an ended episode could not be scored, or empty.
        reward_parts: The reward's parts by name once scored.
    """

    task_id: str
    seed: int
    steps: int
    step_error: bool
    error_kind: str
    infrastructure: bool
    consecutive_errors: int
    is_fatal: bool
    fatal_step: int
    termination: str
    new_image: str
    evidence: tuple[int, ...]
    scored: bool
    unscored_reason: str
    reward_parts: dict[str, float]


def make_info(
    episode: Episode,
    step: Step | None,
    *,
    scored: bool = False,
    unscored_reason: str = "",
    reward_parts: dict[str, float] | None = None,
) -> Info:
    """The info after a step, or after a reset where `step` is None."""
    error = None if step is None else step.error
    return Info(
        task_id=episode.task.id,
        seed=episode.seed,
        steps=len(episode.steps),
        step_error=error is not None,
        error_kind="" if error is None else error.kind,
        infrastructure=error is not None and error.infrastructure,
        consecutive_errors=episode.consecutive_errors,
        is_fatal=episode.fatal_step is not None,
        fatal_step=-1 if episode.fatal_step is None else episode.fatal_step,
        termination="" if episode.termination is None else episode.termination,
        new_image="" if step is None or step.image is None else step.image,
        evidence=() if step is None else step.evidence,
        scored=scored,
        unscored_reason=unscored_reason,
        reward_parts=dict(reward_parts or {}),
    )
