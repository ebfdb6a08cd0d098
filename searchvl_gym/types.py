"""The nouns that every floor of the project shares.

All of them are frozen: a `Step` that was recorded never changes, so trajectories can be
hashed, replayed and compared. Pixels are `(height, width, 3)` uint8 RGB arrays everywhere.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import numpy as np
import numpy.typing as npt

Image = npt.NDArray[np.uint8]
"""An RGB picture: uint8, shape `(height, width, 3)`."""


def image_digest(pixels: Image) -> str:
    """SHA-256 of a picture's height, width and pixels (row by row), as 64 hexadecimal digits."""
    digest = hashlib.sha256(f"{pixels.shape[0]} {pixels.shape[1]} ".encode())
    digest.update(np.ascontiguousarray(pixels).data)
    return digest.hexdigest()


ANSWER = "answer"
"""Name of the action that ends an episode; its one argument is `text`."""


class ErrorKind(StrEnum):
    """What kind of step error occurred.

    >>> ErrorKind("timeout").infrastructure
    True
    """

    PARSE = "parse"
    UNKNOWN_TOOL = "unknown_tool"
    BAD_ARGUMENTS = "bad_arguments"
    TIMEOUT = "timeout"
    TOOL_FAILURE = "tool_failure"
    UNAVAILABLE = "unavailable"

    @property
    def infrastructure(self) -> bool:
        """Whether errors of this kind are, as a rule, not the model's doing."""
        return self in (ErrorKind.TIMEOUT, ErrorKind.UNAVAILABLE)


