"""What all policies share that play token in, token out: episodes, prompts and budgets.

A subclass samples turns; everything around it is here. `tokens(slot)` gives the very ids that
were read and sampled, with their log-probabilities: text is never tokenised again for training.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from algos.models import Checkpoint
from algos.tokens.conversation import (
    Conversation,
    Picture,
    Segment,
    result_role_of,
    without_placeholders,
)
from algos.tokens.trajectory import TokenTrajectory
from searchvl_gym.context import Context, Shown, make_context, show
from searchvl_gym.context import Turn as ContextTurn
from searchvl_gym.context.tools import with_tools
from searchvl_gym.rollout.policy import Observation
from searchvl_gym.rollout.usage import Usage
from searchvl_gym.tools import ToolSuite
from searchvl_gym.tools.catalog import make_suite
from searchvl_gym.tools.crop import Coordinates
from searchvl_gym.types import Image, Task
from searchvl_gym.wrappers import find_wire_format, opening_text, read_text

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
        turns: What was observed and answered, for the context.
        segments: Token sequences that ended because the context changed what came before.
        seen_before: The pictures of each of them.
        pictured: Numbers of the pictures of the running sequence; None for all.
        steps: Number of the running step; −1 before the first observation.
        prompt: Tokens to read for the running turn.
        exhausted: Whether the budget is spent.
    """

    def __init__(self, rng: np.random.Generator) -> None:
        self.rng = rng
        self.trajectory = TokenTrajectory()
        self.images: list[Image] = []
        self.turns: list[ContextTurn] = []
        self.segments: list[TokenTrajectory] = []
        self.seen_before: list[list[Image]] = []
        self.steps = -1
        self.prompt = 0
        self.exhausted = False
        self._held: tuple[Shown, ...] = ()
        self._written: list[tuple[int, ...]] = []
        self._seen: dict[int, Picture] = {}
        self.pictured: list[int] | None = None

    def take(self, segment: Segment) -> None:
        """Note what the model is given before its next turn."""
        self.trajectory.read(segment, self.steps)
        self.steps += 1

    def finish(self, turn: Turn, closing: Segment) -> None:
        """Note a sampled turn, and what closes it for the model when it was cut."""
        self.trajectory.write(*turn, self.steps)
        self.trajectory.read(closing, self.steps)
        self._written.append((*turn[0], *closing.tokens))

    def restart(self) -> None:
        """Begin a new token sequence: what was shown so far reads otherwise now."""
        if len(self.trajectory):
            self.segments.append(self.trajectory)
            self.seen_before.append(self.seen())
        self.trajectory = TokenTrajectory()

    def extends(self, shown: Sequence[Shown]) -> bool:
        """Whether what is shown now only adds to what the running sequence holds."""
        return bool(self._held) and tuple(shown[:-1]) == self._held

    def hold(self, shown: Sequence[Shown]) -> None:
        """Note what the running sequence holds."""
        self._held = tuple(shown)
        self.pictured = [number for each in shown for number in each.pictures]

    def length_of(self, segments: Sequence[Segment]) -> int:
        """Tokens of a sequence with these observations and the turns between them."""
        turns = self._written[: len(segments)]
        return sum(len(each.tokens) for each in segments) + sum(map(len, turns))

    def seen(self) -> list[Image]:
        """The pictures that the running sequence holds, in order."""
        if self.pictured is None:
            return self.images
        return [self.images[number - 1] for number in self.pictured]

    def replay(self, segments: Sequence[Segment], conversation: Conversation) -> None:
        """Read the past again: observations as they are shown now, turns as they were sampled."""
        holder, padding = conversation.image_token, conversation.padding
        for number, segment in enumerate(segments):
            self.reread(segment, number - 1)
            turn = without_placeholders(self._written[number], holder, padding, True)
            self.reread(Segment(tuple(turn)), number)

    def reread(self, segment: Segment, step: int) -> None:
        """Read tokens of the past; none of them is to be learnt from a second time."""
        self.trajectory.read(segment, step)

    def picture(self, number: int, conversation: Conversation) -> Picture:
        """A picture of the episode as the vision tower reads it, by its 1-based number."""
        if number not in self._seen:
            self._seen[number] = conversation.patches(self.images[number - 1])
        return self._seen[number]


