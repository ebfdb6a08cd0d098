"""The environment: a question about a picture, tools to look and search with, one answer.

See `docs/environment.md` for spaces, flags, `info` and the rules by which an episode ends.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

import gymnasium
import numpy as np
from gymnasium import spaces

from searchvl_gym.episode import (
    ActionReader,
    Attempt,
    Episode,
    EpisodePictures,
    Info,
    Rules,
    make_info,
)
from searchvl_gym.episode.actions import read_answer
from searchvl_gym.spaces import Galleries, Unicode
from searchvl_gym.spaces import Image as ImageSpace
from searchvl_gym.tools import Faults, FaultStream, Tool, ToolContext, ToolSuite
from searchvl_gym.tools.limits import MAX_PIXELS
from searchvl_gym.types import (
    ANSWER,
    ErrorKind,
    Image,
    Step,
    Task,
    TaskImage,
    ToolError,
    ToolResult,
    Trajectory,
)

if TYPE_CHECKING:
    from searchvl_gym.rewards import RewardBreakdown
    from searchvl_gym.tasks.task_set import TaskSet
    from searchvl_gym.world import World

DEFAULT_TASKS = 300
"""How many tasks are sampled from the world when none are given."""

RENDER_MODES = ("ansi", "rgb_array", "html")


class Reward(Protocol):
    """Scores finished episodes; `searchvl_gym.rewards.Composite` is one."""

    def score(self, trajectory: Trajectory, world: World) -> RewardBreakdown:
        """The return of an episode and its parts; `value` is None when it cannot be told."""


class SearchEnv(gymnasium.Env[dict[str, Any], Any]):
    """An agent looks at a picture, calls tools and answers a question.

    Args:
        world: A world, the path of one, or None for Atlas mini (built on first use).
        tasks: The tasks, the path of a saved `TaskSet`, or None to sample 300 of the split.
        split: Of which split tasks are sampled: `train`, `validation` or `test`.
        tools: The tools, a `ToolSuite` to share, or None for the ten of the release.
        max_steps: Most steps; reaching it truncates the episode.
        k: Length of the run of step errors that is fatal.
        on_fatal: `terminate` ends the episode at a fatal run, `continue` only flags it.
        faults: How the infrastructure fails, or None for a perfect one.
        reward: Scores finished episodes; None for `Composite()`.
        max_text_chars: Budget of characters read and written (see `Rules`), or None.
        max_pixels: Most pixels of a picture. Larger pictures of a task are shrunk to it, a tool
            call that would make a larger one is a step error.
        render_mode: `ansi`, `rgb_array`, `html` or None.

    Raises:
        ValueError: When an argument is out of range; the message names it.
        WorldError: When the world cannot be opened.
        TaskSetError: When the task file cannot be read.
    """

    metadata: dict[str, Any] = {  # noqa: RUF012  (declared by gymnasium.Env as an instance dict)
        "render_modes": list(RENDER_MODES),
        "render_fps": 1,
    }

    def __init__(
        self,
        world: World | str | Path | None = None,
        tasks: TaskSet | Sequence[Task] | str | Path | None = None,
        *,
        split: str = "train",
        tools: ToolSuite | Sequence[Tool] | None = None,
        max_steps: int = 50,
        k: int = 3,
        on_fatal: Literal["terminate", "continue"] = "terminate",
        faults: Faults | None = None,
        reward: Reward | None = None,
        max_text_chars: int | None = None,
        max_pixels: int = MAX_PIXELS,
        render_mode: str | None = None,
    ) -> None:
        if render_mode is not None and render_mode not in RENDER_MODES:
            raise ValueError(f"render_mode must be one of {RENDER_MODES}, got {render_mode!r}")
        if split not in ("train", "validation", "test"):
            raise ValueError(f"split must be train, validation or test, got {split!r}")
        if faults is not None and not isinstance(faults, Faults):
            raise ValueError(f"faults must be Faults(rate=…) or None, got {faults!r}")
        self._rules = Rules(max_steps, k, on_fatal, max_text_chars)
        self.world = open_or_default_world(world)
        self.suite = as_suite(tools)
        self.render_mode = render_mode
        self.max_pixels = max_pixels
        self._split = split
        self._tasks = load_tasks(tasks)
        self._faults = faults
        self._reward = reward
        self._actions = ActionReader(self.suite)
        self.action_space = self._actions.space()
        self.observation_space = observation_space(max_pixels)
        self._episode: Episode | None = None
        self._pictures = EpisodePictures(())
        self._context = ToolContext(self._pictures, self.world, max_pixels)
        self._fault_stream: FaultStream | None = None
        self._score: RewardBreakdown | None = None

    @property
    def tasks(self) -> Sequence[Task]:
        """The tasks that episodes are drawn from."""
        if self._tasks is None:
            self._tasks = default_tasks(self.world, self._split)
        return self._tasks

    @property
    def task(self) -> Task:
        """The task of the running episode.

        Raises:
            gymnasium.error.ResetNeeded: Before the first reset.
        """
        return self._running().task

    @property
    def episode(self) -> Episode:
        """The state of the running or just finished episode.

        Raises:
            gymnasium.error.ResetNeeded: Before the first reset.
        """
        return self._running()

    @property
    def pictures(self) -> EpisodePictures:
        """The pictures of the running or just finished episode."""
        return self._pictures

    def action(self, name: str, **arguments: Any) -> tuple[np.int64, dict[str, Any]]:
        """An element of the action space, defaults filled in.

        Args:
            name: A tool, or `answer`.
            **arguments: Its arguments by their released names.

        Raises:
            ValueError: For an unknown name, a missing argument or a value out of range.
        """
        return self._actions.build(name, arguments)

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Begin an episode.

        Args:
            seed: Of the episode. Without one it is drawn from the environment's generator and
                stands in `info["seed"]`.
            options: `{"task": …}` with a `Task`, an index into `tasks` or a task's id; without
                it the seed chooses.

        Returns:
            The first observation and `info`.

        Raises:
            ValueError: For an unknown option or task, or a task of another world.
        """
        super().reset(seed=seed)
        number = int(self.np_random.integers(2**31)) if seed is None else int(seed)
        task_rng, fault_rng = (
            np.random.default_rng(child) for child in np.random.SeedSequence(number).spawn(2)
        )
        task = self._choose_task(options or {}, task_rng)
        self._episode = Episode(task, number, self._rules)
        self._pictures = EpisodePictures(
            [partial(_load, image, self.world, self.max_pixels) for image in task.images]
        )
        self._context = ToolContext(self._pictures, self.world, self.max_pixels)
        self._fault_stream = (
            self.suite.fault_stream(fault_rng)
            if self._faults is None
            else self._faults.stream(fault_rng)
        )
        self._score = None
        return self.observation(""), dict(make_info(self._episode, None))

    def step(self, action: Any) -> tuple[dict[str, Any], float, bool, bool, dict[str, Any]]:
        """Play one turn. Whatever is sent, it returns: mistakes are step errors.

        Args:
            action: An element of the action space, a `ToolCall`, or an `Attempt` of a wrapper.

        Returns:
            Observation, reward (0 before the end, and 0 where `info["scored"]` is False),
            terminated, truncated, info.

        Raises:
            gymnasium.error.ResetNeeded: When no episode is running.
        """
        episode = self._running()
        if episode.termination is not None:
            raise gymnasium.error.ResetNeeded(
                f"the episode has ended ({episode.termination}); call reset() first"
            )
        step, answer = self._play(self._actions.read(action), len(episode.steps))
        episode.record(step, answer=answer)
        reward = 0.0
        if episode.termination is not None:
            self._score = self._evaluate(episode)
            reward = 0.0 if self._score.value is None else float(self._score.value)
        return (
            self.observation(step.observation),
            reward,
            episode.terminated,
            episode.truncated,
            dict(self._info(step)),
        )

    def observation(self, text: str) -> dict[str, Any]:
        """The current observation.

        Args:
            text: What the last action brought.
        """
        images = self._pictures.all()
        return {
            "question": self.task.question,
            "text": text,
            "image": images[-1].copy() if images else _no_picture(),
            "images": images,
        }

    def trajectory(self) -> Trajectory:
        """The finished episode with everything that happened in it.

        Raises:
            gymnasium.error.ResetNeeded: Before the first reset.
            ValueError: While the episode runs.
        """
        episode = self._running()
        score = self._score
        return episode.trajectory(
            images=self._pictures.digests() if episode.termination is not None else (),
            reward=None if score is None or not score.scored else score.value,
            reward_parts=None if score is None else score.parts,
        )

    def render(self) -> Any:
        """The episode so far in the render mode: text, a picture, or an HTML page; None without.

        Raises:
            gymnasium.error.ResetNeeded: Before the first reset.
        """
        episode = self._running()
        if self.render_mode is None:
            return None
        from searchvl_gym.render import render

        return render(self.render_mode, episode, self._pictures)

    def _running(self) -> Episode:
        if self._episode is None:
            raise gymnasium.error.ResetNeeded("no episode is running; call reset() first")
        return self._episode

    def _choose_task(self, options: Mapping[str, Any], rng: np.random.Generator) -> Task:
        unknown = set(options) - {"task"}
        if unknown:
            raise ValueError(f"unknown reset options {sorted(map(str, unknown))}; known: task")
        wanted = options.get("task")
        if wanted is None:
            if not len(self.tasks):
                raise ValueError("the task set is empty; give at least one task")
            return self.tasks[int(rng.integers(len(self.tasks)))]
        task = wanted if isinstance(wanted, Task) else find_task(self.tasks, wanted)
        if task.world and task.world != self.world.fingerprint:
            raise ValueError(
                f"task {task.id!r} was made from the world {task.world[:12]}, this environment "
                f"plays in {self.world.fingerprint[:12]}; open that world, or make the tasks again"
            )
        return task

    def _play(self, attempt: Attempt, index: int) -> tuple[Step, str | None]:
        """Carry out an attempt; the step and, if it gave one, the final answer."""
        call, error = attempt.call, attempt.error
        result: ToolResult | None = None
        answer: str | None = None
        name: str | None = None
        if call is not None and error is None:
            try:
                if call.name == ANSWER:
                    answer = read_answer(call)
                else:
                    result = self.suite.run(call, self._context, faults=self._fault_stream)
                    name = self._keep(result.image)
            except ToolError as raised:
                result, error = None, raised
        text = "" if result is None else result.text
        step = Step(
            index=index,
            call=call,
            observation=text if error is None else f"Error ({error.kind}): {error.message}",
            text=attempt.text,
            error=error,
            image=name,
            evidence=() if result is None else result.evidence,
            well_formed=attempt.well_formed,
        )
        return step, answer

    def _keep(self, image: Image | None) -> str | None:
        if image is None:
            return None
        if image.shape[0] * image.shape[1] > self.max_pixels:
            raise ToolError(
                ErrorKind.BAD_ARGUMENTS,
                f"The new picture would have {image.shape[1]}x{image.shape[0]} pixels, more than "
                f"the {self.max_pixels} allowed here; crop first or enlarge less.",
            )
        return self._pictures.add(image)

    def _evaluate(self, episode: Episode) -> RewardBreakdown:
        if self._reward is None:
            self._reward = default_reward()
        return self._reward.score(episode.trajectory(images=self._pictures.digests()), self.world)

    def _info(self, step: Step) -> Info:
        score = self._score
        if score is None:
            return make_info(self._running(), step)
        return make_info(
            self._running(),
            step,
            scored=bool(score.scored),
            unscored_reason="" if score.scored else str(score.reason),
            reward_parts={name: float(value) for name, value in score.parts.items()},
        )


