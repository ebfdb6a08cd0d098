"""Advantages, the clamp and the mask: against recorded pairs, their algebra, their refusals."""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.testing import assert_close

from algos.objectives import clamp_fatal, fatal_token_mask, group_advantages

PARITY = Path(__file__).parent.parent / "parity"
ADVANTAGES = json.loads((PARITY / "advantages.open.json").read_text())
MASKS = json.loads((PARITY / "fatal_mask.open.json").read_text())
ESTIMATORS = {
    "grpo_sample_std": {"estimator": "grpo", "std": "sample"},
    "mean_only": {"estimator": "mean_only"},
    "rloo": {"estimator": "rloo"},
}
REWARD = st.floats(-100, 100, width=32) | st.sampled_from([0.0, 0.8, 1.0])
GROUPS = st.tuples(st.integers(2, 16), st.integers(1, 4)).flatmap(
    lambda sizes: st.lists(REWARD, min_size=sizes[0] * sizes[1], max_size=sizes[0] * sizes[1]).map(
        lambda rewards: (torch.tensor(rewards, dtype=torch.float64), sizes[0])
    )
)
few = settings(max_examples=50)


@pytest.mark.parametrize("recorded", ESTIMATORS)
def test_recorded_advantages(recorded: str) -> None:
    assert len(ADVANTAGES) == 150
    for pair in ADVANTAGES:
        rewards = torch.tensor(pair["rewards"])
        ours = group_advantages(rewards, pair["group_size"], **ESTIMATORS[recorded])
        assert_close(ours, torch.tensor(pair[recorded]), rtol=1e-5, atol=2e-6)


def test_recorded_masks_one_by_one_and_as_a_batch() -> None:
    assert len(MASKS) == 150
    width = max(len(pair["mask"]) for pair in MASKS)
    rows: dict[str, list[list[int]]] = {"generated_mask": [], "step_of_token": [], "mask": []}
    for pair in MASKS:
        one = fatal_token_mask(
            torch.tensor([pair["generated_mask"]]),
            torch.tensor([pair["step_of_token"]]),
            torch.tensor([pair["fatal_step"]]),
        )
        assert one.tolist() == [pair["mask"]]
        for name, filling in (("generated_mask", 0), ("step_of_token", -1), ("mask", 0)):
            rows[name].append([filling] * (width - len(pair[name])) + pair[name])
    batch = fatal_token_mask(
        torch.tensor(rows["generated_mask"]),
        torch.tensor(rows["step_of_token"]),
        torch.tensor([pair["fatal_step"] for pair in MASKS]),
    )
    assert batch.tolist() == rows["mask"]


@pytest.mark.parametrize("recorded", ESTIMATORS)
def test_a_group_of_one_keeps_its_reward(recorded: str) -> None:
    rewards = torch.tensor([0.25, -3.0, 1.0])
    advantages = group_advantages(rewards, 1, **ESTIMATORS[recorded])
    assert torch.equal(advantages, rewards)
    advantages[0] = 9.0
    assert rewards[0] == 0.25


@few
@given(GROUPS)
def test_advantages_against_numpy(case: tuple[torch.Tensor, int]) -> None:
    rewards, size = case
    groups = rewards.numpy().reshape(-1, size)
    centred = groups - groups.mean(axis=1, keepdims=True)
    for std, freedom in (("population", 0), ("sample", 1)):
        scaled = centred / (groups.std(axis=1, keepdims=True, ddof=freedom) + 0.5)
        ours = group_advantages(rewards, size, std=std, eps=0.5)
        np.testing.assert_allclose(ours.numpy(), scaled.ravel(), rtol=1e-9, atol=1e-10)
    others = (groups.sum(axis=1, keepdims=True) - groups) / (size - 1)
    ours = group_advantages(rewards, size, estimator="rloo")
    np.testing.assert_allclose(ours.numpy(), (groups - others).ravel(), rtol=1e-9, atol=1e-10)


@few
@given(GROUPS)
def test_the_mean_of_a_group_is_zero(case: tuple[torch.Tensor, int]) -> None:
    rewards, size = case
    for estimator in ("grpo", "rloo", "mean_only"):
        sums = group_advantages(rewards, size, estimator=estimator).view(-1, size).sum(dim=1)
        assert_close(sums, torch.zeros_like(sums), rtol=0, atol=1e-9)


