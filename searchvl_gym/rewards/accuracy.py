"""`r_acc` by rules: is the answer right? Needs no language model."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from searchvl_gym.chat import extract_final_answer
from searchvl_gym.rewards.claims import find_contradiction
from searchvl_gym.rewards.dates import find_dates, states_date
from searchvl_gym.rewards.quantities import find_quantities, same_number, same_quantity
from searchvl_gym.rewards.scoring import kept_answer, require_answer
from searchvl_gym.rewards.segments import OTHER, RIGHT, shorten
from searchvl_gym.rewards.values import Values, values_like
from searchvl_gym.types import Task, Trajectory
from searchvl_gym.world.folding import fold, words

if TYPE_CHECKING:
    from searchvl_gym.world import World

MAX_ANSWER_CHARS = 20_000
"""Longer answers are wrong without being read."""

_ARTICLES = frozenset({"the", "a", "an"})
_ARTICLE = re.compile(r"^(?:the|a|an) (?=\w)")
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Verdict:
    """What the verifier thinks of an answer.

    Attributes:
        right: Whether it contains the right answer and does not contradict it.
        reason: Why not; "" when it is right.
    """

    right: bool
    reason: str = ""


@dataclass(frozen=True)
class RuleVerifier:
    """Scores 1 for an answer that contains the right one and does not contradict it, else 0.

    `task.answer_kind` chooses the rule: `number`, `date` and `quantity` compare values, `entity`
    and `text` compare whole words after Unicode folding. `docs/rewards.md` lists the rules.
    """

    def score(self, trajectory: Trajectory, world: World | None) -> float:
        """1 or 0; 0 when there is no answer, or it came after a fatal step.

        Raises:
            ScoringError: When the task has no right answer to compare with.
        """
        require_answer(trajectory.task)
        answer = kept_answer(trajectory)
        return float(answer is not None and verify(answer, trajectory.task).right)


def verify(answer: str, task: Task) -> Verdict:
    """Check an answer against a task.

    Args:
        answer: What the agent answered; a box or tags around it are taken off.
        task: Its `answer`, `aliases`, `answer_kind` and `question` are looked at.

    >>> task = Task("t", "Where was she born?", "Århus", aliases=("Aros",), answer_kind="entity")
    >>> verify("She was born in Aarhus, no, in ARHUS.", task).right
    True
    >>> verify("Aros or Lund", task)
    Verdict(right=False, reason='it names an alternative')
    """
    if len(answer) > MAX_ANSWER_CHARS:
        return Verdict(False, "it is too long to be an answer")
    text = extract_final_answer(answer, skip_thought=True)
    text = text.replace(RIGHT, " ").replace(OTHER, " ").strip()
    accepted = [form for form in (task.answer, *task.aliases) if form.strip()]
    if not text:
        return Verdict(False, "it is empty")
    if any(_bare(text) == _bare(form) for form in accepted):
        return Verdict(True)
    statement = shorten(text)
    if statement is None:
        return Verdict(False, "it is too long to tell what it answers")
    mark = _MARKERS.get(task.answer_kind)
    marked = None if mark is None else mark(statement, accepted)
    values = Values(words=False, dates=task.answer_kind == "date")
    if marked is None:
        marked, values = _mark_names(statement, accepted), values_like(accepted, statement)
    if RIGHT not in marked:
        return Verdict(False, "it does not contain the answer")
    reason = find_contradiction(marked, question=task.question, values=values)
    return Verdict(reason is None, reason or "")


def _bare(text: str) -> str:
    """A text without case, marks, articles and the punctuation around it."""
    folded = fold(text).strip(" .,;:!?\"'`*“”„«»()[]")
    return " ".join(word for word in folded.split(" ") if word not in _ARTICLES) or folded


def _mark_names(text: str, accepted: Sequence[str]) -> str:
    """The text with whole-word occurrences of the accepted forms marked, longest first."""
    spans = [(match.start(), match.end()) for match in _WORD.finditer(text)]
    found: list[tuple[str, int, int]] = []
    for start, end in spans:
        found.extend((word, start, end) for word in words(text[start:end]))
    taken = [False] * len(found)
    pieces: list[tuple[int, int]] = []
    forms = {tuple(words(_ARTICLE.sub("", fold(form)))) for form in accepted}
    for form in sorted(forms - {()}, key=lambda form: (-len(form), form)):
        for first in range(len(found) - len(form) + 1):
            last = first + len(form)
            same = all(found[first + i][0] == word for i, word in enumerate(form))
            if same and not any(taken[first:last]):
                taken[first:last] = [True] * len(form)
                pieces.append((found[first][1], found[last - 1][2]))
    return _replace(text, [(start, end, RIGHT) for start, end in pieces])


def _mark_numbers(text: str, accepted: Sequence[str]) -> str | None:
    wanted = [found[0] for form in accepted if len(found := find_quantities(form)) == 1]
    if not wanted:
        return None
    pieces = []
    for given in find_quantities(text):
        right = any(same_number(given, one) for one in wanted)
        pieces.append((given.start, given.end, RIGHT if right else OTHER))
    return _replace(text, pieces)


def _mark_measures(text: str, accepted: Sequence[str]) -> str | None:
    wanted = [found[0] for form in accepted if len(found := find_quantities(form)) == 1]
    if not wanted:
        return None
    # Of a unit that we do not know, the word after the number is the unit.
    own_unit = any(one.unit is None and one.word for one in wanted)
    pieces = []
    for given in find_quantities(text):
        right = any(same_quantity(given, one) for one in wanted)
        end = given.word_end if own_unit else given.end
        pieces.append((given.start, end, RIGHT if right else OTHER))
    return _replace(text, pieces)


def _mark_dates(text: str, accepted: Sequence[str]) -> str | None:
    wanted = [found[0] for form in accepted if len(found := find_dates(form)) == 1]
    if not wanted:
        return None
    pieces = []
    for given in find_dates(text):
        right = any(states_date(given, one) for one in wanted)
        pieces.append((given.start, given.end, RIGHT if right else OTHER))
    return _replace(text, pieces)


def _replace(text: str, pieces: list[tuple[int, int, str]]) -> str:
    for start, end, mark in sorted(pieces, reverse=True):
        text = f"{text[:start]} {mark} {text[end:]}"
    return text


_MARKERS: dict[str, Callable[[str, Sequence[str]], str | None]] = {
    "number": _mark_numbers,
    "quantity": _mark_measures,
    "date": _mark_dates,
}
"""By `answer_kind`; a marker returns None when the right answer holds no such value."""
