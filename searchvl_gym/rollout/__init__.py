"""Playing episodes and keeping what happened."""

from searchvl_gym.rollout.encoding import DecodeError, decode_trajectory, encode_trajectory
from searchvl_gym.rollout.errors import RolloutError
from searchvl_gym.rollout.policy import Policy, ScriptedPolicy
from searchvl_gym.rollout.reading import StoredPictures, StoredTrajectories, read_trajectories
from searchvl_gym.rollout.runner import run
from searchvl_gym.rollout.store import Store
from searchvl_gym.rollout.summary import Summary, describe_unscored, is_right, summarise
from searchvl_gym.rollout.usage import Budget, BudgetSpent, Usage

__all__ = [
    "Budget",
    "BudgetSpent",
    "DecodeError",
    "Policy",
    "RolloutError",
    "ScriptedPolicy",
    "Store",
    "StoredPictures",
    "StoredTrajectories",
    "Summary",
    "Usage",
    "decode_trajectory",
    "describe_unscored",
    "encode_trajectory",
    "is_right",
    "read_trajectories",
    "run",
    "summarise",
]
