"""The environment: a question about a picture, tools to look and search with, one answer.

See `docs/environment.md` for spaces, flags, `info` and the rules by which an episode ends.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from functools import lru_cache
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
    find_limits,
    make_info,
    repeat_note,
)
from searchvl_gym.episode.actions import read_answer
from searchvl_gym.episode.task_picture import TaskPicture
from searchvl_gym.spaces import Galleries, Unicode
from searchvl_gym.spaces import Image as ImageSpace
from searchvl_gym.tools import Faults, FaultStream, Tool, ToolContext, ToolSuite
from searchvl_gym.tools.catalog import make_suite
from searchvl_gym.tools.crop import Coordinates
from searchvl_gym.tools.limits import MAX_PIXELS
from searchvl_gym.types import (
    ANSWER,
    ErrorKind,
    Image,
    Step,
    Task,
    ToolError,
    ToolResult,
    Trajectory,
)
from searchvl_gym.world.many import AnyWorlds, UnknownWorldError, Worlds, gather_worlds
from searchvl_gym.world.many.origins import WorldLike

if TYPE_CHECKING:
    from searchvl_gym.rewards import RewardBreakdown
    from searchvl_gym.tasks.task_set import TaskSet
    from searchvl_gym.world import World

DEFAULT_TASKS = 300
"""How many tasks are sampled from the world when none are given."""

TASKS_A_WORLD = 25
"""The same for each of many worlds."""

RENDER_MODES = ("ansi", "rgb_array", "html")


class Reward(Protocol):
    """Scores finished episodes; `searchvl_gym.rewards.Composite` is one."""

    def score(self, trajectory: Trajectory, world: World) -> RewardBreakdown:
        """The return of an episode and its parts; `value` is None when it cannot be told."""


class SearchEnv(gymnasium.Env[dict[str, Any], Any]):
    """An agent looks at a picture, calls tools and answers a question.

    Args:
        world: A world, the path of one, or None for Atlas mini (built on first use). Or many: a
            sequence of those, a range such as `atlas:size=mini,seeds=0-63`, or gathered `Worlds`;
            each task then plays in the world that it was made from.
        tasks: The tasks, the path of a saved `TaskSet`, or None to sample 300 of the split, or 25
            of each of many worlds when it is first played in.
        split: Of which split tasks are sampled: `train`, `validation` or `test`.
        tools: The tools, a `ToolSuite` to share, or the name of a set: `release` (or None) for the
            ten of the release, `perception` for those with `open_image` and a `visit` that lists
            pictures.
        crop_coordinates: In what `crop` of a set by name is given its box: `pixels` of the full
            picture, or `thousandths` of its sides.
        limits: Limits by name instead of the two below: `paper` for 50 steps and 64,000 prompt
            tokens; see `searchvl_gym.episode.limits`.
        max_steps: Most steps; reaching it truncates the episode. None for 50, or what `limits`
            says.
        max_prompt_tokens: Most tokens that a model reads before a turn, where its policy counts
            them (`count_prompt`); a turn beyond it is not played and the episode truncated. None
            for what `limits` says.
        k: Length of the run of step errors that is fatal.
        on_fatal: `terminate` ends the episode at a fatal run, `continue` only flags it.
        faults: How the infrastructure fails, or None for a perfect one.
        reward: Scores finished episodes; None for `Composite()`.
        max_text_chars: Budget of characters read and written (see `Rules`), or None.
        max_pixels: Most pixels of a picture. Larger pictures of a task are shrunk to it, a tool
            call that would make a larger one is a step error.
        note_repeats: Whether an error says so when the very same call has failed before in this
            episode by the agent's own mistake. Ours, not the release's.
        render_mode: `ansi`, `rgb_array`, `html` or None.

    Raises:
        ValueError: When an argument is out of range; the message names it.
        UnknownLimitsError: When there are no limits of that name; it is a `ValueError` as well.
        WorldError: When the world cannot be opened.
        TaskSetError: When the task file cannot be read.
    """

    metadata: dict[str, Any] = {  # noqa: RUF012  (declared by gymnasium.Env as an instance dict)
        "render_modes": list(RENDER_MODES),
        "render_fps": 1,
    }

    def __init__(
        self,
        world: WorldLike | Sequence[WorldLike] | AnyWorlds | None = None,
        tasks: TaskSet | Sequence[Task] | str | Path | None = None,
        *,
        split: str = "train",
        tools: ToolSuite | Sequence[Tool] | str | None = None,
        crop_coordinates: Coordinates = "pixels",
        limits: str | None = None,
        max_steps: int | None = None,
        max_prompt_tokens: int | None = None,
        k: int = 3,
        on_fatal: Literal["terminate", "continue"] = "terminate",
        faults: Faults | None = None,
        reward: Reward | None = None,
        max_text_chars: int | None = None,
        max_pixels: int = MAX_PIXELS,
        view_pixels: int | None = None,
        note_repeats: bool = False,
        render_mode: str | None = None,
    ) -> None:
        if render_mode is not None and render_mode not in RENDER_MODES:
            raise ValueError(f"render_mode must be one of {RENDER_MODES}, got {render_mode!r}")
        if split not in ("train", "validation", "test"):
            raise ValueError(f"split must be train, validation or test, got {split!r}")
        if faults is not None and not isinstance(faults, Faults):
            raise ValueError(f"faults must be Faults(rate=…) or None, got {faults!r}")
        if view_pixels is not None and not _is_count(view_pixels):
            raise ValueError(f"view_pixels must be a whole number or None, got {view_pixels!r}")
        if limits is not None:
            named = find_limits(limits)
            max_steps = named.max_steps if max_steps is None else max_steps
            if max_prompt_tokens is None:
                max_prompt_tokens = named.max_prompt_tokens
        if max_steps is None:
            max_steps = Rules.max_steps
        self.rules = Rules(max_steps, k, on_fatal, max_text_chars, max_prompt_tokens)
        self.worlds = gather_worlds(world)
        self._world: World | None = None
        self.suite = make_suite(tools, crop_coordinates)
        self.render_mode = render_mode
        self.max_pixels = max_pixels
        self.view_pixels = view_pixels
        self.note_repeats = note_repeats
        self._split = split
        self._tasks = load_tasks(tasks)
        _check_needs(self._tasks, self.suite)
        if len(self.worlds) == 1:
            self._enter(self.worlds.at(0))
            _compare_pictures(self._tasks, self.world)
        self._faults = faults
        self._reward = reward
        self._actions = ActionReader(self.suite)
        self.action_space = self._actions.space()
        self.observation_space = observation_space(
            max_pixels if view_pixels is None else min(view_pixels, max_pixels)
        )
        self._episode: Episode | None = None
        self._pictures = EpisodePictures(())
        self._context = ToolContext(self._pictures, self._world, max_pixels)
        self._fault_stream: FaultStream | None = None
        self._score: RewardBreakdown | None = None

    @property
    def world(self) -> World:
        """The world of the running episode, before the first one that of the first task.

        Raises:
            WorldError: When it cannot be opened.
        """
        if self._world is None:
            return self._world_of(self.tasks[0]) if len(self.tasks) else self.worlds.at(0)
        return self._world

    @property
    def tasks(self) -> Sequence[Task]:
        """The tasks that episodes are drawn from."""
        if self._tasks is None:
            self._tasks = default_tasks(self.worlds, self._split)
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
            ValueError: For an unknown option or task.
            UnknownWorldError: For a task of another world; it is a `ValueError` as well.
        """
        super().reset(seed=seed)
        number = int(self.np_random.integers(2**31)) if seed is None else int(seed)
        task_rng, fault_rng = (
            np.random.default_rng(child) for child in np.random.SeedSequence(number).spawn(2)
        )
        task = self._choose_task(options or {}, task_rng)
        world = self._world_of(task)
        given = [TaskPicture(image, world, self.max_pixels) for image in task.images]
        pictures = EpisodePictures(given, view_pixels=self.view_pixels)
        notes = (
            pictures.size_note(index, original=picture.original_size())
            for index, picture in enumerate(given)
        )
        opening = "\n".join(filter(None, notes))
        # Only now: a picture that cannot be loaded leaves the environment as it was.
        self._enter(world)
        self._pictures = pictures
        self._episode = Episode(task, number, self.rules, opening=opening)
        self._context = ToolContext(self._pictures, world, self.max_pixels)
        self._fault_stream = (
            self.suite.fault_stream(fault_rng)
            if self._faults is None
            else self._faults.stream(fault_rng)
        )
        self._score = None
        return self.observation(opening), dict(make_info(self._episode, None))

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
        step: Step | None = None
        if episode.outgrown:
            episode.cut_off()
        else:
            step, answer = self._play(self._actions.read(action), len(episode.steps))
            episode.record(step, answer=answer)
        reward = 0.0
        if episode.termination is not None:
            self._score = self._evaluate(episode)
            reward = 0.0 if self._score.value is None else float(self._score.value)
        return (
            self.observation("" if step is None else step.observation),
            reward,
            episode.terminated,
            episode.truncated,
            dict(self._info(step)),
        )

    def count_prompt(self, tokens: int) -> None:
        """Say how many tokens the model has read for the action that comes next.

        The environment has no tokenizer: a runner asks the policy. Beyond `max_prompt_tokens` the
        next `step` plays nothing and truncates the episode.

        Args:
            tokens: Of the whole prompt, pictures included.

        Raises:
            gymnasium.error.ResetNeeded: Before the first reset.
            ValueError: When it is no number of tokens.
        """
        self._running().count_prompt(tokens)

    def observation(self, text: str) -> dict[str, Any]:
        """The current observation.

        Args:
            text: What the last action brought.
        """
        images = self._pictures.shown()
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
        return wanted if isinstance(wanted, Task) else find_task(self.tasks, wanted)

    def _world_of(self, task: Task) -> World:
        """The world that a task is played in.

        Raises:
            UnknownWorldError: When it is not among those given.
        """
        if not task.world:
            if len(self.worlds) == 1:
                return self.worlds.at(0)
            raise UnknownWorldError(
                f"task {task.id!r} says of no world that it was made from it, and there are "
                f"{len(self.worlds)}; give the one that it is to be played in"
            )
        try:
            return self.worlds.of(task.world)
        except UnknownWorldError as error:
            raise UnknownWorldError(f"task {task.id!r} was {error}") from None

    def _enter(self, world: World) -> None:
        """Make a world that of the running episode."""
        if world is not self._world and "image_search" in self.suite.names:
            _warn_without_image_index(world)
        self._world = world

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
        if name is not None and (note := self._pictures.size_note(len(self._pictures) - 1)):
            text = f"{text}\n{note}"
        if error is not None:
            text = f"Error ({error.kind}): {error.message}"
            if self.note_repeats:
                text += repeat_note(self._running().steps, call)
        if index == 0 and self._fault_stream is not None and self._fault_stream.notice:
            # In a result, since trajectories keep those: whoever learns from one reads it as well.
            text += f"\n{self._fault_stream.notice}"
        step = Step(
            index=index,
            call=call,
            observation=text,
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

    def _info(self, step: Step | None) -> Info:
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
    """Question, text of the last observation, newest picture, all pictures so far.

    Args:
        max_pixels: Most pixels of a picture as it is shown.
    """
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


def default_tasks(worlds: AnyWorlds, split: str) -> Sequence[Task]:
    """The tasks that are sampled when none are given.

    Those of one world once a world, split and process; those of many when they are first asked
    for.
    """
    if len(worlds) == 1:
        return _tasks_of_one(worlds.at(0), split)
    assert isinstance(worlds, Worlds)  # endless ones bring their tasks
    return _tasks_of_many(worlds, split)


@lru_cache(maxsize=16)
def _tasks_of_one(world: World, split: str) -> TaskSet:
    from searchvl_gym.tasks import sample_tasks

    return sample_tasks(world, split=split, n=DEFAULT_TASKS)


@lru_cache(maxsize=4)
def _tasks_of_many(worlds: Worlds, split: str) -> Sequence[Task]:
    from searchvl_gym.tasks.many_worlds import TasksOfWorlds

    return TasksOfWorlds(worlds, split=split, each=TASKS_A_WORLD)


_WARNED_OF: set[Path] = set()


def _warn_without_image_index(world: World) -> None:
    """Say once a world and process that `image_search` will not work, and how to mend it."""
    if world.path in _WARNED_OF or not world.info.counts["images"] or world.has_image_index:
        return
    _WARNED_OF.add(world.path)
    warnings.warn(
        f"the world {world.path} has no image index, so image_search answers that it is "
        "unavailable; build the world with --index-pictures, call "
        "open_world(path).build_image_index(), or leave the tool out",
        stacklevel=3,
    )


def load_tasks(tasks: TaskSet | Sequence[Task] | str | Path | None) -> Sequence[Task] | None:
    """Tasks from what a caller gave; None stays None: they are sampled when first needed."""
    if isinstance(tasks, (str, Path)):
        from searchvl_gym.tasks import TaskSet

        return TaskSet.load(tasks)
    return tasks


def _compare_pictures(tasks: Sequence[Task] | None, world: World) -> None:
    from searchvl_gym.tasks.drawn import warn_of_other_pictures
    from searchvl_gym.tasks.task_set import TaskSet

    if isinstance(tasks, TaskSet):
        warn_of_other_pictures(tasks.name, tasks, tasks.drawn, world)


@lru_cache(maxsize=1)
def default_reward() -> Reward:
    """The composite reward with its offline parts."""
    from searchvl_gym.rewards import Composite

    return Composite()


def _check_needs(tasks: Sequence[Task] | None, suite: ToolSuite) -> None:
    """Refuse tasks that cannot be solved with the tools that there are.

    Raises:
        ValueError: Which task needs what, and how to get it.
    """
    names = set(suite.names)
    for task in tasks or ():
        lacking = [tool for tool in task.needs if tool not in names]
        if lacking:
            way = "pass tools='perception'"
            if not set(lacking) <= {"open_image"}:
                way = "add such a tool to `tools`, or take the task out"
            raise ValueError(
                f"task {task.id} needs {', '.join(lacking)}, which is not among the tools "
                f"({', '.join(suite.names)}); {way}"
            )


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


def _is_count(value: object) -> bool:
    return isinstance(value, (int, np.integer)) and not isinstance(value, bool) and int(value) >= 1


def _no_picture() -> Image:
    """What stands for "the newest picture" in a task without any: one black pixel."""
    return np.zeros((1, 1, 3), np.uint8)