class TokenPolicy:
    """Plays with a vision-language model whose tokens are kept. Subclasses write `sample`.

    Args:
        checkpoint: Gives tokenizer, image processor and card.
        wire_format: How it talks: one of `searchvl_gym.chat.FORMATS`, or one of one's own. None
            takes what the checkpoint was trained with, `opensearch_vl` if that is not known.
        tools: The tools that its system prompt lists: a suite, or the name of a set as for the
            environment. None for what the checkpoint was trained with, the ten of the release if
            that is not known.
        crop_coordinates: As for the environment; goes with a set of tools by name.
        text_environment: Give the model's own text, for environments that take text
            (`SearchVL/AtlasText-v0`), rather than what was read from it.
        lenient: Whether calls that are not sound are mended where they can only mean one thing.
        temperature: Of the sampling, 0 for the likeliest tokens.
        top_p: Mass of the likeliest tokens that are drawn from, above 0.
        frequency_penalty: Taken off a token's logit, before the temperature, for each time that it
            was written before in the same turn; at least 0.
        context: What the model is shown of a long episode: one of `searchvl_gym.context.MODES`, or
            several joined by `+`; its tools are added to a set by name.
        turn_tokens: Most tokens of one turn; a longer one is cut.
        episode_tokens: Most tokens that are read for a turn and sampled in it, prompt and
            observations included; with the context `whole` that is the whole episode. What would
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
        tools: ToolSuite | str | None = None,
        crop_coordinates: Coordinates = "pixels",
        text_environment: bool = False,
        lenient: bool = True,
        context: str = "whole",
        temperature: float = 0.7,
        top_p: float = 1.0,
        frequency_penalty: float = 0.0,
        turn_tokens: int = 1024,
        episode_tokens: int = 32_768,
    ) -> None:
        check_sampling(temperature, top_p, turn_tokens, episode_tokens)
        self.context: Context = make_context(context)
        if tools is not None or "system_prompt" not in checkpoint.card:
            # What a checkpoint was trained with stays as it is.
            tools = with_tools(self.context, tools)
        self.checkpoint = checkpoint
        self.format = find_wire_format(
            wire_format or checkpoint.card.get("wire_format", "opensearch_vl")
        )
        self.conversation = Conversation(checkpoint, result_role_of(self.format))
        self.system_prompt = _system_prompt(checkpoint.card, self.format, tools, crop_coordinates)
        self.temperature = temperature
        if not frequency_penalty >= 0:
            raise ValueError(f"frequency_penalty must be at least 0, got {frequency_penalty!r}")
        self.top_p = top_p
        self.frequency_penalty = frequency_penalty
        self.turn_tokens = turn_tokens
        self.episode_tokens = episode_tokens
        self._text_environment = text_environment
        self._lenient = lenient
        self._episodes: dict[int, Any] = {}
        self._cut: dict[bytes, Picture] = {}
        # Held with the picture, so that no other one can have its number.
        self._digests: dict[int, tuple[Image, bytes]] = {}

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
        self._cut.clear()
        self._digests.clear()

    def tokens(self, slot: int) -> TokenTrajectory:
        """The tokens of the running or last episode in a slot."""
        found: TokenTrajectory = self._episodes[slot].trajectory
        return found

    def segments(self, slot: int) -> list[TokenTrajectory]:
        """All token sequences of an episode in order; one where the context changes nothing.

        Every sampled token is marked as generated in one of them only: where it was sampled.
        """
        episode = self._episodes[slot]
        return [*episode.segments, episode.trajectory]

    def usage(self, slot: int) -> Usage:
        """Turns, and the tokens that were read and sampled, of the episode in a slot."""
        episode = self._episodes[slot]
        parts = self.segments(slot)
        sampled = sum(sum(part.generated) for part in parts)
        read = sum(map(len, parts)) - sampled
        return Usage(calls=episode.steps + 1, prompt_tokens=read, completion_tokens=sampled)

    def prompt_tokens(self, slot: int) -> int:
        """Tokens that were to be read for the last turn in a slot."""
        return int(self._episodes[slot].prompt)

    @property
    def most_prompt_tokens(self) -> int:
        """Longest prompt that leaves room for a whole turn; one more closes a turn that is cut."""
        return self.episode_tokens - self.turn_tokens - 1

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
            self._answered(episode, texts[slot])
        if self._text_environment:
            return texts
        return {
            slot: read_text(text, self.format, lenient=self._lenient)
            for slot, text in texts.items()
        }

    def _answered(self, episode: Episode, text: str) -> None:
        """Tell the context what the model answered."""
        if self.context.name != "whole":
            attempt = read_text(text, self.format, lenient=self._lenient)
            episode.turns[-1] = replace(episode.turns[-1], said=text, call=attempt.call)

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
        if self.context.name != "whole":
            return self._observe_in_context(episode, observation, new)
        if episode.steps < 0:
            seen = self._patches(new)
            segment = self.conversation.prompt(self.system_prompt, opening_text(observation), seen)
        else:
            text = self._result(str(observation["text"]), len(images) if new else None)
            segment = self.conversation.observation(text, self._patches(new))
        episode.prompt = len(episode.trajectory) + len(segment.tokens)
        if episode.prompt + 2 > self.episode_tokens:
            episode.exhausted = True
        if episode.exhausted:
            episode.steps += 1
            return False
        episode.take(segment)
        return True

    def _patches(self, images: Sequence[Image]) -> list[Picture]:
        """Pictures as the model reads them; one that several episodes show is cut up once."""
        found = []
        for image in images:
            known = self._digests.get(id(image))
            if known is None or known[0] is not image:
                pixels = np.ascontiguousarray(image)
                digest = hashlib.sha256(repr(pixels.shape).encode() + pixels.tobytes()).digest()
                self._digests[id(image)] = known = (image, digest)
            if known[1] not in self._cut:
                self._cut[known[1]] = self.conversation.patches(image)
            found.append(self._cut[known[1]])
        return found

    def _observe_in_context(
        self, episode: Episode, observation: Observation, new: Sequence[Image]
    ) -> bool:
        """Take in what is new, as the context shows it; a new sequence where the past changed."""
        if episode.steps < 0:
            text = opening_text(observation)
        else:
            text = self._result(str(observation["text"]), len(episode.images) if new else None)
        sizes = tuple((image.shape[1], image.shape[0]) for image in new)
        first = len(episode.images) - len(new) + 1
        episode.turns.append(ContextTurn(text, sizes, first))
        shown = show(self.context, episode.turns)
        segments = [self._shown(episode, number, each) for number, each in enumerate(shown)]
        appended = episode.extends(shown)
        held = len(episode.trajectory) if appended else episode.length_of(segments[:-1])
        episode.prompt = held + len(segments[-1].tokens)
        if episode.prompt + 2 > self.episode_tokens:
            episode.exhausted = True
        if episode.exhausted:
            episode.steps += 1
            return False
        if not appended:
            episode.restart()
            episode.replay(segments[:-1], self.conversation)
        episode.hold(shown)
        episode.take(segments[-1])
        return True

    def _shown(self, episode: Episode, number: int, shown: Shown) -> Segment:
        pictures = [episode.picture(each, self.conversation) for each in shown.pictures]
        if number == 0:
            return self.conversation.prompt(self.system_prompt, shown.text, pictures)
        return self.conversation.observation(shown.text, pictures)

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


def _system_prompt(
    card: Mapping[str, Any], form: Any, tools: ToolSuite | str | None, coordinates: Coordinates
) -> str:
    """The prompt that a model was trained with, or that of the tools it is given."""
    if tools is None and coordinates == "pixels" and "system_prompt" in card:
        return str(card["system_prompt"])
    return str(form.system_prompt(make_suite(tools, coordinates).schemas()))
