"""`transformers`: a vision-language model plays, and every token is kept.

Turns of all running episodes are sampled together. In the Qwen families the cache lives from turn
to turn, so a turn costs what is new in it; in others a turn reads its episode anew. Budgets,
prompts and tokens are those of `TokenPolicy`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from algos.models import Checkpoint, load_checkpoint
from algos.policies.token_policy import Episode, TokenPolicy, Turn, check_sampling
from algos.tokens.conversation import Segment
from algos.tokens.generation import Row, RowBatch, penalise, sample
from algos.tokens.sampler_check import check_sampler
from algos.tokens.shared_rows import make_row_batch
from searchvl_gym.tools.crop import Coordinates


class TransformersPolicy(TokenPolicy):
    """Plays with a local model of one of `FAMILIES`.

    Args:
        checkpoint: A checkpoint, or its directory.
        device: Where the model of a directory runs; None for CUDA where there is one.
        share_prefixes: Read what episodes begin with alike once; see `algos.tokens.shared_rows`.
        **settings: See `TokenPolicy`.

    Raises:
        CheckpointError: When the checkpoint cannot be loaded.
        ValueError: When an argument is out of range.
    """

    name = "transformers"

    def __init__(
        self,
        checkpoint: Checkpoint | str | Path,
        *,
        wire_format: Any = None,
        tools: Any = None,
        crop_coordinates: Coordinates = "pixels",
        text_environment: bool = False,
        lenient: bool = True,
        context: str = "whole",
        temperature: float = 0.7,
        top_p: float = 1.0,
        frequency_penalty: float = 0.0,
        turn_tokens: int = 1024,
        episode_tokens: int = 32_768,
        device: str | None = None,
        share_prefixes: bool = False,
    ) -> None:
        check_sampling(temperature, top_p, turn_tokens, episode_tokens)
        if not isinstance(checkpoint, Checkpoint):
            cuda = torch.cuda.is_available()
            place = device or ("cuda" if cuda else "cpu")
            dtype = torch.bfloat16 if place.startswith("cuda") else torch.float32
            checkpoint = load_checkpoint(checkpoint, device=place, dtype=dtype)
        super().__init__(
            checkpoint,
            wire_format=wire_format,
            tools=tools,
            crop_coordinates=crop_coordinates,
            text_environment=text_environment,
            lenient=lenient,
            context=context,
            temperature=temperature,
            top_p=top_p,
            frequency_penalty=frequency_penalty,
            turn_tokens=turn_tokens,
            episode_tokens=episode_tokens,
        )
        check_sampler(
            checkpoint,
            self.conversation.image_token,
            self.conversation.padding,
            share_prefixes=share_prefixes,
        )
        self._share_prefixes = share_prefixes
        self._batch = self._empty_batch()

    def begin(self, rng: np.random.Generator) -> _CachedEpisode:
        """An episode with a row of the key-value cache."""
        return _CachedEpisode(rng)

    def forget(self) -> None:
        """Drop all episodes and the cache; needed after the weights have changed."""
        super().forget()
        self._batch = self._empty_batch()

    def _empty_batch(self) -> RowBatch:
        conversation = self.conversation
        return make_row_batch(
            self.checkpoint,
            conversation.image_token,
            conversation.padding,
            share_prefixes=self._share_prefixes,
        )

    def sample(self, episodes: Sequence[_CachedEpisode]) -> list[Turn]:
        """Sample one turn an episode, all at once."""
        self._batch.select([episode.row for episode in episodes])
        # The batch may hold the rows in another order.
        place = {id(row): number for number, row in enumerate(self._batch.rows)}
        ordered = sorted(episodes, key=lambda episode: place[id(episode.row)])
        limits = np.array([self.room(episode) for episode in ordered])
        uniform = np.stack([episode.rng.random(self.turn_tokens) for episode in ordered])
        turns: list[tuple[list[int], list[float]]] = [([], []) for _ in ordered]
        running = np.ones(len(ordered), np.bool_)
        logits = self._batch.read()
        for number in range(int(limits.max())):
            # Rows whose turn has ended wait for the others; nothing is drawn for them.
            going = np.flatnonzero(running)
            drawn = np.full(len(ordered), self.conversation.padding)
            chosen = logits[torch.from_numpy(going).to(logits.device)]
            if self.frequency_penalty:
                written = [turns[row][0] for row in going]
                chosen = penalise(chosen, written, self.frequency_penalty)
            drawn[going], log_probabilities = sample(
                chosen,
                uniform[going, number],
                temperature=self.temperature,
                top_p=self.top_p,
            )
            for row, score in zip(going.tolist(), log_probabilities.tolist(), strict=True):
                tokens, scores = turns[row]
                tokens.append(int(drawn[row]))
                scores.append(score)
            ended = drawn == self.conversation.turn_end
            running &= ~(ended | (number + 1 >= limits))
            if not running.any():
                break
            logits = self._batch.step(drawn, running)
        return [turns[place[id(episode.row)]] for episode in episodes]


class _CachedEpisode(Episode):
    """An episode, its row of the cache, and what the cache lacks."""

    def __init__(self, rng: np.random.Generator) -> None:
        super().__init__(rng)
        self.row = Row()

    def take(self, segment: Segment) -> None:
        super().take(segment)
        self.row.pending.append(segment)

    def restart(self) -> None:
        super().restart()
        self.row = Row()

    def reread(self, segment: Segment, step: int) -> None:
        super().reread(segment, step)
        self.row.pending.append(segment)

    def finish(self, turn: Turn, closing: Segment) -> None:
        super().finish(turn, closing)
        # The last token was drawn but not read.
        self.row.pending = [Segment((turn[0][-1],)), closing]
