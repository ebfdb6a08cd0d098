"""`r_acc` by rules: is the answer right? Needs no language model."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from searchvl_gym.chat import extract_final_answer
from searchvl_gym.rewards.claims.contradictions import find_contradiction
from searchvl_gym.rewards.claims.other_values import Values, values_like
from searchvl_gym.rewards.claims.relations import find_other_subject
from searchvl_gym.rewards.claims.statements import committed
from searchvl_gym.rewards.east_asian.names import contradicts_in_east_asia
from searchvl_gym.rewards.east_asian.text import gloss, is_east_asian, simplify
from searchvl_gym.rewards.lists import holds_list, items_of
from searchvl_gym.rewards.marking import mark_names, mark_values, value_kind
from searchvl_gym.rewards.options import (
    chosen_letters,
    leads_with_letter,
    listed_options,
    names_other_letter,
    right_letters,
)
from searchvl_gym.rewards.reading.segments import MAYBE, OTHER, RIGHT, last_statement, shorten
from searchvl_gym.rewards.reading.tidying import tidy
from searchvl_gym.rewards.scoring import kept_answer, require_answer
from searchvl_gym.rewards.yes_no import is_yes_no, says_yes
from searchvl_gym.types import Task, Trajectory
from searchvl_gym.world.folding import fold, words

if TYPE_CHECKING:
    from searchvl_gym.world import World

MAX_ANSWER_CHARS = 20_000
"""Longer answers are wrong without being read."""

_ARTICLES = frozenset({"the", "a", "an"})
_REJECTED_OPTION = re.compile(
    r"\b(?:not|neither|nor|except)\s+(?:option\s+)?\(?[A-H]\b\)?(?:[.):]\s*[^,.;]*)?"
)


@dataclass(frozen=True)
class Verdict:
    """What the verifier thinks of an answer.

    Attributes:
        right: Whether it gives the right answer and stands by it; None when the rules would have
            to guess. An unsure verdict counts as wrong.
        reason: Why it is not right, or what cannot be told; "" when it is right.
    """

    right: bool | None
    reason: str = ""


@dataclass(frozen=True)
class RuleVerifier:
    """Scores 1 for an answer that gives the right one and stands by it, else 0.

    `task.answer_kind` and the right answer itself choose the rule; `docs/rewards.md` lists them.
    """

    def score(self, trajectory: Trajectory, world: World | None) -> float:
        """1 or 0; 0 when there is no answer, it came after a fatal step, or the rules are unsure.

        Raises:
            ScoringError: When the task has no right answer to compare with.
        """
        require_answer(trajectory.task)
        answer = kept_answer(trajectory)
        return float(answer is not None and verify(answer, trajectory.task).right is True)


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
    >>> verify("Barack", Task("t", "Who is it?", "Barack Obama", answer_kind="entity"))
    Verdict(right=None, reason='it may mean the answer')
    """
    if len(answer) > MAX_ANSWER_CHARS:
        return Verdict(False, "it is too long to be an answer")
    text = extract_final_answer(answer, skip_thought=True)
    text = re.sub(f"[{RIGHT}{OTHER}{MAYBE}]", " ", text)
    accepted = [form for form in (task.answer, *task.aliases) if form.strip()]
    if not text.strip():
        return Verdict(False, "it is empty")
    if any(_bare(text) == _bare(form) for form in accepted):
        return Verdict(True)
    last = last_statement(tidy(text).strip())
    if last is None:
        return Verdict(False, "it is too long to tell what it answers")
    text = last.strip()
    accepted = [tidy(form) for form in accepted]
    if any(_bare(text) == _bare(form) for form in accepted):
        return Verdict(True)
    letters = right_letters(accepted[0], task.question)
    if letters is not None:
        verdict = _judge_options(text, letters, task.question)
        if verdict is not None:
            return verdict
        accepted += [listed_options(task.question)[letter] for letter in sorted(letters)]
    if letters is None and leads_with_letter(text, accepted[0]):
        return Verdict(True)
    unlisted = letters is None and names_other_letter(text, accepted[0])
    if unlisted and names_other_letter(_REJECTED_OPTION.sub(" ", committed(text)), accepted[0]):
        return Verdict(False, "it chooses otherwise")
    if is_yes_no(accepted[0]):
        return _judge_yes_no(text, accepted[0], task.question)
    kind = value_kind(accepted[0], task.question, task.answer_kind)
    asked = frozenset(words(task.question))
    if kind is not None:
        marked = mark_values(text, accepted, kind, asked)
        if marked is not None:
            values = Values(words=False, dates=kind == "date")
            return _judge_marked(marked, task.question, values)
    items = items_of(accepted[0], task.question)
    if items:
        reason = _judge_list(text, items, task.question)
        if reason is None or _is_surely_list(accepted[0]):
            return Verdict(reason is None, reason or "")
    return _judge_marked(
        mark_names(text, accepted, task.question), task.question, values_like(accepted, text)
    )


