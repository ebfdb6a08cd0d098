"""The reward of an episode: format gate, accuracy, search quality; by rules or by judges."""

from searchvl_gym.rewards.accuracy import RuleVerifier, Verdict, verify
from searchvl_gym.rewards.choice import JUDGES, make_reward
from searchvl_gym.rewards.composite import Composite
from searchvl_gym.rewards.format import FormatScore
from searchvl_gym.rewards.judges import AccuracyJudge, JudgeError, QueryJudge, RulesThenJudge
from searchvl_gym.rewards.query import EvidenceScore, QueryParts, measure_queries
from searchvl_gym.rewards.scoring import RewardBreakdown, Scorer, ScoringError

__all__ = [
    "JUDGES",
    "AccuracyJudge",
    "Composite",
    "EvidenceScore",
    "FormatScore",
    "JudgeError",
    "QueryJudge",
    "QueryParts",
    "RewardBreakdown",
    "RuleVerifier",
    "RulesThenJudge",
    "Scorer",
    "ScoringError",
    "Verdict",
    "make_reward",
    "measure_queries",
    "verify",
]
