"""A policy that uses every tool of the live web: it searches, reads, looks, and answers."""

from __future__ import annotations

import re

import numpy as np

from searchvl_gym.rollout.policy import Observation, Play, ScriptedPolicy
from searchvl_gym.tools.observations import search_results
from searchvl_gym.types import Task, ToolCall

_YEAR = re.compile(r"founded in ([0-9]+)")


class WalkPolicy(ScriptedPolicy):
    """Searches for the question, visits the first result, opens its picture, searches by it."""

    name = "walk"

    def play(self, task: Task, observation: Observation, rng: np.random.Generator) -> Play:
        """See `ScriptedPolicy.play`."""
        observation = yield ToolCall("text_search", {"q": task.question})
        results = search_results(str(observation["text"]))
        url = results[0].url if results else "http://site0.example/town/0"
        observation = yield ToolCall("visit", {"url": url, "goal": task.question})
        found = _YEAR.search(str(observation["text"]))
        yield ToolCall("open_image", {"url": url})
        yield ToolCall("image_search", {"url": "img_1"})
        yield ToolCall("answer", {"text": found[1] if found else "unknown"})
