"""The advantage on verl's tensors: recorded pairs of verl, our own objectives, bad input."""

import json
import math
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.testing import assert_close

from algos.objectives import clamp_fatal, group_advantages
from algos.verl_adapter import fatal_aware_advantage
from algos.verl_adapter.advantage import compare_within_groups

PARITY = Path(__file__).parents[2] / "parity"
ADVANTAGES = json.loads((PARITY / "advantages.open.json").read_text())
RECORDED = {"grpo": "grpo_sample_std", "mean_only": "mean_only", "rloo": "rloo"}
few = settings(max_examples=50)


def at_last_token(rewards: torch.Tensor, width: int = 5) -> tuple[torch.Tensor, torch.Tensor]:
    """Rewards of rollouts of growing length, and a mask with a gap as tool results make it."""
    rows = torch.zeros(len(rewards), width, dtype=rewards.dtype)
    mask = torch.zeros(len(rewards), width)
    for row, reward in enumerate(rewards):
        length = 2 + row % (width - 1)
        rows[row, length - 1] = reward
        mask[row, :length] = 1
        mask[row, 1] = 0
    return rows, mask


@st.composite
def batches(draw: st.DrawFn) -> tuple[torch.Tensor, list[str], torch.Tensor]:
    """Rewards of groups of one size, whose rows are mixed; the groups; fatal flags."""
    size, groups = draw(st.integers(1, 8)), draw(st.integers(1, 4))
    count = size * groups
    reward = st.floats(-2, 2, width=32) | st.sampled_from([0.0, 0.8, 1.0])
    rewards = torch.tensor(draw(st.lists(reward, min_size=count, max_size=count)))
    order = draw(st.permutations([f"group-{n // size}" for n in range(count)]))
    fatal = torch.tensor(draw(st.lists(st.booleans(), min_size=count, max_size=count)))
    return rewards.double(), order, fatal


@pytest.mark.parametrize("estimator", RECORDED)
def test_advantages_that_verl_computed(estimator: Any) -> None:
    for pair in ADVANTAGES:
        rewards, mask = at_last_token(torch.tensor(pair["rewards"]))
        groups = [row // pair["group_size"] for row in range(len(rewards))]
        fatal = [row % 3 == 0 for row in groups]
        advantages, returns = fatal_aware_advantage(
            rewards, mask, np.array(groups, object), fatal, variant="vanilla", estimator=estimator
        )
        expected = torch.tensor(pair[RECORDED[estimator]]).unsqueeze(1) * mask
        assert_close(advantages, expected, rtol=1e-5, atol=2e-6)
        assert torch.equal(advantages, returns)


@few
@given(batches(), st.sampled_from(["grpo", "rloo", "mean_only"]))
def test_equal_to_our_own_objectives(batch: Any, estimator: Any) -> None:
    rewards, groups, fatal = batch
    order = sorted(range(len(groups)), key=lambda row: groups[row])
    size = groups.count(groups[0])
    ours = torch.empty_like(rewards)
    ours[order] = group_advantages(rewards[order], size, estimator=estimator, std="sample")
    rows, mask = at_last_token(rewards)
    for variant, expected in {
        "vanilla": ours,
        "fatal_mask": ours,
        "hard_mask": torch.where(fatal, 0.0, ours),
        "fatal_aware": clamp_fatal(ours, fatal),
    }.items():
        found, _ = fatal_aware_advantage(
            rows, mask, groups, fatal, variant=variant, estimator=estimator
        )
        assert_close(found, expected.unsqueeze(1) * mask, rtol=0, atol=1e-6)


@few
@given(batches())
def test_the_clamp_never_blames_a_fatal_rollout_and_changes_no_other(batch: Any) -> None:
    rewards, groups, fatal = batch
    rows, mask = at_last_token(rewards)
    vanilla, _ = fatal_aware_advantage(rows, mask, groups, fatal, variant="vanilla")
    clamped, _ = fatal_aware_advantage(rows, mask, groups, fatal)
    assert bool((clamped[fatal] >= 0).all())
    assert torch.equal(clamped[~fatal], vanilla[~fatal])
    assert torch.equal(clamped[fatal], vanilla[fatal].clamp_min(0))
    assert bool((clamped[mask == 0] == 0).all())


def test_groups_of_several_sizes() -> None:
    scores = torch.tensor([1.0, 5.0, 3.0, 2.0])
    found = compare_within_groups(scores, ["a", "b", "a", "a"], "rloo")
    assert found.tolist() == [1 - 2.5, 5.0, 3 - 1.5, 2 - 2.0]


def test_neither_rewards_nor_mask_are_changed() -> None:
    rewards, mask = torch.tensor([[0.0, 1.0], [0.0, 0.0]]), torch.ones(2, 2)
    before = rewards.clone()
    advantages, _ = fatal_aware_advantage(rewards.requires_grad_(), mask, [7, 7], [True, True])
    assert torch.equal(rewards, before) and torch.equal(mask, torch.ones(2, 2))
    assert not advantages.requires_grad


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"variant": "clamped"}, "variant must be one of"),
        ({"estimator": "gae"}, "estimator must be"),
        ({"fatal": [True]}, "length B"),
        ({"index": ["a"]}, "length B"),
        ({"response_mask": torch.ones(2, 3)}, "shape"),
        ({"token_level_rewards": torch.tensor([[0.0, math.nan], [0.0, 0.0]])}, "finite"),
    ],
)
def test_bad_input_is_refused_in_one_line(changes: dict[str, Any], message: str) -> None:
    arguments: dict[str, Any] = {
        "token_level_rewards": torch.zeros(2, 2),
        "response_mask": torch.ones(2, 2),
        "index": ["a", "a"],
        "fatal": [False, True],
        **changes,
    }
    with pytest.raises(ValueError, match=message) as raised:
        fatal_aware_advantage(**arguments)
    assert "\n" not in str(raised.value)


def test_importing_it_needs_no_verl() -> None:
    code = (
        "import sys; sys.modules['verl'] = sys.modules['ray'] = None; import algos.verl_adapter; "
        "print(sorted({'transformers', 'accelerate'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
