"""Tasks that need eyes: one file a family, and the proof that each tool is needed."""

from __future__ import annotations

from searchvl_gym.tasks.perception.goals import Plan, plan_of
from searchvl_gym.tasks.perception.necessity import REMOVABLE, Trial
from searchvl_gym.tasks.perception.sampler import HARD_SHARES, SHARES
from searchvl_gym.tasks.perception.task_sets import perception_tasks

__all__ = ["HARD_SHARES", "REMOVABLE", "SHARES", "Plan", "Trial", "perception_tasks", "plan_of"]
