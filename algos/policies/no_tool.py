"""`no_tool`: answers at once from the question's words. What guessing alone is worth."""

from __future__ import annotations

import re

import numpy as np

from searchvl_gym.rollout.policy import Observation, Play, ScriptedPolicy
from searchvl_gym.types import Task, ToolCall

_UNITS = (
    (r"\b(high|height|tall|elevation|altitude|deep|depth)\b", (8, 2_500), " m"),
    (r"\b(long|length|span|wide|width|far)\b", (20, 3_000), " m"),
    (r"\b(area|cover|large|big)\b", (5, 900), " km²"),
    (r"\b(weigh|weight|mass|heavy)\b", (1, 500), " kg"),
    (r"\b(how many|number|population|inhabitants)\b", (10, 90_000), ""),
)
_YEAR = re.compile(r"\b(when|year|date|since)\b", re.IGNORECASE)
_WHO = re.compile(r"\b(who|whom|whose|person)\b", re.IGNORECASE)
_NAMES = ("Anna Berg", "Johann Keller", "Maria Rossi", "Peter Novak", "Elena Costa", "Jan Lind")
_PLACES = ("Newtown", "Port Victoria", "Saint-Martin", "Altstadt", "Riverside", "Santa Clara")


def guess(question: str, rng: np.random.Generator) -> str:
    """A plausible answer to a kind of question, without knowing anything.

    Args:
        question: Its words decide between a date, a quantity, a person and a place.
        rng: Chooses the value.

    >>> guess("In what year was it opened?", np.random.default_rng(0)).isdigit()
    True
    """
    asked = question.lower()
    for pattern, (low, high), unit in _UNITS:
        if asked.startswith(("how", "what is the")) and re.search(pattern, asked):
            return f"{int(rng.integers(low, high))}{unit}"
    if _YEAR.match(asked) or re.search(r"\b(what|which) (year|date)\b", asked):
        return str(int(rng.integers(1_750, 2_020)))
    options = _NAMES if _WHO.match(asked) else _PLACES
    return options[int(rng.integers(len(options)))]


class NoToolPolicy(ScriptedPolicy):
    """Answers in the first turn, from the question alone."""

    name = "no_tool"
    blind = True
    """Pictures make no difference to it."""

    def play(self, task: Task, observation: Observation, rng: np.random.Generator) -> Play:
        """See `ScriptedPolicy.play`."""
        answer = guess(str(observation["question"]), rng)
        yield ToolCall("answer", {"text": answer}, "I answer from the question alone.")
