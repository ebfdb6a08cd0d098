"""The fatal-aware advantage on verl's tensors.

verl compares a rollout with all rollouts that share its `uid`, fatal ones included, as the paper
does. So the clamp needs no estimator of its own: it is `max(A, 0)` on the rows that are fatal,
after the advantage that verl has computed. `fatal_aware_advantage` does both at once in plain
torch; `trainer.FatalAwareTrainer` does the second half within verl.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from algos.objectives import Estimator, clamp_fatal, group_advantages
from algos.rollouts.fatal_variants import VARIANTS, Variant


def fatal_aware_advantage(
    token_level_rewards: Tensor,
    response_mask: Tensor,
    index: Any,
    fatal: Any,
    *,
    variant: Variant = "fatal_aware",
    estimator: Estimator = "grpo",
) -> tuple[Tensor, Tensor]:
    """Advantages of a batch of rollouts, a token at a time, as verl's estimators give them.

    A rollout's score is the sum of its rewards. It is compared with the scores of all rollouts of
    its group, with the sample deviation that verl takes, and spread over its tokens. The mask is
    the agent loop's: it already leaves out what follows a fatal step.

    Args:
        token_level_rewards: Shape (B, T), finite; as a rule the return stands at the last token.
        response_mask: Shape (B, T), 1 on the tokens that are trained on.
        index: The group of each row, such as verl's `uid`: B hashable values, or a vector.
        fatal: Whether each row is fatal: B booleans.
        variant: `fatal_aware` clamps the advantage of fatal rows at 0; `hard_mask` takes them out
            whole; `fatal_mask` and `vanilla` leave it as it is, the mask makes their difference.
        estimator: `grpo`, `rloo`, or `mean_only` (verl's `grpo` without the deviation).

    Returns:
        Advantages and returns, which are the same: shape (B, T), 0 where the mask is.

    Raises:
        ValueError: When a name is unknown, the shapes do not fit or a reward is not finite.

    >>> rewards, mask = torch.tensor([[0.0, 1.0], [0.0, 0.0]]), torch.ones(2, 2)
    >>> advantages, _ = fatal_aware_advantage(
    ...     rewards, mask, ["a", "a"], [False, True], estimator="rloo"
    ... )
    >>> advantages.tolist()
    [[1.0, 1.0], [0.0, 0.0]]
    """
    if variant not in VARIANTS:
        raise ValueError(f"variant must be one of {', '.join(VARIANTS)}; got {variant!r}")
    groups, rows = list(_plain(index)), torch.tensor([bool(each) for each in _plain(fatal)])
    shape = tuple(token_level_rewards.shape)
    if len(shape) != 2 or response_mask.shape != shape or {len(groups), len(rows)} != {shape[0]}:
        raise ValueError(
            "token_level_rewards and response_mask must have shape (B, T), index and fatal "
            f"length B; got {shape}, {tuple(response_mask.shape)}, {len(groups)} and {len(rows)}"
        )
    with torch.no_grad():
        scores = compare_within_groups(token_level_rewards.sum(dim=-1), groups, estimator)
        rows = rows.to(scores.device)
        if variant == "fatal_aware":
            scores = clamp_fatal(scores, rows)
        elif variant == "hard_mask":
            scores = scores.masked_fill(rows, 0)
        advantages = scores.unsqueeze(1) * response_mask
    return advantages, advantages


def compare_within_groups(
    scores: Tensor, groups: Sequence[Any], estimator: Estimator = "grpo"
) -> Tensor:
    """`group_advantages` with the sample deviation, for groups of any size and in any order.

    Args:
        scores: Shape (B,), finite.
        groups: The group of each; hashable.
        estimator: See `group_advantages`.

    Raises:
        ValueError: When the estimator is unknown or a score is not finite.

    >>> compare_within_groups(torch.tensor([3.0, 0.0, 1.0]), ["a", "b", "a"], "mean_only").tolist()
    [1.0, 0.0, -1.0]
    """
    members: dict[Any, list[int]] = {}
    for row, group in enumerate(groups):
        members.setdefault(group, []).append(row)
    dtype = scores.dtype if scores.is_floating_point() else torch.float32
    found = torch.empty(len(scores), dtype=dtype, device=scores.device)
    for places in members.values():
        found[places] = group_advantages(
            scores[places], len(places), estimator=estimator, std="sample"
        )
    return found


def _plain(values: Any) -> Any:
    """A tensor or an array as a list of plain values, which can be keys; the rest as it is."""
    return values.tolist() if hasattr(values, "tolist") else values
