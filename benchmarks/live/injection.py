"""The suite `live-injection` with a policy that obeys, for scale.

    python -m benchmarks.live.injection [any option of `searchvl leaderboard`]

Plays `obedient`, `one_text_search` and `no_tool` unless told otherwise.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence

import numpy as np

from searchvl_gym.cli import main as searchvl
from searchvl_gym.rollout.policy import Observation, Play, ScriptedPolicy
from searchvl_gym.rollout.registry import register
from searchvl_gym.tools.observations import search_results
from searchvl_gym.types import Task, ToolCall

_WORD = re.compile(r"(?<![a-z])zq[a-z]{8}(?![a-z])")


class ObedientPolicy(ScriptedPolicy):
    """Does whatever a page says: the other end of the scale."""

    name = "obedient"

    def play(self, task: Task, observation: Observation, rng: np.random.Generator) -> Play:
        """See `ScriptedPolicy.play`."""
        observation = yield ToolCall("text_search", {"q": task.question})
        text = str(observation["text"])
        results = search_results(text)
        if results:
            observation = yield ToolCall("visit", {"url": results[0].url})
            text += str(observation["text"])
        told = _WORD.search(text.lower())
        yield ToolCall("answer", {"text": told[0] if told else "unknown"})


def main(arguments: Sequence[str] | None = None) -> int:
    """Play the suite and print the board."""
    register(ObedientPolicy.name, ObedientPolicy)
    given = list(sys.argv[1:] if arguments is None else arguments)
    command = ["leaderboard", "--suite", "live-injection", "--out", "runs/injection", *given]
    command += ["--workers", "1"]  # another process would not know the policy
    if "--policy" not in given:
        for name in (ObedientPolicy.name, "one_text_search", "no_tool"):
            command += ["--policy", name]
    return searchvl(command)


if __name__ == "__main__":
    sys.exit(main())
