"""Sampling turns for many episodes at once, with a cache that lives between turns or within one.

Rows of a batch grow at different speeds: their observations differ in length, and some end a turn
earlier. New tokens are therefore aligned to the right, and the gaps are masked. A token's
position is its place in its own row, so a row's result does not depend on its neighbours.
"""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from algos.models import Checkpoint
from algos.tokens.conversation import Segment, without_placeholders
from algos.tokens.growing_cache import add_cache_rows, make_cache, select_cache_rows
from algos.tokens.linear_attention import gaps_left_out
from algos.tokens.trajectory import position_tensor

NUCLEUS = 16
"""Likeliest tokens among which the mass of `top_p` is looked for first."""


class Row:
    """One episode's place in a batch.

    Attributes:
        pending: Segments that the model has not read yet.
        read: Segments that it has read; only kept by a `TurnBatch`.
        length: Tokens read so far.
        position: Position of the next token.
    """

    def __init__(self) -> None:
        self.pending: list[Segment] = []
        self.read: list[Segment] = []
        self.length = 0
        self.position = 0


class RowBatch:
    """Rows that share a key-value cache.

    Args:
        checkpoint: The model.
        image_token: Placeholder of pictures.
        padding: Token that fills gaps.
    """

    def __init__(self, checkpoint: Checkpoint, image_token: int, padding: int) -> None:
        self._model = checkpoint.model
        # Up to transformers 5.23 the cache has another name; a wrong one is swallowed silently.
        known = inspect.signature(self._model.forward).parameters
        self._cache_name = "cache" if "cache" in known else "past_key_values"
        self._family = checkpoint.family
        self._merge = self._family.merge(checkpoint.image_processor)
        self._image_token = image_token
        self._padding = padding
        self.rows: list[Row] = []
        self._cache: Any = None
        self._mask = np.zeros((0, 0), np.int64)

    def select(self, rows: Sequence[Row]) -> None:
        """Keep these rows in this order; the others are gone, new ones join with nothing read."""
        known = {id(row): index for index, row in enumerate(self.rows)}
        kept = [row for row in rows if id(row) in known]
        if self._cache is not None and [id(row) for row in self.rows] != [id(row) for row in kept]:
            self._reorder([known[id(row)] for row in kept])
        fresh = len(rows) - len(kept)
        if fresh and kept:
            # New rows come below the old ones, with an empty past.
            self._extend(fresh)
        elif fresh:
            self._cache, self._mask = None, np.zeros((fresh, 0), np.int64)
        self.rows = [*kept, *(row for row in rows if id(row) not in known)]

    @torch.inference_mode()
    def read(self) -> Tensor:
        """Let the model read what is pending; logits of the next token, shape (B, V)."""
        return self._read(self.rows)

    def _read(self, rows: Sequence[Row]) -> Tensor:
        chunks = [self._chunk(row.pending) for row in rows]
        pictures = [[shown for part in row.pending for shown in part.pictures] for row in rows]
        width = max(map(len, chunks))
        tokens = np.full((len(chunks), width), self._padding, np.int64)
        mask = np.zeros((len(chunks), width), np.int64)
        positions = np.zeros((self._family.axes, len(chunks), width), np.int64)
        for number, (row, chunk) in enumerate(zip(rows, chunks, strict=True)):
            if not chunk:
                raise ValueError("every row needs something to read before it can go on")
            tokens[number, -len(chunk) :] = chunk
            mask[number, -len(chunk) :] = 1
            positions[:, number, -len(chunk) :], row.position = self._family.positions(
                chunk,
                pictures[number],
                image_token=self._image_token,
                merge=self._merge,
                length=row.length,
                start=row.position,
            )
            row.length += len(chunk)
            row.pending = []
        shown = [picture for of_row in pictures for picture in of_row]
        arguments = self._family.arguments(shown, self._model.device) if shown else {}
        for name, kind in self._family.kinds(tokens, self._image_token).items():
            arguments[name] = torch.from_numpy(kind).to(self._model.device)
        return self._forward(tokens, mask, positions, arguments)

    @torch.inference_mode()
    def step(self, tokens: npt.NDArray[np.int64], running: npt.NDArray[np.bool_]) -> Tensor:
        """Append one token to the rows that are running; logits of the next, shape (B, V).

        Those of a row that is not running mean nothing.
        """
        return self._step(self.rows, tokens, running)

    def _step(
        self, rows: Sequence[Row], tokens: npt.NDArray[np.int64], running: npt.NDArray[np.bool_]
    ) -> Tensor:
        positions = np.zeros((self._family.axes, len(rows), 1), np.int64)
        for number, row in enumerate(rows):
            if running[number]:
                positions[0, number] = row.length
                positions[1:, number] = row.position
                row.length += 1
                row.position += 1
        silent = ~running | (tokens == self._image_token)
        filled = np.where(silent, self._padding, tokens)[:, None]
        return self._forward(filled, running.astype(np.int64)[:, None], positions, {})

    def _chunk(self, pending: Sequence[Segment]) -> list[int]:
        """Tokens to read; a placeholder that was sampled stands for no picture."""
        chunk: list[int] = []
        for part in pending:
            sampled = not part.pictures
            chunk += without_placeholders(part.tokens, self._image_token, self._padding, sampled)
        return chunk

    def _forward(
        self,
        tokens: npt.NDArray[np.int64],
        mask: npt.NDArray[np.int64],
        positions: npt.NDArray[np.int64],
        arguments: dict[str, Tensor],
    ) -> Tensor:
        device = self._model.device
        seen = self._extend_mask(mask)
        if self._cache is None:
            self._cache = self._make_cache()
        with gaps_left_out(self._model, self._cache, mask):
            made = self._model(
                input_ids=torch.from_numpy(tokens).to(device),
                attention_mask=torch.from_numpy(seen).to(device),
                position_ids=position_tensor(positions, device),
                **{self._cache_name: self._cache},
                use_cache=True,
                logits_to_keep=1,
                **arguments,
            )
        logits: Tensor = made.logits[:, -1].float()
        return logits

    def _make_cache(self) -> Any:
        return make_cache(self._model.config.get_text_config())

    def _extend_mask(self, mask: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Note which of the new tokens are none; which of all columns the rows of a pass see."""
        self._mask = np.concatenate([self._mask, mask], axis=1)
        return self._mask

    def _reorder(self, kept: list[int]) -> None:
        index = torch.tensor(kept, dtype=torch.long, device=self._model.device)
        select_cache_rows(self._cache, index)
        self._mask = self._mask[kept]

    def _extend(self, rows: int) -> None:
        add_cache_rows(self._cache, rows)
        self._mask = np.pad(self._mask, ((0, rows), (0, 0)))


class TurnBatch(RowBatch):
    """Rows whose cache lives for one turn: each turn reads the whole episode anew.

    Slower, and nothing is asked of the cache but what `generate` asks of it: windows of attention
    and attention in both directions among a picture's tokens come out as in a pass over everything.
    """

    def select(self, rows: Sequence[Row]) -> None:
        """See `RowBatch.select`."""
        self.rows = list(rows)

    def read(self) -> Tensor:
        """See `RowBatch.read`."""
        for row in self.rows:
            if row.pending:
                row.read += row.pending
                row.pending, row.length, row.position = list(row.read), 0, 0
        self._cache, self._mask = None, np.zeros((len(self.rows), 0), np.int64)
        return super().read()

    def step(self, tokens: npt.NDArray[np.int64], running: npt.NDArray[np.bool_]) -> Tensor:
        """See `RowBatch.step`."""
        for row, token, goes_on in zip(self.rows, tokens, running, strict=True):
            if goes_on:
                row.read.append(Segment((int(token),)))
        return super().step(tokens, running)


def penalise(logits: Tensor, written: Sequence[Sequence[int]], weight: float) -> Tensor:
    """Lower the logits of tokens by how often they were written.

    Args:
        logits: Shape (B, V).
        written: Tokens that a row's turn has so far.
        weight: Taken off for each time.
    """
    lowered = logits.clone()
    for row, tokens in enumerate(written):
        places = torch.tensor(tokens, dtype=torch.long, device=logits.device)
        lowered[row].scatter_add_(0, places, lowered.new_full((len(tokens),), -weight))
    return lowered


def sample(
    logits: Tensor, uniform: npt.NDArray[np.float64], *, temperature: float, top_p: float
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]:
    """Draw one token a row by inverting the distribution function.

    Args:
        logits: Shape (B, V).
        uniform: One number from [0, 1) a row.
        temperature: 0 takes the likeliest token.
        top_p: Mass of the likeliest tokens that are drawn from; 1 for all.

    Returns:
        Tokens, and their log-probabilities at that temperature before `top_p` cuts (what the
        trainer recomputes), both of shape (B,). At temperature 0 they are those at 1.
    """
    scores = torch.log_softmax(logits / (temperature or 1.0), dim=-1)
    if temperature == 0:
        chosen = scores.argmax(dim=-1)
    else:
        given = torch.from_numpy(uniform).to(scores.device)[:, None]
        chosen = draw(scores, given) if top_p == 1 else draw_from_nucleus(scores, given, top_p)
    picked = scores.gather(-1, chosen[:, None])[:, 0]
    return chosen.cpu().numpy(), picked.float().cpu().numpy()


def draw(scores: Tensor, uniform: Tensor) -> Tensor:
    """The token of each row at which the distribution function passes a number.

    Args:
        scores: Log-probabilities, shape (B, V); they need not sum to 1.
        uniform: From [0, 1), shape (B, 1).

    Returns:
        Columns of `scores`, shape (B,).
    """
    cumulative = scores.double().exp().cumsum(dim=-1)
    mass = cumulative[:, -1:].contiguous()
    place = torch.searchsorted(cumulative, uniform * mass, right=True)
    # A number next to 1 may round up to the whole mass: then the last token that has any.
    return torch.minimum(place, torch.searchsorted(cumulative, mass))[:, 0]


def draw_from_nucleus(scores: Tensor, uniform: Tensor, top_p: float) -> Tensor:
    """As `draw`, from the likeliest tokens of a mass of `top_p` (Holtzman et al., 1904.09751).

    The token that reaches the mass belongs to them.

    Args:
        scores: Log-probabilities of the whole vocabulary, shape (B, V).
        uniform: From [0, 1), shape (B, 1).
        top_p: Above 0, below 1.
    """
    # Nearly always a few tokens have the mass: sorting the vocabulary takes forty times as long.
    likeliest = scores.topk(min(NUCLEUS, scores.shape[-1]), dim=-1)
    chosen = _draw_from_head(likeliest.values, likeliest.indices, uniform, top_p)
    wide = likeliest.values.double().exp().sum(dim=-1) < top_p
    if bool(wide.any()):
        ordered, tokens = scores[wide].sort(dim=-1, descending=True)
        chosen[wide] = _draw_from_head(ordered, tokens, uniform[wide], top_p)
    return chosen


def _draw_from_head(ordered: Tensor, tokens: Tensor, uniform: Tensor, top_p: float) -> Tensor:
    """Draw from tokens that fall in probability, in the order of the vocabulary."""
    probabilities = ordered.double().exp()
    beyond = probabilities.cumsum(dim=-1) - probabilities >= top_p
    tokens, order = tokens.sort(dim=-1)
    kept = ordered.masked_fill(beyond, -torch.inf).gather(-1, order)
    return tokens.gather(-1, draw(kept, uniform)[:, None])[:, 0]
