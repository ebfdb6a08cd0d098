"""Was the answer found, or only given? A rollout is kept when its process bears its answer.

`check_process` looks at what rules can see. A `ProcessJudge` may look at the rest;
`LanguageModelProcessJudge` asks a model.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

import msgspec

from searchvl_gym.curation.language_model import prompts
from searchvl_gym.curation.language_model.completions import Completions, UnreadableReply
from searchvl_gym.curation.trajectories.thought_claims import Claim, Seen, find_claims
from searchvl_gym.types import ANSWER, Step, Trajectory
from searchvl_gym.world.folding import words

PATIENCE = 3
"""So many calls in a row that bring the same result are a loop."""

MAX_OBSERVATION = 1_500
"""Most characters of an observation that the judge gets to read."""

_READ_PICTURES = ("layout_parsing", "image_search")
_SEARCHES = ("text_search", "web_search")


class ProcessReason(StrEnum):
    """What is wrong with a process."""

    NO_TOOL = "no_tool"
    NO_THOUGHT = "no_thought"
    UNREAD_FACT = "unread_fact"
    UNREAD_ANSWER = "unread_answer"
    REPEATED_CALL = "repeated_call"
    NO_PROGRESS = "no_progress"
    JUDGED_INCONSISTENT = "judged_inconsistent"
    JUDGED_REPETITIVE = "judged_repetitive"
    UNREADABLE_JUDGEMENT = "unreadable_judgement"


@dataclass(frozen=True)
class Defect:
    """The first defect of a process.

    Attributes:
        reason: What kind.
        step: Index of the turn, or -1 for the whole.
        detail: What exactly, for a person.
    """

    reason: ProcessReason
    step: int
    detail: str = ""


class ProcessJudge(Protocol):
    """Looks at what rules cannot see."""

    def judge(self, trajectory: Trajectory) -> Defect | None:
        """The defect of a process that the rules passed, or None."""


def check_process(trajectory: Trajectory) -> Defect | None:
    """The first defect that rules see in a trajectory, or None.

    - At least one tool was used with success.
    - Every turn has a thought, and what it claims to have read was there to be read: in the
      question or an earlier observation.
    - The answer, or a number that it is rounded from, stands in an observation.
    - No call is made again after it brought the same result, unless the infrastructure failed;
      searches for the same words in another order are the same. No three calls in a row bring
      the same result.

    Args:
        trajectory: Whose answer was found right.
    """
    used = [each for each in trajectory.steps if _is_tool(each) and each.error is None]
    if not used:
        return Defect(ProcessReason.NO_TOOL, -1)
    return _check_facts(trajectory) or _check_repetition(trajectory)


def _check_facts(trajectory: Trajectory) -> Defect | None:
    seen, observed = Seen(trajectory.task.question), Seen("")
    picture_read = False
    for step in trajectory.steps:
        if step.call is None:
            continue
        if not step.call.thought.strip():
            return Defect(ProcessReason.NO_THOUGHT, step.index)
        for claim in find_claims(step.call.thought, step.call.arguments, picture_read=picture_read):
            if not seen.supports(claim):
                return Defect(ProcessReason.UNREAD_FACT, step.index, f"{claim.kind} {claim.text!r}")
        picture_read = step.call.name in _READ_PICTURES
        for text in (seen, observed):
            text.add(step.observation, from_picture=step.call.name == "layout_parsing")
    if not _answer_was_read(trajectory, observed):
        return Defect(
            ProcessReason.UNREAD_ANSWER, len(trajectory.steps) - 1, trajectory.answer or ""
        )
    return None


def _answer_was_read(trajectory: Trajectory, observed: Seen) -> bool:
    """Whether one of the right forms stands in an observation, or its numbers follow from one."""
    task = trajectory.task
    if (
        task.answer_kind == "text"
        and len(words(task.answer)) < 2
        and not any(sign.isdigit() for sign in task.answer)
    ):
        # “yes”, “left”: such an answer is worked out, not read.
        return True
    forms = (task.answer, *task.aliases)
    if any(words(form) and observed.has_words(form) for form in forms):
        return True
    numbers = [Claim("number", form) for form in forms if any(sign.isdigit() for sign in form)]
    return any(observed.supports(claim) for claim in numbers)


def _check_repetition(trajectory: Trajectory) -> Defect | None:
    made: dict[str, str] = {}
    recent: deque[str] = deque(maxlen=PATIENCE)
    names = {f"img_{place}": digest for place, digest in enumerate(trajectory.images, 1)}
    for step in trajectory.steps:
        if step.call is None or not _is_tool(step):
            continue
        if step.error is not None and step.error.infrastructure:
            # To try again is right then.
            continue
        call, result = _signature(step, names), _result(step, names)
        if made.get(call) == result:
            return Defect(ProcessReason.REPEATED_CALL, step.index, call[:200])
        made[call] = result
        recent.append(result)
        if len(recent) == PATIENCE and len(set(recent)) == 1:
            return Defect(ProcessReason.NO_PROGRESS, step.index, result[:200])
    return None


def _is_tool(step: Step) -> bool:
    return step.call is not None and step.call.name != ANSWER


def _signature(step: Step, names: Mapping[str, str]) -> str:
    """A call, so that equal ones are equal: pictures by content, searches by their words."""
    assert step.call is not None

    def plain(key: str, value: Any) -> Any:
        if isinstance(value, str) and step.call is not None:
            if step.call.name in _SEARCHES and key in ("q", "query"):
                return sorted(words(value))
            return names.get(value, value)
        return value

    arguments = {key: plain(key, value) for key, value in step.call.arguments.items()}
    return f"{step.call.name} {json.dumps(arguments, sort_keys=True, default=str)}"


def _result(step: Step, names: Mapping[str, str]) -> str:
    """What a call brought; a picture counts by its content, not by its name."""
    return step.observation if step.image is None else names.get(step.image, step.image)


class _Judgement(msgspec.Struct):
    consistent: bool
    effective: bool
    turn: int
    reason: str


class LanguageModelProcessJudge:
    """Asks a model whether thoughts follow from observations and every turn serves the question.

    Args:
        completions: The model, with cache and budget.
    """

    def __init__(self, completions: Completions) -> None:
        self._completions = completions

    def judge(self, trajectory: Trajectory) -> Defect | None:
        """See `ProcessJudge`. A reply that cannot be read counts against the trajectory.

        Raises:
            BudgetExhausted: When the budget is used up.
            EndpointError: When the endpoint cannot be used.
        """
        content = {
            "question": trajectory.task.question,
            "turns": [
                {
                    "turn": step.index + 1,
                    "thought": step.call.thought if step.call else "",
                    "call": _described(step),
                    "observation": step.observation[:MAX_OBSERVATION],
                    "new_picture": step.image or "",
                }
                for step in trajectory.steps
            ],
        }
        try:
            judged = self._completions.ask(prompts.PROCESS, content, _Judgement)
        except UnreadableReply as error:
            return Defect(ProcessReason.UNREADABLE_JUDGEMENT, -1, str(error))
        if not judged.consistent:
            return Defect(ProcessReason.JUDGED_INCONSISTENT, judged.turn - 1, judged.reason)
        if not judged.effective:
            return Defect(ProcessReason.JUDGED_REPETITIVE, judged.turn - 1, judged.reason)
        return None


def _described(step: Step) -> str:
    if step.call is None:
        return step.text or ""
    return f"{step.call.name} {json.dumps(dict(step.call.arguments), default=str)}"
