"""Trajectories to score."""

from __future__ import annotations

from typing import Any

from searchvl_gym.fatal import find_fatal_step
from searchvl_gym.types import (
    ErrorKind,
    Hop,
    Step,
    Task,
    TaskImage,
    Termination,
    ToolCall,
    ToolError,
    Trajectory,
)

TASK = Task(
    "t",
    "When did the bridge that this person designed open?",
    "1982",
    images=(TaskImage(world_image=0),),
    answer_kind="date",
    hops=(Hop(10, "designed", "Old Bridge", 20), Hop(20, "opened", "1982")),
)
FAILURE = ToolError(ErrorKind.TIMEOUT, "Too slow.")


def did(
    name: str, *evidence: int, failed: bool = False, kept: bool = True, **arguments: Any
) -> Step:
    """A step, still without its number."""
    return Step(
        0,
        ToolCall(name, arguments),
        "what came back",
        error=FAILURE if failed else None,
        evidence=evidence,
        well_formed=kept,
    )


def played(*steps: Step, task: Task = TASK, answer: str | None = None) -> Trajectory:
    """An episode of these steps, and of an answer when one is given."""
    done = list(steps)
    if answer is not None:
        done.append(Step(0, ToolCall("answer", {"text": answer}), ""))
    numbered = tuple(
        Step(
            number, step.call, step.observation, None, step.error, None, step.evidence,
            step.well_formed,
        )
        for number, step in enumerate(done)
    )  # fmt: skip
    termination = Termination.ANSWER if answer is not None else Termination.MAX_STEPS
    fatal = find_fatal_step([step.error is not None for step in numbered], termination)
    return Trajectory(task, 0, numbered, termination, fatal, answer)
