"""What plays episodes.

One protocol for everything from a scripted baseline to a batched language model: a policy is
asked for the next action of every running episode at once. An episode is known by its slot.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from typing import Any, Protocol

import numpy as np

from searchvl_gym.types import Task, ToolCall

Observation = Mapping[str, Any]
"""An element of the environment's observation space: question, text, image, images."""

Action = ToolCall | str
"""A structured action, or a model's text in the environment's wire format."""


class Policy(Protocol):
    """Chooses actions. Registered under a name, made by `algos.make(name, **arguments)`.

    A policy that asks a model may have a method `usage(slot) -> Usage` as well: what the running
    or last episode in a slot has cost so far. It is asked when the episode has ended.

    One that knows how many tokens its model read for the last turn in a slot may have a method
    `prompt_tokens(slot) -> int`: environments with `max_prompt_tokens` are told. Where it can give
    a model only so many to read, `most_prompt_tokens` says how many.

    Attributes:
        name: What results are filed under.
    """

    name: str

    def reset(self, slot: int, task: Task, rng: np.random.Generator) -> None:
        """A new episode begins in `slot`; any earlier one there is forgotten.

        Args:
            slot: Number of the episode's place, 0-based.
            task: The task. Only privileged policies (the oracle) may read more than
                `task.question`.
            rng: The episode's own generator: all randomness must come from it.
        """

    def act(self, observations: Mapping[int, Observation]) -> Mapping[int, Action]:
        """Next action for each slot in `observations`."""


Play = Generator[Action, Observation, None]
"""An episode as a generator: yields actions, is sent observations."""


class ScriptedPolicy:
    """Base of policies that treat every episode by itself: write `play` as a generator.

    >>> class Silent(ScriptedPolicy):
    ...     name = "silent"
    ...     def play(self, task, observation, rng):
    ...         yield ToolCall("answer", {"text": "unknown"})
    """

    name = "scripted"

    def __init__(self) -> None:
        self._waiting: dict[int, tuple[Task, np.random.Generator]] = {}
        self._playing: dict[int, Play] = {}

    def play(self, task: Task, observation: Observation, rng: np.random.Generator) -> Play:
        """Yield actions; each `yield` evaluates to the observation that the action brought."""
        raise NotImplementedError

    def reset(self, slot: int, task: Task, rng: np.random.Generator) -> None:
        """See `Policy.reset`."""
        self._playing.pop(slot, None)
        self._waiting[slot] = (task, rng)

    def act(self, observations: Mapping[int, Observation]) -> Mapping[int, Action]:
        """See `Policy.act`."""
        return {slot: self._next(slot, seen) for slot, seen in observations.items()}

    def _next(self, slot: int, observation: Observation) -> Action:
        if slot in self._waiting:
            task, rng = self._waiting.pop(slot)
            self._playing[slot] = self.play(task, observation, rng)
            return next(self._playing[slot])
        return self._playing[slot].send(observation)
