"""The reward by the name of its judge, as command lines choose it."""

from __future__ import annotations

from typing import Any

from searchvl_gym.endpoint import Endpoint, EndpointSettings
from searchvl_gym.rewards.composite import Composite
from searchvl_gym.rewards.judges import AccuracyJudge, QueryJudge, RulesThenJudge

JUDGES = ("rule", "llm", "rule+llm")
"""Who scores: rules, which need nothing; a language model; or rules, and the model where they are
unsure of an answer."""

ENDPOINT_ARGUMENTS = ("base_url", "model", "api_key", "timeout", "retries", "backoff", "stream")
"""What a judge's endpoint can be told; see `EndpointSettings`."""


def make_reward(judge: str = "rule", **arguments: Any) -> Composite:
    """The composite reward, scored by rules or by a language model.

    Args:
        judge: One of `JUDGES`.
        **arguments: Of the model's endpoint, not for `rule`: `ENDPOINT_ARGUMENTS`. Missing ones
            stand in the environment variables of the role `judge`.

    Raises:
        ValueError: When there is no such judge, or it does not take an argument.
        EndpointError: When the endpoint is not set or wrong.

    >>> make_reward("rule").alpha
    0.8
    """
    if judge not in JUDGES:
        raise ValueError(f"there is no judge {judge!r}; available: {', '.join(JUDGES)}")
    takes = () if judge == "rule" else ENDPOINT_ARGUMENTS
    unknown = sorted(arguments.keys() - set(takes))
    if unknown:
        raise ValueError(
            f"judge {judge!r} takes no {', '.join(unknown)}; it takes "
            f"{', '.join(takes) or 'no arguments'}"
        )
    if judge == "rule":
        return Composite()
    endpoint = Endpoint(EndpointSettings.from_environment("judge", **arguments))
    if judge == "rule+llm":
        return Composite(accuracy=RulesThenJudge(AccuracyJudge(endpoint)))
    return Composite(accuracy=AccuracyJudge(endpoint), query=QueryJudge(endpoint))
