"""The reward of an episode (PAPER section 3)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from searchvl_gym.rewards.accuracy import RuleVerifier
from searchvl_gym.rewards.format import FormatScore
from searchvl_gym.rewards.query import EvidenceScore
from searchvl_gym.rewards.scoring import RewardBreakdown, Scorer, ScoringError
from searchvl_gym.types import Trajectory

if TYPE_CHECKING:
    from searchvl_gym.world import World

DEFAULT_ALPHA = 0.8


class Composite:
    r"""`r = r_fmt · (α · r_acc + (1 − α) · r_query)`.

    For fatal trajectories every part looks only at the steps before the fatal one, so the
    accuracy of a cut that left no response is 0.

    Args:
        alpha: Weight of the accuracy, 0 to 1.
        accuracy: Scores the answer; None for the rule verifier. `AccuracyJudge` asks a model.
        query: Scores the searches; None for the evidence score. `QueryJudge` asks a model.

    Raises:
        ValueError: When alpha is out of range.

    >>> from searchvl_gym.types import Step, Task, Termination, ToolCall
    >>> steps = (Step(0, ToolCall("answer", {"text": "1982"}), ""),)
    >>> task = Task("t", "When?", "1982", answer_kind="date")
    >>> played = Trajectory(task, 0, steps, Termination.ANSWER, answer="1982")
    >>> Composite().score(played).value
    0.8
    """

    def __init__(
        self,
        alpha: float = DEFAULT_ALPHA,
        accuracy: Scorer | None = None,
        query: Scorer | None = None,
    ) -> None:
        if not 0 <= alpha <= 1:
            raise ValueError(f"alpha must be between 0 and 1, got {alpha!r}")
        self.alpha = alpha
        self._scorers: dict[str, Scorer] = {
            "format": FormatScore(),
            "accuracy": RuleVerifier() if accuracy is None else accuracy,
            "query": EvidenceScore() if query is None else query,
        }

    def describe_settings(self) -> Mapping[str, Any]:
        """What a score depends on, for the record of a run: alpha and the exchangeable parts."""
        parts = {name: scorer for name, scorer in self._scorers.items() if name != "format"}
        return {"alpha": self.alpha, **parts}

    def score(self, trajectory: Trajectory, world: World | None = None) -> RewardBreakdown:
        """The return of a finished episode and its parts.

        When a part cannot be told, the episode is unscored: no value, and the reason. It is never
        a 0 in silence.

        Args:
            trajectory: The episode.
            world: Handed to the parts; those that ship with this package do not need it.
        """
        parts: dict[str, float] = {}
        reasons: list[str] = []
        for name, scorer in self._scorers.items():
            try:
                value = float(scorer.score(trajectory, world))
            except ScoringError as error:
                reasons.append(f"{name}: {error}")
                continue
            if not (math.isfinite(value) and 0 <= value <= 1):
                reasons.append(f"{name}: the score {value!r} is not between 0 and 1")
                continue
            parts[name] = value
        if reasons:
            return RewardBreakdown(None, parts, scored=False, reason="; ".join(reasons))
        blend = self.alpha * parts["accuracy"] + (1 - self.alpha) * parts["query"]
        return RewardBreakdown(parts["format"] * blend, parts)
