"""Sequences that begin alike, in one forward pass that reads each shared beginning once.

The rollouts of a group share their prompt, and a policy that is nearly sure of its first turns
writes them alike. So the sequences of a group are laid out as a tree of tokens: a node stands for
all sequences that are the same up to it, knows its place in them, and attends to its ancestors
alone. Each log-probability is then computed once and handed to every sequence that holds it; the
gradient of a node is the sum over them by itself. The same numbers as from padded rows come out,
but for rounding (Prefix Grouper, arXiv 2506.05433; Tree Training, arXiv 2511.00413).

Only for families whose attention is causal and nothing else (`Family.causal`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt
import torch

from algos.models.families import Family
from algos.models.pictures import Patches, Picture
from algos.tokens.conversation import without_placeholders
from algos.tokens.trajectory import (
    TokenBatch,
    TokenTrajectory,
    TreeLayout,
    make_batch,
    position_tensor,
)
from algos.tokens.tree_attention import Stretch

LEAST = 32
"""Nodes of a stretch; shorter ones are attended together with the next."""

Numbers = npt.NDArray[np.int64]


class PrefixTree:
    """The tokens of some sequences, what they begin with alike once.

    Attributes:
        paths: Nodes of each sequence, in order.
        size: Number of nodes.
        pictures: What the placeholders of the nodes stand for, in the order of the nodes.
    """

    def __init__(
        self,
        sequences: Sequence[TokenTrajectory],
        family: Family,
        *,
        image_token: int,
        padding: int,
        merge: int,
    ) -> None:
        self.paths: list[Numbers] = []
        self.pictures: list[Picture] = []
        self._tokens: list[int] = []
        self._read: list[int] = []
        self._parents: list[int] = []
        self._generated: list[bool] = []
        self._positions: list[Numbers] = []
        self.size = 0
        children: dict[tuple[int, int, bool, bytes], int] = {}
        for each in sequences:
            seen = without_placeholders(each.tokens, image_token, padding, each.generated)
            starts = picture_starts(seen, each.pictures, image_token, merge)
            marks = _picture_marks(starts, each.pictures)
            path = np.empty(len(each), np.int64)
            node = -1
            for place, (token, written) in enumerate(zip(each.tokens, each.generated, strict=True)):
                key = (node, token, written, marks.get(place, b""))
                found = children.setdefault(key, len(self._tokens))
                if found == len(self._tokens):
                    self._tokens.append(token)
                    self._read.append(seen[place])
                    self._parents.append(node)
                    self._generated.append(written)
                path[place] = node = found
            first = int(np.searchsorted(path, self.size))
            positions, _ = family.positions(
                seen, each.pictures, image_token=image_token, merge=merge
            )
            self._positions.append(positions[:, first:])
            self.pictures += [
                picture
                for start, picture in zip(starts, each.pictures, strict=True)
                if start >= first
            ]
            self.paths.append(path)
            self.size = len(self._tokens)

    def fill(self, arrays: _Arrays, row: int) -> None:
        """Write the tree into a row of a batch's arrays."""
        size = self.size
        arrays.read[row, :size] = self._read
        arrays.targets[row, :size] = self._tokens
        arrays.generated[row, :size] = self._generated
        arrays.parents[row, :size] = np.maximum(self._parents, 0)
        arrays.positions[:, row, :size] = np.concatenate(self._positions, axis=1)

    def stretches(self, nodes: int, device: torch.device | str) -> list[Stretch]:
        """What each stretch of the tree sees, in a row of so many nodes; padding sees itself."""
        found = [
            Stretch(
                first,
                last,
                torch.from_numpy(keys).to(device),
                torch.from_numpy(seen).to(device),
            )
            for first, last, keys, seen in self._stretches
        ]
        if self.size < nodes:
            # A row of nothing but gaps has no softmax.
            padding = torch.arange(self.size, nodes, device=device)
            found.append(Stretch(self.size, nodes, padding, padding[:, None] == padding))
        return found

    @cached_property
    def _stretches(self) -> list[tuple[int, int, Numbers, npt.NDArray[np.bool_]]]:
        """The fields of each `Stretch`: what one sequence brought, or several brought little."""
        found = []
        begun: list[tuple[int, int, Numbers]] = []
        known = 0
        for number, path in enumerate(self.paths):
            first = int(np.searchsorted(path, known))
            if first < len(path):
                # What a sequence brings stands side by side.
                begun.append((known, known + len(path) - first, path))
                known += len(path) - first
            full = bool(begun) and known - begun[0][0] >= LEAST
            if full or (begun and number + 1 == len(self.paths)):
                start = begun[0][0]
                keys = np.unique(np.concatenate([path for _, _, path in begun]))
                seen = np.zeros((known - start, len(keys)), np.bool_)
                for low, high, own in begun:
                    places = np.searchsorted(keys, own)
                    before = len(own) - (high - low)
                    seen[low - start : high - start, places[:before]] = True
                    block = np.ix_(range(low - start, high - start), places[before:])
                    seen[block] = np.tri(high - low, dtype=np.bool_)
                found.append((start, known, keys, seen))
                begun = []
        return found


