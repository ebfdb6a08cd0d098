"""`transformers`: a Qwen vision-language model plays, and every token is kept.

Turns of all running episodes are sampled together. The key-value cache lives from turn to turn,
so a turn costs what is new in it. Token in, token out: `tokens(slot)` gives the very ids that
were sampled, with their log-probabilities, for training.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from algos.conversation import Conversation, Segment
from algos.generation import Row, RowBatch, sample
from algos.models import Checkpoint, load_checkpoint
from algos.token_trajectory import TokenTrajectory
from searchvl_gym.rollout.policy import Observation
from searchvl_gym.tools import ToolSuite
from searchvl_gym.types import Task
from searchvl_gym.wrappers import find_wire_format, read_text

CUT_OFF = ""
"""The turn of an episode that has no tokens left; a step error in every wire format."""


class TransformersPolicy:
    """Plays with a local Qwen3-VL or Qwen2.5-VL.

    Args:
        checkpoint: A checkpoint, or its directory.
        wire_format: How it talks: `opensearch_vl`, `compact`, or a format of one's own. None
            takes what the checkpoint was trained with, `opensearch_vl` if that is not known.
        tools: The tools that its system prompt lists; None for what the checkpoint was trained
            with, the ten of the release if that is not known.
        text_environment: Give the model's own text, for environments that take text
            (`SearchVL/AtlasText-v0`), rather than what was read from it.
        temperature: Of the sampling, 0 for the likeliest tokens.
        top_p: Mass of the likeliest tokens that are drawn from, above 0.
        turn_tokens: Most tokens of one turn; a longer one is cut.
        episode_tokens: Most tokens of an episode, prompt and observations included. What would
            not fit gives an empty turn, which is a step error.
        device: Where the model runs; None for CUDA where there is one.

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
        tools: ToolSuite | None = None,
        text_environment: bool = False,
        temperature: float = 0.7,
        top_p: float = 1.0,
        turn_tokens: int = 1024,
        episode_tokens: int = 32_768,
        device: str | None = None,
    ) -> None:
        if not 0 <= temperature <= 5 or not 0 < top_p <= 1:
            raise ValueError(
                f"temperature must be from 0 to 5 and top_p above 0 and at most 1, "
                f"got {temperature!r} and {top_p!r}"
            )
        if turn_tokens < 1 or episode_tokens < 2:
            raise ValueError("turn_tokens must be at least 1 and episode_tokens at least 2")
        if not isinstance(checkpoint, Checkpoint):
            cuda = torch.cuda.is_available()
            place = device or ("cuda" if cuda else "cpu")
            dtype = torch.bfloat16 if place.startswith("cuda") else torch.float32
            checkpoint = load_checkpoint(checkpoint, device=place, dtype=dtype)
        self.checkpoint = checkpoint
        card = checkpoint.card
        self.format = find_wire_format(wire_format or card.get("wire_format", "opensearch_vl"))
        self.conversation = Conversation(checkpoint)
        self.system_prompt = _system_prompt(card, self.format, tools)
        self.temperature = temperature
        self.top_p = top_p
        self.turn_tokens = turn_tokens
        self.episode_tokens = episode_tokens
        self._text_environment = text_environment
        self._batch = self._empty_batch()
        self._episodes: dict[int, _Episode] = {}

    def reset(self, slot: int, task: Task, rng: np.random.Generator) -> None:
        """See `Policy.reset`."""
        self._episodes[slot] = _Episode(rng)

    def act(self, observations: Mapping[int, Observation]) -> Mapping[int, Any]:
        """See `Policy.act`.

        Returns:
            An `Attempt` a slot, or with `text_environment` the text itself.
        """
        slots = [slot for slot in observations if self._observe(slot, observations[slot])]
        turns = self._generate([self._episodes[slot] for slot in slots]) if slots else []
        texts = {slot: CUT_OFF for slot in observations}
        for slot, turn in zip(slots, turns, strict=True):
            texts[slot] = self.conversation.decode(turn)
        if self._text_environment:
            return texts
        return {slot: read_text(text, self.format) for slot, text in texts.items()}

    def tokens(self, slot: int) -> TokenTrajectory:
        """The tokens of the running or last episode in a slot."""
        return self._episodes[slot].trajectory

    def forget(self) -> None:
        """Drop all episodes and the cache; needed after the weights have changed."""
        self._episodes.clear()
        self._batch = self._empty_batch()

    def _empty_batch(self) -> RowBatch:
        return RowBatch(self.checkpoint, self.conversation.image_token, self.conversation.padding)

    def _observe(self, slot: int, observation: Observation) -> bool:
        """Take in what is new; whether tokens for a turn are left."""
        episode = self._episodes[slot]
        images = observation["images"]
        new = images[episode.pictures :]
        episode.pictures = len(images)
        if episode.steps < 0:
            segment = self.conversation.prompt(self.system_prompt, observation["question"], new)
        else:
            text = self._result(str(observation["text"]), len(images) if new else None)
            segment = self.conversation.observation(text, new)
        if len(episode.trajectory) + len(segment.tokens) >= self.episode_tokens:
            episode.exhausted = True
        if episode.exhausted:
            episode.steps += 1
            return False
        episode.take(segment)
        return True

    def _result(self, text: str, picture: int | None) -> str:
        if self._text_environment:
            return text
        return self.format.render_result(text, None if picture is None else f"img_{picture}")

    def _generate(self, episodes: Sequence[_Episode]) -> list[list[int]]:
        """Sample one turn an episode."""
        self._batch.select([episode.row for episode in episodes])
        # The batch may hold the rows in another order.
        place = {id(row): number for number, row in enumerate(self._batch.rows)}
        ordered = sorted(episodes, key=lambda episode: place[id(episode.row)])
        room = np.array([self.episode_tokens - len(episode.trajectory) for episode in ordered])
        limits = np.minimum(room, self.turn_tokens)
        uniform = np.stack([episode.rng.random(self.turn_tokens) for episode in ordered])
        turns: list[list[int]] = [[] for _ in ordered]
        scores: list[list[float]] = [[] for _ in ordered]
        running = np.ones(len(ordered), np.bool_)
        logits = self._batch.read()
        for number in range(int(limits.max())):
            drawn, log_probabilities = sample(
                logits, uniform[:, number], temperature=self.temperature, top_p=self.top_p
            )
            for row in np.flatnonzero(running).tolist():
                turns[row].append(int(drawn[row]))
                scores[row].append(float(log_probabilities[row]))
            ended = drawn == self.conversation.turn_end
            last = running & (ended | (number + 1 >= limits))
            running &= ~last
            if not running.any():
                break
            logits = self._batch.step(drawn, running)
        for episode, turn, score in zip(ordered, turns, scores, strict=True):
            episode.finish(turn, score, self.conversation.turn_end)
        return [turns[place[id(episode.row)]] for episode in episodes]


class _Episode:
    """One running episode."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.rng = rng
        self.row = Row()
        self.trajectory = TokenTrajectory()
        self.pictures = 0
        self.steps = -1
        self.exhausted = False

    def take(self, segment: Segment) -> None:
        """Note what the model is given before its next turn."""
        self.trajectory.read(segment, self.steps)
        self.row.pending.append(segment)
        self.steps += 1

    def finish(self, turn: Sequence[int], scores: Sequence[float], turn_end: int) -> None:
        """Note a sampled turn; what the cache lacks of it waits for the next reading."""
        self.trajectory.write(turn, scores, self.steps)
        # A turn that was cut is closed for the model.
        closing = Segment(() if turn[-1] == turn_end else (turn_end,))
        self.trajectory.read(closing, self.steps)
        self.row.pending = [Segment((turn[-1],)), closing]


def _system_prompt(card: Mapping[str, Any], form: Any, tools: ToolSuite | None) -> str:
    """The prompt that a model was trained with, or that of the tools it is given."""
    if tools is None and "system_prompt" in card:
        return str(card["system_prompt"])
    return str(form.system_prompt((tools or ToolSuite()).schemas()))
