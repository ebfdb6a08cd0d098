"""How a minibatch's sequences are laid out for the forward pass: each by itself, or as trees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch

from algos.models import Checkpoint
from algos.tokens.prefix_tree import PrefixTree, by_prompt, make_tree_batch
from algos.tokens.scoring import batch_for, token_places
from algos.tokens.trajectory import TokenBatch, TokenTrajectory


@dataclass(frozen=True)
class PackedRow:
    """A row of a batch.

    Attributes:
        sequences: What stands in it.
        numbers: Which sequences of the step these are.
        size: Tokens of the row.
        tree: Their tree, None for one sequence as it is.
    """

    sequences: Sequence[TokenTrajectory]
    numbers: Sequence[int]
    size: int
    tree: PrefixTree | None = None


def pack(
    checkpoint: Checkpoint,
    sequences: Sequence[TokenTrajectory],
    chosen: Sequence[int],
    *,
    share_prefixes: bool,
    tokens: int,
) -> list[PackedRow]:
    """Rows of some sequences.

    Args:
        checkpoint: Whose tokens they are.
        sequences: All sequences of a step.
        chosen: Numbers of those that are wanted.
        share_prefixes: Put sequences into one row as a tree, those of a prompt together.
        tokens: Most tokens of a tree, unless those of one prompt have more.
    """
    if not share_prefixes:
        return [PackedRow((sequences[each],), (each,), len(sequences[each])) for each in chosen]

    def grow(numbers: Sequence[int]) -> PackedRow:
        own = [sequences[each] for each in numbers]
        tree = PrefixTree(own, checkpoint.family, **token_places(checkpoint))
        return PackedRow(own, numbers, tree.size, tree)

    groups = by_prompt([sequences[each] for each in chosen])
    rows = [grow([chosen[place] for place in group]) for group in groups]
    bins: list[list[PackedRow]] = []
    for row in rows:
        if bins and sum(each.size for each in bins[-1]) + row.size <= tokens:
            bins[-1].append(row)
        else:
            bins.append([row])
    # Prompts begin alike too: with the system's.
    return [
        part[0] if len(part) == 1 else grow([number for row in part for number in row.numbers])
        for part in bins
    ]


def packed_batch(
    checkpoint: Checkpoint, rows: Sequence[PackedRow], device: torch.device
) -> TokenBatch:
    """Rows as one batch for a `Scorer`, its targets a line a sequence in the order of the rows."""
    sequences = [each for row in rows for each in row.sequences]
    trees = [row.tree for row in rows if row.tree is not None]
    if not trees:
        return batch_for(checkpoint, sequences, device)
    return make_tree_batch(
        trees, sequences, checkpoint.family, **token_places(checkpoint), device=device
    )
