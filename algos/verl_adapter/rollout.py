"""One rollout, token in and token out, for an engine that samples elsewhere; without verl.

`TurnPolicy` is `TokenPolicy` with the sampling taken out, so a rollout has the very tokens that our
own trainers give an episode. `pack` turns it into the fields that verl trains on.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch

from algos.models import Checkpoint
from algos.policies.token_policy import CUT_OFF, TokenPolicy, Turn
from algos.rollouts.fatal_variants import FatalSource, Variant, apply_variant, select_fatal
from algos.rollouts.group import Rollout
from algos.tokens.conversation import Segment, without_placeholders
from algos.tokens.trajectory import TokenTrajectory
from searchvl_gym.rollout import is_right
from searchvl_gym.types import Image, Task

Sample = Callable[[Sequence[int], Sequence[Image], int], Awaitable[Turn]]
"""`(tokens so far, pictures so far, most new tokens) -> the sampled turn`."""


class TurnPolicy(TokenPolicy):
    """Plays one episode with turns that are sampled elsewhere.

    Args:
        checkpoint: Tokenizer, image processor and card; its model is not used.
        prompt_tokens: Most tokens before the first turn.
        response_tokens: Most tokens from the first turn on, observations included.
        **settings: What else `TokenPolicy` takes.
    """

    name = "turns"

    def __init__(
        self, checkpoint: Checkpoint, *, prompt_tokens: int, response_tokens: int, **settings: Any
    ) -> None:
        super().__init__(
            checkpoint,
            text_environment=True,
            episode_tokens=prompt_tokens + response_tokens,
            **settings,
        )
        self._prompt_tokens = prompt_tokens
        self._response_tokens = response_tokens

    def start(self, task: Task, observation: dict[str, Any]) -> int:
        """Read the first observation.

        Returns:
            The length of the prompt.

        Raises:
            ValueError: When the prompt does not fit: pictures cannot be cut.
        """
        self.reset(0, task, np.random.default_rng(0))
        fits = self._observe(0, observation)
        length = len(self.tokens(0))
        if not fits or length > self._prompt_tokens:
            raise ValueError(
                f"the prompt of task {task.id!r} is longer than data.max_prompt_length="
                f"{self._prompt_tokens} tokens; raise it, or lower searchvl.view_pixels"
            )
        self.episode_tokens = length + self._response_tokens
        return length

    def observe(self, observation: dict[str, Any]) -> bool:
        """Read what a turn brought; whether tokens for another turn are left."""
        return self._observe(0, observation)

    async def turn(self, sample: Sample) -> str:
        """Have a turn sampled and note it; its text.

        A placeholder that the model drew itself is read as padding, since it stands for no picture.
        """
        episode = self._episodes[0]
        room = self.room(episode)
        tokens, scores = await sample(self.readable(), episode.seen(), room)
        tokens, scores = tokens[:room], scores[:room]
        ended = bool(tokens) and tokens[-1] == self.conversation.turn_end
        closing = () if ended else (self.conversation.turn_end,)
        episode.finish((tokens, scores), Segment(closing))
        text = self.conversation.decode(tokens) if tokens else CUT_OFF
        self._answered(episode, text)
        return text

    def readable(self) -> list[int]:
        """The tokens of the running sequence so far, as a model can read them."""
        return self._as_read(self.tokens(0))

    def all_readable(self) -> list[list[int]]:
        """The same for every sequence of the episode; one where the context changes nothing."""
        return [self._as_read(held) for held in self.segments(0)]

    def _as_read(self, held: TokenTrajectory) -> list[int]:
        talk = self.conversation
        return without_placeholders(held.tokens, talk.image_token, talk.padding, held.generated)

    @property
    def pictures(self) -> list[list[Image]]:
        """For every sequence the pictures that its placeholders stand for, in order."""
        episode = self._episodes[0]
        shown: list[Image] = episode.seen()[: len(episode.trajectory.pictures)]
        return [*episode.seen_before, shown]


@dataclass(frozen=True)
class Packed:
    """A rollout as verl takes it.

    Attributes:
        prompt: Tokens before the first turn.
        response: Tokens from the first turn on.
        mask: 1 on the tokens of `response` that are trained on.
        log_probabilities: Under the policy that sampled them; 0 on tokens that were read.
        reward: The return.
        turns: Messages: the question, the model's turns and the results.
        fatal: Whether the advantage is clamped, as far as the variant clamps.
        figures: What is logged and averaged; numbers only, the same names for every rollout.
    """

    prompt: list[int]
    response: list[int]
    mask: list[int]
    log_probabilities: list[float]
    reward: float
    turns: int
    fatal: bool
    figures: dict[str, float]


class UnscoredError(RuntimeError):
    """An episode could not be scored, so its group is left out: it must not become a 0."""


def pack(
    rollout: Rollout,
    readable: Sequence[int],
    prompt_tokens: int,
    *,
    variant: Variant = "fatal_aware",
    fatal_source: FatalSource = "any",
) -> Packed:
    """A finished rollout in the fields that verl trains on.

    Args:
        rollout: What was played and sampled.
        readable: Its tokens as the model can read them; where they differ from what was sampled
            nothing is trained.
        prompt_tokens: Length of the prompt.
        variant: Which tokens of a fatal rollout count.
        fatal_source: Whose cascades are fatal.

    Raises:
        UnscoredError: When the episode has no reward.
    """
    held, played = rollout.tokens, rollout.trajectory
    if played.reward is None:
        raise UnscoredError(f"the episode of task {played.task.id!r} could not be scored")
    found = torch.tensor([rollout.fatal_step])
    fatal = select_fatal(found, [rollout.cascade_sources], fatal_source)
    generated, step = torch.tensor([held.generated]), torch.tensor([held.step])
    _, mask, _ = apply_variant(variant, torch.zeros(1), generated, step, fatal)
    kept = [
        int(counts and token == seen)
        for counts, token, seen in zip(mask[0].tolist(), held.tokens, readable, strict=True)
    ]
    errors = [step.error for step in played.steps if step.error is not None]
    is_fatal = int(fatal[0]) >= 0
    own = is_fatal and not all(rollout.cascade_sources or (False,))
    return Packed(
        prompt=list(readable[:prompt_tokens]),
        response=list(readable[prompt_tokens:]),
        mask=kept[prompt_tokens:],
        log_probabilities=held.log_probabilities[prompt_tokens:],
        reward=float(played.reward),
        turns=2 * len(played.steps),
        fatal=is_fatal,
        figures={
            "acc": float(is_right(played)),
            "fatal": float(is_fatal),
            "fatal_step": float(fatal[0]),
            "model_fatal": float(own),
            "steps": float(len(played.steps)),
            "step_errors": float(len(errors)),
            "model_errors": float(sum(not error.infrastructure for error in errors)),
            "answered": float(played.answer is not None),
        },
    )


def pack_sequences(
    rollout: Rollout, readable: Sequence[Sequence[int]], prompt_tokens: int, **how: Any
) -> list[tuple[int, Packed]]:
    """A finished rollout as one row a token sequence, of which verl trains each.

    A sequence without a token that counts is left out: verl takes the advantage of all rows from
    the last one of an episode, where it stands on tokens that count alone.

    Args:
        rollout: What was played and sampled.
        readable: Its sequences as the model can read them.
        prompt_tokens: Length of the first prompt; that of a later sequence is all that stands
            before its first sampled token.
        **how: Variant and source of `pack`.

    Returns:
        Numbers of sequences and their rows; at least one, and just one for one sequence.

    Raises:
        UnscoredError: When the episode has no reward.
    """
    rows = []
    for number, (held, read) in enumerate(zip(rollout.sequences, readable, strict=True)):
        sampled = held.generated.index(True) if True in held.generated else len(held)
        start = sampled if number else prompt_tokens
        rows.append((number, pack(replace(rollout, tokens=held, earlier=()), read, start, **how)))
    counting = [row for row in rows if any(row[1].mask)]
    spoken = [row for row in rows if row[1].response]
    return counting or spoken[-1:] or rows[-1:]
