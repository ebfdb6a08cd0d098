"""What a set of rollouts tells: how well they did, how long they were, what went wrong."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from algos.rollouts.failures import Failure, failure_of, is_degenerate, own_errors
from algos.rollouts.group import Rollout
from searchvl_gym.rollout import is_right


def summarise_rollouts(rollouts: Sequence[Rollout]) -> dict[str, float]:
    """Means over rollouts.

    Args:
        rollouts: Any number.

    Returns:
        `reward` and its parts `accuracy`, `format`, `query`; `turns`; `fatal_rate` and its three
        parts by `Failure`, `infrastructure_cascade_rate`, `model_cascade_rate` and
        `unanswered_rate`; `degenerate_rate` of rollouts with a degenerate turn; `error_rate` of
        turns and `model_error_rate` of turns with an error that is the model's; `answered`;
        `well_formed` share of turns; `tokens` and `written` tokens a rollout; `rollouts`. Empty
        for none.
    """
    if not rollouts:
        return {"rollouts": 0.0}
    played = [rollout.trajectory for rollout in rollouts]
    steps = [step for trajectory in played for step in trajectory.steps]
    errors = sum(step.error is not None for step in steps)
    own = sum(own_errors(rollout) for rollout in rollouts)
    failed = [failure_of(rollout) for rollout in rollouts]
    scored = [trajectory for trajectory in played if trajectory.reward is not None]
    parts = {
        name: float(np.mean([each.reward_parts.get(name, 0.0) for each in scored] or [0.0]))
        for name in ("format", "query")
    }
    return {
        "reward": float(np.mean([each.reward or 0.0 for each in scored] or [0.0])),
        "accuracy": float(np.mean([is_right(each) for each in scored] or [0.0])),
        **parts,
        "turns": float(np.mean([len(each.steps) for each in played])),
        "fatal_rate": sum(kind is not None for kind in failed) / len(rollouts),
        **{f"{kind}_rate": failed.count(kind) / len(rollouts) for kind in Failure},
        "degenerate_rate": float(
            np.mean([any(is_degenerate(step.text or "") for step in each.steps) for each in played])
        ),
        "error_rate": errors / max(1, len(steps)),
        "model_error_rate": own / max(1, len(steps)),
        "answered": float(np.mean([each.answer is not None for each in played])),
        "well_formed": float(np.mean([step.well_formed for step in steps] or [0.0])),
        "tokens": float(np.mean([sum(map(len, rollout.sequences)) for rollout in rollouts])),
        "written": float(
            np.mean([sum(sum(each.generated) for each in r.sequences) for r in rollouts])
        ),
        "rollouts": float(len(rollouts)),
    }
