"""What all policies share that play token in, token out: episodes, prompts and budgets.

A subclass samples turns; everything around it is here. `tokens(slot)` gives the very ids that
were read and sampled, with their log-probabilities: text is never tokenised again for training.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from algos.conversation import Conversation, Segment
from algos.models import Checkpoint
from algos.token_trajectory import TokenTrajectory
from searchvl_gym.rollout.policy import Observation
from searchvl_gym.tools import ToolSuite
from searchvl_gym.types import Image, Task
from searchvl_gym.wrappers import find_wire_format, read_text

CUT_OFF = ""
"""The turn of an episode that has no tokens left; a step error in every wire format."""

Turn = tuple[Sequence[int], Sequence[float]]
"""Sampled tokens and their log-probabilities, under the temperature that they were sampled at."""


class Episode:
    """One running episode.

    Attributes:
        rng: All randomness of the episode's sampling.
        trajectory: What was read and sampled so far.
        images: The pictures so far, in order.
        steps: Number of the running step; −1 before the first observation.
        exhausted: Whether the budget is spent.
    """

    def __init__(self, rng: np.random.Generator) -> None:
        self.rng = rng
        self.trajectory = TokenTrajectory()
        self.images: list[Image] = []
        self.steps = -1
        self.exhausted = False

    def take(self, segment: Segment) -> None:
        """Note what the model is given before its next turn."""
        self.trajectory.read(segment, self.steps)
        self.steps += 1

    def finish(self, turn: Turn, closing: Segment) -> None:
        """Note a sampled turn, and what closes it for the model when it was cut."""
        self.trajectory.write(*turn, self.steps)
        self.trajectory.read(closing, self.steps)


class TokenPolicy:
    """Plays with a Qwen vision-language model whose tokens are kept. Subclasses write `sample`.

    Args:
        checkpoint: Gives tokenizer, image processor and card.
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

    Raises:
        ValueError: When an argument is out of range.
    """

    name = "token"

    def __init__(
        self,
        checkpoint: Checkpoint,
        *,
        wire_format: Any = None,
        tools: ToolSuite | None = None,
        text_environment: bool = False,
        temperature: float = 0.7,
        top_p: float = 1.0,
        turn_tokens: int = 1024,
        episode_tokens: int = 32_768,
    ) -> None:
        check_sampling(temperature, top_p, turn_tokens, episode_tokens)
        self.checkpoint = checkpoint
        self.format = find_wire_format(
            wire_format or checkpoint.card.get("wire_format", "opensearch_vl")
        )
        self.conversation = Conversation(checkpoint)
        self.system_prompt = _system_prompt(checkpoint.card, self.format, tools)
        self.temperature = temperature
        self.top_p = top_p
        self.turn_tokens = turn_tokens
        self.episode_tokens = episode_tokens
        self._text_environment = text_environment
        self._episodes: dict[int, Any] = {}

    def sample(self, episodes: Sequence[Any]) -> list[Turn]:
        """Sample one turn an episode, of at most `room(episode)` tokens."""
        raise NotImplementedError

    def begin(self, rng: np.random.Generator) -> Episode:
        """A new episode; a subclass may keep more of it."""
        return Episode(rng)

    def update_weights(self, checkpoint: Checkpoint) -> None:
        """Play on with the weights of a checkpoint; all episodes are dropped."""
        self.checkpoint = checkpoint
        self.forget()

    def forget(self) -> None:
        """Drop all episodes and whatever is kept between turns."""
        self._episodes.clear()

    def tokens(self, slot: int) -> TokenTrajectory:
        """The tokens of the running or last episode in a slot."""
        found: TokenTrajectory = self._episodes[slot].trajectory
        return found

    def reset(self, slot: int, task: Task, rng: np.random.Generator) -> None:
        """See `Policy.reset`."""
        self._episodes[slot] = self.begin(rng)

    def act(self, observations: Mapping[int, Observation]) -> Mapping[int, Any]:
        """See `Policy.act`.

        Returns:
            An `Attempt` a slot, or with `text_environment` the text itself.
        """
        slots = [slot for slot in observations if self._observe(slot, observations[slot])]
        playing = [self._episodes[slot] for slot in slots]
        texts = {slot: CUT_OFF for slot in observations}
        turns = self.sample(playing) if playing else []
        for slot, episode, turn in zip(slots, playing, turns, strict=True):
            ended = turn[0][-1] == self.conversation.turn_end
            episode.finish(turn, Segment(() if ended else (self.conversation.turn_end,)))
            texts[slot] = self.conversation.decode(turn[0])
        if self._text_environment:
            return texts
        return {slot: read_text(text, self.format) for slot, text in texts.items()}

    def room(self, episode: Episode) -> int:
        """Most tokens of an episode's next turn; one more is kept to close a turn that is cut."""
        left = self.episode_tokens - len(episode.trajectory) - 1
        return min(left, self.turn_tokens)

    def _observe(self, slot: int, observation: Observation) -> bool:
        """Take in what is new; whether tokens for a turn are left."""
        episode = self._episodes[slot]
        images = observation["images"]
        new = images[len(episode.images) :]
        episode.images += new
        if episode.steps < 0:
            segment = self.conversation.prompt(self.system_prompt, observation["question"], new)
        else:
            text = self._result(str(observation["text"]), len(images) if new else None)
            segment = self.conversation.observation(text, new)
        if len(episode.trajectory) + len(segment.tokens) + 2 > self.episode_tokens:
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


def check_sampling(temperature: float, top_p: float, turn_tokens: int, episode_tokens: int) -> None:
    """Refuse settings of the sampling that are out of range, before anything is loaded.

    Raises:
        ValueError: Which it is.
    """
    if not 0 <= temperature <= 5 or not 0 < top_p <= 1:
        raise ValueError(
            f"temperature must be from 0 to 5 and top_p above 0 and at most 1, "
            f"got {temperature!r} and {top_p!r}"
        )
    if turn_tokens < 1 or episode_tokens < 2:
        raise ValueError("turn_tokens must be at least 1 and episode_tokens at least 2")


def _system_prompt(card: Mapping[str, Any], form: Any, tools: ToolSuite | None) -> str:
    """The prompt that a model was trained with, or that of the tools it is given."""
    if tools is None and "system_prompt" in card:
        return str(card["system_prompt"])
    return str(form.system_prompt((tools or ToolSuite()).schemas()))
