"""A batch of verl's: its advantage, clamped, and its loss are ours, and so is the gradient."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.testing import assert_close
from verl.trainer.ppo.core_algos import (
    compute_grpo_outcome_advantage,
    compute_policy_loss_vanilla,
    compute_rloo_outcome_advantage,
)
from verl.trainer.ppo.ray_trainer import compute_advantage

from algos.objectives import group_advantages, policy_loss
from algos.tokens.conversation import Patches
from algos.tokens.scoring import Scorer
from algos.tokens.trajectory import TokenTrajectory, make_batch
from algos.verl_adapter import fatal_aware_advantage
from algos.verl_adapter.trainer import clamp_rows
from tests.verl_adapter.replay import log_probabilities

MODES = {
    "seq-mean-token-sum": "sequence_mean_token_sum",
    "seq-mean-token-mean": "sequence_mean",
    "token-mean": "token_mean",
}


def verls_estimators(estimator: str) -> Any:
    return {
        "grpo": compute_grpo_outcome_advantage,
        "rloo": compute_rloo_outcome_advantage,
        "mean_only": lambda *given: compute_grpo_outcome_advantage(
            *given, norm_adv_by_std_in_grpo=False
        ),
    }[estimator]


@settings(max_examples=100, deadline=None)
@given(st.data(), st.sampled_from(["grpo", "rloo", "mean_only"]))
def test_vanilla_is_verls_own_advantage(data: st.DataObject, estimator: Any) -> None:
    size = data.draw(st.integers(1, 8))
    # Halves and their sums are exact, so that rounding within a group of equal rewards does not
    # count: verl's float32 mean of them may be off by a bit, which its deviation then blows up.
    reward = st.integers(0, 8).map(lambda halves: halves / 8)
    rewards = torch.tensor(data.draw(st.lists(reward, min_size=2 * size, max_size=2 * size)))
    rows = torch.zeros(len(rewards), 4)
    rows[:, 3] = rewards
    mask = torch.ones(len(rewards), 4)
    mask[:, 1] = 0
    index = np.array(["a", "b"] * size, dtype=object)
    theirs, _ = verls_estimators(estimator)(rows.clone(), mask, index)
    ours, _ = fatal_aware_advantage(
        rows, mask, index, [True] * len(rewards), variant="vanilla", estimator=estimator
    )
    assert_close(ours, theirs, rtol=0, atol=2e-6)


def advantages_of(played: Any, estimator: str) -> Any:
    """The batch after verl's own advantage and our clamp."""
    batch = played.batch.select()
    batch.batch["token_level_rewards"] = batch.batch["rm_scores"]
    batch.non_tensor_batch["uid"] = np.array(["g"] * len(batch), dtype=object)
    made = compute_advantage(batch, adv_estimator=estimator, config=played.config.algorithm)
    fatal = played.batch.non_tensor_batch["searchvl_fatal"].tolist()
    clamped, figures = clamp_rows(
        made.batch["advantages"], made.batch["response_mask"], fatal, [True] * len(fatal)
    )
    made.batch["advantages"] = clamped
    return made, figures


@pytest.mark.parametrize("estimator", ["grpo", "rloo"])
def test_the_clamp_after_verls_advantage_is_our_advantage(played: Any, estimator: Any) -> None:
    made, figures = advantages_of(played, estimator)
    ours, _ = fatal_aware_advantage(
        made.batch["rm_scores"],
        made.batch["response_mask"],
        ["g"] * 4,
        played.batch.non_tensor_batch["searchvl_fatal"],
        estimator=estimator,
    )
    assert_close(made.batch["advantages"], ours, rtol=0, atol=1e-6)
    assert figures["fatal_share"] == 0.5 and figures["clamp_bias"] > 0
    # The scores that verl logs stay what the environment gave.
    assert bool((made.batch["rm_scores"].sum(dim=1) >= 0).all())


def our_batch(played: Any) -> Any:
    """The same rollouts as our own trainer would have them."""
    batch = played.batch.batch
    rows = []
    for row in range(len(batch)):
        width = batch["responses"].shape[1]
        prompt = batch["input_ids"][row, :-width][batch["attention_mask"][row, :-width] == 1]
        real = batch["attention_mask"][row, -width:] == 1
        response = batch["responses"][row][real].tolist()
        made = played.batch.non_tensor_batch["multi_modal_inputs"][row]
        grids = [tuple(grid) for grid in made["image_grid_thw"].tolist()]
        values = made["pixel_values"].split([int(np.prod(grid)) for grid in grids])
        pictures = [Patches(part.numpy(), grid) for part, grid in zip(values, grids, strict=True)]
        length = len(prompt) + len(response)
        counted = batch["response_mask"][row][real].bool().tolist()
        scores = batch["rollout_log_probs"][row][real].tolist()
        rows.append(
            TokenTrajectory(
                prompt.tolist() + response,
                [False] * len(prompt) + counted,
                [0] * length,
                [0.0] * len(prompt) + scores,
                pictures,
            )
        )
    tokenizer = played.checkpoint.tokenizer
    marker = played.checkpoint.model.config.image_token_id
    return make_batch(rows, padding=int(tokenizer.pad_token_id), image_token=marker, merge=2)


