"""What a perception task is made of before it is proved: a picture, and a way on from there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from searchvl_gym.tasks.perception.goals import Goal, Plan
from searchvl_gym.types import Hop, TaskImage
from searchvl_gym.world.records import Page


@dataclass(frozen=True)
class Draft:
    """A task in the making: everything but its proof.

    Attributes:
        question: What is asked.
        answer: The canonical answer.
        answer_kind: As in `Task`.
        images: The pictures, in order.
        plan: How it is solved.
        anchor: Id of the page that the first picture belongs to.
        aliases: Other right answers.
        hops: The facts on the way.
        metadata: Further facts for whoever wants to look.
        wanted: Tools that the task is made for; without the need of each it is thrown away.
    """

    question: str
    answer: str
    answer_kind: str
    images: tuple[TaskImage, ...]
    plan: Plan
    anchor: int
    aliases: tuple[str, ...] = ()
    hops: tuple[Hop, ...] = ()
    metadata: Mapping[str, Any] = field(default_factory=dict)
    wanted: tuple[str, ...] = ()


@dataclass(frozen=True)
class Start:
    """The picture that a task begins with.

    Attributes:
        family: Name of the family.
        page: The page that the picture leads to.
        phrase: What a question calls that page.
        goal: What has to be found in the picture.
        image: The picture.
        wanted: Tools that the task is made for; without the need of each it is thrown away.
        remark: What the question says besides, after a space; "" for nothing.
        metadata: Further facts for whoever wants to look.
        letter_height: See `Plan`.
    """

    family: str
    page: Page
    phrase: str
    goal: Goal
    image: TaskImage
    wanted: tuple[str, ...]
    remark: str = ""
    metadata: Mapping[str, Any] = field(default_factory=dict)
    letter_height: float = 0.0


@dataclass(frozen=True)
class Trail:
    """The way from a page to an answer.

    Attributes:
        goals: What has to be found, in order.
        hops: The same as facts.
        question: The question, the page being called by the phrase that was given.
        answer: The canonical answer.
        kind: Kind of the answer.
        aliases: Other right answers.
    """

    goals: tuple[Goal, ...]
    hops: tuple[Hop, ...]
    question: str
    answer: str
    kind: str
    aliases: tuple[str, ...]

    def draft(self, start: Start) -> Draft:
        """The task that begins with a picture and goes on along this way."""
        return Draft(
            question=f"{self.question}{start.remark}",
            answer=self.answer,
            answer_kind=self.kind,
            images=(start.image,),
            plan=Plan(start.family, (start.goal, *self.goals), letter_height=start.letter_height),
            anchor=start.page.id,
            aliases=self.aliases,
            hops=self.hops,
            metadata=start.metadata,
            wanted=start.wanted,
        )