def _bare(text: str) -> str:
    """A text without case, marks, articles and the punctuation around it."""
    folded = fold(text)
    inner = folded.strip(" .,;:!?\"'`*“”„«»()[]。，")
    if re.match(r"\.\w", folded):
        inner = f".{inner}"
    return " ".join(word for word in inner.split(" ") if word not in _ARTICLES) or folded


def _judge_marked(marked: str, question: str, values: Values) -> Verdict:
    """The verdict on an answer in which the right values are marked."""
    if RIGHT not in marked and MAYBE in marked:
        verdict = _judge_marked(marked.replace(MAYBE, RIGHT), question, values)
        return Verdict(None, "it may mean the answer") if verdict.right else verdict
    marked = marked.replace(MAYBE, OTHER if not values.words else " ")
    if RIGHT not in marked:
        return Verdict(False, "it does not contain the answer")
    foreign = is_east_asian(marked)
    statement = committed(gloss(marked) if foreign else marked)
    short = shorten(statement)
    if short is None:
        return Verdict(False, "it is too long to tell what it answers")
    if RIGHT not in short:
        return Verdict(False, "it does not stand by the answer")
    asked = frozenset(words(question))
    other = find_other_subject(short, asked, words=values.words)
    if other is not None:
        reason, is_sure = other
        return Verdict(False if is_sure else None, reason)
    if foreign:
        found = contradicts_in_east_asia(short, question)
        if found is not None or values.words:
            return Verdict(found is None, found or "")
    contradiction = find_contradiction(short, question=question, values=values)
    return Verdict(contradiction is None, contradiction or "")


def _judge_options(text: str, letters: frozenset[str], question: str) -> Verdict | None:
    """The verdict on a choice; None when no option can be read in the answer."""
    foreign = is_east_asian(text)
    said = committed(gloss(simplify(text)) if foreign else text)
    said = _REJECTED_OPTION.sub(" ", said)
    if re.search(r"\b(?:or|either)\b", said):
        chosen, _ = chosen_letters(said, question)
        if len(chosen) > 1:
            return Verdict(False, "it names an alternative")
    chosen, other_text = chosen_letters(said, question)
    if not chosen:
        return None
    if chosen != letters:
        return Verdict(False, "it chooses otherwise")
    if other_text:
        return Verdict(None, "it gives the text of another option with its letter")
    return Verdict(True)


def _judge_yes_no(text: str, gold: str, question: str) -> Verdict:
    said = says_yes(text, question)
    if said is None:
        return Verdict(None, "it does not say clearly yes or no")
    right = said == says_yes(gold, "")
    return Verdict(right, "" if right else "it says the opposite")


def _judge_list(text: str, items: Sequence[str], question: str) -> str | None:
    foreign = is_east_asian(text)
    said = committed(gloss(simplify(text)) if foreign else text)
    if not said:
        return "it does not stand by the answer"
    return holds_list(said, [simplify(item) for item in items], _find_item, question)


def _find_item(text: str, item: str) -> tuple[int, int] | None:
    """Where a part of a list says an item."""
    kind = value_kind(item, "", "text")
    if kind is not None:
        marked = mark_values(text, [item], kind, frozenset())
    else:
        marked = mark_names(text, [item], "")
    if marked is None or RIGHT not in marked:
        return None
    start = marked.index(RIGHT)
    return start, len(text) - (len(marked) - marked.rindex(RIGHT) - 1)


def _is_surely_list(gold: str) -> bool:
    """Whether a right answer can be no title: it has commas, or no capitals."""
    return bool(re.search(r"[,;、，；]", gold)) or gold == gold.lower()
