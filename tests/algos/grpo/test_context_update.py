"""An update on episodes of several token sequences beside the equation, term by term."""

from contextlib import closing
from dataclasses import replace

import pytest
import torch

from algos.grpo.playing import make_policy
from algos.grpo.settings import check_settings
from algos.objectives import group_advantages
from algos.rollouts.group import collect
from algos.tokens.scoring import Scorer, batch_for
from algos.training.optimizers import make_optimizers
from algos.training.run_directory import TrainingError
from searchvl_gym.vector import SearchVectorEnv
from searchvl_gym.world import World
from tests.algos.grpo.test_update import learn, weights_of
from tests.algos.test_fatal_grpo import LengthReward
from tests.algos.tiny_setting import GRPO, make_checkpoint, make_environment

CONFIG = replace(
    GRPO, epochs=1, minibatches=1, variant="vanilla", context="references", tokens=4_000
)


def test_the_update_is_that_of_the_equation(tiny_world: World) -> None:
    environment = make_environment(tiny_world, reward=LengthReward(), faults=None)
    tasks = [environment["tasks"][index] for index in (0, 0, 1, 1)]
    played_by = make_checkpoint(tiny_world)
    policy = make_policy(played_by, CONFIG, CONFIG.temperature)
    with closing(SearchVectorEnv(4, autoreset_mode="Disabled", **environment)) as environments:
        rollouts = collect(policy, environments, tasks, [1, 2, 3, 4])
    assert any(len(rollout.sequences) > 1 for rollout in rollouts)
    learnt, figures = learn(tiny_world, rollouts, CONFIG)

    checkpoint = make_checkpoint(tiny_world)
    scorer = Scorer(checkpoint.model, temperature=CONFIG.temperature).train()
    (optimizer,) = make_optimizers(
        scorer, learning_rate=CONFIG.learning_rate, weight_decay=CONFIG.weight_decay
    )
    rewards = torch.tensor([float(rollout.trajectory.reward or 0) for rollout in rollouts])
    advantages = group_advantages(rewards, CONFIG.group_size)
    for rollout, advantage in zip(rollouts, advantages, strict=True):
        sampled = sum(sum(sequence.generated) for sequence in rollout.sequences)
        for sequence in rollout.sequences:
            batch = batch_for(checkpoint, [sequence])
            logp, _ = scorer(batch)
            ratio = (logp - batch.log_probabilities).exp()
            least = torch.minimum(ratio * advantage, ratio.clamp(0.8, 1.28) * advantage)
            (-(least * batch.generated).sum() / sampled / len(rollouts)).backward()
    norm = float(torch.nn.utils.clip_grad_norm_(scorer.parameters(), CONFIG.clip))
    assert figures["gradient_norm"] == pytest.approx(norm, rel=1e-4)
    optimizer.step()
    for name, weight in weights_of(learnt).items():
        # AdamW's first step follows the sign of the gradient, also where that is rounding.
        close = torch.isclose(weight, weights_of(checkpoint)[name], atol=2e-5, rtol=1e-3)
        assert close.float().mean() > 0.999, name


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"context": "hole"}, "context must be one of whole"),
        ({"beta": 0.1}, "makes several sequences of an episode"),
        ({"ratio": "sequence"}, "makes several sequences of an episode"),
    ],
)
def test_what_contexts_do_not_go_with(
    tiny_world: World, change: dict[str, object], message: str
) -> None:
    config = replace(CONFIG, **change)  # type: ignore[arg-type]
    with pytest.raises(TrainingError, match=message):
        check_settings(config, make_checkpoint(tiny_world), make_environment(tiny_world), 1)