def observation_space(max_pixels: int) -> spaces.Dict:
    """Question, text of the last observation, newest picture, all pictures so far."""
    return spaces.Dict(
        {
            "question": Unicode(),
            "text": Unicode(),
            "image": ImageSpace(max_pixels=max_pixels),
            "images": Galleries(max_pixels=max_pixels),
        }
    )


def open_or_default_world(world: World | str | Path | None) -> World:
    """A world from what a caller gave; None is Atlas mini, built on first use."""
    if world is None:
        from searchvl_gym.world.catalog import default_world

        return default_world()
    if isinstance(world, (str, Path)):
        from searchvl_gym.world import open_world

        return open_world(world)
    return world


def as_suite(tools: ToolSuite | Sequence[Tool] | None) -> ToolSuite:
    """A tool suite from what a caller gave; None is one suite that the whole process shares."""
    if isinstance(tools, ToolSuite):
        return tools
    return _default_suite() if tools is None else ToolSuite(tools)


@lru_cache(maxsize=1)
def _default_suite() -> ToolSuite:
    return ToolSuite()


@lru_cache(maxsize=16)
def default_tasks(world: World, split: str) -> TaskSet:
    """The tasks that are sampled when none are given; once a world, split and process."""
    from searchvl_gym.tasks import sample_tasks

    return sample_tasks(world, split=split, n=DEFAULT_TASKS)


