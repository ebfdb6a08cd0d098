"""`random`: valid calls of random tools, then an answer of random words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from searchvl_gym.rollout.policy import Observation, Play, ScriptedPolicy
from searchvl_gym.tools import ToolSuite
from searchvl_gym.tools.observations import first_size, new_picture
from searchvl_gym.types import Task, ToolCall
from searchvl_gym.world.folding import words

MAX_ANSWER_WORDS = 3


class RandomPolicy(ScriptedPolicy):
    """Draws a tool and arguments that its schema allows, from words and pictures it has seen.

    Args:
        answer_chance: Chance to answer in a turn, above 0 and up to 1.

    Raises:
        ValueError: When the chance is out of range.
    """

    name = "random"

    def __init__(self, answer_chance: float = 0.2) -> None:
        super().__init__()
        if not isinstance(answer_chance, (int, float)) or not 0 < answer_chance <= 1:
            raise ValueError(f"answer_chance must be above 0 and at most 1, got {answer_chance!r}")
        self._answer_chance = answer_chance
        self._functions = [schema["function"] for schema in ToolSuite().schemas()]

    def play(self, task: Task, observation: Observation, rng: np.random.Generator) -> Play:
        """See `ScriptedPolicy.play`."""
        pictures = {"img_1": first_size(observation)}
        vocabulary = words(str(observation["question"])) or ["nothing"]
        while rng.random() >= self._answer_chance:
            function = self._functions[int(rng.integers(len(self._functions)))]
            image = str(rng.choice(list(pictures)))
            arguments = _arguments(function["parameters"], image, pictures[image], vocabulary, rng)
            observation = yield ToolCall(function["name"], arguments)
            text = str(observation["text"])
            vocabulary = words(text) or vocabulary
            added = new_picture(text)
            if added is not None:
                pictures[added[0]] = added[1]
        yield ToolCall("answer", {"text": _phrase(vocabulary, rng)})


def _arguments(
    schema: Mapping[str, Any],
    image: str,
    size: tuple[int, int],
    vocabulary: list[str],
    rng: np.random.Generator,
) -> dict[str, Any]:
    """Values for the required arguments, and for some of the optional ones with a simple type."""
    width, height = size
    left, top = int(rng.integers(width)), int(rng.integers(height))
    known: dict[str, Any] = {
        "image": image,
        "url": image,
        "x": left // 2,
        "y": top // 2,
        "width": max(16, width // 2),
        "height": max(16, height // 2),
        "code": f"print({left} * {top})",
    }
    chosen: dict[str, Any] = {}
    for name, field in schema["properties"].items():
        if name in known:
            chosen[name] = known[name]
        elif name in schema["required"]:
            chosen[name] = _phrase(vocabulary, rng)
        elif rng.random() < 0.5:
            if "enum" in field:
                chosen[name] = field["enum"][int(rng.integers(len(field["enum"])))]
            elif field.get("type") == "boolean":
                chosen[name] = bool(rng.integers(2))
    return chosen


def _phrase(vocabulary: list[str], rng: np.random.Generator) -> str:
    first = int(rng.integers(len(vocabulary)))
    return " ".join(vocabulary[first : first + int(rng.integers(1, MAX_ANSWER_WORDS + 1))])
