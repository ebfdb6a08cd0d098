"""The environment as TRL wants one: an object whose public methods are the tools.

TRL's `GRPOTrainer(environment_factory=…)` makes one object a rollout, calls `reset(**row)` with a
row of the data set, shows the public methods to the model as tools, and calls them with what the
model sent. `make_environment_factory`, `task_dataset` and `episode_rewards` are its three
arguments. Nothing here imports TRL; `algos.trl_adapter` has the trainer.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from itertools import count
from typing import Any

import numpy as np
from datasets import Dataset
from PIL import Image as Pillow

from algos.trl_adapter.tools import tool_method
from searchvl_gym.chat import extract_final_answer
from searchvl_gym.chat.calling import ANSWER_FUNCTION, ENDED, RULES
from searchvl_gym.context import make_context
from searchvl_gym.env import SearchEnv, load_tasks
from searchvl_gym.episode import Attempt
from searchvl_gym.tools.catalog import make_suite
from searchvl_gym.types import ANSWER, ErrorKind, Image, Task, ToolCall, ToolError, Trajectory
from searchvl_gym.world.many import gather_worlds
from searchvl_gym.wrappers import opening_text

Block = dict[str, Any]
"""A part of a message: `{"type": "text", "text": …}` or `{"type": "image", "image": …}`."""


class ToolSession:
    """One rollout's way into the environment: calls in, results as a chat template wants them.

    Args:
        env: The environment; nobody else steps it.
        rng: Gives each episode its seed.

    Attributes:
        ended: Whether the episode has come to its end.
        played: Steps that the model took.
        trajectory: The episode once `finish` was called, else None.
    """

    def __init__(self, env: SearchEnv, rng: np.random.Generator) -> None:
        self._env = env
        self._rng = rng
        self.ended = True
        self.played = 0
        self.trajectory: Trajectory | None = None

    def begin(self, task: str | int) -> list[Block]:
        """Begin an episode.

        Args:
            task: Id of a task of the environment, or its index.

        Returns:
            Its pictures and its question.

        Raises:
            ValueError: When there is no such task.
        """
        seed = int(self._rng.integers(2**31))
        observation, _ = self._env.reset(seed=seed, options={"task": task})
        self.ended, self.played, self.trajectory = False, 0, None
        pictures = [_picture(image) for image in observation["images"]]
        return [*pictures, {"type": "text", "text": opening_text(observation)}]

    def call(self, name: str, arguments: Any) -> str | list[Block]:
        """Carry out a call, whatever the model sent; a mistake is a step error.

        Returns:
            The result's text, with the picture before it that a tool made; `ENDED` when the
            episode is over.
        """
        if self.ended:
            return ENDED
        observation, info = self._step(ToolCall(name, arguments))
        self.played += 1
        if self.ended:
            return ENDED
        text = str(observation["text"])
        if not info["new_image"]:
            return text
        return [_picture(observation["image"]), {"type": "text", "text": text}]

    def finish(self, completion: Sequence[Mapping[str, Any]]) -> Trajectory:
        """End the episode after the model's last turn; a second call changes nothing.

        Text without a call is the final answer. An episode that was cut off goes on with empty
        turns, each a step error, until the environment ends it, as in `TransformersPolicy`.

        Args:
            completion: The rollout's messages from TRL, the first turn's first.
        """
        if self.trajectory is not None:
            return self.trajectory
        last = completion[-1] if completion else {}
        if not self.ended and last.get("role") == "assistant" and not last.get("tool_calls"):
            self._step(_final_turn(last))
            self.played += 1
        while not self.ended:
            self._step(_unreadable("The episode was cut off.", ""))
        self.trajectory = self._env.trajectory()
        return self.trajectory

    def _step(self, action: ToolCall | Attempt) -> tuple[dict[str, Any], dict[str, Any]]:
        observation, _, terminated, truncated, info = self._env.step(action)
        self.ended = terminated or truncated
        return observation, info


class ToolEnvironment:
    """What TRL is given; its subclasses have one method a tool.

    Args:
        session: The way into the environment.
    """

    def __init__(self, session: ToolSession) -> None:
        self.session = session

    def reset(self, task: str | int | None = None, **row: Any) -> list[Block]:
        """Begin an episode; TRL appends what this returns to the prompt.

        Args:
            task: Which task, from the data set's row.
            **row: The row's other columns.

        Raises:
            ValueError: When the row names no task: a group must share one.
        """
        if task is None:
            raise ValueError(
                f"the data set needs a column 'task'; it has {', '.join(row) or 'none'}. "
                "Make it with task_dataset(tasks)"
            )
        return self.session.begin(task)


def make_environment_factory(
    tasks: Any, *, seed: int = 0, context: str = "whole", **settings: Any
) -> Callable[[], ToolEnvironment]:
    """The `environment_factory` of TRL's trainers.

    All environments share the worlds, the tools and the pictures. Each draws its episodes' seeds
    from a generator of its own, so the members of a group meet different faults.

    Args:
        tasks: The tasks, or the path of a saved `TaskSet`.
        seed: Of the episodes. Processes of one launch (`RANK`) differ by themselves.
        context: `whole`. TRL has one token sequence a rollout, to which results are only added.
        **settings: Everything else that `SearchEnv` takes: world, tools, faults, reward, …

    Raises:
        ValueError: When the context is unknown or changes the past.
    """
    if make_context(context).name != "whole":
        raise ValueError(
            f"TRL trains one token sequence a rollout, and the context {context} changes what was "
            "read before; take whole, or train with algos.fatal_grpo or algos.verl_adapter"
        )
    settings["world"] = gather_worlds(settings.get("world"))
    coordinates = settings.pop("crop_coordinates", "pixels")
    settings["tools"] = suite = make_suite(settings.get("tools"), coordinates)
    settings["tasks"] = load_tasks(tasks)
    schemas = [schema["function"] for schema in suite.schemas()]
    methods = {schema["name"]: tool_method(schema) for schema in [*schemas, ANSWER_FUNCTION]}
    kind = type("SearchEnvironment", (ToolEnvironment,), methods)
    process = int(os.environ.get("RANK", "0"))
    numbers = count()

    def make() -> ToolEnvironment:
        rng = np.random.default_rng([seed, process, next(numbers)])
        environment: ToolEnvironment = kind(ToolSession(SearchEnv(**settings), rng))
        return environment

    return make


def task_dataset(tasks: Sequence[Task], *, rules: str = RULES) -> Dataset:
    """The `train_dataset` of TRL's trainers: one row a task.

    Pictures and question are not in it; they come from the environment at the reset.

    Args:
        tasks: Those that the factory was given, or some of them.
        rules: The system prompt.
    """
    prompt = [{"role": "system", "content": rules}, {"role": "user", "content": ""}]
    return Dataset.from_list([{"prompt": prompt, "task": task.id} for task in tasks])


def episode_rewards(
    completions: Sequence[Sequence[Mapping[str, Any]]],
    environments: Sequence[ToolEnvironment],
    **_: Any,
) -> list[float | None]:
    """The `reward_funcs` of TRL's trainers: the environment's own reward.

    Args:
        completions: The rollouts' messages.
        environments: In which they were played.

    Returns:
        The returns; None for an episode that could not be scored, which TRL leaves out.
    """
    return [
        environment.session.finish(completion).reward
        for environment, completion in zip(environments, completions, strict=True)
    ]


def steps_of_turns(completion: Sequence[Mapping[str, Any]], played: int) -> list[int]:
    """The step that each turn of a rollout belongs to: the last one, if it made several calls.

    Args:
        completion: The rollout's messages.
        played: Steps that the model took; later turns met an environment that had ended.

    >>> two_calls = {"role": "assistant", "tool_calls": [{}, {}]}
    >>> steps_of_turns([two_calls, {"role": "tool"}, {"role": "tool"}, {"role": "assistant"}], 3)
    [1, 2]
    """
    steps, done = [], 0
    for message in completion:
        if message["role"] == "assistant":
            calls = max(1, len(message.get("tool_calls") or ()))
            steps.append(max(done, min(done + calls, played) - 1))
            done = min(done + calls, played)
    return steps


def _picture(pixels: Image) -> Block:
    return {"type": "image", "image": Pillow.fromarray(pixels)}


def _final_turn(message: Mapping[str, Any]) -> ToolCall | Attempt:
    """A turn without a call: its text is the answer, unless it tried to call."""
    content = message.get("content") or ""
    if not isinstance(content, str):
        content = "".join(block.get("text", "") for block in content)
    if "<tool_call>" in content:
        return _unreadable("The tool call cannot be read.", content)
    answer = extract_final_answer(content, skip_thought=True).strip()
    if not answer:
        return _unreadable("There is neither a tool call nor an answer.", content)
    return ToolCall(ANSWER, {"text": answer}, message.get("reasoning_content") or "")


def _unreadable(reason: str, text: str) -> Attempt:
    return Attempt(None, ToolError(ErrorKind.PARSE, reason), text=text, well_formed=False)