@few
@given(GROUPS)
def test_rloo_is_mean_only_times_a_factor(case: tuple[torch.Tensor, int]) -> None:
    rewards, size = case
    mean_only = group_advantages(rewards, size, estimator="mean_only")
    rloo = group_advantages(rewards, size, estimator="rloo")
    assert_close(rloo, mean_only * size / (size - 1), rtol=1e-12, atol=1e-12)


@few
@given(GROUPS, st.sampled_from(sorted(ESTIMATORS)), st.randoms(use_true_random=False))
def test_order_in_a_group_and_other_groups_do_not_matter(
    case: tuple[torch.Tensor, int], recorded: str, random: Any
) -> None:
    rewards, size = case
    arguments = ESTIMATORS[recorded]
    order = list(range(len(rewards)))
    for start in range(0, len(rewards), size):
        part = order[start : start + size]
        random.shuffle(part)
        order[start : start + size] = part
    advantages = group_advantages(rewards, size, **arguments)
    shuffled = group_advantages(rewards[order], size, **arguments)
    assert_close(shuffled, advantages[order], rtol=1e-6, atol=1e-9)
    alone = group_advantages(rewards[:size], size, **arguments)
    assert_close(alone, advantages[:size], rtol=1e-6, atol=1e-9)


@few
@given(REWARD, st.integers(2, 64), st.sampled_from([torch.float32, torch.float64]))
def test_equal_rewards_prefer_nothing(reward: float, size: int, dtype: torch.dtype) -> None:
    for arguments in ESTIMATORS.values():
        rewards = torch.full((2 * size,), reward, dtype=dtype)
        assert group_advantages(rewards, size, **arguments).abs().max() <= 1e-6
    for std in ("population", "sample"):
        half = torch.full((size,), 0.5)
        assert not group_advantages(half, size, std=std, eps=0.0).any()


@pytest.mark.parametrize(
    ("given", "made"),
    [
        (torch.float16, torch.float16),
        (torch.bfloat16, torch.bfloat16),
        (torch.float64, torch.float64),
        (torch.int64, torch.float32),
        (torch.bool, torch.float32),
    ],
)
def test_dtypes(given: torch.dtype, made: torch.dtype) -> None:
    rewards = torch.tensor([1, 0, 1, 0]).to(given)
    advantages = group_advantages(rewards, 2)
    assert advantages.dtype == made
    assert_close(advantages.double(), torch.tensor([1.0, -1, 1, -1]).double(), rtol=0, atol=1e-4)
    assert group_advantages(rewards, 1).dtype == made


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("size", [1, 4])
def test_an_empty_batch_is_no_error(size: int) -> None:
    for arguments in ESTIMATORS.values():
        assert group_advantages(torch.zeros(0), size, **arguments).shape == (0,)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"rewards": torch.zeros(2, 2)}, r"shape \(N,\), got \(2, 2\)"),
        ({"rewards": torch.tensor(1.0)}, r"shape \(N,\)"),
        ({"group_size": 3}, "divide the 4 rewards, got 3"),
        ({"group_size": 0}, "got 0"),
        ({"group_size": -2}, "got -2"),
        ({"estimator": "ppo"}, "grpo, rloo or mean_only, got 'ppo'"),
        ({"std": "both"}, "population, sample or batch, got 'both'"),
        ({"eps": -1e-6}, "at least 0"),
        ({"eps": math.nan}, "at least 0, got nan"),
        ({"rewards": torch.tensor([0.0, math.nan, 1, 1])}, "leave unscored episodes out"),
        ({"rewards": torch.tensor([0.0, -math.inf, 1, 1])}, "must be finite"),
    ],
)
def test_wrong_groups_are_refused(change: dict[str, Any], message: str) -> None:
    arguments = {"rewards": torch.tensor([0.0, 1, 1, 0]), "group_size": 2, **change}
    with pytest.raises(ValueError, match=message):
        group_advantages(arguments.pop("rewards"), arguments.pop("group_size"), **arguments)


