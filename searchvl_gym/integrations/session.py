"""One episode by named calls, with pictures as PNG: what all doors are made of."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from searchvl_gym.chat.calling import ANSWER_FUNCTION, ENDED
from searchvl_gym.env import SearchEnv
from searchvl_gym.types import Image, Task, ToolCall, Trajectory
from searchvl_gym.wrappers import opening_text


@dataclass(frozen=True)
class Reply:
    """What a call brought.

    Attributes:
        text: What the agent reads; an error's message too.
        pictures: PNG files that came with it, base64; the task's own after `begin`.
        error: Kind of the error, or empty.
        ended: Whether the episode is over.
    """

    text: str
    pictures: tuple[str, ...] = ()
    error: str = ""
    ended: bool = False


class PlaySession:
    """Plays episodes of an environment by tool calls.

    Args:
        env: The environment; nobody else steps it.

    Attributes:
        ended: Whether no episode is running.
    """

    def __init__(self, env: SearchEnv) -> None:
        self.env = env
        self.ended = True

    @property
    def steps(self) -> int:
        """Steps of the running or just finished episode."""
        return len(self.env.episode.steps)

    def schemas(self) -> list[dict[str, Any]]:
        """Name, description and JSON schema of every tool, `answer` last."""
        tools = [schema["function"] for schema in self.env.suite.schemas()]
        return [*tools, ANSWER_FUNCTION]

    def begin(self, task: Task | str | int | None = None, seed: int | None = None) -> Reply:
        """Begin an episode.

        Args:
            task: A task, its id or its index; None lets the seed choose.
            seed: Of the episode; None draws one.

        Returns:
            The question and the task's pictures.

        Raises:
            ValueError: When there is no such task.
        """
        options = {} if task is None else {"task": task}
        observation, _ = self.env.reset(seed=seed, options=options)
        self.ended = False
        return Reply(opening_text(observation), tuple(map(as_png, observation["images"])))

    def call(self, name: str, arguments: Mapping[str, Any] | None) -> Reply:
        """Carry out a call, whatever was sent; a mistake is a step error that the agent reads."""
        if self.ended:
            return Reply(ENDED, error="ended", ended=True)
        call = ToolCall(name, arguments)  # type: ignore[arg-type]
        observation, _, terminated, truncated, info = self.env.step(call)
        self.ended = terminated or truncated
        pictures = (as_png(observation["image"]),) if info["new_image"] else ()
        text = str(observation["text"]) or (ENDED if self.ended else "")
        return Reply(text, pictures, str(info["error_kind"]), self.ended)

    def give_up(self) -> None:
        """End an episode that its agent left: nothing more comes, which is an error a step."""
        while not self.ended:
            self.call("", None)

    def result(self) -> dict[str, Any]:
        """What came of the episode, as plain JSON.

        Returns:
            `reward` (None when it could not be scored), `right`, `answer`, `fatal`, `fatal_step`
            (−1 when not fatal), `termination`, `steps`, `seed`, `task_id` and `reward_parts`.

        Raises:
            ValueError: While the episode runs.
        """
        return summarise(self.env.trajectory())


def summarise(played: Trajectory) -> dict[str, Any]:
    """A finished episode in plain JSON; see `PlaySession.result`."""
    parts = {name: float(value) for name, value in played.reward_parts.items()}
    fatal = played.fatal_step is not None
    return {
        "reward": None if played.reward is None else float(played.reward),
        "right": parts.get("accuracy", 0.0) >= 0.5,
        "answer": played.answer,
        "fatal": fatal,
        "fatal_step": played.fatal_step if fatal else -1,
        "termination": str(played.termination),
        "steps": len(played.steps),
        "seed": played.seed,
        "task_id": played.task.id,
        "reward_parts": parts,
    }


def as_png(image: Image) -> str:
    """A picture as a PNG file in base64."""
    from PIL import Image as Pillow

    stream = io.BytesIO()
    Pillow.fromarray(np.asarray(image)).save(stream, "PNG")
    return base64.b64encode(stream.getvalue()).decode("ascii")