def load_tasks(tasks: TaskSet | Sequence[Task] | str | Path | None) -> Sequence[Task] | None:
    """Tasks from what a caller gave; None stays None: they are sampled when first needed."""
    if isinstance(tasks, (str, Path)):
        from searchvl_gym.tasks import TaskSet

        return TaskSet.load(tasks)
    return tasks


@lru_cache(maxsize=1)
def default_reward() -> Reward:
    """The composite reward with its offline parts."""
    from searchvl_gym.rewards import Composite

    return Composite()


def find_task(tasks: Sequence[Task], wanted: object) -> Task:
    """A task by index or id.

    Raises:
        ValueError: When there is no such task.
    """
    if isinstance(wanted, (int, np.integer)) and not isinstance(wanted, bool):
        if 0 <= wanted < len(tasks):
            return tasks[int(wanted)]
        raise ValueError(f"there is no task {wanted}; indices run from 0 to {len(tasks) - 1}")
    for task in tasks:
        if task.id == wanted:
            return task
    raise ValueError(f"there is no task with the id {wanted!r}")


def _load(image: TaskImage, world: World, max_pixels: int) -> Image:
    from searchvl_gym.tasks.pictures import load_picture

    pixels = load_picture(image, world)
    height, width = pixels.shape[:2]
    if height * width <= max_pixels:
        return pixels
    from PIL import Image as Pillow

    scale = (max_pixels / (height * width)) ** 0.5
    size = (max(1, int(width * scale)), max(1, int(height * scale)))
    return np.asarray(Pillow.fromarray(pixels).resize(size, Pillow.Resampling.LANCZOS))


def _no_picture() -> Image:
    """What stands for "the newest picture" in a task without any: one black pixel."""
    return np.zeros((1, 1, 3), np.uint8)
