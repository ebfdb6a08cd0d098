"""`r_fmt`: did the turns keep the wire format, and did none of them fail?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from searchvl_gym.rewards.scoring import kept_steps
from searchvl_gym.types import Trajectory

if TYPE_CHECKING:
    from searchvl_gym.world import World


class FormatScore:
    """Mean over the steps before the fatal one; a step counts 1 or 0.

    A step counts when it kept the wire format and was no step error, of whatever origin
    (PAPER section 3). Without any such step the score is 0.

    >>> from searchvl_gym.types import Step, Task, Termination, ToolCall
    >>> steps = (
    ...     Step(0, ToolCall("visit"), "…", well_formed=False),
    ...     Step(1, ToolCall("answer", {"text": "1982"}), ""),
    ... )
    >>> played = Trajectory(Task("t", "When?", "1982"), 0, steps, Termination.ANSWER)
    >>> FormatScore().score(played, None)
    0.5
    """

    def score(self, trajectory: Trajectory, world: World | None) -> float:
        """See `Scorer.score`."""
        steps = kept_steps(trajectory)
        good = sum(step.well_formed and step.error is None for step in steps)
        return good / len(steps) if steps else 0.0
