"""Log-probabilities of whole rollouts under a model that is not being updated."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from algos.models import Checkpoint
from algos.rollouts.group import Rollout, as_batch
from algos.tokens.trajectory import bucket_by_length


@torch.no_grad()
def score_rollouts(
    scorer: Any,
    checkpoint: Checkpoint,
    rollouts: Sequence[Rollout],
    *,
    tokens: int,
    device: torch.device | str,
) -> Tensor:
    """Log-probabilities of what the policy wrote, in batches of similar length.

    Args:
        scorer: An `algos.tokens.scoring.Scorer`.
        checkpoint: Whose tokens they are.
        rollouts: N, the longest of T tokens.
        tokens: Most tokens of one forward pass, padding included.
        device: Where the scorer's model is.

    Returns:
        Shape (N, T − 1) as the batch of all rollouts has it, 0 where the policy wrote nothing; on
        the device.
    """
    lengths = [len(rollout.tokens) for rollout in rollouts]
    found = torch.zeros(len(rollouts), max(lengths) - 1, device=device)
    for places in bucket_by_length(lengths, tokens):
        batch = as_batch(checkpoint, [rollouts[place] for place in places], device)
        scores, _ = scorer(batch)
        found[places, : scores.shape[1]] = scores.to(found.dtype)
    return found
