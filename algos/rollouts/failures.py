"""How an episode fails, by kind: what a single rate of fatal episodes puts together.

| kind                     | what happened                                                        |
|--------------------------|----------------------------------------------------------------------|
| `infrastructure_cascade` | K errors in a row, each of them the infrastructure's                 |
| `model_cascade`          | K errors in a row, at least one of them the model's                  |
| `unanswered`             | no such run, but the rounds or the tokens ended without an answer    |

Each fatal episode is of one kind. Apart from them a turn may be *degenerate*: some piece of text
stands in it over and over.
"""

from __future__ import annotations

import re
from enum import StrEnum

from algos.rollouts.group import Rollout

REPEATS = 8
"""A piece with a letter that stands so many times in a row is no sentence."""

_REPEATED = re.compile(rf"(.{{1,20}}?)\1{{{REPEATS - 1},}}", re.DOTALL)


class Failure(StrEnum):
    """Kinds of fatal episodes."""

    INFRASTRUCTURE_CASCADE = "infrastructure_cascade"
    MODEL_CASCADE = "model_cascade"
    UNANSWERED = "unanswered"


def failure_of(rollout: Rollout) -> Failure | None:
    """The kind of a fatal episode, None for one that is not fatal."""
    if rollout.fatal_step < 0:
        return None
    sources = rollout.cascade_sources
    if not sources:
        return Failure.UNANSWERED
    return Failure.INFRASTRUCTURE_CASCADE if all(sources) else Failure.MODEL_CASCADE


def is_degenerate(text: str) -> bool:
    """Whether a piece of at most 20 signs, a letter among them, stands 8 times in a row.

    >>> is_degenerate("H H H H H H H H H "), is_degenerate("no no no"), is_degenerate("-" * 40)
    (True, False, False)
    """
    return any(any(map(str.isalpha, found[1])) for found in _REPEATED.finditer(text))


def own_errors(rollout: Rollout) -> int:
    """Turns of an episode with an error that is the model's."""
    errors = (step.error for step in rollout.trajectory.steps)
    return sum(error is not None and not error.infrastructure for error in errors)
