"""What a set of rollouts tells: how well they did, how long they were, what went wrong."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from algos.group_rollouts import Rollout
from searchvl_gym.rollout import is_right


def summarise_rollouts(rollouts: Sequence[Rollout]) -> dict[str, float]:
    """Means over rollouts.

    Args:
        rollouts: Any number.

    Returns:
        `reward` and its parts `accuracy`, `format`, `query`; `turns`; `fatal_rate` and, of all
        rollouts, `model_fatal_rate` whose cascade was the model's own; `error_rate` of turns and
        `model_error_rate` of turns with an error that is the model's; `answered`; `well_formed`
        share of turns; `tokens` and `written` tokens a rollout; `rollouts`. Empty for none.
    """
    if not rollouts:
        return {"rollouts": 0.0}
    played = [rollout.trajectory for rollout in rollouts]
    steps = [step for trajectory in played for step in trajectory.steps]
    errors = [step.error for step in steps if step.error is not None]
    own = [error for error in errors if not error.infrastructure]
    fatal = [rollout for rollout in rollouts if rollout.fatal_step >= 0]
    blameless = [rollout for rollout in fatal if all(rollout.cascade_sources or (False,))]
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
        "fatal_rate": len(fatal) / len(rollouts),
        "model_fatal_rate": (len(fatal) - len(blameless)) / len(rollouts),
        "error_rate": len(errors) / max(1, len(steps)),
        "model_error_rate": len(own) / max(1, len(steps)),
        "answered": float(np.mean([each.answer is not None for each in played])),
        "well_formed": float(np.mean([step.well_formed for step in steps] or [0.0])),
        "tokens": float(np.mean([len(rollout.tokens) for rollout in rollouts])),
        "written": float(np.mean([sum(rollout.tokens.generated) for rollout in rollouts])),
        "rollouts": float(len(rollouts)),
    }