class ToolError(Exception):
    """A failed tool call, as the model will see it.

    Tools raise it; the environment catches it and turns it into an observation. Any other
    exception that leaves a tool is a bug of ours and is not caught.

    Args:
        kind: The kind of failure.
        message: One sentence that says what was wrong and what to do instead.
        infrastructure: Whether the failure is the infrastructure's rather than the model's;
            None takes the kind's default.
    """

    def __init__(
        self, kind: ErrorKind, message: str, *, infrastructure: bool | None = None
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.infrastructure = kind.infrastructure if infrastructure is None else infrastructure

    def __eq__(self, other: object) -> bool:
        """Errors are values: equal when kind, message and origin are equal."""
        if not isinstance(other, ToolError):
            return NotImplemented
        return (self.kind, self.message, self.infrastructure) == (
            other.kind,
            other.message,
            other.infrastructure,
        )

    def __hash__(self) -> int:
        """Consistent with equality."""
        return hash((self.kind, self.message, self.infrastructure))

    def __reduce__(self) -> tuple[Any, ...]:
        """Survive the trip through a process pool."""
        return _rebuild_tool_error, (self.kind, self.message, self.infrastructure)


def _rebuild_tool_error(kind: ErrorKind, message: str, infrastructure: bool) -> ToolError:
    return ToolError(kind, message, infrastructure=infrastructure)


@dataclass(frozen=True)
class ToolCall:
    """One action of the agent: a tool, or the final answer.

    Attributes:
        name: A tool's name, or `ANSWER`.
        arguments: What the model passed, not yet validated.
        thought: The reasoning that came with the call; empty when there was none.
    """

    name: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    thought: str = ""


@dataclass(frozen=True)
class ToolResult:
    """What a tool gives back.

    Attributes:
        text: The observation's text; visual tools say which `img_n` they made.
        image: The picture that the tool made, or None.
        evidence: Ids of the world's pages that the text shows, in order of appearance.
    """

    text: str
    image: Image | None = None
    evidence: tuple[int, ...] = ()


class Termination(StrEnum):
    """Why an episode ended. The values of the release are kept where it has one."""

    ANSWER = "answer"
    FATAL = "consecutive_step_errors"
    MAX_STEPS = "max_rounds_reached"
    BUDGET = "token_limit_no_answer"
    TIMEOUT = "timeout"


@dataclass(frozen=True)
class Degradation:
    """How a picture was spoiled before the agent got it.

    Attributes:
        kind: `blur`, `downsample`, `perspective`, `noise` or `low_light`.
        strength: Kind-specific: blur is sigma in pixels, downsample the divisor, perspective
            the largest corner shift as a share of the side, noise the standard deviation in
            grey levels, low_light the factor left of the brightness.
        seed: Seed of the random part.
    """

    kind: str
    strength: float
    seed: int = 0


@dataclass(frozen=True)
class TaskImage:
    """A picture of a task: one of the world's, a file, or one that is drawn for the task.

    Attributes:
        world_image: Id of a world image, or None.
        path: Path of an image file, or None.
        drawn: What to draw, as `searchvl_gym.world.pictures.recipe_to_json` writes it, or None.
        degradation: What to do to the picture before the agent sees it.
    """

    world_image: int | None = None
    path: str | None = None
    degradation: Degradation | None = None
    drawn: str | None = None


@dataclass(frozen=True)
class Hop:
    """One edge of a task's gold path: page `subject` states `value` for `relation`.

    Attributes:
        subject: Id of the page on which the fact stands.
        relation: Name of the relation or attribute, as in the world's schema.
        value: The surface form that the page states.
        target: Id of the page that the value names, or None for a plain attribute.
    """

    subject: int
    relation: str
    value: str
    target: int | None = None


@dataclass(frozen=True)
class Task:
    """A question about a picture, with its verifiable answer.

    Attributes:
        id: Stable and unique within its task set.
        question: The text that the agent gets.
        answer: The canonical answer.
        images: The pictures that the agent gets, `img_1` first.
        aliases: Other strings that are right as well.
        answer_kind: `entity`, `number`, `date`, `quantity` or `text`; picks the verifier.
        hops: The gold path, anchor first; empty when unknown.
        split: `train`, `validation` or `test`.
        world: Fingerprint of the world that it was made from, or empty.
        repair: Tools that undo the pictures' degradation, in order.
        needs: Tools without which it cannot be solved, as was proved by trying; empty when that
            is not known.
        metadata: Anything JSON that a source wants to keep (benchmark, level, …).
    """

    id: str
    question: str
    answer: str
    images: tuple[TaskImage, ...] = ()
    aliases: tuple[str, ...] = ()
    answer_kind: str = "text"
    hops: tuple[Hop, ...] = ()
    split: str = "test"
    world: str = ""
    repair: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    metadata: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Step:
    """One turn: what the agent did and what came back.

    Attributes:
        index: 0-based position in the trajectory.
        call: The action, or None when the model's text held none.
        observation: The text that the agent got back (empty after an answer).
        text: The model's own text when it acted through text, else None.
        error: The step error, or None.
        image: Name of the picture that the step added (`img_2`), or None.
        evidence: Ids of the pages that the observation showed.
        well_formed: Whether the turn kept the wire format; structured actions do.
    """

    index: int
    call: ToolCall | None
    observation: str
    text: str | None = None
    error: ToolError | None = None
    image: str | None = None
    evidence: tuple[int, ...] = ()
    well_formed: bool = True


@dataclass(frozen=True)
class Trajectory:
    """A finished episode.

    Attributes:
        task: What was asked.
        seed: Seed of the episode.
        steps: The turns in order.
        termination: Why it ended.
        fatal_step: 0-based index of the fatal step, or None.
        answer: The final answer, or None when none was given.
        images: SHA-256 of every picture's pixels, `img_1` first.
        reward: The episode's return, or None when it could not be scored.
        reward_parts: The composite's parts by name.
        policy: Name of the policy that played.
    """

    task: Task
    seed: int
    steps: tuple[Step, ...]
    termination: Termination
    fatal_step: int | None = None
    answer: str | None = None
    images: tuple[str, ...] = ()
    reward: float | None = None
    reward_parts: Mapping[str, float] = field(default_factory=dict)
    policy: str = ""