def picture_starts(
    tokens: Sequence[int], pictures: Sequence[Picture], image_token: int, merge: int
) -> list[int]:
    """Where each picture's first placeholder stands.

    Args:
        tokens: Tokens as they are read; see `without_placeholders`.
        pictures: Grids of patches, in order.
        image_token: The placeholder.
        merge: Patches a side that make one token.
    """
    places = [place for place, token in enumerate(tokens) if token == image_token]
    starts, at = [], 0
    for picture in pictures:
        assert isinstance(picture, Patches)
        starts.append(places[at])
        at += int(np.prod(picture.grid)) // merge**2
    return starts


def by_prompt(sequences: Sequence[TokenTrajectory]) -> list[list[int]]:
    """Numbers of the sequences that share a prompt: what a sequence holds before its first turn."""
    groups: dict[tuple[int, ...], list[int]] = {}
    for number, each in enumerate(sequences):
        written = each.generated.index(True) if True in each.generated else len(each)
        groups.setdefault(tuple(each.tokens[:written]), []).append(number)
    return list(groups.values())


def _picture_marks(starts: Sequence[int], pictures: Sequence[Picture]) -> dict[int, bytes]:
    """What tells pictures apart whose placeholders look alike, by the place of the first one."""
    marks = {}
    for start, picture in zip(starts, pictures, strict=True):
        assert isinstance(picture, Patches)
        digest = hashlib.sha256(repr(picture.grid).encode())
        digest.update(np.ascontiguousarray(picture.values))
        marks[start] = digest.digest()
    return marks


class _Arrays:
    """A batch of trees, before it becomes tensors."""

    def __init__(self, rows: int, nodes: int, axes: int, padding: int) -> None:
        self.read = np.full((rows, nodes), padding, np.int64)
        self.targets = np.full((rows, nodes), padding, np.int64)
        self.generated = np.zeros((rows, nodes), np.float32)
        self.parents = np.zeros((rows, nodes), np.int64)
        self.positions = np.zeros((axes, rows, nodes), np.int64)


def make_tree_batch(
    groups: Sequence[PrefixTree],
    trajectories: Sequence[TokenTrajectory],
    family: Family,
    *,
    padding: int,
    image_token: int,
    merge: int,
    device: torch.device | str = "cpu",
) -> TokenBatch:
    """Trees as one batch, a row each, whose targets are those of the sequences.

    Args:
        groups: At least one.
        trajectories: The sequences of all trees, in the order of the trees.
        family: Of the model.
        padding: Token that fills up.
        image_token: Placeholder of pictures.
        merge: Patches a side that make one token.
        device: Where the tensors go.
    """
    nodes = max(tree.size for tree in groups)
    arrays = _Arrays(len(groups), nodes, family.axes, padding)
    plain = make_batch(
        trajectories,
        padding=padding,
        image_token=image_token,
        merge=merge,
        device=device,
        family=family,
        pictures=False,
    )
    places = np.zeros(plain.targets.shape, np.int64)
    number = 0
    for row, tree in enumerate(groups):
        tree.fill(arrays, row)
        for path in tree.paths:
            places[number, : len(path) - 1] = row * nodes + path[1:]
            number += 1
    inputs = {
        "input_ids": torch.from_numpy(arrays.read).to(device),
        "position_ids": position_tensor(arrays.positions, device),
    }
    shown = [picture for tree in groups for picture in tree.pictures]
    if shown:
        inputs |= family.arguments(shown, device)
    layout = TreeLayout(
        targets=torch.from_numpy(arrays.targets).to(device),
        parents=torch.from_numpy(arrays.parents).to(device),
        generated=torch.from_numpy(arrays.generated).to(device),
        places=torch.from_numpy(places).to(device),
        stretches=[tree.stretches(nodes, device) for tree in groups],
    )
    return TokenBatch(
        inputs=inputs,
        targets=plain.targets,
        generated=plain.generated,
        step=plain.step,
        log_probabilities=plain.log_probabilities,
        tree=layout,
    )