@few
@given(GROUPS, st.data())
def test_the_clamp_spares_only_the_fatal(case: tuple[torch.Tensor, int], data: Any) -> None:
    rewards, size = case
    marks = st.lists(st.booleans(), min_size=len(rewards), max_size=len(rewards))
    fatal = torch.tensor(data.draw(marks))
    advantages = group_advantages(rewards, size)
    before = advantages.clone()
    clamped = clamp_fatal(advantages, fatal)
    assert torch.equal(advantages, before)
    assert bool((clamped[fatal] >= 0).all())
    assert torch.equal(clamped[~fatal], advantages[~fatal])
    praised = fatal & (advantages > 0)
    assert torch.equal(clamped[praised], advantages[praised])
    assert torch.equal(clamp_fatal(clamped, fatal), clamped)
    # The bias that the clamp adds to a group's mean: b = 1/G Σ_fatal max(0, −r̃).
    bias = torch.where(fatal, (-advantages).clamp_min(0), 0.0).view(-1, size).mean(dim=1)
    assert_close(clamped.view(-1, size).mean(dim=1), bias, rtol=1e-9, atol=1e-9)
    by_token = clamp_fatal(advantages.unsqueeze(1).expand(-1, 3), fatal)
    assert torch.equal(by_token, clamped.unsqueeze(1).expand(-1, 3))
    assert torch.equal(clamp_fatal(advantages, fatal.long()), clamped)


@pytest.mark.parametrize(
    ("advantages", "fatal"),
    [((3,), (2,)), ((3, 2), (2,)), ((3,), (3, 1)), ((), ()), ((2, 2, 2), (2,))],
)
def test_a_clamp_that_does_not_fit_is_refused(advantages: Any, fatal: Any) -> None:
    with pytest.raises(ValueError, match=r"fatal must have shape \(B,\)"):
        clamp_fatal(torch.zeros(advantages), torch.zeros(fatal, dtype=torch.bool))


@few
@given(st.data())
def test_the_mask_keeps_what_was_written_before_the_fatal_step(data: Any) -> None:
    rows, width = data.draw(st.integers(1, 4)), data.draw(st.integers(0, 12))
    written = torch.tensor(
        data.draw(st.lists(st.lists(st.integers(0, 1), min_size=width, max_size=width),
                           min_size=rows, max_size=rows))
    ).view(rows, width)  # fmt: skip
    steps = torch.arange(width).div(3, rounding_mode="floor").sub(1).expand(rows, width)
    fatal = torch.tensor(data.draw(st.lists(st.integers(-1, 5), min_size=rows, max_size=rows)))
    for dtype in (torch.int64, torch.bool, torch.float32):
        mask = fatal_token_mask(written.to(dtype), steps, fatal)
        assert mask.dtype == dtype and mask.shape == written.shape
        for row in range(rows):
            for token in range(width):
                kept = fatal[row] < 0 or steps[row, token] < fatal[row]
                expected = bool(written[row, token]) and bool(kept)
                assert bool(mask[row, token]) == expected


def test_a_fatal_step_of_zero_masks_all_and_minus_one_nothing() -> None:
    written = torch.tensor([[0, 1, 1, 1]] * 3)
    steps = torch.tensor([[-1, 0, 1, 2]] * 3)
    mask = fatal_token_mask(written, steps, torch.tensor([0, -1, 3]))
    assert mask.tolist() == [[0, 0, 0, 0], [0, 1, 1, 1], [0, 1, 1, 1]]


@pytest.mark.parametrize(
    ("written", "steps", "fatal"),
    [((2, 3), (2, 4), (2,)), ((2, 3), (2, 3), (3,)), ((6,), (6,), (1,)), ((2, 3), (2, 3), (2, 1))],
)
def test_a_mask_that_does_not_fit_is_refused(written: Any, steps: Any, fatal: Any) -> None:
    with pytest.raises(ValueError, match=r"shape \(B, T\) and fatal_step \(B,\), got"):
        fatal_token_mask(torch.ones(written), torch.zeros(steps), torch.zeros(fatal))


def test_the_deviation_of_a_batch_does_not_blow_up_small_differences() -> None:
    rewards = torch.tensor([1.0, 0.0, 0.21, 0.19])
    found = group_advantages(rewards, 2, std="batch", eps=0.0)
    spread = float(rewards.double().std())
    expected = torch.tensor([0.5, -0.5, 0.01, -0.01]) / spread
    torch.testing.assert_close(found, expected)
    alone = group_advantages(rewards, 2, std="sample", eps=0.0)
    assert alone[2] == pytest.approx(alone[0])
