"""Fresh instances of a demonstration: the same episode with other names and numbers.

A tiny model that sees the same few hundred names again and again learns the names instead of how
to copy one. So each time a demonstration is drawn, every word of a name is replaced by another
one, and every number by another of its length: everywhere in the episode, and the same each time
it occurs. What stays is what is to be learnt.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from algos.tokens.conversation import Conversation, Picture
from algos.tokens.trajectory import TokenTrajectory
from algos.training.demonstrations import tokenise
from searchvl_gym.chat import WireFormat
from searchvl_gym.types import Image, Step, Trajectory

MOST_TITLES = 0.01
"""A word in a larger share of the titles (`Bridge`, `University`) is no name."""

_TOKEN = re.compile(r"[^\W\d_]+|[0-9]{2,}")


def name_words(titles: Iterable[str]) -> list[str]:
    """The words of titles that are names, in alphabetical order.

    >>> name_words(["Ahr Bridge", "Ulm Bridge", "Bridge", "of Ulm"] + [""] * 200)
    ['Ahr', 'Ulm']
    """
    listed = list(titles)
    counts = Counter(word for title in listed for word in set(_TOKEN.findall(title)))
    most = max(2, MOST_TITLES * len(listed))
    return sorted(
        word
        for word, count in counts.items()
        if count <= most and len(word) > 2 and word[0].isupper()
    )


def rename(trajectory: Trajectory, words: Sequence[str], rng: np.random.Generator) -> Trajectory:
    """The same episode with other names and numbers; its task is left as it was.

    Args:
        trajectory: What was played.
        words: From `name_words`.
        rng: Chooses the new ones.
    """
    known = set(words)
    chosen: dict[str, str] = {}

    def other(found: re.Match[str]) -> str:
        old = found[0]
        if old not in chosen:
            if old[0].isdigit():
                # A number of the same length that does not begin with 0.
                digits = rng.integers(0, 10, len(old))
                digits[0] = rng.integers(1, 10)
                chosen[old] = "".join(map(str, digits))
            else:
                chosen[old] = words[int(rng.integers(len(words)))] if old in known else old
        return chosen[old]

    def change(text: str) -> str:
        return _TOKEN.sub(other, text)

    steps = tuple(_change_step(step, change) for step in trajectory.steps)
    return replace(trajectory, steps=steps)


def _change_step(step: Step, change: Callable[[str], str]) -> Step:
    call = step.call
    if call is not None:
        arguments = {
            key: value if not isinstance(value, str) or value.startswith("img_") else change(value)
            for key, value in call.arguments.items()
        }
        call = replace(call, arguments=arguments)
    return replace(step, call=call, observation=change(step.observation))


class FreshDemonstrations:
    """Gives a renamed demonstration each time one is drawn; for `algos.sft.train`.

    Args:
        trajectories: What was played.
        pictures: Their pictures by digest; cut into patches once.
        titles: Where the names come from: titles of pages.
        conversation: Of the checkpoint that is to learn.
        wire_format: Renders calls and results.
        system_prompt: As in rollouts.
    """

    def __init__(
        self,
        trajectories: Sequence[Trajectory],
        pictures: Mapping[str, Image],
        titles: Iterable[str],
        conversation: Conversation,
        wire_format: WireFormat,
        system_prompt: str,
    ) -> None:
        self._trajectories = trajectories
        self._words = name_words(titles)
        self._conversation = conversation
        self._wire_format = wire_format
        self._system_prompt = system_prompt
        needed = sorted({digest for each in trajectories for digest in each.images})
        self._patches: dict[str, Picture] = {
            digest: conversation.patches(pictures[digest]) for digest in needed
        }

    def plain(self) -> list[TokenTrajectory]:
        """The demonstrations as they were played."""
        return [self._tokenise(trajectory) for trajectory in self._trajectories]

    def __call__(self, index: int, rng: np.random.Generator) -> TokenTrajectory:
        """A fresh instance of one of them."""
        return self._tokenise(rename(self._trajectories[index], self._words, rng))

    def _tokenise(self, trajectory: Trajectory) -> TokenTrajectory:
        return tokenise(
            trajectory, self._patches, self._conversation, self._wire_format, self._system_prompt
        )