def gradients(model: Any) -> torch.Tensor:
    found = [weight.grad.flatten() for weight in model.parameters() if weight.grad is not None]
    model.zero_grad()
    return torch.cat(found)


@pytest.mark.parametrize("mode", MODES)
def test_loss_and_gradient_are_ours(played: Any, mode: str) -> None:
    made, _ = advantages_of(played, "rloo")
    model = played.checkpoint.model
    temperature = 0.7
    batch = made.batch
    mask = batch["response_mask"].bool()
    # Old log-probabilities near the model's, so that some ratios are clipped and none is beyond
    # verl's second clip at 3, which the paper's loss does not have.
    with torch.no_grad():
        now = log_probabilities(model, played.batch, temperature)
        noise = torch.rand(now.shape, generator=torch.Generator().manual_seed(0)) - 0.5
        old = torch.where(mask, now + noise, 0.0)
    theirs, _ = compute_policy_loss_vanilla(
        old_log_prob=old,
        log_prob=log_probabilities(model, played.batch, temperature),
        advantages=batch["advantages"],
        response_mask=mask,
        loss_agg_mode=mode,
        config=_actor(global_batch_size=4, batch_num_tokens=int(mask.sum())),
    )
    theirs.backward()
    expected = gradients(model)

    ours = our_batch(played)
    scores, _ = Scorer(model, temperature=temperature)(ours)
    old_ours, advantages = torch.zeros_like(scores), torch.zeros_like(scores)
    for row in range(4):
        columns = ours.generated[row].bool()
        old_ours[row, columns] = old[row, mask[row]]
        advantages[row, columns] = batch["advantages"][row, mask[row]]
    loss, metrics = policy_loss(
        scores,
        old_ours,
        advantages,
        ours.generated,
        clip_low=0.2,
        clip_high=0.28,
        aggregation=MODES[mode],  # type: ignore[arg-type]
    )
    loss.backward()
    assert metrics["clip_fraction"] > 0 and metrics["empty_rows"] == 1
    assert_close(loss, theirs, rtol=1e-5, atol=1e-5)
    assert_close(gradients(model), expected, rtol=1e-4, atol=1e-5)


def _actor(**batch: Any) -> Any:
    """What verl's loss reads of an actor's configuration."""

    class Config(SimpleNamespace):
        def get(self, name: str, default: Any = None) -> Any:
            return getattr(self, name, default)

    return Config(
        clip_ratio=0.2,
        clip_ratio_low=0.2,
        clip_ratio_high=0.28,
        clip_ratio_c=3.0,
        global_batch_info={"dp_size": 1, "loss_scale_factor": None, **batch},
    )


def test_group_statistics_count_fatal_rollouts(played: Any) -> None:
    made, _ = advantages_of(played, "rloo")
    scores = made.batch["rm_scores"].sum(dim=1)
    expected = group_advantages(scores, 4, estimator="rloo")
    found = made.batch["advantages"][:2].max(dim=1).values
    assert_close(found[0], expected[0], rtol=0, atol=1e-6)


def test_nested_rows_are_clamped_alike() -> None:
    rows = [torch.tensor([-1.0, -1.0]), torch.tensor([2.0]), torch.tensor([0.0, -3.0, -3.0])]
    masks = [torch.tensor([1, 1]), torch.tensor([1]), torch.tensor([0, 1, 1])]
    nested = torch.nested.as_nested_tensor(rows, layout=torch.jagged)
    mask = torch.nested.as_nested_tensor(masks, layout=torch.jagged)
    clamped, figures = clamp_rows(nested, mask, [True, True, False], [True, True, True])
    assert [row.tolist() for row in clamped.unbind()] == [[0, 0], [2], [0, -3, -3]]
    assert figures["fatal_share"] == pytest.approx(2 / 3)
    assert (figures["clamped_mean"], figures["kept_mean"]) == (-1.0, 2.0)
