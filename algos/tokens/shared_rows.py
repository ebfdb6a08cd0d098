"""Rows of a batch that hold the same tokens, read once.

The rollouts of a group begin with one prompt, and a policy that is nearly sure of itself writes
the same turns again and again. Rows that are alike so far are one branch here: one row of the
cache, one forward pass, one distribution, of which each draws its own token. Where they draw
different ones, or are shown different things, the branch forks. Branches whose turns have ended
wait outside of the forward pass. What is sampled is what a `RowBatch` samples, but for rounding.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from transformers import DynamicCache
from transformers.cache_utils import DynamicLayer

from algos.models import Checkpoint
from algos.models.families import Family
from algos.tokens.conversation import Segment
from algos.tokens.decoder_step import DecoderStep
from algos.tokens.generation import Row, RowBatch, TurnBatch

GROWTH = 256
"""Columns of room that are added when there is none left."""


class BranchLayer(DynamicLayer):
    """Keys and values of one layer, of which a pass reads and writes the first rows."""

    def __init__(self) -> None:
        super().__init__()
        self._length = 0
        self._rooms: list[Tensor] = []

    def update(
        self, key_states: Tensor, value_states: Tensor, *args: Any, **kwargs: Any
    ) -> tuple[Tensor, Tensor]:
        """Append keys and values of shape (n, heads, T, width); all that the first n rows hold."""
        if not self.is_initialized:
            self.lazy_initialization(key_states, value_states)
        end = self._length + key_states.shape[-2]
        rows = len(key_states)
        self._make_room(key_states, end)
        for room, new in zip(self._rooms, (key_states, value_states), strict=True):
            room[:rows, :, self._length : end] = new
        self._length = end
        self.keys, self.values = (room[:rows, :, :end] for room in self._rooms)
        return self.keys, self.values

    def get_seq_length(self) -> int:
        """Columns in use."""
        return self._length

    def copy_row(self, source: int, target: int) -> None:
        """Let a row hold what another holds."""
        for number, room in enumerate(self._rooms):
            if target >= len(room):
                more = room.new_zeros(max(target + 1 - len(room), len(room)), *room.shape[1:])
                self._rooms[number] = room = torch.cat([room, more])
            room[target, :, : self._length] = room[source, :, : self._length]

    def swap_rows(self, one: int, other: int) -> None:
        """Exchange two rows."""
        for room in self._rooms:
            held = room[one, :, : self._length].clone()
            room[one, :, : self._length] = room[other, :, : self._length]
            room[other, :, : self._length] = held

    def _make_room(self, states: Tensor, columns: int) -> None:
        had = self._rooms[0].shape if self._rooms else (0, 0, 0, 0)
        if len(states) <= had[0] and columns <= had[2]:
            return
        shape = (max(len(states), had[0]), states.shape[1], columns + GROWTH, states.shape[3])
        # Zeros: what is masked out must still be a number.
        wider = [states.new_zeros(shape) for _ in range(2)]
        for new, old in zip(wider, self._rooms, strict=False):
            new[: had[0], :, : self._length] = old[:, :, : self._length]
        self._rooms = wider


class Branch(Row):
    """Rows that have read the same tokens.

    Attributes:
        rows: Which they are.
    """

    def __init__(self, rows: list[Row], origin: Row | None = None) -> None:
        super().__init__()
        self.rows = rows
        if origin is not None:
            self.length, self.position = origin.length, origin.position


class SharedRowBatch(RowBatch):
    """A `RowBatch` that reads what several rows hold alike once.

    Args:
        checkpoint: A model whose attention is causal and nothing else.
        image_token: Placeholder of pictures.
        padding: Token that fills gaps.
    """

    def __init__(self, checkpoint: Checkpoint, image_token: int, padding: int) -> None:
        super().__init__(checkpoint, image_token, padding)
        # In the order of the cache's rows; those that take part in a pass come first.
        self._branches: list[Branch] = []
        plain = DecoderStep.is_plain(self._model)
        self._decoder_step = DecoderStep(self._model) if plain else None

    @torch.inference_mode()
    def select(self, rows: Sequence[Row]) -> None:
        """See `RowBatch.select`."""
        wanted = {id(row) for row in rows}
        known = {id(row) for row in self.rows}
        for branch in self._branches:
            branch.rows = [row for row in branch.rows if id(row) in wanted]
        self._bring_forward([bool(branch.rows) for branch in self._branches])
        self._branches = [branch for branch in self._branches if branch.rows]
        self._mask = self._mask[: len(self._branches)]
        kept = [row for row in rows if id(row) in known]
        fresh = [row for row in rows if id(row) not in known]
        if fresh:
            self._branches.append(Branch(fresh))
            self._mask = np.pad(self._mask, ((0, 1), (0, 0)))
        self.rows = [*kept, *fresh]

    @torch.inference_mode()
    def read(self) -> Tensor:
        """See `RowBatch.read`."""
        for number in range(len(self._branches)):
            apart: dict[Hashable, list[Row]] = {}
            for row in self._branches[number].rows:
                apart.setdefault(_identity(row.pending), []).append(row)
            self._fork(number, list(apart.values()))
        for branch in self._branches:
            branch.pending = branch.rows[0].pending
        logits = self._read(self._branches)
        for branch in self._branches:
            for row in branch.rows:
                row.pending, row.length, row.position = [], branch.length, branch.position
        return self._deal_out(logits)

    @torch.inference_mode()
    def step(self, tokens: npt.NDArray[np.int64], running: npt.NDArray[np.bool_]) -> Tensor:
        """See `RowBatch.step`."""
        drawn = {
            id(row): int(token)
            for row, token, goes_on in zip(self.rows, tokens, running, strict=True)
            if goes_on
        }
        for number in range(len(self._branches)):
            apart: dict[int | None, list[Row]] = {}
            for row in self._branches[number].rows:
                apart.setdefault(drawn.get(id(row)), []).append(row)
            self._fork(number, list(apart.values()))
        self._bring_forward([id(branch.rows[0]) in drawn for branch in self._branches])
        going = [branch for branch in self._branches if id(branch.rows[0]) in drawn]
        appended = np.array([drawn[id(branch.rows[0])] for branch in going], np.int64)
        logits = self._step(going, appended, np.ones(len(going), np.bool_))
        for branch in going:
            for row in branch.rows:
                row.length, row.position = branch.length, branch.position
        return self._deal_out(logits)

    def _fork(self, number: int, parts: Sequence[list[Row]]) -> None:
        """Split the rows of a branch; the first part stays where it is."""
        origin = self._branches[number]
        origin.rows = parts[0]
        for rows in parts[1:]:
            self._branches.append(Branch(rows, origin))
            self._mask = np.concatenate([self._mask, self._mask[number : number + 1]])
            for layer in self._layers():
                layer.copy_row(number, len(self._branches) - 1)

    def _bring_forward(self, chosen: list[bool]) -> None:
        """Put the chosen branches before the others."""
        first, last = 0, len(chosen) - 1
        while True:
            while first < len(chosen) and chosen[first]:
                first += 1
            while last >= 0 and not chosen[last]:
                last -= 1
            if first >= last:
                return
            for held in (self._branches, chosen):
                held[first], held[last] = held[last], held[first]
            self._mask[[first, last]] = self._mask[[last, first]]
            for layer in self._layers():
                layer.swap_rows(first, last)

    def _deal_out(self, logits: Tensor) -> Tensor:
        """Logits of the branches of a pass, (n, V), as those of the rows, (B, V)."""
        places = {
            id(row): number
            for number, branch in enumerate(self._branches[: len(logits)])
            for row in branch.rows
        }
        chosen = [places.get(id(row), 0) for row in self.rows]
        return logits[torch.tensor(chosen, device=logits.device)]

    def _layers(self) -> Sequence[BranchLayer]:
        return () if self._cache is None else self._cache.layers

    def _make_cache(self) -> DynamicCache:
        cache = DynamicCache(config=self._model.config.get_text_config())
        cache.layers = [BranchLayer() for _ in cache.layers]
        return cache

    def _forward(
        self,
        tokens: npt.NDArray[np.int64],
        mask: npt.NDArray[np.int64],
        positions: npt.NDArray[np.int64],
        arguments: dict[str, Tensor],
    ) -> Tensor:
        if self._decoder_step is None or tokens.shape[1] > 1 or self._cache is None:
            return super()._forward(tokens, mask, positions, arguments)
        device = self._model.device
        return self._decoder_step(
            torch.from_numpy(tokens).to(device),
            torch.from_numpy(positions[1:]).to(device),
            torch.from_numpy(self._extend_mask(mask)).to(device),
            self._cache,
        )

    def _extend_mask(self, mask: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        active = len(mask)
        waiting = np.zeros((len(self._branches) - active, mask.shape[1]), np.int64)
        self._mask = np.concatenate([self._mask, np.concatenate([mask, waiting])], axis=1)
        return self._mask[:active]


def _identity(pending: Sequence[Segment]) -> Hashable:
    """What tells apart what rows are to read; a policy cuts up each picture once."""
    return tuple((part.tokens, tuple(map(id, part.pictures))) for part in pending)


def make_row_batch(
    checkpoint: Checkpoint, image_token: int, padding: int, *, share_prefixes: bool = False
) -> RowBatch:
    """The batch that a checkpoint's family wants; see `RowBatch`.

    Args:
        checkpoint: The model.
        image_token: Placeholder of pictures.
        padding: Token that fills gaps.
        share_prefixes: Read what rows begin with alike once.

    Raises:
        ValueError: When the family's attention is not causal and nothing else.
    """
    family = checkpoint.family
    kind: type[RowBatch] = RowBatch if family.keeps_cache else TurnBatch
    if share_prefixes:
        check_causal(family)
        kind = SharedRowBatch
    return kind(checkpoint, image_token, padding)


def check_causal(family: Family) -> None:
    """Refuse families in which a shared beginning cannot be read once.

    Raises:
        ValueError: Which family it is.
    """
    if not family.causal:
        raise ValueError(
            "share_prefixes needs attention that is causal and nothing else, "
            f"{family.title} has another; leave it out"
        )
