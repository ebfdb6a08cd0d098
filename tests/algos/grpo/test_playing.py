"""Who samples the rollouts, and from which tokens."""

from dataclasses import replace

import pytest

from algos.grpo.playing import make_vllm_policy, play_tasks
from algos.training.run_directory import TrainingError
from searchvl_gym.world import World
from tests.algos.tiny_setting import GRPO, make_checkpoint, make_environment


def test_a_small_top_p_leaves_the_likeliest_tokens(tiny_world: World) -> None:
    checkpoint, environment = make_checkpoint(tiny_world), make_environment(tiny_world)
    configs = (replace(GRPO, top_p=1e-6), replace(GRPO, evaluation_temperature=0.0), GRPO)
    cut, greedy, free = (
        [
            step.text
            for rollout in play_tasks(checkpoint, config, environment)
            for step in rollout.trajectory.steps
        ]
        for config in configs
    )
    assert cut == greedy != free


def test_a_correction_does_not_weigh_the_cut_of_vllm() -> None:
    config = replace(GRPO, top_p=0.9, sampler_correction="token")
    with pytest.raises(TrainingError, match="vLLM tells log-probabilities after top_p has cut"):
        make_vllm_policy("no/model", config, 1)
