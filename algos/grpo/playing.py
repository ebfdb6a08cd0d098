"""Playing with the policy that is trained: the samplers, and evaluation."""

from __future__ import annotations

from contextlib import closing
from typing import Any

from algos.grpo.settings import GRPOConfig
from algos.models import Checkpoint
from algos.policies.token_policy import TokenPolicy
from algos.policies.transformers import TransformersPolicy
from algos.rollouts.figures import summarise_rollouts
from algos.rollouts.group import Rollout, collect
from algos.training.run_directory import TrainingError
from searchvl_gym.vector import SearchVectorEnv


def evaluate(
    checkpoint: Checkpoint,
    config: GRPOConfig,
    evaluation: dict[str, Any],
    *,
    seed: int = 0,
    policy: TokenPolicy | None = None,
) -> dict[str, float]:
    """Figures of `play_tasks`, named `evaluation_…`."""
    rollouts = play_tasks(checkpoint, config, evaluation, seed=seed, policy=policy)
    return {f"evaluation_{name}": value for name, value in summarise_rollouts(rollouts).items()}


def play_tasks(
    checkpoint: Checkpoint,
    config: GRPOConfig,
    evaluation: dict[str, Any],
    *,
    seed: int = 0,
    policy: TokenPolicy | None = None,
) -> list[Rollout]:
    """Play every task of the evaluation once, in order.

    Sampling uses the same random numbers each time, so curves differ by the weights alone.

    Args:
        checkpoint: What plays.
        config: Temperature and budgets.
        evaluation: Arguments of `SearchVectorEnv`.
        seed: Of the first task's sampling; the next ones count on from it.
        policy: Samples the turns, with the checkpoint's weights; None for the model itself.
    """
    policy = policy or make_policy(checkpoint, config, config.temperature)
    usual, given = policy.temperature, config.evaluation_temperature
    policy.temperature = usual if given is None else given
    checkpoint.model.eval()
    tasks = evaluation["tasks"]
    places = min(len(tasks), 128)
    rollouts: list[Rollout] = []
    with closing(SearchVectorEnv(places, autoreset_mode="Disabled", **evaluation)) as environments:
        for first in range(0, len(tasks), places):
            part = tasks[first : first + places]
            rollouts += collect(
                policy, environments, part, [seed + first + n for n in range(len(part))]
            )
    policy.temperature = usual
    return rollouts


def make_policy(
    checkpoint: Checkpoint, config: GRPOConfig, temperature: float
) -> TransformersPolicy:
    """The model as a policy that acts in text."""
    return TransformersPolicy(
        checkpoint,
        text_environment=True,
        context=config.context,
        temperature=temperature,
        top_p=config.top_p,
        frequency_penalty=config.frequency_penalty,
        turn_tokens=config.turn_tokens,
        episode_tokens=config.episode_tokens,
        share_prefixes=config.share_prefixes,
    )


def make_vllm_policy(model: str, config: GRPOConfig, processes: int) -> TokenPolicy:
    """The model of a directory in vLLM.

    Raises:
        TrainingError: When vLLM is missing, or several processes would start it.
    """
    from algos.policies.vllm import VllmPolicy

    if processes > 1:
        raise TrainingError("--sampler vllm works with one process only")
    if config.top_p < 1 and config.sampler_correction != "none":
        raise TrainingError(
            "vLLM tells log-probabilities after top_p has cut, so sampler_correction would weigh "
            'the cut; set top_p = 1 or sampler_correction = "none"'
        )
    try:
        return VllmPolicy(
            model,
            text_environment=True,
            context=config.context,
            temperature=config.temperature,
            top_p=config.top_p,
            frequency_penalty=config.frequency_penalty,
            turn_tokens=config.turn_tokens,
            episode_tokens=config.episode_tokens,
        )
    except RuntimeError as error:
        raise TrainingError(str(error)) from error
