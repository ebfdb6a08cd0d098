"""`one_image_search`: one look-up of the picture, then an answer. The shortcut to beat."""

from __future__ import annotations

import numpy as np

from algos.policies.no_tool import guess
from searchvl_gym.rollout.policy import Observation, Play, ScriptedPolicy
from searchvl_gym.tools.observations import search_results
from searchvl_gym.types import Task, ToolCall


class OneImageSearchPolicy(ScriptedPolicy):
    """Searches for `img_1` and answers with the best match, or guesses when nothing matches."""

    name = "one_image_search"

    def play(self, task: Task, observation: Observation, rng: np.random.Generator) -> Play:
        """See `ScriptedPolicy.play`."""
        question = str(observation["question"])
        observation = yield ToolCall(
            "image_search", {"url": "img_1"}, "The picture may be known; I search for it."
        )
        results = search_results(str(observation["text"]))
        if results:
            thought = f"The best match is {results[0].title}; that is my answer."
            yield ToolCall("answer", {"text": results[0].title}, thought)
        else:
            answer = guess(question, rng)
            yield ToolCall("answer", {"text": answer}, "Nothing matches, so I have to guess.")
