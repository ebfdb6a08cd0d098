"""An episode as tokens, and batches of them for a forward pass."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from algos.models.families import Family, find_family
from algos.tokens.conversation import Picture, Segment, without_placeholders
from algos.tokens.tree_attention import Stretch

QWEN3_VL = find_family("qwen3_vl")


@dataclass
class TokenTrajectory:
    """The tokens of one episode in order, as they were read and sampled.

    Attributes:
        tokens: Token ids.
        generated: Whether the policy wrote the token (`M_gen`).
        step: 0-based step that a token belongs to; −1 for the prompt. An observation belongs to
            the step that brought it.
        log_probabilities: Under the policy that sampled it; 0 for tokens that it did not write.
        pictures: What the placeholders stand for.
    """

    tokens: list[int] = field(default_factory=list)
    generated: list[bool] = field(default_factory=list)
    step: list[int] = field(default_factory=list)
    log_probabilities: list[float] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)

    def __len__(self) -> int:
        """Number of tokens."""
        return len(self.tokens)

    def read(self, segment: Segment, step: int) -> None:
        """Append what the policy was given."""
        self._append(segment.tokens, False, step, [0.0] * len(segment.tokens))
        self.pictures += segment.pictures

    def write(self, tokens: Sequence[int], log_probabilities: Sequence[float], step: int) -> None:
        """Append what the policy sampled."""
        self._append(tokens, True, step, log_probabilities)

    def _append(
        self, tokens: Sequence[int], generated: bool, step: int, scores: Sequence[float]
    ) -> None:
        self.tokens += tokens
        self.generated += [generated] * len(tokens)
        self.step += [step] * len(tokens)
        self.log_probabilities += scores


@dataclass(frozen=True)
class TreeLayout:
    """Where the tokens of a batch stand when it is a forest: R rows of N nodes.

    Attributes:
        targets: Token of each node, shape (R, N).
        parents: Node before it in its row, shape (R, N).
        generated: Whether the policy wrote it, shape (R, N).
        places: For each target of the batch its node among all rows, shape (B, T − 1).
        stretches: What the nodes of each row see; see `algos.tokens.tree_attention`.
    """

    targets: Tensor
    parents: Tensor
    generated: Tensor
    places: Tensor
    stretches: Sequence[Sequence[Stretch]]

    def mask(self) -> Tensor:
        """What the stretches say as a whole: who sees whom, shape (R, 1, N, N)."""
        rows, nodes = self.targets.shape
        seen = torch.zeros(rows, 1, nodes, nodes, dtype=torch.bool, device=self.targets.device)
        for row, stretches in enumerate(self.stretches):
            for each in stretches:
                seen[row, 0, each.first : each.last, each.keys] = each.seen
        return seen


@dataclass(frozen=True)
class TokenBatch:
    """Right-padded trajectories, ready for one forward pass.

    The tensors `targets`, `generated`, `step` and `log_probabilities` are shifted by one: column
    `t` is about the token that position `t` predicts.

    Attributes:
        inputs: Arguments of the model, shape (B, T) and pictures.
        targets: Token ids to predict, shape (B, T − 1).
        generated: Float, 1 where the target is the policy's, shape (B, T − 1).
        step: Step of the target, shape (B, T − 1).
        log_probabilities: Of the sampling policy, shape (B, T − 1).
        tree: Where the tokens stand when shared beginnings are read once; the inputs are then
            those of the tree, without a mask; see `algos.tokens.prefix_tree`.
    """

    inputs: dict[str, Tensor]
    targets: Tensor
    generated: Tensor
    step: Tensor
    log_probabilities: Tensor
    tree: TreeLayout | None = None


def make_batch(
    trajectories: Sequence[TokenTrajectory],
    *,
    padding: int,
    image_token: int,
    merge: int,
    device: torch.device | str = "cpu",
    family: Family = QWEN3_VL,
    pictures: bool = True,
) -> TokenBatch:
    """Pad trajectories to the longest of them.

    Args:
        trajectories: At least one.
        padding: Token that fills up.
        image_token: Placeholder of pictures.
        merge: Patches a side that make one token.
        device: Where the tensors go.
        family: Of the model.
        pictures: Whether the model's arguments for pictures come with it; a batch without them
            is for those who ask only who wrote what.
    """
    rows, longest = len(trajectories), max(len(trajectory) for trajectory in trajectories)
    tokens = np.full((rows, longest), padding, np.int64)
    read = np.full((rows, longest), padding, np.int64)
    attention = np.zeros((rows, longest), np.int64)
    positions = np.zeros((family.axes, rows, longest), np.int64)
    generated = np.zeros((rows, longest), np.float32)
    step = np.full((rows, longest), -1, np.int64)
    scores = np.zeros((rows, longest), np.float32)
    for row, trajectory in enumerate(trajectories):
        length = len(trajectory)
        tokens[row, :length] = trajectory.tokens
        seen = without_placeholders(trajectory.tokens, image_token, padding, trajectory.generated)
        read[row, :length] = seen
        attention[row, :length] = 1
        # Padding counts on: where numbers begin anew, a model sees another sequence in the row.
        positions[:, row, length:] = np.arange(length, longest)
        positions[:, row, :length], _ = family.positions(
            seen, trajectory.pictures, image_token=image_token, merge=merge
        )
        generated[row, :length] = trajectory.generated
        step[row, :length] = trajectory.step
        scores[row, :length] = trajectory.log_probabilities
    inputs = {
        "input_ids": torch.from_numpy(read).to(device),
        **({} if family.causal else {"attention_mask": torch.from_numpy(attention).to(device)}),
        "position_ids": position_tensor(positions, device),
        **{
            name: torch.from_numpy(kind).to(device)
            for name, kind in family.kinds(read, image_token).items()
        },
    }
    shown = [picture for trajectory in trajectories for picture in trajectory.pictures]
    if shown and pictures:
        inputs |= family.arguments(shown, device)
    return TokenBatch(
        inputs=inputs,
        targets=torch.from_numpy(tokens[:, 1:]).to(device),
        generated=torch.from_numpy(generated[:, 1:]).to(device),
        step=torch.from_numpy(step[:, 1:]).to(device),
        log_probabilities=torch.from_numpy(scores[:, 1:]).to(device),
    )


def position_tensor(positions: npt.NDArray[np.int64], device: torch.device | str) -> Tensor:
    """Positions of shape (axes, B, T) as the model wants them: one axis is none."""
    return torch.from_numpy(positions[0] if len(positions) == 1 else positions).to(device)


def bucket_by_length(lengths: Sequence[int], most_tokens: int) -> list[list[int]]:
    """Split into batches of similar length whose padded size stays within a budget.

    Args:
        lengths: Tokens of each trajectory.
        most_tokens: Most tokens of a batch, padding included; a longer one stands alone.

    Returns:
        Indices, longest batch first.

    >>> bucket_by_length([5, 100, 6, 90], 200)
    [[1, 3], [2, 0]]
    """
    batches: list[list[int]] = []
    order = sorted(range(len(lengths)), key=lambda index: (-lengths[index], index))
    for index in order:
        if batches and lengths[batches[-1][0]] * (len(batches[-1]) + 1) <= most_tokens:
            batches[-1].append(index)
        else:
            batches.append([index])
    return batches
