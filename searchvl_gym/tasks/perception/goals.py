"""The plan of a perception task: what has to be found out, in order, and through which tools.

A goal says what is to be learnt, never how it is worded for the agent. A player is told the plan
and still has to *see* every name and value in what a tool gives back (`player.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from searchvl_gym.types import Task

Box = tuple[int, int, int, int]
"""Left, top, width and height in pixels of the full picture."""


class Repair(msgspec.Struct, frozen=True):
    """A tool that makes a picture readable again, and its arguments beside the picture."""

    tool: str
    arguments: dict[str, Any] = {}


class Identify(msgspec.Struct, frozen=True, tag="identify"):
    """Find out which page a picture, or a part of it, belongs to.

    Attributes:
        picture: Number of the task's picture, from 1.
        title: Title of the page.
        name: What is written there, or "" where the subject must be recognised.
        region: The part to look at, or None for the whole.
        repairs: What makes it legible, in order, after cutting it out.
        features: What the question says of the looks of the subject, as its page says it.
    """

    picture: int
    title: str
    name: str = ""
    region: Box | None = None
    repairs: tuple[Repair, ...] = ()
    features: tuple[str, ...] = ()


class ReadValue(msgspec.Struct, frozen=True, tag="read_value"):
    """Read a value, or a name, out of the structure of a given picture.

    Attributes:
        picture: Number of the task's picture, from 1.
        value: What stands there.
        title: Title of the page that it names, or "" when it names none.
        region: The part to look at, or None for the whole.
        repairs: What makes it legible, in order, after cutting it out.
    """

    picture: int
    value: str
    title: str = ""
    region: Box | None = None
    repairs: tuple[Repair, ...] = ()


class Fact(msgspec.Struct, frozen=True, tag="fact"):
    """Find a fact of a page that is known by name.

    Attributes:
        title: Title of the page.
        label: How an infobox calls the relation.
        value: The value.
    """

    title: str
    label: str
    value: str


class Inverse(msgspec.Struct, frozen=True, tag="inverse"):
    """Find the page that states a fact about a page that is known by name.

    Attributes:
        title: Title of the known page.
        label: How an infobox calls the relation on the page that is looked for.
        noun: What kind of thing that page is about.
        value: Title of that page.
    """

    title: str
    label: str
    noun: str
    value: str


class PagePicture(msgspec.Struct, frozen=True, tag="page_picture"):
    """Read a value in a picture of a page.

    Attributes:
        title: Title of the page.
        ordinal: Number of its picture, from 1.
        value: What stands there.
        target: Title of the page that the value names, or "".
    """

    title: str
    ordinal: int
    value: str
    target: str = ""


class Compute(msgspec.Struct, frozen=True, tag="compute"):
    """Work a number out of values that were found.

    Attributes:
        inputs: The values, as earlier goals found them.
        code: Python that prints the result.
        value: The result as the program prints it.
        estimate: What one who cannot compute would say: the best guess by head.
    """

    inputs: tuple[str, ...]
    code: str
    value: str
    estimate: str


Goal = Identify | ReadValue | Fact | Inverse | PagePicture | Compute


class Plan(msgspec.Struct, frozen=True):
    """All goals of a task.

    Attributes:
        family: Name of the family.
        goals: In order; the last one's value is the answer.
        answer: What to answer when it is not the last value itself.
        letter_height: Height in pixels of the decisive letters in the view that the agent gets
            at 262,144 pixels; 0 where nothing has to be read in a given picture.
    """

    family: str
    goals: tuple[Goal, ...]
    answer: str = ""
    letter_height: float = 0.0


def plan_of(task: Task) -> Plan | None:
    """The plan of a perception task; None for other tasks.

    Raises:
        ValueError: When the plan is torn.
    """
    raw = task.metadata.get("plan")
    if raw is None:
        return None
    try:
        return msgspec.convert(raw, Plan)
    except msgspec.ValidationError as error:
        raise ValueError(f"task {task.id}: its plan is not one ({error}); make it again") from None


def as_metadata(plan: Plan) -> Mapping[str, Any]:
    """A plan as it stands in `Task.metadata["plan"]`."""
    built: Mapping[str, Any] = msgspec.to_builtins(plan)
    return built


def pictures_read(goals: Sequence[Goal]) -> tuple[int, ...]:
    """Numbers of the given pictures that a plan looks at, in order, each once."""
    numbers = [goal.picture for goal in goals if isinstance(goal, Identify | ReadValue)]
    return tuple(dict.fromkeys(numbers))
