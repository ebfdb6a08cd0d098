r"""Episodes of several token sequences: what a context that changes the past leaves to train on.

Episode i has the sequences s = 1 … S_i; each sampled token is generated in exactly one of them. All
of it is one episode: one reward, one advantage Â_i from its group, one fatal step f_i, and the mask
is M_ist = M_gen · 1[step(s, t) < f_i] in every sequence. The loss is that of the paper with the sum
over an episode's tokens taken through all of its sequences:

    −J = 1/N Σ_i 1/(Σ_st M_ist) Σ_st M_ist ℓ_ist            `sequence_mean`
    −J = 1/N Σ_i Σ_st M_ist ℓ_ist                           `sequence_mean_token_sum`
    −J = Σ_ist M_ist ℓ_ist / Σ_ist M_ist                    `token_mean`

N counts episodes, not sequences. With one sequence an episode these are the usual equations.
Credit is assigned over an episode's sequences laid end to end (`joined`), and cut up again
(`spans`): so it knows nothing of sequences.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from algos.tokens.trajectory import TokenTrajectory


def joined(sequences: Sequence[TokenTrajectory]) -> TokenTrajectory:
    """The sequences of an episode end to end; a single one is given back as it is."""
    if len(sequences) == 1:
        return sequences[0]
    whole = TokenTrajectory()
    for each in sequences:
        whole.tokens += each.tokens
        whole.generated += each.generated
        whole.step += each.step
        whole.log_probabilities += each.log_probabilities
        whole.pictures += each.pictures
    return whole


@dataclass(frozen=True)
class Span:
    """Where a sequence lies in its episode.

    Attributes:
        episode: Number of the episode.
        first: Column of its first target in the row of the joined episode.
        last: Column after its last target.
    """

    episode: int
    first: int
    last: int


def spans(episodes: Sequence[Sequence[int]]) -> list[Span]:
    """The spans of all sequences, in order.

    Column t of a row is about the token that position t predicts, so a sequence of L tokens has
    L − 1 of them; the column between two sequences belongs to neither.

    Args:
        episodes: Tokens of each sequence, by episode.

    >>> spans([[4], [3, 5]])
    [Span(episode=0, first=0, last=3), Span(episode=1, first=0, last=2), Span(episode=1, first=3, last=7)]
    """  # noqa: E501
    found = []
    for number, lengths in enumerate(episodes):
        start = 0
        for length in lengths:
            found.append(Span(number, start, start + length - 1))
            start += length
    return found


def cut(values: Tensor, chosen: Sequence[Span], width: int) -> Tensor:
    """Rows of sequences from rows of joined episodes, filled up with 0.

    Args:
        values: Shape (N, T), a row an episode.
        chosen: Whose rows are wanted, B of them.
        width: Columns of the result.

    Returns:
        Shape (B, width).
    """
    rows = values.new_zeros((len(chosen), width))
    for row, span in enumerate(chosen):
        rows[row, : span.last - span.first] = values[span.episode, span.first : span.last]
    return rows


def token_weights(mask: Tensor, chosen: Sequence[Span], width: int) -> Tensor:
    """Factors that make a sum over sequences the mean over each episode's tokens.

    Args:
        mask: Of the joined episodes, shape (N, T).
        chosen: The sequences, B of them.
        width: Columns of the result.

    Returns:
        1/(Σ_st M_ist) for the tokens of episode i, shape (B, width); 1 for an episode without any.

    >>> mask = torch.tensor([[1.0, 1.0, 0.0, 1.0, 1.0]])
    >>> token_weights(mask, spans([[3, 3]]), 2)
    tensor([[0.2500, 0.2500],
            [0.2500, 0.2500]])
    """
    tokens = mask.sum(dim=1).clamp_min(1)
    episodes = torch.tensor([span.episode for span in chosen], device=mask.device)
    return (1 / tokens[episodes])[:, None].expand(len(chosen), width).contiguous()
